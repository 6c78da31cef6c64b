#include "providers/azure/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/azure/json_in.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

bool is_none(std::string_view word) { return word.empty() || same_word(word, "None"); }

bool says_failed(std::string_view word) { return ascii_lower(word).ends_with("failed"); }

// It runs in the other region, or is on its way: "UnplannedFailoverCommitted", "FailoverCommited" (so the service spells
// it), "ChangeRecoveryPointStatesBegin".
bool is_failed_over(std::string_view protection) {
  const std::string lower = ascii_lower(protection);
  constexpr std::array<std::string_view, 3> k_parts{"failover", "changerecoverypoint", "reprotect"};
  return std::any_of(k_parts.begin(), k_parts.end(),
                     [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

// Where a machine rests that had a test failover which was cleaned up: for good, not for a while.
bool is_in_test(std::string_view test) { return !is_none(test) && !same_word(test, "MarkedForDeletion"); }

// An answer that leaves the scenario out has one: nothing is settled by a member that is missing.
bool has_scenario(const ItemStates& states) {
  return !same_word(states.scenario, "None") && !ascii_lower(states.scenario_job).ends_with("/none");
}

bool is_protected(const ItemStates& states) {
  return same_word(states.protection, "Protected") &&
         (states.machine.empty() || same_word(states.machine, "Protected"));
}

}  // namespace

ItemStatus status_of(const ItemStates& states) {
  const std::string said(states.protection.empty() ? "no protection state" : states.protection);
  if (ascii_lower(states.protection).find("failover") != std::string::npos && says_failed(states.protection))
    return {Status::Broken, said, true};
  if (is_failed_over(states.protection)) return {Status::FailedOver, said, false};
  if (is_in_test(states.test)) return {Status::Busy, fmt::format("test failover: {}", states.test), false};
  if (has_scenario(states))
    return {Status::Busy, std::string(states.scenario.empty() ? "no scenario is given" : states.scenario), false};
  if (is_protected(states)) return {states.reversed ? Status::Reversed : Status::Settled, {}, false};
  if (says_failed(states.protection) || says_failed(states.machine))
    return {Status::Broken, says_failed(states.protection) ? said : std::string(states.machine), false};
  if (!states.may_do_anything && same_word(states.replication_health, "Critical"))
    return {Status::Broken, fmt::format("{}, replication health critical", said), false};
  return {Status::Busy, same_word(states.protection, "Protected") ? std::string(states.machine) : said, false};
}

}  // namespace pairform::azure
