#include "providers/simulator/faults.h"

#include <array>
#include <vector>

namespace pairform::simulator {
namespace {

constexpr std::array<std::string_view, 6> k_errors{"throttled", "unavailable", "conflict", "denied", "lost", "wrong"};

struct Waiting {
  std::int64_t number, after, times;
  std::string error;
};

std::vector<Waiting> waiting_faults(Database& database, std::string_view verb, std::string_view kind) {
  std::vector<Waiting> found;
  Statement rows =
      database.prepare("SELECT number, after, times, error FROM fault WHERE verb = ? AND kind = ? ORDER BY number");
  rows.bind(verb).bind(kind);
  while (rows.step()) found.push_back({rows.integer(0), rows.integer(1), rows.integer(2), std::string(rows.text(3))});
  return found;
}

}  // namespace

std::string_view fault_error_text(FaultError error) { return k_errors[static_cast<std::size_t>(error)]; }

std::optional<FaultError> parse_fault_error(std::string_view text) {
  for (std::size_t i = 0; i < k_errors.size(); ++i)
    if (k_errors[i] == text) return static_cast<FaultError>(i);
  return std::nullopt;
}

void add_fault(Database& database, const Fault& fault) {
  database.prepare("INSERT INTO fault(verb, kind, after, times, error) VALUES(?, ?, ?, ?, ?)")
      .bind(fault.verb)
      .bind(fault.kind)
      .bind(fault.after)
      .bind(fault.times)
      .bind(fault_error_text(fault.error))
      .run();
}

bool has_faults(Database& database) { return database.prepare("SELECT 1 FROM fault LIMIT 1").step(); }

std::optional<FaultError> meet_fault(Database& database, std::string_view verb, std::string_view kind) {
  // One call meets one fault, the oldest whose `after` is used up; every other fault of the kind counts the call.
  std::optional<FaultError> met;
  for (const Waiting& fault : waiting_faults(database, verb, kind)) {
    if (fault.after > 0) {
      database.prepare("UPDATE fault SET after = after - 1 WHERE number = ?").bind(fault.number).run();
    } else if (!met) {
      met = parse_fault_error(fault.error);
      if (fault.times > 1)
        database.prepare("UPDATE fault SET times = times - 1 WHERE number = ?").bind(fault.number).run();
      else database.prepare("DELETE FROM fault WHERE number = ?").bind(fault.number).run();
    }
  }
  return met;
}

std::optional<std::chrono::milliseconds> throttle(Database& database, std::int64_t limit,
                                                  std::chrono::system_clock::time_point now) {
  using namespace std::chrono;
  if (limit <= 0) return std::nullopt;
  const milliseconds since_epoch = duration_cast<milliseconds>(now.time_since_epoch());
  const std::int64_t second = since_epoch.count() / 1000;
  // One row counts the writes of the current second, for all processes; it is full where the second update finds none.
  database.prepare("UPDATE throttle SET second = ?, writes = 0 WHERE second <> ?").bind(second).bind(second).run();
  database.prepare("UPDATE throttle SET writes = writes + 1 WHERE writes < ?").bind(limit).run();
  if (database.changes() != 0) return std::nullopt;
  return milliseconds(1000 - since_epoch.count() % 1000);
}

bool fails_once(Database& database, double share, std::uint64_t seed, std::string_view write) {
  if (share <= 0) return false;
  std::int64_t sent = 0;
  bool failed = false;
  {
    Statement row = database.prepare("SELECT sent, failed FROM attempt WHERE write = ?");
    if (row.bind(write).step()) {
      sent = row.integer(0);
      failed = row.integer(1) != 0;
    }
  }
  const bool fails = !failed && seeded_share(seed, write, static_cast<std::uint64_t>(sent)) < share;
  database.prepare("INSERT OR REPLACE INTO attempt VALUES(?, ?, ?)")
      .bind(write)
      .bind(sent + 1)
      .bind(std::int64_t{fails ? 1 : 0})
      .run();
  return fails;
}

double seeded_share(std::uint64_t seed, std::string_view text, std::uint64_t count) {
  // FNV-1a of the text, then the finalizer of SplitMix64: the same seed, text and count give the same share everywhere.
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  std::uint64_t mixed = hash + seed * 0xD1342543DE82EF95ULL + (count + 1) * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  mixed ^= mixed >> 31;
  return static_cast<double>(mixed >> 11) * 0x1.0p-53;
}

}  // namespace pairform::simulator
