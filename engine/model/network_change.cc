#include "engine/model/network_change.h"

#include <algorithm>
#include <map>

namespace pairform {
namespace {

// Is `prefix` inside one of `spaces` (sorted, disjoint)?
bool covered(const std::vector<Prefix>& spaces, const Prefix& prefix) {
  auto after = std::upper_bound(spaces.begin(), spaces.end(), Prefix{prefix.base, 128});
  return after != spaces.begin() && contains(*std::prev(after), prefix);
}

std::vector<Prefix> sorted(std::vector<Prefix> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  return prefixes;
}

std::string overlap_text(const std::vector<Prefix>& prefixes) {
  const auto at = find_overlap(prefixes);
  return at ? to_text(prefixes[at->first]) + " and " + to_text(prefixes[at->second]) : std::string();
}

// What overlaps in a shape: spaces, else prefixes of subnets; "": nothing.
std::string conflict_text(const NetworkShape& shape) {
  std::string conflict = overlap_text(shape.spaces);
  if (!conflict.empty()) return conflict;
  std::vector<Prefix> prefixes;
  for (const Subnet& subnet : shape.subnets)
    prefixes.insert(prefixes.end(), subnet.prefixes.begin(), subnet.prefixes.end());
  return overlap_text(prefixes);
}

}  // namespace

NetworkChange compare_networks(const NetworkShape& prior, const NetworkShape& desired) {
  NetworkChange change;
  bool adds = false, removes = false;
  const std::vector<Prefix> had = sorted(prior.spaces), wants = sorted(desired.spaces);
  change.between.spaces = wants;
  for (const Prefix& space : wants) adds |= !covered(had, space);
  std::vector<Prefix> going;  // sorted and disjoint as `had` is
  for (const Prefix& space : had)
    if (!covered(wants, space)) going.push_back(space);
  removes = !going.empty();
  // A space that only narrows is left whole until the shrink.
  std::erase_if(change.between.spaces, [&](const Prefix& inner) { return covered(going, inner); });
  change.between.spaces.insert(change.between.spaces.end(), going.begin(), going.end());
  std::map<std::string, const Subnet*> old_by_name, new_by_name;  // case does not count
  for (const Subnet& subnet : prior.subnets) old_by_name[ascii_lower(subnet.name)] = &subnet;
  for (const Subnet& subnet : desired.subnets) new_by_name[ascii_lower(subnet.name)] = &subnet;
  change.between.subnets = desired.subnets;
  for (const Subnet& subnet : desired.subnets) {
    const auto old = old_by_name.find(ascii_lower(subnet.name));
    if (old == old_by_name.end() || old->second->prefixes != subnet.prefixes) adds = true;
    if (old != old_by_name.end() && old->second->prefixes != subnet.prefixes) change.leaving.push_back(*old->second);
  }
  for (const Subnet& subnet : prior.subnets) {
    if (new_by_name.contains(ascii_lower(subnet.name))) continue;
    removes = true;
    change.leaving.push_back(subnet);
    change.between.subnets.push_back(subnet);
  }
  // Same coverage, other spelling (one /15 for two /16): still a change, and it removes nothing.
  if (!adds && !removes && had != wants) adds = true;
  change.update = adds;
  change.shrink = removes;
  if (adds && removes) change.conflict = conflict_text(change.between);
  return change;
}

std::set<std::string> brought_subnets(const std::vector<Subnet>& prior, const std::vector<Subnet>& desired) {
  std::map<std::string, const Subnet*> before;
  for (const Subnet& subnet : prior) before[ascii_lower(subnet.name)] = &subnet;
  std::set<std::string> brought;
  for (const Subnet& subnet : desired) {
    const auto was = before.find(ascii_lower(subnet.name));
    if (was == before.end() || was->second->prefixes != subnet.prefixes) brought.insert(subnet.name);
  }
  return brought;
}

}  // namespace pairform
