// Calls of a provider that are asked to stop, and what a provider is told before it lists.
#include <gtest/gtest.h>

#include "engine/read/observe_request.h"
#include "engine/read/refresh.h"
#include "engine/worker_pool.h"
#include "schema/base_types.h"
#include "tests/support/fake_provider.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Asks to stop after a while, from another thread.
class StopSoon {
 public:
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread thread_{[this] {
    std::this_thread::sleep_for(100ms);
    source_.request_stop();
  }};
};

TEST(ProviderCalls, LookUpsThatAreStoppedComeBackAtOnce) {
  FakeProvider provider;
  provider.read_latency = 60s;
  const StopSoon stop;
  const std::vector<Question> questions(50, {"network", "eastasia/app"});
  const auto start = Clock::now();
  for (const LookupAnswer& answer : look_up_all(provider, questions, stop.token()))
    EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Stopped);
  EXPECT_LT(Clock::now() - start, 10s);
}

TEST(ProviderCalls, TheServicesOwnRetryTimeIsNotSleptToItsEnd) {
  FakeProvider provider;
  ProviderError throttled = FakeProvider::error(ErrorKind::Throttled);
  throttled.retry_after = 60s;
  provider.lookups["a"] = throttled;
  provider.listings = {{{}, {{"eastasia", throttled}}}};
  const auto start = Clock::now();
  {
    const StopSoon stop;
    look_up_all(provider, std::vector<Question>{{"network", "a"}}, stop.token());
  }
  const StopSoon stop;
  StringPool texts;
  observe(provider, {}, base_type_table(), "contoso-dr", texts, stop.token());
  EXPECT_LT(Clock::now() - start, 10s);
}

TEST(ProviderCalls, AnInterruptedRunListsNoFurther) {
  FakeProvider provider;
  provider.read_latency = 60s;
  const StopSoon stop;
  StringPool texts;
  const auto start = Clock::now();
  EXPECT_TRUE(observe(provider, {}, base_type_table(), "contoso-dr", texts, stop.token()).rows.empty());
  EXPECT_LT(Clock::now() - start, 10s);
}

TEST(ProviderCalls, ALostCreateThatTheCloudIsAtWorkOnIsTakenUpAgain) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  const CloudStep step{.type = "vm", .operation = Operation::Create, .id = {}, .identity = "a"};
  CloudRow busy = FakeProvider::row(step);
  busy.status = Status::Busy;
  busy.operation = "job 7";
  provider.lookups["a"] = busy;
  const std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::span(&step, 1));
  ASSERT_EQ(answers.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<Accepted>(answers[0]));
  EXPECT_EQ(std::get<Accepted>(answers[0]).handle, "job 7");
}

// A create of which the cloud shows nothing at first: sent once, and found within the window.
TEST(ProviderCalls, ALostCreateIsLookedForWithinTheReadBackWindow) {
  const CloudStep step{.type = "network", .operation = Operation::Create, .identity = "eastasia/app"};
  for (const bool window : {true, false}) {
    FakeProvider provider;
    if (window) provider.can.read_back_window = 60s;
    provider.begins["eastasia/app"] = {FakeProvider::error(ErrorKind::Lost)};
    provider.scripted_lookups["eastasia/app"] = {AbsentAnswer{}, AbsentAnswer{}, FakeProvider::row(step)};
    const std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::vector<CloudStep>{step});
    EXPECT_EQ(std::holds_alternative<Done>(answers.at(0)), window);
    EXPECT_EQ(provider.looked_up().size(), window ? 3U : 1U);
  }
}

// A delete that is not found any more is done, whatever the window.
TEST(ProviderCalls, ALostDeleteIsLookedUpOnce) {
  FakeProvider provider;
  provider.can.read_back_window = 60s;
  provider.begins["eastasia/app"] = {FakeProvider::error(ErrorKind::Lost)};
  const CloudStep step{.type = "network", .operation = Operation::Delete, .identity = "eastasia/app"};
  const std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::vector<CloudStep>{step});
  EXPECT_TRUE(std::holds_alternative<Done>(answers.at(0)));
  EXPECT_EQ(provider.looked_up().size(), 1U);
}

TEST(ProviderCalls, ALostCreateThatIsBusyWithoutAHandleStaysLost) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  const CloudStep step{.type = "vm", .operation = Operation::Create, .id = {}, .identity = "a"};
  CloudRow busy = FakeProvider::row(step);
  busy.status = Status::Busy;
  provider.lookups["a"] = busy;
  const std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::span(&step, 1));
  EXPECT_EQ(std::get<ProviderError>(answers.at(0)).kind, ErrorKind::Lost);
}

}  // namespace
}  // namespace pairform
