// state verify: is what is recorded sound? All that every command checks of state and journal, and besides the pairs of which
// not both halves are recorded, without files (but for `mirror = false`) and without the cloud. For hooks and pipelines.
#include <fmt/format.h>

#include <set>

#include "cli/command_state.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// Pairs that files declare with their forward half alone. None: the files are wrong, and it is not known.
std::optional<std::set<std::string>> one_way_pairs(const Options& options) {
  Run files = new_run();
  Diagnostics ignored;
  if (!load_project(files, options.directory, ignored)) return std::nullopt;
  std::set<std::string> forward, reverse;
  for (const auto& row : files.world.desired.rows) {
    const std::string_view address = files.project.texts().view(row.address);
    if (address.ends_with(".forward")) forward.emplace(pair_of(address));
    if (address.ends_with(".reverse")) reverse.emplace(pair_of(address));
  }
  for (const std::string& whole : reverse) forward.erase(whole);
  return forward;
}

class RecordedPairs {
 public:
  RecordedPairs(const Run& run, const Options& options, Diagnostics& said)
      : run_(run), options_(options), said_(said) {}

  void check() {
    const auto& rows = run_.state.recorded.rows;
    const StateRow* forward = nullptr;  // whose mirror, the next row, was not seen yet
    for (const StateRow& row : rows) {
      const bool is_reverse = address(row).ends_with(".reverse");
      const bool is_mirror = forward != nullptr && is_reverse && pair_of(address(row)) == pair_of(address(*forward));
      if (is_mirror) check_pair(*forward, row);
      else if (forward != nullptr) check_alone(*forward);
      forward = nullptr;
      if (row.type != k_mapping_type || is_mirror) continue;
      if (is_reverse) check_alone(row);
      else forward = &row;
    }
    if (forward != nullptr) check_alone(*forward);
  }

 private:
  std::string_view address(const StateRow& row) const { return run_.project.texts().view(row.address); }
  Text cell(const StateRow& row, std::size_t column) const { return run_.state.recorded.cell(row, column); }
  std::string_view text(const StateRow& row, std::size_t column) const {
    return run_.project.texts().view(cell(row, column));
  }

  void tell(const StateRow& row, std::string summary, std::string detail) {
    const std::string pair(pair_of(address(row)));
    Diagnostic half{Code::HalfRecorded,
                    Severity::Warning,
                    std::move(summary),
                    std::move(detail),
                    fmt::format("`pairform plan --target {}` shows what the cloud holds, and mends it", pair),
                    {},
                    pair};
    said_.add(std::move(half));
  }
  void check_pair(const StateRow& forward, const StateRow& reverse) {
    if (cell(forward, half_column::source) == cell(reverse, half_column::target) &&
        cell(forward, half_column::target) == cell(reverse, half_column::source))
      return;
    const auto leads = [&](const StateRow& half) {
      return fmt::format("{} to {}", text(half, half_column::source), text(half, half_column::target));
    };
    tell(forward, fmt::format("the recorded halves of {} do not lead to each other", pair_of(address(forward))),
         fmt::format("forward from {}, reverse from {}", leads(forward), leads(reverse)));
  }
  // The forward half alone is what `mirror = false` asks for.
  void check_alone(const StateRow& half) {
    const std::string pair(pair_of(address(half)));
    const bool is_forward = address(half).ends_with(".forward");
    if (is_forward) {
      if (!asked_) one_way_ = one_way_pairs(options_);
      asked_ = true;
      if (!one_way_ || one_way_->contains(pair)) return;
    }
    tell(half, fmt::format("only the {} half of {} is recorded", is_forward ? "forward" : "reverse", pair),
         fmt::format("it leads from {} to {}; without the other half {}", text(half, half_column::source),
                     text(half, half_column::target),
                     is_forward ? "there is no way home" : "nothing leads the other way"));
  }

  const Run& run_;
  const Options& options_;
  Diagnostics& said_;
  bool asked_ = false;
  std::optional<std::set<std::string>> one_way_;
};

}  // namespace

Exit verify_state(const Options& options) {
  if (options.words.size() > 1) {
    print_problem(Code::Usage,
                  fmt::format("state verify: \"{}\" is one word too many", escape_for_terminal(options.words[1])), "",
                  "pairform state verify", options);
    return Exit::Error;
  }
  Run run = new_run();
  Diagnostics said;
  if (load_project(run, options.directory, said, LoadScope::Settings) && read_state(run, said))
    RecordedPairs(run, options, said).check();
  said.sort();
  if (options.json) {
    print(validity_json(run, said));
  } else {
    print_diagnostics(run, said, options);
    print_error_count(said);
    const std::size_t count = run.state.recorded.rows.size();
    if (!said.has_errors())
      print(count == 0 ? "Nothing is recorded.\n"
                       : fmt::format("Recorded state is sound: {} resource{}.\n", count, count == 1 ? "" : "s"));
  }
  return said.has_errors() ? Exit::Error : Exit::Ok;
}

}  // namespace pairform
