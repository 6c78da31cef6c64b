// A provider that answers with values that are not of their kind, as one with a mistake would: what such an answer is
// about is not known. Nothing is done about it, nothing of it is recorded, and the next sound answer puts everything right.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/property/project.h"

namespace pairform::property {
namespace {

// What is wrong with answers about networks.
enum class Damage { None, Subnets, InUse, Note, Identity };

class DamagedProvider : public Provider {
 public:
  DamagedProvider(std::unique_ptr<Provider> inner, const Damage& damage, const bool& dies)
      : inner_(std::move(inner)), damage_(damage), dies_(dies) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    const auto damaged = [&](Observation&& seen) {
      for (CloudRow& row : seen.rows) damage(row);
      page(std::move(seen));
    };
    inner_->observe(request, damaged, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    LookupAnswer answer = inner_->lookup(key, limits);
    if (auto* row = std::get_if<CloudRow>(&answer)) damage(*row);
    return answer;
  }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    std::vector<BeginAnswer> answers = inner_->begin(steps, limits);
    if (dies_) throw std::runtime_error("the process dies");
    for (BeginAnswer& answer : answers)
      if (auto* done = std::get_if<Done>(&answer); done != nullptr && done->row) damage(*done->row);
    return answers;
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return inner_->poll(handle, limits); }

 private:
  void damage(CloudRow& row) const {
    if (row.type != "network") return;
    if (damage_ == Damage::InUse) row.in_use = {{"ten", "web1/nic0"}};
    if (damage_ == Damage::Identity) row.identity = row.id = "eastasia/another";
    if (damage_ == Damage::Note) row.note = "paired \xff";
    for (NamedValue& value : row.attributes)
      if (value.name == "subnets" && damage_ == Damage::Subnets) value.value = "{\"web\":\"10.1.1.0/24\"";
  }
  std::unique_ptr<Provider> inner_;
  const Damage& damage_;
  const bool& dies_;
};

// A project with one managed network, and a provider whose answers can be damaged.
struct UnusableAnswer : testing::Test {
  UnusableAnswer() {
    world.networks = {{.key = "app",
                       .region = "eastasia",
                       .name = "app",
                       .existing = false,
                       .protect = false,
                       .spaces = {"10.1.0.0/16"},
                       .subnets = {{"web", "10.1.1.0/24"}}}};
    project.write(world);
    options.locked = true;
    options.wrap_provider = [this](std::unique_ptr<Provider> inner) {
      return std::make_unique<DamagedProvider>(std::move(inner), damage, dies);
    };
  }
  // Of the only network.
  static const PriorRow& network(const Planned& planned) { return planned.run.world.prior.rows.items().at(0); }
  // Once answers are sound: everything is as files ask, after at most one apply.
  void expect_mended() {
    damage = Damage::None;
    dies = false;
    EXPECT_EQ(apply(project, options), "");
    const Planned planned = project.plan(options);
    EXPECT_TRUE(planned.sound) << planned.errors();
    EXPECT_EQ(planned.steps(), std::vector<std::string>{});
    EXPECT_EQ(project.cloud().networks.size(), 1U);
    EXPECT_EQ(recorded_things(project.state()).at("network.app").subnets, "{\"web\":\"10.1.1.0/24\"}");
  }

  World world;
  Project project;
  RunOptions options;
  Damage damage = Damage::None;
  bool dies = false;
};

TEST_F(UnusableAnswer, IsNotCompared) {
  ASSERT_EQ(apply(project, options), "");
  const std::optional<std::string> state = project.state();
  for (const auto& [each, why] :
       {std::pair(Damage::Subnets, "subnets is not a map of subnets: {\"web\":\"10.1.1.0/24\""),
        std::pair(Damage::InUse, "in_use is not an address: ten"), std::pair(Damage::Note, "note is not a text")}) {
    damage = each;
    const Planned planned = project.plan(options);
    EXPECT_TRUE(planned.sound) << planned.errors();
    EXPECT_EQ(planned.steps(), std::vector<std::string>{});
    EXPECT_FALSE(planned.run.plan.complete);
    EXPECT_EQ(network(planned).presence, Existence::Unknown);
    EXPECT_EQ(planned.run.project.config.texts.view(network(planned).why_unknown),
              std::string("the answer cannot be used: ") + why);
  }
  EXPECT_EQ(project.state(), state);
  expect_mended();
}

TEST_F(UnusableAnswer, AfterAStepFailsItAndIsNotRecorded) {
  damage = Damage::Subnets;
  EXPECT_EQ(
      apply(project, options),
      "step 1 (create network.app) is not done: AnswerUnusable the answer cannot be used: subnets is not a map of "
      "subnets: {\"web\":\"10.1.1.0/24\"\n");
  EXPECT_TRUE(recorded_things(project.state()).empty());
  expect_mended();
}

// What is told after a step is another network: neither of them is recorded, and the next run finds what was made.
TEST_F(UnusableAnswer, AboutAnotherResourceFailsItsStepAndIsNotRecorded) {
  damage = Damage::Identity;
  EXPECT_EQ(
      apply(project, options),
      "step 1 (create network.app) is not done: AnswerUnusable the answer is about another resource: asked was the "
      "network eastasia/app, told was the network eastasia/another\n");
  EXPECT_TRUE(recorded_things(project.state()).empty());
  expect_mended();
}

TEST_F(UnusableAnswer, AboutAnotherResourceSettlesNoOpenIntent) {
  dies = true;
  EXPECT_THROW(apply(project, options), std::runtime_error);
  const std::string journal = project.journal();
  dies = false;
  damage = Damage::Identity;
  project.plan(options);
  EXPECT_EQ(project.journal(), journal);
  EXPECT_TRUE(recorded_things(project.state()).empty());
  expect_mended();
}

// The process dies once the network is made; the next run asks what became of it, and is answered with damage.
TEST_F(UnusableAnswer, SettlesNoOpenIntent) {
  dies = true;
  EXPECT_THROW(apply(project, options), std::runtime_error);
  const std::string journal = project.journal();
  dies = false;
  damage = Damage::Subnets;
  EXPECT_EQ(project.plan(options).steps(), std::vector<std::string>{});
  EXPECT_EQ(project.journal(), journal);
  expect_mended();
}

}  // namespace
}  // namespace pairform::property
