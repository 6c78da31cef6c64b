#include "engine/state/utc_time.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace pairform {

std::string utc_text(std::chrono::system_clock::time_point at, TimeDigits digits) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const std::string second = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
  return digits == TimeDigits::Seconds ? second + 'Z' : fmt::format("{}.{:03}Z", second, milliseconds % 1000);
}

}  // namespace pairform
