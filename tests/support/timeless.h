// What the program said, without what differs from run to run: how long steps and pauses took.
#pragma once
#include <regex>
#include <string>

namespace pairform {

inline std::string timeless(std::string said) {
  static const std::regex step(R"(( {2}done +\d+ {2}[^\n]*) \([0-9][0-9.]* [hms]( [0-9]+ [hms])?\))");
  static const std::regex total(R"((^|\n)Took [0-9][0-9. hms]*\.(?=\n))");
  static const std::regex pause(R"((retry \d of \d in )[0-9.]+ s)");
  static const std::regex pause_ms(R"(("pause_ms": ?)\d+)");
  said = std::regex_replace(said, step, "$1");
  said = std::regex_replace(said, total, "");
  said = std::regex_replace(said, pause, "$1… s");
  return std::regex_replace(said, pause_ms, "$1…");
}

}  // namespace pairform
