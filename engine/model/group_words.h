// Networks and machines of the same name that differ in resource group or subscription, in words.
#pragma once
#include <string>
#include <string_view>

#include "schema/declaration.h"

namespace pairform {

struct GroupOf {
  std::string_view resource_group, subscription;  // empty: none
};

// What the settings of a project say of its own subscription, which a stanza means that names none: the subscription, or the
// id of a vault in it. "" of a provider that has no such settings.
std::string own_subscription(const ProjectSettings& settings);

// What to write for `there` in a stanza that says `said`: "did you mean resource_group = "rg1"?", "leave resource_group
// out?". `own`: of the project.
std::string did_you_mean_group(GroupOf said, GroupOf there, std::string_view own);

}  // namespace pairform
