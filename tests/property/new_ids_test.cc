// A cloud in which what is made anew has another id, as a mapping of Azure under another name: state never holds a row of
// what is gone beside the row of what stands in its place, and a second apply writes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "tests/property/plan_oracles.h"

namespace pairform::property {
namespace {

// How often each was made, by type and identity. Steps are begun and polled by any thread.
class Made {
 public:
  void add(const std::string& type, const std::string& identity) {
    const std::lock_guard lock(mutex_);
    ++times_[{type, identity}];
  }
  int times(const std::string& type, const std::string& identity) const {
    const std::lock_guard lock(mutex_);
    const auto at = times_.find({type, identity});
    return at == times_.end() ? 0 : at->second;
  }
  std::size_t again() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(times_.begin(), times_.end(), [](const auto& each) { return each.second > 1; }));
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, int> times_;
};

// The simulator, whose ids get "#2" where a resource was made a second time.
class NewIds : public Provider {
 public:
  NewIds(std::unique_ptr<Provider> inner, Made& made) : inner_(std::move(inner)), made_(made) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(inner(step)); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    std::vector<KnownResource> known(request.known.begin(), request.known.end());
    for (KnownResource& each : known) each.id = inner(each.id);
    ObserveRequest asked = request;
    asked.known = known;
    const auto renamed = [&](Observation&& seen) {
      for (CloudRow& row : seen.rows) rename(row);
      page(std::move(seen));
    };
    inner_->observe(asked, renamed, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    LookupAnswer answer = inner_->lookup({key.type, key.identity, inner(key.id)}, limits);
    if (auto* row = std::get_if<CloudRow>(&answer)) rename(*row);
    return answer;
  }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    std::vector<CloudStep> sent;
    for (const CloudStep& step : steps) {
      sent.push_back(inner(step));
      if (step.operation == Operation::Create) made_.add(step.type, step.identity);
    }
    std::vector<BeginAnswer> answers = inner_->begin(sent, limits);
    for (BeginAnswer& answer : answers)
      if (auto* done = std::get_if<Done>(&answer); done != nullptr && done->row) rename(*done->row);
    return answers;
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override {
    PollAnswer answer = inner_->poll(handle, limits);
    if (auto* done = std::get_if<Done>(&answer); done != nullptr && done->row) rename(*done->row);
    return answer;
  }

 private:
  static std::string_view inner(std::string_view id) { return id.substr(0, id.find('#')); }
  static CloudStep inner(CloudStep step) {
    step.id = inner(std::string_view(step.id));
    return step;
  }
  void rename(CloudRow& row) const {
    if (const int times = made_.times(row.type, row.identity); times > 1) row.id += '#' + std::to_string(times);
  }
  std::unique_ptr<Provider> inner_;
  Made& made_;
};

std::string leaves_no_ghost(const Scenario& scenario, std::uint64_t& again) {
  Project project;
  Made made;
  RunOptions options;
  options.ids_tell_nothing = true;
  options.wrap_provider = [&](std::unique_ptr<Provider> inner) {
    return std::make_unique<NewIds>(std::move(inner), made);
  };
  if (std::string wrong = set_up(project, scenario, "", options); !wrong.empty())
    return wrong.starts_with("before: plan refused") ? "" : wrong;
  project.write(scenario.after);
  const Planned planned = project.plan(options);
  if (!planned.sound || !planned.run.plan.complete) return "";
  if (std::string wrong = apply(project, options, 1); !wrong.empty()) return wrong;
  again += made.again();
  return nothing_is_left(project, !planned.run.plan.steps.empty(), options);
}

TEST(Property, WhatIsMadeAnewWithAnotherIdLeavesNoRowOfBefore) {
  std::uint64_t again = 0;
  hold("new ids", 400001, rounds(150), {3, 6},
       [&](const Scenario& scenario) { return leaves_no_ghost(scenario, again); });
  if (HasFailure()) return;
  EXPECT_GT(again, 50U) << "too little is made anew";
}

TEST(Property, MachinesThatAreReplicatedAnewWithAnotherIdLeaveNoRowOfBefore) {
  std::uint64_t again = 0;
  hold("new ids of vms", 400001, rounds(60), {3, 4, true},
       [&](const Scenario& scenario) { return leaves_no_ghost(scenario, again); });
  if (HasFailure()) return;
  EXPECT_GT(again, 5U) << "too little is made anew";
}

}  // namespace
}  // namespace pairform::property
