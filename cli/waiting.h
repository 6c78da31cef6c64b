// What a command waits for, said on standard error while it waits: the cloud that is read, the lock, operations that
// an earlier run began. On a terminal one line, drawn again in place each second and taken away at the end; elsewhere
// a line after ten seconds and one a minute after that; nothing beside JSON that no terminal shows.
//
// Threads: one more as long as an object of this lives, because the command is inside a call of the provider meanwhile.
// It calls the words that it was given, so they must not touch what the command changes; say() may be called at any
// time. Nothing else may write to standard error as long as it lives. Where no thread can be made nothing is said.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "cli/command.h"
#include "cli/live_block.h"
#include "engine/phases.h"

namespace pairform {

class Waiting {
 public:
  using Clock = std::chrono::steady_clock;
  using Words = std::function<std::string(Clock::duration waited)>;  // one line, fit for a terminal

  // Where and when it is said; the tests have their own.
  struct Voice {
    bool live = false;                // redrawn in place
    Clock::duration first{}, then{};  // the first time after so long, and then each so long
    LiveBlock::Write write;
    std::function<TerminalSize()> size;
  };
  // Of standard error; none: nothing is said.
  static std::optional<Voice> voice(const Options& options);

  Waiting(std::optional<Voice> voice, Words words);
  Waiting(const Options& options, Words words) : Waiting(voice(options), std::move(words)) {}
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // From now on it says this.
  void say(Words words);

 private:
  void run();

  const std::optional<Voice> voice_;
  const Clock::time_point begun_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable ended_;
  Words words_;        // under the mutex
  bool over_ = false;  // under the mutex
  std::thread thread_;
};

// While the cloud is read: how many listings, how many look-ups of how many, for how long. Sets `reading` of the session
// as long as it lives.
class WaitingForCloud {
 public:
  WaitingForCloud(CloudSession& cloud, const Options& options);
  ~WaitingForCloud() { cloud_.reading = nullptr; }
  WaitingForCloud(const WaitingForCloud&) = delete;
  WaitingForCloud& operator=(const WaitingForCloud&) = delete;

  // Operations that an earlier run began are waited for: ResumeOptions::progress.
  void earlier(std::string_view address, std::string_view text, std::size_t running);
  void read();  // they are settled: the cloud is read

 private:
  Waiting::Words reading();

  CloudSession& cloud_;
  ReadingCounts counts_;
  Waiting waiting_;
};

// Takes the lock, waiting as long as the options say. False: it stays taken, and `holder` says by whom; or `stop` was
// requested.
bool wait_for_lock(StateBackend& backend, const LockOwner& self, const Options& options, const std::stop_token& stop,
                   LockOwner& holder);
// "Waiting for the lock of ana@build1 (apply since 10:02), 12 s of 30 s". The time of day is that of this machine.
std::string lock_words(const LockOwner& holder, Waiting::Clock::duration waited, std::chrono::milliseconds timeout);

// A line that somebody types, without its end; none once `stop` is requested. "" at the end of the input.
std::optional<std::string> read_line(const std::stop_token& stop);

}  // namespace pairform
