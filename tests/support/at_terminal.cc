#include "tests/support/at_terminal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>

namespace pairform {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds k_patience{60};

winsize size_of(std::size_t columns, std::size_t rows) {
  return {static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0, 0};
}

}  // namespace

AtTerminal::AtTerminal(const Program& program, const Program::Arguments& arguments, std::size_t columns,
                       std::size_t rows)
    : columns_(columns), rows_(rows) {
  const winsize size = size_of(columns, rows);
  process_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
  if (process_ < 0) throw std::runtime_error("no terminal");
  if (process_ == 0) program.become(PAIRFORM_BINARY, arguments);
}

AtTerminal::~AtTerminal() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  if (terminal_ >= 0) ::close(terminal_);
}

bool AtTerminal::read_some() {
  pollfd ready{terminal_, POLLIN, 0};
  if (::poll(&ready, 1, 50) == 0) return true;
  char buffer[4096];
  const ssize_t count = ::read(terminal_, buffer, sizeof buffer);  // fails once the other end is closed
  if (count > 0) said_.append(buffer, static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

bool AtTerminal::wait_for(std::string_view text) {
  const auto deadline = Clock::now() + k_patience;
  for (bool more = true;; more = read_some()) {
    if (const std::size_t at = said_.find(text, waited_for_); at != std::string::npos) {
      waited_for_ = at + text.size();
      return true;
    }
    if (!more || Clock::now() > deadline) break;
  }
  ADD_FAILURE() << "it never said " << text << "; it said:\n" << said_;
  return false;
}

void AtTerminal::type(std::string_view keys) const {
  if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) ADD_FAILURE() << "cannot type";
}

void AtTerminal::signal(int number) const { ::kill(process_, number); }

void AtTerminal::resize(std::size_t columns, std::size_t rows) const {
  const winsize size = size_of(columns, rows);
  if (::ioctl(terminal_, TIOCSWINSZ, &size) != 0) ADD_FAILURE() << "cannot resize";
}

void AtTerminal::hang_up() {
  ::close(terminal_);
  terminal_ = -1;
}

int AtTerminal::finish() {
  const auto deadline = Clock::now() + k_patience;
  while (terminal_ >= 0 && read_some() && Clock::now() < deadline) {}
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(process_, &status, WNOHANG)) == 0 && Clock::now() < deadline) ::usleep(5000);
  if (ended == 0) {
    ADD_FAILURE() << "it does not end; it said:\n" << said_;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, &status, 0);
  }
  process_ = 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Screen AtTerminal::screen() const {
  Screen screen(columns_, rows_);
  screen.write(said_);
  return screen;
}

}  // namespace pairform
