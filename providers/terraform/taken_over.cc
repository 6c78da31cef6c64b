#include "providers/terraform/taken_over.h"

#include <map>
#include <utility>

namespace pairform::terraform {
namespace {

using Half = std::pair<std::string, std::string>;  // identities of source and target

std::set<Half> declared_halves(const InProject& project, const Inferred& inferred) {
  std::map<std::string, std::string> identity_of;  // by address
  for (const auto& [identity, address] : project.networks) identity_of.emplace(address, identity);
  for (const InferredNetwork& each : inferred.networks)
    identity_of.emplace("network." + each.key, each.network.identity);
  std::set<Half> out;
  for (const auto& [slot, rule] : project.slots) out.emplace(slot.first, rule.target);
  for (const InferredPair& pair : inferred.pairs) {
    const auto source = identity_of.find(pair.source), target = identity_of.find(pair.target);
    if (source == identity_of.end() || target == identity_of.end()) continue;
    out.emplace(source->second, target->second);
    if (pair.kind != PairClass::OneWay) out.emplace(target->second, source->second);
  }
  return out;
}

}  // namespace

std::set<Place> taken_over(const JoinedStates& states, const Inferred& inferred) {
  const std::set<Half> halves = declared_halves(states.found.project, inferred);
  std::set<std::string> vms = states.found.project.managed_vms;
  for (const InferredVm& each : inferred.vms)
    if (!each.existing) vms.insert(each.vm.identity);
  std::set<Place> out;
  for (const Origin& each : states.origins)
    if (each.vm.empty() ? halves.contains({each.source, each.target}) : vms.contains(each.vm)) out.insert(each.place);
  return out;
}

}  // namespace pairform::terraform
