// Times and peak memory of what runs in a process of its own, and gates on them: for programs that measure.
#pragma once
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string_view>

namespace pairform {

struct Measured {
  double seconds = 1e9;
  double peak_bytes = 0;
};

// Runs `body` in a process of its own.
template <class Body>
Measured measure(Body body) {
  const auto begun = std::chrono::steady_clock::now();
  const pid_t process = ::fork();
  if (process == 0) _exit(body());
  int status = 0;
  struct rusage usage {};
  if (process < 0 || ::wait4(process, &status, 0, &usage) != process || status != 0)
    throw std::runtime_error(fmt::format("a measured process ended with status {}", status));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
  return {spent.count(), static_cast<double>(usage.ru_maxrss) * 1024};
}

inline void take_best(Measured& best, const Measured& now) {
  best.seconds = std::min(best.seconds, now.seconds);
  best.peak_bytes = std::max(best.peak_bytes, now.peak_bytes);
}

inline bool gate(std::string_view what, double value, double most) {
  fmt::print("{}  {}: {:.2f}, at most {:.2f}\n", value <= most ? "ok    " : "FAILED", what, value, most);
  return value <= most;
}

}  // namespace pairform
