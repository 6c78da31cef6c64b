// What a derived network owns of the network that it stands for: what it took from its source, no more (spec section
// 4). Spaces and subnets that somebody else put there are the *others'*: they stay, are no drift, and take the place of
// what would overlap them. network.app-asr-west, with subnet web of network.app and an AzureBastionSubnet that an operator
// added, owns web.
//
// follow_source decides what is wanted, split_shape tells own and others' apart in what was found, join_shapes is what
// an update writes. State records what is owned, so it is what tells later who put a subnet there.
// Pure; O(n log n) in spaces and subnets, but for their overlaps with what is left out.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/model/columns.h"
#include "schema/string_pool.h"

namespace pairform {

struct SplitShape {
  NetworkShape own;
  NetworkShape others;
};
// `recorded`: what state says that pairform put there; null: not recorded. `wanted`: see Followed::own.
SplitShape split_shape(const NetworkShape& found, const NetworkShape* recorded, const NetworkShape& wanted);

// "subnet \"db\" (10.1.2.0/24)"
std::string subnet_text(const Subnet& subnet);

// Cells of a network as they were read: keeps what is own of its shape. `recorded`: empty, not recorded.
void keep_own_shape(const std::vector<Text>& recorded, const std::vector<Text>& wanted, std::vector<Text>& cells,
                    StringPool& texts);

// Both together: a space inside another one is left away.
NetworkShape join_shapes(const NetworkShape& own, const NetworkShape& others);

struct FollowInput {
  const NetworkShape& source;
  const NetworkShape* recorded = nullptr;  // null: nothing is recorded as put there; what is found is adopted
  const NetworkShape& found;               // the derived network as it is
  // Who uses this subnet of `found`, in words; "": nobody. `stays`: lower-case names of the subnets that the network has
  // whatever is decided about this one.
  std::function<std::string(const Subnet&, const std::set<std::string>& stays)> user;
};

// Something of the source that the derived network does not get.
struct LeftOut {
  std::string what;     // "subnet \"db\" (10.1.2.0/24)"
  std::string because;  // "it overlaps subnet \"AzureBastionSubnet\" (10.1.2.0/26), which is not of pairform"
  std::string subnet;   // its name; "": a space
};

struct Followed {
  NetworkShape own;  // what pairform wants there of its own
  std::vector<LeftOut> left_out;
};
Followed follow_source(const FollowInput& input);

}  // namespace pairform
