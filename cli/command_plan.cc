#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "cli/plan_metrics.h"
#include "cli/plan_words.h"
#include "engine/state/file_io.h"
#include "engine/write/plan_file.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

// Into what is no file, or one that is written to from elsewhere, too: a pipe (`--out >(jq .)`), `/dev/stdout`. Opening
// a pipe that nobody reads would wait for ever: opened without blocking, it is the error ENXIO.
void write_through(const std::string& path, const std::string& json) {
  const int probe = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
  if (probe < 0)
    throw std::system_error(errno, std::generic_category(),
                            errno == ENXIO ? path + " is a socket, or a pipe that nobody reads" : path);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  ::close(probe);
  file << json << '\n';
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), path);
}

// A file is replaced as a whole: where the disk is full the plan that was there stays. One whose directory cannot be
// written to is written into.
void save(const std::string& path, const std::string& json) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(path);
  const bool exists = fs::exists(whole, ignored);
  const bool special = exists ? !fs::is_regular_file(whole, ignored) : fs::is_symlink(whole, ignored);
  const fs::path target = exists ? fs::canonical(whole, ignored) : whole;
  const bool opened_elsewhere = path.starts_with("/dev/") || path.starts_with("/proc/");
  if (special || opened_elsewhere || ::access(target.parent_path().c_str(), W_OK | X_OK) != 0)
    return write_through(path, json);
  write_file_atomically(target, json + '\n');
}

// The files that the project is made of, and those that pairform and the provider keep for it.
std::vector<fs::path> own_files(const Run& run) {
  std::vector<fs::path> files{run.state.backend->words().file};
  for (const SourceFile& source : run.project.config.sources.files) files.push_back(source.path);
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(run.project.config.directory / ".pairform", ignored))
    files.push_back(entry.path());
  if (run.project.entry->files != nullptr)
    for (std::string& file : run.project.entry->files(provider_context(run))) files.emplace_back(std::move(file));
  return files;
}

// Would saving a plan there overwrite one of them? Under another name, too: by a link of either kind.
bool is_own_file(const Run& run, const fs::path& path) {
  std::error_code ignored;
  const fs::path out = fs::weakly_canonical(fs::absolute(path), ignored);
  if (out.parent_path() == fs::weakly_canonical(run.project.config.directory / ".pairform", ignored)) return true;
  const std::vector<fs::path> files = own_files(run);
  return std::any_of(files.begin(), files.end(), [&](const fs::path& file) {
    return fs::weakly_canonical(file, ignored) == out || fs::equivalent(file, out, ignored);
  });
}

// False: it would have overwritten the project, or there is no such place.
bool save_plan(const Run& run, const std::string& json, const Options& options) {
  const std::string name = escape_for_terminal(options.out);
  if (is_own_file(run, options.out)) {
    print_problem(Code::CannotWrite, fmt::format("{} is part of the project", name), "a plan is not saved over it",
                  "choose another file: --out plan.json", options);
    return false;
  }
  std::error_code ignored;
  const fs::path place = fs::absolute(options.out).parent_path();
  if (!fs::is_directory(place, ignored) || fs::is_directory(options.out, ignored)) {
    const bool no_place = !fs::is_directory(place, ignored);
    const fs::path given = fs::path(options.out).parent_path();
    print_problem(Code::CannotWrite,
                  no_place ? fmt::format("there is no directory {}", escape_for_terminal(given.string()))
                           : fmt::format("{} is a directory", name),
                  "", no_place ? "make it, or name another file: --out plan.json" : "name a file: --out plan.json",
                  options);
    return false;
  }
  save(options.out, json);
  if (!options.json && !options.markdown)
    print(run.plan.applyable
              ? fmt::format("Saved to {}. Carry it out: {}\n", name, saved_plan_command(options))
              : fmt::format("Saved to {}. It cannot be applied: it was made offline, or without seeing everything.\n",
                            name));
  return true;
}

// What is replaced is a file of metrics, or empty: never one of the project.
bool may_hold_metrics(const Options& options) {
  const TextFile file = read_text_file(options.prometheus, k_largest_file);
  const std::string name = escape_for_terminal(options.prometheus);
  std::error_code ignored;
  std::string problem;
  if (!fs::is_directory(fs::absolute(options.prometheus).parent_path(), ignored))
    problem = fmt::format("there is no directory for {}", name);
  else if (fs::is_symlink(options.prometheus, ignored)) problem = fmt::format("{} is a link", name);
  else if (!file.missing && !file.problem.empty()) problem = fmt::format("{}: {}", name, file.problem);
  else if (!file.text.empty() && !file.text.starts_with(k_first_of_metrics))
    problem = fmt::format("{} is no file of metrics", name);
  if (problem.empty()) return true;
  print_problem(Code::CannotWrite, problem, "metrics are not written over anything else",
                "choose another file: --prometheus pairform.prom", options);
  return false;
}

struct Outcome {
  Exit exit = Exit::Error;
  bool sound = false;    // a plan was made
  bool success = false;  // it saw everything that it needs
};

Outcome plan_and_show(Run& run, const Options& options) {
  Diagnostics diagnostics;
  const bool sound = plan_run(run, options, plan_options(options), diagnostics);
  const bool unseen = sound && !run.plan.complete && !options.allow_unknown;
  if (unseen) diagnostics.add(not_seen(run, Severity::Warning));
  diagnostics.sort();
  if (options.json) {
    print(plan_json(run.project, run.world, run.plan, diagnostics) + "\n");
  } else {
    if (options.markdown) print(plan_comment(run, options, diagnostics));
    else if (sound) print(plan_words(run, options, options.destroy));
    print_diagnostics(run, diagnostics, options);
    print_error_count(diagnostics);
  }
  print_timings(run, options);
  if (!sound) return {end_without_plan(run, options), false, false};
  if (!options.out.empty() && !save_plan(run, saved_plan_json(run.project, run.world, run.plan, diagnostics), options))
    return {Exit::Error, true, false};
  if (unseen) return {Exit::Error, true, false};
  if (!options.detailed_exitcode || run.plan.diff.changes.empty()) return {Exit::Ok, true, true};
  return {run.plan.only_drift() ? Exit::OnlyDrift : Exit::Changes, true, true};
}

void save_metrics(Run& run, const Options& options, const Outcome& outcome) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  PlanMetrics metrics{.project = run.project.config.settings.name,
                      .provider = run.project.config.settings.provider,
                      .version = run.project.version,
                      .edition = run.project.edition,
                      .now = std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                      .exit_code = static_cast<int>(outcome.exit),
                      .success = outcome.success,
                      .numbers = {},
                      .fates = {}};
  if (outcome.sound && options.drill) metrics.fates = count_fates(run.project, run.world, options.offline);
  if (outcome.sound)
    metrics.numbers = numbers_of(run.plan, project_status(run.project, run.state, run.world, options.offline));
  write_metrics(options.prometheus, metrics);
}

}  // namespace

Exit command_plan(const Options& options) {
  Run run = new_run();
  if (options.prometheus.empty() && options.drill) {
    print_problem(Code::Usage, "--drill is for the file that --prometheus names, and there is none",
                  "a drill to read is a command of its own", "pairform drill REGION, or plan --prometheus FILE --drill",
                  options);
    return Exit::Error;
  }
  if (options.prometheus.empty()) return plan_and_show(run, options).exit;
  if (!may_hold_metrics(options)) return Exit::Error;
  Outcome outcome;
  try {
    outcome = plan_and_show(run, options);
  } catch (...) {
    save_metrics(run, options, outcome);
    throw;
  }
  save_metrics(run, options, outcome);
  return outcome.exit;
}

}  // namespace pairform
