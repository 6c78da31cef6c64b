#include "engine/state/state_backend.h"

#include "schema/check.h"

namespace pairform {

std::string describe(const LockOwner& owner) {
  if (owner.who.empty()) return "somebody who has not said who";
  return owner.who + " (process " + std::to_string(owner.process) + "), " + owner.operation + " since " + owner.since;
}

StoredState StateBackend::load() {
  constexpr int k_tries = 100;  // each lost one is an apply that ended meanwhile
  StoredState stored;
  for (int i = 0; i < k_tries; ++i) {
    parts_.store->load(stored);
    stored.journal = parts_.journal->load();
    if (!parts_.store->changed_since_load()) break;
  }
  return stored;
}

bool StateBackend::lock(const LockOwner& owner, std::chrono::milliseconds timeout, LockOwner& holder) {
  PAIRFORM_CHECK(lock_ == nullptr);
  lock_ = parts_.locker->lock(owner, timeout, holder);
  if (lock_ == nullptr) return false;
  parts_.store->check();
  return true;
}

// Asked before, so that nothing is written into the journal of whoever has the lock now; and after, because the answer
// Durable lets a step be sent.
AppendAnswer StateBackend::append(std::string_view journal_bytes) {
  PAIRFORM_CHECK(lock_ != nullptr);
  if (lock_lost()) return AppendAnswer::LockLost;
  const AppendAnswer answer = parts_.journal->append(journal_bytes);
  return lock_lost() ? AppendAnswer::LockLost : answer;
}

StoreAnswer StateBackend::store(std::string_view state, std::string_view expected_version) {
  PAIRFORM_CHECK(lock_ != nullptr);
  if (lock_lost()) return StoreAnswer::LockLost;
  const StoreAnswer answer = parts_.store->store(state, expected_version);
  // Lost since: the journal may be another run's already.
  if (answer == StoreAnswer::Durable && !lock_lost()) parts_.journal->retire();
  return answer;
}

}  // namespace pairform
