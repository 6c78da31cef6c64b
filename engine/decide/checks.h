// What the cloud must hold, and must not hold, for the changes of a plan to be possible (spec sections 2, 6):
// existing networks are there, managed ones found are ours, nothing in use is deleted or replaced, and no existing vm
// moves with its mapping.
// Runs after diff and before steps; errors mean a plan without steps.
#pragma once
#include "engine/decide/asked.h"
#include "engine/model/names.h"

namespace pairform {

// A managed network whose shape cannot change in one plan, or not while somebody uses what goes.
struct ShapeProblem {
  DesiredId desired;
  std::string conflict;       // see NetworkChange::conflict; empty: a subnet in use
  std::string subnet, users;  // the subnet that goes, and who uses it
};

// Of every network that is to change, also of those that are left alone this time.
std::vector<ShapeProblem> find_shape_problems(const Compared& compared);

struct ChecksInput {
  const TypeTable& types;
  const Configuration& config;  // for the places of stanzas
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const NetworkNames& names;
  const ParsedColumns& parsed;
  const StringPool& texts;
  const std::vector<Text>& imported;  // networks that may be adopted without the tag
  const std::vector<ShapeProblem>& problems;
  bool offline = false;
  std::string_view moving_edition = {};  // under which the service moves vms with their mapping; empty: it does not
};

void check_changes(const ChecksInput& input, const Diff& diff, Diagnostics& diagnostics);

}  // namespace pairform
