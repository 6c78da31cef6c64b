#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "cli/command.h"
#include "cli/plan_words.h"
#include "engine/write/plan_file.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// A plan may be saved to a pipe (`--out /dev/stdout`, `--out >(jq .)`), but opening a pipe that nobody reads would wait
// for ever: opened without blocking, it is the error ENXIO.
void save(const std::string& path, const std::string& json) {
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

// Would saving a plan there overwrite what the project is made of?
bool is_own_file(const Run& run, const std::filesystem::path& path) {
  std::error_code ignored;
  const auto real = [&](const std::filesystem::path& any) { return std::filesystem::weakly_canonical(any, ignored); };
  const std::filesystem::path out = real(std::filesystem::absolute(path));
  for (const SourceFile& source : run.project.config.sources.files)
    if (real(source.path) == out) return true;
  return real(run.state.backend->words().file) == out ||
         out.parent_path() == real(run.project.config.directory / ".pairform");
}

// False: it would have overwritten the project.
bool save_plan(const Run& run, const std::string& json, const Options& options) {
  const std::string name = escape_for_terminal(options.out);
  if (is_own_file(run, options.out)) {
    print_problem(Code::CannotWrite, fmt::format("{} is part of the project", name), "a plan is not saved over it",
                  "choose another file: --out plan.json", options);
    return false;
  }
  save(options.out, json);
  if (!options.json)
    print(run.plan.applyable
              ? fmt::format("Saved to {}. Carry it out: {}\n", name, saved_plan_command(options))
              : fmt::format("Saved to {}. It cannot be applied: it was made offline, or without seeing everything.\n",
                            name));
  return true;
}

}  // namespace

Exit command_plan(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  const bool sound = plan_run(run, options, diagnostics);
  const bool unseen = sound && !run.plan.complete && !options.allow_unknown;
  if (unseen) diagnostics.add(not_seen(run, Severity::Warning));
  diagnostics.sort();
  if (options.json) {
    print(plan_json(run.project, run.world, run.plan, diagnostics) + "\n");
  } else {
    if (sound) print(plan_words(run, options, options.destroy));
    print_diagnostics(run, diagnostics, options);
    print_error_count(diagnostics);
  }
  print_timings(run, options);
  if (!sound) return end_without_plan(run, options);
  if (!options.out.empty() && !save_plan(run, saved_plan_json(run.project, run.world, run.plan, diagnostics), options))
    return Exit::Error;
  if (unseen) return Exit::Error;
  if (!options.detailed_exitcode || run.plan.diff.changes.empty()) return Exit::Ok;
  return run.plan.only_drift() ? Exit::OnlyDrift : Exit::Changes;
}

}  // namespace pairform
