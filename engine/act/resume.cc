#include "engine/act/resume.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/act/evidence.h"
#include "engine/act/journal_head.h"
#include "engine/model/derived_shape.h"
#include "engine/worker_pool.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned k_polls_at_once = 10;
constexpr std::chrono::milliseconds k_look_again{1000};  // doubling, within the provider's read-back window

class Resumer {
 public:
  Resumer(Project& project, const DesiredState& desired, StateSession& state, const CloudSession& cloud,
          const ResumeOptions& options, Diagnostics& diagnostics)
      : project_(project),
        desired_(desired),
        state_(state),
        cloud_(cloud),
        options_(options),
        diagnostics_(diagnostics),
        identities_{*project.entry},
        names_(desired, state.recorded, identities_, project.texts()),
        window_(cloud.provider->capabilities().read_back_window) {}

  ResumeReport run() {
    settle_intents();
    record();  // an intent whose operation is still under way is a pending row from here on
    settle_pending();
    record();
    return std::move(report_);
  }

 private:
  // A row whose operation was accepted by an earlier run.
  struct Pending {
    enum class Stage {
      Running,  // the operation, as far as is known: it is polled
      Ended,    // with or without success; what is there now is looked up
      Settled,  // its outcome is known
    };
    StateRow row;
    Stage stage = Stage::Running;
    bool failed = false;             // it ended with an error
    bool deleted = false;            // it was a delete, and has succeeded
    bool refused = false;            // it may not be asked about
    std::string words{};             // the service's, about the running operation
    bool other_operation = false;    // not the recorded one: row.pending is to be recorded
    Clock::time_point due{};         // of its next poll or look-up; max: nothing more is asked about it
    Clock::time_point look_until{};  // ended: until when what it did may not be visible yet
    std::chrono::milliseconds look_again = k_look_again;
  };

  std::string_view text(Text value) const { return project_.texts().view(value); }
  bool stopping() const { return cloud_.stop.stop_requested() || (options_.interrupted && options_.interrupted()); }
  Question question(TypeId type, Text identity, Text id) const {
    const std::string& type_name = project_.types[type].name;
    std::string_view sought = text(identity);
    // Older journals have the type in front of a machine's identity: "vm eastasia/web1".
    if (sought.starts_with(type_name + ' ')) sought.remove_prefix(type_name.size() + 1);
    return {type_name, std::string(sought), std::string(text(id))};
  }
  Question question_about(const StateRow& row) {
    return question(row.type, identity_of(row, state_.recorded, names_, identities_, project_.texts()), row.id);
  }
  // Looks up several at once. An answer that cannot be used is as one that was refused: not known.
  std::vector<LookupAnswer> answers_to(std::span<const Question> questions) {
    std::vector<LookupAnswer> answers = look_up_all(*cloud_.provider, questions, cloud_.stop, cloud_.reading);
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (const auto* row = std::get_if<CloudRow>(&answers[i]); row != nullptr)
        if (std::string why = why_not_of(questions[i], *row); !why.empty())
          answers[i] = ProviderError{.kind = ErrorKind::Invalid, .code = "AnswerUnusable", .message = std::move(why)};
    return answers;
  }
  // Empty: the row can be used, and is of what was asked about.
  std::string why_not_of(const Question& asked, const CloudRow& row) const {
    std::string why = why_unusable(row, project_.types);
    return why.empty() ? why_another(row, asked.type, asked.identity) : why;
  }
  void settle_intents();
  void settle_intent(const JournalIntent& intent, const LookupAnswer& answer);
  void settle_busy(const JournalIntent& intent, const CloudRow& now);
  void not_known(const JournalIntent& intent, const ProviderError& error);
  void put(const JournalIntent& intent, const CloudRow& now, RowChanges& changes);
  void drop(const JournalIntent& intent, RowChanges& changes);
  void settle_pending();
  void poll(std::vector<Pending>& pending, WorkerPool& pool);
  void take(Pending& pending, const PollAnswer& answer);
  void may_not_ask(Pending& pending, const ProviderError& error);
  void tell(const std::vector<Pending>& pending) const;
  void ask_later(Pending& pending, Clock::duration pause) const;
  void look_up(std::vector<Pending>& pending);
  void still_busy(Pending& pending, const CloudRow& now);
  std::map<Text, LookupAnswer> machines_of(std::span<Pending* const> pending);
  void settle(Pending& pending, const CloudRow* now, bool is_held);
  bool shows(const Pending& pending, const CloudRow* now);
  bool is_of_step(const Pending& pending, const CloudRow& now);
  bool has_nics(const StateRow& vm) const;
  // Steps of a run are numbered from 1; 0 is an outcome without an intent.
  void add(std::uint32_t step, JournalResult result, RowChanges changes) {
    outcomes_.push_back({step, result, std::move(changes)});
  }
  void record();
  void journal();
  DetachedRow detached(const StateRow& row) const {
    DetachedRow out{row, {}};
    for (std::size_t c = 0; c < project_.types[row.type].columns.size(); ++c)
      out.cells.push_back(state_.recorded.cell(row, c));
    return out;
  }

  Project& project_;
  const DesiredState& desired_;
  StateSession& state_;
  const CloudSession& cloud_;
  const ResumeOptions& options_;
  Diagnostics& diagnostics_;
  IdentityMaker identities_;
  NetworkNames names_;
  Evidence evidence_{project_, state_.recorded, names_};
  std::chrono::milliseconds window_;  // the provider's
  Clock::time_point deadline_{};      // of the wait for accepted operations
  std::vector<JournalOutcome> outcomes_;
  ResumeReport report_;
};

// What a step did may not be visible yet (vm.web1 is still read after its replication was ended): it is looked up again
// within the provider's window.
void Resumer::settle_intents() {
  std::vector<const JournalIntent*> open;
  std::vector<Question> questions;
  for (const JournalIntent& intent : state_.journal.open)
    if (const TypeId type = project_.types.find_type_of(text(intent.address))) {
      open.push_back(&intent);
      questions.push_back(question(type, intent.identity, intent.id));
    }
  std::vector<LookupAnswer> answers = answers_to(questions);
  const Clock::time_point until = Clock::now() + window_;
  for (auto pause = k_look_again; Clock::now() < until && !stopping(); pause *= 2) {
    std::vector<std::size_t> unseen;
    std::vector<Question> again;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const CloudRow* now = found_row(answers[i]);
      if (std::holds_alternative<ProviderError>(answers[i]) || evidence_.is_at_work(*open[i], now) ||
          evidence_.happened(*open[i], now))
        continue;
      unseen.push_back(i);
      again.push_back(questions[i]);
    }
    if (unseen.empty() || !sleep_unless_stopped(std::min(Clock::now() + pause, until), cloud_.stop)) break;
    std::vector<LookupAnswer> later = answers_to(again);
    for (std::size_t i = 0; i < unseen.size(); ++i) answers[unseen[i]] = std::move(later[i]);
  }
  for (std::size_t i = 0; i < open.size(); ++i) settle_intent(*open[i], answers[i]);
}

void Resumer::settle_intent(const JournalIntent& intent, const LookupAnswer& answer) {
  if (const auto* error = std::get_if<ProviderError>(&answer)) return not_known(intent, *error);
  const CloudRow* now = found_row(answer);
  if (evidence_.is_at_work(intent, now)) return settle_busy(intent, *now);
  const bool done = evidence_.happened(intent, now);
  RowChanges changes;
  if (done && !intent.row) {
    drop(intent, changes);
  } else if (done) {
    put(intent, *now, changes);
  }
  add(intent.step, done ? JournalResult::Done : JournalResult::Failed, std::move(changes));
}

// The recorded row of an intent to delete. Its id may be another one than that which was deleted: somebody had made it anew.
void Resumer::drop(const JournalIntent& intent, RowChanges& changes) {
  const Text address = intent.previous_address ? intent.previous_address : intent.address;
  const TypeId type = project_.types.find_type_of(text(intent.address));
  const std::string identity = question(type, intent.identity, intent.id).identity;
  for (const StateRow& row : state_.recorded.rows)
    if (row.address == address && (row.id == intent.id || question_about(row).identity == identity))
      changes.drop.push_back({row.address, row.id});
}

// The row of an intent, with the id that it has now. What was recorded of the same resource under another id goes.
void Resumer::put(const JournalIntent& intent, const CloudRow& now, RowChanges& changes) {
  changes.put.push_back(*intent.row);
  StateRow& written = changes.put.back().row;
  // A nic of a held vm shows the id of its copy's.
  if (written.type != k_nic_type || !intent.id) written.id = project_.texts().intern(now.id);
  else written.id = intent.id;
  for (const StateRow& row : state_.recorded.rows)
    if (row.type == written.type && row.id && row.id != written.id && question_about(row).identity == now.identity)
      changes.drop.push_back({row.address, row.id});
}

// The cloud is at work on it: the step was accepted, and its answer lost (vm.web1, killed between the answer and its
// line in the journal). Recorded as pending, so that this run waits for its end. What is there of a delete is what was
// recorded; one that nothing is recorded of is of the cloud alone.
void Resumer::settle_busy(const JournalIntent& intent, const CloudRow& now) {
  RowChanges changes;
  if (intent.row) {
    put(intent, now, changes);
  } else {
    for (const StateRow& row : state_.recorded.rows)
      if (row.address == intent.address && row.id == intent.id) changes.put.push_back(detached(row));
  }
  if (changes.put.empty()) return add(intent.step, JournalResult::Failed, {});
  changes.put.back().row.pending = project_.texts().intern(handle_of(now));
  add(intent.step, JournalResult::Accepted, std::move(changes));
}

// Whether it was carried out could not be read. It stays open in the journal, and nothing is begun on top of that.
void Resumer::not_known(const JournalIntent& intent, const ProviderError& error) {
  report_.unknown.push_back(intent.address);
  diagnostics_.add(
      {Code::NotSeen,
       options_.journal ? Severity::Error : Severity::Warning,
       fmt::format("it could not be read what a step of an earlier run has done to {}", text(intent.address)),
       error_detail(error),
       help_with_page(error.help.empty() ? "run it again: the journal keeps the step" : error.help, error),
       {},
       std::string(text(intent.address))});
}

// Polls what is due, several at once, each as the service asks for (next_poll), until all are settled or the wait is
// over: then once more, so that a wait of 0 polls each once.
void Resumer::settle_pending() {
  std::vector<Pending> pending;
  for (const StateRow& row : state_.recorded.rows)
    if (row.pending) pending.push_back({.row = row});
  if (pending.empty()) return;
  deadline_ = Clock::now() + options_.wait;
  WorkerPool pool(*cloud_.provider, std::min(k_polls_at_once, static_cast<unsigned>(pending.size())), cloud_.stop);
  while (!stopping()) {
    poll(pending, pool);
    look_up(pending);
    Clock::time_point next = Clock::time_point::max();
    for (const Pending& each : pending)
      if (each.stage != Pending::Stage::Settled) next = std::min(next, each.due);
    if (next == Clock::time_point::max()) break;
    sleep_unless_stopped(std::min(next, Clock::now() + std::chrono::milliseconds(100)), cloud_.stop);
  }
  for (const Pending& each : pending) {
    if (each.stage == Pending::Stage::Settled) continue;
    report_.pending.push_back(each.row.address);
    if (each.other_operation) add(0, JournalResult::Accepted, {{}, {detached(each.row)}});
  }
  for (auto* addresses : {&report_.done, &report_.failed})
    std::sort(addresses->begin(), addresses->end(), [&](Text a, Text b) { return address_less(text(a), text(b)); });
}

// Asks again after `pause`, at the latest when the wait is over; not at all once it is.
void Resumer::ask_later(Pending& pending, Clock::duration pause) const {
  const Clock::time_point now = Clock::now();
  pending.due = now >= deadline_ ? Clock::time_point::max() : std::min(now + pause, deadline_);
}

// Asks about all that are due; the answers count in the order of the rows.
void Resumer::poll(std::vector<Pending>& pending, WorkerPool& pool) {
  std::size_t asked = 0;
  const Clock::time_point now = Clock::now();
  for (std::uint32_t i = 0; i < pending.size(); ++i) {
    if (pending[i].stage != Pending::Stage::Running || pending[i].due > now) continue;
    ++asked;
    WorkItem item{.steps = {i}, .begin = {}, .handle = std::string(text(pending[i].row.pending))};
    if (item.handle == k_polled_by_look_up) item.look_up = question_about(pending[i].row);
    pool.submit(std::move(item));
  }
  std::map<std::uint32_t, PollAnswer> answers;
  while (answers.size() < asked)
    for (WorkAnswer& answer : pool.collect(Clock::now() + std::chrono::seconds(1))) {
      if (answer.thrown) std::rethrow_exception(answer.thrown);
      answers.emplace(answer.steps.front(), std::move(*answer.polled));
    }
  for (auto& [row, answer] : answers) take(pending[row], answer);
  if (asked != 0) tell(pending);
}

void Resumer::tell(const std::vector<Pending>& pending) const {
  const auto runs = [](const Pending& each) { return each.stage == Pending::Stage::Running; };
  const auto first = std::find_if(pending.begin(), pending.end(), runs);
  if (!options_.progress || first == pending.end()) return;
  options_.progress(text(first->row.address), first->words,
                    static_cast<std::size_t>(std::count_if(first, pending.end(), runs)));
}

void Resumer::take(Pending& pending, const PollAnswer& answer) {
  if (const auto* running = std::get_if<Running>(&answer)) {
    pending.words = running->text;
    return ask_later(pending, running->next_poll);
  }
  const auto* failed = std::get_if<ProviderError>(&answer);
  if (failed != nullptr) {
    // Asking failed, not the operation.
    if (is_retryable(failed->kind) || failed->kind == ErrorKind::Stopped)
      return ask_later(pending, retry_delay(1, *failed));
    if (failed->kind == ErrorKind::Denied) return may_not_ask(pending, *failed);
    diagnostics_.add(
        {Code::StepFailed,
         options_.journal ? Severity::Error : Severity::Warning,
         fmt::format("an operation on {} that was accepted earlier has failed", text(pending.row.address)),
         error_detail(*failed),
         help_with_page(failed->help.empty() ? "look at the plan: it shows what is left to do" : failed->help, *failed),
         {},
         std::string(text(pending.row.address))});
  }
  pending.stage = Pending::Stage::Ended;
  pending.failed = failed != nullptr;
  pending.due = Clock::now();
  const auto* done = std::get_if<Done>(&answer);
  // What is looked up and not there was deleted: the service was at work on something that is recorded.
  const bool by_look_up = text(pending.row.pending) == k_polled_by_look_up;
  pending.deleted = done != nullptr && (done->deleted || (by_look_up && pending.row.id && !done->row));
  pending.look_until = pending.due + (pending.failed ? std::chrono::milliseconds(0) : window_);
  // Of a nic its vm is to be looked up, too.
  if (done != nullptr && done->row && !done->row->facts_only && pending.row.type != k_nic_type &&
      why_not_of(question_about(pending.row), *done->row).empty())
    settle(pending, &*done->row, done->row->status != Status::Settled);
}

// The operation has not failed, and what becomes of it is not known: it stays pending.
void Resumer::may_not_ask(Pending& pending, const ProviderError& error) {
  pending.due = Clock::time_point::max();
  if (std::exchange(pending.refused, true)) return;
  diagnostics_.add(
      {Code::NotSeen,
       Severity::Warning,
       fmt::format("what becomes of an operation on {} may not be read", text(pending.row.address)),
       error_detail(error),
       help_with_page(error.help.empty() ? "get the right to read it, then run it again: it stays pending" : error.help,
                      error),
       {},
       std::string(text(pending.row.address))});
}

// Is what is there now (null: nothing) what the operation, which has ended well, was to bring about? It may not be visible
// yet, then it is looked up again for as long as the provider says (read_back_window).
bool Resumer::shows(const Pending& pending, const CloudRow* now) {
  const bool is_there = now != nullptr && !evidence_.is_begun_anew(pending.row.type, pending.row.id, *now);
  if (pending.deleted || !is_there) return pending.deleted && !is_there;
  return pending.row.id ? evidence_.holds(detached(pending.row), *now)
                        : evidence_.is_of_create(detached(pending.row), *now);
}

// Not of a create where somebody else has made something there meanwhile.
bool Resumer::is_of_step(const Pending& pending, const CloudRow& now) {
  return pending.row.id || pending.row.type == k_nic_type || evidence_.is_of_create(detached(pending.row), now);
}

// Are nics of this vm recorded? They stand right after it.
bool Resumer::has_nics(const StateRow& vm) const {
  const auto next = std::upper_bound(
      state_.recorded.rows.begin(), state_.recorded.rows.end(), vm.address,
      [&](Text address, const StateRow& row) { return address_less(text(address), text(row.address)); });
  return next != state_.recorded.rows.end() && next->type == k_nic_type &&
         vm_of_nic(text(next->address)) == text(vm.address);
}

// Looks up, several at once, what has ended without saying what is there now.
void Resumer::look_up(std::vector<Pending>& pending) {
  std::vector<Pending*> asked;
  std::vector<Question> questions;
  for (Pending& each : pending) {
    if (each.stage != Pending::Stage::Ended || each.due > Clock::now()) continue;
    asked.push_back(&each);
    questions.push_back(question_about(each.row));
  }
  if (asked.empty()) return;
  const std::vector<LookupAnswer> answers = answers_to(questions);
  const std::map<Text, LookupAnswer> machines = machines_of(asked);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const CloudRow* now = found_row(answers[i]);
    const auto machine = machines.find(project_.texts().find(vm_of_nic(text(asked[i]->row.address))));
    const LookupAnswer& of_machine = machine == machines.end() ? answers[i] : machine->second;
    const CloudRow* status_of = found_row(of_machine);
    // A change that has ended is done, whatever else goes on (a test failover).
    const bool has_changed = !asked[i]->failed && !asked[i]->deleted && asked[i]->row.id;
    if (const auto* error =
            std::get_if<ProviderError>(std::holds_alternative<ProviderError>(answers[i]) ? &answers[i] : &of_machine)) {
      error->kind == ErrorKind::Denied ? may_not_ask(*asked[i], *error) : ask_later(*asked[i], k_look_again);
    } else if (is_busy(now) && !has_changed && is_of_step(*asked[i], *now)) {
      still_busy(*asked[i], *now);
    } else if (Clock::now() < asked[i]->look_until && !shows(*asked[i], now)) {
      asked[i]->due = std::min(Clock::now() + asked[i]->look_again, asked[i]->look_until);
      asked[i]->look_again *= 2;
    } else {
      settle(*asked[i], now, status_of != nullptr && status_of->status != Status::Settled);
    }
  }
}

// What is there of the vms of these nics, by address: a nic's own row does not repeat the status.
std::map<Text, LookupAnswer> Resumer::machines_of(std::span<Pending* const> pending) {
  std::set<Text> wanted;
  for (const Pending* each : pending)
    if (each->row.type == k_nic_type) wanted.insert(project_.texts().find(vm_of_nic(text(each->row.address))));
  std::vector<Text> addresses;
  std::vector<Question> questions;
  if (!wanted.empty())
    for (const StateRow& row : state_.recorded.rows)
      if (row.type == k_vm_type && wanted.contains(row.address)) {
        addresses.push_back(row.address);
        questions.push_back(question_about(row));
      }
  std::vector<LookupAnswer> answers = answers_to(questions);
  std::map<Text, LookupAnswer> out;
  for (std::size_t i = 0; i < addresses.size(); ++i) out.emplace(addresses[i], std::move(answers[i]));
  return out;
}

// The operation that was asked about has ended, or is not known any more, and the cloud is at work on the resource all
// the same: that is what is waited for now.
void Resumer::still_busy(Pending& pending, const CloudRow& now) {
  pending.row.pending = project_.texts().intern(handle_of(now));
  pending.stage = Pending::Stage::Running;
  pending.failed = false;
  pending.other_operation = true;
  ask_later(pending, k_look_again);
}

// Its operation has ended; `now`: what is there, null: nothing is. `is_held`: it, or the vm of a nic, is failed over,
// reversed, broken or busy.
void Resumer::settle(Pending& pending, const CloudRow* now, bool is_held) {
  const StateRow& row = pending.row;
  const DetachedRow before = detached(row);
  pending.stage = Pending::Stage::Settled;
  // A create of which nothing is there (a vm that was waiting for its container), or of which something is there that
  // somebody else made, was not carried out, nor has it failed: the plan asks for it again.
  const bool was_made = row.id || (now != nullptr && is_of_step(pending, *now));
  if (pending.failed) report_.failed.push_back(row.address);
  else if (was_made) report_.done.push_back(row.address);
  const bool is_anew = now != nullptr && evidence_.is_begun_anew(row.type, row.id, *now);
  const bool stays = !pending.deleted && has_nics(row);
  if (pending.deleted ? now == nullptr || is_anew : !was_made && !stays)
    return add(0, JournalResult::Done, {{{row.address, row.id}}, {}});
  RowChanges changes;
  DetachedRow settled = before;
  settled.row.pending = Text();
  // What is there of a machine that is held is not what was recorded: its nics live where they landed. What is not there any
  // more (somebody ended the replication of vm.web1) is for the plan, which keeps to the landings that are recorded.
  if (is_anew || !was_made) now = nullptr;
  // The replication of vm.web1 was ended in the portal, and enabling it again has failed: where its nics land is recorded.
  // A row has an id, and this vm has none: its identity stands in for it.
  if (!was_made) settled.row.id = identity_of(row, state_.recorded, names_, identities_, project_.texts());
  if (now != nullptr && !(is_held && row.id)) settled.row.id = project_.texts().intern(now->id);
  if (now != nullptr && !is_held) {
    settled.cells = cells_to_record(*now, project_.types[row.type], row.type, before.cells, names_, project_.texts());
    if (row.type == k_network_type && row.because)
      keep_own_shape(before.cells, before.cells, settled.cells, project_.texts());
  }
  if (row.id != settled.row.id) changes.drop.push_back({row.address, row.id});
  changes.put.push_back(std::move(settled));
  add(0, JournalResult::Done, std::move(changes));
}

// Into the journal, where this run writes it, and into what is recorded.
void Resumer::record() {
  if (outcomes_.empty()) return;
  if (options_.journal) journal();
  state_.recorded = fold(state_.recorded, outcomes_, project_.texts(), project_.types);
  state_.journal.open.clear();
  outcomes_.clear();
  names_ = NetworkNames(desired_, state_.recorded, identities_, project_.texts());
}

void Resumer::journal() {
  std::vector<JournalRecord> records;
  // Outcomes belong to the intents of the journal that is there; only an empty one needs a head of its own.
  if (state_.journal.head.operation.empty())
    records.emplace_back(state_.journal.head = journal_head(project_, state_, "resume", cloud_.scope));
  for (const JournalOutcome& outcome : outcomes_) records.emplace_back(outcome);
  // Where the lock is lost these records are not written: the next run asks about the same operations again, and this
  // one sends no further step.
  static_cast<void>(state_.backend->append(encode(records, project_.texts(), project_.types)));
}

}  // namespace

ResumeReport resume(Project& project, const DesiredState& desired, StateSession& state, const CloudSession& cloud,
                    const ResumeOptions& options, Diagnostics& diagnostics) {
  const bool pending = std::any_of(state.recorded.rows.begin(), state.recorded.rows.end(),
                                   [](const StateRow& row) { return static_cast<bool>(row.pending); });
  if (state.journal.open.empty() && !pending) return {};
  return Resumer(project, desired, state, cloud, options, diagnostics).run();
}

}  // namespace pairform
