// What can be done to machines and their replication, short of a failover: each asks the rules (vm_rules.h),
// then does it whole, or says why not and changes nothing. Callers hold a write transaction.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/cloud.h"
#include "providers/simulator/vm_rules.h"

namespace pairform::simulator {

// Makes a machine, or replaces the facts of one: network and nics; its replication stays, and the landings of
// the nics that it still has. `facts`: identity, region, name, network, nics with their homes.
std::optional<Refusal> put_machine(Cloud& cloud, SimulatedVm facts);
// Machine and replication.
std::optional<Refusal> delete_machine(Cloud& cloud, std::string_view identity);

// What a project's steps ask of one machine.
enum class VmVerb { Enable, Disable, Configure };
struct NicChange {
  std::string id;  // of the nic
  std::string name;
  std::optional<NicPlace> home;     // the facts that were declared: for a machine that is made up
  std::optional<NicPlace> landing;  // none: what was set is dropped
  std::optional<NicTest> test{};    // of a landing; none: nothing is said of tests any more
};
struct VmWrite {
  VmVerb verb = VmVerb::Enable;
  std::string vm;                             // identity
  std::string region, name, network;          // Enable: of a machine that is not there yet
  std::string target_region;                  // Enable
  std::string target_network;                 // Enable, Configure; empty: by the mapping, as it is
  std::vector<NicChange> nics;                // Configure
  std::optional<std::string> test_network{};  // Enable, Configure; empty: there is none any more; none: as it is
};

// Enable: replication begins, a machine that nobody put there is made up. It is busy until `finish_enable`.
std::optional<Refusal> begin_enable(Cloud& cloud, const VmWrite& write);
// It settles, if what it needs is still there; else it is gone, with a refusal.
std::optional<Refusal> finish_enable(Cloud& cloud, std::string_view vm);
// Replication ends, the machine stays.
void disable(Cloud& cloud, SimulatedVm& vm);
// Enable begins and finishes. Disabling what is not replicated is done already. Configure replaces the list
// of landings by the one there is with these changes: a target network that changes lands anew, by the
// service's rules, what the changes do not name. What is said of a test stays where its subnet is in the test network.
std::optional<Refusal> apply_vm_write(Cloud& cloud, const VmWrite& write);
// Would `apply_vm_write` refuse it as things are now?
std::optional<Refusal> would_refuse(Cloud& cloud, const VmWrite& write);

// A mapping led to `before` and leads to `after` now: settled machines of its slot that land in `before` move
// along, nics and all, as the service did in 2018. A project of a later edition finds them moved and says so.
void move_along(Cloud& cloud, const SimulatedMapping& mapping, std::string_view before, std::string_view after);

// As the portal replicates: by the mapping there is, or by a pair and an `-asr` network that it makes; lands
// the nics by the service's rules; settled at once. A broken replication to the same region is repaired.
// `made`: what else it made ("network southeastasia/app-asr").
std::optional<Refusal> replicate(Cloud& cloud, std::string_view vm, std::string_view target_region,
                                 std::vector<std::string>& made);

// Addresses of a network that are held, or that a machine is to land on there; but for these machines'.
std::set<Ip> spoken_for(Cloud& cloud, std::string_view network, const std::set<std::string>& but_vms = {});

}  // namespace pairform::simulator
