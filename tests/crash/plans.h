// The kinds of plans that are killed and made to fail, and seeded ones.
#pragma once
#include <iosfwd>
#include <optional>

#include "tests/crash/sandbox.h"

namespace pairform::crash {

// A project as it stands, and the run that is hit. Guards ask for nothing.
struct CrashPlan {
  std::string name;
  std::vector<Words> cloud;      // what others have made: words of `pairform sim`
  Files before;                  // stanzas that an earlier apply has carried out; empty: none was
  std::vector<Words> accidents;  // after it
  Files after;                   // stanzas of the run
  Words command{"apply"};        // `--auto-approve --parallelism 1` are added where it carries out a plan
  std::string saved{};           // a plan is saved under this name first
  int exit_code = 0;             // of the run where nothing hits it
  // What goes on after it, until nothing is left to do. Empty: the command itself, and after an edit of state an apply.
  Words go_on{};
};

void PrintTo(const CrashPlan& plan, std::ostream* out);

std::vector<CrashPlan> crash_plans();

// Of one of the generators of property tests, with machines where the seed is odd. None: that world's plan is refused, or
// has nothing to do.
CrashPlan seeded_plan(std::uint64_t seed);

}  // namespace pairform::crash
