// How a managed network gets from what it holds to what it should hold, without ever taking away what is still needed:
// an `update` adds, a `shrink` removes afterwards (spec section 6). A prefix that changes under the same subnet name is
// part of the update. A space that grows or narrows in place counts as what it adds or removes only.
// Pure; O(n log n) in prefixes and subnets.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "schema/value.h"

namespace pairform {

struct NetworkShape {
  std::vector<Prefix> spaces;
  std::vector<Subnet> subnets;
};

struct NetworkChange {
  bool update = false;
  bool shrink = false;
  NetworkShape between;  // what the update writes where a shrink follows; else what is desired
  // What is added overlaps what is removed, as text ("10.1.2.0/24 and 10.1.2.0/25"): needs two plans. Empty: fine.
  std::string conflict;
  // Subnets whose old prefixes go (removed, or changed): who still uses them must be looked at.
  std::vector<Subnet> leaving;
};

// Names of the subnets that `desired` adds, or gives other prefixes.
std::set<std::string> brought_subnets(const std::vector<Subnet>& prior, const std::vector<Subnet>& desired);

NetworkChange compare_networks(const NetworkShape& prior, const NetworkShape& desired);

}  // namespace pairform
