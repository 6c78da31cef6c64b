// A provider that answers as it is told and remembers what it was asked. No cloud behind it: a step that nobody
// scripted is done at once. Threads: as engine/provider.h asks; scripts are set before it is used.
#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/provider.h"

namespace pairform {

class FakeProvider : public Provider {
 public:
  using Clock = std::chrono::steady_clock;
  struct Call {
    std::vector<std::string> identities;  // of one request
    Clock::time_point at;
  };

  // Scripts by identity; each answer is used once, in order.
  std::map<std::string, std::deque<BeginAnswer>> begins;
  std::map<std::string, std::deque<PollAnswer>> polls;               // by handle; when used up: done
  std::map<std::string, LookupAnswer> lookups;                       // absent if there is none
  std::map<std::string, std::deque<LookupAnswer>> scripted_lookups;  // of look-ups, before `lookups` counts
  std::deque<Observation> listings;                                  // one a listing; when used up: empty
  std::vector<Note> notes;                                           // that any steps bring about
  std::vector<StepProblem> problems;                                 // that any steps have
  std::map<std::string, Route> routes;
  Capabilities can;
  std::chrono::milliseconds latency{0};              // of each begin
  std::chrono::milliseconds read_latency{0};         // of each listing and look-up; stops as it is asked to
  int polls_that_meet = 1;                           // a poll waits for so many at once, or 10 s
  std::function<void(const std::string&)> on_begin;  // before it answers, on the worker's thread

  Capabilities capabilities() const override { return can; }
  std::string scope() const override { return "fake"; }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    for (const KnownResource& known : request.known)
      known_.push_back(std::string(known.type) + ' ' + std::string(known.identity) + ' ' + std::string(known.id));
    if (!sleep_unless_stopped(Clock::now() + read_latency, limits.stop)) return;
    if (listings.empty()) return;
    Observation listing = std::move(listings.front());
    listings.pop_front();
    page(std::move(listing));
  }
  std::vector<Note> brings_about(std::span<const CloudStep>) const override { return notes; }
  std::vector<StepProblem> refuses(std::span<const CloudStep>, const CallLimits&) override { return problems; }

  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    if (!sleep_unless_stopped(Clock::now() + read_latency, limits.stop)) return error(ErrorKind::Stopped);
    const std::lock_guard lock(mutex_);
    looked_up_.emplace_back(key.identity);
    if (auto& script = scripted_lookups[std::string(key.identity)]; !script.empty()) {
      LookupAnswer answer = std::move(script.front());
      script.pop_front();
      return answer;
    }
    const auto at = lookups.find(std::string(key.identity));
    return at == lookups.end() ? LookupAnswer(AbsentAnswer{}) : at->second;
  }

  Route route(const CloudStep& step) const override {
    const auto at = routes.find(step.identity);
    return at == routes.end() ? Route{} : at->second;
  }

  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits&) override {
    enter(steps);
    for (const CloudStep& step : steps)
      if (on_begin) on_begin(step.identity);
    std::this_thread::sleep_for(latency);
    const std::lock_guard lock(mutex_);
    std::vector<BeginAnswer> answers;
    for (const CloudStep& step : steps) {
      --running_;
      --lanes_[route(step).lane];
      std::deque<BeginAnswer>& script = begins[step.identity];
      if (script.empty()) {
        answers.emplace_back(Done{row(step)});
        continue;
      }
      answers.push_back(std::move(script.front()));
      script.pop_front();
    }
    return answers;
  }

  PollAnswer poll(std::string_view handle, const CallLimits&) override {
    std::unique_lock lock(mutex_);
    polled_.emplace_back(handle);
    most_polls_ = std::max(most_polls_, ++polling_);
    met_.notify_all();
    met_.wait_for(lock, std::chrono::seconds(10), [&] { return most_polls_ >= polls_that_meet; });
    --polling_;
    std::deque<PollAnswer>& script = polls[std::string(handle)];
    if (script.empty()) return Done{};
    PollAnswer answer = std::move(script.front());
    script.pop_front();
    return answer;
  }

  // What came of it, for when all workers are idle.
  const std::vector<Call>& calls() const { return calls_; }
  std::vector<Clock::time_point> times(const std::string& identity) const {
    std::vector<Clock::time_point> out;
    for (const Call& call : calls_)
      if (std::count(call.identities.begin(), call.identities.end(), identity) != 0) out.push_back(call.at);
    return out;
  }
  std::size_t attempts(const std::string& identity) const { return times(identity).size(); }
  const std::vector<std::string>& looked_up() const { return looked_up_; }
  const std::vector<std::string>& polled() const { return polled_; }
  const std::vector<std::string>& known() const { return known_; }  // "type identity id" of all listings
  int most_at_once() const { return most_; }
  int most_polls_at_once() const { return most_polls_; }
  int most_in_a_lane() const { return most_in_lane_; }

  static CloudRow row(const CloudStep& step) {
    return {.type = step.type,
            .id = step.identity,
            .identity = step.identity,
            .attributes = step.attributes,
            .status = Status::Settled,
            .owner_project = {},
            .in_use = {}};
  }
  static ProviderError error(ErrorKind kind) { return {kind, "Scripted", "as told", {}, std::nullopt}; }

 private:
  void enter(std::span<const CloudStep> steps) {
    const std::lock_guard lock(mutex_);
    Call call{{}, Clock::now()};
    for (const CloudStep& step : steps) {
      call.identities.push_back(step.identity);
      most_ = std::max(most_, ++running_);
      const std::string lane = route(step).lane;
      const int in_lane = ++lanes_[lane];
      if (!lane.empty()) most_in_lane_ = std::max(most_in_lane_, in_lane);
    }
    calls_.push_back(std::move(call));
  }

  std::mutex mutex_;
  std::vector<Call> calls_;
  std::vector<std::string> looked_up_, polled_, known_;
  std::map<std::string, int> lanes_;
  int running_ = 0, most_ = 0, most_in_lane_ = 0;
  std::condition_variable met_;
  int polling_ = 0, most_polls_ = 0;
};

}  // namespace pairform
