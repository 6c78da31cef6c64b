#include "engine/act/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/act/cloud_step.h"
#include "engine/act/failover_watch.h"
#include "engine/act/journal_head.h"
#include "engine/act/state_after.h"
#include "engine/model/derived_shape.h"
#include "engine/state/state_file.h"
#include "schema/base_types.h"
#include "schema/check.h"

namespace pairform {
namespace {

class Applier {
 public:
  Applier(Project& project, StateSession& state, const CloudSession& cloud, const World& world, const Plan& plan,
          const ApplyOptions& options)
      : project_(project),
        state_(state),
        cloud_(cloud),
        world_(world),
        plan_(plan),
        options_(options),
        folder_(state.recorded, project.texts(), project.types),
        watch_(project, cloud, world, plan, options.status_age) {}

  ApplyReport run() {
    ApplyReport report;
    SchedulerHooks hooks;
    hooks.before = [this](std::span<const std::uint32_t> steps) {
      return (options_.during_failover || watch_.all_is_well()) && can_journal_intents(steps);
    };
    hooks.may_go_on = [this] { return options_.during_failover || !watch_.has_begun(); };
    hooks.verify = [this](std::uint32_t step, const Done& done) { return verify(StepId(step), done); };
    hooks.after = [this](std::span<const StepResult> results) { journal_outcomes(results); };
    hooks.started = [this](std::uint32_t step) { tell(ApplyEvent::Kind::Start, StepId(step)); };
    hooks.retrying = [this](std::uint32_t step, const ProviderError& error, const NextRetry& retry) {
      if (options_.event) options_.event({ApplyEvent::Kind::Retry, StepId(step), &error, {}, retry});
    };
    hooks.polled = [this](std::uint32_t step, const Running& running) {
      if (options_.event) options_.event({ApplyEvent::Kind::Polled, StepId(step), nullptr, {}, {}, running.text});
    };
    hooks.tick = [this] { tell(ApplyEvent::Kind::Tick, StepId()); };
    hooks.interrupted = [this] {
      return (options_.interrupted && options_.interrupted()) || state_.backend->lock_lost() || !unwritable_.empty();
    };
    std::vector<ScheduledStep> steps;
    for (const StepId s : plan_.steps.ids()) steps.push_back(scheduled(s));
    report.results = run_steps(*cloud_.provider, std::move(steps), options_.scheduler, hooks);
    report.interrupted = options_.interrupted && options_.interrupted();
    report.failed_over = watch_.changed();
    if (watch_.unread()) report.unread = error_text(*watch_.unread());
    const StoreAnswer answer = store_and_tell(report);
    report.state_moved = answer == StoreAnswer::Moved;
    report.lock_lost =
        answer == StoreAnswer::LockLost || (report.count(StepState::NotStarted) != 0 && state_.backend->lock_lost());
    report.state_written = stored_;
    find_half_pairs(report);
    find_busy(report);
    return report;
  }

  RecordedState fold_without_cloud() {
    for (const StepId s : plan_.steps.ids()) {
      PAIRFORM_CHECK(!changes_cloud(plan_.steps[s].operation));
      folder_.apply(changes_of({.step = s.value, .state = StepState::Done}));
    }
    changed_ = halves_are_news_ = true;
    learn();
    return folded();
  }

 private:
  const Change& change(StepId step) const { return plan_.diff.changes[plan_.steps[step].change]; }
  void tell(ApplyEvent::Kind kind, StepId step, const ProviderError* error = nullptr, StepId because = {}) {
    if (options_.event) options_.event({kind, step, error, because, {}, {}});
  }
  ScheduledStep scheduled(StepId s) const;
  std::vector<Text> planned_cells(StepId s) const { return pairform::planned_cells(project_, world_, plan_, s); }
  StateRow planned_row(StepId s) const;
  std::string why_unusable_for(StepId s, const CloudRow& row) const;
  std::optional<ProviderError> verify(StepId s, const Done& done) const;
  AppendAnswer journal(std::vector<JournalRecord> records);
  bool journal_intents(std::span<const std::uint32_t> steps);
  bool can_journal_intents(std::span<const std::uint32_t> steps);
  void journal_late();
  void journal_outcomes(std::span<const StepResult> results);
  std::vector<Text> prior_cells(PriorId p) const;
  RowChanges changes_of(const StepResult& result) const;
  const StateRow* recorded_origin(StepId s) const;
  DetachedRow& learnt_row(std::map<PriorId, DetachedRow>& rows, PriorId p) const;
  bool has_other_id(const PriorRow& prior) const;
  bool is_news(const PriorRow& prior) const;
  void learn();
  RecordedState folded();
  StoreAnswer store();
  StoreAnswer store_and_tell(ApplyReport& report);
  void find_half_pairs(ApplyReport& report) const;
  void find_busy(ApplyReport& report) const;

  Project& project_;
  StateSession& state_;
  const CloudSession& cloud_;
  const World& world_;
  const Plan& plan_;
  const ApplyOptions& options_;
  StateFolder folder_;
  FailoverWatch watch_;
  bool stored_ = false;
  bool head_ = false;                // this run's head is in the journal
  bool changed_ = false;             // something is to be written to state
  std::string unwritable_;           // why the journal, or state, could not be written; empty: it could
  std::vector<JournalRecord> late_;  // outcomes that could not be appended
  std::vector<StepId> late_steps_;   // whose they are; without those that change only state
  // Halves are written as they were found, also what is no drift: the name of a half.
  bool halves_are_news_ = false;
};

StateRow Applier::planned_row(StepId s) const {
  const Change& of = change(s);
  const DesiredRow& desired = world_.desired.rows[of.desired];
  StateRow row{.address = desired.address, .type = of.type, .because = desired.because, .protect = desired.protect};
  if (of.origin != k_none && world_.prior.rows[of.origin].presence != Existence::Absent) {
    const PriorRow& prior = world_.prior.rows[of.origin];
    row.id = prior.id;
    row.adopted = prior.adopted;
    row.depends_on = prior.depends_on;
  }
  if (of.arrival == Arrival::Adopt && !row.id) row.id = desired.identity;
  // A nic of a machine that pairform has enabled is no find: the landing of vm.web1.nic.eth0 was sent by a run that was
  // killed then.
  const bool is_find = of.arrival == Arrival::Adopt && !(of.type == k_nic_type && world_.prior.rows[of.origin].ours);
  row.adopted = (row.adopted || is_find) && !desired.existing;
  return row;
}

ScheduledStep Applier::scheduled(StepId s) const {
  ScheduledStep out{.local = !changes_cloud(plan_.steps[s].operation), .cloud = {}, .waits_for = {}};
  for (const StepId waited : plan_.steps[s].waits_for) out.waits_for.push_back(waited.value);
  if (!out.local) out.cloud = cloud_step(project_, world_, plan_, s);
  return out;
}

// Empty: the row can be used, and is of the resource that the step writes.
std::string Applier::why_unusable_for(StepId s, const CloudRow& row) const {
  if (std::string why = why_unusable(row, project_.types); !why.empty()) return why;
  const DesiredRow& written = world_.desired.rows[change(s).desired];
  return why_another(row, project_.types[written.type].name, project_.texts().view(written.identity));
}

std::optional<ProviderError> Applier::verify(StepId s, const Done& done) const {
  if (!done.row || plan_.steps[s].operation == StepOperation::Delete) return std::nullopt;
  if (std::string why = why_unusable_for(s, *done.row); !why.empty())
    return ProviderError{.kind = ErrorKind::Invalid, .code = "AnswerUnusable", .message = std::move(why)};
  const TypeId type = change(s).type;
  const std::vector<Text> cells = told_cells(project_, world_, plan_, s);
  std::string differences;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const AttributeType& column = project_.types[type].column(c);
    if (column.mutability != Mutability::InPlace || is_ours(project_.types[type], type, c)) continue;
    const Text planned = told_value(world_, column, cells[c]);
    const std::string_view wanted = project_.texts().view(planned);
    const auto found = find_value(done.row->attributes, column.name);
    if (planned ? found && *found == wanted : !found) continue;
    differences += fmt::format("{}{}: planned {}, found {}", differences.empty() ? "" : "; ", column.name,
                               planned ? wanted : "nothing", found.value_or("nothing"));
  }
  if (differences.empty()) return std::nullopt;
  return ProviderError{ErrorKind::Invalid,
                       "ReadBackDiffers",
                       "the cloud holds something else than what was written: " + differences,
                       {},
                       std::nullopt};
}

AppendAnswer Applier::journal(std::vector<JournalRecord> records) {
  if (!head_) records.insert(records.begin(), journal_head(project_, state_, options_.operation, cloud_.scope));
  const AppendAnswer answer = state_.backend->append(encode(records, project_.texts(), project_.types));
  head_ = true;
  return answer;
}

// False, too, where the disk is full: what cannot be journalled is not sent.
bool Applier::can_journal_intents(std::span<const std::uint32_t> steps) {
  if (!unwritable_.empty()) return false;
  try {
    return journal_intents(steps);
  } catch (const StateError& failed) {
    unwritable_ = failed.what();
    return false;
  }
}

// Outcomes, with those of before that could not be appended. Whole rows: what a failed write has left of them does no harm.
// Where the lock is lost the next run asks the cloud what became of these; store() reports the loss.
void Applier::journal_late() {
  if (late_.empty()) return;
  try {
    static_cast<void>(journal(late_));
    late_.clear();
    late_steps_.clear();
  } catch (const StateError& failed) {
    unwritable_ = failed.what();
  }
}

// False: they are not durable, and must not be sent.
bool Applier::journal_intents(std::span<const std::uint32_t> steps) {
  std::vector<JournalRecord> records;
  for (const std::uint32_t number : steps) {
    const StepId s(number);
    const Step& step = plan_.steps[s];
    JournalIntent intent{.step = s.value + 1, .operation = std::string(operation_text(step.operation))};
    if (step.operation == StepOperation::Delete) {
      const PriorRow& subject = world_.prior.rows[step.subject];
      intent.address = subject.address;
      intent.id = subject.id;
      intent.identity = subject.identity;
    } else {
      intent.row = DetachedRow{planned_row(s), planned_cells(s)};
      intent.address = intent.row->row.address;
      intent.id = intent.row->row.id;
      // A row must say which one it is; the provider's id is known only when the outcome is.
      if (!intent.id) intent.row->row.id = world_.desired.rows[change(s).desired].identity;
      intent.identity = world_.desired.rows[change(s).desired].identity;
      intent.previous_address = change(s).previous_address;
    }
    records.emplace_back(std::move(intent));
  }
  return journal(std::move(records)) == AppendAnswer::Durable;
}

// As they were before this run; empty: there is no such row.
std::vector<Text> Applier::prior_cells(PriorId p) const {
  std::vector<Text> cells;
  if (!p) return cells;
  const PriorRow& prior = world_.prior.rows[p];
  for (std::size_t c = 0; c < project_.types[prior.type].columns.size(); ++c)
    cells.push_back(world_.prior.cell(prior, c));
  return cells;
}

RowChanges Applier::changes_of(const StepResult& result) const {
  RowChanges changes;
  const StepId s(result.step);
  const Step& step = plan_.steps[s];
  const bool leaves = step.operation == StepOperation::Delete || step.operation == StepOperation::Forget;
  const bool done = result.state == StepState::Done;
  if (leaves) {
    const PriorRow& subject = world_.prior.rows[step.subject];
    if (subject.recorded == k_none) return changes;
    // By the recorded id: somebody may have made it anew under another one.
    const StateRow& recorded = state_.recorded.rows[subject.recorded];
    if (done) changes.drop.push_back({recorded.address, recorded.id});
    if (result.state != StepState::Accepted) return changes;
    DetachedRow row{recorded, {}};
    for (std::size_t c = 0; c < project_.types[recorded.type].columns.size(); ++c)
      row.cells.push_back(state_.recorded.cell(recorded, c));
    row.row.pending = project_.config.texts.intern(result.handle);
    changes.put.push_back(std::move(row));
    return changes;
  }
  // A failed step changes state only where it was read back with other values than planned, in a row that can be used:
  // then state holds what the cloud has, and as planned what only state knows (is_ours).
  const bool found = result.row && (done || why_unusable_for(s, *result.row).empty());
  if (!done && result.state != StepState::Accepted && !found) return changes;
  DetachedRow row{planned_row(s), planned_cells(s)};
  if (result.state == StepState::Accepted) row.row.pending = project_.config.texts.intern(result.handle);
  if (found) {
    row.row.id = project_.config.texts.intern(result.row->id);
    if (!done) {
      const std::vector<Text> planned = std::move(row.cells);
      row.cells = cells_to_record(*result.row, project_.types[row.row.type], row.row.type, planned, *world_.names,
                                  project_.config.texts);
      if (row.row.type == k_network_type && row.row.because)
        keep_own_shape(prior_cells(change(s).origin), planned, row.cells, project_.texts());
    }
  }
  if (const StateRow* was = recorded_origin(s); was != nullptr && was->id != row.row.id)
    changes.drop.push_back({was->address, was->id});
  changes.put.push_back(std::move(row));
  return changes;
}

// The recorded row of the resource that a step writes. Where it gets another id its row of before goes: `mapping.app.reverse`,
// adopted as "home" and deleted in the portal, is made again under the name "dr-to-eastasia". Null: it is not recorded.
const StateRow* Applier::recorded_origin(StepId s) const {
  const PriorId origin = change(s).origin;
  const RecordedId recorded = origin ? world_.prior.rows[origin].recorded : RecordedId();
  return recorded ? &state_.recorded.rows[recorded] : nullptr;
}

void Applier::journal_outcomes(std::span<const StepResult> results) {
  JournalOutcome local;  // state-only steps end together: one record, so that two rows exchange addresses at once
  for (const StepResult& result : results) {
    const bool has_outcome =
        result.state == StepState::Done || result.state == StepState::Failed || result.state == StepState::Accepted;
    if (!has_outcome) continue;
    JournalOutcome outcome{result.step + 1, JournalResult::Done, changes_of(result)};
    if (result.state == StepState::Failed) outcome.result = JournalResult::Failed;
    if (result.state == StepState::Accepted) outcome.result = JournalResult::Accepted;
    changed_ |= !outcome.changes.drop.empty() || !outcome.changes.put.empty();
    folder_.apply(outcome.changes);
    if (changes_cloud(plan_.steps[StepId(result.step)].operation)) {
      late_.emplace_back(std::move(outcome));
      if (result.state != StepState::Failed) late_steps_.emplace_back(result.step);
      continue;
    }
    local.changes.drop.insert(local.changes.drop.end(), outcome.changes.drop.begin(), outcome.changes.drop.end());
    for (DetachedRow& row : outcome.changes.put) local.changes.put.push_back(std::move(row));
  }
  if (!local.changes.drop.empty() || !local.changes.put.empty()) late_.emplace_back(std::move(local));
  journal_late();
  for (const StepResult& result : results) {
    const StepId s(result.step);
    const ProviderError* error = result.error ? &*result.error : nullptr;
    switch (result.state) {
      case StepState::Done: tell(ApplyEvent::Kind::Done, s); break;
      case StepState::Failed: tell(ApplyEvent::Kind::Failed, s, error); break;
      case StepState::Accepted: tell(ApplyEvent::Kind::Accepted, s); break;
      case StepState::Skipped: tell(ApplyEvent::Kind::Skipped, s, nullptr, StepId(result.because)); break;
      case StepState::Deferred: tell(ApplyEvent::Kind::Deferred, s, nullptr, StepId(result.because)); break;
      default: break;
    }
  }
}

// The recorded row with the cells that it is known to have now.
DetachedRow& Applier::learnt_row(std::map<PriorId, DetachedRow>& rows, PriorId p) const {
  const auto [at, fresh] = rows.try_emplace(p);
  if (fresh) {
    const PriorRow& prior = world_.prior.rows[p];
    at->second.row = state_.recorded.rows[prior.recorded];
    if (has_other_id(prior)) at->second.row.id = prior.id;
    for (std::size_t c = 0; c < project_.types[prior.type].columns.size(); ++c)
      at->second.cells.push_back(world_.prior.cell(prior, c));
  }
  return at->second;
}

// Somebody has deleted it and made it again: `mapping.app.reverse` under another name.
bool Applier::has_other_id(const PriorRow& prior) const {
  const Text recorded = state_.recorded.rows[prior.recorded].id;
  return prior.presence == Existence::Present && !prior.pending && recorded && recorded != prior.id;
}

// Does a recorded row that no step touches hold what state does not know: another fact; drift; or, of an existing
// network, whatever it holds?
bool Applier::is_news(const PriorRow& prior) const {
  const ResourceType& type = project_.types[prior.type];
  const StateRow& recorded = state_.recorded.rows[prior.recorded];
  bool differs = false, facts = has_other_id(prior);
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    if (world_.prior.cell(prior, c) == state_.recorded.cell(recorded, c)) continue;
    differs |= type.column(c).mutability == Mutability::InPlace;
    facts |= type.column(c).mutability == Mutability::Fact;
  }
  return facts || (differs && (prior.drifted || is_existing(world_.prior, prior, project_.texts())));
}

// What state learns beside the steps: records, and drift that asked for nothing. What existing networks hold is written
// along with it, but alone is no reason to write.
// plan_.diff.asked is more than `touched`: it has the changes that --target left out, too. Their drift must not be
// recorded now, or the next plan would not show it as drift.
void Applier::learn() {
  DenseMap<PriorId, bool> touched(world_.prior.rows.size());  // by a step
  for (const Change& change : plan_.diff.changes) {
    if (change.origin != k_none) touched[change.origin] = true;
    for (const Outgoing& outgoing : change.outgoing) touched[outgoing.prior] = true;
  }
  std::map<PriorId, DetachedRow> rows;
  for (const Record& record : plan_.diff.records) {
    if (touched[record.prior]) continue;  // its step writes it
    DetachedRow& row = learnt_row(rows, record.prior);
    changed_ = true;
    if (record.desired == k_none) continue;  // --refresh-only: what was found, as it is
    const DesiredRow& desired = world_.desired.rows[record.desired];
    row.row.protect = desired.protect;
    row.row.because = desired.because;
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      if (is_ours(project_.types[desired.type], desired.type, c)) row.cells[c] = world_.desired.cell(desired, c);
    row.row.adopted = row.row.adopted && !desired.existing;
  }
  for (const auto p : world_.prior.rows.ids()) {
    const PriorRow& prior = world_.prior.rows[p];
    if (plan_.diff.asked[p] || prior.recorded == k_none || prior.presence != Existence::Present ||
        prior.status != Status::Settled)
      continue;
    if (!(halves_are_news_ && prior.type == k_mapping_type) && !is_news(prior)) continue;
    learnt_row(rows, p);
    changed_ |= prior.drifted;
  }
  if (!changed_) return;
  for (auto& [p, row] : rows) {
    const StateRow& was = state_.recorded.rows[world_.prior.rows[p].recorded];
    if (was.id != row.row.id) folder_.drop({was.address, was.id});
    folder_.put(std::move(row));
  }
}

RecordedState Applier::folded() {
  RecordedState state = folder_.finish();
  state.project = project_.config.settings.name;
  state.provider = project_.config.settings.provider;
  state.scope = cloud_.scope;
  return state;
}

StoreAnswer Applier::store() {
  learn();
  const bool journalled = head_ || !state_.stored.journal.empty() || !state_.journal.head.operation.empty();
  if (!changed_ && !journalled) return StoreAnswer::Durable;
  const RecordedState state = folded();
  const std::string bytes = serialize_state(state, project_.texts(), project_.types);
  // State that was never stored has no hash. If it is still empty there is nothing to store.
  const bool fresh = state_.hash.empty() && state.rows.empty();
  const std::string after = fresh ? std::string() : state_hash(bytes);
  if (after == state_.hash && !journalled) return StoreAnswer::Durable;
  // Before the store: after a crash between the two, the hash tells the next run that this journal is in state already.
  if (journal({JournalFolded{state_hash(bytes)}}) == AppendAnswer::LockLost) return StoreAnswer::LockLost;
  const StoreAnswer answer = state_.backend->store(bytes, state_.stored.version);
  stored_ = answer == StoreAnswer::Durable;
  return answer;
}

// The disk may have room again: what could not be appended is tried once more. If state cannot be written the journal holds
// what it would have said.
StoreAnswer Applier::store_and_tell(ApplyReport& report) {
  StoreAnswer answer = StoreAnswer::Durable;
  try {
    journal_late();
    if (late_.empty()) answer = store();
  } catch (const StateError& failed) {
    unwritable_ = failed.what();
  }
  const bool cut_short = report.count(StepState::NotStarted) + report.count(StepState::Accepted) != 0;
  const bool settled = stored_ && late_.empty() && !cut_short;
  if (!settled) report.unwritable = unwritable_;
  std::sort(late_steps_.begin(), late_steps_.end(), [](StepId a, StepId b) { return a.value < b.value; });
  report.unrecorded = late_steps_;
  return answer;
}

void Applier::find_half_pairs(ApplyReport& report) const {
  struct Halves {
    bool done = false, not_done = false;
  };
  std::map<Text, Halves> pairs;
  for (const StepResult& result : report.results) {
    const Change& of = change(StepId(result.step));
    if (of.type != k_mapping_type) continue;
    Halves& halves = pairs[world_.estate.whole(of.resource)];
    (result.state == StepState::Done ? halves.done : halves.not_done) = true;
  }
  for (const auto& [pair, halves] : pairs)
    if (halves.done && halves.not_done) report.half_pairs.emplace_back(project_.texts().view(pair));
  std::sort(report.half_pairs.begin(), report.half_pairs.end());
}

// A journal that was lost, state of before: nobody has the handle of the operation any more, and the vm is left alone
// until the cloud has settled it.
void Applier::find_busy(ApplyReport& report) const {
  for (const PriorRow& row : world_.prior.rows) {
    if (row.type != k_vm_type || row.presence != Existence::Present || row.status != Status::Busy || row.pending)
      continue;
    const bool made_elsewhere =
        is_existing(world_.prior, row, project_.texts()) ||
        std::any_of(world_.desired.rows.begin(), world_.desired.rows.end(),
                    [&](const DesiredRow& desired) { return desired.key() == row.key() && desired.existing; });
    if (!made_elsewhere) report.busy.push_back(row.address);
  }
}

}  // namespace

std::uint32_t ApplyReport::count(StepState state) const {
  return static_cast<std::uint32_t>(
      std::count_if(results.begin(), results.end(), [&](const StepResult& result) { return result.state == state; }));
}

ApplyReport apply_plan(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                       const Plan& plan, const ApplyOptions& options) {
  return Applier(project, state, cloud, world, plan, options).run();
}

RecordedState state_after(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                          const Plan& plan) {
  const ApplyOptions usual;
  return Applier(project, state, cloud, world, plan, usual).fold_without_cloud();
}

}  // namespace pairform
