#include "cli/plan_parts.h"

#include <map>

#include "cli/pair_words.h"
#include "schema/address.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

struct Phrase {
  std::string_view reason, words;
};
constexpr Phrase k_reasons[] = {
    {"not_recorded", "the files ask for it, and it is not recorded"},
    {"not_declared", "no file declares it any more"},
    {"attribute_changed", "the files say something else"},
    {"immutable_attribute_changed", "the files put it elsewhere, and that cannot be changed in place"},
    {"half_missing", "this half is missing in the cloud, its mirror is there"},
    {"half_crossed", "this half leads elsewhere in the cloud"},
    {"drifted", "it was changed or removed in the cloud"},
    {"fact_changed", "what it follows from has changed in the cloud"},
    {"moved", "it has a new address"},
    {"removed", "a removed stanza says to let go of it"},
    {"found", "found in the cloud, not recorded"},
    {"no_longer_asked_for", "nothing asks for it any more"}};

// The pair, vm or network of which a change is a part.
std::string whole_of(element change) {
  const std::string address = plan_value(change["address"]);
  return change["pair"].is_null() ? std::string(vm_of_nic(address)) : plan_value(change["pair"]);
}

}  // namespace

std::string_view reason_words(std::string_view reason) {
  for (const Phrase& phrase : k_reasons)
    if (phrase.reason == reason) return phrase.words;
  return {};
}

std::set<std::string> adopted_as_is(element plan) {
  std::set<std::string> shown, out;
  for (const element change : array(plan["changes"])) {
    element note;
    const bool as_is = plan_value(change["action"]) == "adopt" && change["previous_address"].is_null() &&
                       change["note"].get(note) != simdjson::SUCCESS;
    if (!as_is) shown.insert(whole_of(change));
  }
  for (const element change : array(plan["changes"]))
    if (!shown.contains(whole_of(change))) out.insert(plan_value(change["address"]));
  return out;
}

std::vector<LandingLine> changed_landings(element plan, const std::set<std::string>& folded) {
  std::map<std::string, element> rows;  // nic -> what it will be
  for (const element item : array(plan["changes"])) {
    const std::string action = plan_value(item["action"]);
    if (!item["after"].is_null() && action != "move" && action != "forget" &&
        !folded.contains(plan_value(item["address"])))
      rows.emplace(plan_value(item["address"]), item["after"]);
  }
  std::vector<LandingLine> lines;
  for (const element placement : array(plan["placements"])) {
    const auto row = rows.find(plan_value(placement["nic"]));
    if (row == rows.end()) continue;
    const std::string_view configuration = placement["configuration"];
    element from;
    const bool known = configuration == "primary"
                           ? row->second["ip"].get(from) == simdjson::SUCCESS
                           : row->second["secondary"][configuration].get(from) == simdjson::SUCCESS;
    lines.push_back({.nic = row->first,
                     .configuration = plan_value(placement["configuration"]),
                     .from_subnet = plan_value(row->second["subnet"]),
                     .from_ip = known ? plan_value(from) : std::string(),
                     .subnet = plan_value(placement["target_subnet"]),
                     .ip = placement["target_ip"].is_null() ? std::string() : plan_value(placement["target_ip"]),
                     .subnet_reason = plan_value(placement["subnet_reason"]),
                     .ip_reason = plan_value(placement["ip_reason"])});
  }
  return lines;
}

}  // namespace pairform
