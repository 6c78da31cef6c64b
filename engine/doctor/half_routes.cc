#include "engine/doctor/half_routes.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "engine/drill/drill_world.h"
#include "engine/recovery/subnet_choice.h"
#include "schema/address.h"

namespace pairform {
namespace {

constexpr std::uint64_t k_reserved = 5;  // addresses of each prefix

std::uint64_t places(const Subnet& subnet) {
  std::uint64_t out = 0;
  for (const Prefix& prefix : subnet.prefixes)
    if (!prefix.base.v6 && prefix.length <= 29) out += (std::uint64_t{1} << (32 - prefix.length)) - k_reserved;
  return out;
}

class Router {
 public:
  Router(const Project& project, const World& world) : project_(project), world_(world), networks_(project, world, {}) {
    for (const VmLanding& landing : world.landings)
      for (const NicFacts& nic : landing.nics) lived_in_.emplace(landing.network, ascii_lower(text(nic.subnet)));
  }

  HalfRoute route(DesiredId half) {
    const DesiredRow& row = world_.desired.rows[half];
    HalfRoute out{half,
                  networks_.identity(cell(row, half_column::source)),
                  networks_.identity(cell(row, half_column::target)),
                  {}};
    if (!networks_.is_known(out.source) || !networks_.is_known(out.target)) return out;
    const std::uint32_t source = networks_.network(out.source), target = networks_.network(out.target);
    const MappingRule rule{.name = pair_of(text(row.address)),
                           .subnets = project_.parsed.items(project_.texts(), cell(row, half_column::subnets))};
    std::vector<const Subnet*> from;
    std::vector<std::string> words;  // what messages call the nic
    for (const Subnet& subnet : networks_.networks()[source].subnets)
      if (!is_platform_subnet(subnet.name)) from.push_back(&subnet);
    words.reserve(from.size());
    std::vector<LandingRequest> requests;
    for (const Subnet* subnet : from) {
      words.push_back(fmt::format("a nic in \"{}\"", subnet->name));
      requests.push_back({.address = words.back(),
                          .source_network = source,
                          .target_network = target,
                          .rule = 0,
                          .source_subnet = subnet->name,
                          .configurations = {}});
    }
    choose(out, {networks_.networks(), std::span(&rule, 1), requests, project_.config.settings.strict_subnets, false},
           from);
    return out;
  }

 private:
  std::string_view text(Text value) const { return project_.texts().view(value); }
  Text cell(const DesiredRow& row, std::size_t column) const { return world_.desired.cell(row, column); }

  void choose(HalfRoute& out, const PlacementInput& input, const std::vector<const Subnet*>& from) const {
    std::vector<PlacementProblem> problems;
    const std::vector<SubnetChoice> choices = choose_subnets(input, problems);
    for (std::size_t s = 0; s < from.size(); ++s) {
      SubnetRoute& route = out.subnets.emplace_back();
      route.from = from[s]->name;
      route.from_places = places(*from[s]);
      route.lived_in = lived_in_.contains({out.source, ascii_lower(from[s]->name)});
      route.by_name = choices[s].reason != SubnetReason::First;
      if (choices[s].target == k_no_subnet) continue;
      const Subnet& to = input.networks[input.requests[s].target_network].subnets[choices[s].target];
      route.to = to.name;
      route.to_places = places(to);
    }
    for (const PlacementProblem& each : problems)
      out.subnets[each.request].why = fmt::format("{}: {}", each.diagnostic.summary, each.diagnostic.detail);
  }

  const Project& project_;
  const World& world_;
  DrillWorld networks_;
  std::set<std::pair<Text, std::string>> lived_in_;  // identity of a network, subnet in lower case
};

}  // namespace

std::vector<HalfRoute> half_routes(const Project& project, const World& world) {
  Router router(project, world);
  std::vector<HalfRoute> out;
  for (const DesiredId d : world.desired.rows.ids())
    if (world.desired.rows[d].type == k_mapping_type) out.push_back(router.route(d));
  return out;
}

}  // namespace pairform
