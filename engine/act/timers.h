// What the scheduler is to do about a step at a time: its request is sent again, its accepted operation is polled, or
// what it wrote is looked up because it was not visible yet. The earliest first, then by step.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

namespace pairform {

struct Timer {
  enum class Kind { Retry, Poll, LookUp };
  std::chrono::steady_clock::time_point due;
  std::uint32_t step;
  Kind kind;
  bool operator>(const Timer& other) const { return std::tie(due, step) > std::tie(other.due, other.step); }
};

using Timers = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;

}  // namespace pairform
