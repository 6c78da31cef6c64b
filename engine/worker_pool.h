// A few threads that call a provider and hand back what it answered: for the scheduler, and for what no listing showed.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/provider.h"

namespace pairform {

struct WorkItem {
  std::vector<std::uint32_t> steps;  // of one request
  std::vector<CloudStep> begin;      // to begin; empty: poll
  std::string handle;                // to poll
};

struct WorkAnswer {
  std::vector<std::uint32_t> steps;
  std::vector<BeginAnswer> begun;  // by step
  std::optional<PollAnswer> polled;
  std::exception_ptr thrown;  // the machine failed the provider
};

class WorkerPool {
 public:
  WorkerPool(Provider& provider, unsigned threads);
  ~WorkerPool();  // waits for what runs
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(WorkItem item);
  // What has been answered, waiting until there is something or `until`.
  std::vector<WorkAnswer> collect(std::chrono::steady_clock::time_point until);

 private:
  void work();
  WorkAnswer answer(WorkItem item);

  Provider& provider_;
  std::mutex mutex_;
  std::condition_variable submitted_, answered_;
  std::deque<WorkItem> items_;
  std::vector<WorkAnswer> answers_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

// Sends the steps of one request; an answer that was lost is looked up: done after all, or the same error again.
std::vector<BeginAnswer> begin_and_look_up(Provider& provider, std::span<const CloudStep> steps);

// Retries, of reads and writes alike (spec section 7): at most six tries, from 100 ms, doubling, with jitter (up to a
// quarter more, never less), honouring the service's own retry time.
inline constexpr unsigned k_attempts = 6;
inline constexpr std::chrono::milliseconds k_first_delay{100};
std::chrono::milliseconds retry_delay(unsigned attempt, const ProviderError& error,
                                      std::chrono::milliseconds first = k_first_delay);

// One question to the cloud.
struct Question {
  std::string type;
  std::string identity;
};
// Asks them all, several at once, each again where that may help; answers in the order of the questions. What a
// provider throws goes on to the caller.
std::vector<LookupAnswer> look_up_all(Provider& provider, std::span<const Question> questions);

// Does the cloud hold what the step asks for?
bool holds(const CloudRow& row, const CloudStep& step);

}  // namespace pairform
