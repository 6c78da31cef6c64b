// Steps that a provider refuses before anything is sent: the plan has errors, each of the resource that it is about, and no
// steps.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/property/project.h"

namespace pairform::property {
namespace {

class RefusingProvider : public Provider {
 public:
  RefusingProvider(std::unique_ptr<Provider> inner, std::string refused)
      : inner_(std::move(inner)), refused_(std::move(refused)) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    inner_->observe(request, page, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override { return inner_->lookup(key, limits); }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    return inner_->begin(steps, limits);
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return inner_->poll(handle, limits); }
  std::vector<StepProblem> refuses(std::span<const CloudStep> steps, const CallLimits&) override {
    std::vector<StepProblem> out;
    for (const CloudStep& step : steps)
      if (step.identity == refused_) out.push_back({step.identity, "no group for it", "none is named", "name one"});
    return out;
  }

 private:
  std::unique_ptr<Provider> inner_;
  std::string refused_;
};

TEST(RefusedSteps, AreErrorsOfTheirResourceAndThePlanHasNoSteps) {
  World world;
  for (const char* key : {"app", "lab"})
    world.networks.push_back({.key = key,
                              .region = "eastasia",
                              .name = key,
                              .existing = false,
                              .protect = false,
                              .spaces = {"10.1.0.0/16"},
                              .subnets = {{"web", "10.1.1.0/24"}}});
  const Project project;
  project.write(world);
  RunOptions options;
  options.wrap_provider = [](std::unique_ptr<Provider> inner) {
    return std::make_unique<RefusingProvider>(std::move(inner), "eastasia/lab");
  };
  const Planned planned = project.plan(options);
  EXPECT_FALSE(planned.sound);
  EXPECT_EQ(planned.steps(), std::vector<std::string>{});
  ASSERT_EQ(planned.diagnostics.items().size(), 1U);
  const Diagnostic& refused = planned.diagnostics.items()[0];
  EXPECT_EQ(refused.code, Code::StepRefused);
  EXPECT_EQ(refused.severity, Severity::Error);
  EXPECT_EQ(refused.address, "network.lab");
  EXPECT_EQ(refused.summary + "; " + refused.detail + "; " + refused.help,
            "network.lab: no group for it; none is named; name one");
  ASSERT_EQ(refused.spans.size(), 1U) << "the header of its stanza";
  EXPECT_EQ(refused.spans[0].length, std::string("[network.lab]").size());
}

}  // namespace
}  // namespace pairform::property
