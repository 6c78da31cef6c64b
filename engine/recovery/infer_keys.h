// Keys of what was found: the name in the cloud, and longer ones where several would have the same. Every one of those that
// share a name gets the longer one, so that order does not matter: two networks "app" are app-eastasia and app-westus.
// Cost: O(n log n) for each further part of a name. Pure.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

struct KeyWish {
  std::string identity;            // decides who comes first where the longest names are shared, too
  std::vector<std::string> names;  // ever longer: "app", "app-eastasia", "app-eastasia-rg-1"; at least one
};

// One key a wish. `taken`: addresses, "network.app". What is still shared is numbered: -2, -3, … in the order of identities.
std::vector<std::string> choose_keys(std::string_view type, const std::vector<KeyWish>& wishes,
                                     const std::set<std::string>& taken);

}  // namespace pairform
