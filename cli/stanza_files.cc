#include "cli/stanza_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/stanza.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_widest_line = 120;

std::string key_text(std::string_view key) { return is_key(key) ? std::string(key) : toml_string(key); }
std::string comment(std::string_view text) {
  return text.empty() ? "#\n" : fmt::format("# {}\n", escape_for_terminal(text));
}

// What a table says: "region", "\"eastasia\"".
using StanzaLines = std::vector<std::pair<std::string, std::string>>;

void add(StanzaLines& lines, std::string_view attribute, std::string_view text) {
  if (!text.empty()) lines.emplace_back(attribute, toml_string(text));
}

void add_table(std::string& out, const std::vector<std::string>& comments, std::string_view header,
               const StanzaLines& lines) {
  if (!out.empty()) out += '\n';
  for (const std::string& each : comments) out += comment(each);
  out += fmt::format("[{}]\n", header);
  for (const auto& [attribute, value] : lines) out += fmt::format("{} = {}\n", attribute, value);
}

void add_network(std::string& out, const InferredNetwork& stanza) {
  StanzaLines lines{{"existing", "true"}};
  add(lines, "region", stanza.network.region);
  if (stanza.network.name != stanza.key) add(lines, "name", stanza.network.name);
  add(lines, "resource_group", stanza.network.resource_group);
  add(lines, "subscription", stanza.network.subscription);
  add_table(out, stanza.comments, "network." + stanza.key, lines);
}

void add_pair(std::string& out, const InferredPair& stanza) {
  StanzaLines lines;
  add(lines, "source", stanza.source);
  add(lines, "target", stanza.target);
  if (stanza.kind == PairClass::OneWay) lines.emplace_back("mirror", "false");
  if (!stanza.subnets.empty()) lines.emplace_back("subnets", inline_table(stanza.subnets));
  if (!stanza.reverse_subnets.empty()) lines.emplace_back("reverse_subnets", inline_table(stanza.reverse_subnets));
  if (stanza.same_host) add(lines, "addresses", "same-host");
  add_table(out, stanza.comments, "mapping." + stanza.key, lines);
}

// What a nic is given beside the rules.
StanzaLines nic_lines(const InferredNic& nic) {
  StanzaLines lines;
  add(lines, "target_subnet", nic.target_subnet);
  add(lines, "target_ip", nic.target_ip);
  if (!nic.target_secondary.empty()) lines.emplace_back("target_secondary", inline_table(nic.target_secondary));
  add(lines, "test_subnet", nic.test_subnet);
  add(lines, "test_ip", nic.test_ip);
  return lines;
}

// What most vms of one file share, said once.
struct VmDefaults {
  std::string network, target_region;  // "": not shared
  bool existing = false;
};

VmDefaults defaults_of(const std::vector<const InferredVm*>& vms) {
  std::map<std::string, std::size_t> regions;
  for (const InferredVm* each : vms) ++regions[each->vm.target_region];
  const auto commonest = std::max_element(regions.begin(), regions.end(), [](const auto& a, const auto& b) {
    return a.second < b.second;  // of equal ones the first by name
  });
  const auto shares = [&](const auto& is_so) { return std::all_of(vms.begin(), vms.end(), is_so); };
  VmDefaults out{.network = {}, .target_region = commonest->first, .existing = false};
  if (shares([&](const InferredVm* each) { return each->network == vms.front()->network; }))
    out.network = vms.front()->network;
  out.existing = shares([](const InferredVm* each) { return each->existing; });
  return out;
}

StanzaLines vm_lines(const InferredVm& stanza, const VmDefaults& defaults) {
  StanzaLines lines;
  if (stanza.network != defaults.network) add(lines, "network", stanza.network);
  if (stanza.vm.name != stanza.key) add(lines, "name", stanza.vm.name);
  add(lines, "resource_group", stanza.vm.resource_group);
  add(lines, "subscription", stanza.vm.subscription);
  if (stanza.vm.target_region != defaults.target_region) add(lines, "target_region", stanza.vm.target_region);
  add(lines, "target_network", stanza.target_network);
  add(lines, "test_network", stanza.test_network);
  if (stanza.existing != defaults.existing) lines.emplace_back("existing", stanza.existing ? "true" : "false");
  return lines;
}

// web-1 = { network = "network.app", nic.eth0.target_ip = "10.2.1.10" }; "": it needs a table of its own.
std::string vm_line(const InferredVm& stanza, const VmDefaults& defaults) {
  if (stanza.nics.size() > 1) return {};
  StanzaLines lines = vm_lines(stanza, defaults);
  for (const InferredNic& nic : stanza.nics)
    for (const auto& [attribute, value] : nic_lines(nic))
      lines.emplace_back(fmt::format("nic.{}.{}", key_text(nic.key), attribute), value);
  std::string inside;
  for (const auto& [attribute, value] : lines)
    inside += fmt::format("{} {} = {}", inside.empty() ? "" : ",", attribute, value);
  std::string out = fmt::format("{} = {{{}{}}}", key_text(stanza.key), inside, inside.empty() ? "" : " ");
  return out.size() > k_widest_line ? std::string() : out;
}

void add_vm(std::string& out, const InferredVm& stanza, const VmDefaults& defaults) {
  const std::string header = "vm." + key_text(stanza.key);
  add_table(out, stanza.comments, header, vm_lines(stanza, defaults));
  for (const InferredNic& nic : stanza.nics)
    add_table(out, {}, fmt::format("{}.nic.{}", header, key_text(nic.key)), nic_lines(nic));
}

void add_vms(std::string& out, const std::vector<const InferredVm*>& vms) {
  if (vms.empty()) return;
  const VmDefaults defaults = defaults_of(vms);
  StanzaLines lines;
  if (defaults.existing) lines.emplace_back("existing", "true");
  add(lines, "network", defaults.network);
  add(lines, "target_region", defaults.target_region);
  add_table(out, {}, "defaults.vm", lines);
  bool begun = false;
  std::vector<const InferredVm*> tables;
  for (const InferredVm* each : vms) {
    const std::string line = vm_line(*each, defaults);
    if (line.empty()) {
      tables.push_back(each);
      continue;
    }
    if (!begun) add_table(out, {}, "vm", {});
    begun = true;
    for (const std::string& text : each->comments) out += comment(text);
    out += line + '\n';
  }
  for (const InferredVm* each : tables) add_vm(out, *each, defaults);
}

template <class List>
void merge_by_key(List& into, const List& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::stable_sort(into.begin(), into.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
}

template <class T>
std::vector<const T*> pointers(const std::vector<T>& list) {
  std::vector<const T*> out;
  out.reserve(list.size());
  for (const T& each : list) out.push_back(&each);
  return out;
}

// A region as part of a file's name.
std::string file_part(std::string_view region) { return key_of_name(region); }

}  // namespace

std::string toml_text(const StanzaDocument& document) {
  std::string out;
  for (const std::string& remark : document.remarks) out += comment(remark);
  for (const InferredNetwork* each : document.networks) add_network(out, *each);
  for (const InferredPair* each : document.pairs) add_pair(out, *each);
  add_vms(out, document.vms);
  return out;
}

StanzaDocument one_document(const Inferred& inferred) {
  return {{}, pointers(inferred.networks), pointers(inferred.pairs), pointers(inferred.vms)};
}

std::vector<StanzaFile> stanza_files(const Inferred& inferred) {
  if (inferred.empty()) return {};
  if (inferred.networks.size() + inferred.pairs.size() + inferred.vms.size() <= k_one_file)
    return {{"discovered.toml", one_document(inferred)}};
  std::map<std::string, StanzaDocument> files;
  for (const InferredNetwork& each : inferred.networks)
    files[fmt::format("networks/{}.toml", file_part(each.network.region))].networks.push_back(&each);
  for (const InferredPair& each : inferred.pairs) {
    const auto [first, second] = std::minmax(each.source_region, each.target_region);
    files[fmt::format("mappings/{}--{}.toml", file_part(first), file_part(second))].pairs.push_back(&each);
  }
  for (const InferredVm& each : inferred.vms)
    files[fmt::format("vms/{}.toml", each.network.substr(each.network.find('.') + 1))].vms.push_back(&each);
  std::vector<StanzaFile> out;
  out.reserve(files.size());
  for (auto& [path, document] : files) out.push_back({path, std::move(document)});
  return out;
}

StanzaDocument join(StanzaDocument a, const StanzaDocument& b) {
  a.remarks.insert(a.remarks.end(), b.remarks.begin(), b.remarks.end());
  merge_by_key(a.networks, b.networks);
  merge_by_key(a.pairs, b.pairs);
  merge_by_key(a.vms, b.vms);
  return a;
}

}  // namespace pairform
