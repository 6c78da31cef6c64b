#include "cli/apply_result.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/progress.h"

namespace pairform {
namespace {

// Operations of an earlier run that are in that state now.
const std::vector<Text>& settled_before(const ResumeReport& resumed, StepState state) {
  static const std::vector<Text> none;
  return state == StepState::Done       ? resumed.done
         : state == StepState::Failed   ? resumed.failed
         : state == StepState::Accepted ? resumed.pending
                                        : none;
}

// Sorted, each once.
std::vector<std::string_view> addresses_in(StepState state, const Run& run, const ApplyReport& report,
                                           const ResumeReport& resumed) {
  std::vector<std::string_view> addresses;
  for (const Text before : settled_before(resumed, state)) addresses.push_back(run.project.texts().view(before));
  for (const StepResult& result : report.results) {
    if (result.state != state) continue;
    const Change& change = run.plan.diff.changes[run.plan.steps[StepId(result.step)].change];
    addresses.push_back(run.project.texts().view(run.world.estate.address(change.resource)));
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

}  // namespace

std::string earlier_events_json(const Run& run, const ResumeReport& resumed, const Diagnostics& failures) {
  std::string lines;
  for (const Text done : resumed.done) lines += event_json({"done", 0, run.project.texts().view(done), {}, {}, {}});
  for (const Text failed : resumed.failed) {
    const std::string_view address = run.project.texts().view(failed);
    const auto why = std::find_if(failures.items().begin(), failures.items().end(),
                                  [&](const Diagnostic& each) { return each.address == address; });
    std::string_view error = why == failures.items().end() ? std::string_view() : std::string_view(why->detail);
    error = error.substr(0, error.find('\n'));  // its possible causes stand in the diagnostic
    lines += event_json({"failed", 0, address, {}, error, {}});
  }
  return lines;
}

std::string apply_result_json(Exit exit, const Run& run, const ApplyReport& report, const ResumeReport& resumed) {
  constexpr std::pair<std::string_view, StepState> outcomes[] = {
      {"done", StepState::Done},         {"failed", StepState::Failed},    {"skipped", StepState::Skipped},
      {"deferred", StepState::Deferred}, {"pending", StepState::Accepted}, {"not_started", StepState::NotStarted}};
  return event_json({"result", 0, {}, {}, {}, {}}, [&](JsonWriter& json) {
    json.key("exit_code").number(static_cast<int>(exit)).key("counts").open_object();
    for (const auto& [name, state] : outcomes)
      json.key(name).number(report.count(state) + settled_before(resumed, state).size());
    json.close_object();
    for (const auto& [name, state] : outcomes) {
      json.key(name).open_array();
      for (const std::string_view each : addresses_in(state, run, report, resumed)) json.text(each);
      json.close_array();
    }
  });
}

void say_interrupted_result() {
  const std::string line = apply_result_json(Exit::Interrupted, Run(), ApplyReport(), ResumeReport());
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  if (::poll(&out, 1, 0) == 1) static_cast<void>(!::write(STDOUT_FILENO, line.data(), line.size()));
}

}  // namespace pairform
