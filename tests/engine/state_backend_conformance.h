// What every StateBackend must do, whatever it keeps its bytes in. A backend takes part by instantiating the
// suite with a factory; include this in one source of a test program only. `open` is called several times
// with the same place and must give each time another view of the same store.
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "engine/state/state_backend.h"

namespace pairform {

struct BackendFactory {
  std::string name;
  std::function<std::unique_ptr<StateBackend>(const std::filesystem::path& place)> open;
};

// A process that takes the lock and keeps it until it is killed.
class LockingProcess {
 public:
  LockingProcess(const BackendFactory& factory, const std::filesystem::path& place) {
    int ready[2] = {-1, -1};
    if (::pipe(ready) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      LockOwner holder;
      const auto backend = factory.open(place);
      const auto lock = backend->lock({"ana@build1", "apply", "2026-11-22T12:00:00Z", ::getpid()}, {}, holder);
      if (lock && ::write(ready[1], "x", 1) == 1)
        while (true) ::pause();
      ::_exit(1);
    }
    ::close(ready[1]);
    char byte = 0;
    has_lock_ = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
  }
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

class StateBackendConformance : public ::testing::TestWithParam<BackendFactory> {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "pairform-backend-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(place_); }
  std::unique_ptr<StateBackend> open() const { return GetParam().open(place_); }
  static std::unique_ptr<StateLock> lock(StateBackend& backend, std::chrono::milliseconds timeout = {}) {
    LockOwner holder;
    return backend.lock({"bo@desk", "test", "2026-11-22T12:00:00Z", 1}, timeout, holder);
  }
  std::filesystem::path place_;
};

TEST_P(StateBackendConformance, BeginsWithNothing) {
  const auto backend = open();
  const StoredState stored = backend->load();
  EXPECT_FALSE(stored.state);
  EXPECT_EQ(stored.journal, "");
  EXPECT_FALSE(backend->locked_by());
}

TEST_P(StateBackendConformance, LoadsTheBytesThatWereStored) {
  const auto backend = open();
  const auto held = lock(*backend);
  const std::string bytes("one\n\0\xFFtwo", 9);
  ASSERT_TRUE(backend->store(bytes, backend->load().version));
  const StoredState stored = open()->load();
  EXPECT_EQ(stored.state, bytes);
  EXPECT_EQ(backend->load().version, stored.version);
  ASSERT_TRUE(backend->store("", stored.version));
  EXPECT_EQ(open()->load().state, "");
  EXPECT_NE(open()->load().version, stored.version);
}

TEST_P(StateBackendConformance, RefusesToReplaceAnotherVersion) {
  const auto backend = open();
  const auto held = lock(*backend);
  const std::string none = backend->load().version;
  ASSERT_TRUE(backend->store("one", none));
  const std::string one = backend->load().version;
  ASSERT_TRUE(backend->store("two", one));
  backend->append("records\n");
  EXPECT_FALSE(backend->store("three", one));
  EXPECT_FALSE(backend->store("three", none));
  EXPECT_EQ(backend->load().state, "two");
  EXPECT_EQ(backend->load().journal, "records\n");
}

TEST_P(StateBackendConformance, NamesEqualBytesBySameVersion) {
  const auto backend = open();
  const auto held = lock(*backend);
  ASSERT_TRUE(backend->store("one", backend->load().version));
  const std::string one = backend->load().version;
  ASSERT_TRUE(backend->store("two", one));
  ASSERT_TRUE(backend->store("one", backend->load().version));
  EXPECT_EQ(backend->load().version, one);
}

TEST_P(StateBackendConformance, LoadsWhatWasAppendedInOrder) {
  const auto backend = open();
  const auto held = lock(*backend);
  backend->append("one\n");
  backend->append("two\nthree\n");
  EXPECT_EQ(open()->load().journal, "one\ntwo\nthree\n");
  EXPECT_FALSE(open()->load().state);
}

TEST_P(StateBackendConformance, StoreRetiresTheJournal) {
  const auto backend = open();
  const auto held = lock(*backend);
  backend->append("one\n");
  ASSERT_TRUE(backend->store("state", backend->load().version));
  EXPECT_EQ(open()->load().journal, "");
  backend->append("two\n");
  EXPECT_EQ(open()->load().journal, "two\n");
  const auto another = open();
  ASSERT_TRUE(another->store("more", another->load().version));
  EXPECT_EQ(backend->load().journal, "");
}

TEST_P(StateBackendConformance, TheLockExcludesASecondAndSaysWho) {
  LockingProcess other(GetParam(), place_);
  ASSERT_TRUE(other.has_lock());
  const auto backend = open();
  LockOwner holder;
  EXPECT_EQ(backend->lock({}, {}, holder), nullptr);
  EXPECT_EQ(describe(holder),
            "ana@build1 (process " + std::to_string(other.process()) + "), apply since 2026-11-22T12:00:00Z");
  const std::optional<LockOwner> owner = backend->locked_by();
  ASSERT_TRUE(owner);
  EXPECT_EQ(describe(*owner), describe(holder));
}

TEST_P(StateBackendConformance, TheLockDiesWithItsHolder) {
  LockingProcess other(GetParam(), place_);
  ASSERT_TRUE(other.has_lock());
  const auto backend = open();
  ASSERT_EQ(lock(*backend), nullptr);
  other.kill();
  EXPECT_FALSE(backend->locked_by());
  EXPECT_NE(lock(*backend), nullptr);
}

TEST_P(StateBackendConformance, TheLockIsFreeAgainWhenLetGo) {
  const auto backend = open(), other = open();
  auto held = lock(*backend);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(lock(*other), nullptr);
  ASSERT_TRUE(other->locked_by());
  EXPECT_EQ(other->locked_by()->who, "bo@desk");
  held.reset();
  EXPECT_FALSE(other->locked_by());
  EXPECT_NE(lock(*other), nullptr);
}

TEST_P(StateBackendConformance, WaitsForTheLockAsLongAsToldAndNoLonger) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  const auto backend = open(), other = open();
  auto held = lock(*backend);
  const auto start = Clock::now();
  EXPECT_EQ(lock(*other, milliseconds(120)), nullptr);
  const auto waited = Clock::now() - start;
  EXPECT_GE(waited, milliseconds(120));
  EXPECT_LT(waited, milliseconds(5000));
  std::thread release([&] {
    std::this_thread::sleep_for(milliseconds(100));
    held.reset();
  });
  EXPECT_NE(lock(*other, milliseconds(20000)), nullptr);
  release.join();
}

}  // namespace pairform
