#include "cli/interruption.h"

#include <signal.h>
#include <unistd.h>

#include <ctime>
#include <string_view>
#include <thread>

#include "cli/command.h"

namespace pairform {
namespace {

constexpr timespec k_grace{0, 700'000'000};  // for a command that changes nothing to end by itself
constexpr std::string_view k_words = "Nothing was changed.\n";

[[noreturn]] void leave() { _exit(static_cast<int>(Exit::Interrupted)); }

void wait_for_signals(OnInterrupt what, const std::stop_source& stop, const sigset_t& signals) {
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  stop.request_stop();
  if (what == OnInterrupt::Finish) {
    if (sigwait(&signals, &signal) == 0) leave();
    return;
  }
  sigtimedwait(&signals, nullptr, &k_grace);
  static_cast<void>(!write(STDERR_FILENO, k_words.data(), k_words.size()));
  leave();
}

}  // namespace

std::stop_token catch_interrupts(OnInterrupt what) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0) return {};
  const std::stop_source stop;
  std::thread([=] { wait_for_signals(what, stop, signals); }).detach();
  return stop.get_token();
}

}  // namespace pairform
