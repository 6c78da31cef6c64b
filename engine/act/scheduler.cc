#include "engine/act/scheduler.h"

#include <algorithm>
#include <set>

#include "engine/act/ready_steps.h"
#include "engine/act/timers.h"
#include "engine/worker_pool.h"
#include "schema/check.h"

namespace pairform {
namespace {

using Clock = std::chrono::steady_clock;

class Scheduler {
 public:
  Scheduler(Provider& provider, std::vector<ScheduledStep> steps, const SchedulerOptions& options,
            const SchedulerHooks& hooks)
      : steps_(std::move(steps)),
        options_(options),
        hooks_(hooks),
        pool_(provider, std::min({options.parallelism, 64U, std::max(1U, static_cast<unsigned>(steps_.size()))}),
              options.stop),
        can_(provider.capabilities()),
        ready_(steps_.size()),
        results_(steps_.size()),
        progress_(steps_.size()),
        dependents_(steps_.size()),
        going_on_(options.under_way) {
    for (std::uint32_t s = 0; s < steps_.size(); ++s) {
      results_[s].step = s;
      progress_[s].missing = steps_[s].waits_for.size();
      if (steps_[s].local) ready_.set_local(s);
      else ready_.set_route(s, provider.route(steps_[s].cloud));
      for (const std::uint32_t waited : steps_[s].waits_for) dependents_[waited].push_back(s);
      if (progress_[s].missing == 0) ready_.add(s);
    }
  }

  std::vector<StepResult> run() {
    try {
      while (round()) {}
    } catch (...) {
      drain();
      throw;
    }
    for (StepResult& result : results_)
      if (result.state == StepState::Waiting) result.state = StepState::NotStarted;
    return std::move(results_);
  }

 private:
  struct Progress {
    std::size_t missing = 0;  // steps still waited for
    unsigned attempts = 0;
    std::vector<std::uint32_t> again;  // what the retry timer of this step sends
    bool apart = false;                // counted in accepted_, no longer in in_flight_
    Clock::time_point give_up;
    unsigned looks = 0;            // look-ups after the write, because it was not visible yet
    Clock::time_point look_until;  // the end of the read-back window
  };

  bool round();
  void drain();
  void start_local();
  void start_ready();
  void join(std::vector<std::uint32_t>& group);
  bool journal_intents(std::span<const std::uint32_t> steps) { return !(fenced_ = fenced_ || !hooks_.before(steps)); }
  void send(std::vector<std::uint32_t> group);
  void fire_timers();
  void try_again(std::uint32_t step, bool stop);
  void poll(std::uint32_t step, bool stop);
  void look_up(std::uint32_t step, bool stop);
  Question question_about(std::uint32_t step) const {
    const CloudStep& cloud = steps_[step].cloud;
    return {cloud.type, cloud.identity, cloud.id};
  }
  std::exception_ptr take_answers(Clock::time_point until);
  void take(WorkAnswer answer);
  void take_begun(std::uint32_t step, BeginAnswer answer);
  void take_polled(std::uint32_t step, PollAnswer answer);
  void take_found(std::uint32_t step, const LookupAnswer& answer);
  bool look_up_later(std::uint32_t step);
  void conclude(std::uint32_t step) { finish(step, results_[step].error ? StepState::Failed : StepState::Done); }
  bool is_full(std::size_t more) const;
  bool lacks_place(std::uint32_t step, std::size_t more) const;
  void defer_held_back();
  void leave_flight(std::uint32_t step);
  bool may_retry(std::uint32_t step, const ProviderError& error) const;
  void retry(std::vector<std::uint32_t> steps);
  void failed(std::uint32_t step, ProviderError error);
  void not_sent(std::uint32_t step);
  void succeeded(std::uint32_t step, const Done& done);
  void accepted(std::uint32_t step, std::string handle);
  void abandon(std::uint32_t step);
  void finish(std::uint32_t step, StepState state);
  void cut_off(std::uint32_t cause, StepState state);
  void report();
  bool stopping() const { return fenced_ || (hooks_.interrupted && hooks_.interrupted()); }
  Clock::duration delay(unsigned attempt, const ProviderError& error) const {
    return retry_delay(attempt, error, options_.first_delay);
  }

  std::vector<ScheduledStep> steps_;
  const SchedulerOptions& options_;
  const SchedulerHooks& hooks_;
  WorkerPool pool_;
  const Capabilities can_;
  ReadySteps ready_;
  std::vector<StepResult> results_;
  std::vector<Progress> progress_;
  std::vector<std::vector<std::uint32_t>> dependents_;
  Timers timers_;                 // retries, polls, look-ups after a write
  std::vector<StepResult> news_;  // to be reported together
  std::size_t in_flight_ = 0;     // steps: sent, waiting for a retry or a look-up, or accepted and not in accepted_
  std::size_t going_on_;  // accepted ones that nobody waits for any more, and keep their places (Route::goes_on)
  std::uint32_t last_abandoned_ = UINT32_MAX;  // of them
  std::size_t accepted_ = 0;                   // those of which can_.accepted_at_once counts, not in in_flight_
  bool fenced_ = false;                        // an intent could not be written, or nothing may be gone on with
};

bool Scheduler::round() {
  if (!stopping()) {
    start_local();
    start_ready();
  }
  const bool stop = stopping();
  fire_timers();
  report();
  if (in_flight_ + accepted_ == 0 && (stop || ready_.is_empty())) {
    if (!stop) defer_held_back();
    report();
    return false;
  }
  Clock::time_point until = Clock::now() + std::chrono::milliseconds(100);
  if (!timers_.empty()) until = std::min(until, timers_.top().due);
  // What a provider throws ends the run, after the other answers have been taken.
  const std::exception_ptr thrown = take_answers(until);
  report();
  if (thrown) std::rethrow_exception(thrown);
  if (hooks_.tick) hooks_.tick();
  return true;
}

// All that have come until then, each whatever another one throws. The first exception, none if there is none.
std::exception_ptr Scheduler::take_answers(Clock::time_point until) {
  std::exception_ptr thrown;
  for (WorkAnswer& answer : pool_.collect(until)) {
    try {
      if (answer.thrown) std::rethrow_exception(answer.thrown);
      take(std::move(answer));
    } catch (...) {
      if (!thrown) thrown = std::current_exception();
    }
  }
  return thrown;
}

// After an exception: nothing starts any more; what was sent is waited for, and its outcome written if it can be.
void Scheduler::drain() {
  fenced_ = true;
  while (pool_.at_work() > 0) take_answers(Clock::now() + std::chrono::seconds(1));
  try {
    report();
  } catch (...) {  // the exception that ended the run goes on
  }
}

// State-only steps need nobody: all that are ready end at once, and are written together.
void Scheduler::start_local() {
  for (bool again = true; again;) {
    const ReadySteps::StepSet steps = ready_.take_local();
    again = !steps.empty();
    for (const std::uint32_t step : steps) {
      if (hooks_.started) hooks_.started(step);
      finish(step, StepState::Done);
    }
    report();
  }
}

// Would one more request go beyond --parallelism, or beyond what the provider accepts at once? `more`: requests that
// were chosen in this round, which count as one step each; once sent each step of a group counts.
bool Scheduler::is_full(std::size_t more) const {
  if (in_flight_ + more >= options_.parallelism) return true;
  return can_.accepted_at_once != 0 && accepted_ + in_flight_ + more >= can_.accepted_at_once;
}

// One that goes on for hours begins only where those that go on from before leave it a place.
bool Scheduler::lacks_place(std::uint32_t step, std::size_t more) const {
  return ready_.route(step).goes_on && can_.accepted_at_once != 0 && going_on_ > 0 &&
         going_on_ + accepted_ + in_flight_ + more >= can_.accepted_at_once;
}

// Nothing that this run waits for makes a place any more.
void Scheduler::defer_held_back() {
  for (const std::uint32_t step : ready_.take_held_back()) {
    results_[step].state = StepState::Deferred;
    results_[step].because = last_abandoned_;
    news_.push_back(results_[step]);
    cut_off(step, StepState::Deferred);
  }
}

void Scheduler::leave_flight(std::uint32_t step) {
  --(progress_[step].apart ? accepted_ : in_flight_);
  ready_.try_held_back();
}

// A request takes the first ready step whose lane is free, and all ready steps of its group with it, so that no later
// round has to look through the group again.
void Scheduler::start_ready() {
  std::vector<std::vector<std::uint32_t>> groups;
  while (ready_.has_remote() && !is_full(groups.size())) {
    const std::uint32_t first = ready_.first();
    if (lacks_place(first, groups.size())) {
      ready_.hold_back(first);
      continue;
    }
    if (ready_.waits_for_lane(first)) continue;
    groups.push_back(ready_.take_group(first));
    join(groups.back());
    for (const std::uint32_t step : groups.back()) ready_.enter_lane(step);
  }
  std::vector<std::uint32_t> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  if (all.empty()) return;
  if (!journal_intents(all)) {  // nothing starts any more (fenced_): lanes and groups need no undoing
    ready_.put_back(all);
    return;
  }
  for (auto& group : groups) {
    in_flight_ += group.size();
    for (const std::uint32_t step : group) {
      results_[step].state = StepState::Running;
      if (hooks_.started) hooks_.started(step);
    }
    send(std::move(group));
  }
}

// Adds the steps of the same group that wait for nothing but steps of this request: the provider runs them in order.
void Scheduler::join(std::vector<std::uint32_t>& group) {
  const std::string& name = ready_.route(group.front()).group;
  if (name.empty()) return;
  std::set<std::uint32_t> request(group.begin(), group.end());
  const auto in_request = [&](std::uint32_t step) { return request.contains(step); };
  for (std::size_t i = 0; i < group.size(); ++i)
    for (const std::uint32_t next : dependents_[group[i]]) {
      if (results_[next].state != StepState::Waiting || ready_.route(next).group != name || in_request(next)) continue;
      const auto& waits = steps_[next].waits_for;
      if (progress_[next].missing != static_cast<std::size_t>(std::count_if(waits.begin(), waits.end(), in_request)))
        continue;
      group.push_back(next);
      request.insert(next);
    }
}

void Scheduler::send(std::vector<std::uint32_t> group) {
  WorkItem item{std::move(group), {}, {}};
  for (const std::uint32_t step : item.steps) {
    ++progress_[step].attempts;
    item.begin.push_back(steps_[step].cloud);
  }
  pool_.submit(std::move(item));
}

// Does what is due; where the run is to stop, ends what is still to come by what is known of it.
void Scheduler::fire_timers() {
  const bool due = !timers_.empty() && timers_.top().due <= Clock::now();
  if (due && !stopping() && hooks_.may_go_on && !hooks_.may_go_on()) fenced_ = true;
  const bool stop = stopping();
  while (!timers_.empty() && (stop || timers_.top().due <= Clock::now())) {
    const Timer timer = timers_.top();
    timers_.pop();
    switch (timer.kind) {
      case Timer::Kind::Retry: try_again(timer.step, stop); break;
      case Timer::Kind::Poll: poll(timer.step, stop); break;
      case Timer::Kind::LookUp: look_up(timer.step, stop); break;
    }
  }
}

// Sends the request of a step once more. Where it may not be sent, the error it had stands.
void Scheduler::try_again(std::uint32_t step, bool stop) {
  std::vector<std::uint32_t> again = std::exchange(progress_[step].again, {});
  if (!stop && journal_intents(again)) return send(std::move(again));
  for (const std::uint32_t each : again) failed(each, *results_[each].error);
}

void Scheduler::poll(std::uint32_t step, bool stop) {
  if (stop || Clock::now() >= progress_[step].give_up) return abandon(step);
  WorkItem item{.steps = {step}, .begin = {}, .handle = results_[step].handle};
  if (item.handle == k_polled_by_look_up) {
    item.look_up = question_about(step);
    item.ends = steps_[step].cloud.operation == Operation::Delete ? PolledEnd::Gone : PolledEnd::There;
  }
  pool_.submit(std::move(item));
}

void Scheduler::look_up(std::uint32_t step, bool stop) {
  if (stop) return conclude(step);
  pool_.submit({.steps = {step}, .begin = {}, .look_up = question_about(step)});
}

void Scheduler::take(WorkAnswer answer) {
  if (answer.polled) {
    take_polled(answer.steps.front(), std::move(*answer.polled));
    return;
  }
  if (answer.found) {
    take_found(answer.steps.front(), *answer.found);
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
  else if (std::get<ProviderError>(answer).kind == ErrorKind::Stopped) not_sent(step);
  else failed(step, std::move(std::get<ProviderError>(answer)));
}

void Scheduler::take_polled(std::uint32_t step, PollAnswer answer) {
  const auto again = [&](Clock::duration after) { timers_.push({Clock::now() + after, step, Timer::Kind::Poll}); };
  if (const auto* running = std::get_if<Running>(&answer)) {
    if (hooks_.polled) hooks_.polled(step, *running);
    again(std::min<Clock::duration>(running->next_poll,
                                    std::max(progress_[step].give_up - Clock::now(), Clock::duration::zero())));
  } else if (const auto* done = std::get_if<Done>(&answer)) {
    succeeded(step, *done);
  } else {
    ProviderError error = std::move(std::get<ProviderError>(answer));
    if (error.kind == ErrorKind::Stopped) again(Clock::duration::zero());
    else if (is_retryable(error.kind)) again(delay(1, error));  // asking failed, not the operation
    else finish((results_[step].error = std::move(error), step), StepState::Failed);
  }
}

bool Scheduler::may_retry(std::uint32_t step, const ProviderError& error) const {
  return is_retryable(error.kind) && progress_[step].attempts < options_.attempts && !stopping();
}

void Scheduler::retry(std::vector<std::uint32_t> steps) {
  const std::uint32_t first = steps.front();
  const auto pause = retry_delay(progress_[first].attempts, *results_[first].error, options_.first_delay);
  if (hooks_.retrying)
    for (const std::uint32_t step : steps)
      hooks_.retrying(step, *results_[step].error, {progress_[step].attempts, options_.attempts - 1, pause});
  timers_.push({Clock::now() + pause, first, Timer::Kind::Retry});
  progress_[first].again = std::move(steps);
}

void Scheduler::failed(std::uint32_t step, ProviderError error) {
  results_[step].error = std::move(error);
  finish(step, StepState::Failed);
}

// The run was asked to stop before the request left. The next run asks the cloud about its intent.
void Scheduler::not_sent(std::uint32_t step) {
  leave_flight(step);
  ready_.leave_lane(step);
  results_[step].state = StepState::NotStarted;
}

void Scheduler::succeeded(std::uint32_t step, const Done& done) {
  results_[step].error = hooks_.verify ? hooks_.verify(step, done) : std::nullopt;
  results_[step].row = done.row;
  const bool visible = done.row || steps_[step].cloud.operation == Operation::Delete;
  if ((visible && !results_[step].error) || !look_up_later(step)) conclude(step);
}

// The write is not visible yet, or not as it was made: within the provider's window it is looked up again. False: the
// window is over.
bool Scheduler::look_up_later(std::uint32_t step) {
  Progress& progress = progress_[step];
  const Clock::time_point now = Clock::now();
  if (progress.looks == 0) progress.look_until = now + can_.read_back_window;
  if (now >= progress.look_until || stopping()) return false;
  timers_.push({std::min(now + delay(++progress.looks, {}), progress.look_until), step, Timer::Kind::LookUp});
  return true;
}

void Scheduler::take_found(std::uint32_t step, const LookupAnswer& answer) {
  const auto* row = std::get_if<CloudRow>(&answer);
  // A vm with facts only is there but not replicated: the write is not visible yet.
  if (row != nullptr && !row->facts_only) succeeded(step, {*row});
  else if (std::holds_alternative<ProviderError>(answer)) {
    if (!look_up_later(step)) conclude(step);  // by what was seen last
  } else {
    succeeded(step, {});
  }
}

void Scheduler::accepted(std::uint32_t step, std::string handle) {
  Progress& progress = progress_[step];
  progress.give_up = Clock::now() + options_.wait;
  results_[step].state = StepState::Accepted;
  results_[step].handle = std::move(handle);
  news_.push_back(results_[step]);
  if (can_.accepted_at_once != 0) {
    --in_flight_;
    ++accepted_;
    progress.apart = true;
  }
  timers_.push({Clock::now(), step, Timer::Kind::Poll});
}

// Stops waiting for an accepted step: it stays pending, what waits for it is deferred.
void Scheduler::abandon(std::uint32_t step) {
  if (ready_.route(step).goes_on && progress_[step].apart) {
    ++going_on_;
    last_abandoned_ = step;
  }
  leave_flight(step);
  ready_.leave_lane(step);
  cut_off(step, StepState::Deferred);
}

void Scheduler::finish(std::uint32_t step, StepState state) {
  if (!steps_[step].local) {
    leave_flight(step);
    ready_.leave_lane(step);
  }
  results_[step].state = state;
  news_.push_back(results_[step]);
  if (state == StepState::Failed) {
    cut_off(step, StepState::Skipped);
    return;
  }
  for (const std::uint32_t next : dependents_[step])
    if (--progress_[next].missing == 0 && results_[next].state == StepState::Waiting) ready_.add(next);
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
