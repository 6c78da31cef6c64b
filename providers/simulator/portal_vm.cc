#include "providers/simulator/portal_vm.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/simulator/failover.h"
#include "providers/simulator/vm_store.h"
#include "providers/simulator/vm_writes.h"
#include "schema/diagnostic.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform::simulator {
namespace {

// An address, or dhcp; none: it is neither.
std::optional<NicAddress> parse_address(std::string_view text) {
  if (text == "dhcp") return NicAddress{true, {}};
  const auto ip = parse_ip(text);
  if (!ip || ip->v6) return std::nullopt;
  return NicAddress{false, ip};
}

std::string not_an_address(std::string_view text) { return fmt::format("\"{}\" is not an IPv4 address", text); }

// SUBNET[:IP[,CONFIG:IP]...]; why not, where it is wrong.
std::optional<std::string> parse_home(std::string_view text, NicPlace& home) {
  std::string_view own = take_word(text, ',');
  home.subnet = take_word(own, ':');
  home.primary.dynamic = true;
  if (!own.empty()) {
    const auto address = parse_address(own);
    if (!address) return not_an_address(own);
    home.primary = *address;
  }
  while (!text.empty()) {
    std::string_view address_word = take_word(text, ',');
    const std::string_view name = take_word(address_word, ':');
    const auto address = parse_address(address_word);
    if (!address || address->dynamic) return not_an_address(address_word);
    if (!home.secondary.emplace(name, *address).second) return fmt::format("{} is given twice", name);
  }
  return std::nullopt;
}

// Takes one KEY=VALUE of `put vm`; why not, where it is wrong. `network` stays empty until it is given.
std::optional<std::string> take_vm_word(std::string_view word, SimulatedVm& vm) {
  std::string_view value = word;
  const std::string_view key = take_word(value, '=');
  if (key.size() == word.size()) return fmt::format("\"{}\" is not of the form KEY=VALUE", word);
  if (key == "network") {
    if (!vm.network.empty()) return std::string("network is given twice");
    const bool is_path = value.find('/') != std::string_view::npos;
    const auto network = parse_path(is_path ? std::string(value) : fmt::format("{}/{}", vm.region, value));
    if (!network) return fmt::format("\"{}\" is not a network", value);
    vm.network = network->id;
    return std::nullopt;
  }
  if (!key.starts_with("nic.")) {
    const std::string_view near = nearest(key, {"network", "resource_group", "subscription"});
    const std::string_view nic = key.substr(key.find('.') + 1);  // of nics.eth0; all of eth0
    return fmt::format("\"{}\" is not known; did you mean {}?", key,
                       near.empty() ? fmt::format("nic.{}", nic) : std::string(near));
  }
  SimulatedNic nic;
  nic.name = key.substr(4);
  nic.id = lower_cased(nic.name);
  if (find_nic(vm, nic.id) != nullptr) return fmt::format("{} is given twice", key);
  if (auto error = parse_home(value, nic.home)) return error;
  vm.nics.push_back(std::move(nic));
  return std::nullopt;
}

// Takes resource_group=NAME or subscription=NAME, which are part of what the machine is. False: it is another word.
bool take_group_word(std::string_view word, MachinePath& path, std::optional<std::string>& error) {
  std::string_view value = word;
  const std::string_view key = take_word(value, '=');
  if (key != "resource_group" && key != "subscription") return false;
  if (!is_group_name(value)) error = fmt::format("\"{}\" is not a {}", value, key);
  (key == "resource_group" ? path.resource_group : path.subscription) = value;
  path.id = vm_id(path.region, path.name, path.resource_group, path.subscription);
  return true;
}

void write_place(JsonWriter& json, std::string_view network, std::string_view subnet, std::string_view ip) {
  json.open_object().member("network", network).member("subnet", subnet).member("ip", ip).close_object();
}

std::string landing_json(const CameUp& one) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("vm", one.vm).member("nic", one.nic).member("configuration", one.configuration);
  write_place(json.key("source"), one.source_network, one.source_subnet, one.source_ip);
  write_place(json.key("target"), one.target_network, one.target_subnet, one.target_ip);
  json.key("subnet_reason").null().key("ip_reason").null().key("failback").null().close_object();
  return out;
}

std::string landings_json(const std::vector<CameUp>& landings) {
  std::vector<std::string> rows;
  rows.reserve(landings.size());
  for (const CameUp& one : landings) rows.push_back(landing_json(one));
  return json_lines(rows);
}

std::string landings_text(const std::vector<CameUp>& landings, std::string_view vm) {
  std::string out;
  for (const CameUp& one : landings)
    if (one.vm == vm)
      out += done(fmt::format("  {} {}: {} {} -> {} {}", one.nic.substr(one.nic.rfind('/') + 1), one.configuration,
                              one.source_subnet, one.source_ip, one.target_subnet, one.target_ip))
                 .said;
  return out;
}

// Some may have been left: then that is an error, and what was done stays.
Outcome ended(std::string said, const Journey& journey) {
  Outcome outcome{std::move(said), {}, false};
  for (const auto& [vm, why] : journey.left)
    outcome.error += escape_for_terminal(
        fmt::format("{}{} is left: {}: {}", outcome.error.empty() ? "" : "; ", vm, why.code, why.message));
  outcome.is_half = !outcome.error.empty();
  return outcome;
}

// A region, or one machine; else `outcome` says what is wrong.
std::optional<Company> take_company(Words words, std::string_view form, Outcome& outcome) {
  if (words.size() != 1) {
    outcome = wrong_form("it takes one region or machine", form);
    return std::nullopt;
  }
  if (words[0].find('/') != std::string::npos) {
    if (const auto path = parse_machine(words[0])) return Company{path->region, path->id};
    outcome = not_a_machine(words[0], form);
    return std::nullopt;
  }
  std::string region = canonical_region(words[0]);
  if (is_region(region)) return Company{std::move(region), {}};
  outcome = wrong_form(fmt::format("\"{}\" is not a region", words[0]), form);
  return std::nullopt;
}

}  // namespace

Outcome put_vm(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "put vm";
  if (words.empty()) return wrong_form("a machine is missing", k_form);
  auto path = parse_machine(words[0]);
  if (!path) return not_a_machine(words[0], k_form);
  std::vector<std::string> rest;
  for (const std::string& word : words.subspan(1)) {
    std::optional<std::string> error;
    if (!take_group_word(word, *path, error)) rest.push_back(word);
    if (error) return wrong_form(*error, k_form);
  }
  SimulatedVm vm;
  vm.identity = path->id;
  vm.region = path->region;
  vm.name = path->name;
  for (const std::string& word : rest)
    if (const auto error = take_vm_word(word, vm)) return wrong_form(*error, k_form);
  const auto found = find_vm(cloud.database(), vm.identity);
  if (vm.network.empty() && found) vm.network = found->network;
  if (vm.network.empty()) return wrong_form("a new machine needs a network", k_form);
  std::sort(vm.nics.begin(), vm.nics.end(), [](const SimulatedNic& a, const SimulatedNic& b) { return a.id < b.id; });
  if (const auto refusal = put_machine(cloud, vm)) return refused(*refusal);
  return done(fmt::format("{} vm {} on {}", found ? "changed" : "made", vm.identity, vm.network));
}

Outcome delete_vm(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "delete vm";
  if (words.size() != 1) return wrong_form("it takes one machine", k_form);
  const auto path = parse_machine(words[0]);
  if (!path) return not_a_machine(words[0], k_form);
  const auto vm = find_vm_called(cloud.database(), path->id);
  if (!vm) return refused(vm_not_found(path->id));
  if (const auto refusal = delete_machine(cloud, vm->identity)) return refused(*refusal);
  return done(fmt::format("deleted vm {}{}", vm->identity, vm->replicated() ? " and its replication" : ""));
}

Outcome replicate_vm(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "replicate";
  if (words.size() != 2) return wrong_form("it takes a machine and the other region", k_form);
  const auto path = parse_machine(words[0]);
  if (!path) return not_a_machine(words[0], k_form);
  const std::string region = canonical_region(words[1]);
  if (!is_region(region)) return wrong_form(fmt::format("\"{}\" is not a region", words[1]), k_form);
  std::vector<std::string> made;
  if (const auto refusal = replicate(cloud, path->id, region, made)) return refused(*refusal);
  std::string said;
  for (const std::string& what : made) said += done(fmt::format("made {}", what)).said;
  const auto vm = find_vm_called(cloud.database(), path->id);
  Outcome outcome = done(fmt::format("replicating vm {} to {}", path->id, vm->target_network));
  outcome.said.insert(0, said);
  return outcome;
}

// As the portal lets somebody choose where a nic comes up. What is said of tests stays.
Outcome land_vm(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "land";
  if (words.size() < 2) return wrong_form("it takes a machine, and where its nics land", k_form);
  const auto path = parse_machine(words[0]);
  if (!path) return not_a_machine(words[0], k_form);
  auto vm = find_vm_called(cloud.database(), path->id);
  if (!vm) return refused(vm_not_found(path->id));
  VmWrite write{.verb = VmVerb::Configure, .vm = vm->identity};
  write.nics.reserve(words.size() - 1);
  for (const std::string_view word : words.subspan(1)) {
    std::string_view value = word;
    const std::string_view key = take_word(value, '=');
    if (!key.starts_with("nic."))
      return wrong_form(fmt::format("\"{}\" is not of the form nic.NAME=SUBNET", word), k_form);
    const std::string name(key.substr(4));
    NicPlace landing;
    if (const auto error = parse_home(value, landing)) return wrong_form(*error, k_form);
    const SimulatedNic* nic = find_nic(*vm, lower_cased(name));
    if (nic == nullptr) return refused(nic_not_found(nic_identity(vm->identity, name)));
    if (std::any_of(write.nics.begin(), write.nics.end(), [&](const auto& each) { return each.id == nic->id; }))
      return wrong_form(fmt::format("nic.{} is given twice", name), k_form);
    write.nics.push_back({nic->id, nic->name, std::nullopt, std::move(landing), nic->test});
  }
  if (const auto refusal = apply_vm_write(cloud, write)) return refused(*refusal);
  return done(fmt::format("changed the landing of vm {}", vm->identity));
}

Outcome failover_vms(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "failover";
  Rehearsal rehearsal = Rehearsal::No;
  bool json = false;
  std::vector<std::string> rest;
  for (const std::string& word : words) {
    if (word == "--test" || word == "-test") rehearsal = Rehearsal::Yes;
    else if (word == "--json" || word == "-json") json = true;
    else rest.push_back(word);
  }
  Outcome wrong;
  const auto company = take_company(rest, k_form, wrong);
  if (!company) return wrong;
  const JourneyAnswer answer = failover(cloud, *company, rehearsal);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) return refused(*refusal);
  const Journey& journey = std::get<Journey>(answer);
  if (json) return ended(landings_json(journey.landings), journey);
  std::string said;
  for (const auto& [vm, to] : journey.done)
    said += done(fmt::format("{} vm {} to {}", rehearsal == Rehearsal::Yes ? "would fail over" : "failed over", vm, to))
                .said +
            landings_text(journey.landings, vm);
  return ended(said, journey);
}

Outcome commit_vms(Cloud& cloud, Words words) {
  Outcome wrong;
  const auto company = take_company(words, "commit", wrong);
  if (!company) return wrong;
  const JourneyAnswer answer = commit(cloud, *company);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) return refused(*refusal);
  std::string said;
  for (const auto& [vm, to] : std::get<Journey>(answer).done) said += done(fmt::format("committed vm {}", vm)).said;
  return ended(said, std::get<Journey>(answer));
}

Outcome reprotect_vms(Cloud& cloud, Words words) {
  Outcome wrong;
  const auto company = take_company(words, "reprotect", wrong);
  if (!company) return wrong;
  const JourneyAnswer answer = reprotect(cloud, *company);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) return refused(*refusal);
  std::string said;
  for (const auto& [vm, to] : std::get<Journey>(answer).done)
    said += done(fmt::format("reprotected vm {} towards {}", vm, to)).said;
  return ended(said, std::get<Journey>(answer));
}

}  // namespace pairform::simulator
