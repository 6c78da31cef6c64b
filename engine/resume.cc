#include "engine/resume.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

class Resumer {
 public:
  Resumer(Run& run, const ResumeOptions& options, Diagnostics& diagnostics)
      : run_(run),
        options_(options),
        diagnostics_(diagnostics),
        identities_{*run.entry},
        names_(run.desired, run.recorded, identities_, run.texts()) {}

  ResumeReport run() {
    for (const JournalIntent& intent : run_.journal.open) settle_intent(intent);
    settle_pending();
    if (outcomes_.empty()) return std::move(report_);
    if (options_.journal) journal();
    run_.recorded = fold(run_.recorded, outcomes_, run_.texts(), run_.types);
    run_.journal.open.clear();
    return std::move(report_);
  }

 private:
  std::string_view text(Text value) const { return run_.texts().view(value); }
  LookupAnswer look_up(TypeId type, Text identity) {
    const std::string& type_name = run_.types[type].name;
    std::string_view sought = text(identity);
    // Older journals have the type in front of a machine's identity: "vm eastasia/web1".
    if (sought.starts_with(type_name + ' ')) sought.remove_prefix(type_name.size() + 1);
    LookupAnswer answer = run_.provider->lookup(type_name, sought);
    const auto* row = std::get_if<CloudRow>(&answer);
    if (row == nullptr) return answer;
    if (std::string why = why_unusable(*row, run_.types); !why.empty())
      return ProviderError{ErrorKind::Invalid, "AnswerUnusable", std::move(why), {}, std::nullopt};
    if (row->facts_only) return AbsentAnswer{};
    return answer;
  }
  void settle_intent(const JournalIntent& intent);
  void settle_pending();
  // False: still running.
  bool settle(const StateRow& row);
  bool took_effect(const JournalIntent& intent, const CloudRow& now);
  // Steps of a run are numbered from 1; 0 is an outcome without an intent.
  void add(std::uint32_t step, JournalResult result, RowChanges changes) {
    outcomes_.push_back({step, result, std::move(changes)});
  }
  void journal();

  Run& run_;
  const ResumeOptions& options_;
  Diagnostics& diagnostics_;
  IdentityMaker identities_;
  NetworkNames names_;
  std::vector<JournalOutcome> outcomes_;
  ResumeReport report_;
};

bool Resumer::took_effect(const JournalIntent& intent, const CloudRow& now) {
  const ResourceType& type = run_.types[intent.row->row.type];
  const std::vector<Text> found = named_cells(now, type, names_, run_.texts());
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    if (type.column(c).mutability != Mutability::InPlace || is_existing_column(intent.row->row.type, c)) continue;
    Text planned = intent.row->cells[c];
    if (planned && type.column(c).kind == Kind::Reference) planned = names_.name(names_.recorded_identity(planned));
    if (planned != found[c]) return false;
  }
  return true;
}

void Resumer::settle_intent(const JournalIntent& intent) {
  const std::string_view address = text(intent.address);
  const TypeId type = run_.types.find_type_of(address);
  if (!type) return;
  const LookupAnswer answer = look_up(type, intent.identity);
  if (std::holds_alternative<ProviderError>(answer)) return;  // unknown: planning will say so
  const auto* now = std::get_if<CloudRow>(&answer);
  const bool happened =
      !intent.row ? now == nullptr : now != nullptr && (intent.operation == "create" || took_effect(intent, *now));
  RowChanges changes;
  if (happened && !intent.row) {
    changes.drop.push_back({intent.previous_address ? intent.previous_address : intent.address, intent.id});
  } else if (happened) {
    changes.put.push_back(*intent.row);
    changes.put.back().row.id = run_.texts().intern(now->id);
  }
  add(intent.step, happened ? JournalResult::Done : JournalResult::Failed, std::move(changes));
}

bool Resumer::settle(const StateRow& row) {
  const PollAnswer polled = run_.provider->poll(text(row.pending));
  if (const auto* running = std::get_if<Running>(&polled)) {
    if (options_.progress) options_.progress(text(row.address), running->text);
    return false;
  }
  const auto* failed = std::get_if<ProviderError>(&polled);
  if (failed != nullptr) {
    if (is_retryable(failed->kind)) return false;
    diagnostics_.add({Code::StepFailed,
                      Severity::Warning,
                      fmt::format("an operation on {} that was accepted earlier has failed", text(row.address)),
                      fmt::format("{}: {}", failed->code, failed->message),
                      "look at the plan: it shows what is left to do",
                      {},
                      std::string(text(row.address))});
  }
  const LookupAnswer answer = look_up(row.type, identity_of(row, run_.recorded, names_, identities_, run_.texts()));
  if (std::holds_alternative<ProviderError>(answer)) return false;
  (failed != nullptr ? report_.failed : report_.done).push_back(row.address);
  const auto* now = std::get_if<CloudRow>(&answer);
  if (now == nullptr) {
    add(0, JournalResult::Done, {{{row.address, row.id}}, {}});
    return true;
  }
  StateRow settled = row;
  settled.pending = Text();
  settled.id = run_.texts().intern(now->id);
  std::vector<Text> cells = named_cells(*now, run_.types[row.type], names_, run_.texts());
  for (std::size_t c = 0; c < cells.size(); ++c)
    if (is_ours(run_.types[row.type], row.type, c)) cells[c] = run_.recorded.cell(row, c);
  add(0, JournalResult::Done, {{}, {{settled, std::move(cells)}}});
  return true;
}

void Resumer::settle_pending() {
  std::vector<StateRow> pending;
  for (const StateRow& row : run_.recorded.rows)
    if (row.pending) pending.push_back(row);
  const auto deadline = std::chrono::steady_clock::now() + options_.wait;
  for (;;) {
    std::erase_if(pending, [&](const StateRow& row) { return settle(row); });
    const bool stop = options_.interrupted && options_.interrupted();
    if (pending.empty() || stop || std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (const StateRow& row : pending) report_.pending.push_back(row.address);
  for (auto* addresses : {&report_.done, &report_.failed})
    std::sort(addresses->begin(), addresses->end(), [&](Text a, Text b) { return address_less(text(a), text(b)); });
}

void Resumer::journal() {
  std::vector<JournalRecord> records;
  // Outcomes belong to the intents of the journal that is there; only an empty one needs a head of its own.
  if (run_.journal.head.operation.empty()) records.emplace_back(run_.journal.head = {"resume", run_.state_hash});
  for (const JournalOutcome& outcome : outcomes_) records.emplace_back(outcome);
  // Where the lock is lost they are found out again by the next run; this one sends nothing any more.
  static_cast<void>(run_.backend->append(encode(records, run_.texts(), run_.types)));
}

}  // namespace

ResumeReport resume(Run& run, const ResumeOptions& options, Diagnostics& diagnostics) {
  const bool pending = std::any_of(run.recorded.rows.begin(), run.recorded.rows.end(),
                                   [](const StateRow& row) { return static_cast<bool>(row.pending); });
  if (run.journal.open.empty() && !pending) return {};
  return Resumer(run, options, diagnostics).run();
}

}  // namespace pairform
