#include "cli/interruption.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "cli/command.h"

namespace pairform {
namespace {

constexpr timespec k_grace{0, 700'000'000};  // for a run to end by itself
constexpr timespec k_patience{10, 0};        // where it is about to end, and its output is slow

struct Interruption {
  std::stop_source stop;
  std::function<void()> last_words;
  std::atomic<std::size_t> unanswered{0};
  std::mutex mutex;
  bool steps = false;        // under the mutex: something may have been sent
  bool words_taken = false;  // under the mutex: somebody says the last words
};

// Never destroyed: its thread outlives main.
Interruption& interruption() {
  static auto* const one = new Interruption;
  return *one;
}

[[noreturn]] void leave() { _exit(static_cast<int>(Exit::Interrupted)); }

// Past the buffers, which the run may hold. A terminal that takes nothing (Ctrl-S) keeps nobody here, but one that is only
// slow (a busy machine) is given a moment.
void say(std::string_view words) {
  constexpr int k_moment = 200;  // milliseconds
  pollfd out{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&out, 1, k_moment) == 1) static_cast<void>(!::write(STDERR_FILENO, words.data(), words.size()));
}

// A terminal shows ^C where the cursor stands.
std::string_view line_end() { return isatty(STDERR_FILENO) == 1 ? "\n" : ""; }

void say_that_nothing_was_changed() { say(fmt::format("{}Nothing was changed.\n", line_end())); }

[[noreturn]] void leave_steps() {
  const std::size_t requests = interruption().unanswered;
  std::string words(line_end());
  if (requests == 0) words += "Left; the journal keeps what was done.\n";
  else
    words += fmt::format("Left with {} request{} unanswered; the next pairform apply asks what became of {}.\n",
                         requests, requests == 1 ? "" : "s", requests == 1 ? "it" : "them");
  say(words);
  leave();
}

[[noreturn]] void leave_unchanged(const sigset_t& signals) {
  sigtimedwait(&signals, nullptr, &k_grace);
  Interruption& all = interruption();
  {
    const std::lock_guard lock(all.mutex);
    if (!all.words_taken) {
      all.words_taken = true;
      all.last_words();
      leave();
    }
  }
  sigtimedwait(&signals, nullptr, &k_patience);
  leave();
}

void wait_for_signals(const sigset_t& signals) {
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  Interruption& all = interruption();
  bool steps = false;
  {
    const std::lock_guard lock(all.mutex);
    steps = all.steps;
    all.stop.request_stop();
  }
  if (!steps) leave_unchanged(signals);
  if (sigwait(&signals, &signal) == 0) leave_steps();
}

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

std::stop_token catch_interrupts(std::function<void()> last_words) {
  interruption().last_words = last_words ? std::move(last_words) : say_that_nothing_was_changed;
  sigset_t signals, before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (!is_ignored(SIGHUP)) sigaddset(&signals, SIGHUP);
  if (pthread_sigmask(SIG_BLOCK, &signals, &before) != 0) return {};
  try {
    std::thread([=] { wait_for_signals(signals); }).detach();
  } catch (const std::system_error&) {  // no thread is to be had: a signal ends the process, as it does by itself
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  return interruption().stop.get_token();
}

bool begin_steps() {
  const std::lock_guard lock(interruption().mutex);
  interruption().steps = !interruption().stop.stop_requested();
  return interruption().steps;
}

void note_unanswered(std::size_t requests) { interruption().unanswered = requests; }

void claim_last_words() {
  {
    const std::lock_guard lock(interruption().mutex);
    if (!std::exchange(interruption().words_taken, true)) return;
  }
  for (;;) ::pause();
}

}  // namespace pairform
