#include "tests/fuzz/operations_on_worlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "engine/act/state_edit.h"
#include "schema/address.h"
#include "tests/property/rebuilding.h"
#include "tests/property/shrink.h"
#include "tests/property/vm_worlds.h"

namespace pairform::fuzz {

OperationCounts counts;

namespace {

using namespace property;

enum class Kind : std::uint8_t {
  Plan,
  Apply,
  ApplyThatFails,
  ApplyThatIsKilled,
  AdoptOnly,
  RefreshOnly,
  Accident,
  Deny,
  StateRm,
  StateMv,
  LoseState,
  OlderState,
  DamageState,
  Rebuild,
  Files,
  Count
};

struct Operation {
  Kind kind = Kind::Plan;
  std::uint8_t seed = 0;
};

struct Input {
  bool vms = false;
  std::uint64_t seed = 0;
  std::vector<Operation> operations;
};

Input read_input(std::string_view bytes) {
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : std::uint8_t(0);
  };
  Input input{(at(0) & 1U) != 0, at(1) + 256U * at(2) + 65536ULL * at(3), {}};
  constexpr std::size_t k_head = 4, k_most = 4;
  for (std::size_t i = k_head; i < bytes.size() && input.operations.size() < k_most; i += 2)
    input.operations.push_back({static_cast<Kind>(at(i) % static_cast<unsigned>(Kind::Count)), at(i + 1)});
  return input;
}

// The n-th requests fail; some of them are carried out all the same, and only their answers are lost.
class FailingProvider : public Provider {
 public:
  FailingProvider(std::unique_ptr<Provider> inner, std::uint64_t seed) : inner_(std::move(inner)) {
    Random random(seed);
    for (bool& fails : fails_) fails = random.chance(30);
    kind_ = random.pick(std::vector<ErrorKind>{ErrorKind::Denied, ErrorKind::Unavailable, ErrorKind::Conflict});
    is_lost_ = random.chance(30);
  }
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    inner_->observe(request, page, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override { return inner_->lookup(key, limits); }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    const bool fails = fails_[calls_++ % fails_.size()];
    std::vector<BeginAnswer> answers;
    if (!fails || is_lost_) answers = inner_->begin(steps, limits);
    if (fails) answers.assign(steps.size(), ProviderError{kind_, "MadeToFail", "made to fail", {}, std::nullopt});
    return answers;
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return inner_->poll(handle, limits); }

 private:
  std::unique_ptr<Provider> inner_;
  std::array<bool, 8> fails_{};
  ErrorKind kind_ = ErrorKind::Denied;
  bool is_lost_ = false;
  std::atomic<std::size_t> calls_{0};
};

struct Killed {};

// Dead after so many records of the journal.
class MortalJournal : public StateJournal {
 public:
  MortalJournal(std::unique_ptr<StateJournal> inner, std::size_t life) : inner_(std::move(inner)), life_(life) {}
  std::string load() override { return inner_->load(); }
  void retire() override { inner_->retire(); }
  AppendAnswer append(std::string_view bytes) override {
    if (life_ == 0) throw Killed{};
    if (--life_ == 0 && bytes.size() % 2 == 0) {
      inner_->append(bytes.substr(0, bytes.size() / 2));
      throw Killed{};
    }
    return inner_->append(bytes);
  }

 private:
  std::unique_ptr<StateJournal> inner_;
  std::size_t life_;
};

bool is_of_state(Code code) {
  return code == Code::StateDamaged || code == Code::StateConflict || code == Code::StateDuplicate ||
         code == Code::JournalDamaged;
}

class Trial {
 public:
  Trial(const Scenario& scenario, const std::vector<Operation>& operations, bool vms)
      : scenario_(scenario), operations_(operations), vms_(vms) {}

  // "" or what is wrong; `done()` says what was done until then.
  std::string run() {
    if (std::string wrong = begin(); !wrong.empty()) return wrong == "-" ? "" : wrong;
    std::vector<std::string> recorded;
    for (const Operation& operation : operations_) {
      const ModelCloud found = project_.cloud();
      if (!is_damaged_) recorded = recorded_ids(project_.state());
      ++counts.operations;
      if (std::string wrong = carry_out(operation); !wrong.empty()) return wrong;
      const bool is_ours = operation.kind != Kind::Accident && operation.kind != Kind::Deny;
      if (std::string wrong = is_ours ? check_strangers(found, recorded) : ""; !wrong.empty()) return wrong;
      if (std::string wrong = check_plan(); !wrong.empty()) return wrong;
    }
    return converges();
  }
  const std::string& done() const { return done_; }

 private:
  std::string begin();
  std::string carry_out(const Operation& operation);
  void apply_with(const std::string& words, RunOptions options);
  void edit(bool move, Random& random);
  void damage(Random& random);
  std::string check_strangers(const ModelCloud& found, const std::vector<std::string>& recorded);
  std::string check_plan();
  std::string converges();
  void say(const std::string& words) { done_ += "  " + words + "\n"; }

  const Scenario& scenario_;
  const std::vector<Operation>& operations_;
  bool vms_;
  property::Project project_;
  std::optional<std::string> older_;
  std::set<std::string> denied_;
  bool is_damaged_ = false;  // by us, and not rebuilt yet
  bool memory_is_lost_ = false;
  std::string done_;
};

std::string Trial::begin() {
  Scenario quiet = scenario_;
  quiet.accidents.clear();
  if (vms_) {
    if (std::string wrong = bring_vms_about(project_, quiet); !wrong.empty()) return wrong;
  } else {
    if (std::string wrong = set_up(project_, quiet); !wrong.empty()) return wrong;
    project_.write(scenario_.after);
  }
  ++counts.worlds;
  older_ = project_.state();
  say("the files of before are applied, those of after are written");
  return "";
}

void Trial::apply_with(const std::string& words, RunOptions options) {
  say(words);
  options.locked = true;
  try {
    Planned planned = project_.plan(options);
    if (planned.sound) apply_plan(planned.run, quick_apply(1));
  } catch (const Killed&) {
    say("(killed)");
  }
}

// `state rm` and `state mv` of something recorded; refused where another thing needs it.
void Trial::edit(bool move, Random& random) {
  if (is_damaged_) return;
  std::vector<std::string> addresses;
  for (const auto& [address, thing] : recorded_things(project_.state()))
    addresses.emplace_back(pair_of(vm_of_nic(address)));
  if (addresses.empty()) return;
  const std::string from = random.pick(addresses);
  const std::string to = std::string(type_of(from)) + ".moved" + std::to_string(random.below(3));
  say(move ? fmt::format("pairform state mv {} {}", from, to) : fmt::format("pairform state rm {}", from));
  Planned planned = project_.plan({.locked = true});
  Run& run = planned.run;
  if (!planned.sound) return;
  Diagnostics said;
  const RowChanges changes =
      move ? plan_state_move(run.state.recorded, run.project.types, run.project.texts(), from, to, said)
           : plan_state_removal(run.state.recorded, run.project.texts(), from, said);
  if (said.has_errors()) return say("(refused)");
  if (store_edit(run.project, run.state, changes, "state edit") != StoreAnswer::Durable) say("(not stored)");
  memory_is_lost_ = true;
}

void Trial::damage(Random& random) {
  std::optional<std::string> state = project_.state();
  if (!state || is_damaged_) return;
  const std::size_t first_line = state->find('\n') + 1;
  if (first_line >= state->size()) return;
  const std::size_t at = first_line + random.below(state->size() - first_line);
  say(fmt::format("byte {} of pairform.state.jsonl becomes \"x\"", at));
  (*state)[at] = 'x';
  project_.set_state(state);
  is_damaged_ = memory_is_lost_ = true;
}

std::string Trial::carry_out(const Operation& operation) {
  Random random(operation.seed);
  PlanOptions adopt_only{.allow_unknown = true}, refresh_only{.allow_unknown = true};
  adopt_only.selection.adopt_only = true;
  refresh_only.selection.refresh_only = true;
  switch (operation.kind) {
    case Kind::Plan: say("pairform plan"); break;  // check_plan does it
    case Kind::Apply: apply_with("pairform apply", {}); break;
    case Kind::AdoptOnly: apply_with("pairform apply --adopt-only", {.plan = adopt_only}); break;
    case Kind::RefreshOnly: apply_with("pairform apply --refresh-only", {.plan = refresh_only}); break;
    case Kind::ApplyThatFails: {
      RunOptions options;
      options.wrap_provider = [&](std::unique_ptr<Provider> inner) {
        return std::make_unique<FailingProvider>(std::move(inner), operation.seed);
      };
      apply_with(fmt::format("pairform apply, of which requests fail (seed {})", operation.seed), std::move(options));
      break;
    }
    case Kind::ApplyThatIsKilled: {
      RunOptions options;
      const std::size_t life = random.below(12);
      options.wrap_backend = [life](StateParts inner) {
        inner.journal = std::make_unique<MortalJournal>(std::move(inner.journal), life);
        return inner;
      };
      apply_with(fmt::format("pairform apply, killed after {} records of its journal", life), std::move(options));
      break;
    }
    case Kind::Accident: {
      if (scenario_.accidents.empty()) break;
      const Words& words = random.pick(scenario_.accidents);
      std::string line = "pairform sim";
      for (const std::string& word : words) line += " " + word;
      say(line);
      project_.sim(words);
      break;
    }
    case Kind::Deny: {
      std::vector<std::string> scopes;
      for (const auto& [id, network] : project_.cloud().networks)
        scopes.insert(scopes.end(), {id, region_of_network(id)});
      if (scopes.empty()) break;
      const std::string scope = random.pick(scopes);
      say("pairform sim deny " + scope);
      project_.sim({"deny", scope});
      denied_.insert(scope);
      break;
    }
    case Kind::StateRm: edit(false, random); break;
    case Kind::StateMv: edit(true, random); break;
    case Kind::LoseState:
      say("rm pairform.state.jsonl");
      project_.set_state(std::nullopt);
      is_damaged_ = false;
      memory_is_lost_ = true;
      break;
    case Kind::OlderState:
      say("pairform.state.jsonl is that of before");
      project_.set_state(older_);
      is_damaged_ = false;
      memory_is_lost_ = true;
      break;
    case Kind::DamageState: damage(random); break;
    case Kind::Rebuild: {
      say("pairform state rebuild");
      const ModelCloud found = project_.cloud();
      if (const Rebuilding result = rebuild(project_); result.done) is_damaged_ = false;
      else say("(refused) " + result.errors);
      if (const std::string wrong = difference(found, project_.cloud()); !wrong.empty())
        return "rebuild: the cloud has changed\n" + wrong;
      break;
    }
    case Kind::Files:
      say("the files of before are written again");
      project_.write(random.chance(50) ? scenario_.before : scenario_.after);
      break;
    case Kind::Count: break;
  }
  return "";
}

// Networks that were made elsewhere stay as they are, and so do mappings that nobody of this project asks for or records.
std::string Trial::check_strangers(const ModelCloud& found, const std::vector<std::string>& recorded) {
  const ModelCloud now = project_.cloud();
  for (const WorldNetwork& network : made_elsewhere(scenario_)) {
    const auto was = found.networks.find(network.id()), is = now.networks.find(network.id());
    const bool managed =
        std::any_of(scenario_.after.networks.begin(), scenario_.after.networks.end(),
                    [&](const WorldNetwork& each) { return !each.existing && each.id() == network.id(); });
    if (was == found.networks.end() || managed || std::count(recorded.begin(), recorded.end(), network.id()) != 0)
      continue;
    if (is == now.networks.end() || is->second.subnets != was->second.subnets ||
        is->second.address_space != was->second.address_space || is->second.extra != was->second.extra)
      return "strangers: network " + network.id() + " has changed";
  }
  if (vms_) return "";  // which derived halves vms bring about no naive model of this file says
  const std::map<std::string, ModelHalf> before = scenario_.before.halves(), after = scenario_.after.halves();
  for (const auto& [slot, half] : found.halves) {
    if (before.contains(slot) || after.contains(slot) || std::count(recorded.begin(), recorded.end(), slot) != 0)
      continue;
    const auto is = now.halves.find(slot);
    if (is == now.halves.end() || is->second != half) return "strangers: mapping " + slot + " has changed";
  }
  return "";
}

std::string Trial::check_plan() {
  if (is_damaged_) return "";
  const Planned one = project_.plan();
  for (const Diagnostic& each : one.diagnostics.items())
    if (each.severity == Severity::Error && is_of_state(each.code)) return "state: cannot be read: " + one.errors();
  const Planned other = project_.plan();
  return one.json == other.json ? "" : "plan: another one the second time\n" + one.json + "\n" + other.json;
}

std::string Trial::converges() {
  for (const std::string& scope : denied_) project_.sim({"allow", scope});
  if (is_damaged_) {
    say("pairform state rebuild");
    if (!rebuild(project_).done) project_.set_state(std::nullopt);
    is_damaged_ = false;
    if (std::string wrong = check_plan(); !wrong.empty()) return "after rebuild: " + wrong;
  }
  say("pairform apply, until all is done");
  std::string last;
  for (int tries = 0; tries < 4; ++tries) {
    Planned planned = project_.plan({.locked = true, .resume_wait = std::chrono::seconds(5)});
    if (!planned.sound || !planned.run.plan.complete || (vms_ && moves_others_along(planned))) {
      ++counts.refused;
      return "";
    }
    const ApplyReport report = apply_plan(planned.run, quick_apply(1));
    planned.run.state.backend->unlock();
    last = planned.json;
    if (report.count(StepState::Done) != report.results.size()) continue;
    const Planned again = project_.plan();
    if (!again.sound) return "end: refused: " + again.errors();
    if (!again.run.plan.diff.held.empty()) return "";
    if (!again.run.plan.steps.empty()) continue;  // gone machines and kept facts need a second look
    ++counts.converged;
    return check_mirrors(again, project_.cloud());
  }
  return "end: something is left to do each time\n" + last;
}

std::string told(const Scenario& scenario, const std::vector<Operation>& operations, bool vms, std::string* done) {
  Trial trial(scenario, operations, vms);
  std::string wrong;
  try {
    wrong = trial.run();
  } catch (const std::exception& thrown) {
    wrong = std::string("threw: ") + thrown.what();
  }
  if (done != nullptr) *done = trial.done();
  return wrong;
}

}  // namespace

std::string try_operations(std::string_view bytes) {
  const Input input = read_input(bytes);
  Scenario scenario = random_scenario(input.seed, {5, 4, input.vms});
  std::vector<Operation> operations = input.operations;
  std::string wrong = told(scenario, operations, input.vms, nullptr);
  if (wrong.empty()) return "";
  for (std::size_t i = operations.size(); i-- > 0;) {
    std::vector<Operation> fewer = operations;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (std::string still = told(scenario, fewer, input.vms, nullptr); !still.empty())
      operations = fewer, wrong = still;
  }
  const Property breaks = [&](const Scenario& each) { return told(each, operations, input.vms, nullptr); };
  scenario = smallest(breaks, scenario, wrong);
  std::string done;
  wrong = told(scenario, operations, input.vms, &done);
  return fmt::format("{}--- what was done\n{}--- what is wrong\n{}\n", text(scenario), done, wrong);
}

}  // namespace pairform::fuzz
