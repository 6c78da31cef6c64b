// A plan as one JSON object: what `plan --json` prints and `plan --out` saves (spec section 6; docs/formats/plan.md).
// A saved plan holds no more than that: the rows it will make and the rows it found, never the whole state, never a
// credential. Applying one makes desired rows again from its changes and plans anew with the same passes; the plan is
// stale unless the digest comes out the same. So a saved plan needs no resource files and adds no second code path.
#pragma once
#include <string>
#include <string_view>

#include "engine/pipeline.h"

namespace pairform {

// The object, without a line end. With errors in `diagnostics`: digest null and empty lists.
std::string plan_json(const Run& run, const Diagnostics& diagnostics);

struct SavedPlan {
  std::string project;
  std::string provider;
  std::string edition;
  std::string digest;
  DesiredState desired;  // what its changes leave behind, over recorded state taken as it is
};

// Reads a saved plan and lays its changes over `run.recorded`. False: damaged, of a newer format, or of another project;
// `file_name` is how messages call it.
bool read_plan(std::string_view bytes, std::string_view file_name, Run& run, SavedPlan& out, Diagnostics& diagnostics);

// Does the saved plan show the steps and changes of `run.plan`, which has the same digest? Otherwise somebody has edited
// it, and it is not what will be done. Reasons are left out: what was declared when it was made is not known any more.
bool shows_plan(std::string_view bytes, const Run& run);

}  // namespace pairform
