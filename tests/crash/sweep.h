// One plan, whose run is killed at every operation on a file of the project, or fails there; whatever it was, going on ends
// where the run ends that nothing hits: the same cloud, and the same bytes of every file.
//
// What may come between a crash and the next run: another crash; the journal is lost; state is an older one; a `git pull`
// brings stanzas and state of a colleague. What only the journal knew, or only state, is lost with it: then a row may be
// recorded as adopted that this project has made, and is compared without that word.
#pragma once
#include <array>

#include "tests/crash/plans.h"

namespace pairform::crash {

struct End {
  Files files;
  std::string cloud;
  friend bool operator==(const End&, const End&) = default;
};

enum class Meanwhile { Nothing, AnotherCrash, JournalLost, OlderState, Pull };
inline constexpr std::array k_meanwhile{Meanwhile::Nothing, Meanwhile::JournalLost, Meanwhile::AnotherCrash,
                                        Meanwhile::OlderState, Meanwhile::Pull};

// Which points of a plan are tried.
struct Points {
  std::size_t first = 0;   // a number of the point, from 0
  std::size_t stride = 1;  // and each so many after it
  bool all_ways = true;    // else what happens meanwhile takes turns, and so does looking at the plan
};

class Sweep {
 public:
  // Brings the start about, and the end of an undisturbed run.
  explicit Sweep(const CrashPlan& plan);
  // False: the plan is refused, or there is nothing to do (of seeds; of others it is a failure of the test).
  bool is_ready() const { return ready_; }

  // Kills before, after and within each operation that changes something.
  void kill(const Points& points);
  // Makes each operation that `kinds` lists fail with `error`; `goes_on`: and each after it. What fails is told, and the
  // next run, which nothing hits, ends as it should. `absorbed`: the run itself does, and nothing is told.
  struct Fault {
    std::string deed;   // "fail 28", "fail-on 28", "short"
    std::string kinds;  // as in Hit
    std::string words;  // that the message must have, of the system: "No space left on device"
    bool absorbed = false;
  };
  void fail(const Fault& fault, const Points& points);

  // The signal comes at each operation. The run ends well, whether it was interrupted or not.
  void signal(int number, const Points& points);

  std::size_t operations() const { return operations_.size(); }
  std::size_t tried() const { return tried_; }  // points, of all sweeps
  std::size_t told() const { return told_; }    // of those, faults that made the run fail

  const Sandbox& sandbox() const { return sandbox_; }
  const Words& arguments() const { return arguments_; }
  void restore() const { sandbox_.restore(); }
  // Goes on as the plan says, and holds what is there against `end`.
  void expect_end(Meanwhile meanwhile = Meanwhile::Nothing);

 private:
  bool set_up();
  bool apply(const Files& stanzas) const;
  std::string pulled_state() const;
  bool run_undisturbed();
  Ran run_approved(const Words& words) const;
  bool is_settled() const;
  bool go_on();
  End end() const;
  void kill_at(std::size_t at, const std::string& deed, bool all_ways);
  void come_between(Meanwhile meanwhile, std::size_t at);
  void look_at_plan() const;
  bool runs_steps_at_once() const;
  void expect_whole_state() const;
  void expect_true_state() const;
  void expect_told(const Ran& ran, const Fault& fault, const Operation& operation) const;

  const CrashPlan& plan_;
  Sandbox sandbox_;
  bool ready_ = false;
  Words arguments_;                    // of the run that is hit
  std::vector<Operation> operations_;  // of it, if nothing hits it
  Files start_;                        // files, before it
  std::string state_after_;            // state, after it alone
  std::string pulled_;                 // state that a colleague has pushed, before it
  End end_, end_with_pull_;
  std::size_t tried_ = 0, told_ = 0;
};

}  // namespace pairform::crash
