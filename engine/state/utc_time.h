// A moment as text, in UTC as ISO 8601 writes it. Locks and events show it; nothing of a plan or of state depends on
// it.
#pragma once
#include <chrono>
#include <string>

namespace pairform {

enum class TimeDigits { Seconds, Milliseconds };
// "2026-02-01T12:30:00Z", "2026-02-01T12:30:00.250Z".
std::string utc_text(std::chrono::system_clock::time_point at, TimeDigits digits);

}  // namespace pairform
