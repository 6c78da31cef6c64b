// What `why` tells of vms, their nics and derived rows beyond what it tells of every resource: where each fact comes
// from, why a vm comes up in the network it does, and which rules gave a nic its subnet and addresses. Each line with
// file:line where a file says it. Lines are escaped and may begin with blanks.
// Cost: a placement of the whole project for each nic that is told.
#pragma once
#include <string>
#include <vector>

#include "engine/pipeline.h"

namespace pairform {

// `row`: a vm, a nic, or a derived half or network, of `run.world.desired`, whose plan is made.
std::vector<std::string> landing_reasons(Run& run, DesiredId row);
// The vms that live on a network or come up in it, or come up by a half; at most the first ten are named.
std::vector<std::string> landing_users(const Run& run, const DesiredRow& row);

}  // namespace pairform
