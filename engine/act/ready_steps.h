// Steps of a run that could begin now: which of them is the first, which travel with it, which wait for their lane, and which
// for a place. In list order, so that a run is the same each time.
// Not safe for several threads: the scheduler's own.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/provider.h"

namespace pairform {

class ReadySteps {
 public:
  using StepSet = std::set<std::uint32_t>;

  explicit ReadySteps(std::size_t steps) : routes_(steps), local_(steps) {}
  void set_route(std::uint32_t step, Route route) { routes_[step] = std::move(route); }
  const Route& route(std::uint32_t step) const { return routes_[step]; }
  void set_local(std::uint32_t step) { local_[step] = true; }

  // It waits for no other step any more.
  void add(std::uint32_t step);
  // Nothing can begin, whatever lanes and places do.
  bool is_empty() const { return ready_.empty() && ready_local_.empty(); }
  bool has_remote() const { return !ready_.empty(); }
  std::uint32_t first() const { return *ready_.begin(); }
  StepSet take_local() { return std::exchange(ready_local_, {}); }
  // `first` and all ready steps of its group.
  std::vector<std::uint32_t> take_group(std::uint32_t first);
  void put_back(const std::vector<std::uint32_t>& steps) { ready_.insert(steps.begin(), steps.end()); }

  // Its lane is taken: it waits until that is free. False: the lane is free.
  bool waits_for_lane(std::uint32_t step);
  void enter_lane(std::uint32_t step);
  void leave_lane(std::uint32_t step);

  // It waits for a place among operations that go on (Route::goes_on).
  void hold_back(std::uint32_t step);
  // There may be a place: the first of those that wait for one is ready again.
  void try_held_back();
  StepSet take_held_back() { return std::exchange(held_back_, {}); }

 private:
  struct Lane {
    std::size_t running = 0;  // steps in flight: one, or those of one request
    StepSet waiting;          // ready but for the lane; not in ready_
  };
  void take(std::uint32_t step);

  std::vector<Route> routes_;
  std::vector<bool> local_;
  StepSet ready_, ready_local_, held_back_;
  std::map<std::string, StepSet> ready_of_group_;  // those of ready_ that travel together, by group
  std::map<std::string, Lane> lanes_;              // those that are busy, or that somebody waits for
};

}  // namespace pairform
