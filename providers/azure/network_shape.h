// From the address space and the subnets that a network has to those that a step wants: the next request that is needed. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/network.h"

namespace pairform::azure {

// What a step asks for. None: it is left as it is.
struct NetworkGoal {
  std::optional<std::vector<std::string>> space;  // canonical prefixes
  std::optional<std::vector<AzureSubnet>> subnets;
};
NetworkGoal goal_of(const CloudStep& step);

struct ShapeNeed {
  // In this order: subnets that go make room, the space grows before subnets need it and shrinks after none does.
  enum class What { Nothing, DeleteSubnet, GrowSpace, MakeSubnet, ChangeSubnet, ShrinkSpace };
  What what = What::Nothing;
  AzureSubnet subnet;              // as it is to be; of one that is there with its name as the service spells it
  std::vector<std::string> space;  // as it is to be
};
ShapeNeed next_need(const VirtualNetwork& network, const NetworkGoal& goal);

// The goal of a step on a network that is there: what it gives, and what is there beside. Of that only what a shrink was
// planned to take away goes (CloudStep::seen); a subnet that somebody made after the plan stays.
NetworkGoal goal_beside(const VirtualNetwork& network, const CloudStep& step);
// Do the attributes of a row show what the step writes?
bool shows_shape(const std::vector<NamedValue>& row, const CloudStep& step);

}  // namespace pairform::azure
