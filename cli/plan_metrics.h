// What a plan found, as metrics: a text file in the format of Prometheus, for the textfile collector of a node exporter or
// for any scrape of files. Gauges only; their labels are the project and its provider, never an address, so that their
// number does not grow with the project. docs/in-a-pipeline.md lists them.
//
// A monitor that died looks like no drift: so the file is written also where no plan could be made, then without what only
// a plan tells, and always says when the last run was and when the last one that made a whole plan. That, and for how
// long something has been pending, is taken over from the file that was there.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/doctor/status.h"
#include "engine/drill/fate_counts.h"
#include "engine/model/plan.h"

namespace pairform {

enum class ChangeCause : std::uint8_t { Drift, Files, Facts };
// Drift: the repair of a half, or of what was changed in the cloud otherwise.
ChangeCause cause_of(Reason reason);

struct PlanNumbers {
  PairCounts pairs;
  std::array<std::array<std::size_t, 3>, 8> changes{};  // by Action and ChangeCause
  std::size_t unknown = 0, held = 0, pending = 0;       // resources
};
PlanNumbers numbers_of(const Plan& plan, const ProjectStatus& status);

struct PlanMetrics {
  std::string project, provider;  // empty: they could not be read; those of the earlier file are taken
  std::string version, edition;
  std::int64_t now = 0;                // seconds since 1970
  int exit_code = 0;                   // of this run
  bool success = false;                // a plan was made that saw everything it needs
  std::optional<PlanNumbers> numbers;  // none: no plan could be made
  std::optional<FateCounts> fates;     // none: they are not asked for, or no plan could be made
};

// The text of the file. `earlier`: of the one that is replaced; "" or anything else: there is none.
std::string metrics_text(const PlanMetrics& metrics, std::string_view earlier);

// How the file begins, however its run ended.
inline constexpr std::string_view k_first_of_metrics = "# HELP pairform_";

// Writes it beside the file and renames it there: who reads it finds the old or the new one, whole. Throws what
// engine/state/file_io.h throws.
void write_metrics(const std::string& path, const PlanMetrics& metrics);

}  // namespace pairform
