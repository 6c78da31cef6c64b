// The seam to where state, journal and lock are kept. `file` is the first; a database, a blob with a lease and the
// Terraform http protocol come later. Everything here is bytes: what they mean is state_file.h and journal.h.
// Threads: one at a time. The machine's failures (disk full, no permission) are std::system_error.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pairform {

struct StoredState {
  std::optional<std::string> state;  // the bytes; none: never stored
  std::string journal;               // the bytes of the journal, empty: none
  std::string version;               // opaque: names exactly these state bytes
};

// Who holds the lock, since when, doing what: told to whoever finds it taken.
struct LockOwner {
  std::string who;        // user@host
  std::string operation;  // "apply"
  std::string since;      // UTC, ISO 8601
  long process = 0;
};
std::string describe(const LockOwner& owner);

// Held while it lives; dies with its process.
class StateLock {
 public:
  virtual ~StateLock() = default;
};

class StateBackend {
 public:
  virtual ~StateBackend() = default;
  virtual StoredState load() = 0;
  // Takes the lock, waiting up to `timeout`. Null if it stays taken; `holder` then says by whom, as far as known.
  virtual std::unique_ptr<StateLock> lock(const LockOwner& owner, std::chrono::milliseconds timeout,
                                          LockOwner& holder) = 0;
  // The owner of the lock if somebody holds it now, without taking it.
  virtual std::optional<LockOwner> locked_by() = 0;
  // Appends to the journal and syncs: on return the bytes are durable. Needs the lock.
  virtual void append(std::string_view journal_bytes) = 0;
  // Replaces state atomically and durably and retires the journal. Needs the lock. False if the stored state is
  // not `expected_version` any more (somebody pulled another one): nothing is changed then.
  virtual bool store(std::string_view state, std::string_view expected_version) = 0;
};

}  // namespace pairform
