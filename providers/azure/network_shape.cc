#include "providers/azure/network_shape.h"

#include <algorithm>

#include "schema/check.h"
#include "schema/ip.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

std::string canonical(const std::string& prefix) {
  const auto parsed = parse_prefix(prefix);
  return parsed ? to_text(parsed->prefix) : prefix;
}

std::vector<std::string> sorted(const std::vector<std::string>& prefixes) {
  std::vector<std::string> out;
  out.reserve(prefixes.size());
  for (const std::string& each : prefixes) out.push_back(canonical(each));
  std::sort(out.begin(), out.end());
  return out;
}

bool has(const std::vector<std::string>& prefixes, const std::string& prefix) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& each) { return canonical(each) == canonical(prefix); });
}

bool is_in_the_way(const std::string& prefix, const std::vector<std::string>& of) {
  const auto parsed = parse_prefix(prefix);
  return parsed && std::any_of(of.begin(), of.end(), [&](const std::string& each) {
           const auto other = parse_prefix(each);
           return other && overlap(parsed->prefix, other->prefix);
         });
}

const AzureSubnet* find_subnet(const std::vector<AzureSubnet>& subnets, const std::string& name) {
  const auto at = std::find_if(subnets.begin(), subnets.end(),
                               [&](const AzureSubnet& each) { return ascii_lower(each.name) == ascii_lower(name); });
  return at == subnets.end() ? nullptr : &*at;
}

std::vector<std::string> texts_of(const std::vector<Prefix>& prefixes) {
  std::vector<std::string> out;
  out.reserve(prefixes.size());
  for (const Prefix& each : prefixes) out.push_back(to_text(each));
  return out;
}

// The space with everything that is wanted, and of what there is everything that is not in its way.
std::optional<ShapeNeed> growth(const VirtualNetwork& network, const std::vector<std::string>& wanted) {
  std::vector<std::string> missing, out;
  for (const std::string& each : wanted)
    if (!has(network.address_space, each)) missing.push_back(each);
  if (missing.empty()) return std::nullopt;
  for (const std::string& each : network.address_space)
    if (!is_in_the_way(each, missing)) out.push_back(each);
  out.insert(out.end(), missing.begin(), missing.end());
  return ShapeNeed{ShapeNeed::What::GrowSpace, {}, std::move(out)};
}

// Where another subnet still lies it cannot come yet.
bool has_room(const VirtualNetwork& network, const AzureSubnet& wanted) {
  return std::all_of(network.subnets.begin(), network.subnets.end(), [&](const AzureSubnet& other) {
    return ascii_lower(other.name) == ascii_lower(wanted.name) ||
           std::none_of(wanted.prefixes.begin(), wanted.prefixes.end(),
                        [&](const std::string& prefix) { return is_in_the_way(prefix, other.prefixes); });
  });
}

// The first one that has room, so that one that shrinks makes room for its neighbour; else the first one.
std::optional<ShapeNeed> subnet_need(const VirtualNetwork& network, const std::vector<AzureSubnet>& wanted) {
  std::optional<ShapeNeed> first;
  for (const AzureSubnet& each : wanted) {
    const AzureSubnet* there = find_subnet(network.subnets, each.name);
    if (there != nullptr && sorted(there->prefixes) == sorted(each.prefixes)) continue;
    ShapeNeed need{there == nullptr ? ShapeNeed::What::MakeSubnet : ShapeNeed::What::ChangeSubnet, each, {}};
    if (there != nullptr) need.subnet.name = there->name;
    if (has_room(network, each)) return need;
    if (!first) first = std::move(need);
  }
  return first;
}

}  // namespace

namespace {

NetworkGoal shape_in(const std::vector<NamedValue>& values) {
  NetworkGoal goal;
  if (const auto text = find_value(values, "address_space")) {
    const auto prefixes = parse_prefix_list(*text);
    PAIRFORM_CHECK(prefixes);
    goal.space = texts_of(*prefixes);
  }
  if (const auto text = find_value(values, "subnets")) {
    const auto subnets = parse_subnet_map(*text);
    PAIRFORM_CHECK(subnets);
    goal.subnets.emplace();
    for (const Subnet& each : *subnets) goal.subnets->push_back({each.name, texts_of(each.prefixes), {}, {}});
  }
  return goal;
}

bool is_inside(const std::string& prefix, const std::vector<std::string>& of) {
  const auto parsed = parse_prefix(prefix);
  return parsed && std::any_of(of.begin(), of.end(), [&](const std::string& each) {
           const auto other = parse_prefix(each);
           return other && contains(other->prefix, parsed->prefix);
         });
}

}  // namespace

NetworkGoal goal_of(const CloudStep& step) { return shape_in(step.attributes); }

NetworkGoal goal_beside(const VirtualNetwork& network, const CloudStep& step) {
  NetworkGoal goal = goal_of(step);
  const NetworkGoal seen = shape_in(step.seen);
  if (goal.space) {
    std::vector<std::string> stays, wanted;
    for (const std::string& each : network.address_space)
      if (!(seen.space && has(*seen.space, each)) && !is_inside(each, *goal.space)) stays.push_back(each);
    for (const std::string& each : *goal.space)
      if (!is_inside(each, stays)) wanted.push_back(each);
    wanted.insert(wanted.end(), stays.begin(), stays.end());
    goal.space = std::move(wanted);
  }
  if (goal.subnets)
    for (const AzureSubnet& each : network.subnets)
      if (!find_subnet(*goal.subnets, each.name) && !(seen.subnets && find_subnet(*seen.subnets, each.name)))
        goal.subnets->push_back(each);
  return goal;
}

ShapeNeed next_need(const VirtualNetwork& network, const NetworkGoal& goal) {
  if (goal.subnets)
    for (const AzureSubnet& each : network.subnets)
      if (find_subnet(*goal.subnets, each.name) == nullptr) return {ShapeNeed::What::DeleteSubnet, each, {}};
  if (goal.space)
    if (auto need = growth(network, *goal.space)) return std::move(*need);
  if (goal.subnets)
    if (auto need = subnet_need(network, *goal.subnets)) return std::move(*need);
  if (goal.space && sorted(network.address_space) != sorted(*goal.space))
    return {ShapeNeed::What::ShrinkSpace, {}, *goal.space};
  return {};
}

bool shows_shape(const std::vector<NamedValue>& row, const CloudStep& step) {
  const NetworkGoal shape = shape_in(row);
  VirtualNetwork there;
  if (shape.space) there.address_space = *shape.space;
  if (shape.subnets) there.subnets = *shape.subnets;
  const NetworkGoal goal = step.operation == Operation::Create ? goal_of(step) : goal_beside(there, step);
  return next_need(there, goal).what == ShapeNeed::What::Nothing;
}

}  // namespace pairform::azure
