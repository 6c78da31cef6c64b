#include "providers/azure/http/retry.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "providers/azure/http/pacing.h"

namespace pairform::azure {
namespace {

using std::chrono::milliseconds;

double random_jitter() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution(-1.0, 1.0)(engine);
}

}  // namespace

bool is_worth_another_try(const HttpResult& result) {
  if (const auto* error = std::get_if<TransportError>(&result))
    return error->kind == TransportFailure::NotSent || error->kind == TransportFailure::Lost;
  switch (std::get<HttpAnswer>(result).status) {
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
  }
}

std::optional<milliseconds> pause_before(int next_try, const RetryPolicy& policy, const HttpResult& result,
                                         double jitter) {
  const double doubled = static_cast<double>(policy.first_pause.count()) * std::exp2(next_try - 2);
  const double pause = std::min(doubled, static_cast<double>(policy.longest_pause.count())) * (1 + jitter / 5);
  milliseconds wait(static_cast<milliseconds::rep>(pause));
  const auto* answer = std::get_if<HttpAnswer>(&result);
  if (answer == nullptr) return wait;
  const auto asked = retry_after(answer->headers);
  if (asked && *asked > policy.most_patience) return std::nullopt;
  return asked ? std::max(wait, *asked) : wait;
}

HttpResult read_with_retries(const std::function<HttpResult(int)>& send, const RetryPolicy& policy,
                             const HttpLimits& limits) {
  for (int number = 1;; ++number) {
    HttpResult result = send(number);
    if (!is_worth_another_try(result) || number == policy.tries) return result;
    const auto pause = pause_before(number + 1, policy, result, random_jitter());
    if (!pause) return result;
    if (wait_until(std::chrono::steady_clock::now() + *pause, limits)) continue;
    if (limits.stop.stop_requested()) return TransportError{TransportFailure::Stopped, "the request was stopped"};
    return result;
  }
}

}  // namespace pairform::azure
