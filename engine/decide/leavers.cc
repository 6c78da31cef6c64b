#include "engine/decide/leavers.h"

#include <set>

#include "schema/network_types.h"

namespace pairform {
namespace {

class Decider {
 public:
  Decider(const LeaversInput& input, std::vector<PlacedLeaver>& leavers)
      : input_(input), leavers_(leavers), needed_(input.prior.rows.size(), false) {}

  void run() {
    TextSet removed(input_.texts.size());
    for (const Text address : input_.directives.removed) removed.insert(address);
    for (PlacedLeaver& placed : leavers_) {
      const PriorRow& of = row(placed.leaver);
      placed.leaver.removed = removed.contains(of.address) || removed.contains(input_.estate.whole(of.resource));
      placed.leaver.forget =
          placed.leaver.removed || of.presence == Seen::Absent || is_existing(input_.prior, of, input_.texts);
    }
    leave_derived();
    // Who stands on something before what it stands on: `vm.web1`, its nics, the halves, their networks.
    for (const TypeId type : {k_vm_type, k_nic_type, k_mapping_type, k_network_type})
      for (PlacedLeaver& placed : leavers_)
        if (row(placed.leaver).type == type) keep_needed(placed.leaver);
  }

 private:
  const PriorRow& row(const Leaver& leaver) const { return input_.prior.rows[leaver.prior]; }
  bool is_needed(PriorId p) const { return p && needed_[p]; }
  void leave_derived();
  void keep_needed(Leaver& leaver);

  const LeaversInput& input_;
  std::vector<PlacedLeaver>& leavers_;
  DenseMap<PriorId, bool> needed_;  // networks that something forgotten stands on, and forgotten vms for their nics
};

// A derived pair that was adopted, as a whole; a derived network that was adopted, or that somebody uses.
void Decider::leave_derived() {
  std::set<Text> adopted;  // pairs
  for (const PlacedLeaver& placed : leavers_) {
    const PriorRow& of = row(placed.leaver);
    if (of.type == k_mapping_type && of.because && of.adopted) adopted.insert(input_.estate.whole(of.resource));
  }
  std::set<Text> foreign;  // networks that somebody else uses
  for (const ForeignHalf& half : input_.prior.foreign) foreign.insert({half.source, half.target});
  for (const ForeignReplication& user : input_.prior.replications) foreign.insert(user.network);
  for (PlacedLeaver& placed : leavers_) {
    const PriorRow& of = row(placed.leaver);
    if (!of.because || placed.leaver.forget) continue;
    const bool in_use = of.type == k_network_type && (of.in_use_count != 0 || foreign.contains(of.address));
    const bool half = of.type == k_mapping_type && adopted.contains(input_.estate.whole(of.resource));
    if (of.adopted || in_use || half) placed.leaver.forget = placed.leaver.left = true;
  }
}

void Decider::keep_needed(Leaver& leaver) {
  const PriorId p = leaver.prior;
  const TypeId type = row(leaver).type;
  const auto on = [&](Role role) { return input_.had.need(p, role); };
  if (type == k_nic_type) {
    if (is_needed(on(Role::PartOf))) leaver.forget = true;
    return;
  }
  // A half goes along where both its networks stay for something forgotten; a network where anything forgotten needs
  // it.
  const bool needed = type == k_mapping_type   ? is_needed(on(Role::Source)) && is_needed(on(Role::Target))
                      : type == k_network_type ? needed_[p]
                                               : false;
  if (needed && !leaver.forget) leaver.forget = leaver.along = true;
  if (!leaver.forget || row(leaver).presence == Seen::Absent || type == k_network_type) return;
  if (type == k_vm_type) needed_[p] = true;
  for (const Related<PriorId> need : input_.had.needs(p))
    if (input_.prior.rows[need.row].type == k_network_type) needed_[need.row] = true;
}

}  // namespace

void decide_leavers(const LeaversInput& input, std::vector<PlacedLeaver>& leavers) { Decider(input, leavers).run(); }

}  // namespace pairform
