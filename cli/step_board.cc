#include "cli/step_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/duration_text.h"
#include "cli/live_block.h"

namespace pairform {
namespace {

constexpr std::size_t k_few = 5;

// The end is the time: it is never cut away.
std::string row(std::string_view text, std::string_view end, std::size_t width,
                std::string (*shorten)(std::string_view, std::size_t) = cut) {
  const std::size_t kept = display_width(end);
  if (kept >= width) return cut(end, width);
  return shorten(text, width - kept) + std::string(end);
}

}  // namespace

std::string first_few(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), k_few); ++i) out += (i == 0 ? "" : ", ") + all[i];
  return all.size() > k_few ? fmt::format("{} and {} more", out, all.size() - k_few) : out;
}

void StepBoard::start(std::uint32_t step, std::string what, Clock::time_point now) {
  Running& running = running_[step];
  if (running.accepted) --accepted_;
  running = {std::move(what), {}, now, false};
}

void StepBoard::remark(std::uint32_t step, std::string remark) {
  if (const auto at = running_.find(step); at != running_.end()) at->second.remark = std::move(remark);
}

void StepBoard::accept(std::uint32_t step) {
  if (const auto at = running_.find(step); at != running_.end() && !std::exchange(at->second.accepted, true))
    ++accepted_;
  remark(step, "accepted");
}

StepBoard::Clock::duration StepBoard::end(std::uint32_t step, End how, Clock::time_point now) {
  ++(how == End::Done ? done_ : how == End::Failed ? failed_ : how == End::Skipped ? skipped_ : deferred_);
  const auto at = running_.find(step);
  if (at == running_.end()) return {};
  const Clock::duration took = now - at->second.since;
  if (at->second.accepted) --accepted_;
  running_.erase(at);
  return took;
}

std::string StepBoard::counts() const {
  const std::size_t taken = done_ + failed_ + skipped_ + deferred_ + running_.size();
  std::string out = fmt::format("{} of {} done", done_, steps_);
  const auto add = [&](std::size_t count, std::string_view word) { out += fmt::format(", {} {}", count, word); };
  if (failed_ != 0) add(failed_, "failed");
  if (skipped_ != 0) add(skipped_, "skipped");
  if (deferred_ != 0) add(deferred_, "deferred");
  add(unanswered_count(), "running");
  if (accepted_ != 0) add(accepted_, "accepted");
  add(steps_ - std::min(steps_, taken), "waiting");
  return out;
}

std::vector<std::string> StepBoard::rows(Clock::time_point now, TerminalSize size) const {
  const std::size_t width = row_width(size);
  std::vector<std::string> out{row("  " + counts(), ", " + duration_text(elapsed(now)), width)};
  // One line is the cursor's. Where there is no room for all, the last row is "and 5 more".
  const std::size_t room =
      size.rows == 0 ? k_few + 1 : std::min(k_few + 1, size.rows - std::min<std::size_t>(size.rows, 2));
  const std::size_t shown =
      running_.size() <= std::min(room, k_few) ? running_.size() : room - std::min<std::size_t>(room, 1);
  for (const auto& [step, running] : running_) {
    if (out.size() > shown) break;
    const std::string time = ", " + duration_text(now - running.since);
    const std::string remark = running.remark.empty() ? time : ", " + running.remark + time;
    const std::string what = "    " + running.what;
    // A long remark gives way to the address.
    const bool fits = display_width(remark) <= width / 2 || display_width(what) + display_width(remark) <= width;
    out.push_back(row(what, fits ? remark : time, width, cut_middle));
  }
  if (running_.size() > shown && room != 0)
    out.push_back(cut(fmt::format("    and {} more", running_.size() - shown), width));
  return out;
}

std::vector<std::string> StepBoard::unanswered() const {
  std::vector<std::string> out;
  for (const auto& [step, running] : running_)
    if (!running.accepted) out.push_back(running.what);
  return out;
}

}  // namespace pairform
