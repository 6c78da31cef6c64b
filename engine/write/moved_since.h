// What has moved since a plan was saved, in words: why it is stale. The saved plan says of each of its changes what it was
// made over ("before"); that is held against what is there now.
//
// What its changes only rest on (the network that a half leads to, the subnets of a landing) is in its digest, not in its
// text: where that alone has moved there is nothing to say, and the list is empty.
// Cost: that of sorting what is known of the cloud by address and by identity.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/phases.h"

namespace pairform {

// `bytes`: a saved plan that was read (engine/read/plan_reader.h); `world`: that of now, with the plan's desired rows. A line
// a resource or attribute, in the plan's order: "mapping.app.forward target was \"network.dr\", and is \"network.dr2\"",
// "vm.web1 is gone", "network.app is there already".
std::vector<std::string> moved_since(std::string_view bytes, const Project& project, const World& world);

}  // namespace pairform
