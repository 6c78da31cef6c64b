// Reads that are tried again. Writes never are: what became of one has to be looked up first, and that is the engine's
// business, which has the journal.
//
// Tried again: 429, 500, 502, 503, 504, and what found no connection or lost it. Pauses double from `first_pause` to
// `longest_pause`, a fifth more or less, and are never shorter than the service asks for (Retry-After). A service that
// asks for more than `most_patience` is not waited for: its answer is given back, and the caller says until when.
#pragma once
#include <chrono>
#include <functional>

#include "providers/azure/http/client.h"

namespace pairform::azure {

struct RetryPolicy {
  int tries = 5;
  std::chrono::milliseconds first_pause{1000};
  std::chrono::milliseconds longest_pause{30'000};
  std::chrono::milliseconds most_patience{600'000};
};

// May this come right by asking again?
bool is_worth_another_try(const HttpResult& result);

// The pause before try number `next_try` (2, 3, …). `jitter` in [-1, 1]: a fifth less, a fifth more. None: the answer asks for
// more than `most_patience`.
std::optional<std::chrono::milliseconds> pause_before(int next_try, const RetryPolicy& policy, const HttpResult& result,
                                                      double jitter);

// Sends by `send` (with the number of the try, from 1) until an answer is worth keeping, or no try is left. A stop or the
// deadline ends it: then what came last is given back, Stopped where it was stopped.
HttpResult read_with_retries(const std::function<HttpResult(int)>& send, const RetryPolicy& policy,
                             const HttpLimits& limits);

}  // namespace pairform::azure
