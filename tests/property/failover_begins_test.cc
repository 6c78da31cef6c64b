// A failover that begins while an apply runs: no further step is sent, and what was done is recorded.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <utility>

#include "tests/property/project.h"

namespace pairform::property {
namespace {

enum class Happens { ItIsOver, ItIsUnderWay, Unreadable };

// The simulator; before the first write is answered somebody fails eastasia/web1 over.
class FailsOver : public Provider {
 public:
  // `accepts`: the first write is accepted, and done when it is polled for the third time.
  FailsOver(std::unique_ptr<Provider> inner, const Project& project, Happens what, bool accepts, int& polls)
      : inner_(std::move(inner)), project_(project), what_(what), accepts_(accepts), polls_(polls) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    inner_->observe(request, page, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    LookupAnswer answer = inner_->lookup(key, limits);
    if (!begun_ || key.type != "vm") return answer;
    if (what_ == Happens::Unreadable) return ProviderError{ErrorKind::Unavailable, "Busy", "try again", {}, {}};
    if (auto* row = std::get_if<CloudRow>(&answer); row != nullptr && what_ == Happens::ItIsUnderWay)
      row->status = Status::Busy;
    return answer;
  }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    std::vector<BeginAnswer> answers = inner_->begin(steps, limits);
    const bool first = !begun_.exchange(true);
    EXPECT_TRUE(!first || what_ != Happens::ItIsOver || project_.sim({"failover", "eastasia/web1"}));
    if (!first || !accepts_) return answers;
    done_ = std::get<Done>(answers.front());
    return {Accepted{"accepted"}};
  }
  PollAnswer poll(std::string_view, const CallLimits&) override {
    if (++polls_ < 3) return Running{-1, {}, std::chrono::milliseconds(1)};
    return done_;
  }

 private:
  std::unique_ptr<Provider> inner_;
  const Project& project_;
  const Happens what_;
  const bool accepts_;
  int& polls_;
  Done done_;
  std::atomic<bool> begun_ = false;
};

WorldNetwork network(const std::string& key, const std::string& region, const std::string& space) {
  return {.key = key,
          .region = region,
          .name = key,
          .spaces = {space + ".0.0/16"},
          .subnets = {{"web", space + ".1.0/24"}}};
}

// web1 lands by the pair of app; the pairs of other and more are led elsewhere.
struct FailoverBegins : testing::Test {
  FailoverBegins() {
    world.networks = {network("app", "eastasia", "10.1"), network("dr", "southeastasia", "10.2"),
                      network("other", "eastasia", "10.3"), network("dr2", "southeastasia", "10.4")};
    world.pairs = {{.key = "app", .source = "app", .target = "dr"}};
    world.vms = {{.key = "web1",
                  .region = "eastasia",
                  .name = "web1",
                  .network = "app",
                  .target_region = "southeastasia",
                  .nics = {{.name = "eth0", .subnet = "web", .ip = "10.1.1.10"}}}};
    for (const WorldNetwork& each : world.networks) EXPECT_TRUE(project.sim(put_words(each)));
    EXPECT_TRUE(project.sim({"put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.1.1.10"}));
    project.write(world);
    EXPECT_EQ(apply(project), "");
    world.pairs.push_back({.key = "other", .source = "other", .target = "dr2"});
    project.write(world);
    options.locked = true;
    options.wrap_provider = [this](std::unique_ptr<Provider> inner) {
      return std::make_unique<FailsOver>(std::move(inner), project, what, accepts, polls);
    };
  }

  ApplyReport carry_out(std::chrono::milliseconds age, bool during_failover) {
    Planned planned = project.plan(options);
    EXPECT_EQ(planned.steps(),
              (std::vector<std::string>{"create mapping.other.forward", "create mapping.other.reverse"}));
    ApplyOptions how = quick_apply(1);
    how.status_age = age;
    how.during_failover = during_failover;
    return apply_plan(planned.run, how);
  }

  Project project;
  World world;
  RunOptions options;
  Happens what = Happens::ItIsOver;
  bool accepts = false;
  int polls = 0;
};

TEST_F(FailoverBegins, StopsTheRestOfAnApply) {
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), false);
  EXPECT_EQ(report.failed_over, std::vector<std::string>{"vm.web1 (failed_over)"});
  EXPECT_EQ(report.count(StepState::Done), 1U);
  EXPECT_EQ(report.count(StepState::NotStarted), 1U);
  EXPECT_TRUE(recorded_things(project.state()).contains("mapping.other.forward"));
  EXPECT_FALSE(recorded_things(project.state()).contains("mapping.other.reverse"));
}

// Of Azure's failovers the first minutes show as an operation.
TEST_F(FailoverBegins, StopsTheRestWhileItIsUnderWay) {
  what = Happens::ItIsUnderWay;
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), false);
  EXPECT_EQ(report.failed_over, std::vector<std::string>{"vm.web1 (busy)"});
  EXPECT_EQ(report.count(StepState::NotStarted), 1U);
}

TEST_F(FailoverBegins, StopsTheRestWhereItCannotBeRead) {
  what = Happens::Unreadable;
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), false);
  EXPECT_EQ(report.failed_over, std::vector<std::string>{});
  EXPECT_EQ(report.unread, "Busy: try again");
  EXPECT_EQ(report.count(StepState::NotStarted), 1U);
}

// A poll may send the next request of a step: it is left as it is.
TEST_F(FailoverBegins, LeavesWhatWasAcceptedPending) {
  accepts = true;
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), false);
  EXPECT_EQ(report.failed_over, std::vector<std::string>{"vm.web1 (failed_over)"});
  EXPECT_EQ(report.count(StepState::Accepted), 1U);
  EXPECT_EQ(report.count(StepState::Done), 0U);
  EXPECT_EQ(polls, 0);
}

// For some seconds the vault does not answer: what was accepted is still waited for. A further step is not sent.
TEST_F(FailoverBegins, WaitsForWhatWasAcceptedWhereItCannotBeRead) {
  accepts = true;
  what = Happens::Unreadable;
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), false);
  EXPECT_EQ(report.count(StepState::Done), 1U);
  EXPECT_EQ(report.count(StepState::NotStarted), 1U);
  EXPECT_EQ(polls, 3);
}

TEST_F(FailoverBegins, StopsNothingWhereTheUserKnows) {
  const ApplyReport report = carry_out(std::chrono::milliseconds(0), true);
  EXPECT_EQ(report.failed_over, std::vector<std::string>{});
  EXPECT_EQ(report.count(StepState::Done), 2U);
}

}  // namespace
}  // namespace pairform::property
