// What an apply would record, without the apply. Defined in apply.cc: the rows are made by the code of an apply.
#pragma once
#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

// The state that a plan leaves behind whose steps change state only (adopt, move, forget), with whatever else was found of
// what is recorded. Nothing is sent, journalled or stored.
RecordedState state_after(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                          const Plan& plan);

}  // namespace pairform
