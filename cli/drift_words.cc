#include "cli/drift_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

DriftWords::DriftWords(element plan) {
  for (const element placement : array(plan["placements"])) {
    wanted_.try_emplace({plan_value(placement["vm"]), "target_network"}, plan_value(placement["target_network"]));
    if (plan_value(placement["configuration"]) != "primary") continue;
    for (const char* attribute : {"target_subnet", "target_ip"})
      wanted_.try_emplace({plan_value(placement["nic"]), attribute}, plan_value(placement[attribute]));
  }
  for (const element change : array(plan["changes"])) {
    const std::string address = plan_value(change["address"]);
    changes_[address] = change;
    if (!change["previous_address"].is_null()) now_[plan_value(change["previous_address"])] = address;
  }
  for (const element step : array(plan["steps"])) steps_of_[plan_value(step["address"])].push_back(step["step"]);
  for (const char* key : {"unknown", "held", "left_out"}) {
    array alone;  // left_out need not be there
    if (plan[key].get(alone) != simdjson::SUCCESS) continue;
    for (const element item : alone) left_alone_.insert(plan_value(item["address"]));
  }
  for (const element record : array(plan["records"]))
    learnt_.insert(plan_value(record["address"]) + ' ' + plan_value(record["attribute"]));
}

bool DriftWords::is_as_wanted(element drift) const {
  const std::string address = plan_value(drift["address"]), attribute = plan_value(drift["attribute"]);
  const auto change = changes_.find(place_of(address));
  if (drift["attribute"].is_null())
    return change != changes_.end() && plan_value(change->second["action"]) == "adopt" &&
           !change->second["adopted_id"].is_null();
  element lost_to;  // an address that somebody else has is not as it should be, though the service still has it so
  if (drift["lost_to"].get(lost_to) == simdjson::SUCCESS) return false;
  const auto landing = wanted_.find({address, attribute});
  if (landing != wanted_.end() && plan_value(drift["found"]) == landing->second) return true;
  if (left_alone_.contains(address) || learnt_.contains(address + ' ' + attribute)) return false;
  if (change == changes_.end()) return true;
  const std::string action = plan_value(change->second["action"]);
  if (action != "update" && action != "adopt" && action != "move") return false;
  for (const element changed : array(change->second["changed"]))
    if (plan_value(changed) == attribute) return false;
  return true;
}

std::string DriftWords::found(element drift) const {
  const std::string address = plan_value(drift["address"]);
  if (drift["attribute"].is_null())  // another one stands in its place
    return fmt::format("{}: recorded {}, found {}", address, plan_value(drift["recorded"]),
                       plan_value(changes_.at(place_of(address))["adopted_id"]));
  return fmt::format("{} {}: recorded {}, found {}", address, plan_value(drift["attribute"]),
                     plan_value(drift["recorded"]), plan_value(drift["found"]));
}

std::string DriftWords::will_be(const std::string& address, element drift) const {
  const std::string place = place_of(address);
  if (const auto steps = steps_of_.find(place); steps != steps_of_.end()) {
    const std::string action = plan_value(changes_.at(place)["action"]);
    return fmt::format("{} by step {}",
                       action == "forget"   ? "forgotten"
                       : action == "delete" ? "deleted"
                                            : "put right",
                       fmt::join(steps->second, ", "));
  }
  if (left_alone_.contains(address)) return "left alone";
  return learnt_.contains(address + ' ' + plan_value(drift["attribute"])) ? "will be recorded as found"
                                                                          : "no step of this plan";
}

std::string DriftWords::changed(element drift) const {
  const std::string address = plan_value(drift["address"]), will = will_be(address, drift);
  if (drift["attribute"].is_null()) return fmt::format("{}: gone; {}", address, will);
  element lost_to;
  const bool lost = drift["lost_to"].get(lost_to) == simdjson::SUCCESS;
  return fmt::format("{} {}: recorded {}, {} {}; {}", address, plan_value(drift["attribute"]),
                     plan_value(drift["recorded"]), lost ? "found taken:" : "found",
                     plan_value(lost ? lost_to : element(drift["found"])), will);
}

}  // namespace pairform
