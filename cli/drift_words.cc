#include "cli/drift_words.h"

#include "cli/pair_words.h"
#include "schema/address.h"

namespace pairform {

using simdjson::dom::array;
using simdjson::dom::element;

bool is_fact(element record) {
  const std::string_view address = record["address"], attribute = record["attribute"];
  if (type_of(address) != "vm") return false;
  if (vm_of_nic(address) == address) return attribute == "network";
  return attribute == "subnet" || attribute == "ip" || attribute == "secondary";
}

WantedLandings::WantedLandings(element plan) {
  for (const element placement : array(plan["placements"])) {
    wanted_.try_emplace({plan_value(placement["vm"]), "target_network"}, plan_value(placement["target_network"]));
    if (plan_value(placement["configuration"]) != "primary") continue;
    for (const char* attribute : {"target_subnet", "target_ip"})
      wanted_.try_emplace({plan_value(placement["nic"]), attribute}, plan_value(placement[attribute]));
  }
}

bool WantedLandings::are_found(element drift) const {
  if (drift["attribute"].is_null()) return false;
  const auto value = wanted_.find({plan_value(drift["address"]), plan_value(drift["attribute"])});
  return value != wanted_.end() && plan_value(drift["found"]) == value->second;
}

}  // namespace pairform
