// A plan as data: steps in order, each with the steps it waits for, and how many changes there are of each kind.
// Made by decide/order.h. Threads: any may read.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/diff.h"
#include "schema/diagnostic.h"
#include "schema/enum_list.h"

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

// Counts by action, in the order of the summary line: create update replace delete move forget adopt.
struct Summary {
  std::array<std::uint32_t, 8> by_action{};  // indexed by Action
  std::uint32_t unchanged = 0;
};
Summary summarise(const Diff& diff);

// What a plan needs approval for (decide/guards.h).
struct GuardFinding {
  Code code = Code::NeedsApproval;
  std::string message;                // one sentence: what, how much, which limit
  std::vector<std::string> concerns;  // addresses that it is about, in address order; whoever else it concerns
};
// The sentence, with at most so many of whom it concerns: "…: vm.a, vm.b and 52 more". 0: all.
std::string finding_text(const GuardFinding& finding, std::size_t most);

// A half that is missing, or leads elsewhere, while its pair is wanted, recorded or not.
struct BrokenHalf {
  ResourceId resource;
  Reason reason = Reason::HalfMissing;  // or HalfCrossed; Drifted: both halves are gone
  Text source, target;                  // names of networks, as wanted
  Text found;                           // where it leads; none: it is missing
  bool leaves = false;                  // it is not wanted any more: broken only while it is left alone
  std::string because = {};             // why a plan does not repair it: words, or the address of what it depends on
};

// Machines that need a half which the plan deletes or leads elsewhere, and are not led elsewhere themselves.
enum class Way : std::uint8_t { Over, Back };
struct HalfUse {
  ResourceId half;                    // of its change
  Way way = Way::Over;                // they land by it, or come home by it
  bool lost = false;                  // they have no such way when the plan is done
  std::vector<std::string> machines;  // addresses; ids of machines of others. Sorted
};

// The result of planning.
struct Plan {
  Diff diff;
  DenseMap<StepId, Step> steps;  // in order
  Summary summary;
  std::string digest;  // "sha256:…"; empty: errors
  std::vector<GuardFinding> guards;
  std::vector<Note> also;  // what the steps bring about beside what they say, as the provider tells; none offline
  std::vector<LeftOutItem> left_out;  // by resource: changes, and what has an error
  std::vector<BrokenHalf> broken;     // by resource: those that no step repairs
  std::vector<HalfUse> half_uses;     // by resource
  bool complete = true;
  bool offline = false;
  bool applyable = false;
  // Files ask for nothing new: every change is the repair of a half or of drift.
  bool only_drift() const;
};

}  // namespace pairform
