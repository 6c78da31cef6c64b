// The real program in a project directory of its own, as somebody at a shell would run it.
//
// Nothing of the surroundings reaches it: no PAIRFORM_* or NO_COLOR from outside, standard input empty, output to files
// (so that no pipe fills up). A run that takes longer than a minute is killed and fails the test.
// The directory is removed with its object. One object, one thread.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace pairform {

struct Ran {
  int exit_code = -1;  // 128 + signal where a signal ended it, as shells say
  std::string out, err;
};

class Program {
 public:
  using Arguments = std::vector<std::string>;

  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  // Environment of every later run; an empty value takes the name out.
  void set_environment(const std::string& name, const std::string& value);

  // Under the address sanitizer: every later run looks for leaks at its end, which takes as long as the run itself. Without
  // this none does: the tests within one process and the scenarios of tests/golden look, and start nothing so often.
  void look_for_leaks();

  // Where every later run starts, below the project directory; "" is that itself. Files are named from there, too.
  void change_directory(const std::filesystem::path& below) { at_ = directory_ / below; }

  void write(const std::filesystem::path& file, std::string_view text) const;  // makes directories on the way
  void append(const std::filesystem::path& file, std::string_view text) const;
  std::string read(const std::filesystem::path& file) const;  // "" if there is none
  void remove(const std::filesystem::path& file) const;
  void copy_in(const std::filesystem::path& from) const;  // a directory's content

  Ran run(const Arguments& arguments) const;
  // Of which nothing but success is expected; what it said.
  std::string done(const Arguments& arguments) const;
  // Another program of the machine, in the same place and with the same surroundings.
  Ran run_other(const std::string& program, const Arguments& arguments) const;

  // At a terminal, `typed` being what somebody types; out and err are one.
  Ran run_at_terminal(const Arguments& arguments, std::string_view typed) const;

  // Started, and not waited for. One at a time.
  void start(const Arguments& arguments);
  void signal(int number) const;
  // What the started one has said by now.
  std::string said() const;
  std::string said_on_error() const;
  // Waits until the started one has said `text`; false: it never did.
  bool wait_until_said(std::string_view text) const;
  // Waits until the started one has a thread beside its first one; false: it never had.
  bool wait_until_threads() const;
  bool wait_until(const std::function<bool()>& is_so) const;  // false: not before the started one ended
  Ran finish();

 private:
  friend class AtTerminal;
  struct Output {
    std::filesystem::path out, err;
  };
  Output output(std::string_view name) const;
  pid_t spawn(const std::string& program, const Arguments& arguments, const Output& to) const;
  [[noreturn]] void become(const std::string& program, const Arguments& arguments) const;
  Ran wait(pid_t process, const Output& from) const;

  TemporaryDirectory root_{"program"};  // holds the project directory and the outputs
  std::filesystem::path directory_ = root_.path() / "project";
  std::filesystem::path at_ = directory_;
  std::map<std::string, std::string> environment_;
  pid_t started_ = 0;
};

std::string read_whole(const std::filesystem::path& file);  // "" if there is none

}  // namespace pairform
