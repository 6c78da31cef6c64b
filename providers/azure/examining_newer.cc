// Of `pairform doctor`: what networks that pairform writes have, and the version of the API in use does not show. A PUT replaces
// the whole, so such a member may be lost by it: address pools of IPAM came with 2024-05-01.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/azure/as_read.h"
#include "providers/azure/examiner.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr std::string_view k_newest_network_api = "2025-01-01";

}  // namespace

void Examiner::newer_members() {
  if (settings_.api_network >= k_newest_network_api) return;
  std::map<std::string, std::map<std::string, std::string>> written;  // subscription -> folded id -> address
  for (const ExaminedNetwork& each : request_.networks)
    if (const VirtualNetwork* there = each.existing ? nullptr : network(each.identity))
      written[subscription_of(there->id)].emplace(ascii_lower(there->id), each.address);
  std::vector<std::function<void()>> tasks;
  tasks.reserve(written.size());
  for (const auto& [subscription, networks] : written)
    tasks.emplace_back(
        [this, &subscription = subscription, &networks = networks] { newer_members_in(subscription, networks); });
  ask(tasks);
}

// Lists those networks once by each version.
void Examiner::newer_members_in(const std::string& subscription, const std::map<std::string, std::string>& networks) {
  std::map<std::string, std::string> older, newer;  // folded id -> JSON
  const auto list = [&](std::string_view version, std::map<std::string, std::string>& into) {
    ArmRequest asked = *request(Call::ListNetworks, settings_, "/subscriptions/" + subscription);
    asked.api_version = version;
    return session_.arm().list(
        asked,
        [&](simdjson::dom::element row) {
          std::string_view id;
          if (row["id"].get(id) == simdjson::SUCCESS && networks.contains(ascii_lower(id)))
            into[ascii_lower(id)] = simdjson::minify(row);
        },
        limits_);
  };
  auto error = list(settings_.api_network, older);
  if (!error) error = list(k_newest_network_api, newer);
  if (error)
    return add(Check::Networks, Level::Note, {},
               fmt::format("what version {} of the network API shows could not be asked: {}: {}", k_newest_network_api,
                           error->code, error->message));
  for (const auto& [id, address] : networks) {
    simdjson::dom::parser parser_of_older, parser_of_newer;
    simdjson::dom::element was, is;
    if (parser_of_older.parse(older[id]).get(was) != simdjson::SUCCESS ||
        parser_of_newer.parse(newer[id]).get(is) != simdjson::SUCCESS)
      continue;
    if (const auto lost = members_lost(was, is); !lost.empty())
      add(Check::Networks, Level::Warning, address,
          fmt::format("it has members that version {} of the network API does not show, and a change of it by that "
                      "version may lose: {}",
                      settings_.api_network, fmt::join(lost, ", ")),
          fmt::format("api_network = \"{}\" in [provider.azure]", k_newest_network_api));
  }
}

}  // namespace pairform::azure
