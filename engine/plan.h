// The order of things: from what has to change to steps, each with the steps it waits for.
//
// What waits for what (spec sections 3 and 6):
//   a half's first step        for the arrival (create, adopt, move, then update) of both its networks
//   a network's leaving        for every half, vm and landing that used it to be deleted, forgotten or pointed
//   elsewhere a vm's first step          for the arrival of its networks and of both halves of its pair a nic's first
//   step         for its vm, and for the update of the network that brings its subnet the leaving of a half      for
//   the deletes of the vms that landed by it a network's shrink         for every landing that leaves it; its update,
//   too, where that changes the prefix they leave a vm's delete              for those of its nics taking a slot for
//   the half that held it to have left taking an address          for what is deleted there (state itself knows rows by
//   id: nothing else is in the way) within a pair              deletes of what leaves, then updates of what stays, then
//   creates of what arrives within one resource        delete, create / adopt / move, update, shrink
// Direct waits only: what other waits imply is left out.
// The list: again and again the ready step with the smallest (address, operation); after a half its mirror, if ready.
// Cost: O((steps + waits) log steps).
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diff.h"

namespace pairform {

// In list order.
#define PAIRFORM_STEP_OPERATIONS(X) \
  X(Create, "create")               \
  X(Update, "update")               \
  X(Shrink, "shrink")               \
  X(Delete, "delete")               \
  X(Move, "move")                   \
  X(Forget, "forget")               \
  X(Adopt, "adopt")
enum class StepOperation : std::uint8_t { PAIRFORM_STEP_OPERATIONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_operation_texts{PAIRFORM_STEP_OPERATIONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view operation_text(StepOperation operation) { return enum_text(k_operation_texts, operation); }
// Does the operation change the cloud? Move, forget and adopt change state only.
constexpr bool changes_cloud(StepOperation operation) {
  return operation != StepOperation::Move && operation != StepOperation::Forget && operation != StepOperation::Adopt;
}

using StepId = Id<struct StepTag>;  // Plan::steps

// "step 1" is the first: what people and files call a step.
inline std::uint32_t step_number(StepId step) { return step.value + 1; }

struct Step {
  ChangeId change;
  StepOperation operation = StepOperation::Create;
  PriorId subject;                // acted on; none: a create
  std::vector<StepId> waits_for;  // indexes of steps, ascending; always of earlier ones
};

struct StepsInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const NetworkNames& names;
  const StringPool& texts;
};

// `diff` must have no problems (a network replaced under halves that stay would be a cycle: checks.h finds it first).
DenseMap<StepId, Step> order_steps(const StepsInput& input, const Diff& diff);

// Counts by action, in the order of the summary line: create update replace delete move forget adopt.
struct Summary {
  std::array<std::uint32_t, k_action_texts.size()> by_action{};  // indexed by Action
  std::uint32_t unchanged = 0;
};
Summary summarise(const Diff& diff);

}  // namespace pairform
