// How a project stands, on one screen, and as JSON: docs/formats/status.md. The last line is the next command.
#pragma once
#include <optional>
#include <string>

#include "cli/git.h"
#include "engine/doctor/status.h"
#include "engine/state/state_backend.h"

namespace pairform {

constexpr std::string_view k_status_format = "1.0";

struct StatusReport {
  ProjectStatus status;
  std::string project, provider, edition;
  std::optional<LockOwner> locked;  // who is at it now
  std::optional<Commit> commit;     // the newest one that changed state; none: it is not committed
  bool unfolded = false;            // a journal is left of a run that did not end
  std::size_t warnings = 0;         // about the files, notes among them; 0: they cannot be read, and all is said
  bool readable = true;             // false: files or state have errors, and the counts are of nothing
};

// What to run next: "pairform plan".
std::string next_command(const StatusReport& report);

std::string status_screen(const StatusReport& report);
// One object, without the end of its line, with what was said beside.
std::string status_json(const StatusReport& report, const Diagnostics& diagnostics, const SourceFiles& sources);

}  // namespace pairform
