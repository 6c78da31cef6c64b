#include "providers/azure/http/headers.h"

#include <algorithm>
#include <charconv>

#include "providers/azure/http/curl_library.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<long> whole_number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

void Headers::add(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  headers_.push_back({ascii_lower(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
}

std::string_view Headers::get(std::string_view name) const {
  for (auto header = headers_.rbegin(); header != headers_.rend(); ++header)
    if (header->name == name) return header->value;
  return {};
}

namespace {
std::optional<time_t> date_in(const Headers& headers, std::string_view name) {
  const time_t at = curl().getdate(std::string(headers.get(name)).c_str(), nullptr);
  return at == -1 ? std::nullopt : std::optional(at);
}
}  // namespace

std::optional<std::chrono::system_clock::time_point> date_of(const Headers& headers) {
  const auto at = date_in(headers, "date");
  return at ? std::optional(std::chrono::system_clock::from_time_t(*at)) : std::nullopt;
}

std::optional<milliseconds> retry_after(const Headers& headers) {
  const std::string_view text = headers.get("retry-after");
  // A year is longer than anybody waits, and far from where the arithmetic ends.
  constexpr long k_most_seconds = 366L * 24 * 3600;
  if (const auto number = whole_number(text)) return milliseconds(seconds(std::min(*number, k_most_seconds)));
  if (text.empty()) return std::nullopt;
  const auto until = date_in(headers, "retry-after"), now = date_in(headers, "date");
  if (!until || !now) return std::nullopt;
  return milliseconds(seconds(std::clamp<long>(*until - *now, 0, k_most_seconds)));
}

std::optional<long> least_remaining(const Headers& headers, std::string_view prefix) {
  std::optional<long> least;
  for (const Header& header : headers.all()) {
    if (!header.name.starts_with(prefix)) continue;
    const std::optional<long> count = whole_number(header.value);
    if (count && (!least || *count < *least)) least = count;
  }
  return least;
}

}  // namespace pairform::azure
