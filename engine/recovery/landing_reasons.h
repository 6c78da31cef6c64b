// Why a nic lands where it does: the rules of spec section 5 in their order, each with what came of it, up to the one
// that applied. Read off placement's question and answer: addresses are only ever taken, so whoever has one at the end
// had it when it was asked for.
// Cost: linear in all requests and occupants; for one nic that somebody asks about. Pure: any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform {

// One rule, and what came of it: "same-name", "network.dr has no subnet of the name \"alpha\"".
struct RuleOutcome {
  std::string_view rule;  // as reason_text
  std::string text;
  bool applies = false;  // the last of its list does, unless there was a problem
};

struct LandingReasons {
  bool fixed = false;  // held or unknown: nothing was asked, it stays where it was
  std::vector<RuleOutcome> subnet;
  std::vector<std::vector<RuleOutcome>> addresses;  // by configuration
};

LandingReasons explain(const PlacementInput& input, const Placement& placed, std::uint32_t request);

}  // namespace pairform
