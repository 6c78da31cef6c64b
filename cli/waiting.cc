#include "cli/waiting.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <system_error>

#include "cli/duration_text.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds k_first_live{500}, k_then_live{200};  // a line is written only where its text has changed
constexpr seconds k_first_line{10}, k_then_line{60};
constexpr milliseconds k_between_looks{200};  // at the lock, and whether the run is to stop

}  // namespace

std::optional<Waiting::Voice> Waiting::voice(const Options& options) {
  const bool live = can_move_cursor(stderr);
  if (!live && options.json) return std::nullopt;
  Voice voice;
  voice.live = live;
  voice.first = live ? Clock::duration(k_first_live) : k_first_line;
  voice.then = live ? Clock::duration(k_then_live) : k_then_line;
  voice.write = print_error;
  voice.size = [] { return terminal_size(stderr); };
  return voice;
}

Waiting::Waiting(std::optional<Voice> voice, Words words) : voice_(std::move(voice)), words_(std::move(words)) {
  if (!voice_) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // as many threads as the machine allows: it waits in silence
  }
}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Waiting::say(Words words) {
  const std::lock_guard lock(mutex_);
  words_ = std::move(words);
}

void Waiting::run() {
  LiveBlock block(voice_->write);
  std::unique_lock lock(mutex_);
  for (auto due = begun_ + voice_->first; !ended_.wait_until(lock, due, [this] { return over_; });
       due = std::max(due + voice_->then, Clock::now())) {
    const std::string text = words_(Clock::now() - begun_);
    if (voice_->live) block.show({text}, voice_->size());
    else voice_->write(text + '\n');
  }
  block.clear();
}

WaitingForCloud::WaitingForCloud(CloudSession& cloud, const Options& options)
    : cloud_(cloud), waiting_(options, reading()) {
  cloud_.reading = &counts_;
}

Waiting::Words WaitingForCloud::reading() {
  return [this](Waiting::Clock::duration waited) {
    std::string out = "Reading the cloud: ";
    const std::size_t listings = counts_.listings, answered = counts_.answered;
    if (listings != 0) out += fmt::format("{} listing{}, ", listings, listings == 1 ? "" : "s");
    if (const std::size_t asked = counts_.asked; asked != 0)
      out += fmt::format("{} of {} look-up{}, ", answered, asked, asked == 1 ? "" : "s");
    return out + duration_text(waited);
  };
}

void WaitingForCloud::read() { waiting_.say(reading()); }

void WaitingForCloud::earlier(std::string_view address, std::string_view text, std::size_t running) {
  std::string what = fmt::format("Waiting for {}: accepted earlier", escape_for_terminal(address));
  if (!text.empty()) what += ", " + escape_for_terminal(text);
  if (running > 1) what += fmt::format(" (and {} more)", running - 1);
  waiting_.say([what](Waiting::Clock::duration waited) { return fmt::format("{}, {}", what, duration_text(waited)); });
}

std::string lock_words(const LockOwner& holder, Waiting::Clock::duration waited, milliseconds timeout) {
  std::string out = "Waiting for the lock";
  std::tm since{};
  if (!holder.who.empty()) {
    out += fmt::format(" of {} ({}", escape_for_terminal(holder.who), escape_for_terminal(holder.operation));
    if (::strptime(holder.since.c_str(), "%Y-%m-%dT%H:%M:%SZ", &since) != nullptr) {
      const std::time_t moment = ::timegm(&since);
      ::localtime_r(&moment, &since);
      out += fmt::format(" since {:02}:{:02}", since.tm_hour, since.tm_min);
    }
    out += ')';
  }
  return fmt::format("{}, {} of {}", out, duration_text(waited), duration_text(timeout));
}

// In short waits, so that it is seen who has the lock now, and that the run is to stop.
bool wait_for_lock(StateBackend& backend, const LockOwner& self, const Options& options, const std::stop_token& stop,
                   LockOwner& holder) {
  const auto deadline = Waiting::Clock::now() + options.lock_timeout;
  if (backend.lock(self, milliseconds(0), holder)) return true;
  if (options.lock_timeout <= milliseconds(0)) return false;
  const auto words = [&holder, timeout = options.lock_timeout]() -> Waiting::Words {
    return [holder, timeout](Waiting::Clock::duration waited) { return lock_words(holder, waited, timeout); };
  };
  Waiting waiting(options, words());
  while (!stop.stop_requested()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Waiting::Clock::now());
    if (left <= milliseconds(0)) return false;
    if (backend.lock(self, std::min(left, k_between_looks), holder)) return true;
    waiting.say(words());
  }
  return false;
}

std::optional<std::string> read_line(const std::stop_token& stop) {
  std::string line;
  while (!stop.stop_requested()) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, static_cast<int>(k_between_looks.count())) <= 0) continue;
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) != 1 || c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

}  // namespace pairform
