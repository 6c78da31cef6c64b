#include "providers/terraform/project_places.h"

#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "providers/azure/arm_id.h"
#include "providers/azure/identity.h"
#include "schema/value.h"

namespace pairform::terraform {
namespace {

class Places {
 public:
  Places(const Discovered& found, std::string_view vault) {
    if (const auto id = azure::parse_arm_id(vault)) own_ = ascii_lower(id->subscription);
    for (const DiscoveredNetwork& each : found.networks) add(each.identity);
    for (const DiscoveredVm& each : found.vms) add(each.identity);
  }

  std::string identity(const std::string& given) const {
    auto place = azure::place_of(given);
    if (!place) return given;
    if (place->subscription.empty()) place->subscription = own_;
    if (!place->resource_group.empty() || place->subscription != own_) return azure::identity_of(*place);
    const auto [first, last] = by_name_.equal_range({place->region, place->name});
    return first != last && std::next(first) == last ? first->second : azure::identity_of(*place);
  }

 private:
  void add(const std::string& identity) {
    const auto place = azure::place_of(identity);
    if (place && place->subscription == own_) by_name_.emplace(std::pair(place->region, place->name), identity);
  }

  std::string own_;                                                          // subscription of the vault, folded
  std::multimap<std::pair<std::string, std::string>, std::string> by_name_;  // region and name -> identity
};

}  // namespace

InProject with_identities_of(InProject project, const Discovered& found, std::string_view vault) {
  const Places places(found, vault);
  InProject out;
  out.keys = std::move(project.keys);
  for (const auto& [identity, address] : project.networks) out.networks.emplace(places.identity(identity), address);
  for (auto& [slot, rule] : project.slots) {
    rule.target = places.identity(rule.target);
    out.slots.emplace(DiscoveredSlot(places.identity(slot.first), slot.second), std::move(rule));
  }
  for (const std::string& vm : project.vms) out.vms.insert(places.identity(vm));
  for (const std::string& vm : project.managed_vms) out.managed_vms.insert(places.identity(vm));
  return out;
}

}  // namespace pairform::terraform
