// What would become of every vm if its home region were lost, in numbers: a drill of each region with vms. Each vm counts once.
// Cost: a drill for each region. Threads: as report_drill.
#pragma once
#include <cstddef>

#include "engine/drill/drill_report.h"

namespace pairform {

struct FateCounts {
  std::size_t home = 0;         // comes up, and comes home
  std::size_t away = 0;         // comes up only
  std::size_t lost = 0;         // does not come up
  std::size_t unprotected = 0;  // not replicated, not yet or not any more; offline nothing is known of that: 0
};

FateCounts count_fates(Project& project, const World& world, bool offline);

}  // namespace pairform
