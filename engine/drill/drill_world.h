// What a drill asks of a run: networks as placement sees them, who holds their addresses once a region is lost, and
// where the ways home lead. Networks are numbered as they are asked for. One owner; views live as long as the phases.
#pragma once
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/drill/drill.h"
#include "engine/phases.h"
#include "engine/recovery/slot_index.h"

namespace pairform {

// Which half leads home from a network: the one that files want, or the one that the cloud holds?
enum class HomeBy {
  Desired,      // what files want: the vm is not replicated yet, or the cloud was not read
  Cloud,        // what the cloud holds; none where files want a half that is not there
  CloudAsItIs,  // what the cloud holds, none otherwise: of a vm that is failed over, reversed or broken; its mapping
                // is left alone, whatever files want
  CloudElseDesired,  // what the cloud holds, else what files want: of a vm whose replication is still being enabled
};

struct WayHome {
  std::uint32_t network = k_no_network;  // none: there is none
  std::uint32_t rule = k_no_rule;
  // The half leads to a network of the cloud that no stanza names: nothing is known of its subnets, `network` is none.
  Text elsewhere{};
  Text half{};           // its address; none: no half of the project leads there
  bool drifted = false;  // the cloud holds it otherwise than files want it: apply leads it where they say
  bool missing = false;  // files want it, and the cloud does not hold it: apply makes it
};

class DrillWorld {
 public:
  DrillWorld(const Project& project, const World& world, Text region);

  // Its number. `identity` none: a network that nothing is known of.
  std::uint32_t network(Text identity);
  Text identity(Text name) const;  // of a name in a cell
  // Can its subnets be told?
  bool is_known(Text identity) const;

  const PriorRow* prior(ResourceKey key) const;
  // Left alone by plans: something is going on with it, or it is not at home.
  bool is_held(const PriorRow* row) const { return row != nullptr && (row->pending || row->status != Status::Settled); }

  // Where the service has a nic come home; null: it has not decided that.
  const RecordedHome* recorded_home(Text nic) const;
  // Where the half on (network, the lost region) leads.
  WayHome way_home(Text network, HomeBy by);

  // Fills `occupied` of all networks asked for, with all but `drilled` (identities of nics) and their copies.
  void occupy(const std::set<Text>& drilled);
  const std::vector<LandingNetwork>& networks() const { return networks_; }
  const std::vector<MappingRule>& rules() const { return rules_; }

 private:
  WayHome find_way_home(Text network, HomeBy by);
  template <class State, class RowId>
  WayHome along(const State& state, RowId half);
  std::uint32_t foreign_way(Text network_name);
  void occupy_from_cloud(Text identity, LandingNetwork& network, const std::set<Text>& drilled);
  std::string_view text(Text value) const { return project_.texts().view(value); }
  const TextItems& items(Text map) const { return project_.parsed.items(project_.texts(), map); }

  const Project& project_;
  const World& world_;
  Text region_;
  KeyMap<PriorId> prior_at_;
  TextMap<DesiredId> network_row_;  // identity -> desired row
  SlotIndex<DesiredId> desired_halves_;
  SlotIndex<PriorId> prior_halves_;
  std::map<Text, std::uint32_t> number_;                           // identity -> networks_
  std::map<std::tuple<Text, Text, Text>, std::uint32_t> rule_at_;  // half, its addresses and subnets -> rules_
  std::map<std::pair<Text, HomeBy>, WayHome> way_home_;            // of each network asked about
  std::map<Text, const RecordedHome*> home_;                       // by identity of the nic
  std::map<Text, Text> nic_address_;                               // identity -> address, of the project's nics
  std::vector<LandingNetwork> networks_;
  std::vector<Text> identities_;  // by number
  std::vector<MappingRule> rules_;
};

}  // namespace pairform
