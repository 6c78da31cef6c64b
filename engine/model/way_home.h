// What a pair says of subnets, for the way home.
#pragma once
#include "engine/model/columns.h"

namespace pairform {

// Target subnet = source subnet: what `reverse_subnets` says, and of `subnets` backwards the entries whose target no other
// entry names. { web = "front", db = "back", log = "back" } gives { front = "web" }, since "back" has two ways home;
// reverse_subnets = { back = "db" } chooses one. Canonical text; "": nothing is said.
std::string way_home(const TextItems& subnets, TextItems reverse_subnets = {});
// The same as entries, in no order.
TextItems way_home_items(const TextItems& subnets, TextItems reverse_subnets = {});

}  // namespace pairform
