// Words in, an exit code out. The only place that catches exceptions: they are for the machine.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <system_error>

#include "cli/address_files.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/project_place.h"
#include "engine/state/state_backend.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// A line that cannot be read. Whoever reads events gets a result in any case.
int refuse(const UsageError& wrong, const std::vector<std::string>& arguments) {
  print_problem(Code::Usage, escape_for_terminal(wrong.summary), "", escape_for_terminal(wrong.help), Options());
  const auto given = [&](std::string_view word) {
    return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
  };
  if ((given("--json") || given("-json")) && (given("apply") || given("destroy")))
    print(event_json({"result", 0, {}, {}, {}, {}},
                     [&](JsonWriter& json) { json.key("exit_code").number(1).member("error", wrong.summary); }));
  return static_cast<int>(Exit::Error);
}

// Enters the directory, finds the project, reads files of addresses.
std::optional<UsageError> take_place(const Command& command, Options& options) {
  std::error_code unknown;
  options.started_in = std::filesystem::current_path(unknown);
  if (auto wrong = enter_start(options)) return wrong;
  if (command.project != ProjectUse::None) find_project(options);
  if (command.project == ProjectUse::Needed) say_where(options);
  return read_address_files(options);
}

// Started with a standard descriptor closed (`pairform apply >&-`), the next file opened would be it, and what is printed
// would be written into the lock or the journal. /dev/null takes its place.
void open_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd) return;  // the lowest that is free
}

int run(const ParsedLine& line) {
  const Options& options = line.options;
  const Exit exit = line.command->run(options);
  if (!is_output_lost()) return static_cast<int>(exit);
  print_problem(Code::CannotWrite, "standard output cannot be written", "", "look at the disk or pipe it goes to",
                options);
  return static_cast<int>(exit == Exit::Ok ? Exit::Error : exit);
}

}  // namespace
}  // namespace pairform

int main(int argc, char** argv) {
  using namespace pairform;
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_DFL);
  // A limit on the size of files (`ulimit -f`) is an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  Options options;
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "__complete")
      return answer_shell({arguments.begin() + 1, arguments.end()});
    const auto parsed = parse_command_line(arguments);
    if (const auto* wrong = std::get_if<UsageError>(&parsed)) return refuse(*wrong, arguments);
    ParsedLine line = std::get<ParsedLine>(parsed);
    if (line.command == nullptr || (line.options.help && line.command->words == WordsOf::Command)) {
      print(help_text(line.command));
      return static_cast<int>(Exit::Ok);
    }
    options = line.options;
    if (const auto wrong = take_place(*line.command, line.options)) return refuse(*wrong, arguments);
    options = line.options;
    return run(line);
  } catch (const std::system_error& error) {
    print_problem(Code::CannotWrite, error.what(), "", "look at the disk and its permissions, then run it again",
                  options);
  } catch (const StateError& error) {
    print_problem(Code::CannotWrite, error.what(), "", "look at the disk and its permissions, then run it again",
                  options);
  } catch (const std::bad_alloc&) {
    print_error("pairform: out of memory\n");
  } catch (const std::exception& error) {
    print_problem(Code::CannotWrite, error.what(), "", "", options);
  }
  return static_cast<int>(Exit::Error);
}
