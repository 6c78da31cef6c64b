// The turn to write of one process: its writers follow each other, also once the run was asked to stop.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stop_token>
#include <thread>

#include "providers/simulator/connections.h"
#include "tests/support/temporary_directory.h"

namespace pairform::simulator {
namespace {

using namespace std::chrono_literals;

struct Turns : testing::Test {
  // Whether a writer gets its turn while another one holds it for `held`, when the run was asked to stop before.
  bool gets_it(std::chrono::milliseconds held, const Patience& patience) {
    std::promise<void> taken;
    std::thread other([&] {
      const Connections::Turn turn(connections, patience_of(1min));
      taken.set_value();
      std::this_thread::sleep_for(held);
    });
    taken.get_future().wait();
    bool got = true;
    try {
      const Connections::Turn turn(connections, patience);
    } catch (const DatabaseError& failure) {
      EXPECT_TRUE(failure.busy);
      got = false;
    }
    other.join();
    return got;
  }

  TemporaryDirectory directory{"turns"};
  Connections connections{directory.path() / "simulator.db", Remap::MovesMachines};
};

TEST_F(Turns, FollowEachOtherAlsoOnceTheRunIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(gets_it(200ms, {.until = std::chrono::steady_clock::now() + 1min, .stop = stop.get_token()}));
}

TEST_F(Turns, AreNotWaitedForOnceTheRunIsStoppedAndSomebodyHoldsThemLong) {
  std::stop_source stop;
  stop.request_stop();
  const auto long_ago = std::chrono::steady_clock::now() - Patience::k_once_stopped;
  EXPECT_FALSE(gets_it(500ms, {.until = long_ago + 1h, .stop = stop.get_token(), .since = long_ago}));
}

TEST_F(Turns, AreNotWaitedForLongerThanThePatience) {
  EXPECT_FALSE(gets_it(500ms, {.until = std::chrono::steady_clock::now() + 20ms}));
}

}  // namespace
}  // namespace pairform::simulator
