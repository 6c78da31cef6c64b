// What the cloud must hold, and must not hold, for the changes of a plan to be possible (spec sections 2, 6):
// existing networks are there, managed ones found are ours, nothing in use is deleted or replaced.
// Runs after diff and before steps; errors mean a plan without steps.
#pragma once
#include "engine/diff.h"

namespace pairform {

struct ChecksInput {
  const TypeTable& types;
  const Configuration& config;  // for the places of stanzas
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const NetworkNames& names;
  const StringPool& texts;
  const std::vector<Text>& imported;  // networks that may be adopted without the tag
  bool offline = false;
};

void check_changes(const ChecksInput& input, const Diff& diff, Diagnostics& diagnostics);

}  // namespace pairform
