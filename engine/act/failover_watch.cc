#include "engine/act/failover_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "schema/base_types.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;

constexpr auto k_patience = 60s;  // for one look; then statuses count as unread
constexpr auto k_long = 1s;
constexpr int k_seldom = 3;          // times the age, while accepted steps are waited for
constexpr int k_share_of_time = 10;  // of a run, at most one part of so many goes into looking

// "vm.web1" of vm.web1.nic.eth0.
std::string machine_of(std::string_view address) { return std::string(address.substr(0, address.find(".nic."))); }

std::set<std::string> machines_with_steps(const Project& project, const World& world, const Plan& plan) {
  std::set<std::string> out;
  for (const Step& step : plan.steps) {
    const Change& change = plan.diff.changes[step.change];
    if (change.type == k_vm_type || change.type == k_nic_type)
      out.insert(machine_of(project.texts().view(world.estate.address(change.resource))));
  }
  return out;
}

}  // namespace

FailoverWatch::FailoverWatch(const Project& project, const CloudSession& cloud, const World& world, const Plan& plan,
                             std::chrono::milliseconds age)
    : cloud_(cloud), type_(project.types[k_vm_type].name), age_(age), asked_at_(Clock::now()) {
  const StringPool& texts = project.texts();
  const auto text = [&](Text value) { return std::string(texts.view(value)); };
  const std::set<std::string> with_steps = machines_with_steps(project, world, plan);
  for (const PriorRow& row : world.prior.rows)
    if (row.type == k_vm_type && row.presence == Existence::Present)
      machines_.push_back({text(row.identity), text(row.id), text(row.address), row.status, row.failover_failed,
                           with_steps.contains(text(row.address))});
  for (const Stranger& stranger : world.prior.strangers)
    machines_.push_back({{}, text(stranger.id), text(stranger.id), stranger.status, stranger.failover_failed, false});
}

bool FailoverWatch::has_changed(const Machine& machine, const CloudRow& row) {
  if (row.failover_failed && !machine.failover_failed) return true;
  if (row.status == machine.status) return false;
  if (row.status == Status::FailedOver) return true;
  return machine.status == Status::Settled && !machine.has_step;
}

void FailoverWatch::look() {
  const CallLimits limits{.stop = cloud_.stop, .deadline = Clock::now() + k_patience};
  for (const Machine& each : machines_) {
    const LookupAnswer answer = cloud_.provider->lookup({type_, each.identity, each.id}, limits);
    if (const auto* error = std::get_if<ProviderError>(&answer)) {
      if (error->kind != ErrorKind::Stopped) unread_ = *error;
      return;
    }
    const auto* row = std::get_if<CloudRow>(&answer);
    if (row != nullptr && has_changed(each, *row))
      changed_.push_back(
          fmt::format("{} ({})", each.name, row->failover_failed ? "its failover failed" : status_text(row->status)));
  }
}

bool FailoverWatch::all_is_well() {
  const Clock::time_point began = Clock::now();
  if (changed_.empty() && !unread_ && !machines_.empty() && began - asked_at_ >= age_) {
    look();
    asked_at_ = Clock::now();
    if (const auto took = asked_at_ - began; took > k_long)
      age_ = std::max(age_, std::chrono::duration_cast<std::chrono::milliseconds>(k_share_of_time * took));
  }
  return changed_.empty() && !unread_;
}

bool FailoverWatch::has_begun() {
  if (changed_.empty() && !unread_ && !machines_.empty() && Clock::now() - asked_at_ >= k_seldom * age_) {
    all_is_well();
    unread_.reset();
  }
  return !changed_.empty();
}

}  // namespace pairform
