#include "providers/azure/writer.h"

#include <fmt/format.h>

#include <array>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/half_steps.h"
#include "providers/azure/json_in.h"
#include "providers/azure/network_shape.h"
#include "providers/azure/network_steps.h"
#include "providers/azure/sending.h"
#include "schema/value.h"

namespace pairform::azure {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = StepRun::Clock;

namespace {

// What was written may not be visible yet. The first look is at once.
constexpr std::array<std::chrono::seconds, 4> k_look_again{2s, 5s, 10s, 20s};
// A request that fails so often in a row, though it may be tried again, has failed.
constexpr unsigned k_most_refused = 20;
constexpr unsigned k_most_outdated = 3;

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

Underway::Service service_of(Handle::Kind kind) {
  return kind == Handle::Kind::Network ? Underway::Service::Network : Underway::Service::SiteRecovery;
}

Handle::Kind kind_of(const CloudStep& step) {
  return step.type == "network" ? Handle::Kind::Network : Handle::Kind::Half;
}

// Does the row show what the step wrote? Of a half its target: its name was given when it was made.
bool shows(const CloudRow& row, const CloudStep& step) {
  if (step.type == "network") return shows_shape(row.attributes, step);
  for (const NamedValue& wanted : step.attributes) {
    const bool written = wanted.name == "source" || wanted.name == "target";
    if (written && wanted.value &&
        find_value(row.attributes, wanted.name) != std::optional<std::string_view>(*wanted.value))
      return false;
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
  return run.step.type == "network" ? advance_network(run, with) : advance_half(run, with);
}

Running Writer::running(StepRun& run, std::string text, milliseconds pause) const {
  run.text = std::move(text);
  run.next_call = Clock::now() + pause;
  return {-1, run.text, pause};
}

std::vector<BeginAnswer> Writer::begin(std::span<const CloudStep> steps, const CallLimits& limits) {
  std::vector<BeginAnswer> answers;
  answers.reserve(steps.size());
  for (const CloudStep& step : steps) answers.push_back(begin_one(step, limits));
  return answers;
}

BeginAnswer Writer::begin_one(const CloudStep& step, const CallLimits& limits) {
  if (limits.stop.stop_requested()) return stopped();
  if (step.type != "network" && step.type != "mapping")
    return invalid("NotSupported", "replication is not begun, changed or ended by this version", "existing = true");
  StepRun run{.step = step};
  for (;;) {
    Move move = advance(run, limits);
    if (auto* error = std::get_if<ProviderError>(&move)) {
      if (!is_outdated(*error)) return std::move(*error);
      if (++run.outdated == k_most_outdated) return changed_too_often(run);
      continue;
    }
    PollAnswer answer = take(run, std::move(move), limits);
    if (auto* done = std::get_if<Done>(&answer)) return std::move(*done);
    if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
    return accept(std::move(run));
  }
}

// What a move that is no error comes to.
PollAnswer Writer::take(StepRun& run, Move move, const CallLimits& limits) {
  if (auto* sent = std::get_if<Sent>(&move)) {
    if (run.job.empty()) run.job = sent->underway.write.job;
    run.refused = run.unseen = 0;
    run.underway = std::move(sent->underway);
    run.sending = sent->text;
    return running(run, std::move(sent->text), pause_before_ask(session_, *run.underway));
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

BeginAnswer Writer::accept(StepRun run) {
  const Handle handle{kind_of(run.step), run.step.operation, ascii_lower(run.id), tag_of(run.step.identity), run.job};
  std::string text = handle_text(handle, session_.settings.vault_id());
  auto driven = std::make_shared<Driven>();
  driven->run = std::move(run);
  const std::lock_guard lock(table_);
  driven_.insert_or_assign(text, std::move(driven));
  return Accepted{std::move(text)};
}

std::shared_ptr<Writer::Driven> Writer::find(std::string_view handle) {
  const std::lock_guard lock(table_);
  const auto at = driven_.find(handle);
  return at == driven_.end() ? nullptr : at->second;
}

PollAnswer Writer::poll(std::string_view handle, const CallLimits& limits) {
  if (limits.stop.stop_requested()) return stopped();
  if (const auto driven = find(handle)) return drive(handle, *driven, limits);
  const auto parsed = parse_handle(handle, session_.settings.vault_id());
  return parsed ? look_only(*parsed, limits) : unknown_handle(handle);
}

PollAnswer Writer::resume(const CloudStep& step, std::string_view handle, const CallLimits& limits) {
  if (limits.stop.stop_requested()) return stopped();
  if (const auto driven = find(handle)) return drive(handle, *driven, limits);
  const auto parsed = parse_handle(handle, session_.settings.vault_id());
  if (!parsed || kind_of(step) != parsed->kind) return unknown_handle(handle);
  auto driven = std::make_shared<Driven>();
  StepRun& run = driven->run;
  run.step = step;
  run.step.operation = parsed->operation;
  run.job = run.last_job = parsed->job;
  if (parsed->operation != Operation::Create) run.id = parsed->id;
  // Settings that name another group now would make a second network.
  if (parsed->operation == Operation::Create && parsed->kind == Handle::Kind::Network &&
      !is_new_id(run.step, session_.settings, parsed->id))
    return look_only(*parsed, limits);
  if (!parsed->job.empty()) {
    run.underway.emplace(Underway{.service = service_of(parsed->kind)});
    run.underway->write.job = parsed->job;
    run.sending = "its job runs";
    run.underway->sent -= k_unseen;
  }
  {
    const std::lock_guard lock(table_);
    driven = driven_.try_emplace(std::string(handle), std::move(driven)).first->second;
  }
  return drive(handle, *driven, limits);
}

PollAnswer Writer::drive(std::string_view handle, Driven& driven, const CallLimits& limits) {
  const std::lock_guard lock(driven.mutex);
  if (driven.ended) return *driven.ended;
  if (const auto now = Clock::now(); now < driven.run.next_call) {
    const auto rest = std::chrono::duration_cast<milliseconds>(driven.run.next_call - now);
    return Running{-1, driven.run.text, std::max(rest, 1ms)};
  }
  PollAnswer answer = go_on(driven.run, limits);
  if (!is_final(answer)) return answer;
  driven.ended = answer;
  const std::lock_guard table(table_);
  if (const auto at = driven_.find(handle); at != driven_.end() && at->second.get() == &driven) driven_.erase(at);
  return answer;
}

PollAnswer Writer::go_on(StepRun& run, const CallLimits& limits) {
  bool may_send = true;
  if (auto answer = ask_after(run, limits, may_send)) return std::move(*answer);
  Move move = advance(run, limits, may_send);
  if (auto* error = std::get_if<ProviderError>(&move)) return refused(run, std::move(*error));
  return take(run, std::move(move), limits);
}

// None: nothing is under way any more, as far as anybody can tell.
std::optional<PollAnswer> Writer::ask_after(StepRun& run, const CallLimits& limits, bool& may_send) {
  if (!run.underway) return std::nullopt;
  if (!run.turn) run.turn = session_.poll_turn();
  if (const auto now = Clock::now(); now < *run.turn)
    return running(run, run.sending, std::chrono::ceil<milliseconds>(*run.turn - now));
  run.turn.reset();
  AskAnswer answer = ask(session_, *run.underway, limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return refused(run, std::move(*error));
  run.refused = 0;
  if (std::get<Asked>(answer) == Asked::Running)
    return running(run, run.sending, pause_before_ask(session_, *run.underway));
  reader_.wrote();  // only now it shows
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
  if (++run.refused < k_most_refused)
    return running(run, fmt::format("{}: {}", error.code, error.message),
                   session_.scaled(error.retry_after.value_or(5s)));
  error.kind = ErrorKind::Invalid;
  return error;
}

PollAnswer Writer::read_back(StepRun& run, const CallLimits& limits) {
  run.underway.reset();
  if (run.step.operation == Operation::Delete) return Done{};
  if (run.read_backs > 0) reader_.wrote();
  const std::string id = ascii_lower(run.id);
  LookupAnswer answer = reader_.lookup({run.step.type, run.step.identity, id}, limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return refused(run, std::move(*error));
  auto* row = std::get_if<CloudRow>(&answer);
  if (row != nullptr && (shows(*row, run.step) || run.read_backs == k_look_again.size())) {
    add_note(*row, run.note);
    return Done{std::move(*row)};
  }
  if (run.read_backs < k_look_again.size())
    return running(run, "waits until it shows", session_.scaled(k_look_again.at(run.read_backs++)));
  ProviderError error =
      invalid("ReadBackDiffers", "the service says that it is done, and it is not there", "plan again");
  error.job = run.last_job;
  return error;
}

// Of an operation of another process: nothing is sent.
PollAnswer Writer::look_only(const Handle& handle, const CallLimits& limits) {
  const auto later = [&](std::string text) { return Running{-1, std::move(text), session_.scaled(5s)}; };
  if (!handle.job.empty()) {
    AskAnswer asked = ask_job(session_, handle.job, limits);
    if (auto* error = std::get_if<ProviderError>(&asked)) return std::move(*error);
    if (std::get<Asked>(asked) == Asked::Running) return later("its job runs");
  }
  const std::string_view type = handle.kind == Handle::Kind::Network ? "network" : "mapping";
  if (type == "network") {
    const Writing with{session_, reader_, plumbing_, limits, false};
    auto state = network_state(with, handle.id);
    if (auto* error = std::get_if<ProviderError>(&state)) return std::move(*error);
    if (std::get<NetworkState>(state) == NetworkState::AtWork) return later("the network is at work");
  }
  LookupAnswer found = reader_.lookup({type, {}, handle.id}, limits);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (auto* row = std::get_if<CloudRow>(&found)) {
    if (handle.operation == Operation::Delete) return later("it is still there");
    return Done{std::move(*row)};
  }
  if (handle.operation == Operation::Delete) return Done{};
  if (handle.operation == Operation::Create) return later("the next apply goes on with it");
  return invalid("NotThere", fmt::format("{} is not there any more", last_segment(handle.id)), "plan again");
}

}  // namespace pairform::azure
