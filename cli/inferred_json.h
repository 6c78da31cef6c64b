// What was inferred, as `pairform discover --json` prints it: one object.
//   {"format_version":"1.0","networks":[{"address","id","region","name","resource_group","subscription"}],
//    "pairs":[{"address","class","source","target","missing","subnets","reverse_subnets","addresses"}],
//    "vms":[{"address","id","existing","status","name","region","network","target_region","target_network","nics":[…]}],
//    "unread":[…]}
// Lists by address; absent is null, maps {}.
#pragma once
#include <string>
#include <vector>

#include "engine/recovery/infer.h"

namespace pairform {

std::string inferred_json(const Inferred& inferred, const std::vector<std::string>& unread);

}  // namespace pairform
