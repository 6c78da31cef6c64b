#include "engine/decide/outgoing.h"

#include <set>

#include "schema/base_types.h"

namespace pairform {
namespace {

class Decider {
 public:
  Decider(const OutgoingInput& input, std::vector<PlacedOutgoing>& outgoing)
      : input_(input), outgoing_(outgoing), needed_(input.prior.rows.size(), false) {}

  void run() {
    TextSet removed(input_.texts.size());
    for (const Text address : input_.directives.removed) removed.insert(address);
    for (PlacedOutgoing& placed : outgoing_) {
      const PriorRow& of = row(placed.outgoing);
      placed.outgoing.removed = removed.contains(of.address) || removed.contains(input_.estate.whole(of.resource));
      placed.outgoing.forget =
          placed.outgoing.removed || of.presence == Existence::Absent || is_existing(input_.prior, of, input_.texts);
    }
    forget_derived();
    for (const PlacedOutgoing& placed : outgoing_) note_needs(placed.outgoing);
    for (PlacedOutgoing& placed : outgoing_) forget_needed(placed.outgoing);
  }

 private:
  const PriorRow& row(const Outgoing& outgoing) const { return input_.prior.rows[outgoing.prior]; }
  bool is_needed(PriorId p) const { return p && needed_[p]; }
  // What it is called in references: its address, unless that is wanted for another network.
  Text name_of(const PriorRow& network) const {
    return input_.estate[network.resource].desired ? network.identity : network.address;
  }
  void forget_derived();
  void note_needs(const Outgoing& outgoing);
  void forget_needed(Outgoing& outgoing);

  const OutgoingInput& input_;
  std::vector<PlacedOutgoing>& outgoing_;
  DenseMap<PriorId, bool> needed_;  // networks that something forgotten stands on, and forgotten vms for their nics
};

// A derived pair that was adopted or that a stranger uses, as a whole; a derived network that was adopted, or that somebody uses.
void Decider::forget_derived() {
  std::set<Text> adopted;  // pairs, also those by which a stranger lands or comes home
  TextSet used(input_.texts.size());
  for (const Stranger& stranger : input_.prior.strangers) used.insert(stranger.over), used.insert(stranger.back);
  for (const PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing);
    if (of.type == k_mapping_type && of.because && (of.adopted || used.contains(of.identity)))
      adopted.insert(input_.estate.whole(of.resource));
  }
  std::set<Text> foreign;  // networks that somebody else uses
  for (const ForeignHalf& half : input_.prior.foreign) foreign.insert({half.source, half.target});
  for (const ForeignReplication& user : input_.prior.replications) foreign.insert(user.network);
  for (PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing);
    if (!of.because || placed.outgoing.forget) continue;
    const bool in_use = of.type == k_network_type && (of.in_use_count != 0 || foreign.contains(name_of(of)));
    const bool half = of.type == k_mapping_type && adopted.contains(input_.estate.whole(of.resource));
    if (of.adopted || in_use || half) placed.outgoing.forget = placed.outgoing.not_ours = true;
  }
}

// What is forgotten and still there needs the networks that it stands on, and a vm is needed by its nics.
void Decider::note_needs(const Outgoing& outgoing) {
  const TypeId type = row(outgoing).type;
  if (!outgoing.forget || row(outgoing).presence == Existence::Absent || type == k_network_type) return;
  if (type == k_vm_type) needed_[outgoing.prior] = true;
  for (const Related<PriorId> need : input_.had.needs(outgoing.prior))
    if (input_.prior.rows[need.row].type == k_network_type) needed_[need.row] = true;
}

// A nic goes along with its vm, a network where anything forgotten needs it, and a half where both its networks stay
// for something forgotten: so it adds no need.
void Decider::forget_needed(Outgoing& outgoing) {
  const TypeId type = row(outgoing).type;
  const auto on = [&](Role role) { return is_needed(input_.had.need(outgoing.prior, role)); };
  if (outgoing.forget) return;
  if (type == k_nic_type) outgoing.forget = on(Role::PartOf);
  if (type == k_mapping_type) outgoing.forget = outgoing.needed = on(Role::Source) && on(Role::Target);
  if (type == k_network_type) outgoing.forget = outgoing.needed = needed_[outgoing.prior];
}

}  // namespace

void decide_outgoing(const OutgoingInput& input, std::vector<PlacedOutgoing>& outgoing) {
  Decider(input, outgoing).run();
}

}  // namespace pairform
