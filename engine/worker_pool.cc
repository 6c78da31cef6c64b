#include "engine/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <random>
#include <system_error>
#include <utility>

namespace pairform {

bool holds(const CloudRow& row, const CloudStep& step) {
  return std::all_of(step.attributes.begin(), step.attributes.end(), [&](const NamedValue& wanted) {
    const auto found = find_value(row.attributes, wanted.name);
    return wanted.value ? found && *found == *wanted.value : !found;
  });
}

CallLimits call_limits(std::stop_token stop, std::chrono::steady_clock::duration limit) {
  return {std::move(stop), std::chrono::steady_clock::now() + limit};
}

namespace {

// What there is now of a step whose answer was lost. A create that is not found may not be visible yet, as
// `mapping.app.forward` seconds after it was made: it is looked up again within the provider's window. To send it once
// more at once could only be refused, because its slot is taken.
LookupAnswer look_up_lost(Provider& provider, const CloudStep& step, const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + provider.capabilities().read_back_window;
  for (unsigned attempt = 1;; ++attempt) {
    LookupAnswer answer = provider.lookup({step.type, step.identity, step.id}, call_limits({}));
    const auto* row = std::get_if<CloudRow>(&answer);
    const bool absent = std::holds_alternative<AbsentAnswer>(answer) || (row != nullptr && row->facts_only);
    const auto now = std::chrono::steady_clock::now();
    if (!absent || step.operation != Operation::Create || now >= until) return answer;
    if (!sleep_unless_stopped(std::min(now + retry_delay(attempt, {}), until), stop)) return answer;
  }
}

}  // namespace

std::vector<BeginAnswer> begin_and_look_up(Provider& provider, std::span<const CloudStep> steps,
                                           const std::stop_token& stop) {
  std::vector<BeginAnswer> answers = provider.begin(steps, call_limits(stop));
  for (std::size_t i = 0; i < answers.size() && i < steps.size(); ++i) {
    const auto* failed = std::get_if<ProviderError>(&answers[i]);
    if (failed == nullptr || failed->kind != ErrorKind::Lost) continue;
    if (failed->retry_after) sleep_unless_stopped(std::chrono::steady_clock::now() + *failed->retry_after, stop);
    const LookupAnswer now = look_up_lost(provider, steps[i], stop);
    const auto* row = std::get_if<CloudRow>(&now);
    // The cloud took it and is at work on it: it goes on as if the answer had come.
    if (row != nullptr && row->status == Status::Busy) {
      answers[i] = Accepted{handle_of(*row)};
      continue;
    }
    if (steps[i].operation == Operation::Delete) {
      if (std::holds_alternative<AbsentAnswer>(now) || (row != nullptr && row->facts_only)) answers[i] = Done{};
    } else if (row != nullptr && !row->facts_only && row->status == Status::Settled && holds(*row, steps[i])) {
      answers[i] = Done{*row};
    }
  }
  return answers;
}

std::string handle_of(const CloudRow& busy) {
  return busy.operation.empty() ? std::string(k_polled_by_look_up) : busy.operation;
}

PollAnswer poll_by_look_up(Provider& provider, const Question& question, PolledEnd ends, const std::stop_token& stop) {
  LookupAnswer answer = provider.lookup({question.type, question.identity, question.id}, call_limits(stop));
  // Asking failed, not the operation.
  if (auto* failed = std::get_if<ProviderError>(&answer)) {
    if (failed->kind == ErrorKind::Invalid) failed->kind = ErrorKind::Unavailable;
    return std::move(*failed);
  }
  auto* row = std::get_if<CloudRow>(&answer);
  if (row != nullptr && row->status == Status::Busy) return Running{.text = "busy"};
  const bool there = row != nullptr && !row->facts_only;
  if (ends != PolledEnd::Either && there != (ends == PolledEnd::There))
    return ProviderError{.kind = ErrorKind::Invalid,
                         .code = "OperationFailed",
                         .message = there ? "the operation has ended, and it is still there"
                                          : "the operation has ended, and it is not there"};
  return there ? Done{std::move(*row)} : Done{};
}

std::chrono::milliseconds retry_delay(unsigned attempt, const ProviderError& error, std::chrono::milliseconds first) {
  thread_local std::minstd_rand random{std::random_device{}()};
  auto pause = first * (1U << std::min(attempt - 1, 10U));
  pause += pause * static_cast<int>(random() % 26) / 100;
  return error.retry_after ? std::max(pause, *error.retry_after) : pause;
}

namespace {
LookupAnswer look_up(Provider& provider, const Question& question, const std::stop_token& stop) {
  for (unsigned attempt = 1;; ++attempt) {
    LookupAnswer answer = provider.lookup({question.type, question.identity, question.id}, call_limits(stop));
    const auto* failed = std::get_if<ProviderError>(&answer);
    if (failed == nullptr || !is_retryable(failed->kind) || attempt == k_attempts) return answer;
    if (!sleep_unless_stopped(std::chrono::steady_clock::now() + retry_delay(attempt, *failed), stop)) return answer;
  }
}

// As many threads as the system lets start, `count` at most: a container may limit processes, and a thread needs memory
// for its stack.
template <class Work>
void start_threads(std::vector<std::thread>& threads, std::size_t count, Work work) {
  threads.reserve(count);
  try {
    while (threads.size() < count) threads.emplace_back(work, threads.size());
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {}
}

ProviderError stopped_error() { return {ErrorKind::Stopped, "Stopped", "pairform was interrupted", {}, std::nullopt}; }
}  // namespace

std::vector<LookupAnswer> look_up_all(Provider& provider, std::span<const Question> questions,
                                      const std::stop_token& stop, ReadingCounts* counts) {
  constexpr std::size_t k_at_once = 10;  // as many as an apply has operations in flight
  std::vector<LookupAnswer> answers(questions.size(), stopped_error());
  std::vector<std::exception_ptr> thrown(k_at_once);
  std::atomic<std::size_t> next{0};
  if (counts != nullptr) counts->asked += questions.size();
  const auto work = [&](std::size_t worker) {
    try {
      for (std::size_t i = next++; i < questions.size() && !stop.stop_requested(); i = next++) {
        answers[i] = look_up(provider, questions[i], stop);
        if (counts != nullptr) ++counts->answered;
      }
    } catch (...) {
      thrown[worker] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  start_threads(threads, std::min(k_at_once, std::max<std::size_t>(questions.size(), 1)) - 1,
                [&](std::size_t worker) { work(worker + 1); });
  work(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& each : thrown)
    if (each) std::rethrow_exception(each);
  return answers;
}

WorkerPool::WorkerPool(Provider& provider, unsigned threads, std::stop_token stop)
    : provider_(provider), asked_to_stop_(std::move(stop)) {
  start_threads(threads_, std::max(1U, threads), [this](std::size_t) { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  submitted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::submit(WorkItem item) {
  ++at_work_;
  {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
  }
  submitted_.notify_one();
}

std::vector<WorkAnswer> WorkerPool::collect(std::chrono::steady_clock::time_point until) {
  if (threads_.empty()) work_here();
  std::unique_lock lock(mutex_);
  answered_.wait_until(lock, until, [this] { return !answers_.empty(); });
  at_work_ -= answers_.size();
  return std::exchange(answers_, {});
}

// Without any thread of its own the pool works on that of its owner.
void WorkerPool::work_here() {
  if (items_.empty()) return;
  WorkItem item = std::move(items_.front());
  items_.pop_front();
  answers_.push_back(answer(std::move(item)));
}

void WorkerPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    submitted_.wait(lock, [this] { return stop_ || !items_.empty(); });
    if (items_.empty()) return;
    WorkItem item = std::move(items_.front());
    items_.pop_front();
    lock.unlock();
    WorkAnswer done = answer(std::move(item));
    lock.lock();
    answers_.push_back(std::move(done));
    lock.unlock();
    answered_.notify_one();
  }
}

WorkAnswer WorkerPool::answer(WorkItem item) {
  WorkAnswer answer{.steps = item.steps};
  try {
    if (item.look_up && !item.handle.empty())
      answer.polled = poll_by_look_up(provider_, *item.look_up, item.ends, asked_to_stop_);
    else if (item.look_up)
      answer.found =
          provider_.lookup({item.look_up->type, item.look_up->identity, item.look_up->id}, call_limits(asked_to_stop_));
    else if (item.begin.empty()) answer.polled = provider_.poll(item.handle, call_limits(asked_to_stop_));
    else answer.begun = begin_and_look_up(provider_, item.begin, asked_to_stop_);
  } catch (...) {
    answer.thrown = std::current_exception();
  }
  return answer;
}

}  // namespace pairform
