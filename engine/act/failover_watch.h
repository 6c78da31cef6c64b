// Has a failover begun since the cloud was read? Asked before steps are sent: statuses of the machines of a plan that are older
// than `age` are looked up again.
//
//   an apply of ten minutes, vm.web1 is failed over after two: the step that would point mapping.app.forward elsewhere, by
//   which it comes home, is not sent any more
//
// What cannot be looked up is taken to be as it was: its own steps fail by themselves. Threads: one.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "engine/phases.h"

namespace pairform {

class FailoverWatch {
 public:
  using Clock = std::chrono::steady_clock;
  FailoverWatch(const Project& project, const CloudSession& cloud, const World& world, std::chrono::milliseconds age);

  // Addresses of the machines that are failed over, ids of those of others; empty: none is, or nobody had to be asked.
  const std::vector<std::string>& away();
  const std::vector<std::string>& found() const { return away_; }  // so far

 private:
  struct Machine {
    Question asked;
    std::string name;
  };
  const CloudSession& cloud_;
  std::chrono::milliseconds age_;
  Clock::time_point asked_at_;
  std::vector<Machine> machines_;
  std::vector<std::string> away_;
};

}  // namespace pairform
