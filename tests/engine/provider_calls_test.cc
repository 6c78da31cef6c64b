// Calls of a provider that are asked to stop, and what a provider is told before it lists.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <system_error>
#include <thread>

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

// The cloud shows that it is at work and names no operation: the resource itself is asked until it is.
TEST(ProviderCalls, ALostCreateThatIsBusyWithoutAHandleIsPolledByLookUp) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  const CloudStep step{.type = "vm", .operation = Operation::Create, .id = {}, .identity = "a"};
  CloudRow busy = FakeProvider::row(step);
  busy.status = Status::Busy;
  provider.lookups["a"] = busy;
  const std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::span(&step, 1));
  ASSERT_TRUE(std::holds_alternative<Accepted>(answers.at(0)));
  EXPECT_EQ(std::get<Accepted>(answers[0]).handle, k_polled_by_look_up);
  const auto polled = [&](PolledEnd ends) { return poll_by_look_up(provider, {"vm", "a"}, ends, {}); };
  EXPECT_TRUE(std::holds_alternative<Running>(polled(PolledEnd::There)));
  provider.lookups["a"] = FakeProvider::row(step);
  EXPECT_TRUE(std::get<Done>(polled(PolledEnd::There)).row);
  EXPECT_EQ(std::get<ProviderError>(polled(PolledEnd::Gone)).code, "OperationFailed");
  provider.lookups.clear();
  EXPECT_EQ(std::get<ProviderError>(polled(PolledEnd::There)).code, "OperationFailed");
  EXPECT_FALSE(std::get<Done>(polled(PolledEnd::Gone)).row);
  EXPECT_FALSE(std::get<Done>(polled(PolledEnd::Either)).row);
}

// Runs `work` where no stack of a thread fits into memory any more; true: it said so itself.
template <class Work>
bool works_without_threads(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = pages * 4096 + (4U << 20U);
    const struct rlimit limit { most, most };
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(2);
    bool refused = false;
    try {
      std::thread([] {}).join();
    } catch (const std::system_error&) {
      refused = true;
    }
    ::_exit(refused && work() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A sanitizer needs more address space than such a process is given. g++ says so by a macro, clang by a feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PAIRFORM_UNDER_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PAIRFORM_UNDER_SANITIZER
#endif
#ifndef PAIRFORM_UNDER_SANITIZER
TEST(ProviderCalls, LookUpsNeedNoThreads) {
  EXPECT_TRUE(works_without_threads([] {
    FakeProvider provider;
    return look_up_all(provider, std::vector<Question>(20, {"network", "eastasia/app"})).size() == 20;
  }));
}

TEST(WorkerPool, WorksOnTheThreadOfItsOwnerWhereThereIsNoOther) {
  EXPECT_TRUE(works_without_threads([] {
    FakeProvider provider;
    WorkerPool pool(provider, 8);
    for (std::uint32_t i = 0; i < 3; ++i) pool.submit({.steps = {i}, .begin = {}, .handle = "job"});
    std::size_t answered = 0;
    for (int round = 0; round < 3; ++round) answered += pool.collect(Clock::now() + 10s).size();
    return answered == 3 && pool.at_work() == 0;
  }));
}
#endif

// The service may still be at it: a look-up at once would find nothing, and the write would be sent once more.
TEST(ProviderCalls, ALostAnswerIsLookedUpAfterAsLongAsItsErrorSays) {
  FakeProvider provider;
  ProviderError lost = FakeProvider::error(ErrorKind::Lost);
  lost.retry_after = 200ms;
  provider.begins["a"].emplace_back(lost);
  const CloudStep step{.type = "network", .operation = Operation::Create, .id = {}, .identity = "a"};
  provider.lookups["a"] = FakeProvider::row(step);
  const auto start = Clock::now();
  EXPECT_TRUE(std::holds_alternative<Done>(begin_and_look_up(provider, std::span(&step, 1)).front()));
  EXPECT_GE(Clock::now() - start, 200ms);
}

}  // namespace
}  // namespace pairform
