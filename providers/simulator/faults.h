// What goes wrong in the simulator on purpose: faults asked for by `sim fail`, a seeded share of writes,
// throttling. All of it is counted in the database, so it does not depend on which process or thread comes:
// what fails for the same calls is the same every time. Callers hold a write transaction, and commit it
// whatever the answer: a fault that was met is used up.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "providers/simulator/database.h"

namespace pairform::simulator {

enum class FaultError { Throttled, Unavailable, Conflict, Denied, Lost, Wrong };
std::string_view fault_error_text(FaultError error);
std::optional<FaultError> parse_fault_error(std::string_view text);

struct Fault {
  std::string verb;        // create, update, delete, read, poll
  std::string kind;        // network, mapping, vm, nic
  std::int64_t after = 0;  // so many calls pass first
  std::int64_t times = 1;  // then so many fail
  FaultError error = FaultError::Unavailable;
};

void add_fault(Database& database, const Fault& fault);
bool has_faults(Database& database);  // read only: worth knowing before a read opens a write transaction
// The fault that this call meets, the oldest if several wait for it; each of them counts the call.
std::optional<FaultError> meet_fault(Database& database, std::string_view verb, std::string_view kind);

// Lets in at most `limit` writes in each second of the clock; else how long to wait. 0 = no limit.
std::optional<std::chrono::milliseconds> throttle(Database& database, std::int64_t limit,
                                                  std::chrono::system_clock::time_point now);

// Should this write fail? `share` of them do, chosen by the seed, the write (its verb and id) and how often
// it has been sent; a write that was made to fail passes the next time.
bool fails_once(Database& database, double share, std::uint64_t seed, std::string_view write);

// A number in [0, 1) that follows from its arguments (splitmix64 over FNV-1a).
double seeded_share(std::uint64_t seed, std::string_view text, std::uint64_t count);

}  // namespace pairform::simulator
