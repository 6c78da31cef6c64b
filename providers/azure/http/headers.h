// Headers of an answer. Names have no case: one front of a service writes `azure-asyncoperation`, another one
// `Azure-AsyncOperation`.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pairform::azure {

struct Header {
  std::string name;  // lower-cased
  std::string value;
};

class Headers {
 public:
  // A line as it came, with or without its end: "Retry-After: 30\r\n". A line without a colon is no header.
  void add(std::string_view line);
  void clear() { headers_.clear(); }
  // The last one of that name (lower-case); "" where there is none.
  std::string_view get(std::string_view name) const;
  const std::vector<Header>& all() const { return headers_; }

 private:
  std::vector<Header> headers_;
};

// When the answer was sent, by `Date`; none where that is not given or not understood.
std::optional<std::chrono::system_clock::time_point> date_of(const Headers& headers);

// What `Retry-After` asks for: seconds, or a date, which is read against the `Date` of the same answer, since the clock of
// this machine may be wrong. None where it is not given or not understood; never negative.
std::optional<std::chrono::milliseconds> retry_after(const Headers& headers);

// The least of the counters whose names begin with `prefix` ("x-ms-ratelimit-remaining-"). Only whole numbers count:
// Compute writes lists there. None where there is none.
std::optional<long> least_remaining(const Headers& headers, std::string_view prefix);

}  // namespace pairform::azure
