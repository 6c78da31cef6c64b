// A few threads that call a provider and hand back what it answered: for the scheduler, and for what no listing showed.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/provider.h"

namespace pairform {

// How far the reading of the cloud has come: counted by whoever reads, shown to people by whoever waits. Threads: any.
struct ReadingCounts {
  std::atomic<std::size_t> listings{0};  // pages that the provider has handed on, those of repeated listings too
  std::atomic<std::size_t> asked{0};     // single look-ups
  std::atomic<std::size_t> answered{0};  // of those
};

// One question to the cloud.
struct Question {
  std::string type;
  std::string identity;
  std::string id{};  // as recorded; empty: not recorded
};

// How an operation that is polled by looking up its resource must leave it; otherwise it has failed.
enum class PolledEnd { There, Gone, Either };

struct WorkItem {
  std::vector<std::uint32_t> steps;   // of one request
  std::vector<CloudStep> begin;       // to begin; empty: poll
  std::string handle{};               // to poll
  std::optional<Question> look_up{};  // to look up instead; with a handle: polled by looking up
  PolledEnd ends = PolledEnd::Either;
};

struct WorkAnswer {
  std::vector<std::uint32_t> steps;
  std::vector<BeginAnswer> begun{};  // by step
  std::optional<PollAnswer> polled{};
  std::optional<LookupAnswer> found{};
  std::exception_ptr thrown{};  // the machine failed the provider
};

class WorkerPool {
 public:
  // `stop` reaches every call. Where the system gives fewer threads there are fewer; where it gives none, `collect` does
  // the work.
  WorkerPool(Provider& provider, unsigned threads, std::stop_token stop = {});
  ~WorkerPool();  // waits for what runs
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(WorkItem item);
  std::size_t at_work() const { return at_work_; }  // items submitted and not collected
  // What has been answered, waiting until there is something or `until`.
  std::vector<WorkAnswer> collect(std::chrono::steady_clock::time_point until);

 private:
  void work();
  void work_here();
  WorkAnswer answer(WorkItem item);

  Provider& provider_;
  const std::stop_token asked_to_stop_;
  std::mutex mutex_;
  std::condition_variable submitted_, answered_;
  std::deque<WorkItem> items_;
  std::vector<WorkAnswer> answers_;
  bool stop_ = false;
  std::size_t at_work_ = 0;  // of the owner alone
  std::vector<std::thread> threads_;
};

// How long a single call may take (begin, poll, lookup), and a listing of everything.
inline constexpr std::chrono::minutes k_call_limit{10};
inline constexpr std::chrono::minutes k_listing_limit{60};
CallLimits call_limits(std::stop_token stop, std::chrono::steady_clock::duration limit = k_call_limit);

// Sends the steps of one request; an answer that was lost is looked up, after as long as its error says: done after all, still at work (accepted, by the
// handle of the row), or the same error again. A create that is not found is looked up again within the provider's read-back
// window. A look-up is not stopped: what became of the request has to be known.
std::vector<BeginAnswer> begin_and_look_up(Provider& provider, std::span<const CloudStep> steps,
                                           const std::stop_token& stop = {});

// What stands for the handle of an operation that is under way and of which nobody has the handle: the cloud shows its
// resource busy, and names no operation. It is polled by looking the resource up.
inline constexpr std::string_view k_polled_by_look_up = "look-up";
// The handle by which the operation on a busy row is polled.
std::string handle_of(const CloudRow& busy);
// Running while the row is busy; else done, with the row that is there (none: nothing is, or it is not replicated), or
// failed where that is not how it `ends`.
PollAnswer poll_by_look_up(Provider& provider, const Question& question, PolledEnd ends, const std::stop_token& stop);

// Retries, of reads and writes alike (spec section 7): at most six tries, from 100 ms, doubling, with jitter (up to a
// quarter more, never less), honouring the service's own retry time.
inline constexpr unsigned k_attempts = 6;
inline constexpr std::chrono::milliseconds k_first_delay{100};
std::chrono::milliseconds retry_delay(unsigned attempt, const ProviderError& error,
                                      std::chrono::milliseconds first = k_first_delay);

// Asks them all, several at once, each again where that may help; answers in the order of the questions. What a
// provider throws goes on to the caller. Once `stop` is requested the answers are Stopped. `counts` may be null.
std::vector<LookupAnswer> look_up_all(Provider& provider, std::span<const Question> questions,
                                      const std::stop_token& stop = {}, ReadingCounts* counts = nullptr);

// Does the cloud hold what the step asks for?
bool holds(const CloudRow& row, const CloudStep& step);

}  // namespace pairform
