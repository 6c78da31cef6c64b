// A state backend in memory, for tests: its lock can be lost on demand, and what was written can be looked at.
// Every view of one place shares the bytes; views may be used on different threads.
#pragma once
#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/state/journal.h"
#include "engine/state/state_backend.h"
#include "schema/sha256.h"

namespace pairform {

// What is kept. `holder` counts the takings of the lock, 0: nobody has it. A lock is held while its number stands here.
struct MemoryPlace {
  std::mutex mutex;
  std::optional<std::string> state;
  std::string journal;
  unsigned holder = 0;
  unsigned takings = 0;
  LockOwner owner;

  // Another run could take the lock from now on, as after a lease has ended.
  void lose_lock() {
    const std::lock_guard guard(mutex);
    holder = 0;
  }
};

namespace memory {

class Store : public StateStore {
 public:
  explicit Store(std::shared_ptr<MemoryPlace> place) : place_(std::move(place)) {}
  void check() override {}
  void load(StoredState& stored) override {
    const std::lock_guard guard(place_->mutex);
    stored.state = place_->state;
    stored.version = loaded_ = version();
  }
  bool changed_since_load() override {
    const std::lock_guard guard(place_->mutex);
    return version() != loaded_;
  }
  StoreAnswer store(std::string_view state, std::string_view expected_version) override {
    const std::lock_guard guard(place_->mutex);
    if (version() != expected_version) return StoreAnswer::Moved;
    place_->state = state;
    return StoreAnswer::Durable;
  }

 private:
  std::string version() const { return place_->state ? sha256_name(*place_->state) : ""; }
  std::shared_ptr<MemoryPlace> place_;
  std::string loaded_;
};

class Journal : public StateJournal {
 public:
  explicit Journal(std::shared_ptr<MemoryPlace> place) : place_(std::move(place)) {}
  std::string load() override {
    const std::lock_guard guard(place_->mutex);
    return place_->journal;
  }
  AppendAnswer append(std::string_view bytes) override {
    const std::lock_guard guard(place_->mutex);
    if (!tail_is_sound_) place_->journal.resize(journal_sound_size(place_->journal));
    tail_is_sound_ = true;
    place_->journal += bytes;
    return AppendAnswer::Durable;
  }
  void retire() override {
    const std::lock_guard guard(place_->mutex);
    place_->journal.clear();
    tail_is_sound_ = true;
  }

 private:
  std::shared_ptr<MemoryPlace> place_;
  bool tail_is_sound_ = false;
};

class Lock : public StateLock {
 public:
  Lock(std::shared_ptr<MemoryPlace> place, unsigned taking) : place_(std::move(place)), taking_(taking) {}
  ~Lock() override {
    const std::lock_guard guard(place_->mutex);
    if (place_->holder == taking_) place_->holder = 0;
  }
  bool held() override {
    const std::lock_guard guard(place_->mutex);
    return place_->holder == taking_;
  }

 private:
  std::shared_ptr<MemoryPlace> place_;
  unsigned taking_;
};

class Locker : public StateLocker {
 public:
  explicit Locker(std::shared_ptr<MemoryPlace> place) : place_(std::move(place)) {}
  std::unique_ptr<StateLock> lock(const LockOwner& owner, std::chrono::milliseconds timeout,
                                  LockOwner& holder) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
      {
        const std::lock_guard guard(place_->mutex);
        if (place_->holder == 0) {
          place_->holder = ++place_->takings;
          place_->owner = owner;
          return std::make_unique<Lock>(place_, place_->holder);
        }
        holder = place_->owner;
      }
      if (std::chrono::steady_clock::now() >= deadline) return nullptr;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  std::optional<LockOwner> locked_by() override {
    const std::lock_guard guard(place_->mutex);
    return place_->holder == 0 ? std::nullopt : std::optional(place_->owner);
  }

 private:
  std::shared_ptr<MemoryPlace> place_;
};

}  // namespace memory

inline StateParts memory_parts(const std::shared_ptr<MemoryPlace>& place) {
  return {std::make_unique<memory::Store>(place),
          std::make_unique<memory::Journal>(place),
          std::make_unique<memory::Locker>(place),
          {.noun = "text",
           .state = "memory",
           .journal = "the journal in memory",
           .lock_gone = "the test has taken the lock away",
           .lock_ends = "the lock ends with the test",
           .restore = "Begin anew",
           .older = "take older bytes",
           .one_side = "Take one side",
           .of_its_own = "Give it a place of its own",
           .drop_journal = "Drop it",
           .look_at = "look at the memory"}};
}

}  // namespace pairform
