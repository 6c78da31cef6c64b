// What an apply says while it runs. On a terminal: one live block at its end, drawn again in place, and a line for each
// step that ended, above it. On a dumb terminal and elsewhere: a line an event and a summary line a minute, without
// escapes. With --json: one object a line. The block is written only where its text has changed, five times a second at
// most; unchanged rows are not written again. One object, one thread (the scheduler's caller).
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/live_block.h"
#include "cli/step_board.h"
#include "engine/act/apply.h"
#include "schema/json_writer.h"

namespace pairform {

class Progress {
 public:
  enum class Style { Terminal, Lines, Json };
  // The style of standard output.
  static Style style(const Options& options);
  // `run` must stay as it is. Once its stop is requested it is said, on standard error, what is still waited for.
  Progress(const Run& run, Style style);

  void event(const ApplyEvent& event);
  // Before the end report: takes the block away.
  void finish() { block_.clear(); }
  // Since the steps began.
  std::chrono::steady_clock::duration elapsed() const { return board_.elapsed(StepBoard::Clock::now()); }

 private:
  void line(std::string_view word, StepId step, std::string_view more);
  void json(const ApplyEvent& event);
  void tick();
  void say_stopping();
  std::string_view address(StepId step) const;
  std::string what(StepId step) const;
  void note(const ApplyEvent& event);
  void tell(const ApplyEvent& event);

  const Run& run_;
  Style style_;
  StepBoard board_;
  LiveBlock block_;
  StepBoard::Clock::duration took_{};  // the step that ended last
  bool stopping_said_ = false;
  StepBoard::Clock::time_point last_live_{}, last_summary_ = StepBoard::Clock::now();
};

// One event of `apply --json`; members that do not apply are left out.
struct JsonEvent {
  std::string_view event;
  std::size_t step = 0;  // 1-based; 0: none
  std::string_view address, operation, error, because, help{}, causes{}, page{};
};
// As an object, a line. `more` writes what this event has beside the members above, after them.
std::string event_json(const JsonEvent& event, const std::function<void(JsonWriter&)>& more = {});
// RFC 3339, UTC, milliseconds.
std::string time_text();

}  // namespace pairform
