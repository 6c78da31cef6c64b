#include "engine/decide/moved_along.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "schema/base_types.h"

namespace pairform {

std::vector<MovedAlong> find_moved_along(const PriorState& prior, const Diff& diff) {
  std::vector<MovedAlong> out;
  std::map<std::pair<Text, Text>, std::vector<PriorId>> vms;  // by the networks they live on and come up in
  for (const ChangeId c : diff.changes.ids()) {
    const Change& half = diff.changes[c];
    if (half.type != k_mapping_type || !half.update || !half.origin) continue;
    const PriorRow& was = prior.rows[half.origin];
    const Text before = prior.cell(was, half_column::target), after = diff.cell(half.first_after, half_column::target);
    if (before == after) continue;
    if (vms.empty())
      for (const PriorId p : prior.rows.ids())
        if (const PriorRow& row = prior.rows[p]; row.type == k_vm_type && row.presence == Existence::Present)
          vms[{prior.cell(row, vm_column::network), prior.cell(row, vm_column::target_network)}].push_back(p);
    const auto moved = vms.find({prior.cell(was, half_column::source), before});
    if (moved == vms.end()) continue;
    for (const PriorId p : moved->second) out.push_back({c, p, after});
  }
  if (out.empty()) return out;
  DenseMap<PriorId, Text> led(prior.rows.size());   // by vm: where a change leads it
  DenseMap<PriorId, bool> ends(prior.rows.size());  // its replication is disabled
  for (const Change& change : diff.changes) {
    if (change.type != k_vm_type) continue;
    if (change.update && change.origin) led[change.origin] = diff.cell(change.first_after, vm_column::target_network);
    for (const Outgoing& outgoing : change.outgoing) ends[outgoing.prior] = !outgoing.forget;
  }
  std::erase_if(out, [&](const MovedAlong& each) { return ends[each.vm] || led[each.vm] == each.target; });
  return out;
}

void note_moved_along(const PriorState& prior, const Estate& estate, const Diff& diff, std::string_view edition,
                      const StringPool& texts, std::vector<Note>& notes) {
  for (const MovedAlong& each : find_moved_along(prior, diff)) {
    const PriorRow& vm = prior.rows[each.vm];
    if (!vm.recorded) continue;
    notes.push_back({std::string(texts.view(estate.address(diff.changes[each.half].resource))),
                     fmt::format("under edition {} the service moves {} along, to {}", edition, texts.view(vm.address),
                                 texts.view(each.target))});
  }
}

}  // namespace pairform
