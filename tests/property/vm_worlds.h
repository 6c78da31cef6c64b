// Scenarios with machines, brought about and held against what must be true of every apply.
#pragma once
#include "tests/property/plan_oracles.h"

namespace pairform::property {

// How many scenarios were refused for a reason: too many, and nothing would have been tested.
struct VmTally {
  std::uint64_t planned = 0, refused = 0, steps = 0;
};

// Networks, machines, an apply of `before`, the accidents, and the files of `after`. "" or what is wrong; "-": refused.
std::string bring_vms_about(Project& project, const Scenario& scenario, const std::string& provider_settings = "");

// Every step of the planned run is done. Releases the lock.
std::string carry_out_all(Planned& planned, unsigned parallelism = 3);

// Each declared or derived pair is whole in the cloud.
std::string check_mirrors(const Planned& planned, const ModelCloud& cloud);

// The next plan is empty, state is true, and an apply of it writes nothing.
std::string nothing_is_left(const Project& project, bool written);

// One apply does all that the plan of `after` says, in whatever order its waits allow, and leaves nothing to do.
std::string vms_converge(const Scenario& scenario, VmTally& tally);

}  // namespace pairform::property
