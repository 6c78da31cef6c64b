// Which desired pair is which prior pair, as a brute force: the oracle of pair matching. Written from the spec's
// sentence (section 3); it knows nothing of mirror.cc.
#pragma once
#include <array>
#include <map>
#include <set>
#include <vector>

#include "engine/decide/mirror.h"

namespace pairform::property {

inline std::set<Text> slots_of(const PairSlots& pair) {
  std::set<Text> slots;
  if (pair.forward) slots.insert(pair.forward);
  if (pair.reverse) slots.insert(pair.reverse);
  return slots;
}

inline bool holds_slot(const PairSlots& pair, Text slot) { return slot && slots_of(pair).contains(slot); }

inline bool share_a_slot(const PairSlots& a, const PairSlots& b) {
  return holds_slot(b, a.forward) || holds_slot(b, a.reverse);
}

// "The same two slots; else the same key and share a slot; else share a slot in whatever role, the desired forward slot
// first; else the same key." Each rule over all pairs still free before the next.
inline std::map<std::size_t, std::size_t> naive_match(const std::vector<PairSlots>& desired,
                                                      const std::vector<PairSlots>& prior) {
  using Rule = bool (*)(const PairSlots&, const PairSlots&);
  constexpr std::array<Rule, 5> rules{
      [](const PairSlots& d, const PairSlots& p) { return slots_of(d) == slots_of(p); },
      [](const PairSlots& d, const PairSlots& p) { return d.key == p.key && share_a_slot(d, p); },
      [](const PairSlots& d, const PairSlots& p) { return holds_slot(p, d.forward); },
      [](const PairSlots& d, const PairSlots& p) { return holds_slot(p, d.reverse); },
      [](const PairSlots& d, const PairSlots& p) { return d.key == p.key; }};
  std::map<std::size_t, std::size_t> prior_of;
  std::set<std::size_t> taken;
  for (const Rule same : rules)
    for (std::size_t d = 0; d < desired.size(); ++d)
      for (std::size_t p = 0; p < prior.size() && !prior_of.contains(d); ++p)
        if (!taken.contains(p) && same(desired[d], prior[p])) {
          prior_of[d] = p;
          taken.insert(p);
        }
  return prior_of;
}

}  // namespace pairform::property
