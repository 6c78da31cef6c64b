#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "providers/provider_set.h"
#include "schema/diagnostic_text.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {

namespace {

// Options of each command beside those of all commands (cli/option_table.h), in the order of its help.
constexpr std::string_view k_json[] = {"json"};
constexpr std::string_view k_plan[] = {"out",     "json",       "offline",      "destroy",       "target",
                                       "exclude", "place-anew", "refresh-only", "allow-unknown", "detailed-exitcode",
                                       "verbose"};
constexpr std::string_view k_apply[] = {
    "auto-approve", "approve",    "destroy",         "target",        "exclude",           "place-anew",
    "refresh-only", "adopt-only", "during-failover", "allow-unknown", "detailed-exitcode", "wait",
    "parallelism",  "json",       "verbose"};
constexpr std::string_view k_destroy[] = {
    "auto-approve",  "approve",           "target", "exclude",     "place-anew", "adopt-only", "during-failover",
    "allow-unknown", "detailed-exitcode", "wait",   "parallelism", "json",       "verbose"};
constexpr std::string_view k_show[] = {"json", "verbose"};
constexpr std::string_view k_why[] = {"offline"};
constexpr std::string_view k_drill[] = {"json", "offline", "test-network"};
constexpr std::string_view k_graph[] = {"format"};

constexpr Command k_commands[] = {
    {"init", "[DIR]", "start a project: pairform.toml and .gitignore", {}, 1, command_init},
    {"validate", "[--json]", "check the files, without the cloud", k_json, 0, command_validate},
    {"plan", "[OPTIONS]", "show what apply would do, and why", k_plan, 0, command_plan},
    {"apply", "[PLAN] [OPTIONS]", "make the cloud what the files say, or carry out a saved plan", k_apply, 1,
     command_apply},
    {"destroy", "[OPTIONS]", "end everything managed; existing networks stay", k_destroy, 0, command_destroy},
    {"show", "[PLAN|ADDRESS] [--json]", "show recorded state, one resource of it, or a saved plan", k_show, 1,
     command_show},
    {"state", "list | show ADDRESS [--json] | mv FROM TO | rm ADDRESS", "look at and tend recorded state", k_json, 3,
     command_state},
    {"why", "ADDRESS [--offline]", "the chain of reasons: declaration, record, drift, plan", k_why, 1, command_why},
    {"drill", "REGION [--json] [--offline] [--test-network ADDRESS]",
     "if a region is lost: where every vm comes up, and does it come home", k_drill, 1, command_drill},
    {"promote", "ADDRESS", "print the stanza that would declare what only state knows", {}, 1, command_promote},
    {"graph", "[--format dot|mermaid]", "resources and what they need, for drawing programs", k_graph, 0,
     command_graph},
    {"sim",
     "list | put | delete | use | release | deny | allow | fail …",
     "the simulator's portal: change things behind pairform's back",
     {},
     0,
     command_sim,
     WordsOf::Tool},
    {"version", "", "the version", {}, 0, command_version}};

}  // namespace

std::span<const Command> commands() { return k_commands; }

std::string_view version() { return PAIRFORM_VERSION; }

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_error(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool use_colour(std::FILE* stream, const Options& options) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (options.no_color || (no_color != nullptr && *no_color != '\0')) return false;
  if (term == nullptr || std::strcmp(term, "dumb") == 0) return false;
  return isatty(fileno(stream)) == 1;
}

void print_diagnostics(const Run& run, Diagnostics& diagnostics, const Options& options) {
  diagnostics.sort();
  if (diagnostics.items().empty()) return;
  print_error(diagnostics_text(diagnostics.items(), run.project.config.sources, use_colour(stderr, options)));
  print_error("\n");
}

void print_problem(Code code, std::string summary, std::string detail, std::string help, const Options& options) {
  const Diagnostic problem{code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}};
  print_error(diagnostic_text(problem, SourceFiles(), use_colour(stderr, options)));
}

Exit unknown_address(std::string_view wanted, std::string_view problem, const std::vector<std::string_view>& known,
                     const Options& options) {
  const std::string_view near = nearest_address(wanted, known);
  print_problem(Code::UnknownAddress, fmt::format("{} {}", escape_for_terminal(wanted), problem), "",
                near.empty() ? "see `pairform state list`" : fmt::format("did you mean {}?", escape_for_terminal(near)),
                options);
  return Exit::Error;
}

PlanBytes read_plan_file(const std::string& path) {
  TextFile file = read_text_file(path, UINTMAX_MAX);  // a plan of a million resources is larger than any file of them
  if (file.problem.empty()) return {std::move(file.text), std::nullopt};
  Diagnostic problem{Code::PlanDamaged,
                     Severity::Error,
                     fmt::format("{} cannot be read", escape_for_terminal(path)),
                     "",
                     "make it: pairform plan --out FILE",
                     {},
                     {}};
  if (!file.missing) {
    problem.detail = std::move(file.problem);
    problem.help = "name a file that this made: pairform plan --out FILE";
  }
  return {{}, std::move(problem)};
}

Exit end_without_plan(const Run& run, const Options& options) {
  if (!run.cloud.stop.stop_requested()) return Exit::Error;
  if (!options.json) print("Nothing was changed.\n");
  return Exit::Interrupted;
}

Run new_run() {
  Run run;
  run.project.types = full_type_table();
  run.project.providers = provider_entries();
  run.project.version = version();
  return run;
}

Exit command_version(const Options&) {
  print(fmt::format("pairform {}\n", version()));
  return Exit::Ok;
}

}  // namespace pairform
