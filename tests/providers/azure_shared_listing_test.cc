// One listing for all who ask at about the same time.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "providers/azure/shared_listing.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;

struct Value {
  int number = 0;
  std::optional<ProviderError> error;
};
using Listing = SharedListing<Value>;
constexpr Recent k_any{.age = 24h};

Value failed() { return {0, ProviderError{ErrorKind::Stopped, "Stopped", "", {}, {}}}; }

TEST(SharedListing, ServesUntilItIsTooOld) {
  Listing listing;
  int reads = 0;
  const auto read = [&] { return Value{++reads, {}}; };
  EXPECT_EQ(listing.get(k_any, {}, read)->number, 1);
  EXPECT_EQ(listing.get(k_any, {}, read)->number, 1);
  EXPECT_EQ(listing.get({.age = 24h, .written = std::chrono::steady_clock::now()}, {}, read)->number, 2);
}

// A clock that stands still unless it is moved.
struct TestClock {
  static std::chrono::steady_clock::time_point now() { return time; }
  static inline std::chrono::steady_clock::time_point time{1h};
};

// Machines that are seeded ask every half a minute, five of them one after the other, a second apart. How often is a list
// read that takes so long?
int lists_read(std::chrono::seconds takes, std::chrono::steady_clock::time_point written = {}) {
  SharedListing<Value, TestClock> listing;
  int reads = 0;
  for (int machine = 0; machine < 5; ++machine, TestClock::time += 1s)
    listing.get({.age = 30s, .written = written}, {}, [&] {
      TestClock::time += takes;
      return Value{++reads, {}};
    });
  return reads;
}

TEST(SharedListing, ServesThoseWhoComeAfterItHoweverLongItTook) {
  EXPECT_EQ(lists_read(1s), 1);
  EXPECT_EQ(lists_read(29s), 1);
  EXPECT_EQ(lists_read(40s), 1) << "it is older than they ask for, and another one would be, too";
  EXPECT_EQ(lists_read(40s, TestClock::time + 24h), 5) << "what was written after it began does not show in it";
}

TEST(SharedListing, ServesAsLongAsItTookAndNoLonger) {
  SharedListing<Value, TestClock> listing;
  int reads = 0;
  const auto read = [&] {
    TestClock::time += 40s;
    return Value{++reads, {}};
  };
  EXPECT_EQ(listing.get({.age = 30s}, {}, read)->number, 1);
  TestClock::time += 40s;
  EXPECT_EQ(listing.get({.age = 30s}, {}, read)->number, 1);
  TestClock::time += 1s;
  EXPECT_EQ(listing.get({.age = 30s}, {}, read)->number, 2);
}

// One reads and fails while another waits for it. `limits`: of the one who reads. True: the other one read for itself.
bool reads_itself(const CallLimits& limits, std::stop_source* stop) {
  Listing listing;
  std::atomic<bool> reading = false, asked = false;
  std::atomic<int> reads = 0;
  std::thread first([&] {
    const auto value = listing.get(k_any, limits, [&] {
      ++reads;
      reading = true;
      while (!asked) std::this_thread::yield();
      std::this_thread::sleep_for(20ms);  // so that the other one waits; if it does not yet, it reads for itself anyhow
      if (stop != nullptr) stop->request_stop();
      return failed();
    });
    EXPECT_TRUE(value == nullptr || value->error);
  });
  while (!reading) std::this_thread::yield();
  asked = true;
  const auto value = listing.get(k_any, {}, [&] {
    ++reads;
    return Value{7, {}};
  });
  first.join();
  return value != nullptr && value->number == 7 && reads == 2;
}

TEST(SharedListing, AnErrorOfOnesOwnLimitsIsNobodyElses) {
  std::stop_source stop;
  EXPECT_TRUE(reads_itself({.stop = stop.get_token()}, &stop));
  EXPECT_TRUE(reads_itself({.deadline = std::chrono::steady_clock::now() - 1s}, nullptr));
}

TEST(SharedListing, WhoWaitsIsStoppedOrOutOfTimeByItself) {
  Listing listing;
  std::atomic<bool> reading = false, go_on = false;
  std::thread first([&] {
    listing.get(k_any, {}, [&] {
      reading = true;
      while (!go_on) std::this_thread::yield();
      return Value{1, {}};
    });
  });
  while (!reading) std::this_thread::yield();
  const auto never = [] { return Value{2, {}}; };
  EXPECT_EQ(listing.get(k_any, {.deadline = std::chrono::steady_clock::now() + 1ms}, never), nullptr);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(listing.get(k_any, {.stop = stop.get_token()}, never), nullptr);
  go_on = true;
  first.join();
  EXPECT_EQ(listing.get(k_any, {}, never)->number, 1);
}

}  // namespace
}  // namespace pairform::azure
