#include "engine/drill/drill_world.h"

#include <fmt/format.h>

#include "schema/address.h"

namespace pairform {
namespace {

std::optional<Ip> ip_of(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6 ? ip : std::nullopt;
}

}  // namespace

DrillWorld::DrillWorld(const Project& project, const World& world, Text region)
    : project_(project),
      world_(world),
      region_(region),
      network_row_(project.texts().size()),
      desired_halves_(world.desired, project.texts()),
      prior_halves_(world.prior, project.texts()) {
  for (const auto p : world.prior.rows.ids()) prior_at_.set_first(world.prior.rows[p].key(), p);
  for (const auto d : world.desired.rows.ids()) {
    if (world.desired.rows[d].type != k_network_type) continue;
    network_row_.set(world.desired.rows[d].identity, d);
  }
  for (const RecordedHome& home : world.prior.homes) home_.emplace(home.nic, &home);
  for (const VmLanding& landing : world.landings)
    for (std::size_t n = 0; n < landing.nics.size(); ++n)
      nic_address_.emplace(landing.nics[n].identity, world.desired.rows[landing.nic_row(n)].address);
}

const PriorRow* DrillWorld::prior(ResourceKey key) const {
  const PriorId p = prior_at_[key];
  return p ? &world_.prior.rows[p] : nullptr;
}

Text DrillWorld::identity(Text name) const {
  const Text identity = world_.names->desired_identity(name);
  return identity ? identity : name ? world_.names->recorded_identity(name) : Text();
}

const RecordedHome* DrillWorld::recorded_home(Text nic) const {
  const auto at = home_.find(nic);
  return at == home_.end() ? nullptr : at->second;
}

bool DrillWorld::is_known(Text identity) const {
  const PriorRow* found = prior({k_network_type, identity});
  const DesiredId row = network_row_[identity];
  return (row != k_none && !world_.desired.rows[row].existing) ||
         (found != nullptr && found->presence == Existence::Present);
}

std::uint32_t DrillWorld::network(Text identity) {
  const auto [at, added] = number_.emplace(identity, static_cast<std::uint32_t>(networks_.size()));
  if (!added) return at->second;
  const PriorRow* found = prior({k_network_type, identity});
  const DesiredId row = network_row_[identity];
  LandingNetwork network{.name = text(identity ? world_.names->name(identity) : Text()), .subnets = {}, .occupied = {}};
  if (row != k_none) {
    network = landing_network(world_.desired, row, found, world_.prior, project_.parsed, project_.texts());
  } else if (found != nullptr && found->type == k_network_type) {  // recorded, and no file wants it any more
    network.subnets = project_.parsed.subnets(project_.texts(), world_.prior.cell(*found, network_column::subnets));
    const std::vector<Subnet>& others = project_.parsed.subnets(project_.texts(), found->others_subnets);
    network.subnets.insert(network.subnets.end(), others.begin(), others.end());
    network.delegated = delegated_subnets(*found, project_.parsed, project_.texts());
  }
  networks_.push_back(std::move(network));
  identities_.push_back(identity);
  return at->second;
}

// Where a half leads, and what its mapping says of subnets and addresses.
template <class State, class RowId>
WayHome DrillWorld::along(const State& state, RowId half) {
  const auto& row = state.rows[half];
  const Text subnets = state.cell(row, half_column::subnets), addresses = state.cell(row, half_column::addresses);
  const auto [at, added] =
      rule_at_.emplace(std::tuple(row.address, addresses, subnets), static_cast<std::uint32_t>(rules_.size()));
  if (added) {
    rules_.push_back(
        {.name = pair_of(text(row.address)), .subnets = items(subnets), .same_host = text(addresses) == "same-host"});
  }
  const Text target = identity(state.cell(row, half_column::target));
  if (target && network_row_[target] == k_none && prior({k_network_type, target}) == nullptr)
    return {k_no_network, k_no_rule, target, row.address};
  return {network(target), at->second, {}, row.address};
}

// A half in the cloud that is not the project's, to a network of the project in the lost region.
std::uint32_t DrillWorld::foreign_way(Text network_name) {
  for (const ForeignHalf& half : world_.prior.foreign) {
    const Text target = identity(half.target);
    const DesiredId row = network_row_[target];
    if (half.source != network_name || row == k_none) continue;
    if (world_.desired.cell(world_.desired.rows[row], network_column::region) == region_) return network(target);
  }
  return k_no_network;
}

WayHome DrillWorld::way_home(Text network_identity, HomeBy by) {
  const auto [at, added] = way_home_.emplace(std::pair(network_identity, by), WayHome());
  if (added) at->second = find_way_home(network_identity, by);
  return at->second;
}

WayHome DrillWorld::find_way_home(Text network_identity, HomeBy by) {
  const Text name = world_.names->name(network_identity);
  const DesiredId then = desired_halves_.find(name, region_);
  PriorId now = prior_halves_.find(name, region_);
  // It may lead to a network that is not of the project, of whose region nothing is known here.
  if (!now && then) now = prior_at_[world_.desired.rows[then].key()];
  const bool there = now && world_.prior.rows[now].presence != Existence::Absent;  // unseen: as it is recorded
  const auto leads = [&](const auto& state, auto half) { return state.cell(state.rows[half], half_column::target); };
  const bool drifted = there && then && leads(world_.prior, now) != leads(world_.desired, then);
  const auto as_found = [&] {
    WayHome way = along(world_.prior, now);
    way.drifted = drifted;
    return way;
  };
  if (there && (by == HomeBy::CloudElseDesired || by == HomeBy::CloudAsItIs)) return as_found();
  if (then && !there && (by == HomeBy::CloudAsItIs || by == HomeBy::Cloud)) {
    WayHome none{.half = world_.desired.rows[then].address};
    none.missing = true;
    return none;
  }
  if (by == HomeBy::Cloud && drifted) return as_found();
  if (then != k_none) return along(world_.desired, then);
  return {foreign_way(name), k_no_rule};
}

void DrillWorld::occupy(const std::set<Text>& drilled) {
  for (std::size_t n = 0; n < networks_.size(); ++n) occupy_from_cloud(identities_[n], networks_[n], drilled);
  for (const VmLanding& landing : world_.landings) {
    const auto at = landing.network ? number_.find(landing.network) : number_.end();
    if (at == number_.end()) continue;
    for (const NicFacts& nic : landing.nics) {
      if (drilled.contains(nic.identity)) continue;
      const auto add = [&](std::string_view source) {
        if (const auto ip = ip_of(source))
          networks_[at->second].occupied.push_back({*ip, text(nic_address_.at(nic.identity)), false});
      };
      add(text(nic.ip));
      for (const auto& [name, ip] : items(nic.secondary)) add(ip);
    }
  }
}

// Addresses that the cloud reports in the network, but not those of the drilled nics: they have left, and so have their
// copies. Another nic of the project holds its source address, and that of its copy where one runs.
void DrillWorld::occupy_from_cloud(Text identity, LandingNetwork& network, const std::set<Text>& drilled) {
  const PriorRow* found = identity ? prior({k_network_type, identity}) : nullptr;
  if (found == nullptr) return;
  for (const AddressInUse& use : world_.prior.in_use_of(*found)) {
    if (use.ip.v6 || drilled.contains(use.owner)) continue;
    const auto own = nic_address_.find(use.owner);
    const bool ours = own != nic_address_.end();
    network.occupied.push_back({use.ip, text(ours ? own->second : use.owner), !ours});
  }
}

}  // namespace pairform
