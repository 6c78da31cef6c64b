#include "engine/act/ready_steps.h"

namespace pairform {

void ReadySteps::add(std::uint32_t step) {
  (local_[step] ? ready_local_ : ready_).insert(step);
  if (const std::string& group = routes_[step].group; !group.empty()) ready_of_group_[group].insert(step);
}

std::vector<std::uint32_t> ReadySteps::take_group(std::uint32_t first) {
  const auto mates = ready_of_group_.find(routes_[first].group);
  if (mates == ready_of_group_.end()) {
    ready_.erase(first);
    return {first};
  }
  std::vector<std::uint32_t> group(mates->second.begin(), mates->second.end());
  ready_of_group_.erase(mates);
  for (const std::uint32_t step : group) ready_.erase(step);
  return group;
}

void ReadySteps::take(std::uint32_t step) {
  ready_.erase(step);
  const auto mates = ready_of_group_.find(routes_[step].group);
  if (mates == ready_of_group_.end()) return;
  mates->second.erase(step);
  if (mates->second.empty()) ready_of_group_.erase(mates);
}

bool ReadySteps::waits_for_lane(std::uint32_t step) {
  const auto lane = lanes_.find(routes_[step].lane);
  if (lane == lanes_.end() || lane->second.running == 0) return false;
  take(step);
  lane->second.waiting.insert(step);
  return true;
}

void ReadySteps::enter_lane(std::uint32_t step) {
  if (const std::string& lane = routes_[step].lane; !lane.empty()) ++lanes_[lane].running;
}

// Once the lane is free, the first step that waits for it is ready again, with those that would travel with it; the
// others of the lane could not start before that one anyway.
void ReadySteps::leave_lane(std::uint32_t step) {
  const auto at = lanes_.find(routes_[step].lane);
  if (at == lanes_.end() || --at->second.running != 0) return;
  StepSet& waiting = at->second.waiting;
  if (waiting.empty()) {
    lanes_.erase(at);
    return;
  }
  const std::uint32_t first = *waiting.begin();
  const std::string& group = routes_[first].group;
  const StepSet again = group.empty() ? StepSet{first} : waiting;
  for (const std::uint32_t each : again) {
    if (routes_[each].group != group) continue;
    waiting.erase(each);
    add(each);
  }
}

void ReadySteps::hold_back(std::uint32_t step) {
  take(step);
  held_back_.insert(step);
}

void ReadySteps::try_held_back() {
  if (held_back_.empty()) return;
  const std::uint32_t first = *held_back_.begin();
  held_back_.erase(held_back_.begin());
  add(first);
}

}  // namespace pairform
