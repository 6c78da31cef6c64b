#include "providers/azure/http/pacing.h"

#include <algorithm>

namespace pairform::azure {

VerbClass verb_class(std::string_view method) {
  if (method == "GET" || method == "HEAD") return VerbClass::Read;
  return method == "DELETE" ? VerbClass::Delete : VerbClass::Write;
}

Pacing::Clock::time_point Pacing::next(VerbClass verbs, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_.at(static_cast<std::size_t>(verbs));
  const Clock::time_point start = std::max(now, lane.free_at);
  if (lane.few_left) lane.free_at = start + k_pace;
  return start;
}

void Pacing::learn(VerbClass verbs, const HttpAnswer& answer, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_.at(static_cast<std::size_t>(verbs));
  if (const auto left = least_remaining(answer.headers, "x-ms-ratelimit-remaining-"))
    lane.few_left = *left < k_few_left;
  if (answer.status != 429) return;
  const auto wait = retry_after(answer.headers);
  if (wait) lane.free_at = std::max(lane.free_at, now + *wait);
  lane.few_left = true;  // until an answer counts again
}

bool wait_until(std::chrono::steady_clock::time_point until, const HttpLimits& limits) {
  if (until > limits.deadline) return false;
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, limits.stop, until, [] { return false; });
  return !limits.stop.stop_requested();
}

}  // namespace pairform::azure
