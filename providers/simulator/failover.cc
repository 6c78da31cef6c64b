#include "providers/simulator/failover.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/simulator/landing.h"
#include "providers/simulator/vm_store.h"
#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {
namespace {

// The region that a machine is protected in, and would leave, or has just left.
std::string_view leaves(const SimulatedVm& vm) { return is_reversed(vm.phase) ? vm.target_region : vm.region; }

// What may come next; empty: nothing.
std::string_view next_command(VmPhase phase) {
  switch (phase) {
    case VmPhase::Settled:
    case VmPhase::Broken:
    case VmPhase::Reversed: return "failover";
    case VmPhase::FailedOver:
    case VmPhase::Returned: return "commit";
    case VmPhase::Committed:
    case VmPhase::ReturnCommitted: return "reprotect";
    case VmPhase::Alone:
    case VmPhase::Seeding: break;
  }
  return {};
}

// Why nothing of the company is ready for the command ("commit eastasia" where web1 has not failed over). `found`: the
// machine to tell of, whose next command is named; null: none is replicated.
Refusal out_of_order(const SimulatedVm* found, const Company& company, std::string_view command) {
  const bool one = !company.machine.empty();
  const std::string nothing =
      fmt::format("There is nothing to {}{}", command, one ? "" : fmt::format(" in {}", company.region));
  if (found == nullptr)
    return {"NothingReplicated",
            fmt::format("{}: {}.", nothing,
                        one ? company.machine + " is not replicated" : "no machine is replicated from there")};
  if (next_command(found->phase).empty())
    return {"VmNotProtected", fmt::format("{}: {} is busy.", nothing, found->identity)};
  return {"OutOfOrder", fmt::format("{}: {} is {}, and pairform sim {} {} comes next.", nothing, found->identity,
                                    phase_text(found->phase), next_command(found->phase),
                                    one ? std::string_view(found->id) : leaves(*found))};
}

// One machine. Its id says where it is protected, so that a command named twice is refused: eastasia/web1 is
// southeastasia/web1 once it is reversed.
std::vector<SimulatedVm> one_ready_for(Cloud& cloud, std::string_view command, const Company& company,
                                       std::optional<Refusal>& refusal) {
  std::vector<SimulatedVm> ready;
  auto vm = find_vm_called(cloud.database(), company.machine);
  if (!vm) refusal = vm_not_found(company.machine);
  else if (next_command(vm->phase) == command && vm->id == company.machine) ready.push_back(std::move(*vm));
  else refusal = out_of_order(vm->replicated() ? &*vm : nullptr, company, command);
  return ready;
}

// The machines for which `command` comes next and that leave, or have left, the region; `refusal` where there is none.
// That one tells of a machine that would leave this region rather than of one that would only arrive in it.
std::vector<SimulatedVm> ready_for(Cloud& cloud, std::string_view command, const Company& company,
                                   std::optional<Refusal>& refusal) {
  if (!company.machine.empty()) return one_ready_for(cloud, command, company, refusal);
  std::vector<SimulatedVm> ready;
  const std::vector<SimulatedVm> all = all_vms(cloud.database());
  const SimulatedVm* found = nullptr;
  for (const SimulatedVm& vm : all) {
    const bool here = leaves(vm) == company.region;
    if (here && next_command(vm.phase) == command) ready.push_back(vm);
    if (!vm.replicated() || (vm.region != company.region && vm.target_region != company.region)) continue;
    if (found == nullptr || (leaves(*found) != company.region && here)) found = &vm;
  }
  if (ready.empty()) refusal = out_of_order(found, company, command);
  return ready;
}

// A machine on its way: from where to where, and the places of its nics there.
struct Passage {
  SimulatedVm vm;
  SimulatedNetwork source, target;
  std::vector<NicPlace> places;  // of its nics
  std::optional<Refusal> why_not;
  bool test = false;  // into its test network

  bool goes_home() const { return vm.phase == VmPhase::Reversed; }
  // It runs on a copy where it is not at home.
  const NicPlace& from(const SimulatedNic& nic) const { return has_copy(vm.phase) && nic.copy ? *nic.copy : nic.home; }
};

// Where a nic wants to be, as plan_landing.
using PlanNic = bool(const Passage& passage, const SimulatedNic& nic, NicPlace& place,
                     std::vector<AddressRequest>& requests);

// A failover: where the settings of the replication say (on the way home: those that reprotect chose), if that subnet
// is still there; else by the service's rules. A configuration that the settings do not name is dynamic.
bool come_up(const Passage& passage, const SimulatedNic& nic, NicPlace& place, std::vector<AddressRequest>& requests) {
  const NicPlace& from = passage.from(nic);
  const auto& told = passage.goes_home() ? nic.back : nic.landing;
  const SimulatedSubnet* subnet = told ? subnet_named(passage.target.shape, told->subnet) : nullptr;
  if (subnet == nullptr) return plan_landing(from, passage.source, passage.target, Leases::Yes, place, requests);
  place = {subnet->name, {told->primary.dynamic, {}}, {}};
  requests.push_back({passage.target.id, subnet, told->primary.ip, &place.primary});
  for (const auto& [name, address] : from.secondary) {
    const auto said = told->secondary.find(name);
    const NicAddress wanted = said == told->secondary.end() ? NicAddress{true, {}} : said->second;
    NicAddress& answer = place.secondary.emplace(name, NicAddress{wanted.dynamic, {}}).first->second;
    requests.push_back({passage.target.id, subnet, wanted.ip, &answer});
  }
  return true;
}

// A test failover: in the subnet that was said, else by the service's rules; with the address that was said, else the one
// it would land on, where that can be had there, else the highest free one.
bool come_up_for_test(const Passage& passage, const SimulatedNic& nic, NicPlace& place,
                      std::vector<AddressRequest>& requests) {
  const NicPlace& from = passage.from(nic);
  const SimulatedSubnet* said = nic.test ? subnet_named(passage.target.shape, nic.test->subnet) : nullptr;
  const SimulatedSubnet* subnet = said != nullptr ? said : landing_subnet(passage.target.shape, from.subnet);
  if (subnet == nullptr) return false;
  const NicPlace& lands = nic.landing ? *nic.landing : from;
  const bool told = said != nullptr && nic.test->ip;
  place = {subnet->name, {lands.primary.dynamic && !told, {}}, {}};
  requests.push_back({passage.target.id, subnet, told ? nic.test->ip : lands.primary.ip, &place.primary, true});
  for (const auto& [name, address] : from.secondary) {
    const auto landing = lands.secondary.find(name);
    const NicAddress wanted = landing == lands.secondary.end() ? NicAddress{true, {}} : landing->second;
    NicAddress& answer = place.secondary.emplace(name, NicAddress{wanted.dynamic, {}}).first->second;
    requests.push_back({passage.target.id, subnet, wanted.ip, &answer, true});
  }
  return true;
}

// A reprotect: where the machine will come home, by the service's rules; leases are given when it arrives.
bool come_back(const Passage& passage, const SimulatedNic& nic, NicPlace& place,
               std::vector<AddressRequest>& requests) {
  return plan_landing(passage.from(nic), passage.source, passage.target, Leases::No, place, requests);
}

// Gives every nic that travels its place; `taken` holds what is taken in each target. False: one machine can
// have none, and says why; it stays behind, and the others are to be asked again.
bool give_places(std::vector<Passage>& passages, PlanNic* plan, TakenAddresses taken) {
  std::vector<AddressRequest> requests;
  std::vector<Passage*> owners;  // of each request
  for (Passage& passage : passages) {
    if (passage.why_not) continue;
    passage.places.assign(passage.vm.nics.size(), {});
    for (std::size_t n = 0; n < passage.places.size(); ++n)
      if (!plan(passage, passage.vm.nics[n], passage.places[n], requests)) {
        passage.why_not = no_subnet(passage.target.id);
        return false;
      }
    owners.resize(requests.size(), &passage);
  }
  const AddressRequest* refused = grant(requests, taken);
  if (refused == nullptr) return true;
  owners[static_cast<std::size_t>(refused - requests.data())]->why_not = subnet_is_full(*refused);
  return false;
}

// Per target network the addresses that anybody holds but the machines that travel together: two of them may exchange
// addresses.
TakenAddresses held_by_others(Cloud& cloud, const std::vector<Passage>& passages) {
  std::set<std::string> company;
  for (const Passage& passage : passages)
    if (!passage.why_not) company.insert(passage.vm.identity);
  TakenAddresses taken;
  for (const Passage& passage : passages)
    if (!passage.why_not && taken.count(passage.target.id) == 0)
      taken[passage.target.id] = held_addresses(cloud.database(), passage.target.id, company);
  return taken;
}

// Adds the machine and its landings, a line a configuration, to what the command prints.
void report(const Passage& passage, Journey& journey) {
  const auto text = [](const NicAddress& address) { return address.dynamic ? "dhcp" : to_text(*address.ip); };
  journey.done.push_back({passage.vm.id, passage.target.id});
  for (std::size_t n = 0; n < passage.places.size(); ++n) {
    const SimulatedNic& nic = passage.vm.nics[n];
    const NicPlace &from = passage.from(nic), &to = passage.places[n];
    const auto add = [&](std::string_view configuration, const NicAddress& source, const NicAddress& target) {
      journey.landings.push_back({passage.vm.id, nic_identity(passage.vm.id, nic.id), std::string(configuration),
                                  passage.source.id, from.subnet, text(source), passage.target.id, to.subnet,
                                  to_text(*target.ip)});
    };
    add("primary", from.primary, to.primary);
    for (const auto& [name, address] : to.secondary) add(name, from.secondary.at(name), address);
  }
}

// Writes the places into the machine: at home they are its own from now on, elsewhere those of its copy.
void arrive(Passage& passage) {
  SimulatedVm& vm = passage.vm;
  const bool home = passage.goes_home();
  for (std::size_t n = 0; n < passage.places.size(); ++n) {
    if (home) vm.nics[n].home = without_leases(std::move(passage.places[n]));
    else vm.nics[n].copy = std::move(passage.places[n]);
  }
  if (home) vm.network = passage.target.id;
  vm.phase = home ? VmPhase::Returned : VmPhase::FailedOver;
}

// web1 may arrive at the address that web2 leaves, and web2 at that of web1: all machines release their addresses
// before any of them takes one.
void save_all(Cloud& cloud, const std::vector<SimulatedVm>& vms) {
  for (const SimulatedVm& vm : vms) release_addresses(cloud.database(), vm.identity);
  for (const SimulatedVm& vm : vms) save_vm(cloud.database(), vm);
}

// For the way back: what is taken in each home network. Machines that are away themselves hold their old addresses
// there only on paper and do not count; those that are reversed already have reserved the places where they are to come
// home.
TakenAddresses taken_at_home(Cloud& cloud, const std::vector<Passage>& passages) {
  const std::vector<SimulatedVm> all = all_vms(cloud.database());
  std::set<std::string> away;
  for (const SimulatedVm& vm : all)
    // From FailedOver to Reversed it runs in the target region; Returned and later it is home again.
    if (has_copy(vm.phase) && vm.phase <= VmPhase::Reversed) away.insert(vm.identity);
  TakenAddresses taken;
  for (const Passage& passage : passages)
    if (taken.count(passage.target.id) == 0)
      taken[passage.target.id] = held_addresses(cloud.database(), passage.target.id, away);
  for (const SimulatedVm& vm : all)
    if (const auto of = taken.find(vm.back_network); of != taken.end() && vm.phase == VmPhase::Reversed)
      for (const SimulatedNic& nic : vm.nics)
        if (nic.back)
          for (const Ip& ip : static_addresses(*nic.back)) of->second.insert(ip);
  return taken;
}

// The id of a machine while it is protected from where it came up: in a group of the same name.
std::string id_away(const SimulatedVm& vm) {
  const PlaceGroup group = group_of_id(vm.identity);
  return vm_id(vm.target_region, vm.name, group.resource_group, group.subscription);
}

// The way back, by the mapping of the network that the machine runs on.
std::optional<Refusal> find_way_back(Cloud& cloud, Passage& passage) {
  const SimulatedVm& vm = passage.vm;
  const std::string id = id_away(vm);
  if (find_vm_called(cloud.database(), id))
    return Refusal{"AlreadyExists", fmt::format("There is a machine {} already.", id)};
  const auto mapping = cloud.find_mapping(mapping_id(vm.target_network, vm.region));
  const auto source = cloud.find_shape(vm.target_network);
  const auto target = mapping ? cloud.find_shape(mapping->target) : std::nullopt;
  if (!source || !target)
    return Refusal{
        "TargetNetworkNotConfigured",
        fmt::format("There is no mapping of {} to {}, so there is no way back.", vm.target_network, vm.region)};
  passage.source = *source;
  passage.target = *target;
  return std::nullopt;
}

// At home again: settled as before.
void settle(Cloud& cloud, SimulatedVm& vm, Journey& journey) {
  journey.done.push_back({vm.id, vm.target_network});
  vm.id = vm.identity;
  vm.phase = VmPhase::Settled;
  vm.back_network.clear();
  for (SimulatedNic& nic : vm.nics) {
    nic.copy.reset();
    nic.back.reset();
  }
  save_vm(cloud.database(), vm);
}

// Away: protected from there, under another id.
void reverse(Cloud& cloud, Passage& passage, Journey& journey) {
  SimulatedVm& vm = passage.vm;
  journey.done.push_back({vm.id, passage.target.id});
  vm.id = id_away(vm);
  vm.phase = VmPhase::Reversed;
  vm.back_network = passage.target.id;
  for (std::size_t n = 0; n < passage.places.size(); ++n) vm.nics[n].back = std::move(passage.places[n]);
  save_vm(cloud.database(), vm);
}

}  // namespace

JourneyAnswer failover(Cloud& cloud, const Company& company, Rehearsal rehearsal) {
  std::optional<Refusal> refusal;
  std::vector<Passage> passages;
  for (SimulatedVm& vm : ready_for(cloud, "failover", company, refusal)) {
    const bool home = vm.phase == VmPhase::Reversed;
    auto source = cloud.find_shape(home ? vm.target_network : vm.network);
    const bool test = rehearsal == Rehearsal::Yes && !home && !vm.test_network.empty();
    auto target = cloud.find_shape(home ? vm.back_network : test ? vm.test_network : vm.target_network);
    if (source && target) passages.push_back({std::move(vm), std::move(*source), std::move(*target), {}, {}, test});
  }
  if (refusal) return *refusal;
  // Each round leaves one machine behind that can have no place, and asks for the others again without it.
  const auto plan = [](const Passage& passage, const SimulatedNic& nic, NicPlace& place,
                       std::vector<AddressRequest>& requests) {
    return passage.test ? come_up_for_test(passage, nic, place, requests) : come_up(passage, nic, place, requests);
  };
  while (!give_places(passages, plan, held_by_others(cloud, passages))) continue;
  Journey journey;
  std::vector<SimulatedVm> changed;
  for (Passage& passage : passages) {
    if (passage.why_not) {
      journey.left.push_back({passage.vm.id, *passage.why_not});
      if (!passage.goes_home()) passage.vm.phase = VmPhase::Broken;
    } else {
      report(passage, journey);
      arrive(passage);
    }
    changed.push_back(std::move(passage.vm));
  }
  if (rehearsal == Rehearsal::No) save_all(cloud, changed);
  return journey;
}

JourneyAnswer commit(Cloud& cloud, const Company& company) {
  std::optional<Refusal> refusal;
  Journey journey;
  for (SimulatedVm& vm : ready_for(cloud, "commit", company, refusal)) {
    vm.phase = vm.phase == VmPhase::FailedOver ? VmPhase::Committed : VmPhase::ReturnCommitted;
    save_vm(cloud.database(), vm);
    journey.done.push_back({vm.id, vm.id});
  }
  if (refusal) return *refusal;
  return journey;
}

JourneyAnswer reprotect(Cloud& cloud, const Company& company) {
  std::optional<Refusal> refusal;
  Journey journey;
  std::vector<Passage> passages;
  for (SimulatedVm& vm : ready_for(cloud, "reprotect", company, refusal)) {
    if (vm.phase == VmPhase::ReturnCommitted) {
      settle(cloud, vm, journey);
      continue;
    }
    Passage passage{std::move(vm), {}, {}, {}, {}, false};
    if (auto why_not = find_way_back(cloud, passage)) journey.left.push_back({passage.vm.id, std::move(*why_not)});
    else passages.push_back(std::move(passage));
  }
  if (refusal) return *refusal;
  const TakenAddresses taken = taken_at_home(cloud, passages);
  while (!give_places(passages, come_back, taken)) continue;
  for (Passage& passage : passages) {
    if (passage.why_not) journey.left.push_back({passage.vm.id, *passage.why_not});
    else reverse(cloud, passage, journey);
  }
  return journey;
}

}  // namespace pairform::simulator
