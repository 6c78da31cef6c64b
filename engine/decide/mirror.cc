#include "engine/decide/mirror.h"

#include "schema/dense_map.h"

namespace pairform {
namespace {

constexpr std::uint32_t k_unmatched = UINT32_MAX;
using PairNumber = Id<struct PairTag>;  // of a prior pair

bool holds(const PairSlots& pair, Text slot) { return slot && (pair.forward == slot || pair.reverse == slot); }
bool share_a_slot(const PairSlots& a, const PairSlots& b) { return holds(b, a.forward) || holds(b, a.reverse); }
bool same_slots(const PairSlots& a, const PairSlots& b) {
  return (a.forward == b.forward && a.reverse == b.reverse) || (a.forward == b.reverse && a.reverse == b.forward);
}

}  // namespace

PairMatch match_pairs(std::span<const PairSlots> desired, std::span<const PairSlots> prior,
                      std::span<const PairHint> hints) {
  PairMatch match{std::vector<std::uint32_t>(desired.size(), k_unmatched),
                  std::vector<std::uint32_t>(prior.size(), k_unmatched)};
  TextMap<PairNumber> by_slot, by_key;
  for (std::size_t p = 0; p < prior.size(); ++p) {
    by_slot.set(prior[p].forward, PairNumber(p));
    by_slot.set(prior[p].reverse, PairNumber(p));
    by_key.set(prior[p].key, PairNumber(p));
  }
  for (const PairHint& hint : hints) {
    match.prior_of[hint.desired] = hint.prior;
    match.desired_of[hint.prior] = hint.desired;
  }
  // One rule: `candidate` names the only prior pair that could be the same, `same` decides.
  const auto rule = [&](auto candidate, auto same) {
    for (std::size_t d = 0; d < desired.size(); ++d) {
      if (match.prior_of[d] != k_unmatched) continue;
      const std::uint32_t p = candidate(desired[d]).value;
      if (p == k_unmatched || match.desired_of[p] != k_unmatched || !same(desired[d], prior[p])) continue;
      match.prior_of[d] = p;
      match.desired_of[p] = static_cast<std::uint32_t>(d);
    }
  };
  const auto any = [](const PairSlots&, const PairSlots&) { return true; };
  const auto forward = [&](const PairSlots& pair) { return by_slot[pair.forward]; };
  const auto reverse = [&](const PairSlots& pair) { return by_slot[pair.reverse]; };
  const auto key = [&](const PairSlots& pair) { return by_key[pair.key]; };
  rule(forward, same_slots);
  rule(key, share_a_slot);
  rule(forward, any);
  rule(reverse, any);
  rule(key, any);
  return match;
}

}  // namespace pairform
