// Parts of a drill's report: some vms, or what is wrong.
#include <set>

#include "engine/drill/drill_report.h"
#include "engine/model/address_words.h"
#include "schema/address.h"

namespace pairform {
namespace {

// What is about a vm, or a nic of it; "": about something else.
std::string_view vm_of(const ReportedProblem& problem) {
  const std::string_view vm = vm_of_nic(problem.address);
  return type_of(vm) == "vm" ? vm : std::string_view();
}

// The vms of the report that the words name, also those of which only problems tell. A word that names none: that word.
std::optional<std::string> find_vms(const DrillReport& report, const std::vector<std::string>& words,
                                    std::set<std::string>& named) {
  std::set<std::string_view> all;
  for (const DrilledVm& vm : report.vms) all.insert(vm.address);
  for (const ReportedProblem& problem : report.problems)
    if (const std::string_view vm = vm_of(problem); !vm.empty()) all.insert(vm);
  for (const std::string& word : words) {
    const std::string vm(vm_of_nic(word));
    bool found = false;
    for (const std::string_view address : all)
      if (names_address(vm, address)) {
        named.emplace(address);
        found = true;
      }
    if (!found) return word;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> select_vms(DrillReport& report, const std::vector<std::string>& words) {
  if (words.empty()) return std::nullopt;
  std::set<std::string> named;
  if (auto none = find_vms(report, words, named)) return none;
  const DrillReport whole = std::move(report);
  report = {.region = whole.region,
            .target_regions = whole.target_regions,
            .files_wrong = whole.files_wrong,
            .other_errors = whole.other_errors,
            .selected = true};
  for (const DrilledVm& vm : whole.vms) {
    if (named.count(vm.address) == 0) continue;
    report.vms.push_back(vm);
    report.vms.back().first_landing = report.landings.size();
    for (std::size_t l = 0; l < vm.landing_count; ++l) report.landings.push_back(whole.landings[vm.first_landing + l]);
  }
  report.errors = report.other_errors;
  for (const ReportedProblem& problem : whole.problems) {
    const bool of_files = problem.error && vm_of(problem).empty();
    if (!of_files && named.count(std::string(vm_of(problem))) == 0) continue;
    report.problems.push_back(problem);
    report.errors |= problem.error;
  }
  report.left_out = named.size() - report.vms.size();
  return std::nullopt;
}

void show_problems_only(DrillReport& report) {
  std::set<std::string_view> with_problems;
  for (const ReportedProblem& problem : report.problems) with_problems.insert(vm_of(problem));
  for (DrilledVm& vm : report.vms) vm.shown = vm.fate != VmFate::Home || with_problems.count(vm.address) != 0;
}

}  // namespace pairform
