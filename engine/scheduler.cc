#include "engine/scheduler.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include "engine/check.h"
#include "engine/worker_pool.h"

namespace pairform {
namespace {

using Clock = std::chrono::steady_clock;

struct Timer {
  Clock::time_point due;
  std::uint32_t step;
  bool operator>(const Timer& other) const { return std::tie(due, step) > std::tie(other.due, other.step); }
};

class Scheduler {
 public:
  Scheduler(Provider& provider, std::vector<ScheduledStep> steps, const SchedulerOptions& options,
            const SchedulerHooks& hooks)
      : steps_(std::move(steps)),
        options_(options),
        hooks_(hooks),
        pool_(provider, std::min({options.parallelism, 64U, std::max(1U, static_cast<unsigned>(steps_.size()))})),
        results_(steps_.size()),
        progress_(steps_.size()),
        dependents_(steps_.size()) {
    for (std::uint32_t s = 0; s < steps_.size(); ++s) {
      results_[s].step = s;
      progress_[s].missing = steps_[s].waits_for.size();
      if (!steps_[s].local) progress_[s].route = provider.route(steps_[s].cloud);
      for (const std::uint32_t waited : steps_[s].waits_for) dependents_[waited].push_back(s);
      grouped_ |= !progress_[s].route.group.empty();
      if (progress_[s].missing == 0) make_ready(s);
    }
  }

  std::vector<StepResult> run() {
    try {
      while (round()) {}
    } catch (...) {
      while (sent_ > 0) sent_ -= pool_.collect(Clock::now() + std::chrono::seconds(1)).size();
      throw;
    }
    for (StepResult& result : results_)
      if (result.state == StepState::Waiting) result.state = StepState::NotStarted;
    return std::move(results_);
  }

 private:
  struct Progress {
    std::size_t missing = 0;  // steps still waited for
    Route route;
    unsigned attempts = 0;
    std::vector<std::uint32_t> again;  // what the retry timer of this step sends
    bool accepted = false;
    Clock::time_point give_up;
  };

  bool round();
  void start_local();
  void start_ready();
  void join(std::vector<std::uint32_t>& group);
  void send(std::vector<std::uint32_t> group);
  void fire_timers();
  void take(WorkAnswer answer);
  void take_begun(std::uint32_t step, BeginAnswer answer);
  void take_polled(std::uint32_t step, PollAnswer answer);
  bool may_retry(std::uint32_t step, const ProviderError& error) const;
  void retry(std::vector<std::uint32_t> steps);
  void failed(std::uint32_t step, ProviderError error);
  void succeeded(std::uint32_t step, const Done& done);
  void accepted(std::uint32_t step, std::string handle);
  void abandon(std::uint32_t step);
  void make_ready(std::uint32_t step) { (steps_[step].local ? ready_local_ : ready_).insert(step); }
  void leave_lane(std::uint32_t step);
  void finish(std::uint32_t step, StepState state);
  void cut_off(std::uint32_t cause, StepState state);
  void report();
  bool stopping() const { return hooks_.interrupted && hooks_.interrupted(); }
  Clock::duration delay(unsigned attempt, const ProviderError& error) const {
    return retry_delay(attempt, error, options_.first_delay);
  }

  std::vector<ScheduledStep> steps_;
  const SchedulerOptions& options_;
  const SchedulerHooks& hooks_;
  WorkerPool pool_;
  std::vector<StepResult> results_;
  std::vector<Progress> progress_;
  std::vector<std::vector<std::uint32_t>> dependents_;
  std::set<std::uint32_t> ready_, ready_local_;                   // in list order
  bool grouped_ = false;                                          // some steps travel together
  std::map<std::string, std::vector<std::uint32_t>> busy_lanes_;  // ready steps that wait for a lane to be free
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;  // retries and polls
  std::vector<StepResult> news_;                                           // to be reported together
  std::size_t in_flight_ = 0;  // operations: sent, waiting for a retry, or accepted
  std::size_t sent_ = 0;       // requests with a worker
};

bool Scheduler::round() {
  const bool stop = stopping();
  if (!stop) {
    start_local();
    start_ready();
  }
  fire_timers();
  report();
  if (in_flight_ == 0 && (stop || (ready_.empty() && ready_local_.empty()))) return false;
  Clock::time_point until = Clock::now() + std::chrono::milliseconds(100);
  if (!timers_.empty()) until = std::min(until, timers_.top().due);
  for (WorkAnswer& answer : pool_.collect(until)) {
    --sent_;
    take(std::move(answer));
  }
  report();
  if (hooks_.tick) hooks_.tick();
  return true;
}

// State-only steps need nobody: all that are ready end at once, and are written together.
void Scheduler::start_local() {
  for (bool again = true; again;) {
    again = !ready_local_.empty();
    for (const std::uint32_t step : std::exchange(ready_local_, {})) {
      if (hooks_.started) hooks_.started(step);
      finish(step, StepState::Done);
    }
    report();
  }
}

void Scheduler::start_ready() {
  if (in_flight_ >= options_.parallelism && !grouped_) return;
  std::vector<std::vector<std::uint32_t>> groups;
  std::map<std::string, std::size_t> open;  // group -> index
  for (auto at = ready_.begin(); at != ready_.end();) {
    const std::uint32_t step = *at;
    const Route& route = progress_[step].route;
    const auto joined = route.group.empty() ? open.end() : open.find(route.group);
    if (joined != open.end()) {
      groups[joined->second].push_back(step);
    } else {
      const bool full = in_flight_ + groups.size() >= options_.parallelism;
      if (full && !grouped_) break;
      if (full) {  // only what joins a request that goes anyway
        ++at;
        continue;
      }
      const auto lane = route.lane.empty() ? busy_lanes_.end() : busy_lanes_.find(route.lane);
      if (lane != busy_lanes_.end()) {
        lane->second.push_back(step);
      } else {
        if (!route.group.empty()) open.emplace(route.group, groups.size());
        if (!route.lane.empty()) busy_lanes_.try_emplace(route.lane);
        groups.push_back({step});
      }
    }
    at = ready_.erase(at);
  }
  for (auto& group : groups) join(group);
  std::vector<std::uint32_t> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  if (all.empty()) return;
  hooks_.before(all);
  for (auto& group : groups) {
    in_flight_ += group.size();
    for (const std::uint32_t step : group) {
      results_[step].state = StepState::Running;
      if (hooks_.started) hooks_.started(step);
    }
    send(std::move(group));
  }
}

// What waits for nothing but steps of this request travels with it, after them.
void Scheduler::join(std::vector<std::uint32_t>& group) {
  const std::string& name = progress_[group.front()].route.group;
  if (name.empty()) return;
  for (std::size_t i = 0; i < group.size(); ++i)
    for (const std::uint32_t next : dependents_[group[i]]) {
      const auto in_request = [&](std::uint32_t step) {
        return std::find(group.begin(), group.end(), step) != group.end();
      };
      if (results_[next].state != StepState::Waiting || progress_[next].route.group != name || in_request(next))
        continue;
      const auto& waits = steps_[next].waits_for;
      if (progress_[next].missing == static_cast<std::size_t>(std::count_if(waits.begin(), waits.end(), in_request)))
        group.push_back(next);
    }
}

void Scheduler::send(std::vector<std::uint32_t> group) {
  WorkItem item{std::move(group), {}, {}};
  for (const std::uint32_t step : item.steps) {
    ++progress_[step].attempts;
    item.begin.push_back(steps_[step].cloud);
  }
  ++sent_;
  pool_.submit(std::move(item));
}

void Scheduler::fire_timers() {
  const bool stop = stopping();
  std::vector<Timer> waiting;
  while (!timers_.empty() && (stop || timers_.top().due <= Clock::now())) {
    const std::uint32_t step = timers_.top().step;
    timers_.pop();
    if (!progress_[step].accepted) {
      std::vector<std::uint32_t> again = std::exchange(progress_[step].again, {});
      if (stop)  // no further try: what it said last stands
        for (const std::uint32_t each : again) failed(each, *results_[each].error);
      else send(std::move(again));
    } else if (stop || Clock::now() >= progress_[step].give_up) {
      abandon(step);
    } else {
      ++sent_;
      pool_.submit({{step}, {}, results_[step].handle});
    }
  }
}

void Scheduler::take(WorkAnswer answer) {
  if (answer.thrown) std::rethrow_exception(answer.thrown);
  if (answer.polled) {
    take_polled(answer.steps.front(), std::move(*answer.polled));
    return;
  }
  PAIRFORM_CHECK(answer.begun.size() == answer.steps.size());
  std::vector<std::uint32_t> again;  // of one request: sent together once more
  for (std::size_t i = 0; i < answer.steps.size(); ++i) {
    auto* error = std::get_if<ProviderError>(&answer.begun[i]);
    if (error != nullptr && may_retry(answer.steps[i], *error)) {
      results_[answer.steps[i]].error = std::move(*error);
      again.push_back(answer.steps[i]);
    } else {
      take_begun(answer.steps[i], std::move(answer.begun[i]));
    }
  }
  if (!again.empty()) retry(std::move(again));
}

void Scheduler::take_begun(std::uint32_t step, BeginAnswer answer) {
  if (auto* done = std::get_if<Done>(&answer)) succeeded(step, *done);
  else if (auto* later = std::get_if<Accepted>(&answer)) accepted(step, std::move(later->handle));
  else failed(step, std::move(std::get<ProviderError>(answer)));
}

void Scheduler::take_polled(std::uint32_t step, PollAnswer answer) {
  const auto again = [&](Clock::duration after) { timers_.push({Clock::now() + after, step}); };
  if (const auto* running = std::get_if<Running>(&answer)) {
    again(std::min<Clock::duration>(running->next_poll,
                                    std::max(progress_[step].give_up - Clock::now(), Clock::duration::zero())));
  } else if (const auto* done = std::get_if<Done>(&answer)) {
    succeeded(step, *done);
  } else {
    ProviderError error = std::move(std::get<ProviderError>(answer));
    if (is_retryable(error.kind)) again(delay(1, error));  // asking failed, not the operation
    else finish((results_[step].error = std::move(error), step), StepState::Failed);
  }
}

bool Scheduler::may_retry(std::uint32_t step, const ProviderError& error) const {
  return is_retryable(error.kind) && progress_[step].attempts < options_.attempts && !stopping();
}

void Scheduler::retry(std::vector<std::uint32_t> steps) {
  const std::uint32_t first = steps.front();
  if (hooks_.retrying)
    for (const std::uint32_t step : steps) hooks_.retrying(step, *results_[step].error);
  timers_.push({Clock::now() + delay(progress_[first].attempts, *results_[first].error), first});
  progress_[first].again = std::move(steps);
}

void Scheduler::failed(std::uint32_t step, ProviderError error) {
  results_[step].error = std::move(error);
  finish(step, StepState::Failed);
}

void Scheduler::succeeded(std::uint32_t step, const Done& done) {
  results_[step].error = hooks_.verify ? hooks_.verify(step, done) : std::nullopt;
  results_[step].row = done.row;
  finish(step, results_[step].error ? StepState::Failed : StepState::Done);
}

void Scheduler::accepted(std::uint32_t step, std::string handle) {
  Progress& progress = progress_[step];
  progress.accepted = true;
  progress.give_up = Clock::now() + options_.wait;
  results_[step].state = StepState::Accepted;
  results_[step].handle = std::move(handle);
  news_.push_back(results_[step]);
  timers_.push({Clock::now(), step});
}

// Stops waiting for an accepted step: it stays pending, what waits for it is deferred.
void Scheduler::abandon(std::uint32_t step) {
  --in_flight_;
  leave_lane(step);
  cut_off(step, StepState::Deferred);
}

void Scheduler::finish(std::uint32_t step, StepState state) {
  if (!steps_[step].local) {
    --in_flight_;
    leave_lane(step);
  }
  results_[step].state = state;
  news_.push_back(results_[step]);
  if (state == StepState::Failed) {
    cut_off(step, StepState::Skipped);
    return;
  }
  for (const std::uint32_t next : dependents_[step])
    if (--progress_[next].missing == 0 && results_[next].state == StepState::Waiting) make_ready(next);
}

void Scheduler::leave_lane(std::uint32_t step) {
  const auto lane = busy_lanes_.find(progress_[step].route.lane);
  if (lane == busy_lanes_.end()) return;
  ready_.insert(lane->second.begin(), lane->second.end());
  busy_lanes_.erase(lane);
}

void Scheduler::cut_off(std::uint32_t cause, StepState state) {
  std::vector<std::uint32_t> reached = dependents_[cause];
  while (!reached.empty()) {
    const std::uint32_t step = reached.back();
    reached.pop_back();
    if (results_[step].state != StepState::Waiting) continue;
    results_[step].state = state;
    results_[step].because = cause;
    news_.push_back(results_[step]);
    reached.insert(reached.end(), dependents_[step].begin(), dependents_[step].end());
  }
}

void Scheduler::report() {
  if (news_.empty()) return;
  std::vector<StepResult> news = std::exchange(news_, {});
  std::stable_sort(news.begin(), news.end(), [](const StepResult& a, const StepResult& b) { return a.step < b.step; });
  hooks_.after(news);
}

}  // namespace

std::vector<StepResult> run_steps(Provider& provider, std::vector<ScheduledStep> steps, const SchedulerOptions& options,
                                  const SchedulerHooks& hooks) {
  if (steps.empty()) return {};
  return Scheduler(provider, std::move(steps), options, hooks).run();
}

}  // namespace pairform
