// What a command owns while it runs: the phases (phases.h) and the plan. pipeline.cc fills them in order; a pass takes
// the phases that it reads, never a Run.
#pragma once
#include <string>
#include <vector>

#include "engine/model/plan.h"
#include "engine/model/taken_over.h"
#include "engine/phases.h"

namespace pairform {

struct Run {
  Project project;
  StateSession state;
  CloudSession cloud;
  World world;
  Plan plan;
  std::vector<TakenOver> taken_over;  // recorded under other attributes than files give now; to be recorded anew
  struct Timing {
    std::string pass;
    double milliseconds;
  };
  std::vector<Timing> timings;
};

}  // namespace pairform
