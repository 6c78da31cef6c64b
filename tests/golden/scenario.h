// A scenario is a text file that reads like a console: commands after "$ ", below each what it said. Running it plays
// the commands in a fresh project directory and writes the console again; the test is that nothing changed.
//
//   $ cat > FILE, $ cat >> FILE     what follows is written to the file
//   $ cat FILE, $ rm FILE           as in a shell
//   $ cd DIRECTORY                  for the commands after it, also for `cat` and `rm`
//   $ export NAME=VALUE             for the commands after it; without a value: no longer
//   $ pairform ARGUMENTS            the real program; words may be quoted. $digest is the last digest that was said
//   $ pairform ARGUMENTS | pretty   its JSON with a line a member
//   $ pairform ARGUMENTS | brief    what it says after the plan
//   $ pairform ARGUMENTS | quiet    nothing, unless it fails: a set-up that another scenario shows
//   $ ./SCRIPT                      of the project
//
// Standard error follows after a line "[stderr]", an exit code other than 0 after that as "[exit N]". Times and the
// directory's name become "…" and "DIRECTORY"; how long steps took is left out. Text before the first command is the scenario's description.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace pairform {

// The console as it is now.
std::string play_scenario(std::string_view text);
// JSON with a line a member of whatever holds something; "" if it is none.
std::string pretty_json(std::string_view json);

}  // namespace pairform
