#include "engine/recovery/derived_network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "engine/model/derived_shape.h"
#include "engine/model/observed.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_nics = 3;  // nics that a warning names

using SubnetName = std::string;  // lower case

class SourceFollower {
 public:
  SourceFollower(const FollowSourcesInput& input, DesiredState& desired, StringPool& texts, Diagnostics& diagnostics)
      : input_(input), desired_(desired), texts_(texts), diagnostics_(diagnostics) {}

  void run() {
    for (const DerivedNetwork& network : input_.networks) follow(network);
  }

 private:
  std::string_view text(Text value) const { return texts_.view(value); }
  const DesiredRow& row(const DerivedNetwork& network) const { return desired_.rows[network.row]; }
  void follow(const DerivedNetwork& network);
  void warn(const DerivedNetwork& network, const std::vector<LeftOut>& left_out);
  std::string user(const DerivedNetwork& network, const Subnet& subnet, const std::set<SubnetName>& stays);
  std::map<SubnetName, std::string> landings_of(Text network, const std::set<SubnetName>& stays);
  SubnetName wanted_subnet(const VmLanding& landing, const NicFacts& nic, const std::set<SubnetName>& stays);
  SubnetName held_subnet(const NicFacts& nic);
  std::string nic_address(const VmLanding& landing, const NicFacts& nic) const {
    return fmt::format("{}.nic.{}", text(desired_.vms[landing.declared].address), text(nic.key));
  }
  const std::vector<DeclaredVmId>& landing_in(Text network);
  void find_strangers();

  const FollowSourcesInput& input_;
  DesiredState& desired_;
  StringPool& texts_;
  Diagnostics& diagnostics_;
  std::map<Text, std::vector<DeclaredVmId>> landing_in_;          // by identity of their network, once asked
  std::map<Text, RecordedId> recorded_nic_;                       // by identity, once asked
  std::map<Text, std::map<SubnetName, std::string>> landings_;    // network -> subnet -> a nic of ours, once asked
  std::map<std::pair<Text, SubnetName>, std::string> strangers_;  // network and subnet -> a nic of others, once asked
  bool strangers_known_ = false;
  ParsedColumns parsed_;
};

const std::vector<DeclaredVmId>& SourceFollower::landing_in(Text network) {
  if (landing_in_.empty())
    for (const DeclaredVmId v : input_.landings.ids())
      if (input_.landings[v].target) landing_in_[input_.landings[v].target].push_back(v);
  return landing_in_[network];
}

void SourceFollower::follow(const DerivedNetwork& network) {
  const DesiredRow& derived = row(network);
  const ObservedRow& seen = input_.observed.rows[network.found];
  const auto of_desired = [&](std::size_t column) { return text(desired_.cell(derived, column)); };
  const auto of_observed = [&](std::size_t column) { return text(input_.observed.cell(seen, column)); };
  const NetworkShape source =
                         parse_shape(of_desired(network_column::address_space), of_desired(network_column::subnets)),
                     found =
                         parse_shape(of_observed(network_column::address_space), of_observed(network_column::subnets));
  NetworkShape recorded;
  if (network.recorded) {
    const RecordedState& state = input_.derive.recorded;
    const StateRow& was = state.rows[network.recorded];
    recorded = parse_shape(text(state.cell(was, network_column::address_space)),
                           text(state.cell(was, network_column::subnets)));
  }
  const Followed followed = follow_source(
      {source, network.recorded ? &recorded : nullptr, found,
       [&](const Subnet& subnet, const std::set<SubnetName>& stays) { return user(network, subnet, stays); }});
  desired_.cells[derived.first_cell + network_column::address_space] =
      texts_.intern(canonical_prefix_list(followed.own.spaces));
  desired_.cells[derived.first_cell + network_column::subnets] =
      texts_.intern(canonical_subnet_map(followed.own.subnets));
  if (!followed.left_out.empty()) warn(network, followed.left_out);
}

void SourceFollower::warn(const DerivedNetwork& network, const std::vector<LeftOut>& left_out) {
  std::set<SubnetName> subnets;
  std::string detail;
  for (const LeftOut& each : left_out) {
    if (!each.subnet.empty()) subnets.insert(ascii_lower(each.subnet));
    detail += fmt::format("{}{}: {}", detail.empty() ? "" : "; ", each.what, each.because);
  }
  std::vector<std::string> needed;
  std::size_t more = 0;
  for (const DeclaredVmId v : landing_in(row(network).identity))
    for (const NicFacts& nic : input_.landings[v].nics)
      if (subnets.contains(ascii_lower(text(nic.subnet)))) {
        if (needed.size() < k_most_nics) needed.push_back(nic_address(input_.landings[v], nic));
        else ++more;
      }
  if (!needed.empty())
    detail +=
        fmt::format("; {}{} would land there, and {} another subnet by the rules", fmt::join(needed, ", "),
                    more == 0 ? std::string() : fmt::format(" and {} more", more), needed.size() == 1 ? "gets" : "get");
  const std::string_view address = text(row(network).address);
  diagnostics_.add(
      {Code::NotFollowed,
       Severity::Warning,
       fmt::format("{} does not get all that its source has", address),
       std::move(detail),
       fmt::format("make room there, or declare the network with what it should hold: pairform promote {}", address),
       {},
       std::string(address)});
}

// Who uses a subnet of the derived network: whoever holds an address of it, lands in it, or is promised to.
std::string SourceFollower::user(const DerivedNetwork& network, const Subnet& subnet,
                                 const std::set<SubnetName>& stays) {
  for (const AddressInUse& use : input_.observed.in_use_of(input_.observed.rows[network.found]))
    for (const Prefix& prefix : subnet.prefixes)
      if (contains(prefix, use.ip)) return in_use_text(use, texts_);
  const Text identity = row(network).identity;
  find_strangers();
  const SubnetName name = ascii_lower(subnet.name);
  if (const auto stranger = strangers_.find({identity, name}); stranger != strangers_.end()) return stranger->second;
  if (stays.contains(name)) return {};  // only its prefix changes: what lands there is placed anew
  const auto [at, fresh] = landings_.try_emplace(identity);
  if (fresh) at->second = landings_of(identity, stays);
  const auto landing = at->second.find(name);
  return landing == at->second.end() ? std::string() : landing->second;
}

std::map<SubnetName, std::string> SourceFollower::landings_of(Text network, const std::set<SubnetName>& stays) {
  std::map<SubnetName, std::string> out;
  for (const DeclaredVmId v : landing_in(network)) {
    const VmLanding& landing = input_.landings[v];
    for (const NicFacts& nic : landing.nics)
      if (SubnetName wanted = wanted_subnet(landing, nic, stays); !wanted.empty())
        out.try_emplace(std::move(wanted), nic_address(landing, nic));
  }
  return out;
}

// Where the nic lands by the rules S1 to S4, as far as subnets that may leave matter. "": it does not need one of them.
SubnetName SourceFollower::wanted_subnet(const VmLanding& landing, const NicFacts& nic,
                                         const std::set<SubnetName>& stays) {
  const DeclaredNic& wanted = nic.declared ? desired_.nics[nic.declared] : desired_.vms[landing.declared].nic_defaults;
  if (wanted.target_subnet) return ascii_lower(text(wanted.target_subnet));
  const SubnetName source = ascii_lower(text(nic.subnet));
  if (landing.by_pair)
    if (const Text rule = desired_.cell(desired_.rows[landing.half], half_column::subnets))
      for (const auto& [from, to] : parsed_.items(texts_, rule))
        if (ascii_lower(from) == source) return ascii_lower(to);
  return stays.contains(source) ? SubnetName() : held_subnet(nic);
}

// As the service has it, or else as recorded.
SubnetName SourceFollower::held_subnet(const NicFacts& nic) {
  if (const ObservedId at = input_.observed.find({k_nic_type, nic.identity}))
    if (const ObservedRow& seen = input_.observed.rows[at]; !seen.facts_only)
      return ascii_lower(text(input_.observed.cell(seen, nic_column::target_subnet)));
  const DeriveInput& derive = input_.derive;
  if (recorded_nic_.empty())
    for (const RecordedId r : derive.recorded.rows.ids())
      if (derive.recorded.rows[r].type == k_nic_type)
        recorded_nic_.emplace(
            identity_of(derive.recorded.rows[r], derive.recorded, derive.names, derive.identities, texts_), r);
  const auto at = recorded_nic_.find(nic.identity);
  if (at == recorded_nic_.end()) return {};
  return ascii_lower(text(derive.recorded.cell(derive.recorded.rows[at->second], nic_column::target_subnet)));
}

// Landings, in derived networks, of machines that this project neither declares nor records.
void SourceFollower::find_strangers() {
  if (std::exchange(strangers_known_, true)) return;
  const DeriveInput& derive = input_.derive;
  std::set<Text> ours, networks;  // identities
  for (const DeclaredVm& vm : desired_.vms) ours.insert(vm.identity);
  for (const StateRow& each : derive.recorded.rows)
    if (each.type == k_vm_type)
      ours.insert(identity_of(each, derive.recorded, derive.names, derive.identities, texts_));
  for (const DerivedNetwork& network : input_.networks) networks.insert(row(network).identity);
  std::map<Text, Text> target_of;  // identity of a stranger -> of the derived network that it lands in
  for (const ObservedRow& seen : input_.observed.rows) {
    if (seen.type != k_vm_type || seen.facts_only || ours.contains(seen.identity)) continue;
    const Text target = input_.observed.cell(seen, vm_column::target_network);
    if (networks.contains(target)) target_of.emplace(seen.identity, target);
  }
  if (target_of.empty()) return;
  for (const ObservedRow& seen : input_.observed.rows) {
    const auto vm = seen.type == k_nic_type && !seen.facts_only ? target_of.find(seen.vm) : target_of.end();
    if (vm == target_of.end()) continue;
    const Text subnet = input_.observed.cell(seen, nic_column::target_subnet);
    if (subnet) strangers_.try_emplace({vm->second, ascii_lower(text(subnet))}, std::string(text(seen.id)));
  }
}

}  // namespace

void follow_sources(const FollowSourcesInput& input, DesiredState& desired, StringPool& texts,
                    Diagnostics& diagnostics) {
  if (!input.networks.empty()) SourceFollower(input, desired, texts, diagnostics).run();
}

}  // namespace pairform
