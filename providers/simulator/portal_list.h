// What `sim list` prints. JSON: an array of rows sorted by kind and id, one a line,
//   {"kind","id","region","name","status","attributes"}
//   network attributes  {"address_space":[…],"subnets":{…},"in_use":[…],"tags":{…},"extra":{…}}
//   mapping attributes  {"source":id,"target":id}
// in_use in numeric order; a subnet is a prefix, or an array where it has several.
#pragma once
#include <string>

#include "providers/simulator/cloud.h"

namespace pairform {

std::string portal_json(Cloud& cloud);
// A table for people: one line a row; last, what is denied.
std::string portal_table(Cloud& cloud);

}  // namespace pairform
