// Parts of a plan: --target, --exclude, --adopt-only, --refresh-only (spec sections 6 and 8).
// A pair is one: naming a half names both. A target brings what it waits for; what is excluded takes along what waits
// for it. What is left over keeps its order and is a plan of its own, with a digest of its own.
#pragma once
#include <string>
#include <vector>

#include "engine/decide/order.h"

namespace pairform {

struct Selection {
  std::vector<std::string> target;  // addresses; empty: everything
  std::vector<std::string> exclude;
  bool adopt_only = false;    // only adopt, move and forget
  bool refresh_only = false;  // only the recording of what was found
  bool empty() const { return target.empty() && exclude.empty() && !adopt_only && !refresh_only; }
};

// The words with every pattern (engine/model/address_words.h) replaced by the addresses that it matches.
std::vector<std::string> expand_patterns(const std::vector<std::string>& words, const Estate& estate,
                                         const StringPool& texts);
// By resource: is it named by one of the words given, itself, its pair, or as a nic of its vm? An address that nothing has is
// an error with the nearest one.
std::vector<bool> named_resources(const std::vector<std::string>& given, std::string_view option, const Estate& estate,
                                  const StringPool& texts, Diagnostics& diagnostics);

// Of --target and --exclude: an address that nothing has is an error with the nearest one.
void check_words(const Selection& selection, const Estate& estate, const StringPool& texts, Diagnostics& diagnostics);

// Of the broken halves those that no step of the plan repairs, each with the reason.
void keep_not_repaired(Plan& plan, const Selection& selection, const StringPool& texts);

// Takes changes out of `diff`. Returns what was left out, and why, by resource. What --refresh-only leaves out is not
// told: it is all that is not drift.
std::vector<LeftOutItem> select_changes(const Selection& selection, const StepsInput& input, const TypeTable& types,
                                        Diff& diff);

}  // namespace pairform
