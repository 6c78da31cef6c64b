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

Value failed() { return {0, ProviderError{ErrorKind::Stopped, "Stopped", "", {}, {}}}; }

TEST(SharedListing, ServesUntilItIsTooOld) {
  Listing listing;
  int reads = 0;
  const auto read = [&] { return Value{++reads, {}}; };
  EXPECT_EQ(listing.get({}, {}, read)->number, 1);
  EXPECT_EQ(listing.get({}, {}, read)->number, 1);
  EXPECT_EQ(listing.get(Listing::Clock::now(), {}, read)->number, 2);
}

// One reads and fails while another waits for it. `limits`: of the one who reads. True: the other one read for itself.
bool reads_itself(const CallLimits& limits, std::stop_source* stop) {
  Listing listing;
  std::atomic<bool> reading = false, asked = false;
  std::atomic<int> reads = 0;
  std::thread first([&] {
    const auto value = listing.get({}, limits, [&] {
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
  const auto value = listing.get({}, {}, [&] {
    ++reads;
    return Value{7, {}};
  });
  first.join();
  return value != nullptr && value->number == 7 && reads == 2;
}

TEST(SharedListing, AnErrorOfOnesOwnLimitsIsNobodyElses) {
  std::stop_source stop;
  EXPECT_TRUE(reads_itself({.stop = stop.get_token()}, &stop));
  EXPECT_TRUE(reads_itself({.deadline = Listing::Clock::now() - 1s}, nullptr));
}

TEST(SharedListing, WhoWaitsIsStoppedOrOutOfTimeByItself) {
  Listing listing;
  std::atomic<bool> reading = false, go_on = false;
  std::thread first([&] {
    listing.get({}, {}, [&] {
      reading = true;
      while (!go_on) std::this_thread::yield();
      return Value{1, {}};
    });
  });
  while (!reading) std::this_thread::yield();
  const auto never = [] { return Value{2, {}}; };
  EXPECT_EQ(listing.get({}, {.deadline = Listing::Clock::now() + 1ms}, never), nullptr);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(listing.get({}, {.stop = stop.get_token()}, never), nullptr);
  go_on = true;
  first.join();
  EXPECT_EQ(listing.get({}, {}, never)->number, 1);
}

}  // namespace
}  // namespace pairform::azure
