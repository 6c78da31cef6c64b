// What the steps of an apply are doing, and the rows and lines that say so. Pure: the time is handed in.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/wrap.h"

namespace pairform {

class StepBoard {
 public:
  using Clock = std::chrono::steady_clock;
  enum class End { Done, Failed, Skipped, Deferred };

  StepBoard(std::size_t steps, Clock::time_point begun) : steps_(steps), begun_(begun) {}

  // `what`: "create network.aa", fit for a terminal.
  void start(std::uint32_t step, std::string what, Clock::time_point now);
  // What is to be said about it beside, until something else is: "retry 2 of 5 in 0.4 s".
  void remark(std::uint32_t step, std::string remark);
  // The service has accepted it, and settles it later.
  void accept(std::uint32_t step);
  // How long it took; nothing for a step that was not started.
  Clock::duration end(std::uint32_t step, End how, Clock::time_point now);

  // "3 of 12 done, 1 failed, 2 running, 1 accepted, 6 waiting"
  std::string counts() const;
  Clock::duration elapsed(Clock::time_point now) const { return now - begun_; }
  // The live block: the counts with the time since the begin, then what the first steps do and for how long. No wider
  // and no higher than the terminal.
  std::vector<std::string> rows(Clock::time_point now, TerminalSize size) const;

  // Steps that were sent and have no answer yet, in order: those that are running and not accepted.
  std::vector<std::string> unanswered() const;
  // How many there are of these; asked after each event.
  std::size_t unanswered_count() const { return running_.size() - accepted_; }

 private:
  struct Running {
    std::string what;
    std::string remark;
    Clock::time_point since;
    bool accepted = false;
  };
  std::size_t steps_;
  Clock::time_point begun_;
  std::map<std::uint32_t, Running> running_;  // accepted ones too
  std::size_t accepted_ = 0;                  // of them
  std::size_t done_ = 0, failed_ = 0, skipped_ = 0, deferred_ = 0;
};

// The first five of `all` with commas between them, "and 3 more" behind them where there are more.
std::string first_few(const std::vector<std::string>& all);

}  // namespace pairform
