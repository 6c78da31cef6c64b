#include "cli/progress.h"

#include <fmt/format.h>

#include "cli/duration_text.h"
#include "cli/interruption.h"
#include "engine/state/utc_time.h"
#include "schema/terminal_text.h"

namespace pairform {

std::string time_text() { return utc_text(std::chrono::system_clock::now(), TimeDigits::Milliseconds); }

std::string event_json(const JsonEvent& event, const std::function<void(JsonWriter&)>& more) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("event", event.event).member("time", time_text());
  if (event.step != 0) json.key("step").number(event.step);
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, value);
  };
  text("address", event.address);
  text("operation", event.operation);
  text("error", event.error);
  text("because", event.because);
  text("help", event.help);
  text("causes", event.causes);
  text("page", event.page);
  if (more) more(json);
  json.close_object();
  return out + '\n';
}

namespace {
// Of a failure that may pass, what can be done; of the last one all.
std::string words_of(const ApplyEvent& event) {
  if (event.error == nullptr) return {};
  if (event.kind == ApplyEvent::Kind::Failed) return error_line(*event.error);
  const std::string& help = event.error->help;
  return help.empty() ? error_text(*event.error) : fmt::format("{}; {}", error_text(*event.error), help);
}
std::string_view event_name(ApplyEvent::Kind kind) {
  switch (kind) {
    case ApplyEvent::Kind::Start: return "start";
    case ApplyEvent::Kind::Retry: return "progress";
    case ApplyEvent::Kind::Accepted: return "accepted";
    case ApplyEvent::Kind::Done: return "done";
    case ApplyEvent::Kind::Failed: return "failed";
    case ApplyEvent::Kind::Skipped: return "skipped";
    case ApplyEvent::Kind::Deferred: return "deferred";
    case ApplyEvent::Kind::Polled:
    case ApplyEvent::Kind::Tick: break;
  }
  return "";
}
std::string retry_text(const NextRetry& retry) {
  return fmt::format("retry {} of {} in {}", retry.number, retry.most, short_duration_text(retry.pause));
}
void print_now(std::string_view text) {
  print(text);
  std::fflush(stdout);
}
}  // namespace

Progress::Style Progress::style(const Options& options) {
  return options.json ? Style::Json : can_move_cursor(stdout) ? Style::Terminal : Style::Lines;
}

Progress::Progress(const Run& run, Style style)
    : run_(run), style_(style), board_(run.plan.steps.size(), StepBoard::Clock::now()), block_(print_now) {}

std::string_view Progress::address(StepId step) const {
  const Change& change = run_.plan.diff.changes[run_.plan.steps[step].change];
  return run_.project.texts().view(run_.world.estate.address(change.resource));
}

std::string Progress::what(StepId step) const {
  return fmt::format("{} {}", operation_text(run_.plan.steps[step].operation), escape_for_terminal(address(step)));
}

void Progress::json(const ApplyEvent& event) {
  const std::string error = event.error == nullptr ? std::string() : error_text(*event.error);
  const JsonEvent one{event_name(event.kind),
                      step_number(event.step),
                      address(event.step),
                      operation_text(run_.plan.steps[event.step].operation),
                      error,
                      !event.because ? std::string_view() : address(event.because),
                      event.error == nullptr ? std::string_view() : event.error->help,
                      event.error == nullptr ? std::string_view() : event.error->causes,
                      event.error == nullptr ? std::string_view() : event.error->page};
  print_now(event_json(one, [&](JsonWriter& json) {
    if (event.kind != ApplyEvent::Kind::Retry) return;
    json.key("retry").number(event.retry.number).key("retries").number(event.retry.most);
    json.key("pause_ms").number(event.retry.pause.count());
  }));
}

void Progress::line(std::string_view word, StepId step, std::string_view more) {
  block_.clear();
  const std::string text = fmt::format("  {:<8} {:>4}  {}{}\n", word, step_number(step), what(step), more);
  print_now(style_ == Style::Terminal ? wrap(text, terminal_width(stdout)) : text);
}

// The first Ctrl-C is answered at once.
void Progress::say_stopping() {
  if (stopping_said_ || !run_.cloud.stop.stop_requested()) return;
  stopping_said_ = true;
  block_.clear();
  const std::vector<std::string> running = board_.unanswered();
  std::string text = running.empty() ? "Stopping: no step is running."
                                     : fmt::format("Stopping: {} step{} still running ({}).", running.size(),
                                                   running.size() == 1 ? " is" : "s are", first_few(running));
  text += " Ctrl-C again leaves at once; the journal keeps what was sent.\n";
  print_error(text);
}

void Progress::tick() {
  say_stopping();
  const auto now = StepBoard::Clock::now();
  if (style_ == Style::Lines) {
    if (now - last_summary_ < std::chrono::minutes(1)) return;
    last_summary_ = now;
    print_now(fmt::format("  {}, {}\n", board_.counts(), duration_text(board_.elapsed(now))));
    return;
  }
  if (style_ == Style::Json || now - last_live_ < std::chrono::milliseconds(200)) return;
  last_live_ = now;
  const TerminalSize size = terminal_size(stdout);
  block_.show(board_.rows(now, size), size);
}

void Progress::note(const ApplyEvent& event) {
  using What = ApplyEvent::Kind;
  const std::uint32_t step = event.step.value;
  const auto now = StepBoard::Clock::now();
  const auto end = [&](StepBoard::End how) { took_ = board_.end(step, how, now); };
  switch (event.kind) {
    case What::Start: board_.start(step, what(event.step), now); break;
    case What::Retry: board_.remark(step, fmt::format("retry {} of {}", event.retry.number, event.retry.most)); break;
    case What::Accepted: board_.accept(step); break;
    case What::Polled:
      board_.remark(step, event.words.empty() ? "accepted" : "accepted, " + escape_for_terminal(event.words));
      break;
    case What::Done: end(StepBoard::End::Done); break;
    case What::Failed: end(StepBoard::End::Failed); break;
    case What::Skipped: end(StepBoard::End::Skipped); break;
    case What::Deferred: end(StepBoard::End::Deferred); break;
    case What::Tick: break;
  }
  note_unanswered(board_.unanswered_count());
}

void Progress::event(const ApplyEvent& event) {
  if (event.kind == ApplyEvent::Kind::Tick) {
    tick();
    return;
  }
  note(event);
  if (event.kind == ApplyEvent::Kind::Polled) return;
  if (style_ == Style::Json) json(event);
  else tell(event);
}

void Progress::tell(const ApplyEvent& event) {
  using What = ApplyEvent::Kind;
  const std::string error = escape_for_terminal(words_of(event));
  const auto because = [&] { return escape_for_terminal(address(event.because)); };
  switch (event.kind) {
    case What::Start:
      if (style_ == Style::Lines) line("start", event.step, {});
      break;
    case What::Retry: line("retry", event.step, fmt::format(": {}: {}", retry_text(event.retry), error)); break;
    case What::Accepted: line("accepted", event.step, ": it settles later"); break;
    case What::Done:
      line("done", event.step,
           took_ > std::chrono::seconds(1) ? fmt::format(" ({})", short_duration_text(took_)) : std::string());
      break;
    case What::Failed: line("FAILED", event.step, ": " + error); break;
    case What::Skipped: line("skipped", event.step, ": because of " + because()); break;
    case What::Deferred:
      line("deferred", event.step,
           event.because ? ": waits for " + because() : ": waits for operations of earlier runs");
      break;
    case What::Polled:
    case What::Tick: break;
  }
}

}  // namespace pairform
