// What stands in the way of the project, all of it in one run: whatever cannot be asked is a finding, and the rest is told.
// Reads files, state and cloud, and leaves all three, the lock and the journal alone.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/merge_driver.h"
#include "cli/render_doctor.h"
#include "cli/waiting.h"
#include "engine/act/resume.h"
#include "engine/doctor/doctor.h"
#include "schema/address.h"

namespace pairform {
namespace {

class Preflight {
 public:
  Preflight(Run& run, const Options& options) : run_(run), options_(options) {}

  // False: it was interrupted.
  bool look() {
    if (!options_.offline) run_.cloud.stop = catch_interrupts();
    Diagnostics said;
    const bool files_right = load_project(run_, options_.directory, said);
    const bool whole =
        files_right || (run_.project.entry != nullptr && !run_.project.config.incomplete && is_about_stanzas(said));
    tell(std::move(said));
    if (files_right)
      add(Check::Files, Level::Ok, fmt::format("the files of project {} are valid", run_.project.config.settings.name));
    if (!whole) return true;
    read();
    return !run_.cloud.stop.stop_requested();
  }

  DoctorReport report;

 private:
  // Can the rest be told without the stanzas that are wrong?
  static bool is_about_stanzas(const Diagnostics& diagnostics) {
    return std::all_of(diagnostics.items().begin(), diagnostics.items().end(), [](const Diagnostic& each) {
      return each.severity != Severity::Error || parse_address(each.address).has_value();
    });
  }
  void add(Check check, Level level, std::string text, std::string fix = {}) {
    report.findings.push_back({check, level, {}, std::move(text), std::move(fix)});
  }
  void tell(Diagnostics said) {
    said.sort();
    for (const Diagnostic& each : said.items())
      report.findings.push_back(finding_of(each, run_.project.config.sources));
  }
  void read();
  bool read_recorded();
  void plan(bool online, Diagnostics& said);

  Run& run_;
  const Options& options_;
};

bool Preflight::read_recorded() {
  Diagnostics said;
  const bool read = read_state(run_, said);
  tell(std::move(said));
  if (!read) run_.state.recorded = RecordedState();  // half a state is none
  if (const auto owner = run_.state.backend->locked_by())
    add(Check::State, Level::Note, fmt::format("an apply is under way: {}", describe(*owner)),
        "ask again when it is done");
  const std::size_t count = run_.state.recorded.rows.size();
  if (read)
    add(Check::State, Level::Ok,
        count == 0 ? std::string("nothing is recorded yet")
                   : fmt::format("{} {} recorded", count, count == 1 ? "resource is" : "resources are"));
  const StateWords& words = run_.state.backend->words();
  if (!words.file.empty()) report.add(examine_merge_driver(words.file.parent_path(), words.file.filename().string()));
  return read;
}

// What is planned without the cloud asks it nothing.
void Preflight::plan(bool online, Diagnostics& said) {
  std::unique_ptr<Provider> aside;
  if (online) resume(run_.project, run_.world.desired, run_.state, run_.cloud, {}, said);
  else aside = std::exchange(run_.cloud.provider, nullptr);
  PlanOptions planning;
  planning.offline = !online;
  planning.allow_unknown = true;
  make_plan(run_, planning, said);
  if (aside != nullptr) run_.cloud.provider = std::move(aside);
  if (!run_.cloud.stop.stop_requested()) report.add(examine_world(run_.project, run_.world, run_.plan, !online));
}

void Preflight::read() {
  std::optional<WaitingForCloud> waiting;
  if (!options_.offline) waiting.emplace(run_.cloud, options_);
  Diagnostics said;
  const bool opened = !options_.offline && open_provider(run_, said);
  const bool recorded = read_recorded();
  const bool online = opened && connect_provider(run_, said);
  if (run_.cloud.stop.stop_requested()) return;
  if (recorded) plan(online, said);
  if (run_.cloud.stop.stop_requested()) return;
  if (opened) {
    const ExamineRequest asked = recorded ? examine_request(run_.project, run_.world) : ExamineRequest();
    Examination found = run_.cloud.provider->examine(asked, call_limits(run_.cloud.stop));
    report.add(std::move(found.findings));
    report.role_definition = std::move(found.role_definition);
  }
  if (!online && !options_.offline)
    add(Check::Vault, Level::Note, "the cloud was not read: the rest is told by files and recorded state");
  tell(std::move(said));
}

}  // namespace

Exit command_doctor(const Options& options) {
  Run run = new_run();
  Preflight preflight(run, options);
  if (!preflight.look()) return end_without_plan(run, options);
  DoctorReport& report = preflight.report;
  report.sort();
  if (options.json) print(doctor_json(report) + "\n");
  else print(doctor_text(report, use_colour(stdout, options)));
  print_timings(run, options);
  return report.count(Level::Error) == 0 ? Exit::Ok : Exit::Error;
}

}  // namespace pairform
