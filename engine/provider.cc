#include "engine/provider.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace pairform {

bool sleep_unless_stopped(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
  if (!stop.stop_possible()) {
    std::this_thread::sleep_until(until);
    return true;
  }
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

std::optional<std::string_view> find_value(std::span<const NamedValue> attributes, std::string_view name) {
  for (const NamedValue& attribute : attributes)
    if (attribute.name == name) {
      if (!attribute.value) return std::nullopt;
      return std::string_view(*attribute.value);
    }
  return std::nullopt;
}

}  // namespace pairform
