#include "cli/duration_text.h"

#include <fmt/format.h>

namespace pairform {

std::string duration_text(std::chrono::steady_clock::duration length) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
  if (seconds < 60) return fmt::format("{} s", seconds);
  const auto two = [](auto whole, char unit, auto rest, char unit_of_rest) {
    return rest == 0 ? fmt::format("{} {}", whole, unit) : fmt::format("{} {} {} {}", whole, unit, rest, unit_of_rest);
  };
  if (seconds < 3600) return two(seconds / 60, 'm', seconds % 60, 's');
  return two(seconds / 3600, 'h', seconds / 60 % 60, 'm');
}

std::string short_duration_text(std::chrono::steady_clock::duration length) {
  const auto rounded = length + std::chrono::milliseconds(50);
  const auto tenths = rounded / std::chrono::milliseconds(100);
  return tenths < 100 ? fmt::format("{}.{} s", tenths / 10, tenths % 10) : duration_text(rounded);
}

}  // namespace pairform
