#include "tests/crash/sweep.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pairform::crash {
namespace {

constexpr const char* k_state = "pairform.state.jsonl";
constexpr const char* k_journal = ".pairform/journal";
constexpr const char* k_pulled = "\n[network.pulled]\nexisting = true\nregion = \"westus\"\n";

Files with_pull(Files stanzas) {
  if (stanzas.empty()) stanzas["pairform.toml"] = "[project]\nname = \"contoso-dr\"\n";
  stanzas.at("pairform.toml") += k_pulled;
  return stanzas;
}

std::string without_adopted(std::string state) {
  constexpr std::string_view k_adopted = R"(,"adopted":true)";
  for (std::size_t at = state.find(k_adopted); at != std::string::npos; at = state.find(k_adopted))
    state.erase(at, k_adopted.size());
  return state;
}

bool has(const std::string& said, std::string_view words) { return said.find(words) != std::string::npos; }

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// What carries out a plan asks nothing; step after step, where the command does not say otherwise.
Words unasked(Words words) {
  if (words.front() != "apply" && words.front() != "destroy") return words;
  const bool says = std::find(words.begin(), words.end(), "--parallelism") != words.end();
  return with(with(words, {"--auto-approve"}), says ? Words{} : Words{"--parallelism", "1"});
}

// The digest by which a guard lets a plan through; "": none has held it up.
std::string wanted_approval(const Ran& ran) {
  constexpr std::string_view k_approve = "--approve ";
  const std::size_t at = ran.err.rfind(k_approve);
  return ran.exit_code != 3 || at == std::string::npos ? "" : ran.err.substr(at + k_approve.size(), 32);
}

// What differs, a file each.
std::string difference(const End& wanted, const End& found) {
  std::string out;
  if (wanted.cloud != found.cloud) out += fmt::format("--- cloud, wanted\n{}--- found\n{}", wanted.cloud, found.cloud);
  for (const auto& [name, bytes] : wanted.files)
    if (const auto at = found.files.find(name); at == found.files.end()) out += fmt::format("--- {} is gone\n", name);
    else if (at->second != bytes) out += fmt::format("--- {}, wanted\n{}--- found\n{}", name, bytes, at->second);
  for (const auto& [name, bytes] : found.files)
    if (!wanted.files.contains(name)) out += fmt::format("--- {} is new\n{}", name, bytes);
  return out;
}

std::string text(Meanwhile meanwhile) {
  switch (meanwhile) {
    case Meanwhile::Nothing: break;
    case Meanwhile::AnotherCrash: return "another crash";
    case Meanwhile::JournalLost: return "the journal is lost";
    case Meanwhile::OlderState: return "state is the one of before";
    case Meanwhile::Pull: return "git pull";
  }
  return "nothing";
}

}  // namespace

Sweep::Sweep(const CrashPlan& plan) : plan_(plan) { ready_ = set_up() && run_undisturbed(); }

// Approved where a guard holds it up.
Ran Sweep::run_approved(const Words& words) const {
  const Words arguments = unasked(words);
  const Ran ran = sandbox_.run(arguments);
  const std::string digest = wanted_approval(ran);
  return digest.empty() ? ran : sandbox_.run(with(arguments, {"--approve", digest}));
}

bool Sweep::apply(const Files& stanzas) const {
  sandbox_.write_stanzas(stanzas);
  for (int runs = 0; runs < 20; ++runs)
    if (const int exit_code = run_approved({"apply", "--wait", "0s"}).exit_code; exit_code != 7) return exit_code == 0;
  return false;
}

// Of a project that records one more network, and has done nothing else since.
std::string Sweep::pulled_state() const {
  sandbox_.keep();
  const bool done = apply(with_pull(plan_.before));
  std::string state = done ? sandbox_.read(k_state) : "";
  sandbox_.restore();
  return state;
}

bool Sweep::set_up() {
  sandbox_.sim({"put", "network", "westus/pulled", "address_space=10.77.0.0/16"});
  for (const Words& words : plan_.cloud)
    if (!sandbox_.sim(words) && words.front() == "put") return false;
  pulled_ = pulled_state();
  if (pulled_.empty()) return false;
  if (!plan_.before.empty() && !apply(plan_.before)) return false;
  for (const Words& words : plan_.accidents) sandbox_.sim(words);
  sandbox_.write_stanzas(plan_.after);
  if (!plan_.saved.empty() && sandbox_.run({"plan", "--out", plan_.saved}).exit_code != 0) return false;
  sandbox_.keep();
  start_ = sandbox_.files();
  return true;
}

End Sweep::end() const {
  End end{sandbox_.files(), sandbox_.cloud()};
  if (const auto journal = end.files.find(k_journal); journal != end.files.end() && journal->second.empty())
    end.files.erase(journal);  // as if there were none
  return end;
}

bool Sweep::is_settled() const {
  if (plan_.command.front() == "plan" || plan_.command.front() == "destroy") return true;
  if (!sandbox_.read(k_journal).empty()) return false;
  if (const End now = end(); now == end_ || now == end_with_pull_) return true;  // of these it is known
  return sandbox_.run({"plan", "--detailed-exitcode"}).exit_code == 0;
}

// Until nothing is left to do.
bool Sweep::go_on() {
  const bool edits = plan_.command.front() == "state";
  if (edits) {  // if it is done already, that is an error
    const int exit_code = run_approved(plan_.command).exit_code;
    EXPECT_TRUE(exit_code == 0 || exit_code == 1) << exit_code;
  }
  const Words command = edits ? Words{"apply"} : plan_.go_on.empty() ? plan_.command : plan_.go_on;
  for (int runs = 0; runs < 12; ++runs) {
    const Ran ran = run_approved(command);
    const bool usual = ran.exit_code == 0 || ran.exit_code == plan_.exit_code;
    EXPECT_TRUE(!ready_ || usual || ran.exit_code == 7) << ran.exit_code << ran.out << ran.err;
    if (ran.exit_code == 0 && is_settled()) return true;
  }
  if (ready_) ADD_FAILURE() << "there is still something to do: " << sandbox_.run({"plan"}).out;
  return false;
}

bool Sweep::run_undisturbed() {
  sandbox_.write_stanzas(with_pull(plan_.after));
  sandbox_.write(k_state, pulled_);
  if (!go_on()) return false;
  end_with_pull_ = end();
  sandbox_.restore();
  arguments_ = unasked(plan_.command);
  Ran ran = sandbox_.run_hit(arguments_, {});
  if (const std::string digest = wanted_approval(ran); !digest.empty()) {
    arguments_ = with(arguments_, {"--approve", digest});
    sandbox_.restore();
    ran = sandbox_.run_hit(arguments_, {});
  }
  operations_ = sandbox_.operations();
  state_after_ = sandbox_.read(k_state);
  if (ran.exit_code != plan_.exit_code || operations_.empty() || !go_on()) return false;
  end_ = end();
  sandbox_.restore();
  return true;
}

void Sweep::come_between(Meanwhile meanwhile, std::size_t at) {
  switch (meanwhile) {
    case Meanwhile::Nothing: break;
    case Meanwhile::AnotherCrash:
      sandbox_.run_hit(arguments_,
                       {.at = at * 7 % operations_.size() + 1, .deed = at % 2 == 0 ? "kill-after" : "kill-half"});
      break;
    case Meanwhile::JournalLost: sandbox_.remove(k_journal); break;
    case Meanwhile::OlderState:
      if (const auto state = start_.find(k_state); state != start_.end()) sandbox_.write(k_state, state->second);
      else sandbox_.remove(k_state);
      break;
    case Meanwhile::Pull:
      sandbox_.write_stanzas(with_pull(plan_.after));
      sandbox_.write(k_state, pulled_);
      break;
  }
}

// Half of what is to be done may be done: a plan says so, or that it is under way, and changes no file. (Reading makes the
// simulator go on with what it has accepted.)
void Sweep::look_at_plan() const {
  if (plan_.command.front() != "apply") return;
  const End before = end();
  const Ran ran = sandbox_.run({"plan", "--detailed-exitcode"});
  End after = end();
  after.cloud = before.cloud;
  EXPECT_EQ(difference(before, after), "") << "a plan changes something";
  const bool says_so = ran.exit_code == 2 || ran.exit_code == 8 || ran.exit_code == 1 || has(ran.out, "(busy");
  EXPECT_TRUE(before.cloud == end_.cloud || says_so) << "not told: " << ran.exit_code << ran.out << ran.err;
  EXPECT_LT(ran.exit_code, 128);
}

void Sweep::expect_end(Meanwhile meanwhile) {
  if (!go_on()) return;
  End wanted = meanwhile == Meanwhile::Pull ? end_with_pull_ : end_, found = end();
  const bool forgets = meanwhile != Meanwhile::Nothing && meanwhile != Meanwhile::AnotherCrash;
  if (forgets)
    for (End* each : {&wanted, &found}) each->files[k_state] = without_adopted(each->files[k_state]);
  EXPECT_EQ(difference(wanted, found), "");
}

void Sweep::expect_whole_state() const {
  const std::string state = sandbox_.read(k_state);
  const auto before = start_.find(k_state);
  EXPECT_TRUE(state == state_after_ || state == (before == start_.end() ? "" : before->second)) << "torn: " << state;
}

// What was recorded before the run failed is what the cloud holds.
void Sweep::expect_true_state() const {
  const std::string state = sandbox_.read(k_state);
  const auto before = start_.find(k_state);
  const bool is_new = state != state_after_ && state != (before == start_.end() ? "" : before->second);
  if (!is_new || !plan_.accidents.empty() || plan_.command.front() != "apply") return;
  const Ran ran = sandbox_.run({"plan", "--refresh-only", "--detailed-exitcode"});
  EXPECT_TRUE(ran.exit_code == 0 || has(ran.out, "(busy")) << ran.exit_code << ran.out << ran.err << state;
}

// How many outcomes one append takes is a matter of time then.
bool Sweep::runs_steps_at_once() const {
  return std::find(plan_.command.begin(), plan_.command.end(), "--parallelism") != plan_.command.end();
}

void Sweep::kill_at(std::size_t at, const std::string& deed, bool all_ways) {
  const Operation& operation = operations_[at - 1];
  const std::size_t turn = tried_;
  for (std::size_t way = 0; way < (all_ways ? k_meanwhile.size() : 1) && !testing::Test::HasFailure(); ++way) {
    const Meanwhile meanwhile = k_meanwhile[(all_ways ? way : turn) % k_meanwhile.size()];
    const std::string said = fmt::format("{}: {} at operation {} of {}, {} {}; then: {}", plan_.name, deed, at,
                                         operations_.size(), operation.kind, operation.file, text(meanwhile));
    SCOPED_TRACE(said);
    sandbox_.restore();
    const Ran ran = sandbox_.run_hit(arguments_, {.at = at, .deed = deed});
    if (!is_killed(ran) && runs_steps_at_once() && ran.exit_code == plan_.exit_code) return;  // fewer appends this time
    EXPECT_TRUE(is_killed(ran)) << ran.exit_code << ran.out << ran.err;
    expect_whole_state();
    if (all_ways ? way == 0 : turn % 3 == 0) look_at_plan();
    come_between(meanwhile, at);
    expect_end(meanwhile);
    ++tried_;
  }
}

void Sweep::kill(const Points& points) {
  std::size_t number = 0;
  for (std::size_t at = 1; at <= operations_.size(); ++at) {
    const std::string& kind = operations_[at - 1].kind;
    std::vector<std::string> deeds{"kill-before", "kill-after"};
    if (kind == "write") deeds.push_back("kill-half");
    if (kind == "sync") deeds.push_back("kill-unsynced");
    for (const std::string& deed : deeds) {
      if (testing::Test::HasFailure()) return;
      if (number++ % points.stride == points.first % points.stride) kill_at(at, deed, points.all_ways);
    }
  }
}

// What went wrong is said: what could not be done, with which file, why, and how to go on. Where steps were carried out it is
// counted which.
void Sweep::expect_told(const Ran& ran, const Fault& fault, const Operation& operation) const {
  EXPECT_TRUE(has(ran.err, "error PF")) << ran.err;
  EXPECT_TRUE(has(ran.err, fault.words)) << ran.err;
  EXPECT_TRUE(has(ran.err, "fix:")) << ran.err;
  // `.pairform.state.jsonl.new` is how `pairform.state.jsonl` is replaced.
  const std::string name = std::filesystem::path(operation.file).filename().string();
  EXPECT_TRUE(has(ran.err, name) || has(ran.err, k_state)) << name << ": " << ran.err;
  EXPECT_TRUE(!has(ran.out, "  start ") || has(ran.out, "\nDone ")) << ran.out << ran.err;
}

void Sweep::fail(const Fault& fault, const Points& points) {
  for (std::size_t at = 1 + points.first % points.stride; !testing::Test::HasFailure(); at += points.stride) {
    sandbox_.restore();
    const Ran ran = sandbox_.run_hit(arguments_, {.kinds = fault.kinds, .at = at, .deed = fault.deed});
    const std::vector<Operation> operations = sandbox_.operations();
    if (operations.size() < at) break;
    const Operation& operation = operations[at - 1];
    SCOPED_TRACE(
        fmt::format("{}: {} at operation {}, {} {}", plan_.name, fault.deed, at, operation.kind, operation.file));
    ++tried_;
    expect_true_state();
    if (ran.exit_code != plan_.exit_code) {
      EXPECT_FALSE(fault.absorbed) << ran.out << ran.err;
      EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
      expect_told(ran, fault, operation);
      ++told_;
    }
    EXPECT_TRUE(!fault.absorbed || sandbox_.read(k_state) == state_after_);
    look_at_plan();
    expect_end();
  }
}

void Sweep::signal(int number, const Points& points) {
  for (std::size_t at = 1 + points.first % points.stride; at <= operations_.size() && !testing::Test::HasFailure();
       at += points.stride) {
    const Operation& operation = operations_[at - 1];
    SCOPED_TRACE(
        fmt::format("{}: signal {} at operation {}, {} {}", plan_.name, number, at, operation.kind, operation.file));
    sandbox_.restore();
    const Ran ran = sandbox_.run_hit(arguments_, {.at = at, .deed = fmt::format("signal {}", number)});
    EXPECT_TRUE(ran.exit_code == plan_.exit_code || ran.exit_code == 130) << ran.exit_code << ran.out << ran.err;
    ++tried_;
    told_ += ran.exit_code == 130;
    expect_true_state();
    expect_end();
  }
}

}  // namespace pairform::crash
