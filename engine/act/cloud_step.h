// A step of a plan as the provider is told it: type, ids, and what it must hold afterwards, with networks by their
// identity. Made here for the apply that sends it, and for the plan that asks what all steps bring about beside what
// they say. Steps that change state only (move, forget, adopt) are told to nobody.
// Pure but for interned texts. Cost: linear in the columns of the step's type.
#pragma once
#include <vector>

#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

// What the row holds once this step is done, a cell a column: after everything, but for what a later step of the same
// change brings.
std::vector<Text> planned_cells(const Project& project, const World& world, const Plan& plan, StepId step);

// The same as the provider is told it: of a derived network with what others put there, which an update must not lose.
std::vector<Text> told_cells(Project& project, const World& world, const Plan& plan, StepId step);

// The value of a cell as the provider is told: a network by its identity.
Text told_value(const World& world, const AttributeType& column, Text cell);

// Of a step that changes the cloud.
CloudStep cloud_step(Project& project, const World& world, const Plan& plan, StepId step);

// What the steps of the plan bring about beside what they say, as the provider tells; a step that it refuses is an error.
// The identity that it names becomes the address of the resource whose step has it ("network.app"); what is of no step, or
// of two resources (a network and a vm of one name in one region), stays as it is. Offline: nothing.
std::vector<Note> brought_about(Project& project, const CloudSession& cloud, const World& world, const Plan& plan,
                                Diagnostics& diagnostics);

}  // namespace pairform
