// Words for what went wrong in an apply.
#pragma once
#include <string>
#include <string_view>

#include "engine/act/apply.h"
#include "engine/act/resume.h"
#include "engine/run.h"

namespace pairform {

// What the user can do about a step that failed; "" where nothing is known. Nothing is to be corrected where the service only
// has to be waited for.
std::string what_helps(const ProviderError& error);

// "Of an earlier run: done 2, failed 0, pending 1."; "" where it left nothing open.
std::string earlier_steps(const ResumeReport& resumed, std::size_t pending);

// The journal or state could not be written (report.unwritable), or somebody has replaced state (report.state_moved).
// `command`: what goes on.
Diagnostic state_unwritable(const Run& run, const ApplyReport& report, const std::string& command);

Diagnostic lock_lost(const StateWords& words, std::string help);

// Steps were accepted, or the cloud is at work on vms of the project by itself (report.busy).
Diagnostic still_pending(bool accepted, const ApplyReport& report, const StringPool& texts, std::string help);

// A failover began after the plan was made. `command`: what goes on.
Diagnostic failover_began(const ApplyReport& report, const std::string& command);

// Why a saved plan is stale: what has moved of what it would change, five lines at most.
std::string what_moved(const Run& run, std::string_view saved_plan);

}  // namespace pairform
