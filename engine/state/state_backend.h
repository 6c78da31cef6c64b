// The seam to where state, journal and lock are kept: three parts, which a backend brings together. `file` is the
// first backend (file_backend.h); others are in backend_set.h. Everything here is bytes: what they mean is state_file.h
// and journal.h. The Terraform http protocol has no append, so a backend for it brings a store and a lock of its own
// and the file backend's journal.
//
// The fence. A holder that was stopped (a laptop asleep, a runner without network) may have lost its lock to another
// run without knowing it. So the intent of every step is appended before the step is sent, and the step is sent only
// after that append has answered Durable: an append answers LockLost where the lock is gone. Never send before.
// A lock that was lost stays lost for this backend, even if it is free again: another run may have written meanwhile.
//
// Errors: what the machine or the service cannot do is a StateError; it says nothing about the lock.
// Threads: one at a time. Only StateLock::held may be asked while a thread of the backend's own renews a lease.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "engine/state/state_words.h"

namespace pairform {

enum class StateErrorKind : std::uint8_t {
  Denied,    // by permissions, or by credentials
  NoSpace,   // a full disk, a quota, a limit on size
  TryAgain,  // for a moment only: a time limit, a busy service
  Other,
};

// A read or a write that failed. what() names what was tried, where, and why it failed.
class StateError : public std::runtime_error {
 public:
  StateError(StateErrorKind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  StateErrorKind kind() const { return kind_; }

 private:
  StateErrorKind kind_;
};

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
  long process = 0;       // on that host
  std::string id;         // of this one taking of the lock, 32 hex digits: for services that unlock by it
};
std::string describe(const LockOwner& owner);

enum class AppendAnswer : std::uint8_t {
  Durable,   // the bytes survive a crash, and the lock was held until they did
  LockLost,  // somebody else may be writing: send nothing. The bytes may be there or not
};
enum class StoreAnswer : std::uint8_t {
  Durable,
  LockLost,  // nothing is changed
  Moved,     // what is stored is not the expected version any more (a `git pull`): nothing is changed
};

class StateStore {
 public:
  virtual ~StateStore() = default;
  // Before anything is sent: can state be stored here (rights, path, version of tables)? A StateError says why not.
  virtual void check() = 0;
  // Sets `state` and `version`.
  virtual void load(StoredState& stored) = 0;
  // Has another state been stored since the last load? Asked after the journal was read, so that both belong together;
  // cheap. A store that reads both from one snapshot answers false.
  virtual bool changed_since_load() = 0;
  // Replaces state, atomically and durably.
  virtual StoreAnswer store(std::string_view state, std::string_view expected_version) = 0;
};

class StateJournal {
 public:
  virtual ~StateJournal() = default;
  virtual std::string load() = 0;  // empty: nothing was appended since it was last retired
  virtual AppendAnswer append(std::string_view bytes) = 0;
  // Empties it, after state was stored. A store that does this in its own transaction leaves nothing to do here. If it
  // does not happen, nothing is lost: the journal's last record says which state it was folded into.
  virtual void retire() = 0;
};

// A lock that was taken. Destroying it lets go. It dies with its process.
class StateLock {
 public:
  virtual ~StateLock() = default;
  // Still ours? Cheap (it is asked many times a second), waits for nothing. Never true again after it was false.
  virtual bool held() = 0;
};

class StateLocker {
 public:
  virtual ~StateLocker() = default;
  // Takes the lock, waiting up to `timeout`. Null if it stays taken; `holder` then says by whom, as far as known.
  virtual std::unique_ptr<StateLock> lock(const LockOwner& owner, std::chrono::milliseconds timeout,
                                          LockOwner& holder) = 0;
  // The owner of the lock if somebody holds it now, without taking it.
  virtual std::optional<LockOwner> locked_by() = 0;
};

// What a backend brings. All are there.
struct StateParts {
  std::unique_ptr<StateStore> store;
  std::unique_ptr<StateJournal> journal;
  std::unique_ptr<StateLocker> locker;
  StateWords words;
};

// The three parts in use: what the passes and commands speak to.
class StateBackend {
 public:
  explicit StateBackend(StateParts parts) : parts_(std::move(parts)) {}
  const StateWords& words() const { return parts_.words; }

  // Needs no lock. State and journal belong together.
  StoredState load();
  // Takes the lock, waiting up to `timeout`, and checks that state can be stored. False if it stays taken; `holder`
  // then says by whom. Held until `unlock`, or until this is destroyed.
  bool lock(const LockOwner& owner, std::chrono::milliseconds timeout, LockOwner& holder);
  void unlock() { lock_.reset(); }
  std::optional<LockOwner> locked_by() { return parts_.locker->locked_by(); }
  // The lock was taken, and was lost since: write nothing, send nothing. Cheap.
  bool lock_lost() { return lock_ != nullptr && !lock_->held(); }

  // Both need the lock.
  [[nodiscard]] AppendAnswer append(std::string_view journal_bytes);
  // Retires the journal, too, where the answer is Durable.
  [[nodiscard]] StoreAnswer store(std::string_view state, std::string_view expected_version);

 private:
  StateParts parts_;
  std::unique_ptr<StateLock> lock_;  // null: not taken
};

}  // namespace pairform
