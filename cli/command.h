// What every command has: its options, where words go, and how it ends. Output and exit codes are made in cli only.
#pragma once
#include <chrono>
#include <cstddef>
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

enum class Colour { Auto, Always, Never };  // Auto: where a terminal shows it

// Addresses and patterns that choose what to plan, as they were typed.
struct TypedAddresses {
  std::vector<std::string> target, exclude, place_anew;
};

// What the command line said. A field that no option sets keeps its default.
struct Options {
  std::vector<std::string> start;         // each -C, as typed, within the one before: pairform acts as if started there
  std::filesystem::path started_in;       // the current directory before any -C, absolute; empty: it cannot be told
  std::filesystem::path directory = ".";  // of the project, from the current directory (cli/project_place.h)
  bool help = false;
  Colour colour = Colour::Auto;
  bool timings = false;
  bool all_errors = false;
  std::chrono::milliseconds lock_timeout{0};
  bool json = false;
  bool markdown = false;
  std::size_t budget = 0;                    // --budget: bytes of Markdown; 0: as usual
  std::string out;                           // --out
  std::string prometheus;                    // --prometheus: a file of metrics
  bool drill = false;                        // --drill: with the fates of vms
  std::string format;                        // --format: one of the command's; empty: its first
  std::string azure;                         // --azure: id of a vault
  std::string scope;                         // --scope: id of the part of the cloud that a new project works in
  std::string vms = "existing";              // --vms: existing, managed or none
  std::string pin = "intent";                // --pin: intent, all or none
  std::vector<std::string> region, network;  // --region, --network
  bool all = false;                          // --all
  bool all_networks = false;                 // --all-networks
  std::vector<std::string> from_tfstate;     // --from-tfstate: files, or "-"
  std::string terraform_removed;             // --terraform-removed: a file
  bool offline = false;
  bool destroy = false;
  bool allow_unknown = false;
  bool detailed_exitcode = false;
  std::vector<std::string> target, exclude, place_anew;  // files of addresses read (cli/address_files.h)
  TypedAddresses typed;                                  // for the line that would do the same again
  std::vector<std::string> vm;                           // --vm
  std::vector<std::string> test_network;                 // --test-network
  bool problems = false;
  bool project = false;  // --project
  bool during_failover = false;
  bool refresh_only = false;
  bool verbose = false;
  bool adopt_only = false;
  bool test = false;  // --test
  bool auto_approve = false;
  std::string approve;
  std::chrono::milliseconds wait{std::chrono::minutes(30)};
  unsigned parallelism = 10;
  std::vector<std::string> words;  // positional, after the command
};

// Who reads what stands behind a command, but for the options of all commands.
enum class WordsOf { Command, Tool };  // by the table of options; by the tool itself, `pairform sim …`

// Does a command work on a project, the current directory's or the nearest one's above it?
enum class ProjectUse { None, Needed, IfThere };

struct Example {
  std::string_view line;  // "pairform plan --out p.plan", as one would type it
  std::string_view what;
};

struct Command {
  std::string_view name;
  std::string_view arguments;                 // of the usage line
  std::string_view summary;                   // one line
  std::span<const std::string_view> options;  // names, in the order of the help
  std::size_t most_words = 0;
  Exit (*run)(const Options&) = nullptr;
  std::span<const Example> examples;
  ProjectUse project = ProjectUse::Needed;
  std::span<const std::string_view> tolerated;  // options without effect here, taken for scripts; not in the help
  WordsOf words = WordsOf::Command;
  std::span<const std::string_view> formats{};  // what its --format may name, the default one first
};
std::span<const Command> commands();                 // cli/command_table.cc
const Command* find_command(std::string_view name);  // null: there is none

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
Exit command_doctor(const Options& options);
Exit command_schema(const Options& options);
Exit command_discover(const Options& options);
Exit command_version(const Options& options);
Exit command_explain(const Options& options);
Exit command_history(const Options& options);
Exit command_status(const Options& options);
Exit command_completion(const Options& options);

std::string_view version();
constexpr std::string_view k_validate_format = "1.0";  // `format_version` of `validate --json`
// What `validate --json` and `state verify --json` print: {"format_version","valid","diagnostics"} and a line end.
std::string validity_json(const Run& run, const Diagnostics& diagnostics);

// Writes to standard output or error; a closed pipe ends the program quietly.
void print(std::string_view text);
void print_error(std::string_view text);
// Flushes; true: a part of what was printed could not be written (a full disk, not a closed pipe).
bool is_output_lost();
// May escapes be written there? --color says so; else at a terminal that is not dumb, without NO_COLOR.
bool use_colour(std::FILE* stream, const Options& options);

// All diagnostics, sorted, to standard error, an empty line between them. Of errors, and of all others, the first 50
// unless --all-errors, then how many more there are.
void print_diagnostics(const Run& run, Diagnostics& diagnostics, const Options& options);
// Below them, "2 errors, 1 warning."; nothing where there is neither.
void print_error_count(const Diagnostics& diagnostics);
// A single one that is about no file.
void print_problem(Code code, std::string summary, std::string detail, std::string help, const Options& options);

// Milliseconds a pass, to standard error, with --timings or where PAIRFORM_TIMINGS is set.
void print_timings(const Run& run, const Options& options);

// That nothing has the address: "network.ap is not recorded", with the nearest ones of those known.
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
