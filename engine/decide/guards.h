// What a plan needs approval for, and whether it has it (spec section 6). Guards look at a finished plan; they change
// nothing in it. An approval names the plan by its digest, so it cannot be used for another one.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/plan.h"

namespace pairform {

struct GuardsInput {
  const GuardSettings& settings;
  const TypeTable& types;
  const DesiredState& desired;
  const PriorState& prior;
  const RecordedState& recorded;
  const Estate& estate;
  const StringPool& texts;
  bool destroy = false;  // asked for by name: an empty desired set is no surprise
  std::span<const HalfUse> half_uses = {};
};

// In a fixed order; empty: nothing needs approval.
std::vector<GuardFinding> find_guards(const GuardsInput& input, const Diff& diff, const DenseMap<StepId, Step>& steps);

// How many hex digits of the digest an approval needs (spec section 6): typed at a terminal, where the plan was just
// shown; and given by an option or the environment, where nobody is asked.
constexpr std::size_t k_typed_digits = 8;
constexpr std::size_t k_given_digits = 32;

// Is `approval` (k_typed_digits or more, with or without "sha256:") this plan's digest ("sha256:…")?
bool approves(std::string_view approval, std::string_view digest);
// Is it well-formed at all, with at least so many digits?
bool is_approval(std::string_view text, std::size_t fewest);

}  // namespace pairform
