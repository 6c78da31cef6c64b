// What an apply says while it runs: on a terminal one live line, elsewhere a line an event and a summary line a minute;
// with --json one object a line. One object, one thread (the scheduler's caller).
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "engine/act/apply.h"
#include "schema/json_writer.h"

namespace pairform {

class Progress {
 public:
  enum class Style { Terminal, Lines, Json };
  Progress(const Run& run, Style style) : run_(run), style_(style) {}

  void event(const ApplyEvent& event);
  // Before the end report: takes the live line away.
  void finish();

 private:
  void line(std::string_view word, StepId step, std::string_view more);
  void json(std::string_view name, const ApplyEvent& event);
  void live();
  std::string counts() const;
  std::string_view address(StepId step) const;

  const Run& run_;
  Style style_;
  std::map<StepId, std::chrono::steady_clock::time_point> running_;
  std::size_t done_ = 0, ended_ = 0;  // ended: failed, skipped, deferred too
  bool live_shown_ = false;
  std::chrono::steady_clock::time_point last_live_{}, last_summary_ = std::chrono::steady_clock::now();
};

// One event of `apply --json`; members that do not apply are left out.
struct JsonEvent {
  std::string_view event;
  std::size_t step = 0;  // 1-based; 0: none
  std::string_view address, operation, error, because, help{};
};
// As an object, a line. `more` writes what this event has beside the members above, after them.
std::string event_json(const JsonEvent& event, const std::function<void(JsonWriter&)>& more = {});
// RFC 3339, UTC, milliseconds.
std::string time_text();

}  // namespace pairform
