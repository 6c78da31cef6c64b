// Scenarios with machines, brought about and held against what must be true of every apply.
#pragma once
#include "tests/property/plan_oracles.h"

namespace pairform::property {

// How many scenarios were refused for a reason: too many, and nothing would have been tested.
struct VmTally {
  std::uint64_t planned = 0, refused = 0, steps = 0, with_strangers = 0, tests = 0;
};

// Networks, machines, an apply of `before`, the accidents, and the files of `after`. "" or what is wrong; "-": refused.
std::string bring_vms_about(Project& project, const Scenario& scenario, const std::string& provider_settings = "");

// Does the plan point a half elsewhere by which something lands that stays where it is? See the source.
bool moves_others_along(const Planned& planned);

// Every step of the planned run is done. Releases the lock.
std::string carry_out_all(Planned& planned, unsigned parallelism = 3);

// Each declared or derived pair is whole in the cloud.
std::string check_mirrors(const Planned& planned, const ModelCloud& cloud);

// Ids, as the portal lists them, of what nobody may touch: machines that are not settled, the networks they land in or
// came from, and both halves of their pairs. Nics are named by their machine and a slash. `only`: of these machines.
std::set<std::string> held_ids(const ModelCloud& cloud, const std::set<std::string>& only);
// No step changes any of these in the cloud.
std::string check_untouched(const Planned& planned, const std::set<std::string>& held);
// Nor did any of them change.
std::string check_unchanged(const ModelCloud& found, const ModelCloud& now, const std::set<std::string>& held);

// One apply does all that the plan of `after` says, in whatever order its waits allow, and leaves nothing to do.
std::string vms_converge(const Scenario& scenario, VmTally& tally);

}  // namespace pairform::property
