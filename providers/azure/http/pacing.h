// When the next request may start. A service counts requests by what they do, and says how many are left; whoever asks
// on is refused for minutes. Where few are left, requests of that class start k_pace apart; where one was refused, none of
// its class starts before the time that the refusal named. So a storm costs one refusal a class, not one a request.
//
// ARM: 250 reads at 25 a second, 200 writes and 200 deletes at 10 a second, by region, subscription and principal
// (learn.microsoft.com, azure-resource-manager/management/request-limits-and-throttling).
// Threads: any number.
#pragma once
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>

#include "providers/azure/http/client.h"

namespace pairform::azure {

enum class VerbClass { Read, Write, Delete };
VerbClass verb_class(std::string_view method);

constexpr long k_few_left = 20;
constexpr std::chrono::milliseconds k_pace{200};

class Pacing {
 public:
  using Clock = std::chrono::steady_clock;

  // When a request of this class may start, asked at `now`; the time is taken: the next one gets a later one.
  Clock::time_point next(VerbClass verbs, Clock::time_point now);
  // What an answer says of the requests that follow.
  void learn(VerbClass verbs, const HttpAnswer& answer, Clock::time_point now);

 private:
  struct Lane {
    bool few_left = false;
    Clock::time_point free_at{};  // no request starts before
  };
  std::mutex mutex_;
  std::array<Lane, 3> lanes_;
};

// Sleeps until `until`. False: stopped, or `until` is after the deadline.
bool wait_until(std::chrono::steady_clock::time_point until, const HttpLimits& limits);

}  // namespace pairform::azure
