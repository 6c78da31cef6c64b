// What goes wrong on the way: the cloud fails, answers are lost, the process dies. Whatever it is, state is true at
// each end, nothing is made twice, and going on ends where an undisturbed apply ends.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "tests/property/plan_oracles.h"
#include "tests/support/memory_backend.h"

namespace pairform::property {
namespace {

// What a provider was asked, counted; and one call of it made to fail.
struct Watch {
  std::atomic<int> calls{0};
  int fail_at = 0;  // 0: none
  ErrorKind kind = ErrorKind::Denied;
  bool done_all_the_same = false;  // the failing call was carried out; only its answer says otherwise
  std::optional<std::chrono::milliseconds> retry_after;  // that the failing call is answered with
  std::mutex mutex;
  std::multiset<std::string> created;  // identities, one for each create that was done
  std::function<void()> begun;         // called for each request of steps, before it is carried out
  bool fails() { return ++calls == fail_at; }
};

class WatchedProvider : public Provider {
 public:
  WatchedProvider(std::unique_ptr<Provider> inner, Watch& watch) : inner_(std::move(inner)), watch_(watch) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }

  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    if (!watch_.fails()) return inner_->observe(request, page, limits);
    Observation nothing;
    for (const std::string& region : request.regions) nothing.unseen.push_back({region, error()});
    page(std::move(nothing));
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    if (watch_.fails()) return error();
    return inner_->lookup(key, limits);
  }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    if (watch_.begun) watch_.begun();
    const bool fails = watch_.fails();
    std::vector<BeginAnswer> answers;
    if (!fails || watch_.done_all_the_same) answers = inner_->begin(steps, limits);
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (steps[i].operation == Operation::Create && !std::holds_alternative<ProviderError>(answers[i])) {
        const std::lock_guard lock(watch_.mutex);
        watch_.created.insert(steps[i].identity);
      }
    if (fails) answers.assign(steps.size(), error());
    return answers;
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override {
    if (watch_.fails()) return error();
    return inner_->poll(handle, limits);
  }

 private:
  ProviderError error() const { return {watch_.kind, "MadeToFail", "made to fail", {}, watch_.retry_after}; }
  std::unique_ptr<Provider> inner_;
  Watch& watch_;
};

RunOptions watched(Watch& watch) {
  RunOptions options{.locked = true};
  options.wrap_provider = [&watch](std::unique_ptr<Provider> inner) {
    return std::make_unique<WatchedProvider>(std::move(inner), watch);
  };
  return options;
}

// How an apply that must not be disturbed ends.
struct Ending {
  ModelCloud cloud;
  std::string state;
};

// Applies until nothing is left to do, at most `tries` times.
std::string go_on(const Project& project, const Ending& ending, int tries) {
  std::string said;
  for (int i = 0; i < tries; ++i) {
    Planned planned = project.plan({.locked = true, .resume_wait = std::chrono::seconds(5)});
    if (!planned.sound) return "go on: refused: " + planned.errors();
    const ApplyReport report = apply_plan(planned.run, quick_apply());
    said += fmt::format("  run {}: {} steps, {} done\n", i + 1, report.results.size(), report.count(StepState::Done));
    if (report.count(StepState::Done) != report.results.size()) continue;
    planned.run.state.backend->unlock();
    if (std::string wrong = difference(ending.cloud, project.cloud()); !wrong.empty()) return "go on: cloud\n" + wrong;
    if (project.state() != ending.state)
      return "go on: state\nexpected\n" + ending.state + "found\n" + project.state().value_or("") + "\n" + said;
    const Planned again = project.plan();
    return again.sound && again.run.plan.diff.changes.empty() && again.run.state.journal.open.empty() &&
                   project.journal().empty()
               ? ""
               : "go on: something is left\n" + again.json;
  }
  return "go on: never done\n" + said;
}

// State says of all that the project has what the cloud holds, and the cloud holds nothing more of it. Only where
// nobody else has made anything, and nothing has drifted: what could not be repaired is remembered as it was.
std::string state_is_the_cloud(const Project& project) {
  const std::map<std::string, RecordedThing> recorded = recorded_things(project.state());
  const ModelCloud cloud = project.cloud();
  std::string wrong;
  for (const auto& [address, thing] : recorded) {
    if (thing.pending || thing.existing) continue;
    const auto id_of = [&](const std::string& name) { return recorded.contains(name) ? recorded.at(name).id : name; };
    const auto network = cloud.networks.find(thing.id);
    const auto half = cloud.halves.find(thing.id);
    const bool sound =
        thing.is_network
            ? network != cloud.networks.end() && network->second.address_space == thing.address_space &&
                  network->second.subnets == thing.subnets
            : half != cloud.halves.end() && half->second == ModelHalf{id_of(thing.source), id_of(thing.target)};
    if (!sound) wrong += "state: " + address + " is not in the cloud as it is recorded\n";
  }
  std::set<std::string> ids;
  for (const auto& [address, thing] : recorded) ids.insert(thing.id);
  for (const auto& [slot, half] : cloud.halves)
    if (!ids.contains(slot)) wrong += "state: " + slot + " is in the cloud and not recorded\n";
  for (const auto& [id, network] : cloud.networks)
    if (network.tags.find("pairform-project") != std::string::npos && !ids.contains(id))
      wrong += "state: " + id + " is in the cloud and not recorded\n";
  return wrong.empty() ? "" : wrong + project.state().value_or("");
}

// The project before the apply that will be disturbed, and how it would end. "-": nothing to do, or refused.
std::string prepare(Project& project, const Scenario& scenario, Ending& ending, const std::string& settings = "") {
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  const std::unique_ptr<Project> undisturbed = project.copy();
  const Planned planned = undisturbed->plan();
  if (!planned.sound || planned.run.plan.steps.empty()) return "-";
  if (std::string wrong = apply(*undisturbed); !wrong.empty()) return "undisturbed: " + wrong;
  ending = {undisturbed->cloud(), undisturbed->state().value_or("")};
  project.write(scenario.after, 0, settings);
  return "";
}

// The n-th call of the provider fails, for n = 1, 2, … until none does.
std::string each_call_fails(const Scenario& scenario, ErrorKind kind, bool done_all_the_same,
                            std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
  Project project;
  Ending ending;
  if (std::string wrong = prepare(project, scenario, ending); !wrong.empty()) return wrong == "-" ? "" : wrong;
  for (int n = 1;; ++n) {
    const std::unique_ptr<Project> disturbed = project.copy();
    Watch watch;
    watch.fail_at = n;
    watch.kind = kind;
    watch.done_all_the_same = done_all_the_same;
    watch.retry_after = retry_after;
    {
      Planned planned = disturbed->plan(watched(watch));
      if (!planned.sound) return fmt::format("call {}: refused: {}", n, planned.errors());
      apply_plan(planned.run, quick_apply(1));
    }
    if (watch.calls < n) return "";
    tried();
    if (std::string wrong = state_is_the_cloud(*disturbed); !wrong.empty()) return fmt::format("call {}: {}", n, wrong);
    if (std::string wrong = go_on(*disturbed, ending, 2); !wrong.empty()) return fmt::format("call {}: {}", n, wrong);
  }
}

TEST(Property, WhicheverCallIsDeniedStateIsTrueAndTheNextRunCompletes) {
  hold("denied call", 800001, rounds(15), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Denied, false); });
}

TEST(Property, WhicheverAnswerIsLostStateIsTrueAndTheNextRunCompletes) {
  hold("lost answer", 810001, rounds(15), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Lost, true); });
}

TEST(Property, WhicheverCallIsLostOnTheWayStateIsTrueAndTheNextRunCompletes) {
  hold("lost call", 820001, rounds(15), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Lost, false); });
}

// Throttled with a time and without one, unavailable, in conflict: each passes by itself.
TEST(Property, WhicheverCallIsRefusedForAWhileStateIsTrueAndTheNextRunCompletes) {
  hold("throttled call", 821001, rounds(5), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Throttled, false); });
  hold("throttled call, with a time", 822001, rounds(5), {4, 0}, [](const Scenario& scenario) {
    return each_call_fails(scenario, ErrorKind::Throttled, false, std::chrono::milliseconds(2));
  });
  hold("unavailable call", 823001, rounds(5), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Unavailable, false); });
  hold("conflicting call", 824001, rounds(5), {4, 0},
       [](const Scenario& scenario) { return each_call_fails(scenario, ErrorKind::Conflict, false); });
}

struct Killed {};

// Lives for so many writes, then the process is dead: every further one throws. `torn`: the last one got half way.
struct Mortal {
  int life = 0;
  bool torn = false;
};

class MortalStore : public StateStore {
 public:
  MortalStore(std::unique_ptr<StateStore> inner, Mortal& mortal) : inner_(std::move(inner)), mortal_(mortal) {}
  void check() override { inner_->check(); }
  void load(StoredState& stored) override { inner_->load(stored); }
  bool changed_since_load() override { return inner_->changed_since_load(); }
  StoreAnswer store(std::string_view state, std::string_view version) override {
    if (mortal_.life <= 0) throw Killed{};
    --mortal_.life;
    return inner_->store(state, version);
  }

 private:
  std::unique_ptr<StateStore> inner_;
  Mortal& mortal_;
};

class MortalJournal : public StateJournal {
 public:
  MortalJournal(std::unique_ptr<StateJournal> inner, Mortal& mortal) : inner_(std::move(inner)), mortal_(mortal) {}
  std::string load() override { return inner_->load(); }
  void retire() override { inner_->retire(); }
  AppendAnswer append(std::string_view bytes) override {
    if (mortal_.life <= 0) {
      if (mortal_.torn && mortal_.life == 0) inner_->append(bytes.substr(0, bytes.size() / 2));
      --mortal_.life;
      throw Killed{};
    }
    --mortal_.life;
    return inner_->append(bytes);
  }

 private:
  std::unique_ptr<StateJournal> inner_;
  Mortal& mortal_;
};

// Killed after the n-th write of journal or state, for n = 0, 1, … until it survives; then a fresh run.
std::string survives_each_kill(Scenario scenario, bool torn, const std::string& settings) {
  forget_reshaping(scenario);
  Project project;
  Ending ending;
  if (std::string wrong = prepare(project, scenario, ending, settings); !wrong.empty())
    return wrong == "-" ? "" : wrong;
  Watch usual;
  {
    const std::unique_ptr<Project> undisturbed = project.copy();
    Planned planned = undisturbed->plan(watched(usual));
    apply_plan(planned.run, quick_apply());
  }
  for (int n = 0;; ++n) {
    const std::unique_ptr<Project> mortal = project.copy();
    Watch watch;
    Mortal mortal_writes{n, torn};
    RunOptions options = watched(watch);
    options.wrap_backend = [&](StateParts inner) {
      return StateParts{std::make_unique<MortalStore>(std::move(inner.store), mortal_writes),
                        std::make_unique<MortalJournal>(std::move(inner.journal), mortal_writes),
                        std::move(inner.locker), std::move(inner.words)};
    };
    tried();
    bool killed = false;
    try {
      Planned planned = mortal->plan(options);
      apply_plan(planned.run, quick_apply());
    } catch (const Killed&) {
      killed = true;
    }
    const std::string journal = mortal->journal();
    const Planned looking = mortal->plan();  // a plan in between replays in memory and changes nothing
    if (!looking.sound) return fmt::format("kill {}: plan refused: {}", n, looking.errors());
    if (mortal->journal() != journal) return fmt::format("kill {}: a plan wrote to the journal", n);
    {
      Planned planned = mortal->plan(watched(watch));
      if (!planned.sound) return fmt::format("kill {}: refused: {}", n, planned.errors());
      apply_plan(planned.run, quick_apply());
    }
    if (std::string wrong = go_on(*mortal, ending, 2); !wrong.empty())
      return fmt::format("kill {}: {}\njournal\n{}", n, wrong, journal);
    if (settings.empty() && watch.created != usual.created)
      return fmt::format("kill {}: made {}\nwhere an undisturbed run makes {}\njournal\n{}", n,
                         fmt::join(watch.created, ", "), fmt::join(usual.created, ", "), journal);
    if (!killed) return "";
  }
}

TEST(Property, KilledAfterAnyWriteTheNextRunEndsInTheSameBytes) {
  hold("killed", 830001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_kill(scenario, false, ""); });
}

TEST(Property, KilledInTheMiddleOfAnyWriteTheNextRunEndsInTheSameBytes) {
  hold("torn", 840001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_kill(scenario, true, ""); });
}

enum class LossAt {
  Start,        // after the plan, before anything is written
  Append,       // the store refuses the bytes, as a database with an epoch does
  AfterAppend,  // the bytes are written, and the lock is lost before that is known
  Begin,        // while the cloud carries out what was sent
};

// Loses the lock at its n-th append.
class LosingJournal : public StateJournal {
 public:
  LosingJournal(std::unique_ptr<StateJournal> inner, LossAt at, std::function<bool()> lose)
      : inner_(std::move(inner)), at_(at), lose_(std::move(lose)) {}
  std::string load() override { return inner_->load(); }
  void retire() override { inner_->retire(); }
  AppendAnswer append(std::string_view bytes) override {
    if (at_ == LossAt::Append && lose_()) return AppendAnswer::LockLost;
    const AppendAnswer answer = inner_->append(bytes);
    if (at_ == LossAt::AfterAppend) lose_();
    return answer;
  }

 private:
  std::unique_ptr<StateJournal> inner_;
  LossAt at_;
  std::function<bool()> lose_;  // true: now
};

// The run that loses its lock at the n-th moment of that kind. `survived`: there were fewer.
std::string loses_its_lock(const Project& project, LossAt at, int n, Watch& watch, bool& survived) {
  const auto place = std::make_shared<MemoryPlace>();
  place->state = project.state();
  int moment = 0, sent_after = 0;
  const auto lose = [&] {
    if (++moment != n) return false;
    place->lose_lock();
    return true;
  };
  watch.begun = [&] {
    if (moment >= n) ++sent_after;
    if (at == LossAt::Begin) lose();
  };
  RunOptions options = watched(watch);
  options.wrap_backend = [&](const StateParts&) {
    StateParts parts = memory_parts(place);
    parts.journal = std::make_unique<LosingJournal>(std::move(parts.journal), at, lose);
    return parts;
  };
  Planned planned = project.plan(options);
  if (at == LossAt::Start) lose();
  const ApplyReport report = apply_plan(planned.run, quick_apply(1));
  survived = moment < n;
  watch.begun = {};
  if (sent_after != 0) return fmt::format("{} requests were sent without the lock", sent_after);
  if (report.lock_lost == survived) return "the report does not say whether the lock was lost";
  if (!survived && (report.state_written || place->state != project.state())) return "state was written";
  project.set_state(place->state);
  project.set_journal(place->journal);
  return "";
}

// Lost at the n-th moment, for n = 1, 2, … until it is not; then a fresh run.
std::string survives_each_loss(Scenario scenario, LossAt at) {
  forget_reshaping(scenario);
  Project project;
  Ending ending;
  if (std::string wrong = prepare(project, scenario, ending); !wrong.empty()) return wrong == "-" ? "" : wrong;
  Watch usual;
  {
    const std::unique_ptr<Project> undisturbed = project.copy();
    Planned planned = undisturbed->plan(watched(usual));
    apply_plan(planned.run, quick_apply());
  }
  bool survived = false;
  for (int n = 1; !survived; ++n) {
    const std::unique_ptr<Project> losing = project.copy();
    Watch watch;
    if (std::string wrong = loses_its_lock(*losing, at, n, watch, survived); !wrong.empty())
      return fmt::format("loss {}: {}", n, wrong);
    tried();
    const std::string journal = losing->journal();
    if (!survived) {
      Planned planned = losing->plan(watched(watch));
      if (!planned.sound) return fmt::format("loss {}: refused: {}", n, planned.errors());
      apply_plan(planned.run, quick_apply());
    }
    if (std::string wrong = go_on(*losing, ending, 2); !wrong.empty())
      return fmt::format("loss {}: {}\njournal\n{}", n, wrong, journal);
    if (watch.created != usual.created)
      return fmt::format("loss {}: made {}\nwhere an undisturbed run makes {}\njournal\n{}", n,
                         fmt::join(watch.created, ", "), fmt::join(usual.created, ", "), journal);
  }
  return "";
}

TEST(Property, WhoLosesTheLockBeforeTheFirstStepSendsNothingAndTheNextRunCompletes) {
  hold("lost at the start", 845001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_loss(scenario, LossAt::Start); });
}

TEST(Property, WhoseJournalRefusesItSendsNothingMoreAndTheNextRunCompletes) {
  hold("lost at an append", 860001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_loss(scenario, LossAt::Append); });
}

TEST(Property, WhoLosesTheLockAfterAnAppendSendsNothingMoreAndTheNextRunCompletes) {
  hold("lost after an append", 870001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_loss(scenario, LossAt::AfterAppend); });
}

TEST(Property, WhoLosesTheLockWhileAStepRunsSendsNothingMoreAndTheNextRunCompletes) {
  hold("lost while a step runs", 880001, rounds(15), {4, 2},
       [](const Scenario& scenario) { return survives_each_loss(scenario, LossAt::Begin); });
}

// Faults of every kind, at any call, with and without accepted operations, until they are used up.
std::string faults_pass(const Scenario& scenario, bool polls) {
  Random random(scenario.seed);
  Project project;
  Ending ending;
  const bool waits = random.chance(50);
  const std::string settings = fmt::format("fault_rate = {}\npolls = {}\nseed = {}\n",
                                           random.chance(50) ? "0.3" : "0.0", polls ? 1 : 0, scenario.seed);
  if (std::string wrong = prepare(project, scenario, ending, settings); !wrong.empty())
    return wrong == "-" ? "" : wrong;
  std::string said = settings;
  for (std::size_t i = 1 + random.below(3); i > 0; --i) {
    const std::vector<std::string> verbs{"create", "update", "delete", "read", "poll"}, kinds{"network", "mapping"},
        errors{"throttled", "unavailable", "conflict", "denied", "lost", "wrong"};
    const std::string verb = random.pick(verbs);
    const bool write = verb == "create" || verb == "update";  // nothing else can be done wrong
    const Words words{"fail",
                      verb,
                      random.pick(kinds),
                      "--after",
                      std::to_string(random.below(3)),
                      "--times",
                      std::to_string(1 + random.below(3)),
                      "--error",
                      errors[random.below(write            ? 6
                                          : verb == "read" ? 4
                                                           : 5)]};
    said += fmt::format("sim {}\n", fmt::join(words, " "));
    if (!project.sim(words)) return "faults: the portal refuses " + said;
  }
  for (int run = 1; run <= 30; ++run) {
    Planned planned = project.plan({.locked = true, .resume_wait = std::chrono::milliseconds(waits ? 2000 : 0)});
    if (!planned.sound) return fmt::format("faults: run {} is refused: {}{}", run, said, planned.errors());
    ApplyOptions options = quick_apply();
    options.scheduler.attempts = 2;
    options.scheduler.wait = std::chrono::milliseconds(waits ? 2000 : 0);
    const ApplyReport report = apply_plan(planned.run, options);
    const bool all = report.count(StepState::Done) == report.results.size() && planned.run.plan.complete;
    planned.run.state.backend->unlock();
    const Planned now = project.plan();
    for (const PriorRow& row : now.run.world.prior.rows)
      if (row.recorded != k_none && !row.pending && row.presence == Existence::Absent)
        return fmt::format("faults: run {}: {} is recorded and not there\n{}", run,
                           now.run.project.texts().view(row.address), said);
    if (!all || !now.run.plan.complete || !now.run.plan.diff.changes.empty() || !now.run.plan.diff.held.empty())
      continue;
    if (std::string wrong = difference(ending.cloud, project.cloud()); !wrong.empty())
      return "faults: cloud\n" + wrong + said;
    if (project.state() != ending.state)
      return "faults: state\nexpected\n" + ending.state + "found\n" + project.state().value_or("") + said;
    return "";
  }
  return "faults: never done\n" + said + project.plan().json;
}

TEST(Property, RandomFaultsOnlyDelayTheEnd) {
  hold("faults", 850001, rounds(60), {4, 0}, [](const Scenario& scenario) { return faults_pass(scenario, false); });
}

TEST(Property, RandomFaultsOfAcceptedOperationsOnlyDelayTheEnd) {
  hold("faults, accepted", 870001, rounds(4), {3, 0},
       [](const Scenario& scenario) { return faults_pass(scenario, true); });
}

TEST(Property, KilledWhileOperationsAreAcceptedTheNextRunEndsInTheSameBytes) {
  hold("killed, accepted", 860001, rounds(6), {3, 0},
       [](const Scenario& scenario) { return survives_each_kill(scenario, false, "polls = 1\n"); });
}

}  // namespace
}  // namespace pairform::property
