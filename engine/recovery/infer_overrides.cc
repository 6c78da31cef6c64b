#include "engine/recovery/infer_overrides.h"

#include <algorithm>
#include <set>

namespace pairform {
namespace {

std::optional<Ip> v4(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6 ? ip : std::nullopt;
}

// The address of a secondary configuration, whose name counts without case; "": it has none.
std::string_view address_of(const TextItems& items, std::string_view name) {
  for (const auto& [key, address] : items)
    if (key == name || ascii_lower(key) == ascii_lower(name)) return address;
  return {};
}

// One nic that lands somewhere.
struct NicDraft {
  std::size_t vm = 0;   // VmDraft
  std::size_t nic = 0;  // of its nics
  const DiscoveredNic* found = nullptr;
  std::string address;                           // vm.web1.nic.eth0
  std::vector<std::string_view> configurations;  // "primary", then secondaries by name
  bool subnet = false;                           // its overrides: of the subnet,
  std::set<std::size_t> addresses;               // and of these configurations
};

enum class Keep { Nothing, WhatIsThere };

class OverrideFinder {
 public:
  OverrideFinder(const OverridesInput& input, std::vector<VmDraft>& vms) : input_(input), vms_(vms) {
    for (std::size_t v = 0; v < vms.size(); ++v) add_nics(v);
    make_networks();
  }

  Overrides run() {
    if (input_.pin == Pin::All) pin_all();
    if (input_.pin == Pin::Intent) pin_intent();
    hold();
    Overrides out;
    out.next_available = next_available_;
    out.nics.resize(vms_.size());
    for (const NicDraft& nic : nics_)
      if (nic.subnet || !nic.addresses.empty()) out.nics[nic.vm].push_back(written(nic));
    return out;
  }

 private:
  const DiscoveredVm& vm_of(const NicDraft& nic) const { return input_.found.vms[vms_[nic.vm].found]; }
  bool is_fixed(const NicDraft& nic) const { return vm_of(nic).status != Status::Settled; }
  std::string_view source_of(const NicDraft& nic, std::size_t c) const {
    return c == 0 ? std::string_view(nic.found->ip) : address_of(nic.found->secondary, nic.configurations[c]);
  }
  std::string_view target_of(const NicDraft& nic, std::size_t c) const {
    return c == 0 ? std::string_view(nic.found->target_ip)
                  : address_of(nic.found->target_secondary, nic.configurations[c]);
  }
  void add_nics(std::size_t v);
  void make_networks();
  LandingRequest request(const NicDraft& nic, Keep keep) const;
  Placement placed(Keep keep) const;
  bool lands_in_its_subnet(const NicDraft& nic, const PlacedNic& placed) const {
    return ascii_lower(placed.subnet) == ascii_lower(*nic.found->target_subnet);
  }
  bool has_its_address(const NicDraft& nic, const PlacedNic& placed, std::size_t c) const {
    return placed.addresses[c].ip == v4(target_of(nic, c));
  }
  bool lands_as_found(const NicDraft& nic, const PlacedNic& placed) const;
  // Can an override say it? That a secondary gets no address cannot be said.
  bool can_pin(const NicDraft& nic, std::size_t c) const {
    return !target_of(nic, c).empty() || (c == 0 && v4(source_of(nic, c)));
  }
  void pin(NicDraft& nic);
  void pin_all();
  void pin_intent();
  void hold();
  InferredNic written(const NicDraft& nic) const;

  const OverridesInput& input_;
  std::vector<VmDraft>& vms_;
  std::vector<NicDraft> nics_;  // in address order
  std::vector<LandingNetwork> networks_;
  std::size_t next_available_ = 0;
};

void OverrideFinder::add_nics(std::size_t v) {
  const VmDraft& draft = vms_[v];
  const DiscoveredVm& vm = input_.found.vms[draft.found];
  if (!input_.network_at.contains(vm.network) || !input_.network_at.contains(vm.target_network)) return;
  for (std::size_t n = 0; n < draft.nics.size(); ++n) {
    const DiscoveredNic& nic = vm.nics[draft.nics[n]];
    if (!nic.target_subnet || nic.subnet.empty() || nic.ip.empty()) continue;
    NicDraft out{v, n, &nic, "vm." + draft.key + ".nic." + draft.nic_keys[n], {"primary"}, false, {}};
    for (const auto& entry : nic.secondary) out.configurations.emplace_back(entry.first);
    nics_.push_back(std::move(out));
  }
}

// Occupied: what machines have that live there, and what the cloud reports of others than the copies of these.
void OverrideFinder::make_networks() {
  std::set<std::string_view> own;
  for (const DiscoveredVm& vm : input_.found.vms)
    for (const DiscoveredNic& nic : vm.nics) own.insert(nic.identity);
  for (const DiscoveredNetwork& network : input_.found.networks) {
    LandingNetwork out{
        .name = network.identity, .subnets = network.subnets, .occupied = {}, .delegated = network.delegated};
    for (const auto& [ip, owner] : network.in_use)
      if (!own.contains(owner)) out.occupied.push_back({.ip = ip, .owner = owner});
    networks_.push_back(std::move(out));
  }
  for (const DiscoveredVm& vm : input_.found.vms) {
    const auto home = input_.network_at.find(vm.network);
    if (home == input_.network_at.end()) continue;
    const auto occupy = [&](std::string_view address, const DiscoveredNic& nic) {
      if (const auto ip = v4(address))
        networks_[home->second].occupied.push_back({.ip = *ip, .owner = nic.identity, .stranger = false});
    };
    for (const DiscoveredNic& nic : vm.nics) {
      occupy(nic.ip, nic);
      for (const auto& entry : nic.secondary) occupy(entry.second, nic);
    }
  }
}

LandingRequest OverrideFinder::request(const NicDraft& nic, Keep keep) const {
  const DiscoveredVm& vm = vm_of(nic);
  const bool kept = keep == Keep::WhatIsThere || is_fixed(nic);
  LandingRequest out{.address = nic.address,
                     .source_network = static_cast<std::uint32_t>(input_.network_at.at(vm.network)),
                     .target_network = static_cast<std::uint32_t>(input_.network_at.at(vm.target_network)),
                     .rule = vms_[nic.vm].rule,
                     .source_subnet = nic.found->subnet,
                     .override_subnet = nic.subnet ? std::string_view(*nic.found->target_subnet) : std::string_view(),
                     .kept_subnet = kept ? std::string_view(*nic.found->target_subnet) : std::string_view(),
                     .fixed = is_fixed(nic),
                     .keep_first = kept && vms_[nic.vm].existing,
                     .configurations = {}};
  for (std::size_t c = 0; c < nic.configurations.size(); ++c) {
    const auto target = v4(target_of(nic, c));
    const bool pinned = nic.addresses.contains(c);
    out.configurations.push_back({.name = nic.configurations[c],
                                  .source = v4(source_of(nic, c)),
                                  .override_ip = pinned ? target : std::nullopt,
                                  .override_dynamic = pinned && !target,
                                  .kept = kept ? target : std::nullopt,
                                  .kept_dynamic = kept && !target});
  }
  return out;
}

Placement OverrideFinder::placed(Keep keep) const {
  std::vector<LandingRequest> requests;
  requests.reserve(nics_.size());
  for (const NicDraft& nic : nics_) requests.push_back(request(nic, keep));
  return place({.networks = networks_, .rules = input_.rules, .requests = requests});
}

bool OverrideFinder::lands_as_found(const NicDraft& nic, const PlacedNic& placed) const {
  if (is_fixed(nic)) return true;
  if (!lands_in_its_subnet(nic, placed)) return false;
  for (std::size_t c = 0; c < nic.configurations.size(); ++c)
    if (!has_its_address(nic, placed, c)) return false;
  return true;
}

void OverrideFinder::pin(NicDraft& nic) {
  nic.subnet = true;
  for (std::size_t c = 0; c < nic.configurations.size(); ++c)
    if (can_pin(nic, c)) nic.addresses.insert(c);
}

void OverrideFinder::pin_all() {
  for (NicDraft& nic : nics_)
    if (!is_fixed(nic)) pin(nic);
}

// Subnets first: an address is compared in the subnet that it is in.
void OverrideFinder::pin_intent() {
  const Placement by_subnet = placed(Keep::Nothing);
  for (std::size_t n = 0; n < nics_.size(); ++n)
    nics_[n].subnet = !is_fixed(nics_[n]) && !lands_in_its_subnet(nics_[n], by_subnet.nics[n]);
  const Placement by_address = placed(Keep::Nothing);
  for (std::size_t n = 0; n < nics_.size(); ++n) {
    NicDraft& nic = nics_[n];
    if (is_fixed(nic)) continue;
    for (std::size_t c = 0; c < nic.configurations.size(); ++c) {
      const PlacedNic& placed = by_address.nics[n];
      if (has_its_address(nic, placed, c) || !can_pin(nic, c)) continue;
      const bool is_accident = placed.addresses[c].reason == IpReason::NextAvailable && !target_of(nic, c).empty();
      if (is_accident) ++next_available_;
      else nic.addresses.insert(c);
    }
  }
}

// What is written, and then adopted, must move nothing: a managed nic gets what it lacks, and where that does not help its
// vm stays existing. An override that the rules refuse (an address that a stranger has by now) goes.
void OverrideFinder::hold() {
  for (unsigned attempt = 0; attempt < 3; ++attempt) {
    const Placement kept = placed(Keep::WhatIsThere);
    bool changed = false;
    for (std::size_t n = 0; n < nics_.size(); ++n) {
      NicDraft& nic = nics_[n];
      if (lands_as_found(nic, kept.nics[n])) continue;
      VmDraft& vm = vms_[nic.vm];
      if (!vm.existing && attempt == 0) {
        pin(nic);
        changed = true;
        continue;
      }
      changed = changed || !vm.existing || nic.subnet || !nic.addresses.empty();
      vm.existing = true;
      nic.subnet = false;
      nic.addresses.clear();
    }
    if (!changed) return;
  }
}

InferredNic OverrideFinder::written(const NicDraft& nic) const {
  InferredNic out;
  out.key = vms_[nic.vm].nic_keys[nic.nic];
  if (nic.subnet) out.target_subnet = *nic.found->target_subnet;
  for (const std::size_t c : nic.addresses) {
    const std::string_view target = target_of(nic, c);
    if (c == 0) out.target_ip = target.empty() ? std::string(k_dynamic) : std::string(target);
    else out.target_secondary.emplace_back(nic.configurations[c], target);
  }
  return out;
}

}  // namespace

Overrides infer_overrides(const OverridesInput& input, std::vector<VmDraft>& vms) {
  return OverrideFinder(input, vms).run();
}

}  // namespace pairform
