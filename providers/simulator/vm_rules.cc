#include "providers/simulator/vm_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pairform::simulator {
namespace {

// A phase in the database and in messages, and as the status of a row; in the order of VmPhase.
struct PhaseWord {
  std::string_view text, status;
};
constexpr std::array<PhaseWord, 9> k_phases{{{"alone", "settled"},
                                             {"seeding", "busy"},
                                             {"settled", "settled"},
                                             {"broken", "broken"},
                                             {"failed over", "failed_over"},
                                             {"committed", "failed_over"},
                                             {"reversed", "reversed"},
                                             {"returned", "failed_over"},
                                             {"return committed", "failed_over"}}};

Refusal not_in_subnet(const Ip& ip, std::string_view subnet, std::string_view network) {
  return {"PrivateIPAddressNotInSubnet",
          fmt::format("Address {} is not in subnet {} of {}.", to_text(ip), subnet, network)};
}

// A static address must be in a prefix of its subnet, and none of the five that Azure keeps.
std::optional<Refusal> check_static(const Ip& ip, const SimulatedSubnet& subnet, std::string_view network) {
  for (const Prefix& prefix : subnet.prefixes) {
    if (!contains(prefix, ip)) continue;
    if (!is_reserved(prefix, ip)) return std::nullopt;
    return Refusal{"PrivateIPAddressInReservedRange",
                   fmt::format("Address {} is one of the five that are reserved in {}.", to_text(ip), to_text(prefix))};
  }
  return not_in_subnet(ip, subnet.name, network);
}

}  // namespace

std::string_view phase_text(VmPhase phase) { return k_phases[static_cast<std::size_t>(phase)].text; }
std::optional<VmPhase> read_phase(std::string_view text) {
  for (std::size_t p = 0; p < k_phases.size(); ++p)
    if (k_phases[p].text == text) return static_cast<VmPhase>(p);
  return std::nullopt;
}
std::string_view phase_status(VmPhase phase) { return k_phases[static_cast<std::size_t>(phase)].status; }
// The phases are in the order of the round trip, so that "from here on" is a comparison.
bool has_copy(VmPhase phase) { return phase >= VmPhase::FailedOver; }
bool is_reversed(VmPhase phase) { return phase >= VmPhase::Reversed; }

NicPlace without_leases(NicPlace place) {
  if (place.primary.dynamic) place.primary.ip.reset();
  for (auto& [name, address] : place.secondary)
    if (address.dynamic) address.ip.reset();
  return place;
}

VmView view_of(const SimulatedVm& vm) {
  // Reversed, the portal shows web1 in the target region, replicated to where it came from, with its copies as its
  // nics.
  const bool other_side = is_reversed(vm.phase);
  VmView view{vm.id,      vm.region,        vm.name,           std::string(phase_status(vm.phase)),
              vm.network, vm.target_region, vm.target_network, {}};
  if (other_side) {
    view.region = vm.target_region;
    view.network = vm.target_network;
    view.target_region = vm.region;
    view.target_network = vm.back_network;
  } else {
    view.test_network = vm.test_network;
  }
  for (const SimulatedNic& nic : vm.nics) {
    const auto& to = other_side ? nic.back : nic.landing;
    NicView& shown = view.nics.emplace_back();
    shown.name = nic.name;
    shown.from = without_leases(other_side && nic.copy ? *nic.copy : nic.home);
    if (to) shown.to = without_leases(*to);
    if (!other_side) shown.test = nic.test;
  }
  return view;
}

std::string vm_id(std::string_view region, std::string_view name, std::string_view resource_group,
                  std::string_view subscription) {
  return network_id(region, name, resource_group, subscription);  // the names of machines follow the same rule
}
PlaceGroup group_of_id(std::string_view id) {
  if (!id.starts_with('@')) return {};
  const std::size_t slash = id.find('/'), end = id.find('/', slash + 1);
  const auto unless_dash = [](std::string_view part) { return part == "-" ? std::string() : std::string(part); };
  return {unless_dash(id.substr(slash + 1, end - slash - 1)), unless_dash(id.substr(1, slash - 1))};
}
std::string nic_identity(std::string_view vm, std::string_view nic) {
  return lower_cased(fmt::format("{}/{}", vm, nic));
}
// "eastasia/web1/eth0" to its vm and its nic; "eastasia/web1" and "@-/prod/eastasia/web1" are none.
std::optional<NicIdentity> split_nic_identity(std::string_view identity) {
  const std::size_t slash = identity.rfind('/');
  if (std::count(identity.begin(), identity.end(), '/') < (identity.starts_with('@') ? 4 : 2)) return std::nullopt;
  return NicIdentity{identity.substr(0, slash), identity.substr(slash + 1)};
}

bool is_vm_name(std::string_view text) { return text.size() <= 64 && is_subnet_name(text); }
bool is_nic_name(std::string_view text) { return is_subnet_name(text); }

SimulatedNic* find_nic(SimulatedVm& vm, std::string_view id) {
  for (SimulatedNic& nic : vm.nics)
    if (nic.id == id) return &nic;
  return nullptr;
}

const SimulatedSubnet* subnet_named(const NetworkShape& shape, std::string_view name) {
  const std::string folded = lower_cased(name);
  for (const SimulatedSubnet& subnet : shape.subnets)
    if (lower_cased(subnet.name) == folded) return &subnet;
  return nullptr;
}

std::optional<Refusal> check_machine(const SimulatedVm& vm) {
  constexpr std::string_view k_rule =
      "letters, digits, _, . or -, starting with a letter or digit, ending with one or _.";
  if (!is_region(vm.region)) return Refusal{"InvalidLocation", "A region is a word of letters and digits."};
  if (!is_vm_name(vm.name))
    return Refusal{"InvalidResourceName", fmt::format("A machine's name is 1 to 64 {}", k_rule)};
  for (const SimulatedNic& nic : vm.nics) {
    if (!is_nic_name(nic.name))
      return Refusal{"InvalidResourceName", fmt::format("A nic's name is 1 to 80 {}", k_rule)};
    for (const auto& [name, address] : nic.home.secondary)
      if (!is_nic_name(name) || name == "primary")
        return Refusal{"InvalidResourceName",
                       fmt::format("An IP configuration's name is not \"primary\", and 1 to 80 {}", k_rule)};
  }
  return std::nullopt;
}

std::optional<Refusal> check_place(std::string_view nic, const NicPlace& place, const NetworkShape& shape,
                                   std::string_view network) {
  const SimulatedSubnet* subnet = subnet_named(shape, place.subnet);
  if (subnet == nullptr)
    return Refusal{"SubnetNotFound", fmt::format("Network {} has no subnet {} for {}.", network, place.subnet, nic)};
  for (const Ip& ip : static_addresses(place))
    if (auto refusal = check_static(ip, *subnet, network)) return refusal;
  return std::nullopt;
}

std::optional<Refusal> check_test(std::string_view nic, const NicTest& test, const NetworkShape& shape,
                                  std::string_view network) {
  return check_place(nic, {test.subnet, {!test.ip.has_value(), test.ip}, {}}, shape, network);
}

std::vector<Ip> static_addresses(const NicPlace& place) {
  std::vector<Ip> found;
  const auto add = [&](const NicAddress& address) {
    if (!address.dynamic && address.ip) found.push_back(*address.ip);
  };
  add(place.primary);
  for (const auto& [name, address] : place.secondary) add(address);
  return found;
}

std::optional<Refusal> check_distinct(std::string_view vm, std::vector<Ip> addresses) {
  std::sort(addresses.begin(), addresses.end());
  const auto twice = std::adjacent_find(addresses.begin(), addresses.end());
  if (twice == addresses.end()) return std::nullopt;
  return Refusal{"PrivateIPAddressInUse", fmt::format("Address {} is given twice for {}.", to_text(*twice), vm)};
}

std::optional<Refusal> check_enable(const SimulatedVm& vm, std::string_view target_region,
                                    const std::optional<SimulatedNetwork>& target, bool mapped) {
  if (vm.replicated())
    return Refusal{"AlreadyProtected", fmt::format("{} is replicated to {} already.", vm.identity, vm.target_region)};
  if (target_region == vm.region)
    return Refusal{"SameRegion", fmt::format("{} is in {} already: a machine is replicated to another region.",
                                             vm.identity, vm.region)};
  if (!mapped)
    return Refusal{"TargetNetworkNotConfigured",
                   fmt::format("Target network settings are not configured for virtual machine {}: there is no "
                               "mapping of {} to {}.",
                               vm.identity, vm.network, target_region)};
  if (!target) return Refusal{"NetworkNotFound", "The target network is not there."};
  if (target->region != target_region)
    return Refusal{"InvalidTarget", fmt::format("{} is in {}, not in {}.", target->id, target->region, target_region)};
  return std::nullopt;
}

Refusal vm_not_found(std::string_view id) { return {"VmNotFound", fmt::format("There is no machine {}.", id)}; }
Refusal nic_not_found(std::string_view identity) {
  return {"NicNotFound", fmt::format("There is no nic {}.", identity)};
}
Refusal not_protected(const SimulatedVm& vm) {
  return {"VmNotProtected", vm.replicated() ? fmt::format("{} is {}: its settings are taken when it is settled.",
                                                          vm.identity, phase_text(vm.phase))
                                            : fmt::format("{} is not replicated.", vm.identity)};
}

}  // namespace pairform::simulator
