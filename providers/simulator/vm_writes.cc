#include "providers/simulator/vm_writes.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/simulator/landing.h"
#include "providers/simulator/vm_store.h"

namespace pairform::simulator {
namespace {

// Refuses a place whose addresses somebody else holds: another machine's nic ("eastasia/web2/eth0"), or a stranger for
// whom the portal put the address in use ("in use"). The machine's own nics may exchange theirs.
std::optional<Refusal> check_free(Cloud& cloud, std::string_view vm, std::string_view network, const NicPlace& place) {
  for (const Ip& ip : static_addresses(place)) {
    const auto holder = address_holder(cloud.database(), network, ip);
    if (holder && !holder->starts_with(fmt::format("{}/", vm)))
      return Refusal{"PrivateIPAddressInUse", fmt::format("Address {} is already in use in {}{}.", to_text(ip), network,
                                                          *holder == "in use" ? "" : " by " + *holder)};
  }
  return std::nullopt;
}

// Checks a place on a network (subnet, addresses, who holds them), and spells its subnet as the network does: "WEB"
// becomes "web".
std::optional<Refusal> settle_place(Cloud& cloud, std::string_view vm, const SimulatedNetwork& network,
                                    std::string_view nic, NicPlace& place) {
  if (auto refusal = check_place(nic, place, network.shape, network.id)) return refusal;
  place.subnet = subnet_named(network.shape, place.subnet)->name;
  return check_free(cloud, vm, network.id, place);
}

// The machine's own network must be in its region, and every nic must have its place there.
std::optional<Refusal> settle_homes(Cloud& cloud, SimulatedVm& vm) {
  const auto network = cloud.find_shape(vm.network);
  if (!network) return network_not_found(vm.network);
  if (network->region != vm.region)
    return Refusal{"InvalidLocation", fmt::format("{} is not in {}.", vm.network, vm.region)};
  std::vector<Ip> addresses;
  for (SimulatedNic& nic : vm.nics) {
    if (auto refusal = settle_place(cloud, vm.identity, *network, nic_identity(vm.identity, nic.id), nic.home))
      return refusal;
    for (const Ip& ip : static_addresses(nic.home)) addresses.push_back(ip);
  }
  return check_distinct(vm.identity, std::move(addresses));
}

// No two configurations of one machine land on the same address.
std::optional<Refusal> check_landings(const SimulatedVm& vm) {
  std::vector<Ip> addresses;
  for (const SimulatedNic& nic : vm.nics) {
    if (!nic.landing) continue;
    for (const Ip& ip : static_addresses(*nic.landing)) addresses.push_back(ip);
  }
  return check_distinct(vm.identity, std::move(addresses));
}

// Takes a landing that a project sets. It may name only configurations that the nic has; those that it leaves out are
// dynamic.
std::optional<Refusal> take_landing(Cloud& cloud, const SimulatedVm& vm, SimulatedNic& nic, NicPlace landing,
                                    const SimulatedNetwork& target) {
  const std::string identity = nic_identity(vm.identity, nic.id);
  for (const auto& [name, address] : landing.secondary)
    if (nic.home.secondary.count(name) == 0)
      return Refusal{"IpConfigurationNotFound", fmt::format("Nic {} has no IP configuration {}.", identity, name)};
  if (auto refusal = settle_place(cloud, vm.identity, target, identity, landing)) return refusal;
  nic.landing = std::move(landing);
  return std::nullopt;
}

// A project that declares a vm which nobody put there makes the simulator invent the machine ("made up"). Once its
// replication has ended, nothing else needs it. Where another invented machine is declared with the address of such a
// leftover, the leftover is deleted: the user renamed vm.web1 to vm.web2, and there is no real machine in the way.
void delete_leftovers(Cloud& cloud, std::string_view network, const NicPlace& place) {
  for (const Ip& ip : static_addresses(place)) {
    const auto holder = address_holder(cloud.database(), network, ip);
    if (!holder || holder->find('/') == std::string::npos) continue;
    const std::string owner = holder->substr(0, holder->rfind('/'));
    const auto leftover = find_vm(cloud.database(), owner);
    if (leftover && leftover->made_up && leftover->phase == VmPhase::Alone) delete_vm(cloud.database(), owner);
  }
}

// A nic that a project declares and that the machine does not have: a made-up machine gets it as declared, a real one
// (the portal's) refuses.
std::optional<Refusal> make_up_nic(Cloud& cloud, SimulatedVm& vm, const NicChange& change) {
  if (!vm.made_up || !change.home) return nic_not_found(nic_identity(vm.identity, change.id));
  delete_leftovers(cloud, vm.network, *change.home);
  vm.nics.push_back({change.id, change.name, *change.home, {}, {}, {}});
  std::sort(vm.nics.begin(), vm.nics.end(), [](const SimulatedNic& a, const SimulatedNic& b) { return a.id < b.id; });
  if (auto refusal = check_machine(vm)) return refusal;
  return settle_homes(cloud, vm);
}

// Puts the tests of a machine into another network; empty: there are none any more. What was said of its nics holds on
// where the network has that subnet, and that address in it.
std::optional<Refusal> test_elsewhere(Cloud& cloud, SimulatedVm& vm, const std::string& network) {
  if (network == vm.test_network) return std::nullopt;
  std::optional<SimulatedNetwork> found;
  if (!network.empty()) {
    found = cloud.find_shape(network);
    if (!found) return network_not_found(network);
    if (found->region != vm.target_region)
      return Refusal{"InvalidTarget", fmt::format("{} is replicated to {}; {} is in {}.", vm.identity, vm.target_region,
                                                  found->id, found->region)};
  }
  vm.test_network = network;
  for (SimulatedNic& nic : vm.nics)
    if (nic.test && (!found || check_test(nic.id, *nic.test, found->shape, found->id))) nic.test.reset();
  return std::nullopt;
}

// Takes what a project says of the test of a nic, and spells the subnet as the network does.
std::optional<Refusal> take_test(Cloud& cloud, const SimulatedVm& vm, SimulatedNic& nic,
                                 const std::optional<NicTest>& test) {
  nic.test = test;
  if (!test) return std::nullopt;
  const std::string identity = nic_identity(vm.identity, nic.id);
  const auto network = vm.test_network.empty() ? std::nullopt : cloud.find_shape(vm.test_network);
  if (!network)
    return Refusal{"TestNetworkNotConfigured", fmt::format("{} has no network for test failovers.", vm.identity)};
  if (auto refusal = check_test(identity, *test, network->shape, network->id)) return refusal;
  nic.test->subnet = subnet_named(network->shape, test->subnet)->name;
  return check_free(cloud, vm.identity, network->id, {nic.test->subnet, {!test->ip.has_value(), test->ip}, {}});
}

// Replaces what is set for one nic. No landing in the change: what was set is dropped, and if the nic is not there that
// is done already.
std::optional<Refusal> change_nic(Cloud& cloud, SimulatedVm& vm, const NicChange& change,
                                  const SimulatedNetwork& target) {
  SimulatedNic* nic = find_nic(vm, change.id);
  if (nic == nullptr) {
    if (!change.landing) return std::nullopt;
    if (auto refusal = make_up_nic(cloud, vm, change)) return refusal;
    nic = find_nic(vm, change.id);
  }
  nic->landing.reset();
  nic->test.reset();
  if (!change.landing) return std::nullopt;
  if (auto refusal = take_landing(cloud, vm, *nic, *change.landing, target)) return refusal;
  return take_test(cloud, vm, *nic, change.test);
}

// Puts the replication onto another target network. Nics that had a landing get one there by the service's rules, the
// others stay without; where the network has no place for them (no subnet, no free address) none of them has one.
void retarget(Cloud& cloud, SimulatedVm& vm, const SimulatedNetwork& target, TakenAddresses& taken) {
  const auto source = cloud.find_shape(vm.network);
  vm.target_network = target.id;
  std::set<std::string> landed;
  for (const SimulatedNic& nic : vm.nics)
    if (nic.landing) landed.insert(nic.id);
  if (source) static_cast<void>(land(vm, *source, target, taken));
  for (SimulatedNic& nic : vm.nics)
    if (landed.count(nic.id) == 0) nic.landing.reset();
}

std::optional<Refusal> configure(Cloud& cloud, const VmWrite& write) {
  auto vm = find_vm(cloud.database(), write.vm);
  // Dropping settings of what is not replicated (any more) is done already.
  const bool only_drops =
      write.target_network.empty() && write.test_network.value_or("").empty() &&
      std::all_of(write.nics.begin(), write.nics.end(), [](const NicChange& change) { return !change.landing; });
  if (only_drops && (!vm || !vm->replicated())) return std::nullopt;
  if (!vm) return vm_not_found(write.vm);
  if (!is_settled(vm->phase)) return not_protected(*vm);
  const std::string target_id = write.target_network.empty() ? vm->target_network : write.target_network;
  const auto target = cloud.find_shape(target_id);
  if (!target) return network_not_found(target_id);
  if (target->region != vm->target_region)
    return Refusal{"InvalidTarget", fmt::format("{} is replicated to {}; {} is in {}.", vm->identity, vm->target_region,
                                                target->id, target->region)};
  if (target_id != vm->target_network) {
    TakenAddresses taken{{target_id, spoken_for(cloud, target_id, {vm->identity})}};
    retarget(cloud, *vm, *target, taken);
  }
  if (write.test_network)
    if (auto refusal = test_elsewhere(cloud, *vm, *write.test_network)) return refusal;
  for (const NicChange& change : write.nics)
    if (auto refusal = change_nic(cloud, *vm, change, *target)) return refusal;
  if (auto refusal = check_landings(*vm)) return refusal;
  save_vm(cloud.database(), *vm);
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> put_machine(Cloud& cloud, SimulatedVm facts) {
  if (auto refusal = check_machine(facts)) return refusal;
  if (auto refusal = settle_homes(cloud, facts)) return refusal;
  auto vm = find_vm_called(cloud.database(), facts.identity);
  if (!vm) {
    facts.id = facts.identity;
    save_vm(cloud.database(), facts);
    return std::nullopt;
  }
  if (has_copy(vm->phase) || vm->identity != facts.identity)
    return Refusal{"VmFailedOver", fmt::format("{} is {}: its facts can be changed when it is settled again.",
                                               vm->identity, phase_text(vm->phase))};
  // Nics that stay keep their landing, but for configurations that are gone.
  for (SimulatedNic& nic : facts.nics) {
    const SimulatedNic* before = find_nic(*vm, nic.id);
    if (before == nullptr || !before->landing) continue;
    nic.landing = before->landing;
    nic.test = before->test;
    std::erase_if(nic.landing->secondary,
                  [&](const auto& entry) { return nic.home.secondary.count(entry.first) == 0; });
  }
  vm->made_up = false;
  vm->network = facts.network;
  vm->nics = std::move(facts.nics);
  save_vm(cloud.database(), *vm);
  return std::nullopt;
}

std::optional<Refusal> delete_machine(Cloud& cloud, std::string_view identity) {
  if (!find_vm(cloud.database(), identity)) return vm_not_found(identity);
  delete_vm(cloud.database(), identity);
  return std::nullopt;
}

std::optional<Refusal> begin_enable(Cloud& cloud, const VmWrite& write) {
  auto vm = find_vm(cloud.database(), write.vm);
  if (!vm) {  // nobody put it there: it is made up from what the project declares
    vm.emplace();
    vm->identity = vm->id = write.vm;
    vm->region = write.region;
    vm->name = write.name;
    vm->network = write.network;
    vm->made_up = true;
    if (auto refusal = check_machine(*vm)) return refusal;
    if (auto refusal = settle_homes(cloud, *vm)) return refusal;
  }
  // The network to land in: as the request says, else by the mapping of (its network, target region).
  const auto mapping = cloud.find_mapping(mapping_id(vm->network, write.target_region));
  const std::string target = !write.target_network.empty() || !mapping ? write.target_network : mapping->target;
  if (auto refusal = check_enable(*vm, write.target_region, cloud.find_shape(target), mapping.has_value()))
    return refusal;
  vm->phase = VmPhase::Seeding;
  vm->target_region = write.target_region;
  vm->target_network = target;
  if (auto refusal = test_elsewhere(cloud, *vm, write.test_network.value_or(""))) return refusal;
  save_vm(cloud.database(), *vm);
  return std::nullopt;
}

std::optional<Refusal> finish_enable(Cloud& cloud, std::string_view identity) {
  auto vm = find_vm(cloud.database(), identity);
  if (!vm || vm->phase != VmPhase::Seeding)
    return Refusal{"ReplicationDisabled", fmt::format("The replication of {} was ended.", identity)};
  // The mapping was deleted while the machine was seeding: refused as at the start, and nothing of it is left.
  if (!cloud.find_mapping(mapping_id(vm->network, vm->target_region))) {
    vm->phase = VmPhase::Alone;
    auto refusal = check_enable(*vm, vm->target_region, cloud.find_shape(vm->target_network), false);
    disable(cloud, *vm);
    return refusal;
  }
  vm->phase = VmPhase::Settled;
  save_vm(cloud.database(), *vm);
  return std::nullopt;
}

void disable(Cloud& cloud, SimulatedVm& vm) {
  vm.id = vm.identity;
  vm.phase = VmPhase::Alone;
  vm.target_region.clear();
  vm.target_network.clear();
  vm.back_network.clear();
  vm.test_network.clear();
  for (SimulatedNic& nic : vm.nics) {
    nic.landing.reset();
    nic.test.reset();
    nic.copy.reset();
    nic.back.reset();
  }
  save_vm(cloud.database(), vm);
}

std::optional<Refusal> apply_vm_write(Cloud& cloud, const VmWrite& write) {
  switch (write.verb) {
    case VmVerb::Enable:
      if (auto refusal = begin_enable(cloud, write)) return refusal;
      return finish_enable(cloud, write.vm);
    case VmVerb::Disable: {
      auto vm = find_vm(cloud.database(), write.vm);
      if (!vm || !vm->replicated()) return std::nullopt;
      if (has_copy(vm->phase)) return not_protected(*vm);
      disable(cloud, *vm);
      return std::nullopt;
    }
    case VmVerb::Configure: break;
  }
  return configure(cloud, write);
}

std::optional<Refusal> would_refuse(Cloud& cloud, const VmWrite& write) {
  cloud.database().execute("SAVEPOINT trial");
  auto refusal = apply_vm_write(cloud, write);
  cloud.database().execute("ROLLBACK TO trial; RELEASE trial");
  return refusal;
}

void move_along(Cloud& cloud, const SimulatedMapping& mapping, std::string_view before, std::string_view after) {
  const auto target = cloud.find_shape(after);
  if (!target || before == after) return;
  TakenAddresses taken;
  for (SimulatedVm& vm : vms_of_slot(cloud.database(), mapping.source, mapping.target_region)) {
    if (vm.target_network != before || has_copy(vm.phase)) continue;
    if (taken.empty()) taken[target->id] = spoken_for(cloud, after);
    retarget(cloud, vm, *target, taken);
    save_vm(cloud.database(), vm);
  }
}

std::set<Ip> spoken_for(Cloud& cloud, std::string_view network, const std::set<std::string>& but_vms) {
  std::set<Ip> taken = held_addresses(cloud.database(), network, but_vms);
  for (const SimulatedVm& vm : vms_landing_in(cloud.database(), network)) {
    if (but_vms.count(vm.identity) != 0) continue;
    for (const SimulatedNic& nic : vm.nics)
      if (nic.landing)
        for (const Ip& ip : static_addresses(*nic.landing)) taken.insert(ip);
  }
  return taken;
}

}  // namespace pairform::simulator
