#include "engine/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "engine/act/cloud_step.h"
#include "engine/act/resume.h"
#include "engine/decide/checks.h"
#include "engine/decide/differ.h"
#include "engine/decide/guards.h"
#include "engine/decide/half_uses.h"
#include "engine/decide/hold.h"
#include "engine/decide/left_out.h"
#include "engine/decide/moved_along.h"
#include "engine/decide/order.h"
#include "engine/decide/taken_over_records.h"
#include "engine/read/directives.h"
#include "engine/read/nearest_network.h"
#include "engine/read/observe_request.h"
#include "engine/read/plan_reader.h"
#include "engine/read/provider_settings.h"
#include "engine/read/recorded_check.h"
#include "engine/read/refresh.h"
#include "engine/read/region_slips.h"
#include "engine/read/resolve.h"
#include "engine/read/stored_state.h"
#include "engine/read/taken_over.h"
#include "engine/read/unseen_names.h"
#include "engine/read/wrong_stanzas.h"
#include "engine/recovery/mapped_names.h"
#include "engine/state/backend_set.h"
#include "engine/state/state_file.h"
#include "engine/worker_pool.h"
#include "engine/write/attributes_json.h"
#include "engine/write/plan_digest.h"
#include "schema/base_types.h"
#include "schema/check.h"

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
  if (!run.cloud.stop.stop_requested()) return false;
  add_error(diagnostics, Code::Interrupted, "interrupted while the cloud was read", "nothing was changed",
            "run it again");
  return true;
}

// A destroy wants nothing, existing networks neither: those are forgotten once their halves are gone.
void want_nothing(DesiredState& desired) { desired = DesiredState(); }

}  // namespace

bool load_project(Run& run, const std::filesystem::path& directory, Diagnostics& diagnostics, LoadScope scope) {
  {
    const Timer timer(run, "load");
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    run.project.config = load_configuration(directory, run.project.types, threads, diagnostics, scope);
    run.project.parsed = ParsedColumns();
  }
  for (const ProviderEntry& entry : run.project.providers)
    if (entry.name == run.project.config.settings.provider) run.project.entry = &entry;
  if (run.project.entry == nullptr) return false;  // reported by the loader
  run.project.edition = run.project.config.settings.edition.empty() ? run.project.entry->default_edition
                                                                    : run.project.config.settings.edition;
  check_provider(run.project, diagnostics);
  const Timer timer(run, "resolve");
  run.world.desired = resolve(run.project.config, run.project.types, IdentityMaker{*run.project.entry}, diagnostics);
  run.project.directives = read_directives(run.project.config, run.project.types, run.world.desired, diagnostics);
  warn_of_region_slips(run.project.config, run.project.types, diagnostics);
  run.world.wrong = WrongStanzas();
  if (!diagnostics.has_errors()) return true;
  run.world.wrong = find_wrong_stanzas(run.project.config, run.project.types, run.world.desired);
  return false;
}

void take_over_recorded(Run& run) {
  run.taken_over = take_over_recorded(run.project.types, run.world.desired, IdentityMaker{*run.project.entry},
                                      run.project.texts(), run.state.recorded, run.state.journal);
}

bool read_state(Run& run, Diagnostics& diagnostics) {
  const Timer timer(run, "read state");
  if (run.state.backend == nullptr) run.state.backend = open_backend(run.project.config);
  run.state.stored = run.state.backend->load();
  const StateWords& words = run.state.backend->words();
  run.state.recorded = RecordedState();
  const FileId file = run.state.stored.state && !words.file.empty()
                          ? run.project.config.sources.add(words.state, words.file)
                          : FileId();
  if (run.state.stored.state && !parse_state(*run.state.stored.state, run.project.types, words, file,
                                             run.project.texts(), run.state.recorded, diagnostics))
    return false;
  if (!run.state.recorded.project.empty() &&
      !check_state_header(run.state.recorded, run.project.config.settings.name, run.project.config.settings.provider,
                          run.cloud.scope.empty() ? run.state.recorded.scope : run.cloud.scope, words, file,
                          diagnostics))
    return false;
  if (!check_recorded(run.project.types, run.project.parsed, run.state.recorded, IdentityMaker{*run.project.entry},
                      words, file, run.project.texts(), diagnostics))
    return false;
  if (!replay_journal(run.project, run.cloud.scope, run.state, diagnostics)) return false;
  take_over_recorded(run);
  check_against_state(run.project.config, run.world.desired, run.state.recorded, run.project.directives, diagnostics);
  return !diagnostics.has_errors();
}

ProviderContext provider_context(const Run& run) {
  return {run.project.config.directory.string(), run.project.edition, settings_of(run.project)};
}

bool open_provider(Run& run, Diagnostics& diagnostics) {
  try {
    run.cloud.provider = run.project.entry->open(provider_context(run));
  } catch (const std::runtime_error& failed) {
    add_error(diagnostics, Code::ProviderFailed,
              fmt::format("provider \"{}\" cannot be opened", run.project.entry->name), failed.what(),
              fmt::format("check [provider.{}], and that the cloud can be reached", run.project.entry->name));
    return false;
  }
  run.cloud.scope = run.cloud.provider->scope();
  return true;
}

bool connect_provider(Run& run, Diagnostics& diagnostics) {
  const Timer timer(run, "connect");
  const IdentityMaker identities{*run.project.entry};
  const ProjectScope scope = project_scope(run.world.desired, run.state.recorded, identities, run.project.texts());
  std::vector<Diagnostic> told = run.cloud.provider->connect(scope.known, call_limits(run.cloud.stop));
  if (is_interrupted(run, diagnostics)) return false;
  bool is_refused = false;
  for (Diagnostic& each : told) {
    is_refused |= each.severity == Severity::Error;
    diagnostics.add(std::move(each));
  }
  return !is_refused;
}

namespace {

// The derived rows that vms need, and the rows of vms and nics. A saved plan has its rows already; only the identities
// of nics, which the cloud gives, are still to be told.
void derive_rows(Run& run, const PlanOptions& options, CloudView& cloud, Diagnostics& diagnostics) {
  const IdentityMaker identities{*run.project.entry};
  const NicKeys keys(cloud.observed(), run.state.recorded, run.project.texts());
  run.world.landings.clear();
  if (options.saved == nullptr && !run.world.desired.vms.empty()) {
    const NetworkNames names(run.world.desired, run.state.recorded, identities, run.project.texts());
    std::vector<VmFacts> facts = read_facts(
        {run.project.config, run.world.desired, run.state.recorded, identities, names, keys, run.project.parsed}, cloud,
        run.project.texts(), diagnostics);
    const Edition* edition = find_edition(run.project.edition);
    PAIRFORM_CHECK(edition != nullptr);
    run.world.landings = derive(
        {run.project.config, run.project.types, run.state.recorded, identities, names, *edition, &run.world.wrong},
        std::move(facts), cloud, run.world.desired, run.project.texts(), diagnostics);
  }
  run.world.names.emplace(run.world.desired, run.state.recorded, identities, run.project.texts());
  name_nics(keys, cloud.observed(), identities, run.state.recorded, *run.world.names, run.project.texts());
  if (options.saved != nullptr) name_nics(keys, run.world.desired, run.project.texts());
}

// What a plan that enables a vm rests on: its machine as it is now.
void note_machines(Run& run, const CloudView& cloud) {
  run.world.machines.clear();
  for (const DesiredRow& row : run.world.desired.rows) {
    const ObservedId at =
        row.type == k_vm_type || row.type == k_nic_type ? cloud.observed().find(row.key()) : ObservedId();
    if (!at || !cloud.observed().rows[at].facts_only) continue;
    std::string facts;
    JsonWriter json(facts);
    write_attributes(json, run.project.types[row.type],
                     {cloud.observed().cells.data() + cloud.observed().rows[at].first_cell,
                      run.project.types[row.type].columns.size()},
                     run.project.texts(), Columns::Digested);
    run.world.machines.emplace_back(row.resource, run.project.texts().intern(facts));
  }
}

void place(Run& run, const std::vector<std::string>& place_anew, Diagnostics& diagnostics) {
  const LandingInput input{run.project.config, run.project.parsed, run.state.recorded,
                           *run.world.names,   run.world.landings, place_anew};
  run.world.placements = place_landings(input, run.world.desired, run.world.prior, run.project.texts(), diagnostics);
  run.world.tests = place_test_landings(input, run.world.placements, run.world.desired, run.world.prior,
                                        run.project.texts(), diagnostics);
  check_mapped_names(input, run.world.desired, run.world.prior, run.project.texts(), diagnostics);
}

// The cloud as it is read once a run. None: the run was interrupted.
std::optional<CloudView> observe_cloud(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  const IdentityMaker identities{*run.project.entry};
  if (run.cloud.scope.empty()) run.cloud.scope = run.state.recorded.scope;  // offline
  if (options.destroy) want_nothing(run.world.desired);
  Observed observed;
  if (!options.offline) {
    const Timer timer(run, "observe");
    const ProjectScope scope = project_scope(run.world.desired, run.state.recorded, identities, run.project.texts());
    observed = observe(*run.cloud.provider, scope.request(), run.project.types, run.project.config.settings.name,
                       run.project.texts(), run.cloud.stop, run.cloud.reading);
    if (is_interrupted(run, diagnostics)) return std::nullopt;
    tell_unseen(run.project.config, run.world.desired, observed, run.project.texts(), diagnostics);
  }
  return std::optional<CloudView>(
      std::in_place, std::move(observed), options.offline ? nullptr : run.cloud.provider.get(), run.project.types,
      run.project.config.settings.name, run.project.texts(), run.cloud.stop, run.cloud.reading);
}

// From derive to place. False: the run was interrupted.
bool settle_world(Run& run, const PlanOptions& options, CloudView& cloud, Diagnostics& diagnostics) {
  const IdentityMaker identities{*run.project.entry};
  {
    const Timer timer(run, "derive");
    derive_rows(run, options, cloud, diagnostics);
  }
  {
    const Timer timer(run, "index");
    run.world.estate = index_resources(run.world.desired, run.state.recorded, run.project.texts());
  }
  {
    const Timer timer(run, "prior");
    run.world.prior = refresh({run.project.types, identities, run.project.config.settings.name, run.world.desired,
                               run.state.recorded, *run.world.names, run.world.estate},
                              cloud, run.project.texts());
    if (!options.offline) {
      if (is_interrupted(run, diagnostics)) return false;
      for (auto& [address, near] :
           nearest_networks(run.world.desired, cloud.observed(), run.project.config.settings, run.project.texts()))
        run.world.prior.meant.emplace(address, near.words);
    }
  }
  {
    const Timer timer(run, "place");
    note_machines(run, cloud);
    named_resources(options.place_anew, "--place-anew", run.world.estate, run.project.texts(), diagnostics);
    place(run, expand_patterns(options.place_anew, run.world.estate, run.project.texts()), diagnostics);
  }
  return true;
}

}  // namespace

bool read_world(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  std::optional<CloudView> cloud = observe_cloud(run, options, diagnostics);
  return cloud && settle_world(run, options, *cloud, diagnostics) && !diagnostics.has_errors();
}

namespace {

void take_over(const Held& held, Diff& diff) {
  diff.unknown = held.unknown;
  diff.held = held.held;
  diff.complete = held.complete;
  for (const PriorId p : held.asked) diff.asked[p] = true;
}

bool is_fact(const Record& record, const PriorState& prior, const TypeTable& types) {
  const ResourceType& type = types[prior.rows[record.prior].type];
  const auto column = type.find_column(record.attribute);
  return column && type.column(*column).mutability == Mutability::Fact;
}

// The landing of a nic follows from its facts. Where it is left alone its facts are recorded later, with it: else the
// next plan would take the landing for one that belongs to them, and keep it.
std::vector<Record> without_facts_left_alone(std::vector<Record> records, const Held& held, const PriorState& prior,
                                             const TypeTable& types) {
  const std::set<PriorId> asked(held.asked.begin(), held.asked.end());
  std::erase_if(records,
                [&](const Record& record) { return asked.contains(record.prior) && is_fact(record, prior, types); });
  return records;
}

struct FilesDiff {
  Diff diff;
  std::vector<ShapeProblem> problems;
  std::vector<LeftOutItem> left_out;  // what is set aside, and what depends on it
  std::vector<BrokenHalf> broken;
};

// What files ask for: matched, without what is left alone, compared.
FilesDiff diff_files(const Run& run, RelationSet& relations, const SetAside& aside, StringPool& texts) {
  FilesDiff out;
  Match matched =
      match({run.world.desired, run.world.prior, run.world.estate, run.project.directives, relations}, texts);
  const Compared compared{
      run.project.types, run.world.desired, run.world.prior, run.world.estate, matched, run.project.parsed, texts};
  const auto asked = [&](const Pairing& pairing) { return asked_of(compared, pairing); };
  const std::vector<LeftOutItem> set_aside = resources_of(aside, run.world.estate, texts);
  Held held = hold({run.world.desired, run.world.prior, run.world.estate, matched, relations, asked, set_aside}, texts);
  out.problems = find_shape_problems(compared);
  const DiffInput input{compared, run.state.recorded, *run.world.names};
  std::vector<Record> records = find_records(input, texts);
  out.broken = find_broken_halves(input, texts);
  matched = leave_alone(std::move(matched), held);
  out.diff = make_diff(input, texts);
  take_over(held, out.diff);
  out.diff.records = without_facts_left_alone(std::move(records), held, run.world.prior, run.project.types);
  out.left_out = std::move(held.left_out);
  return out;
}

// What a saved plan asks for. None: something it rests on is gone, or must be left alone now.
std::optional<Diff> diff_saved(Run& run, RelationSet& relations, const SavedPlan& saved) {
  std::optional<RebuiltPlan> plan = rebuild_plan(run.project, run.world, saved);
  if (!plan) return std::nullopt;
  Diff& diff = plan->diff;
  DenseMap<ResourceId, ChangeId> change_at(run.world.estate.size());
  for (const ChangeId c : diff.changes.ids()) change_at[diff.changes[c].resource] = c;
  const auto asked = [&](const Pairing& pairing) {
    const ChangeId c = change_at[pairing.resource];
    return c ? asked_by(diff.changes[c]) : Asked();
  };
  const Held held =
      hold({run.world.desired, run.world.prior, run.world.estate, plan->match, relations, asked}, run.project.texts());
  if (held.stops_a_change) return std::nullopt;
  const Match left = leave_alone(std::move(plan->match), held);
  diff.unchanged =
      static_cast<std::uint32_t>(std::count_if(left.pairings.begin(), left.pairings.end(),
                                               [&](const Pairing& pairing) { return !change_at[pairing.resource]; }));
  take_over(held, diff);
  return std::move(plan->diff);
}

// The edition in force, if the service moves vms with their mapping under it; else empty.
std::string_view moving_edition(const Project& project) {
  const Edition* edition = find_edition(project.edition);
  return edition != nullptr && edition->target == TargetRule::FixedByMapping ? edition->name : std::string_view();
}

// From derive to check. The relations of the world that is planned; none: the run was interrupted, or the saved plan is
// stale.
std::optional<RelationSet> attempt(Run& run, const PlanOptions& options, CloudView& cloud, const SetAside& aside,
                                   FilesDiff& made, Diagnostics& found) {
  if (!settle_world(run, options, cloud, found)) return std::nullopt;
  std::optional<RelationSet> relations(std::in_place, run.world.desired, run.world.prior, run.world.estate,
                                       *run.world.names, run.project.texts());
  {
    const Timer timer(run, "diff");
    if (options.saved == nullptr) {
      made = diff_files(run, *relations, aside, run.project.texts());
    } else {
      std::optional<Diff> diff = diff_saved(run, *relations, *options.saved);
      if (!diff) return std::nullopt;
      made = {std::move(*diff), {}, {}, {}};
    }
  }
  // Whether networks may be adopted was settled when a saved plan was made; that they are there, by its links.
  check_changes({run.project.types, run.project.config, run.world.desired, run.world.prior, run.world.estate,
                 *run.world.names, run.project.parsed, run.project.texts(), run.project.directives.imported,
                 made.problems, options.offline || options.saved != nullptr, moving_edition(run.project)},
                made.diff, found);
  return relations;
}

// What files say, with the vms of it that are set aside.
DesiredState without(DesiredState files, const SetAside& aside, const StringPool& texts) {
  for (DeclaredVm& vm : files.vms) vm.left_out = aside.units.contains(texts.view(vm.address));
  return files;
}

// Where the stanza of a network has a slip, that is the mistake: not that a machine lives on a network that no stanza
// names, which is the network that was meant. Only of a plan that is refused: both errors end it.
void drop_follow_ups(const Run& run, const Observed& observed, Diagnostics& found) {
  std::set<std::string_view> absent;
  for (const Diagnostic& each : found.items())
    if (each.code == Code::NetworkAbsent && each.severity == Severity::Error) absent.insert(each.address);
  if (absent.empty()) return;
  const StringPool& texts = run.project.texts();
  std::set<std::string_view> moot = absent;
  for (const auto& [address, near] : nearest_networks(run.world.desired, observed, run.project.config.settings, texts))
    if (near.identity && absent.contains(texts.view(address))) moot.insert(texts.view(near.identity));
  found.drop_moot([&](std::string_view needs) { return moot.contains(needs); });
}

// Attempts until what is set aside is all that has an error. None: errors, or the run was interrupted.
std::optional<RelationSet> find_changes(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  std::optional<CloudView> cloud = observe_cloud(run, options, diagnostics);
  if (!cloud) return std::nullopt;
  const Selection& selection = options.selection;
  const bool parts = !selection.target.empty() || !selection.exclude.empty();
  const DesiredState files = parts ? run.world.desired : DesiredState();
  SetAside aside;
  Diagnostics words;  // that name nothing
  for (bool first = true;; first = false) {
    Diagnostics found;
    FilesDiff made;
    std::optional<RelationSet> relations = attempt(run, options, *cloud, aside, made, found);
    if (relations) {
      if (first) check_words(selection, run.world.estate, run.project.texts(), words);
      const JudgeInput judged{selection,  run.world.desired, run.world.estate,
                              *relations, made.left_out,     run.project.texts()};
      const Verdict verdict = judge(judged, aside, found);
      if (verdict == Verdict::Again) {
        run.world.desired = without(files, aside, run.project.texts());
        continue;
      }
      if (verdict == Verdict::Refused) drop_follow_ups(run, cloud->observed(), found);
      if (verdict == Verdict::Refused && options.offers_exclude) offer_to_leave_out(judged, found);
    }
    diagnostics.append(std::move(found));
    if (!diagnostics.has_errors()) diagnostics.append(std::move(words));
    run.plan.diff = std::move(made.diff);
    run.plan.left_out = std::move(made.left_out);
    run.plan.broken = std::move(made.broken);
    if (diagnostics.has_errors()) return std::nullopt;
    return relations;
  }
}

}  // namespace

bool make_plan(Run& run, const PlanOptions& options, Diagnostics& diagnostics) {
  Plan& plan = run.plan;
  plan = Plan();
  plan.offline = options.offline;
  std::optional<RelationSet> relations = find_changes(run, options, diagnostics);
  plan.complete = plan.diff.complete;
  if (!relations) return false;
  const StepsInput steps_input{run.world.desired, run.world.prior,    run.world.estate,
                               *relations,        run.project.parsed, run.project.texts()};
  const std::vector<LeftOutItem> others = select_changes(options.selection, steps_input, run.project.types, plan.diff);
  plan.left_out.insert(plan.left_out.end(), others.begin(), others.end());
  std::stable_sort(plan.left_out.begin(), plan.left_out.end(),
                   [](const LeftOutItem& a, const LeftOutItem& b) { return a.resource < b.resource; });
  keep_not_repaired(plan, options.selection, run.project.texts());
  record_taken_over(run.taken_over, run.project.types, run.world.desired, run.world.prior, run.state.recorded,
                    plan.diff);
  {
    const Timer timer(run, "plan");
    plan.steps = order_steps(steps_input, plan.diff);
    plan.summary = summarise(plan.diff);
    plan.half_uses = find_half_uses({run.world.desired, run.world.prior, run.world.estate, *relations,
                                     run.project.texts(), !moving_edition(run.project).empty()},
                                    plan.diff);
    plan.guards =
        find_guards({run.project.config.settings.guards, run.project.types, run.world.desired, run.world.prior,
                     run.state.recorded, run.world.estate, run.project.texts(), options.destroy, plan.half_uses},
                    plan.diff, plan.steps);
    plan.also = brought_about(run.project, run.cloud, run.world, plan, diagnostics);
    if (diagnostics.has_errors()) {  // steps that the provider refuses
      plan.steps = {};
      return false;
    }
    if (const std::string_view edition = moving_edition(run.project); !edition.empty())
      note_moved_along(run.world.prior, run.world.estate, plan.diff, edition, run.project.texts(), plan.also);
    plan.digest = plan_digest(run.project, run.cloud.scope, run.world, plan, *relations);
  }
  plan.applyable = !options.offline && (plan.complete || options.allow_unknown);
  return true;
}

}  // namespace pairform
