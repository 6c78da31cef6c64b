#include "providers/azure/binding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using ByName = std::multimap<std::pair<std::string, std::string>, const Candidate*>;  // region and name

bool fits(const Candidate& candidate, const PlaceName& place, const std::string& subscription) {
  const std::string& wanted = place.subscription.empty() ? subscription : place.subscription;
  return candidate.subscription == wanted &&
         (place.resource_group.empty() || candidate.resource_group == place.resource_group);
}

Binding binding_of(const NamedPlace& named, const ByName& by_name, const std::string& subscription) {
  const auto place = place_of(named.identity);
  if (!place) return {};
  std::vector<std::string> found;
  bool elsewhere = false;
  const auto [first, last] = by_name.equal_range({place->region, place->name});
  for (auto at = first; at != last; ++at)
    if (fits(*at->second, *place, subscription)) found.push_back(at->second->id);
    else elsewhere = elsewhere || at->second->id == named.recorded_id;
  if (elsewhere) return {Bound::Elsewhere, named.recorded_id, {}};
  std::sort(found.begin(), found.end());
  if (found.empty()) return {};
  const auto recorded = std::find(found.begin(), found.end(), named.recorded_id);
  if (recorded != found.end()) {
    const std::string id = *recorded;
    found.erase(recorded);
    return {Bound::To, id, found};
  }
  if (!named.recorded_id.empty()) return {Bound::Moved, found.front(), found};
  if (found.size() > 1) return {Bound::Ambiguous, {}, found};
  return {Bound::To, found.front(), {}};
}

std::string long_identity(const std::string& id, const std::string& region) {
  const auto parsed = parse_arm_id(id);
  if (!parsed || parsed->parts.empty()) return id;
  return identity_of({parsed->subscription, parsed->resource_group, region, parsed->name()});
}

std::string group_of(const std::string& id) {
  const auto parsed = parse_arm_id(id);
  return parsed ? parsed->resource_group : id;
}

// What a stanza has to say to mean this resource: resource_group = "rg-app".
std::string place_words(const std::string& id, const PlaceName& place) {
  const auto parsed = parse_arm_id(id);
  if (!parsed) return id;
  std::string out = fmt::format("resource_group = \"{}\"", parsed->resource_group);
  if (!place.subscription.empty() && place.subscription != ascii_lower(parsed->subscription))
    out += fmt::format(", subscription = \"{}\"", parsed->subscription);
  return out;
}

}  // namespace

Bindings::Bindings(const std::vector<NamedPlace>& named, const std::vector<Candidate>& candidates,
                   const std::string& subscription) {
  ByName by_name;
  for (const Candidate& each : candidates) {
    by_name.emplace(std::pair(each.region, each.name), &each);
    region_of_[each.id] = each.region;
  }
  std::map<std::string, std::vector<std::string>> users;  // id -> identities that mean it
  for (const NamedPlace& each : named) {
    Binding binding = binding_of(each, by_name, ascii_lower(subscription));
    if (binding.what == Bound::To) {
      users[binding.id].push_back(each.identity);
      taken_.insert(binding.id);
    } else {
      for (const std::string& id : binding.others) identity_of_.emplace(id, each.identity);
    }
    bindings_[each.identity] = std::move(binding);
  }
  // What is gone, and whose name only resources have that are called otherwise, is gone: recorded was eastasia/app in one
  // group, and [network.app] names the one in another group now.
  for (auto& [identity, binding] : bindings_)
    if (binding.what == Bound::Moved && all_taken(binding.others)) binding = {};
  for (auto& [id, identities] : users) {
    identities.erase(std::unique(identities.begin(), identities.end()), identities.end());
    identity_of_[id] = identities.front();
    if (identities.size() > 1)
      for (const std::string& each : identities) bindings_[each] = {Bound::Twice, id, identities};
  }
}

bool Bindings::all_taken(const std::vector<std::string>& ids) const {
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) { return taken_.contains(id); });
}

std::string Bindings::identity(const Candidate& candidate) const { return identity(candidate.id, candidate.region); }

std::string Bindings::identity(const std::string& id, const std::string& region) const {
  const std::string folded = ascii_lower(id);
  if (const auto at = identity_of_.find(folded); at != identity_of_.end()) return at->second;
  const auto known = region_of_.find(folded);
  return long_identity(folded, known == region_of_.end() ? region : known->second);
}

std::string others_note(const Bindings& bindings, const std::string& identity) {
  const auto at = bindings.all().find(identity);
  if (at == bindings.all().end() || at->second.what != Bound::To || at->second.others.empty()) return {};
  return fmt::format("others have this name, too: {}", fmt::join(at->second.others, ", "));
}

BindingProblem problem_of(const std::string& identity, const Binding& binding, const std::string& recorded_id,
                          std::string_view kind) {
  const PlaceName place = place_of(identity).value_or(PlaceName{});
  if (binding.what == Bound::Twice)
    return {"BoundTwice", fmt::format("{} are one {}: {}", fmt::join(binding.others, " and "), kind, binding.id),
            "leave one of the stanzas out"};
  if (binding.what == Bound::Elsewhere)
    return {fmt::format("{}Elsewhere", kind == "network" ? "Network" : "Machine"),
            fmt::format("recorded is the {} {}, and the stanza says another place", kind, recorded_id),
            fmt::format("say its place: {}; or forget it first: pairform state rm", place_words(binding.id, place))};
  if (binding.what == Bound::Moved)
    return {fmt::format("{}Moved", kind == "network" ? "Network" : "Machine"),
            fmt::format("the recorded {} {} is gone, and {} is another one of the same name", kind, recorded_id,
                        binding.id),
            fmt::format("to go on with that one: resource_group = \"{}\"", group_of(binding.id))};
  std::vector<std::string> groups;
  for (const std::string& id : binding.others) groups.push_back(group_of(id));
  return {"AmbiguousName",
          fmt::format("{} {}s are called {} in {}, in the resource groups {}", binding.others.size(), kind, place.name,
                      place.region, fmt::join(groups, ", ")),
          fmt::format("say which one: resource_group = \"{}\"", fmt::join(groups, "\", or \""))};
}

}  // namespace pairform::azure
