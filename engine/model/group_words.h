// Networks and machines of the same name that differ in resource group or subscription, in words.
#pragma once
#include <string>
#include <string_view>

namespace pairform {

struct GroupOf {
  std::string_view resource_group, subscription;  // empty: none
};

// What to write for `there` in a stanza that says `said`: "did you mean resource_group = "rg1"?", "leave resource_group
// out?".
std::string did_you_mean_group(GroupOf said, GroupOf there);

}  // namespace pairform
