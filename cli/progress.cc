#include "cli/progress.h"

#include <fmt/format.h>

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
  if (more) more(json);
  json.close_object();
  return out + '\n';
}

namespace {
std::string error_text(const ProviderError& error) {
  return fmt::format("{}: {}{}", error.code, error.message,
                     error.job.empty() ? "" : fmt::format(" (job {})", error.job));
}
std::string text_with_help(const ProviderError& error) {
  return error.help.empty() ? error_text(error) : fmt::format("{}; {}", error_text(error), error.help);
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
    case ApplyEvent::Kind::Tick: break;
  }
  return "";
}
}  // namespace

std::string_view Progress::address(StepId step) const {
  const Change& change = run_.plan.diff.changes[run_.plan.steps[step].change];
  return run_.project.texts().view(run_.world.estate.address(change.resource));
}

std::string Progress::counts() const {
  const std::size_t total = run_.plan.steps.size();
  return fmt::format("{} of {} done, {} running, {} waiting", done_, total, running_.size(),
                     total - std::min(total, ended_ + running_.size()));
}

void Progress::json(std::string_view name, const ApplyEvent& event) {
  const std::string error = event.error == nullptr ? std::string() : error_text(*event.error);
  print(event_json({name, step_number(event.step), address(event.step),
                    operation_text(run_.plan.steps[event.step].operation), error,
                    !event.because ? std::string_view() : address(event.because),
                    event.error == nullptr ? std::string_view() : event.error->help}));
  std::fflush(stdout);
}

void Progress::line(std::string_view word, StepId step, std::string_view more) {
  if (live_shown_) print("\r\x1b[K");
  live_shown_ = false;
  print(fmt::format("  {:<8} {:>4}  {} {}{}{}\n", word, step_number(step),
                    operation_text(run_.plan.steps[step].operation), escape_for_terminal(address(step)),
                    more.empty() ? "" : ": ", escape_for_terminal(more)));
  std::fflush(stdout);
}

void Progress::live() {
  const auto now = std::chrono::steady_clock::now();
  if (style_ == Style::Lines) {
    if (now - last_summary_ < std::chrono::minutes(1)) return;
    last_summary_ = now;
    print(fmt::format("  {}\n", counts()));
    std::fflush(stdout);
    return;
  }
  if (style_ == Style::Json || now - last_live_ < std::chrono::milliseconds(200)) return;
  last_live_ = now;
  std::string text = "  " + counts();
  if (!running_.empty()) {
    const auto& [step, since] = *running_.begin();
    text += fmt::format("; {} {} for {} s", operation_text(run_.plan.steps[step].operation),
                        escape_for_terminal(address(step)),
                        std::chrono::duration_cast<std::chrono::seconds>(now - since).count());
  }
  print("\r\x1b[K" + text.substr(0, 100));
  std::fflush(stdout);
  live_shown_ = true;
}

void Progress::event(const ApplyEvent& event) {
  using What = ApplyEvent::Kind;
  if (event.kind == What::Tick) {
    live();
    return;
  }
  const bool ends = event.kind != What::Start && event.kind != What::Retry && event.kind != What::Accepted;
  if (event.kind == What::Start) running_.emplace(event.step, std::chrono::steady_clock::now());
  if (ends) {
    running_.erase(event.step);
    ++ended_;
    done_ += event.kind == What::Done ? 1 : 0;
  }
  if (style_ == Style::Json) {
    json(event_name(event.kind), event);
    return;
  }
  const std::string error = event.error == nullptr ? std::string() : text_with_help(*event.error);
  switch (event.kind) {
    case What::Start:
      if (style_ == Style::Lines) line("start", event.step, {});
      break;
    case What::Retry: line("retry", event.step, error); break;
    case What::Accepted: line("accepted", event.step, "it settles later"); break;
    case What::Done: line("done", event.step, {}); break;
    case What::Failed: line("FAILED", event.step, error); break;
    case What::Skipped: line("skipped", event.step, fmt::format("because of {}", address(event.because))); break;
    case What::Deferred: line("deferred", event.step, fmt::format("waits for {}", address(event.because))); break;
    case What::Tick: break;
  }
}

void Progress::finish() {
  if (live_shown_) print("\r\x1b[K");
  live_shown_ = false;
}

}  // namespace pairform
