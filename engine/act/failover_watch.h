// Has a failover begun since the plan was made? Asked before steps are sent: statuses of the machines of a plan that are older
// than `age` are looked up again. Asked, too, while accepted steps are waited for, which may take several requests: three
// times as seldom, and what cannot be read then is asked about again.
//
//   an apply of ten minutes, vm.web1 is failed over after two: the step that would point mapping.app.forward elsewhere, by
//   which it comes home, is not sent any more
//
// A machine that was settled and is busy by now may be on its way over; one that is reversed by now has been there. A plan made
// now would hold what they stand on. What a step of this run is at work on may be busy. Statuses that cannot be read stop the
// run as well: a half's step would not fail by itself.
//
// The machines are asked about one after the other, each once, which costs one listing where a provider shares it among
// look-ups; the first error is the end of it. A look that takes long is followed by a longer pause. Threads: one.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

class FailoverWatch {
 public:
  using Clock = std::chrono::steady_clock;
  FailoverWatch(const Project& project, const CloudSession& cloud, const World& world, const Plan& plan,
                std::chrono::milliseconds age);

  // May steps still be sent?
  bool all_is_well();
  // Is a failover known to have begun, so that accepted steps may not be gone on with?
  bool has_begun();
  // "vm.web1 (failed_over)": machines whose status has changed, by address, those of others by id.
  const std::vector<std::string>& changed() const { return changed_; }
  // Why statuses could not be read.
  const std::optional<ProviderError>& unread() const { return unread_; }

 private:
  struct Machine {
    std::string identity, id, name;
    Status status = Status::Settled;
    bool failover_failed = false;
    bool has_step = false;  // of the plan
  };
  static bool has_changed(const Machine& machine, const CloudRow& row);
  void look();

  const CloudSession& cloud_;
  const std::string type_;
  std::chrono::milliseconds age_;
  Clock::time_point asked_at_;
  std::vector<Machine> machines_;
  std::vector<std::string> changed_;
  std::optional<ProviderError> unread_;
};

}  // namespace pairform
