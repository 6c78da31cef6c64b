// What every command has: its options, where words go, and how it ends. Output and exit codes are made in cli only.
#pragma once
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline.h"

namespace pairform {

// Exit codes: a contract (docs/formats/exit-codes.md).
enum class Exit : int {
  Ok = 0,
  Error = 1,
  Changes = 2,
  Refused = 3,
  Failed = 4,
  Locked = 5,
  Stale = 6,
  Pending = 7,
  OnlyDrift = 8,
  Interrupted = 130
};

// What the command line said. A field that no option sets keeps its default.
struct Options {
  std::filesystem::path directory = ".";
  bool help = false;
  bool no_color = false;
  std::chrono::milliseconds lock_timeout{0};
  bool json = false;
  std::string out;             // --out
  std::string format = "dot";  // --format: dot or mermaid
  bool offline = false;
  bool destroy = false;
  bool allow_unknown = false;
  bool detailed_exitcode = false;
  std::vector<std::string> target, exclude, place_anew;
  bool during_failover = false;
  bool refresh_only = false;
  bool verbose = false;
  bool adopt_only = false;
  std::string test_network;  // --test-network
  bool auto_approve = false;
  std::string approve;
  std::chrono::milliseconds wait{std::chrono::minutes(30)};
  unsigned parallelism = 10;
  std::vector<std::string> words;  // positional, after the command
};

// Who reads what stands behind a command, but for the options of all commands.
enum class WordsOf { Command, Tool };  // by the table of options; by the tool itself, `pairform sim …`

struct Command {
  std::string_view name;
  std::string_view arguments;                 // of the usage line
  std::string_view summary;                   // one line
  std::span<const std::string_view> options;  // names, without those of all commands
  std::size_t most_words = 0;
  Exit (*run)(const Options&) = nullptr;
  WordsOf words = WordsOf::Command;
};
std::span<const Command> commands();

Exit command_init(const Options& options);
Exit command_validate(const Options& options);
Exit command_plan(const Options& options);
Exit command_apply(const Options& options);
Exit command_destroy(const Options& options);
Exit command_show(const Options& options);
Exit command_state(const Options& options);
Exit command_sim(const Options& options);
Exit command_why(const Options& options);
Exit command_graph(const Options& options);
Exit command_promote(const Options& options);
Exit command_drill(const Options& options);
Exit command_version(const Options& options);

std::string_view version();

// Writes to standard output or error; a closed pipe ends the program quietly.
void print(std::string_view text);
void print_error(std::string_view text);
// May escapes be written there? A terminal, no NO_COLOR, no --no-color, not dumb.
bool use_colour(std::FILE* stream, const Options& options);

// All diagnostics, sorted, to standard error.
void print_diagnostics(const Run& run, Diagnostics& diagnostics, const Options& options);
// A single one that is about no file.
void print_problem(Code code, std::string summary, std::string detail, std::string help, const Options& options);

// That nothing has the address: "network.ap is not recorded", with the nearest one of those known.
Exit unknown_address(std::string_view wanted, std::string_view problem, const std::vector<std::string_view>& known,
                     const Options& options);

// A saved plan as it is, and why it cannot be read: "p is not a plan", "it is a directory".
struct PlanBytes {
  std::string bytes;
  std::optional<Diagnostic> problem;
};
PlanBytes read_plan_file(const std::string& path);

// How a command ends that errors kept from its plan: 130 if it was interrupted, and then it says that nothing was
// changed (not with --json).
Exit end_without_plan(const Run& run, const Options& options);

// A run with the registry's providers and types in it.
Run new_run();

}  // namespace pairform
