// The real program at a terminal of a given size, while it runs: what it has said by now, keys that are typed, windows
// that are resized or closed. Waiting has a limit of a minute, for machines that are busy. Killed with its object.
#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>

#include "tests/support/program.h"
#include "tests/support/screen.h"

namespace pairform {

class AtTerminal {
 public:
  AtTerminal(const Program& program, const Program::Arguments& arguments, std::size_t columns, std::size_t rows = 24);
  ~AtTerminal();
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  // Waits until it has said `text` since the last such wait. False: it never did, and the test has failed.
  bool wait_for(std::string_view text);
  void type(std::string_view keys) const;  // "\x03" is Ctrl-C
  void signal(int number) const;
  void resize(std::size_t columns, std::size_t rows) const;
  // Closes the window: the program gets SIGHUP, and nothing more of it is read.
  void hang_up();
  // Waits for the end. The exit code; 128 + signal where a signal ended it.
  int finish();

  const std::string& said() const { return said_; }  // out and err, as written
  Screen screen() const;                             // what it looks like, if it was never resized

 private:
  // Reads what there is, waiting for it a moment. False: the end.
  bool read_some();

  std::size_t columns_, rows_;
  int terminal_ = -1;
  pid_t process_ = 0;
  std::string said_;
  std::size_t waited_for_ = 0;  // end of what the last wait has found
};

}  // namespace pairform
