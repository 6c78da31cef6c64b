#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <span>

#include "cli/interruption.h"
#include "cli/wrap.h"
#include "engine/model/address_words.h"
#include "providers/provider_set.h"
#include "schema/address.h"
#include "schema/diagnostic_text.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {

namespace {

constexpr std::size_t k_most_shown = 50;  // errors, and as many of all else

// Diagnostics are told in blocks with an empty line between them, also where they are told at several times; at a
// terminal that shows both streams also between a block and other text.
enum class Printed { Nothing, Text, Block };
Printed last_printed = Printed::Nothing;  // on any stream; after an empty line: nothing
bool block_printed = false;

// At a terminal the first message of a code names the page that explains it. Elsewhere the code is enough: logs are read
// where the documents can be, and stay as short as they are.
std::set<Code>* explained() {
  static std::set<Code> codes;
  return isatty(STDERR_FILENO) == 1 ? &codes : nullptr;
}

bool is_one_terminal() { return isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

void print_block(const std::string& text) {
  const bool apart = is_one_terminal() ? last_printed != Printed::Nothing : block_printed;
  const std::string shown = wrap_diagnostics(text, terminal_width(stderr));
  print_error(apart ? '\n' + shown : shown);
  last_printed = Printed::Block;
  block_printed = true;
}

// "3 errors and 1 warning": those of `counts` that are not 0, by severity.
std::string counts_text(const std::array<std::size_t, 3>& counts, std::string_view more) {
  constexpr std::array<std::string_view, 3> names{"error", "warning", "note"};
  std::string out;
  for (std::size_t s = 0; s < counts.size(); ++s)
    if (counts[s] != 0)
      out += fmt::format("{}{} {}{}{}", out.empty() ? "" : ", ", counts[s], more, names[s], counts[s] == 1 ? "" : "s");
  return out;
}

bool output_lost = false;

// A reader that left is no loss; a full disk is, and only the write that met it knows.
void note_written(bool written) { output_lost |= !written && errno != EPIPE; }

}  // namespace

std::string_view version() { return PAIRFORM_VERSION; }

void print(std::string_view text) {
  if (text.empty()) return;
  if (last_printed == Printed::Block && !text.starts_with('\n') && is_one_terminal()) print_error("\n");
  last_printed = text.ends_with("\n\n") ? Printed::Nothing : Printed::Text;
  note_written(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

bool is_output_lost() {
  note_written(std::fflush(stdout) == 0);
  return output_lost;
}

void print_error(std::string_view text) {
  note_written(std::fflush(stdout) == 0);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool use_colour(std::FILE* stream, const Options& options) {
  if (options.colour != Colour::Auto) return options.colour == Colour::Always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (term == nullptr || std::strcmp(term, "dumb") == 0) return false;
  return isatty(fileno(stream)) == 1;
}

void print_diagnostics(const Run& run, Diagnostics& diagnostics, const Options& options) {
  diagnostics.sort();
  if (diagnostics.items().empty()) return;
  std::array<std::size_t, 3> hidden{};
  std::size_t errors = 0, others = 0;
  std::vector<Diagnostic> shown;
  for (const Diagnostic& each : diagnostics.items()) {
    std::size_t& count = each.severity == Severity::Error ? errors : others;
    if (options.all_errors || ++count <= k_most_shown) shown.push_back(each);
    else ++hidden[static_cast<std::size_t>(each.severity)];
  }
  print_block(diagnostics_text(shown, run.project.config.sources, use_colour(stderr, options), explained()));
  if (const std::string more = counts_text(hidden, "more "); !more.empty())
    print_block(fmt::format("And {}: --all-errors shows all.\n", more));
}

void print_error_count(const Diagnostics& diagnostics) {
  std::array<std::size_t, 3> counts{};
  for (const Diagnostic& each : diagnostics.items())
    if (each.severity != Severity::Note) ++counts[static_cast<std::size_t>(each.severity)];
  if (const std::string text = counts_text(counts, ""); !text.empty()) print_block(text + ".\n");
}

void print_problem(Code code, std::string summary, std::string detail, std::string help, const Options& options) {
  const Diagnostic problem{code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}};
  print_block(diagnostics_text(std::span(&problem, 1), SourceFiles(), use_colour(stderr, options), explained()));
}

void print_timings(const Run& run, const Options& options) {
  const char* asked = std::getenv("PAIRFORM_TIMINGS");
  if (!options.timings && (asked == nullptr || *asked == '\0')) return;
  for (const Run::Timing& timing : run.timings)
    print_error(fmt::format("{:>12.1f} ms  {}\n", timing.milliseconds, timing.pass));
}

Exit unknown_address(std::string_view wanted, std::string_view problem, const std::vector<std::string_view>& known,
                     const Options& options) {
  print_problem(Code::UnknownAddress, fmt::format("{} {}", escape_for_terminal(wanted), problem), "",
                escape_for_terminal(suggest_addresses(wanted, known)), options);
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
  if (parse_address(path))
    problem.help = fmt::format("a part of the plan of now: pairform apply --target {}", escape_for_terminal(path));
  if (!file.missing) {
    problem.detail = std::move(file.problem);
    problem.help = "name a file that this made: pairform plan --out FILE";
  }
  return {{}, std::move(problem)};
}

Exit end_without_plan(const Run& run, const Options& options) {
  if (!run.cloud.stop.stop_requested()) return Exit::Error;
  claim_last_words();
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

}  // namespace pairform
