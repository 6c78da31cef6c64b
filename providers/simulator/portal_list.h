// What `sim list` prints. JSON: an array of rows sorted by kind and id, one a line,
//   {"kind","id","region","name","status","attributes"}
//   network attributes  {"address_space":[…],"subnets":{…},"in_use":[…],"tags":{…},"extra":{…}}
//   mapping attributes  {"source":id,"target":id}
//   vm attributes       {"network":id,"replicated":true,"target_region","target_network":id}
//   nic attributes {"vm":id,"subnet","ip","secondary":{…},"target_subnet","target_ip","target_secondary":{…}}
// in_use in numeric order; a subnet is a prefix, or an array where it has several. What is absent is null.
// `ip` is "dhcp" where it is dynamic, `target_ip` null. A nic's id is VM/NIC, its status its vm's. A vm that
// is reversed has the id of the place where it is protected now, and everything is seen from there.
#pragma once
#include <string>

#include "providers/simulator/cloud.h"

namespace pairform::simulator {

std::string portal_json(Cloud& cloud);
// A table for people: one line a row; last, what is denied.
std::string portal_table(Cloud& cloud);

}  // namespace pairform::simulator
