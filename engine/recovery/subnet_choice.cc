#include "engine/recovery/subnet_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/recovery/landing_text.h"

namespace pairform {
namespace {

// Azure puts its own services into these and refuses a machine there.
constexpr std::array<std::string_view, 5> k_platform_subnets{
    "azurebastionsubnet", "azurefirewallmanagementsubnet", "azurefirewallsubnet", "gatewaysubnet", "routeserversubnet"};

// Positions in a list by name, without ASCII case; ascending once sorted.
class NameIndex {
 public:
  void add(std::string_view name, std::size_t at) {
    entries_.emplace_back(ascii_lower(name), static_cast<std::uint32_t>(at));
  }
  void sort() { std::sort(entries_.begin(), entries_.end()); }
  bool empty() const { return entries_.empty(); }
  std::uint32_t find(std::string_view name) const {
    const Entry wanted(ascii_lower(name), 0);
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), wanted);
    return at != entries_.end() && at->first == wanted.first ? at->second : k_no_subnet;
  }
  using Entry = std::pair<std::string, std::uint32_t>;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

constexpr std::size_t k_most_compared = 1000;  // subnets that a suggestion looks at

class Chooser {
 public:
  Chooser(const PlacementInput& input, std::vector<PlacementProblem>& problems)
      : input_(input), problems_(problems), networks_(input.networks.size()), rules_(input.rules.size()) {}

  SubnetChoice choose(std::uint32_t number) {
    number_ = number;
    const LandingRequest& asked = request();
    SubnetChoice choice;
    choice.source = subnets(asked.source_network).find(asked.source_subnet);
    choice.target = asked.fixed ? kept() : target(choice.reason);
    if (asked.fixed) choice.reason = SubnetReason::Kept;
    return choice;
  }

 private:
  const LandingRequest& request() const { return input_.requests[number_]; }
  const LandingNetwork& network() const { return input_.networks[request().target_network]; }
  const NameIndex& subnets(std::uint32_t network) {
    NameIndex& index = networks_[network];
    const std::vector<Subnet>& all = input_.networks[network].subnets;
    if (index.empty() && !all.empty()) {
      for (std::size_t i = 0; i < all.size(); ++i) index.add(all[i].name, i);
      index.sort();
    }
    return index;
  }
  std::string_view override_word() const { return request().for_test ? "test_subnet" : "target_subnet"; }
  std::uint32_t find(std::string_view name) { return subnets(request().target_network).find(name); }
  std::uint32_t kept() { return request().kept_subnet.empty() ? k_no_subnet : find(request().kept_subnet); }

  std::uint32_t target(SubnetReason& reason);
  std::optional<std::uint32_t> settle(SubnetReason rule);
  std::uint32_t named(std::string_view name, std::string why);
  std::uint32_t first();
  const std::string* mapped();
  std::string has_text();
  std::string name_one_text() const;
  // The service to which a subnet of the target network (its name in lower case) is delegated; null: to none.
  const std::string* service_of(const std::string& subnet) const {
    const auto& all = network().delegated;
    const auto at = std::lower_bound(all.begin(), all.end(), subnet,
                                     [](const auto& one, const std::string& name) { return one.first < name; });
    return at != all.end() && at->first == subnet ? &at->second : nullptr;
  }
  std::uint32_t refuse_first(std::uint32_t at, std::string_view why);
  // What to do about a subnet that is not there.
  std::string nearest_text(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Subnet& subnet : network().subnets) names.push_back(subnet.name);
    const std::string_view near = names.size() > k_most_compared ? std::string_view() : nearest(name, names);
    return near.empty() ? fmt::format("make the subnet, or name one that {} has", network().name)
                        : fmt::format("did you mean \"{}\"?", near);
  }
  std::uint32_t report(Code code, std::string summary, std::string detail, std::string help) {
    problems_.push_back({number_,
                         std::nullopt,
                         {code,
                          Severity::Error,
                          std::move(summary),
                          std::move(detail),
                          std::move(help),
                          {},
                          std::string(request().address)}});
    return k_no_subnet;
  }

  const PlacementInput& input_;
  std::vector<PlacementProblem>& problems_;
  std::uint32_t number_ = 0;
  std::vector<NameIndex> networks_;  // empty until first asked about
  std::vector<NameIndex> rules_;     // the same, over source names
};

std::uint32_t Chooser::target(SubnetReason& reason) {
  for (const SubnetReason rule : subnet_rules(request().keep_first)) {
    reason = rule;
    if (const std::optional<std::uint32_t> settled = settle(rule)) return *settled;
  }
  return k_no_subnet;  // never: First settles it
}

// None: the rule does not apply. k_no_subnet: it does, and there was a problem.
std::optional<std::uint32_t> Chooser::settle(SubnetReason rule) {
  const LandingRequest& asked = request();
  const auto if_there = [](std::uint32_t at) { return at == k_no_subnet ? std::nullopt : std::optional(at); };
  switch (rule) {
    case SubnetReason::Override:
      if (asked.override_subnet.empty()) return std::nullopt;
      return named(asked.override_subnet, fmt::format("{} names it", override_word()));
    case SubnetReason::Mapped:
      if (const std::string* name = mapped())
        return named(*name,
                     fmt::format("{} sends subnet \"{}\" to it", input_.rules[asked.rule].name, asked.source_subnet));
      return std::nullopt;
    case SubnetReason::SameName: return if_there(find(asked.source_subnet));
    case SubnetReason::Kept: return if_there(kept());
    case SubnetReason::First: return first();
  }
  return std::nullopt;
}

const std::string* Chooser::mapped() {
  const LandingRequest& asked = request();
  if (asked.rule == k_no_rule) return nullptr;
  const MappingRule& rule = input_.rules[asked.rule];
  NameIndex& index = rules_[asked.rule];
  if (index.empty() && !rule.subnets.empty()) {
    for (std::size_t i = 0; i < rule.subnets.size(); ++i) index.add(rule.subnets[i].first, i);
    index.sort();
  }
  const std::uint32_t entry = index.find(asked.source_subnet);
  return entry == k_no_subnet ? nullptr : &rule.subnets[entry].second;
}

std::uint32_t Chooser::named(std::string_view name, std::string why) {
  const std::uint32_t found = find(name);
  if (found != k_no_subnet) return found;
  return report(Code::TargetSubnetAbsent, fmt::format("{} has no subnet \"{}\" to land in", request().address, name),
                fmt::format("{}, and {}", why, has_text()), nearest_text(name));
}

std::uint32_t Chooser::first() {
  const LandingRequest& asked = request();
  const NameIndex& index = subnets(asked.target_network);
  if (index.empty())  // S6
    return report(Code::NoSubnet, fmt::format("{} has no subnet to land in", asked.address), has_text(),
                  fmt::format("add a subnet to {}, or map to another network", network().name));
  const auto& [name, at] = index.entries().front();  // S5
  if (input_.strict_subnets)
    return report(Code::NoSameSubnet, fmt::format("{} has no subnet of its own name to land in", asked.address),
                  fmt::format("it comes from \"{}\", {}, and strict_subnets refuses the first of them by name",
                              asked.source_subnet, has_text()),
                  name_one_text());
  if (is_platform_subnet(name)) return refuse_first(at, "the platform's own");
  if (const std::string* service = service_of(name)) return refuse_first(at, "delegated to " + *service);
  return at;
}

// No machine can be in the first subnet by name.
std::uint32_t Chooser::refuse_first(std::uint32_t at, std::string_view why) {
  return report(Code::ReservedSubnet,
                fmt::format("{} would land in \"{}\"", request().address, network().subnets[at].name),
                fmt::format("it comes from \"{}\", {}, and the first of them by name is {}", request().source_subnet,
                            has_text(), why),
                name_one_text());
}

std::string Chooser::has_text() {
  const auto& entries = subnets(request().target_network).entries();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < entries.size() && i < k_most_listed; ++i)
    names.push_back(fmt::format("\"{}\"", network().subnets[entries[i].second].name));
  return entries.empty() ? fmt::format("{} has no subnet", network().name)
                         : fmt::format("{} has {}", network().name, list_text(names, entries.size()));
}

std::string Chooser::name_one_text() const {
  const std::uint32_t rule = request().rule;
  return rule == k_no_rule ? fmt::format("give {}", override_word())
                           : fmt::format("give target_subnet, or an entry for \"{}\" in the subnets of {}",
                                         request().source_subnet, input_.rules[rule].name);
}

}  // namespace

bool is_platform_subnet(std::string_view name) {
  return std::find(k_platform_subnets.begin(), k_platform_subnets.end(), ascii_lower(name)) != k_platform_subnets.end();
}

std::vector<SubnetChoice> choose_subnets(const PlacementInput& input, std::vector<PlacementProblem>& problems) {
  Chooser chooser(input, problems);
  std::vector<SubnetChoice> choices;
  for (std::uint32_t i = 0; i < input.requests.size(); ++i) choices.push_back(chooser.choose(i));
  return choices;
}

}  // namespace pairform
