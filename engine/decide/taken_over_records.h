// What state must learn of rows that files call otherwise than they were recorded (model/taken_over.h): network.app gained
// the line resource_group = "rg-net". No step writes that; where one writes the row it is written with it.
//
// Pure. Cost: linear in rows, where something was taken over.
#pragma once
#include <vector>

#include "engine/model/diff.h"
#include "engine/model/recorded.h"
#include "engine/model/rows.h"
#include "engine/model/taken_over.h"

namespace pairform {

// Adds to the records of `diff`, which stay in the order of resources.
void record_taken_over(const std::vector<TakenOver>& taken_over, const TypeTable& types, const DesiredState& desired,
                       const PriorState& prior, const RecordedState& recorded, Diff& diff);

}  // namespace pairform
