// What a pair says of landings, inferred from where its vms land: subnets of other names, and addresses that keep their host
// number. So that files say a rule once, and not an override for each nic.
// Cost: O(n log n) in nics. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/recovery/infer_pairs.h"

namespace pairform {

struct InferredRules {
  TextItems subnets;          // source subnet, target subnet; by name
  TextItems reverse_subnets;  // what does not follow from `subnets` backwards
  bool same_host = false;
};

// One a pair. A subnet gets an entry where its nics land in one of another name: at least four in five of them in the same,
// and two of them, or the only one. `same_host`: of the static configurations that did not keep their address, at least two
// keep the host number, and not fewer than do not.
std::vector<InferredRules> infer_rules(const Discovered& found, const std::map<std::string, std::size_t>& network_at,
                                       const std::vector<DraftPair>& pairs);

// Of a landing by rule: does a nic of this vm tell where machines come up? Not while a failover goes on.
bool tells_landing(const DiscoveredVm& vm);

}  // namespace pairform
