#include "engine/decide/match.h"

#include <algorithm>
#include <array>

#include "engine/decide/mirror.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// The pairs of one side, in address order; [0] is the forward half, [1] the reverse one.
template <class RowId>
struct Pairs {
  std::vector<PairSlots> slots;
  std::vector<std::array<RowId, 2>> halves;
};

class Matcher {
 public:
  Matcher(const MatchInput& input, StringPool& texts)
      : input_(input),
        texts_(texts),
        origin_(input.desired.rows.size()),
        matched_(input.prior.rows.size(), false),
        readopted_(input.prior.rows.size(), false) {
    for (const PriorId p : input.prior.rows.ids()) prior_at_.set_first(row(p).key(), p);
  }

  Match run() {
    match_by_identity();
    match_halves();
    place_outgoing();
    adopt_forgotten_halves();
    return pair_up();
  }

 private:
  const PriorRow& row(PriorId p) const { return input_.prior.rows[p]; }
  const DesiredRow& want(DesiredId d) const { return input_.desired.rows[d]; }
  bool is_recorded(PriorId p) const { return static_cast<bool>(row(p).recorded); }
  void take(DesiredId d, PriorId p) {
    origin_[d] = p;
    matched_[p] = true;
  }
  void add_outgoing(ResourceId at, PriorId p) {
    matched_[p] = true;
    outgoing_.push_back({at, {p}});
  }

  void match_by_identity();
  bool must_be_replaced(DesiredId vm) const;
  void match_halves();
  template <class RowId, class Rows>
  Pairs<RowId> pairs_of(const Rows& rows) const;
  std::vector<PairHint> pair_hints(std::span<const PairSlots> wanted, std::span<const PairSlots> had) const;
  void take_same_slots(const std::array<DesiredId, 2>& wanted, const std::array<PriorId, 2>& had);
  void take_right_halves();
  void replace_halves(const std::array<DesiredId, 2>& wanted, const std::array<PriorId, 2>& had);
  void place_outgoing();
  ResourceId place_of(const PriorRow& outgoing, const TextMap<ResourceId>& moved) const;
  void adopt_forgotten_halves();
  Match pair_up();

  const MatchInput& input_;
  StringPool& texts_;
  KeyMap<PriorId> prior_at_;
  DenseMap<DesiredId, PriorId> origin_;
  DenseMap<PriorId, bool> matched_;    // a desired row is it, or replaces it
  DenseMap<PriorId, bool> readopted_;  // a half that is forgotten, and adopted under another address
  std::vector<PlacedOutgoing> outgoing_;
};

void Matcher::match_by_identity() {
  for (const DesiredId d : input_.desired.rows.ids()) {
    if (want(d).type == k_mapping_type) continue;
    const PriorId p = prior_at_[want(d).key()];
    if (!p) continue;
    const ResourceId vm = input_.estate[want(d).resource].parent;
    const bool replaced = must_be_replaced(vm ? input_.estate[vm].desired : d);
    if (replaced && is_recorded(p)) add_outgoing(want(d).resource, p);
    else take(d, p);
  }
}

// Has the target region of a recorded vm changed? A replication cannot be led elsewhere: it is disabled and enabled
// anew. Not of one that was only found (checks.h refuses that), that is gone, or that a saved plan does not touch.
bool Matcher::must_be_replaced(DesiredId vm) const {
  if (!vm || want(vm).type != k_vm_type || want(vm).as_is) return false;
  const PriorId p = prior_at_[want(vm).key()];
  if (!p || !is_recorded(p) || row(p).presence == Existence::Absent) return false;
  return input_.desired.cell(want(vm), vm_column::target_region) != input_.prior.cell(row(p), vm_column::target_region);
}

// Rows of prior halves that were only found have no pair: nobody remembers one.
template <class RowId, class Rows>
Pairs<RowId> Matcher::pairs_of(const Rows& rows) const {
  Pairs<RowId> pairs;
  for (const RowId i : rows.ids()) {
    if (rows[i].type != k_mapping_type) continue;
    if constexpr (requires { rows[i].recorded; })
      if (!rows[i].recorded) continue;
    const Resource& resource = input_.estate[rows[i].resource];
    if (pairs.slots.empty() || pairs.slots.back().key != resource.pair) {
      pairs.slots.push_back({resource.pair, Text(), Text()});
      pairs.halves.emplace_back();
    }
    const bool forward = texts_.view(resource.address).ends_with(".forward");
    (forward ? pairs.slots.back().forward : pairs.slots.back().reverse) = rows[i].identity;
    pairs.halves.back()[forward ? 0 : 1] = i;
  }
  return pairs;
}

// Where files say that a pair has a new address.
std::vector<PairHint> Matcher::pair_hints(std::span<const PairSlots> wanted, std::span<const PairSlots> had) const {
  std::vector<PairHint> hints;
  if (input_.directives.moved.empty()) return hints;
  using PairNumber = Id<struct PairTag>;
  TextMap<PairNumber> wanted_at(texts_.size()), had_at(texts_.size());
  for (std::size_t d = 0; d < wanted.size(); ++d) wanted_at.set(wanted[d].key, PairNumber(d));
  for (std::size_t p = 0; p < had.size(); ++p) had_at.set(had[p].key, PairNumber(p));
  for (const auto& [from, to] : input_.directives.moved)
    if (had_at[from] && wanted_at[to]) hints.push_back({wanted_at[to].value, had_at[from].value});
  return hints;
}

void Matcher::match_halves() {
  const Pairs<DesiredId> wanted = pairs_of<DesiredId>(input_.desired.rows);
  const Pairs<PriorId> had = pairs_of<PriorId>(input_.prior.rows);
  const PairMatch matched = match_pairs(wanted.slots, had.slots, pair_hints(wanted.slots, had.slots));
  const std::array<PriorId, 2> none{};
  const auto prior_of = [&](std::size_t d) {
    return matched.prior_of[d] == UINT32_MAX ? none : had.halves[matched.prior_of[d]];
  };
  for (std::size_t d = 0; d < wanted.slots.size(); ++d) take_same_slots(wanted.halves[d], prior_of(d));
  take_right_halves();
  for (std::size_t d = 0; d < wanted.slots.size(); ++d) replace_halves(wanted.halves[d], prior_of(d));
}

// A half whose slot stays is the same half, also where the roles changed: forward became reverse.
void Matcher::take_same_slots(const std::array<DesiredId, 2>& wanted, const std::array<PriorId, 2>& had) {
  for (const DesiredId d : wanted)
    for (const PriorId p : had)
      if (d && p && want(d).identity == row(p).identity && prior_at_[row(p).key()] == p) take(d, p);
}

// A half that is right already stays, whichever pair remembers it: an older state makes nothing twice.
void Matcher::take_right_halves() {
  for (const DesiredId d : input_.desired.rows.ids()) {
    if (want(d).type != k_mapping_type || origin_[d]) continue;
    const PriorId p = prior_at_[want(d).key()];
    if (!p || matched_[p] || !is_recorded(p) || row(p).presence != Existence::Present) continue;
    if (input_.prior.cell(row(p), half_column::target) == input_.desired.cell(want(d), half_column::target)) take(d, p);
  }
}

// What is left over in a matched pair: a half whose slot changes is replaced, by the half of its own role where that is
// free. A wanted half on whose slot one was found, which nobody recorded, adopts that one.
void Matcher::replace_halves(const std::array<DesiredId, 2>& wanted, const std::array<PriorId, 2>& had) {
  std::array<DesiredId, 2> place{};  // by prior half: the desired half that takes its place
  for (std::size_t half = 0; half < 2; ++half) {
    const PriorId p = had[half];
    if (!p || matched_[p]) continue;
    for (const std::size_t role : {half, 1 - half}) {
      const DesiredId d = wanted[role];
      if (!d || origin_[d] || place[0] == d || place[1] == d) continue;
      place[half] = d;
      break;
    }
    if (place[half]) add_outgoing(want(place[half]).resource, p);
  }
  for (const DesiredId d : wanted) {
    if (!d || origin_[d]) continue;
    const PriorId found = prior_at_[want(d).key()];
    if (found && !is_recorded(found)) take(d, found);
  }
}

void Matcher::place_outgoing() {
  TextMap<ResourceId> moved(texts_.size());  // recorded address -> resource that takes its place
  for (const auto& [from, to] : input_.directives.moved) moved.set(from, input_.estate.find(to));
  for (const PriorId p : input_.prior.rows.ids()) {
    if (matched_[p] || !is_recorded(p)) continue;
    const ResourceId to = place_of(row(p), moved);
    outgoing_.push_back({to ? to : row(p).resource, {p}});
  }
  if (outgoing_.empty()) return;
  decide_outgoing({input_.prior, input_.estate, input_.directives, input_.relations.had(), texts_}, outgoing_);
  std::sort(outgoing_.begin(), outgoing_.end(), [](const PlacedOutgoing& a, const PlacedOutgoing& b) {
    return a.at != b.at ? a.at < b.at : a.outgoing.prior < b.outgoing.prior;
  });
}

// Where a `moved` stanza leads the row; a nic goes with its vm, to the nic of the same key. None: nowhere.
ResourceId Matcher::place_of(const PriorRow& outgoing, const TextMap<ResourceId>& moved) const {
  const ResourceId vm = input_.estate[outgoing.resource].parent;
  const ResourceId moved_vm = vm ? moved[input_.estate.address(vm)] : ResourceId();
  if (!moved_vm) return moved[outgoing.address];
  const std::string_view old_vm = texts_.view(input_.estate.address(vm)), nic = texts_.view(outgoing.address);
  const Text there =
      texts_.find(std::string(texts_.view(input_.estate.address(moved_vm))) + std::string(nic.substr(old_vm.size())));
  return there ? input_.estate.find(there) : ResourceId();
}

// A half that is forgotten and not deleted is still in the cloud. A desired half on its slot that is no prior row
// adopts it: `mapping.new.forward` what was `mapping.old.forward`.
void Matcher::adopt_forgotten_halves() {
  TextMap<PriorId> forgotten(texts_.size());  // slot -> prior row
  for (const PlacedOutgoing& placed : outgoing_) {
    const PriorRow& of = row(placed.outgoing.prior);
    if (of.type == k_mapping_type && placed.outgoing.forget && of.presence == Existence::Present)
      forgotten.set(of.identity, placed.outgoing.prior);
  }
  for (const DesiredId d : input_.desired.rows.ids()) {
    if (want(d).type != k_mapping_type || origin_[d] || !forgotten.contains(want(d).identity)) continue;
    origin_[d] = forgotten[want(d).identity];
    readopted_[origin_[d]] = true;
  }
}

// One scan over both lists, which are in address order.
Match Matcher::pair_up() {
  Match out;
  out.pairings.reserve(input_.desired.rows.size());
  out.outgoing.reserve(outgoing_.size());
  for (const PlacedOutgoing& placed : outgoing_) out.outgoing.push_back(placed.outgoing);
  std::uint32_t l = 0;
  const DesiredId end(input_.desired.rows.size());
  for (DesiredId d(0U); d < end || l < outgoing_.size();) {
    const bool outgoing_only = d == end || (l < outgoing_.size() && outgoing_[l].at < want(d).resource);
    Pairing pairing{.resource = outgoing_only ? outgoing_[l].at : want(d).resource, .first_outgoing = l};
    if (outgoing_only) {
      pairing.type = row(outgoing_[l].outgoing.prior).type;
    } else {
      pairing.type = want(d).type;
      pairing.desired = d;
      pairing.origin = origin_[d];
      pairing.found = pairing.origin && (!is_recorded(pairing.origin) || readopted_[pairing.origin]);
      ++d.value;
    }
    while (l < outgoing_.size() && outgoing_[l].at == pairing.resource) ++l;
    pairing.outgoing_count = l - pairing.first_outgoing;
    out.pairings.push_back(pairing);
  }
  out.origin = std::move(origin_);
  return out;
}

}  // namespace

Match match(const MatchInput& input, StringPool& texts) { return Matcher(input, texts).run(); }

}  // namespace pairform
