#include "engine/drill/fate_counts.h"

#include <set>
#include <string>

namespace pairform {

FateCounts count_fates(Project& project, const World& world, bool offline) {
  std::set<std::string> regions;
  for (const DeclaredVm& vm : world.desired.vms)
    if (vm.region) regions.emplace(project.texts().view(vm.region));
  FateCounts out;
  for (const std::string& region : regions) {
    Diagnostics ignored;  // the plan has told them
    const DrillReport report = report_drill(project, world, {.region = region, .offline = offline}, ignored);
    std::set<std::string> unprotected;
    for (const ReportedProblem& each : report.problems)
      if (each.code == Code::NotProtected) unprotected.insert(each.address);
    for (const DrilledVm& vm : report.vms) {
      if (unprotected.contains(vm.address)) ++out.unprotected;
      else if (vm.fate == VmFate::Home) ++out.home;
      else if (vm.fate == VmFate::Away) ++out.away;
      else ++out.lost;
    }
  }
  return out;
}

}  // namespace pairform
