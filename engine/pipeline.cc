#include "engine/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/act/resume.h"
#include "engine/decide/checks.h"
#include "engine/decide/differ.h"
#include "engine/decide/guards.h"
#include "engine/decide/hold.h"
#include "engine/decide/order.h"
#include "engine/read/directives.h"
#include "engine/read/observe_request.h"
#include "engine/read/plan_reader.h"
#include "engine/read/refresh.h"
#include "engine/read/resolve.h"
#include "engine/state/backend_set.h"
#include "engine/state/state_file.h"
#include "engine/write/attributes_json.h"
#include "engine/write/plan_digest.h"
#include "schema/check.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

class Timer {
 public:
  Timer(Run& run, std::string pass) : run_(run), pass_(std::move(pass)) {}
  ~Timer() {
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start_;
    run_.timings.push_back({std::move(pass_), spent.count()});
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  Run& run_;
  std::string pass_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void add_error(Diagnostics& diagnostics, Code code, std::string summary, std::string detail, std::string help) {
  diagnostics.add({code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}});
}

// Was the run asked to stop? What was read then is not the whole, and says nothing.
bool is_interrupted(const Run& run, Diagnostics& diagnostics) {
  if (!run.stop.stop_requested()) return false;
  add_error(diagnostics, Code::Interrupted, "interrupted while the cloud was read", "nothing was changed",
            "run it again");
  return true;
}

// A destroy wants nothing, existing networks neither: those are forgotten once their halves are gone.
void want_nothing(DesiredState& desired) { desired = DesiredState(); }

}  // namespace

namespace {

std::vector<NamedValue> settings_of(const Run& run) {
  std::vector<NamedValue> settings;
  for (const ProviderSetting& setting : run.config.project.provider_settings)
    settings.push_back({setting.name, setting.value});
  return settings;
}

// What the chosen provider says of [provider.<name>] and of the edition.
void check_provider(const Run& run, Diagnostics& diagnostics) {
  const ProjectSettings& project = run.config.project;
  const auto report = [&](Code code, SourcePosition at, std::uint16_t length, SettingProblem problem) {
    Diagnostic refused =
        error(code, at, length, std::move(problem.summary), std::move(problem.detail), std::move(problem.help));
    if (!at.file) refused.spans.clear();
    diagnostics.add(std::move(refused));
  };
  if (run.entry->check != nullptr)
    for (SettingProblem& problem : run.entry->check(settings_of(run))) {
      ProviderSetting place;  // nowhere: no such setting is given
      for (const ProviderSetting& setting : project.provider_settings)
        if (setting.name == problem.setting) place = setting;
      report(Code::BadSetting, place.at, place.length, std::move(problem));
    }
  const std::vector<std::string>& honoured = run.entry->editions;
  if (std::find(honoured.begin(), honoured.end(), run.edition) != honoured.end()) return;
  report(Code::EditionNotHonoured, project.edition_at, 1,
         {{},
          fmt::format("edition \"{}\" is not honoured by provider \"{}\"", run.edition, run.entry->name),
          {},
          fmt::format("choose one of: {}", fmt::join(honoured, ", "))});
}

}  // namespace

bool load_project(Run& run, const std::filesystem::path& directory, Diagnostics& diagnostics, LoadScope scope) {
  {
    const Timer timer(run, "load");
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    run.config = load_configuration(directory, run.types, threads, diagnostics, scope);
    run.parsed = ParsedColumns();
  }
  for (const ProviderEntry& entry : run.providers)
    if (entry.name == run.config.project.provider) run.entry = &entry;
  if (run.entry == nullptr) return false;  // reported by the loader
  run.edition = run.config.project.edition.empty() ? run.entry->default_edition : run.config.project.edition;
  check_provider(run, diagnostics);
  const Timer timer(run, "resolve");
  run.desired = resolve(run.config, run.types, IdentityMaker{*run.entry}, diagnostics);
  run.directives = read_directives(run.config, run.types, run.desired, diagnostics);
  return !diagnostics.has_errors();
}

bool read_state(Run& run, Diagnostics& diagnostics) {
  const Timer timer(run, "read state");
  if (run.backend == nullptr) run.backend = open_backend(run.config);
  run.stored = run.backend->load();
  const StateWords& words = run.backend->words();
  run.recorded = RecordedState();
  const FileId file =
      run.stored.state && !words.file.empty() ? run.config.sources.add(words.state, words.file) : FileId();
  if (run.stored.state &&
      !parse_state(*run.stored.state, run.types, words, file, run.texts(), run.recorded, diagnostics))
    return false;
  if (!run.recorded.project.empty() &&
      !check_state_header(run.recorded, run.config.project.name, run.config.project.provider,
                          run.scope.empty() ? run.recorded.scope : run.scope, words, file, diagnostics))
    return false;
  if (!parse_journal(run.stored.journal, run.types, words, run.texts(), run.journal, diagnostics)) return false;
  if (run.will_write || !run.stored.journal.empty()) run.state_hash = state_hash(run.stored.state);
  run.recorded =
      replay(std::move(run.recorded), run.state_hash, run.journal, words, run.texts(), run.types, diagnostics);
  run.stored.state.reset();
  check_against_state(run.config, run.recorded, run.directives, diagnostics);
  return !diagnostics.has_errors();
}

bool open_provider(Run& run, Diagnostics& diagnostics) {
  ProviderContext context{run.config.directory.string(), run.edition, {}};
  context.settings = settings_of(run);
  try {
    run.provider = run.entry->open(context);
  } catch (const std::runtime_error& failed) {
    add_error(diagnostics, Code::ProviderFailed, fmt::format("provider \"{}\" cannot be opened", run.entry->name),
              failed.what(), fmt::format("check [provider.{}], and that the cloud can be reached", run.entry->name));
    return false;
  }
  run.scope = run.provider->scope();
  return true;
}

namespace {

// The derived rows that vms need, and the rows of vms and nics. A saved plan has its rows already; only the identities
// of nics, which the cloud gives, are still to be told.
void derive_rows(Run& run, const PlanOptions& options, CloudView& cloud, Diagnostics& diagnostics) {
  const IdentityMaker identities{*run.entry};
  const NicKeys keys(cloud.observed(), run.recorded, run.texts());
  run.landings.clear();
  if (options.saved == nullptr && !run.desired.vms.empty()) {
    const NetworkNames names(run.desired, run.recorded, identities, run.texts());
    std::vector<VmFacts> facts =
        read_facts({run.config, run.desired, run.recorded, identities, names, keys}, cloud, run.texts(), diagnostics);
    const Edition* edition = find_edition(run.edition);
    PAIRFORM_CHECK(edition != nullptr);
    run.landings = derive({run.config, run.types, run.recorded, identities, names, *edition}, std::move(facts), cloud,
                          run.desired, run.texts(), diagnostics);
  }
  run.names.emplace(run.desired, run.recorded, identities, run.texts());
  name_nics(keys, cloud.observed(), identities, run.recorded, *run.names, run.texts());
  if (options.saved != nullptr) name_nics(keys, run.desired, run.texts());
}

// What a plan that enables a vm rests on: its machine as it is now.
void note_machines(Run& run, const CloudView& cloud) {
  run.machines.clear();
  for (const DesiredRow& row : run.desired.rows) {
    const ObservedId at =
        row.type == k_vm_type || row.type == k_nic_type ? cloud.observed().find(row.key()) : ObservedId();
    if (!at || !cloud.observed().rows[at].facts_only) continue;
    std::string facts;
    JsonWriter json(facts);
    write_attributes(
        json, run.types[row.type],
        {cloud.observed().cells.data() + cloud.observed().rows[at].first_cell, run.types[row.type].columns.size()},
        run.texts());
    run.machines.emplace_back(row.resource, run.texts().intern(facts));
  }
}

void place(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  run.placements = place_landings({run.config, run.parsed, run.recorded, *run.names, run.landings, options.place_anew},
                                  run.desired, run.prior, run.texts(), diagnostics);
}

}  // namespace

bool read_world(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  const IdentityMaker identities{*run.entry};
  if (run.scope.empty()) run.scope = run.recorded.scope;  // offline
  if (options.destroy) want_nothing(run.desired);
  Observed observed;
  if (!options.offline) {
    const Timer timer(run, "observe");
    const ProjectScope scope = project_scope(run.desired, run.recorded, identities, run.texts());
    observed = observe(*run.provider, scope.request(), run.types, run.config.project.name, run.texts(), run.stop);
    if (is_interrupted(run, diagnostics)) return false;
  }
  CloudView cloud(std::move(observed), options.offline ? nullptr : run.provider.get(), run.types,
                  run.config.project.name, run.texts(), run.stop);
  {
    const Timer timer(run, "derive");
    derive_rows(run, options, cloud, diagnostics);
  }
  {
    const Timer timer(run, "index");
    run.estate = index_resources(run.desired, run.recorded, run.texts());
  }
  {
    const Timer timer(run, "prior");
    run.prior =
        refresh({run.types, identities, run.config.project.name, run.desired, run.recorded, *run.names, run.estate},
                cloud, run.texts());
    if (!options.offline && is_interrupted(run, diagnostics)) return false;
  }
  {
    const Timer timer(run, "place");
    note_machines(run, cloud);
    named_resources(options.place_anew, "--place-anew", run.estate, run.texts(), diagnostics);
    place(run, options, diagnostics);
  }
  return !diagnostics.has_errors();
}

namespace {

void take_over(const Held& held, Diff& diff) {
  diff.unknown = held.unknown;
  diff.held = held.held;
  diff.complete = held.complete;
  for (const PriorId p : held.asked) diff.asked[p] = true;
}

// What files ask for: matched, without what is left alone, compared.
Diff diff_files(const Run& run, RelationSet& relations, std::vector<ShapeProblem>& problems, StringPool& texts) {
  Match matched = match({run.desired, run.prior, run.estate, run.directives, relations}, texts);
  const Compared compared{run.types, run.desired, run.prior, run.estate, matched, run.parsed, texts};
  const auto asked = [&](const Pairing& pairing) { return asked_of(compared, pairing); };
  const Held held = hold({run.desired, run.prior, run.estate, matched, relations, asked}, texts);
  problems = find_shape_problems(compared);
  std::vector<Record> records = find_records(compared, texts);
  matched = leave_alone(std::move(matched), held);
  Diff diff = make_diff({compared, run.recorded, *run.names}, texts);
  diff.records = std::move(records);
  take_over(held, diff);
  return diff;
}

// What a saved plan asks for. None: something it rests on is gone, or must be left alone now.
std::optional<Diff> diff_saved(Run& run, RelationSet& relations, const SavedPlan& saved) {
  std::optional<RebuiltPlan> plan = rebuild_plan(run, saved);
  if (!plan) return std::nullopt;
  Diff& diff = plan->diff;
  DenseMap<ResourceId, ChangeId> change_at(run.estate.size());
  for (const ChangeId c : diff.changes.ids()) change_at[diff.changes[c].resource] = c;
  const auto asked = [&](const Pairing& pairing) {
    const ChangeId c = change_at[pairing.resource];
    return c ? asked_by(diff.changes[c]) : Asked();
  };
  const Held held = hold({run.desired, run.prior, run.estate, plan->match, relations, asked}, run.texts());
  if (held.stops_a_change) return std::nullopt;
  const Match left = leave_alone(std::move(plan->match), held);
  diff.unchanged =
      static_cast<std::uint32_t>(std::count_if(left.pairings.begin(), left.pairings.end(),
                                               [&](const Pairing& pairing) { return !change_at[pairing.resource]; }));
  take_over(held, diff);
  return std::move(plan->diff);
}

}  // namespace

bool make_plan(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  Plan& plan = run.plan;
  plan = Plan();
  plan.offline = options.offline;
  if (!read_world(run, options, diagnostics) && run.stop.stop_requested()) return false;
  RelationSet relations(run.desired, run.prior, run.estate, *run.names, run.texts());
  std::vector<ShapeProblem> problems;
  {
    const Timer timer(run, "diff");
    std::optional<Diff> diff = options.saved == nullptr ? diff_files(run, relations, problems, run.texts())
                                                        : diff_saved(run, relations, *options.saved);
    if (!diff) return false;
    plan.diff = std::move(*diff);
  }
  const StepsInput steps_input{run.desired, run.prior, run.estate, relations, run.parsed, run.texts()};
  // Whether networks may be adopted was settled when a saved plan was made; that they are there, by its links.
  check_changes({run.types, run.config, run.desired, run.prior, run.estate, *run.names, run.parsed, run.texts(),
                 run.directives.imported, problems, options.offline || options.saved != nullptr},
                plan.diff, diagnostics);
  if (!diagnostics.has_errors())
    plan.left_out = select_changes(options.selection, steps_input, run.types, plan.diff, diagnostics);
  plan.complete = plan.diff.complete;
  if (diagnostics.has_errors()) return false;
  {
    const Timer timer(run, "plan");
    plan.steps = order_steps(steps_input, plan.diff);
    plan.summary = summarise(plan.diff);
    plan.guards = find_guards({run.config.project.guards, run.types, run.desired, run.prior, run.recorded, run.estate,
                               run.texts(), options.destroy},
                              plan.diff, plan.steps);
    plan.digest = plan_digest(run, relations);
  }
  plan.applyable = !options.offline && (plan.complete || options.allow_unknown);
  return true;
}

}  // namespace pairform
