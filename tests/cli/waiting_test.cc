// What is said while something is waited for.
#include "cli/waiting.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/memory_backend.h"
#include "tests/support/screen.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;

// Collects what is written, and waits until there was enough of it.
class Listener {
 public:
  Waiting::Voice voice(bool live, Waiting::Clock::duration first, Waiting::Clock::duration then) {
    Waiting::Voice voice;
    voice.live = live;
    voice.first = first;
    voice.then = then;
    voice.write = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      said_.emplace_back(text);
      heard_.notify_all();
    };
    voice.size = [] { return TerminalSize{40, 24}; };
    return voice;
  }
  bool heard(std::size_t times) {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, 60s, [&] { return said_.size() >= times; });
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<std::string> said_;
};

TEST(Waiting, SaysALineAfterAWhileAndThenAgain) {
  Listener listener;
  {
    Waiting waiting(listener.voice(false, 5ms, 5ms), [](Waiting::Clock::duration) { return "Reading"; });
    ASSERT_TRUE(listener.heard(2));
    waiting.say([](Waiting::Clock::duration) { return "Waiting for vm.web1"; });
    ASSERT_TRUE(listener.heard(listener.said().size() + 2));
  }
  const std::vector<std::string> said = listener.said();
  EXPECT_EQ(said.front(), "Reading\n");
  EXPECT_EQ(said.back(), "Waiting for vm.web1\n") << "and no escapes where nothing is redrawn";
}

TEST(Waiting, SaysNothingWhereItIsSoonOver) {
  Listener listener;
  {
    const Waiting waiting(listener.voice(true, 1h, 1h), [](Waiting::Clock::duration) { return "Reading"; });
  }
  EXPECT_TRUE(listener.said().empty());
  {
    const Waiting silent(std::nullopt, [](Waiting::Clock::duration) { return "Reading"; });
  }
}

TEST(Waiting, OnATerminalItIsOneLineThatGoesAway) {
  Listener listener;
  std::atomic<int> count{0};
  {
    const Waiting waiting(listener.voice(true, 1ms, 1ms), [&](Waiting::Clock::duration) {
      return fmt::format("{} Reading the cloud of somebody who has a very long name", ++count);
    });
    ASSERT_TRUE(listener.heard(5));
  }
  Screen screen(40, 24);
  screen.write("before\r\n");
  for (const std::string& each : listener.said()) screen.write(as_the_driver_hands_it_on(each));
  EXPECT_EQ(screen.text(), "before\n\n");
  EXPECT_TRUE(screen.broken().empty());
}

TEST(LockWords, SayWhoHasItSinceWhenAndHowLongIsStillWaited) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const LockOwner owner{"ana@build1", "apply", "2026-11-22T10:02:31Z", 4711, "5f"};
  EXPECT_EQ(lock_words(owner, 12s, 30s), "Waiting for the lock of ana@build1 (apply since 10:02), 12 s of 30 s");
  EXPECT_EQ(lock_words({}, 12s, 5min), "Waiting for the lock, 12 s of 5 m") << "it has not said yet who it is";
  EXPECT_EQ(lock_words({"a\x1b[31m@b", "apply", "soon", 1, ""}, 0s, 5s),
            "Waiting for the lock of a\\x1b[31m@b (apply), 0 s of 5 s");
}

}  // namespace
}  // namespace pairform
