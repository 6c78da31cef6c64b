#include "engine/decide/outgoing.h"

#include <set>
#include <utility>

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
    forget_what_is_others();
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
  bool is_half_of_others(const PriorRow& half) const;
  static bool is_network_of_others(const PriorRow& network);
  static bool is_replication_of_others(const PriorRow& vm);
  void forget_what_is_others();
  void forget_derived();
  void note_needs(const Outgoing& outgoing);
  void forget_needed(Outgoing& outgoing);

  const OutgoingInput& input_;
  std::vector<PlacedOutgoing>& outgoing_;
  std::set<std::pair<Text, Text>> foreign_halves_;  // source and target, names
  DenseMap<PriorId, bool> needed_;  // networks that something forgotten stands on, and forgotten vms for their nics
};

// Of a half that leads elsewhere than recorded: does what it leads to lead back, by a half of somebody else? Then it is
// half of a whole pair that somebody made since.
bool Decider::is_half_of_others(const PriorRow& half) const {
  if (half.type != k_mapping_type || !half.drifted) return false;
  return foreign_halves_.contains(
      {input_.prior.cell(half, half_column::target), input_.prior.cell(half, half_column::source)});
}

// Made anew by somebody else: pairform puts its tag on every network that it makes.
bool Decider::is_network_of_others(const PriorRow& network) {
  return network.type == k_network_type && network.presence == Existence::Present && !network.adopted && !network.ours;
}

// The replication that is recorded was ended, and somebody began another one of the same machine. One that is held stays held.
bool Decider::is_replication_of_others(const PriorRow& vm) {
  return vm.type == k_vm_type && vm.presence == Existence::Present && vm.status == Status::Settled && vm.anew;
}

void Decider::forget_what_is_others() {
  for (const ForeignHalf& half : input_.prior.foreign) foreign_halves_.insert({half.source, half.target});
  for (PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing);
    if (!placed.outgoing.forget && (is_half_of_others(of) || is_network_of_others(of) || is_replication_of_others(of)))
      placed.outgoing.forget = placed.outgoing.not_ours = true;
  }
}

// A derived pair that was adopted or that a stranger uses, as a whole; a derived network that was adopted, or that
// somebody uses. Not a half whose pair lives on, under a declared mapping that takes it over: left there it would be
// half a pair. A derived network with this project's tag was made by pairform, whatever state says.
void Decider::forget_derived() {
  std::set<Text> stays;  // pairs
  TextSet used(input_.texts.size());
  for (const Stranger& stranger : input_.prior.strangers) used.insert(stranger.over), used.insert(stranger.back);
  for (const PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing);
    if (of.type == k_mapping_type && of.because && (of.adopted || used.contains(of.identity)))
      stays.insert(input_.estate.whole(of.resource));
  }
  std::set<Text> foreign;  // networks that somebody else uses
  for (const ForeignHalf& half : input_.prior.foreign) foreign.insert({half.source, half.target});
  for (const ForeignReplication& user : input_.prior.replications) foreign.insert(user.network);
  for (PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing);
    if (!of.because || placed.outgoing.forget) continue;
    bool forget = of.adopted;
    if (of.type == k_network_type)
      forget = (of.adopted && !of.ours) || of.in_use_count != 0 || foreign.contains(name_of(of));
    if (of.type == k_mapping_type)
      forget = stays.contains(input_.estate.whole(of.resource)) && !input_.estate[placed.at].desired;
    if (forget) placed.outgoing.forget = placed.outgoing.not_ours = true;
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
