#include "providers/azure/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/half_steps.h"
#include "providers/azure/item_steps.h"
#include "providers/azure/json_in.h"
#include "providers/azure/network_shape.h"
#include "providers/azure/network_steps.h"
#include "providers/azure/replication_checks.h"
#include "providers/azure/resource_group.h"
#include "providers/azure/sending.h"
#include "schema/value.h"

namespace pairform::azure {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = StepRun::Clock;

namespace {

// What was written may not be visible yet. The first look is at once.
constexpr std::array<std::chrono::seconds, 4> k_look_again{2s, 5s, 10s, 20s};
// A request that fails so often in a row, though it may be tried again, has failed. Where only asking fails, about a job that
// runs or a machine that is seeded, the step goes on being waited for.
constexpr unsigned k_most_refused = 20;
constexpr unsigned k_most_outdated = 3;
// Of a machine that is seeded: so many looks at the list, and its job is asked.
constexpr unsigned k_job_every = 10;

ProviderError unknown_handle(std::string_view handle) {
  return invalid("UnknownHandle", fmt::format("this is no handle of an operation in Azure: {}", handle));
}

// Somebody else wrote between our reading and our writing.
bool is_outdated(const ProviderError& error) {
  return same_word(error.code, "PreconditionFailed") || error.code == "Status412";
}

ProviderError changed_too_often(const StepRun& run) {
  return invalid("ChangedMeanwhile",
                 fmt::format("{} is being changed by somebody else: {} times it had changed before it was written",
                             last_segment(run.id), k_most_outdated),
                 "plan again once they have finished");
}

// A change of a replicated item: of a vm's networks, or of where a nic lands.
bool configures(const CloudStep& step) {
  return step.operation != Operation::Delete &&
         (step.type == "nic" || (step.type == "vm" && step.operation != Operation::Create));
}

Handle::Kind kind_of(const CloudStep& step) {
  if (step.type == "network") return Handle::Kind::Network;
  if (step.type == "mapping") return Handle::Kind::Half;
  return configures(step) ? Handle::Kind::Nics : Handle::Kind::Vm;
}

bool is_of_item(Handle::Kind kind) { return kind == Handle::Kind::Vm || kind == Handle::Kind::Nics; }

// What a step of that type writes. Of a half its target: its name was given when it was made.
std::vector<std::string_view> written_of(std::string_view type) {
  if (type == "mapping") return {"source", "target"};
  if (type == "vm") return {"target_network", "test_network"};
  return {"target_subnet", "target_ip", "target_secondary", "test_subnet", "test_ip"};
}

// Does the row show what the step wrote?
bool shows(const CloudRow& row, const CloudStep& step) {
  if (step.type == "network") return shows_shape(row.attributes, step);
  if (row.facts_only) return false;
  for (const std::string_view name : written_of(step.type)) {
    const auto wanted = find_value(step.attributes, name);
    if (wanted && find_value(row.attributes, name) != wanted) return false;
  }
  return true;
}

void add_note(CloudRow& row, const std::string& note) {
  if (note.empty()) return;
  row.note += row.note.empty() ? note : "; " + note;
}

bool is_final(const PollAnswer& answer) {
  const auto* error = std::get_if<ProviderError>(&answer);
  if (error != nullptr) return error->kind == ErrorKind::Invalid || error->kind == ErrorKind::Denied;
  return std::holds_alternative<Done>(answer);
}

}  // namespace

Move Writer::advance(StepRun& run, const CallLimits& limits, bool may_send) {
  const Writing with{session_, reader_, plumbing_, limits, may_send};
  switch (kind_of(run.step)) {
    case Handle::Kind::Network: return advance_network(run, with);
    case Handle::Kind::Half: return advance_half(run, with);
    case Handle::Kind::Vm: return advance_vm(run, with);
    case Handle::Kind::Nics: break;
  }
  return advance_nics(run, with);
}

Running Writer::running(StepRun& run, std::string text, milliseconds pause) const {
  run.text = std::move(text);
  run.next_call = Clock::now() + pause;
  return {-1, run.text, pause};
}

std::vector<BeginAnswer> Writer::begin(std::span<const CloudStep> steps, const CallLimits& limits) {
  std::vector<BeginAnswer> answers;
  answers.reserve(steps.size());
  while (!steps.empty()) {
    std::size_t count = 1;
    if (configures(steps[0]))
      while (count < steps.size() && configures(steps[count]) && vm_of(steps[count]) == vm_of(steps[0])) ++count;
    for (BeginAnswer& answer : begin_group(steps.first(count), limits)) answers.push_back(std::move(answer));
    steps = steps.subspan(count);
  }
  return answers;
}

std::vector<BeginAnswer> Writer::begin_group(std::span<const CloudStep> steps, const CallLimits& limits) {
  const auto all = [&](const BeginAnswer& answer) { return std::vector<BeginAnswer>(steps.size(), answer); };
  if (limits.stop.stop_requested()) return all(stopped());
  // A replicated machine has each of its NICs for as long as it is replicated; where it lands goes with that.
  if (steps[0].type == "nic" && steps[0].operation == Operation::Delete) return all(Done{});
  StepRun run{.step = steps[0]};
  const bool of_item = is_of_item(kind_of(run.step));
  if (configures(run.step)) run.group.assign(steps.begin(), steps.end());
  for (;;) {
    Move move = advance(run, limits);
    if (auto* error = std::get_if<ProviderError>(&move)) {
      // What became of it is seen in the item, by whoever polls.
      if (of_item && error->kind == ErrorKind::Lost) {
        static_cast<void>(refused(run, std::move(*error)));
        return accept(std::move(run));
      }
      say_what_was_asked_for(*error, run, {session_, reader_, plumbing_, limits});
      if (!is_outdated(*error)) return all(std::move(*error));
      if (++run.outdated == k_most_outdated) return all(changed_too_often(run));
      continue;
    }
    PollAnswer answer = take(run, std::move(move), limits);
    if (auto* error = std::get_if<ProviderError>(&answer)) return all(std::move(*error));
    auto* done = std::get_if<Done>(&answer);
    if (done == nullptr) return accept(std::move(run));
    if (run.group.empty()) return all(std::move(*done));
    std::vector<BeginAnswer> answers;
    for (CloudRow& row : run.rows) answers.emplace_back(Done{std::move(row)});
    return answers;
  }
}

milliseconds Writer::pause_before_asking(const StepRun& run) const {
  return run.seeding ? session_.scaled(k_seeding_look) : pause_before_ask(session_, *run.underway);
}

// What a move that is no error comes to.
PollAnswer Writer::take(StepRun& run, Move move, const CallLimits& limits) {
  if (auto* sent = std::get_if<Sent>(&move)) {
    if (run.job.empty()) run.job = sent->underway.write.job;
    run.refused = run.unseen = 0;
    run.confirmed = false;
    run.underway = std::move(sent->underway);
    run.sending = sent->text;
    return running(run, std::move(sent->text), pause_before_asking(run));
  }
  if (auto* waits = std::get_if<Waits>(&move)) {
    if (run.job.empty()) run.job = waits->job;
    if (!run.succeeded.empty() && waits->text == run.succeeded) return unseen(run);
    return running(run, std::move(waits->text), waits->pause.value_or(session_.scaled(5s)));
  }
  return read_back(run, limits);
}

// The last request succeeded, and what is there shows nothing of it.
PollAnswer Writer::unseen(StepRun& run) {
  reader_.wrote();
  if (run.unseen < k_look_again.size())
    return running(run, run.succeeded, session_.scaled(k_look_again.at(run.unseen++)));
  ProviderError error = invalid(
      "ReadBackDiffers", fmt::format("the service says that it is done, and nothing has changed: {}", run.succeeded),
      "plan again");
  error.job = run.last_job;
  return error;
}

std::vector<BeginAnswer> Writer::accept(StepRun run) {
  std::vector<BeginAnswer> answers;
  const std::vector<CloudStep> steps = run.group.empty() ? std::vector{run.step} : run.group;
  const auto driven = std::make_shared<Driven>();
  const std::string id = ascii_lower(run.id), job = run.job;
  driven->run = std::move(run);
  const std::lock_guard lock(table_);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::string text = handle_text({kind_of(steps[i]), steps[i].operation, id, tag_of(steps[i].identity), job},
                                   session_.settings.vault_id());
    driven_.insert_or_assign(text, Place{driven, i});
    answers.emplace_back(Accepted{std::move(text)});
  }
  return answers;
}

std::optional<Writer::Place> Writer::find(std::string_view handle) {
  const std::lock_guard lock(table_);
  const auto at = driven_.find(handle);
  return at == driven_.end() ? std::nullopt : std::optional(at->second);
}

PollAnswer Writer::poll(std::string_view handle, const CallLimits& limits) {
  if (limits.stop.stop_requested()) return stopped();
  if (const auto place = find(handle)) return drive(handle, *place, limits);
  const auto parsed = parse_handle(handle, session_.settings.vault_id());
  return parsed ? look_only(*parsed, limits) : unknown_handle(handle);
}

std::vector<StepProblem> Writer::lacks(const NeededThings& needed, const CallLimits& limits) {
  const Writing with{session_, reader_, plumbing_, limits, false};
  std::vector<StepProblem> out;
  const auto add = [&](const NeededThing& of, const std::optional<ProviderError>& error) {
    if (!error || error->kind != ErrorKind::Invalid) return;
    out.push_back({of.identity, error->message,
                   of.steps == 1 ? std::string() : fmt::format("{} steps need it", of.steps), error->help});
  };
  for (const NeededGroup& each : needed.groups)
    add(each, check_group(with, each.subscription, each.group, each.region));
  for (const NeededAccount& each : needed.accounts) add(each, check_cache_account(with, each.id, each.region));
  return out;
}

PollAnswer Writer::drive(std::string_view handle, const Place& place, const CallLimits& limits) {
  Driven& driven = *place.driven;
  const std::lock_guard lock(driven.mutex);
  if (!driven.ended) {
    if (const auto now = Clock::now(); now < driven.run.next_call) {
      const auto rest = std::chrono::duration_cast<milliseconds>(driven.run.next_call - now);
      return Running{-1, driven.run.text, std::max(rest, 1ms)};
    }
    PollAnswer answer = go_on(driven.run, limits);
    if (!is_final(answer)) return answer;
    if (auto* error = std::get_if<ProviderError>(&answer))
      say_what_was_asked_for(*error, driven.run, {session_, reader_, plumbing_, limits});
    driven.ended = std::move(answer);
  }
  {
    const std::lock_guard table(table_);
    if (const auto at = driven_.find(handle); at != driven_.end() && at->second.driven.get() == &driven)
      driven_.erase(at);
  }
  const bool of_group = std::holds_alternative<Done>(*driven.ended) && place.step < driven.run.rows.size();
  return of_group ? PollAnswer(Done{driven.run.rows[place.step]}) : *driven.ended;
}

PollAnswer Writer::go_on(StepRun& run, const CallLimits& limits) {
  bool may_send = true;
  if (auto answer = ask_after(run, limits, may_send)) return std::move(*answer);
  Move move = advance(run, limits, may_send);
  if (auto* error = std::get_if<ProviderError>(&move)) return refused(run, std::move(*error));
  return take(run, std::move(move), limits);
}

// One list tells of all machines that are seeded, so that their jobs are not asked one by one but now and then: for one that
// has failed while its item does not show it. None: it is seeded no more, does not show, or its job is to be asked.
std::optional<PollAnswer> Writer::seeded(StepRun& run, const CallLimits& limits) {
  if (run.seeding && ++run.seeding_looks % k_job_every == 0) return std::nullopt;
  const Writing with{session_, reader_, plumbing_, limits, false};
  auto move = run.seeding ? still_seeding(ascii_lower(run.id), with) : std::nullopt;
  if (!move) return std::nullopt;
  if (auto* error = std::get_if<ProviderError>(&*move)) return refused(run, std::move(*error));
  return take(run, std::move(*move), limits);
}

// None: nothing is under way any more, as far as anybody can tell.
std::optional<PollAnswer> Writer::ask_after(StepRun& run, const CallLimits& limits, bool& may_send) {
  if (!run.underway) return std::nullopt;
  if (auto waits = seeded(run, limits)) return waits;
  if (!session_.await_poll_turn(limits.stop)) return stopped();
  AskAnswer answer = ask(session_, *run.underway, limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return refused(run, std::move(*error));
  run.refused = 0;
  if (std::get<Asked>(answer) == Asked::Running) return running(run, run.sending, pause_before_asking(run));
  reader_.wrote();  // only now it shows
  run.confirmed = std::get<Asked>(answer) == Asked::Ended;
  switch (std::get<Asked>(answer)) {
    case Asked::Running:
    case Asked::Ended: run.succeeded = run.sending; break;
    case Asked::Unknown:
      // Of a network its state tells. A mapping that does not show yet may still be on its way.
      may_send = run.underway->service == Underway::Service::Network ||
                 Clock::now() - run.underway->sent >= session_.scaled(k_unseen);
      if (!may_send) return std::nullopt;
      run.succeeded = run.sending;  // if it is needed once more nothing came of it, and nothing would of another one
      break;
  }
  run.underway.reset();
  return std::nullopt;
}

// While it is driven: a failure that may pass is waited for.
PollAnswer Writer::refused(StepRun& run, ProviderError error) {
  if (error.kind == ErrorKind::Stopped) return error;
  if (error.job.empty()) error.job = run.last_job;
  if (is_outdated(error)) {
    if (++run.outdated == k_most_outdated) return changed_too_often(run);
    return running(run, fmt::format("{}: {}", error.code, error.message), session_.scaled(2s));
  }
  if (!is_retryable(error.kind)) return error;
  if (run.underway || run.seeding || ++run.refused < k_most_refused)
    return running(run, fmt::format("{}: {}", error.code, error.message),
                   session_.scaled(error.retry_after.value_or(5s)));
  error.kind = ErrorKind::Invalid;
  return error;
}

PollAnswer Writer::read_back(StepRun& run, const CallLimits& limits) {
  run.underway.reset();
  if (run.step.operation == Operation::Delete) return Done{};
  if (run.read_backs > 0) reader_.wrote();
  const bool last = run.read_backs == k_look_again.size();
  bool is_there = true, is_shown = true;
  run.rows.clear();
  const std::vector<CloudStep> steps = run.group.empty() ? std::vector{run.step} : run.group;
  // The id of a replication in state is short, and that of a nic is its own: both are found by their identity.
  const std::string id = is_of_item(kind_of(run.step)) ? std::string() : ascii_lower(run.id);
  std::vector<LookupKey> keys;
  keys.reserve(steps.size());
  for (const CloudStep& step : steps) keys.push_back({step.type, step.identity, id});
  std::vector<LookupAnswer> answers = reader_.lookup_of_vm(keys, limits);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (auto* error = std::get_if<ProviderError>(&answers[i])) return refused(run, std::move(*error));
    auto* row = std::get_if<CloudRow>(&answers[i]);
    is_there = is_there && row != nullptr;
    is_shown = is_shown && row != nullptr && shows(*row, steps[i]);
    if (row == nullptr) continue;
    add_note(*row, run.note);
    run.rows.push_back(std::move(*row));
  }
  if (is_shown || (last && is_there)) return Done{run.rows.front()};
  if (!last) return running(run, "waits until it shows", session_.scaled(k_look_again.at(run.read_backs++)));
  ProviderError error =
      invalid("ReadBackDiffers", "the service says that it is done, and it is not there", "plan again");
  error.job = run.last_job;
  return error;
}

// Of an operation of another process: nothing is sent. Done without a row: its caller looks it up.
PollAnswer Writer::look_only(const Handle& handle, const CallLimits& limits) {
  const Writing with{session_, reader_, plumbing_, limits, false};
  if (handle.kind == Handle::Kind::Vm && handle.operation == Operation::Create)
    if (auto seeding = still_seeding(handle.id, with)) {
      if (auto* error = std::get_if<ProviderError>(&*seeding)) return std::move(*error);
      const auto& waits = std::get<Waits>(*seeding);
      return Running{-1, waits.text, *waits.pause};
    }
  if (!session_.await_poll_turn(limits.stop)) return stopped();
  if (!handle.job.empty()) {
    AskAnswer asked = ask_job(session_, handle.job, limits);
    if (auto* error = std::get_if<ProviderError>(&asked)) return std::move(*error);
    if (std::get<Asked>(asked) == Asked::Running) return Running{-1, "its job runs", session_.scaled(5s)};
    // A change of an item has ended with its job, whatever else goes on (a test failover).
    if (handle.kind == Handle::Kind::Nics && std::get<Asked>(asked) == Asked::Ended) return Done{};
  }
  if (is_of_item(handle.kind)) return look_at_item(handle, limits);
  if (handle.kind == Handle::Kind::Network) {
    auto state = network_state(with, handle.id);
    if (auto* error = std::get_if<ProviderError>(&state)) return std::move(*error);
    if (std::get<NetworkState>(state) == NetworkState::AtWork)
      return Running{-1, "the network is at work", session_.scaled(5s)};
  }
  return Done{{}, handle.operation == Operation::Delete};
}

PollAnswer Writer::look_at_item(const Handle& handle, const CallLimits& limits) {
  const Writing with{session_, reader_, plumbing_, limits, false};
  ItemAnswer found = find_item(with, handle.id);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  const auto* there = std::get_if<FoundItem>(&found);
  if (there != nullptr && there->item.status.status == Status::Busy)
    return Running{-1, there->item.status.because, session_.scaled(k_seeding_look)};
  return Done{{}, handle.operation == Operation::Delete};
}

}  // namespace pairform::azure
