#include "engine/act/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <ostream>
#include <stdexcept>

#include "tests/support/fake_provider.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;

ScheduledStep step(const std::string& identity, std::vector<std::uint32_t> waits_for = {}) {
  return {false, {"network", Operation::Create, "", identity, {{"name", identity}}, "p"}, std::move(waits_for)};
}

SchedulerOptions quick() {
  SchedulerOptions options;
  options.first_delay = 1ms;
  options.wait = 5s;
  return options;
}

// What became of a run, and what the hooks heard.
struct Heard {
  std::vector<StepResult> results;
  std::vector<std::vector<std::uint32_t>> before;
  std::vector<std::pair<std::uint32_t, StepState>> after;
  std::vector<std::uint32_t> retried;
  std::vector<NextRetry> retries;
  int ticks = 0;
  std::vector<StepState> states() const {
    std::vector<StepState> out;
    for (const StepResult& result : results) out.push_back(result.state);
    return out;
  }
};

Heard run(FakeProvider& provider, std::vector<ScheduledStep> steps, const SchedulerOptions& options = quick(),
          SchedulerHooks hooks = {}) {
  Heard heard;
  const auto may_send = std::move(hooks.before);
  hooks.before = [&](std::span<const std::uint32_t> sent) {
    heard.before.emplace_back(sent.begin(), sent.end());
    return !may_send || may_send(sent);
  };
  if (!hooks.after)
    hooks.after = [&](std::span<const StepResult> ended) {
      for (const StepResult& result : ended) heard.after.emplace_back(result.step, result.state);
    };
  hooks.retrying = [&](std::uint32_t s, const ProviderError&, const NextRetry& retry) {
    heard.retried.push_back(s);
    heard.retries.push_back(retry);
  };
  hooks.tick = [&] { ++heard.ticks; };
  heard.results = run_steps(provider, std::move(steps), options, hooks);
  return heard;
}

TEST(Scheduler, RunsNothingWhereThereIsNothing) {
  FakeProvider provider;
  EXPECT_TRUE(run(provider, {}).results.empty());
}

TEST(Scheduler, RunsAsManyAtOnceAsItMayAndNoMore) {
  FakeProvider provider;
  provider.latency = 20ms;
  SchedulerOptions options = quick();
  options.parallelism = 3;
  std::vector<ScheduledStep> steps;
  for (int i = 0; i < 9; ++i) steps.push_back(step("n" + std::to_string(i)));
  const Heard heard = run(provider, steps, options);
  EXPECT_EQ(heard.states(), std::vector<StepState>(9, StepState::Done));
  EXPECT_EQ(provider.most_at_once(), 3);
}

TEST(Scheduler, NeverRunsTwoInOneLane) {
  FakeProvider provider;
  provider.latency = 5ms;
  std::vector<ScheduledStep> steps;
  for (int i = 0; i < 8; ++i) {
    steps.push_back(step("n" + std::to_string(i)));
    provider.routes["n" + std::to_string(i)] = {i % 2 == 0 ? "even" : "odd", ""};
  }
  const Heard heard = run(provider, steps);
  EXPECT_EQ(heard.states(), std::vector<StepState>(8, StepState::Done));
  EXPECT_EQ(provider.most_in_a_lane(), 1);
  EXPECT_EQ(provider.most_at_once(), 2);
}

TEST(Scheduler, SendsReadyStepsOfOneGroupAsOneRequest) {
  FakeProvider provider;
  for (const char* name : {"a", "c", "d"}) provider.routes[name] = {"", "vm"};
  const Heard heard = run(provider, {step("a"), step("b"), step("c"), step("d", {1})});
  EXPECT_EQ(heard.states(), std::vector<StepState>(4, StepState::Done));
  ASSERT_EQ(provider.calls().size(), 3U);
  std::vector<std::vector<std::string>> requests;
  for (const FakeProvider::Call& call : provider.calls()) requests.push_back(call.identities);
  std::sort(requests.begin(), requests.end());
  EXPECT_EQ(requests, (std::vector<std::vector<std::string>>{{"a", "c"}, {"b"}, {"d"}}));
}

// vm.web's request holds its lane until all of its steps are settled, not until the first one is.
TEST(Scheduler, LeavesALaneBusyUntilEveryStepOfARequestIsSettled) {
  FakeProvider provider;
  provider.routes["a"] = provider.routes["b"] = {"vm", "vm"};
  provider.routes["c"] = {"vm", ""};
  provider.begins["b"] = {Accepted{"handle"}};
  provider.polls["handle"] = {Running{-1, "", 20ms}};
  std::atomic<bool> settled{false}, too_early{false};
  provider.on_begin = [&](const std::string& identity) { too_early = too_early || (identity == "c" && !settled); };
  SchedulerHooks hooks;
  hooks.after = [&](std::span<const StepResult> ended) {
    for (const StepResult& result : ended) settled = settled || (result.step == 1 && result.state == StepState::Done);
  };
  EXPECT_EQ(run(provider, {step("a"), step("b"), step("c")}, quick(), hooks).states(),
            std::vector<StepState>(3, StepState::Done));
  EXPECT_FALSE(too_early);
}

// Of three that wait for one lane, those of a group travel together once it is free.
TEST(Scheduler, SendsAGroupThatWaitedForItsLaneAsOneRequest) {
  FakeProvider provider;
  provider.latency = 5ms;
  provider.routes["a"] = provider.routes["c"] = {"vm", ""};
  provider.routes["b"] = provider.routes["d"] = {"vm", "nics"};
  const Heard heard = run(provider, {step("a"), step("b"), step("c"), step("d")});
  EXPECT_EQ(heard.states(), std::vector<StepState>(4, StepState::Done));
  std::vector<std::vector<std::string>> requests;
  for (const FakeProvider::Call& call : provider.calls()) requests.push_back(call.identities);
  EXPECT_EQ(requests, (std::vector<std::vector<std::string>>{{"a"}, {"b", "d"}, {"c"}}));
}

TEST(Scheduler, StartsAStepOnlyAfterAllItWaitsForAreReported) {
  FakeProvider provider;
  std::vector<std::uint32_t> reported;
  std::atomic<bool> too_early{false};
  std::mutex mutex;
  provider.latency = 2ms;
  provider.on_begin = [&](const std::string& identity) {
    const std::lock_guard lock(mutex);
    if (identity == "last" && reported.size() != 2) too_early = true;
  };
  SchedulerHooks hooks;
  hooks.after = [&](std::span<const StepResult> ended) {
    const std::lock_guard lock(mutex);
    for (const StepResult& result : ended) reported.push_back(result.step);
  };
  EXPECT_EQ(run(provider, {step("a"), step("b"), step("last", {0, 1})}, quick(), hooks).states(),
            std::vector<StepState>(3, StepState::Done));
  EXPECT_FALSE(too_early);
}

TEST(Scheduler, EndsStateOnlyStepsTogetherWithoutTheProvider) {
  FakeProvider provider;
  std::vector<ScheduledStep> steps{step("a"), step("b"), step("c", {0, 1})};
  steps[0].local = steps[1].local = true;
  const Heard heard = run(provider, steps);
  EXPECT_EQ(heard.states(), std::vector<StepState>(3, StepState::Done));
  EXPECT_EQ(provider.calls().size(), 1U);
  EXPECT_EQ(heard.before, (std::vector<std::vector<std::uint32_t>>{{2}}));
}

TEST(Scheduler, SendsNothingWhoseIntentCannotBeWrittenAndStartsNothingAfterIt) {
  FakeProvider provider;
  SchedulerHooks hooks;
  hooks.before = [](std::span<const std::uint32_t> sent) { return sent.front() < 1; };
  const Heard heard = run(provider, {step("a"), step("b", {0}), step("c", {0}), step("d", {1})}, quick(), hooks);
  using enum StepState;
  EXPECT_EQ(heard.states(), (std::vector<StepState>{Done, NotStarted, NotStarted, NotStarted}));
  EXPECT_EQ(provider.calls().size(), 1U);
}

TEST(Scheduler, WritesTheIntentAgainBeforeARetryAndDoesNotRetryWithoutIt) {
  FakeProvider provider;
  for (int i = 0; i < 3; ++i) provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Throttled));
  SchedulerHooks hooks;
  int written = 0;
  hooks.before = [&](std::span<const std::uint32_t>) { return ++written < 3; };
  const Heard heard = run(provider, {step("a")}, quick(), hooks);
  EXPECT_EQ(heard.before, (std::vector<std::vector<std::uint32_t>>{{0}, {0}, {0}}));
  EXPECT_EQ(heard.states(), std::vector<StepState>{StepState::Failed});
  EXPECT_EQ(provider.calls().size(), 2U);
}

struct RetryCase {
  const char* name;
  ErrorKind kind;
  std::size_t failures;
  std::size_t attempts;
  StepState end;
};

void PrintTo(const RetryCase& given, std::ostream* out) { *out << given.name; }

class Retry : public testing::TestWithParam<RetryCase> {};

TEST_P(Retry, IsDoneSixTimesAtMostAndOnlyWhereItCanHelp) {
  FakeProvider provider;
  for (std::size_t i = 0; i < GetParam().failures; ++i)
    provider.begins["a"].emplace_back(FakeProvider::error(GetParam().kind));
  const Heard heard = run(provider, {step("a")});
  EXPECT_EQ(heard.states(), std::vector<StepState>{GetParam().end});
  EXPECT_EQ(provider.attempts("a"), GetParam().attempts);
  EXPECT_EQ(heard.retried.size(), GetParam().attempts - 1);
}

INSTANTIATE_TEST_SUITE_P(Scheduler, Retry,
                         testing::Values(RetryCase{"ThrottledOnce", ErrorKind::Throttled, 1, 2, StepState::Done},
                                         RetryCase{"UnavailableFiveTimes", ErrorKind::Unavailable, 5, 6,
                                                   StepState::Done},
                                         RetryCase{"ConflictSixTimes", ErrorKind::Conflict, 6, 6, StepState::Failed},
                                         RetryCase{"LostSixTimes", ErrorKind::Lost, 6, 6, StepState::Failed},
                                         RetryCase{"Denied", ErrorKind::Denied, 1, 1, StepState::Failed},
                                         RetryCase{"Invalid", ErrorKind::Invalid, 1, 1, StepState::Failed}),
                         [](const testing::TestParamInfo<RetryCase>& each) { return std::string(each.param.name); });

TEST(Scheduler, WaitsTwiceAsLongBeforeEachFurtherTry) {
  FakeProvider provider;
  for (int i = 0; i < 3; ++i) provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Conflict));
  SchedulerOptions options = quick();
  options.first_delay = 20ms;
  run(provider, {step("a")}, options);
  const auto times = provider.times("a");
  ASSERT_EQ(times.size(), 4U);
  EXPECT_GE(times[1] - times[0], 20ms);
  EXPECT_GE(times[2] - times[1], 40ms);
  EXPECT_GE(times[3] - times[2], 80ms);
  EXPECT_LT(times[3] - times[0], 1s);
}

TEST(Scheduler, TellsWhichRetryItIsAndHowLongItWaits) {
  FakeProvider provider;
  for (int i = 0; i < 3; ++i) provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Throttled));
  std::get<ProviderError>(provider.begins["a"].back()).retry_after = 70ms;
  const Heard heard = run(provider, {step("a")});
  ASSERT_EQ(heard.retries.size(), 3U);
  for (unsigned i = 0; i < 3; ++i) {
    EXPECT_EQ(heard.retries[i].number, i + 1);
    EXPECT_EQ(heard.retries[i].most, k_attempts - 1);
  }
  EXPECT_GE(heard.retries[0].pause, quick().first_delay);
  EXPECT_LE(heard.retries[0].pause, quick().first_delay * 2);
  EXPECT_GE(heard.retries[2].pause, 70ms) << "the service's own time";
}

TEST(Scheduler, TellsWhatTheServiceSaysAboutAnAcceptedStep) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"job"});
  provider.polls["job"] = {Running{10, "polled 1 of 3", 1ms}, Running{20, "polled 2 of 3", 1ms}};
  std::vector<std::string> heard;
  SchedulerHooks hooks;
  hooks.polled = [&](std::uint32_t s, const Running& running) {
    heard.push_back(std::to_string(s) + ' ' + running.text);
  };
  run(provider, {step("a")}, quick(), hooks);
  EXPECT_EQ(heard, (std::vector<std::string>{"0 polled 1 of 3", "0 polled 2 of 3"}));
}

TEST(Scheduler, HonoursTheServicesOwnRetryTime) {
  FakeProvider provider;
  ProviderError throttled = FakeProvider::error(ErrorKind::Throttled);
  throttled.retry_after = 150ms;
  provider.begins["a"].emplace_back(throttled);
  run(provider, {step("a")});
  const auto times = provider.times("a");
  ASSERT_EQ(times.size(), 2U);
  EXPECT_GE(times[1] - times[0], 150ms);
}

TEST(Scheduler, OthersGoOnWhileARetryWaits) {
  FakeProvider provider;
  ProviderError throttled = FakeProvider::error(ErrorKind::Throttled);
  throttled.retry_after = 200ms;
  provider.begins["a"].emplace_back(throttled);
  run(provider, {step("a"), step("b"), step("c", {1})});
  EXPECT_LT(provider.times("c").at(0), provider.times("a").at(1));
}

TEST(Scheduler, LooksUpALostAnswerAndRepeatsNothingThatWasDone) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  provider.lookups["a"] = FakeProvider::row(step("a").cloud);
  const Heard heard = run(provider, {step("a")});
  EXPECT_EQ(heard.states(), std::vector<StepState>{StepState::Done});
  ASSERT_TRUE(heard.results[0].row);
  EXPECT_EQ(heard.results[0].row->id, "a");
  EXPECT_EQ(provider.attempts("a"), 1U);
  EXPECT_EQ(provider.looked_up(), std::vector<std::string>{"a"});
}

TEST(Scheduler, RepeatsALostRequestThatWasNotDone) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  const Heard heard = run(provider, {step("a")});
  EXPECT_EQ(heard.states(), std::vector<StepState>{StepState::Done});
  EXPECT_EQ(provider.attempts("a"), 2U);
}

TEST(Scheduler, TakesALostDeleteForDoneWhereNothingIsThere) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  ScheduledStep gone = step("a");
  gone.cloud.operation = Operation::Delete;
  EXPECT_EQ(run(provider, {gone}).states(), std::vector<StepState>{StepState::Done});
  EXPECT_EQ(provider.attempts("a"), 1U);
}

TEST(Scheduler, PollsWhatWasAcceptedUntilItSettles) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = {Running{10, "", 1ms}, FakeProvider::error(ErrorKind::Unavailable), Running{90, "", 1ms}};
  const Heard heard = run(provider, {step("a"), step("b", {0})});
  EXPECT_EQ(heard.states(), std::vector<StepState>(2, StepState::Done));
  EXPECT_EQ(provider.polled(), std::vector<std::string>(4, "handle"));
  EXPECT_EQ(heard.after, (std::vector<std::pair<std::uint32_t, StepState>>{
                             {0, StepState::Accepted}, {0, StepState::Done}, {1, StepState::Done}}));
}

TEST(Scheduler, FailsWhatFailsAfterItWasAccepted) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = {Running{10, "", 1ms}, FakeProvider::error(ErrorKind::Invalid)};
  const Heard heard = run(provider, {step("a"), step("b", {0})});
  EXPECT_EQ(heard.states(), (std::vector<StepState>{StepState::Failed, StepState::Skipped}));
  EXPECT_EQ(provider.attempts("a"), 1U);
}

TEST(Scheduler, DefersOnlyWhatWaitsForAStepThatOutlastsTheWait) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = std::deque<PollAnswer>(100, Running{1, "", 5ms});
  SchedulerOptions options = quick();
  options.wait = 30ms;
  const Heard heard = run(provider, {step("a"), step("b", {0}), step("c"), step("d", {1, 2})}, options);
  EXPECT_EQ(heard.states(),
            (std::vector<StepState>{StepState::Accepted, StepState::Deferred, StepState::Done, StepState::Deferred}));
  EXPECT_EQ(heard.results[0].handle, "handle");
  EXPECT_EQ(heard.results[1].because, 0U);
  EXPECT_EQ(heard.results[3].because, 0U);
}

TEST(Scheduler, DoesNotWaitAtAllWithAWaitOfZero) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = std::deque<PollAnswer>(100, Running{1, "", 1h});
  SchedulerOptions options = quick();
  options.wait = 0ms;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run(provider, {step("a"), step("b", {0})}, options).states(),
            (std::vector<StepState>{StepState::Accepted, StepState::Deferred}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST(Scheduler, CountsAnAcceptedOperationAsInFlight) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = {Running{10, "", 20ms}, Running{50, "", 20ms}};
  SchedulerOptions options = quick();
  options.parallelism = 1;
  const Heard heard = run(provider, {step("a"), step("b")}, options);
  EXPECT_EQ(heard.after, (std::vector<std::pair<std::uint32_t, StepState>>{
                             {0, StepState::Accepted}, {0, StepState::Done}, {1, StepState::Done}}));
}

struct AcceptedCase {
  const char* name;
  unsigned parallelism, accepted_at_once;
  std::size_t most_under_way;  // accepted and not settled
};

void PrintTo(const AcceptedCase& given, std::ostream* out) { *out << given.name; }

class AcceptedAtOnce : public testing::TestWithParam<AcceptedCase> {};

TEST_P(AcceptedAtOnce, IsCountedApartFromRequestsWhereTheProviderSaysSo) {
  FakeProvider provider;
  provider.can.accepted_at_once = GetParam().accepted_at_once;
  std::vector<ScheduledStep> steps;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "n" + std::to_string(i);
    steps.push_back(step(name));
    provider.begins[name].emplace_back(Accepted{name});
    provider.polls[name] = {Running{10, "", 50ms}, Running{50, "", 50ms}};
  }
  SchedulerOptions options = quick();
  options.parallelism = GetParam().parallelism;
  const Heard heard = run(provider, steps, options);
  EXPECT_EQ(heard.states(), std::vector<StepState>(12, StepState::Done));
  std::size_t under_way = 0, most = 0;
  for (const auto& [index, state] : heard.after) {
    under_way += state == StepState::Accepted ? 1 : 0;
    under_way -= state == StepState::Done ? 1 : 0;
    most = std::max(most, under_way);
  }
  EXPECT_EQ(most, GetParam().most_under_way);
  EXPECT_LE(provider.most_at_once(), static_cast<int>(GetParam().parallelism));
}

INSTANTIATE_TEST_SUITE_P(Scheduler, AcceptedAtOnce,
                         testing::Values(AcceptedCase{"AsRequests", 2, 0, 2},
                                         AcceptedCase{"FewerThanRequests", 4, 3, 3},
                                         AcceptedCase{"MoreThanRequests", 2, 6, 6},
                                         AcceptedCase{"AllOfThem", 1, 50, 12}),
                         [](const testing::TestParamInfo<AcceptedCase>& each) { return std::string(each.param.name); });

// Five vms are enabled where three may be seeded at once; nobody waits for their seeding, which goes on for hours.
struct GoesOnCase {
  const char* name;
  std::size_t of_earlier_runs;
  std::size_t begun;
};
void PrintTo(const GoesOnCase& given, std::ostream* out) { *out << given.name; }

class GoesOn : public testing::TestWithParam<GoesOnCase> {};

TEST_P(GoesOn, WhatNobodyWaitsForKeepsItsPlaceAgainstItsKindAlone) {
  FakeProvider provider;
  provider.can.accepted_at_once = 3;
  std::vector<ScheduledStep> steps;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "vm" + std::to_string(i);
    steps.push_back(step(name));
    provider.routes[name] = {"", "", true};
    provider.begins[name].emplace_back(Accepted{name});
    provider.polls[name] = {Running{10, "", 5ms}};
  }
  steps.push_back(step("nic4", {4}));
  steps.push_back(step("half"));
  SchedulerOptions options = quick();
  options.wait = 0ms;
  options.under_way = GetParam().of_earlier_runs;
  const Heard heard = run(provider, steps, options);
  const auto states = heard.states();
  EXPECT_EQ(static_cast<std::size_t>(std::count(states.begin(), states.end(), StepState::Accepted)), GetParam().begun);
  EXPECT_EQ(states[4], StepState::Deferred);
  EXPECT_EQ(states[5], StepState::Deferred);  // waits for a vm that waits for a place
  EXPECT_EQ(heard.results[5].because, 4U);
  EXPECT_EQ(states[6], StepState::Done);
  EXPECT_EQ(provider.attempts("vm4"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Scheduler, GoesOn,
                         testing::Values(GoesOnCase{"NoneBefore", 0, 3}, GoesOnCase{"OnePlaceLeft", 2, 1},
                                         GoesOnCase{"NoPlaceLeft", 3, 0}, GoesOnCase{"MoreThanPlaces", 9, 0}),
                         [](const testing::TestParamInfo<GoesOnCase>& each) { return std::string(each.param.name); });

TEST(Scheduler, KeepsTheLaneOfAnAcceptedOperationThatIsCountedApart) {
  FakeProvider provider;
  provider.can.accepted_at_once = 50;
  provider.routes["a"] = provider.routes["b"] = {"lane", ""};
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = {Running{10, "", 20ms}};
  EXPECT_EQ(run(provider, {step("a"), step("b")}).after,
            (std::vector<std::pair<std::uint32_t, StepState>>{
                {0, StepState::Accepted}, {0, StepState::Done}, {1, StepState::Done}}));
}

// A failover has begun: what was accepted is left as it is, and not polled, since a poll may send the next request.
TEST(Scheduler, LeavesAcceptedStepsWhereTheyMayNotBeGoneOnWith) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"].assign(50, Running{10, "", 1ms});
  int polls = 0;
  SchedulerHooks hooks;
  hooks.may_go_on = [&] { return ++polls <= 3; };
  const Heard heard = run(provider, {step("a"), step("b", {0})}, quick(), hooks);
  EXPECT_EQ(heard.states(), (std::vector{StepState::Accepted, StepState::Deferred}));
  EXPECT_EQ(provider.polled().size(), 3U);
}

TEST(Scheduler, LooksAgainWithinTheWindowForWhatIsNotVisibleYet) {
  FakeProvider provider;
  provider.can.read_back_window = 5s;
  provider.begins["a"].emplace_back(Done{});
  provider.scripted_lookups["a"] = {AbsentAnswer{}, FakeProvider::error(ErrorKind::Unavailable)};
  provider.lookups["a"] = FakeProvider::row(step("a").cloud);
  const Heard heard = run(provider, {step("a"), step("b", {0})});
  EXPECT_EQ(heard.states(), std::vector<StepState>(2, StepState::Done));
  ASSERT_TRUE(heard.results[0].row);
  EXPECT_EQ(provider.looked_up(), std::vector<std::string>(3, "a"));
  EXPECT_EQ(provider.attempts("a"), 1U);
}

TEST(Scheduler, LooksAgainWithinTheWindowForWhatIsShownAsItWas) {
  FakeProvider provider;
  provider.can.read_back_window = 5s;
  CloudRow old = FakeProvider::row(step("a").cloud);
  old.id = "old";
  provider.begins["a"].emplace_back(Done{old});
  provider.lookups["a"] = FakeProvider::row(step("a").cloud);
  SchedulerHooks hooks;
  hooks.verify = [](std::uint32_t, const Done& done) {
    return done.row && done.row->id == "old" ? std::optional(FakeProvider::error(ErrorKind::Invalid)) : std::nullopt;
  };
  const Heard heard = run(provider, {step("a")}, quick(), hooks);
  EXPECT_EQ(heard.states(), std::vector<StepState>{StepState::Done});
  EXPECT_EQ(heard.results[0].row->id, "a");
}

TEST(Scheduler, BelievesWhatItSeesOnceTheWindowIsOver) {
  FakeProvider provider;
  provider.can.read_back_window = 60ms;
  CloudRow wrong = FakeProvider::row(step("a").cloud);
  provider.begins["a"].emplace_back(Done{wrong});
  provider.lookups["a"] = wrong;
  SchedulerHooks hooks;
  hooks.verify = [](std::uint32_t, const Done&) { return std::optional(FakeProvider::error(ErrorKind::Invalid)); };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run(provider, {step("a")}, quick(), hooks).states(), std::vector<StepState>{StepState::Failed});
  EXPECT_GE(std::chrono::steady_clock::now() - start, 60ms);
}

TEST(Scheduler, LooksAtNothingAgainWhereReadsAreUpToDate) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(Done{});
  EXPECT_EQ(run(provider, {step("a")}).states(), std::vector<StepState>{StepState::Done});
  EXPECT_TRUE(provider.looked_up().empty());
}

TEST(Scheduler, GoesOnWithALostRequestThatTheCloudIsAtWorkOn) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Lost));
  CloudRow busy = FakeProvider::row(step("a").cloud);
  busy.status = Status::Busy;
  busy.operation = "handle";
  provider.lookups["a"] = busy;
  provider.polls["handle"] = {Running{10, "", 1ms}};
  const Heard heard = run(provider, {step("a")});
  EXPECT_EQ(heard.after,
            (std::vector<std::pair<std::uint32_t, StepState>>{{0, StepState::Accepted}, {0, StepState::Done}}));
  EXPECT_EQ(provider.attempts("a"), 1U);
}

TEST(Scheduler, AsksTheResourceItselfWhereTheCloudIsAtWorkAndNamesNoOperation) {
  FakeProvider provider;
  for (const char* name : {"a", "gone"}) {
    provider.begins[name].emplace_back(FakeProvider::error(ErrorKind::Lost));
    CloudRow busy = FakeProvider::row(step(name).cloud);
    busy.status = Status::Busy;
    provider.scripted_lookups[name] = {busy, busy};
  }
  provider.lookups["a"] = FakeProvider::row(step("a").cloud);
  const Heard heard = run(provider, {step("a"), step("gone")});
  EXPECT_EQ(heard.states(), (std::vector<StepState>{StepState::Done, StepState::Failed}));
  EXPECT_EQ(provider.attempts("a"), 1U) << "it is not sent again";
  EXPECT_EQ(heard.results[1].error->code, "OperationFailed");
}

TEST(Scheduler, LeavesAStepNotStartedThatWasStoppedBeforeItWasSent) {
  FakeProvider provider;
  std::atomic<bool> stop{false};
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Stopped));
  provider.on_begin = [&](const std::string&) { stop = true; };
  SchedulerHooks hooks;
  hooks.interrupted = [&] { return stop.load(); };
  EXPECT_EQ(run(provider, {step("a"), step("b", {0})}, quick(), hooks).states(),
            std::vector<StepState>(2, StepState::NotStarted));
}

TEST(Scheduler, SkipsOnlyWhatWaitsForAFailedStep) {
  FakeProvider provider;
  provider.begins["a"].emplace_back(FakeProvider::error(ErrorKind::Denied));
  const Heard heard = run(provider, {step("a"), step("b"), step("c", {0, 1}), step("d", {2}), step("e", {1})});
  EXPECT_EQ(heard.states(), (std::vector<StepState>{StepState::Failed, StepState::Done, StepState::Skipped,
                                                    StepState::Skipped, StepState::Done}));
  EXPECT_EQ(heard.results[2].because, 0U);
  EXPECT_EQ(heard.results[3].because, 0U);
  ASSERT_TRUE(heard.results[0].error);
  EXPECT_EQ(heard.results[0].error->kind, ErrorKind::Denied);
}

TEST(Scheduler, FailsAStepWhoseReadBackIsNotWhatWasPlanned) {
  FakeProvider provider;
  SchedulerHooks hooks;
  hooks.verify = [](std::uint32_t s, const Done&) {
    return s == 0 ? std::optional(FakeProvider::error(ErrorKind::Invalid)) : std::nullopt;
  };
  const Heard heard = run(provider, {step("a"), step("b", {0}), step("c")}, quick(), hooks);
  EXPECT_EQ(heard.states(), (std::vector<StepState>{StepState::Failed, StepState::Skipped, StepState::Done}));
  EXPECT_TRUE(heard.results[0].row) << "what was found is recorded";
}

TEST(Scheduler, StartsNothingNewOnceInterruptedAndLetsWhatRunsFinish) {
  FakeProvider provider;
  provider.latency = 10ms;
  std::atomic<bool> stop{false};
  provider.on_begin = [&](const std::string&) { stop = true; };
  SchedulerOptions options = quick();
  options.parallelism = 2;
  SchedulerHooks hooks;
  hooks.interrupted = [&] { return stop.load(); };
  const Heard heard = run(provider, {step("a"), step("b"), step("c"), step("d", {0})}, options, hooks);
  EXPECT_EQ(heard.states(),
            (std::vector<StepState>{StepState::Done, StepState::Done, StepState::NotStarted, StepState::NotStarted}));
  EXPECT_EQ(provider.calls().size(), 2U);
}

TEST(Scheduler, LeavesAnAcceptedStepPendingOnceInterrupted) {
  FakeProvider provider;
  std::atomic<bool> stop{false};
  provider.begins["a"].emplace_back(Accepted{"handle"});
  provider.polls["handle"] = std::deque<PollAnswer>(1000, Running{1, "", 1h});
  provider.on_begin = [&](const std::string&) { stop = true; };
  SchedulerHooks hooks;
  hooks.interrupted = [&] { return stop.load(); };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run(provider, {step("a")}, quick(), hooks).states(), std::vector<StepState>{StepState::Accepted});
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST(Scheduler, LetsWhatRunsFinishBeforeItPassesOnWhatAHookThrew) {
  FakeProvider provider;
  provider.latency = 20ms;
  SchedulerHooks hooks;
  hooks.after = [](std::span<const StepResult>) { throw std::runtime_error("disk full"); };
  provider.routes["slow"] = {"slow", ""};
  EXPECT_THROW(run(provider, {step("a"), step("b"), step("c", {0})}, quick(), hooks), std::runtime_error);
  EXPECT_EQ(provider.attempts("c"), 0U);
}

// What was sent when it threw is waited for, and told: an accepted handle is not lost.
TEST(Scheduler, TellsWhatBecameOfTheRestAfterAHookThrew) {
  FakeProvider provider;
  provider.begins["slow"].emplace_back(Accepted{"handle"});
  provider.on_begin = [&](const std::string& identity) {
    if (identity == "slow") std::this_thread::sleep_for(300ms);
  };
  SchedulerHooks hooks;
  std::vector<StepResult> ended;
  hooks.after = [&](std::span<const StepResult> results) {
    if (results.front().step == 0) throw std::runtime_error("disk full");
    ended.insert(ended.end(), results.begin(), results.end());
  };
  EXPECT_THROW(run(provider, {step("a"), step("slow"), step("c", {0})}, quick(), hooks), std::runtime_error);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().handle, "handle");
  EXPECT_EQ(provider.attempts("c"), 0U);
}

// An exception while one answer of a batch is looked at leaves none of the others uncounted.
TEST(Scheduler, EndsWhereALookAtTheFirstOfABatchThrows) {
  FakeProvider provider;
  std::atomic<int> begun = 0;
  provider.on_begin = [&](const std::string&) {
    ++begun;
    while (begun < 3) std::this_thread::sleep_for(1ms);
  };
  SchedulerHooks hooks;
  int verified = 0;
  hooks.verify = [&](std::uint32_t, const Done&) -> std::optional<ProviderError> {
    std::this_thread::sleep_for(50ms);
    if (++verified < 3) throw std::runtime_error("out of memory");
    return std::nullopt;
  };
  EXPECT_THROW(run(provider, {step("a"), step("b"), step("c")}, quick(), hooks), std::runtime_error);
  EXPECT_EQ(verified, 3);
}

// Both come back in one batch: "done" is verified only once they have thrown.
TEST(Scheduler, EndsWhereTwoCallsThrowAtOnce) {
  FakeProvider provider;
  std::atomic<bool> taken = false;
  std::atomic<int> threw = 0;
  provider.on_begin = [&](const std::string& identity) {
    if (identity == "done") return;
    while (!taken) std::this_thread::sleep_for(1ms);
    ++threw;
    throw std::runtime_error("the database is gone");
  };
  SchedulerHooks hooks;
  hooks.verify = [&](std::uint32_t, const Done&) -> std::optional<ProviderError> {
    taken = true;
    while (threw < 2) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(50ms);
    return std::nullopt;
  };
  std::vector<StepResult> ended;
  hooks.after = [&](std::span<const StepResult> results) { ended.insert(ended.end(), results.begin(), results.end()); };
  EXPECT_THROW(run(provider, {step("done"), step("a"), step("b")}, quick(), hooks), std::runtime_error);
  ASSERT_EQ(ended.size(), 1U) << "what was done is told, and so recorded";
  EXPECT_EQ(ended.front().state, StepState::Done);
}

TEST(Scheduler, TicksWhileItWaits) {
  FakeProvider provider;
  provider.latency = 450ms;
  EXPECT_GE(run(provider, {step("a")}).ticks, 4);
}

}  // namespace
}  // namespace pairform
