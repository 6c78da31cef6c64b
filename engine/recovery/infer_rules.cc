#include "engine/recovery/infer_rules.h"

#include <algorithm>
#include <utility>

#include "engine/model/way_home.h"

namespace pairform {
namespace {

using Direction = std::pair<std::size_t, std::size_t>;  // home and landing network, indexes into Discovered::networks

// Where the nics of one subnet land.
struct SubnetVotes {
  std::string source;  // as the nics spell it: the smallest spelling
  std::size_t all = 0;
  std::map<std::string, std::pair<std::string, std::size_t>> to;  // lower-case name -> spelling, nics
};

struct DirectionVotes {
  std::map<std::string, SubnetVotes> subnets;  // by lower-case name
  std::size_t same_host = 0, other_host = 0;
};

// The IPv4 prefix of the named subnet that holds the address; null: none does.
const Prefix* prefix_of(const DiscoveredNetwork& network, std::string_view subnet, const Ip& ip) {
  for (const Subnet& each : network.subnets) {
    if (ascii_lower(each.name) != ascii_lower(subnet)) continue;
    for (const Prefix& prefix : each.prefixes)
      if (!prefix.base.v6 && contains(prefix, ip)) return &prefix;
  }
  return nullptr;
}

class Voting {
 public:
  Voting(const Discovered& found, const std::map<std::string, std::size_t>& network_at) : found_(found) {
    for (const DiscoveredVm& vm : found.vms) {
      const auto home = network_at.find(vm.network), landing = network_at.find(vm.target_network);
      if (home == network_at.end() || landing == network_at.end() || !tells_landing(vm)) continue;
      DirectionVotes& votes = votes_[{home->second, landing->second}];
      for (const DiscoveredNic& nic : vm.nics) {
        if (!nic.target_subnet || nic.subnet.empty()) continue;
        count_subnet(nic, votes);
        count_host(nic, nic.ip, nic.target_ip, {home->second, landing->second}, votes);
        for (const auto& [name, address] : nic.secondary)
          for (const auto& [target_name, target] : nic.target_secondary)
            if (ascii_lower(name) == ascii_lower(target_name))
              count_host(nic, address, target, {home->second, landing->second}, votes);
      }
    }
  }
  const DirectionVotes& of(Direction direction) const {
    static const DirectionVotes none;
    const auto at = votes_.find(direction);
    return at == votes_.end() ? none : at->second;
  }

 private:
  static void count_subnet(const DiscoveredNic& nic, DirectionVotes& votes) {
    SubnetVotes& subnet = votes.subnets[ascii_lower(nic.subnet)];
    if (subnet.all == 0 || nic.subnet < subnet.source) subnet.source = nic.subnet;
    ++subnet.all;
    auto& [spelling, nics] = subnet.to[ascii_lower(*nic.target_subnet)];
    if (nics == 0 || *nic.target_subnet < spelling) spelling = *nic.target_subnet;
    ++nics;
  }
  void count_host(const DiscoveredNic& nic, std::string_view from, std::string_view to, Direction direction,
                  DirectionVotes& votes) const {
    const auto source = parse_ip(from), target = parse_ip(to);
    if (!source || !target || *source == *target || source->v6 || target->v6) return;
    const Prefix* home = prefix_of(found_.networks[direction.first], nic.subnet, *source);
    const Prefix* landing = prefix_of(found_.networks[direction.second], *nic.target_subnet, *target);
    if (home == nullptr || landing == nullptr || home->length != landing->length) return;
    const bool same = source->low - home->base.low == target->low - landing->base.low;
    ++(same ? votes.same_host : votes.other_host);
  }

  const Discovered& found_;
  std::map<Direction, DirectionVotes> votes_;
};

// Where a subnet would lead without an entry; "": to the one of its own name.
std::string said_of(const TextItems& items, const std::string& lower) {
  for (const auto& [from, to] : items)
    if (ascii_lower(from) == lower) return ascii_lower(to);
  return lower;
}

// Entries for the subnets that lead elsewhere than `said` does.
TextItems entries_of(const DirectionVotes& votes, const TextItems& said) {
  TextItems out;
  for (const auto& [lower, subnet] : votes.subnets) {
    const auto most = std::max_element(subnet.to.begin(), subnet.to.end(), [](const auto& a, const auto& b) {
      return a.second.second < b.second.second;  // of equal ones the first by name
    });
    const auto& [spelling, nics] = most->second;
    const bool agreed = nics * 5 >= subnet.all * 4 && (nics >= 2 || subnet.all == 1);
    if (agreed && most->first != said_of(said, lower)) out.emplace_back(subnet.source, spelling);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool tells_landing(const DiscoveredVm& vm) { return vm.status == Status::Settled || vm.status == Status::Busy; }

std::vector<InferredRules> infer_rules(const Discovered& found, const std::map<std::string, std::size_t>& network_at,
                                       const std::vector<DraftPair>& pairs) {
  const Voting voting(found, network_at);
  std::vector<InferredRules> out;
  out.reserve(pairs.size());
  for (const DraftPair& pair : pairs) {
    const DirectionVotes& forth = voting.of({pair.source, pair.target});
    InferredRules rules;
    rules.subnets = entries_of(forth, {});
    std::size_t same = forth.same_host, other = forth.other_host;
    if (pair.kind != PairClass::OneWay) {
      const DirectionVotes& back = voting.of({pair.target, pair.source});
      rules.reverse_subnets = entries_of(back, way_home_items(rules.subnets));
      same += back.same_host, other += back.other_host;
    }
    rules.same_host = same >= 2 && same >= other;
    out.push_back(std::move(rules));
  }
  return out;
}

}  // namespace pairform
