// A drill as an operator reads it at three in the morning: the verdict in one line, then where each vm comes up and
// whether it comes home, then what is wrong with what to do about it, then the networks that nothing recovers.
// Nothing a user or a cloud wrote reaches the terminal unescaped. A vm that does not come home is marked with "!".
#pragma once
#include <string>

#include "engine/drill/drill_report.h"

namespace pairform {

struct DrillTextOptions {
  bool colour = false;
  bool offline = false;  // says so
};

std::string drill_text(const DrillReport& report, const DrillTextOptions& options);

}  // namespace pairform
