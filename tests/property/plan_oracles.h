// What must be true of every plan, said as naively as possible. Each function answers "" or what is wrong.
#pragma once
#include <string>

#include "tests/property/project.h"

namespace pairform::property {

// waits_for names earlier steps only, and none that another of them waits for too.
std::string check_waits(const Planned& planned);
// None that another of them waits for, directly or not.
std::string check_direct_waits(const Planned& planned);
// The list is: again and again the ready step with the smallest (address, operation); after a half its mirror, if
// ready.
std::string check_list_order(const Planned& planned);
// Within a pair, whatever order the waits allow: deletes, then updates, then creates.
std::string check_pair_order(const Planned& planned);
// The steps that touch the cloud are exactly those that are needed to get from `found` to `world`.
std::string check_minimal(const Planned& planned, const ModelCloud& found, const std::vector<std::string>& recorded,
                          const World& world);
// Carries the steps out on `found` in `orders` random orders that the waits allow: no rule is broken, `expected` comes
// out.
std::string check_replay(const Planned& planned, const ModelCloud& found, const ModelCloud& expected, Random& random,
                         int orders);
// The identity of the network that a cell of this plan names.
std::string network_identity(const Planned& planned, Text name);
// Carries out a step on a vm or a nic; "" or the rule it breaks.
std::string carry_out_machine(ModelCloud& cloud, const Planned& planned, std::size_t s);
// What a step on a half or a network would take away from machines: of those that the plan moves, they must have gone
// first. `expected`: the cloud at the end.
std::string check_machines_before(const ModelCloud& cloud, const Planned& planned, std::size_t s,
                                  const ModelCloud& expected);
// Machines that are no vms of the project, and that the service moved along with a mapping, land by the service's
// rules.
void leave_strangers_to_the_service(ModelCloud& cloud, const Planned& planned, const ModelCloud& expected);
// A refused plan is refused for a reason that is there.
std::string check_refusal(const Planned& planned, const ModelCloud& found, const std::vector<std::string>& recorded,
                          const World& world);
// Every recorded row is what was just read: nothing is missing, nothing differs. What existing networks hold, and the
// facts of machines, are remembered when state is written for another reason only: `written` says whether it was.
std::string check_state_is_true(const Run& run, bool written);
// The next plan is empty, state is true, and an apply of it writes nothing.
std::string nothing_is_left(const Project& project, bool written, RunOptions options = {});
// `project` holds the files of `scenario.after`: the same with its blocks in another order and in other files, read by
// eight threads and applied by eight workers, comes to the same plan and state.
std::string layout_is_nothing(Project& project, const Scenario& scenario);

// Is that id, or the region it is in, among them?
bool is_in(const std::string& id, const std::set<std::string>& denied);
// Up to `most` of the scopes are denied to pairform; which.
std::set<std::string> deny_some(const Project& project, const std::vector<std::string>& scopes, std::size_t most,
                                Random& random);

// State bytes as they would be had pairform made what it has adopted.
std::string without_adopted(std::string state);

}  // namespace pairform::property
