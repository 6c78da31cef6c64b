// How long something took or takes, for people.
#pragma once
#include <chrono>
#include <string>

namespace pairform {

// In whole seconds: "6 s", "3 m", "3 m 20 s", "1 h 5 m".
std::string duration_text(std::chrono::steady_clock::duration length);
// With a tenth of a second below ten seconds: "0.4 s", "1.2 s"; above as duration_text.
std::string short_duration_text(std::chrono::steady_clock::duration length);

}  // namespace pairform
