// What every state backend must do, whatever it keeps its bytes in. A backend takes part by instantiating
// StateBackendConformance with a factory, and StateBackendProcesses too if processes can share its store; include this
// in one source of a test program only. `open` is called several times with the same place and must give each time
// another view of the same store.
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/state/journal.h"
#include "engine/state/state_backend.h"
#include "tests/support/temporary_directory.h"

namespace pairform {

struct BackendFactory {
  std::string name;
  std::function<StateParts(const std::filesystem::path& place)> open;
  // Takes the lock away from whoever holds it, so that another may have it.
  std::function<void(const std::filesystem::path& place)> lose_lock;
};

class StateBackendSuite : public ::testing::TestWithParam<BackendFactory> {
 protected:
  std::unique_ptr<StateBackend> open() const {
    return std::make_unique<StateBackend>(GetParam().open(directory_.path()));
  }
  static bool lock(StateBackend& backend, std::chrono::milliseconds timeout = {}) {
    LockOwner holder;
    return backend.lock({"bo@desk", "test", "2026-11-22T12:00:00Z", 1, "b0"}, timeout, holder);
  }
  std::unique_ptr<StateBackend> open_locked() const {
    auto backend = open();
    EXPECT_TRUE(lock(*backend));
    return backend;
  }
  void lose_lock() const { GetParam().lose_lock(directory_.path()); }
  static std::string line(std::uint32_t step) {
    static const StringPool pool;
    return encode(JournalOutcome{step, JournalResult::Done, {}}, pool, {});
  }
  TemporaryDirectory directory_;
};

class StateBackendConformance : public StateBackendSuite {};

TEST_P(StateBackendConformance, BeginsWithNothing) {
  const auto backend = open();
  const StoredState stored = backend->load();
  EXPECT_FALSE(stored.state);
  EXPECT_EQ(stored.journal, "");
  EXPECT_FALSE(backend->locked_by());
  EXPECT_FALSE(backend->lock_lost());
}

TEST_P(StateBackendConformance, LoadsTheBytesThatWereStored) {
  const auto backend = open_locked();
  std::string large;
  while (large.size() < 20'000'000) large += "{\"address\":\"network.n" + std::to_string(large.size()) + "\"}\n";
  for (const std::string& bytes : {std::string("one\n\0\xFFtwo", 9), std::string(), std::string("ü 漢字 🌏\n"), large}) {
    ASSERT_EQ(backend->store(bytes, backend->load().version), StoreAnswer::Durable);
    const StoredState stored = open()->load();
    ASSERT_TRUE(stored.state);
    EXPECT_TRUE(*stored.state == bytes) << bytes.size() << " bytes";
    EXPECT_EQ(backend->load().version, stored.version);
  }
}

TEST_P(StateBackendConformance, RefusesToReplaceAnotherVersion) {
  const auto backend = open_locked();
  const std::string none = backend->load().version;
  ASSERT_EQ(backend->store("one", none), StoreAnswer::Durable);
  const std::string one = backend->load().version;
  ASSERT_EQ(backend->store("two", one), StoreAnswer::Durable);
  ASSERT_EQ(backend->append("records\n"), AppendAnswer::Durable);
  EXPECT_EQ(backend->store("three", one), StoreAnswer::Moved);
  EXPECT_EQ(backend->store("three", none), StoreAnswer::Moved);
  EXPECT_EQ(backend->load().state, "two");
  EXPECT_EQ(backend->load().journal, "records\n");
}

TEST_P(StateBackendConformance, NamesEqualBytesBySameVersion) {
  const auto backend = open_locked();
  ASSERT_EQ(backend->store("one", backend->load().version), StoreAnswer::Durable);
  const std::string one = backend->load().version;
  ASSERT_EQ(backend->store("two", one), StoreAnswer::Durable);
  EXPECT_NE(backend->load().version, one);
  ASSERT_EQ(backend->store("one", backend->load().version), StoreAnswer::Durable);
  EXPECT_EQ(backend->load().version, one);
}

TEST_P(StateBackendConformance, LoadsWhatWasAppendedInOrder) {
  const auto backend = open_locked();
  ASSERT_EQ(backend->append("one\n"), AppendAnswer::Durable);
  ASSERT_EQ(backend->append("two\nthree\n"), AppendAnswer::Durable);
  EXPECT_EQ(open()->load().journal, "one\ntwo\nthree\n");
  EXPECT_FALSE(open()->load().state);
}

TEST_P(StateBackendConformance, CutsATornTailBeforeItAppends) {
  {
    const auto backend = open_locked();
    ASSERT_EQ(backend->append(line(1)), AppendAnswer::Durable);
    ASSERT_EQ(backend->append(line(2).substr(0, 20)), AppendAnswer::Durable);  // as a crash leaves it
  }
  EXPECT_EQ(open()->load().journal, line(1) + line(2).substr(0, 20)) << "a reader gets all, and cuts nothing off";
  const auto next = open_locked();
  ASSERT_EQ(next->append(line(3)), AppendAnswer::Durable);
  EXPECT_EQ(open()->load().journal, line(1) + line(3));
}

TEST_P(StateBackendConformance, StoreRetiresTheJournal) {
  const auto backend = open_locked();
  ASSERT_EQ(backend->append("one\n"), AppendAnswer::Durable);
  ASSERT_EQ(backend->store("state", backend->load().version), StoreAnswer::Durable);
  EXPECT_EQ(open()->load().journal, "");
  ASSERT_EQ(backend->append("two\n"), AppendAnswer::Durable);
  EXPECT_EQ(open()->load().journal, "two\n");
  backend->unlock();
  const auto another = open_locked();
  ASSERT_EQ(another->store("more", another->load().version), StoreAnswer::Durable) << "without an append of its own";
  EXPECT_EQ(backend->load().journal, "");
}

TEST_P(StateBackendConformance, TheLockIsFreeAgainWhenLetGo) {
  const auto backend = open_locked(), other = open();
  EXPECT_FALSE(backend->lock_lost());
  EXPECT_FALSE(lock(*other));
  ASSERT_TRUE(other->locked_by());
  EXPECT_EQ(other->locked_by()->who, "bo@desk");
  EXPECT_EQ(other->locked_by()->id, "b0");
  backend->unlock();
  EXPECT_FALSE(other->locked_by());
  EXPECT_FALSE(backend->lock_lost()) << "let go is not lost";
  EXPECT_TRUE(lock(*other));
}

TEST_P(StateBackendConformance, WaitsForTheLockAsLongAsToldAndNoLonger) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  const auto backend = open_locked(), other = open();
  const auto start = Clock::now();
  EXPECT_FALSE(lock(*other, milliseconds(120)));
  const auto waited = Clock::now() - start;
  EXPECT_GE(waited, milliseconds(120));
  EXPECT_LT(waited, milliseconds(5000));
  std::thread release([&] {
    std::this_thread::sleep_for(milliseconds(100));
    backend->unlock();
  });
  EXPECT_TRUE(lock(*other, milliseconds(20000)));
  release.join();
}

TEST_P(StateBackendConformance, ALostLockRefusesEveryWrite) {
  const auto backend = open_locked();
  ASSERT_EQ(backend->store("one", backend->load().version), StoreAnswer::Durable);
  ASSERT_EQ(backend->append(line(1)), AppendAnswer::Durable);
  lose_lock();
  EXPECT_TRUE(backend->lock_lost());
  EXPECT_EQ(backend->append(line(2)), AppendAnswer::LockLost);
  EXPECT_EQ(backend->store("two", backend->load().version), StoreAnswer::LockLost);
  EXPECT_EQ(open()->load().state, "one");
  EXPECT_EQ(open()->load().journal, line(1));
}

TEST_P(StateBackendConformance, ALostLockIsAnothersAndStaysLost) {
  const auto backend = open_locked();
  ASSERT_EQ(backend->append(line(1)), AppendAnswer::Durable);
  lose_lock();
  const auto other = open();
  ASSERT_TRUE(lock(*other));
  EXPECT_FALSE(other->lock_lost());
  EXPECT_EQ(other->append(line(2)), AppendAnswer::Durable);
  EXPECT_EQ(backend->append(line(3)), AppendAnswer::LockLost);
  EXPECT_EQ(other->load().journal, line(1) + line(2));
  backend->unlock();
  EXPECT_TRUE(other->locked_by()) << "who has lost it does not let go of another's";
  EXPECT_EQ(other->append(line(4)), AppendAnswer::Durable);
  other->unlock();

  const auto third = open_locked();
  lose_lock();
  const auto fourth = open();
  ASSERT_TRUE(lock(*fourth));
  fourth->unlock();
  EXPECT_TRUE(third->lock_lost()) << "free again, but another run may have written";
  EXPECT_EQ(third->append(line(5)), AppendAnswer::LockLost);
}

TEST_P(StateBackendConformance, AWaiterGetsALockThatItsHolderHasLost) {
  const auto backend = open_locked(), other = open();
  std::thread loser([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    lose_lock();
  });
  EXPECT_TRUE(lock(*other, std::chrono::milliseconds(20000)));
  loser.join();
  EXPECT_FALSE(other->lock_lost());
  EXPECT_TRUE(backend->lock_lost());
}

// State n and the journal of the run that starts from n: a reader never sees that journal beside another state than n,
// or n + 1 while the journal is not retired yet.
TEST_P(StateBackendConformance, LoadDuringStoreSeesAJournalThatBelongsToTheState) {
  const auto writer = open_locked(), reader = open();
  ASSERT_EQ(writer->store("1 " + std::string(100'000, 'x'), ""), StoreAnswer::Durable);
  std::atomic<bool> over = false;
  std::thread writing([&] {
    for (std::uint32_t n = 1; n <= 60; ++n) {
      EXPECT_EQ(writer->append(line(n)), AppendAnswer::Durable);
      const std::string next = std::to_string(n + 1) + " " + std::string(100'000 + n, 'x');
      EXPECT_EQ(writer->store(next, writer->load().version), StoreAnswer::Durable);
    }
    over = true;
  });
  while (!over) {
    const StoredState stored = reader->load();
    ASSERT_TRUE(stored.state);
    const auto n = static_cast<std::uint32_t>(std::stoul(*stored.state));
    EXPECT_EQ(stored.state->size(), std::to_string(n).size() + 1 + 100'000 + n - 1) << "a whole state";
    EXPECT_TRUE(stored.journal.empty() || stored.journal == line(n) || stored.journal == line(n - 1))
        << "state " << n << ", journal " << stored.journal;
  }
  writing.join();
}

// A process that takes the lock, then does `work`, and lives until it is killed.
class LockingProcess {
 public:
  LockingProcess(const BackendFactory& factory, const std::filesystem::path& place,
                 const std::function<void(StateBackend&)>& work = {}) {
    int ready[2] = {-1, -1};
    if (::pipe(ready) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      LockOwner holder;
      StateBackend backend(factory.open(place));
      const bool locked = backend.lock({"ana@build1", "apply", "2026-11-22T12:00:00Z", ::getpid(), "a1"}, {}, holder);
      if (!locked || ::write(ready[1], "x", 1) != 1) ::_exit(1);
      if (work) work(backend);
      while (true) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    has_lock_ = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
  }
  LockingProcess(const LockingProcess&) = delete;
  LockingProcess& operator=(const LockingProcess&) = delete;
  ~LockingProcess() { kill(); }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  bool has_lock() const { return has_lock_; }
  long process() const { return process_; }

 private:
  pid_t process_ = -1;
  bool has_lock_ = false;
};

class StateBackendProcesses : public StateBackendSuite {};

TEST_P(StateBackendProcesses, TheLockExcludesASecondAndSaysWho) {
  const LockingProcess other(GetParam(), directory_.path());
  ASSERT_TRUE(other.has_lock());
  const auto backend = open();
  LockOwner holder;
  EXPECT_FALSE(backend->lock({}, {}, holder));
  EXPECT_EQ(describe(holder),
            "ana@build1 (process " + std::to_string(other.process()) + "), apply since 2026-11-22T12:00:00Z");
  EXPECT_EQ(holder.id, "a1");
  const std::optional<LockOwner> owner = backend->locked_by();
  ASSERT_TRUE(owner);
  EXPECT_EQ(describe(*owner), describe(holder));
}

TEST_P(StateBackendProcesses, OfManyAtOnceOneHasTheLock) {
  constexpr int k_processes = 16;
  int said[2] = {-1, -1};
  ASSERT_EQ(::pipe(said), 0);
  std::vector<pid_t> processes;
  for (int i = 0; i < k_processes; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      StateBackend backend(GetParam().open(directory_.path()));
      const char byte = lock(backend) ? '1' : '0';
      if (::write(said[1], &byte, 1) != 1) ::_exit(1);
      while (true) ::pause();
    }
    processes.push_back(child);
  }
  int holders = 0;
  for (int i = 0; i < k_processes; ++i) {
    char byte = 0;
    ASSERT_EQ(::read(said[0], &byte, 1), 1);
    holders += byte == '1' ? 1 : 0;
  }
  EXPECT_EQ(holders, 1);
  for (const pid_t child : processes) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  ::close(said[0]);
  ::close(said[1]);
  EXPECT_TRUE(lock(*open()));
}

TEST_P(StateBackendProcesses, TheLockDiesWithItsHolder) {
  LockingProcess other(GetParam(), directory_.path());
  ASSERT_TRUE(other.has_lock());
  const auto backend = open();
  ASSERT_FALSE(lock(*backend));
  other.kill();
  EXPECT_FALSE(backend->locked_by());
  EXPECT_TRUE(lock(*backend));
}

// Killed at many moments: state is a whole one, and the journal its run's lines in order, of which only the last may be
// torn. The next run appends behind them.
TEST_P(StateBackendProcesses, KilledWhileWritingLeavesWholeStateAndAJournalWithATornTailAtMost) {
  const auto whole = [](std::uint32_t n) { return std::to_string(n) + ' ' + std::string(300'000, 'x'); };
  for (int moment = 0; moment < 40; ++moment) {
    LockingProcess writer(GetParam(), directory_.path(), [&](StateBackend& backend) {
      for (std::uint32_t n = 0;; ++n) {
        for (std::uint32_t step = 0; step < 3; ++step)
          if (backend.append(line(step)) != AppendAnswer::Durable) ::_exit(1);
        if (backend.store(whole(n), backend.load().version) != StoreAnswer::Durable) ::_exit(1);
      }
    });
    ASSERT_TRUE(writer.has_lock());
    std::this_thread::sleep_for(std::chrono::microseconds(700 * moment));
    writer.kill();
    const auto next = open_locked();
    const StoredState stored = next->load();
    if (stored.state) {
      EXPECT_TRUE(*stored.state == whole(static_cast<std::uint32_t>(std::stoul(*stored.state))));
    }
    std::string rest = stored.journal.substr(0, journal_sound_size(stored.journal));
    for (std::uint32_t step = 0; !rest.empty(); step = (step + 1) % 3) {
      ASSERT_TRUE(rest.starts_with(line(step))) << stored.journal;
      rest.erase(0, line(step).size());
    }
    ASSERT_EQ(next->append(line(7)), AppendAnswer::Durable);
    EXPECT_TRUE(next->load().journal.ends_with(line(7)));
    ASSERT_EQ(next->store(whole(0), stored.version), StoreAnswer::Durable);
  }
}

}  // namespace pairform
