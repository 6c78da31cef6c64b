// A run for commands that only look (drill, why): also of files with errors in single stanzas, whose rows are left out
// with what hangs on them, and where the plan has errors. It leaves files, state, cloud, lock and journal alone.
#pragma once
#include "cli/command.h"

namespace pairform {

struct PartialRun {
  bool readable = false;     // false: nothing can be told; or the run was interrupted
  bool files_wrong = false;  // stanzas have errors
  bool planned = false;      // a plan was made, without errors
};

// `again`: what to do once an apply that is under way is done, "drill again".
PartialRun run_in_part(Run& run, const Options& options, std::string_view again, Diagnostics& diagnostics);

}  // namespace pairform
