#include "providers/azure/plumbing_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "providers/azure/arm/error.h"
#include "providers/azure/bodies.h"

namespace pairform::azure {

using std::chrono::milliseconds;
using Clock = Underway::Clock;

Waits PlumbingMaker::waits() const {
  const auto rest = std::chrono::duration_cast<milliseconds>(making_->next_look - Clock::now());
  return {fmt::format("waits for the fabric of {}", making_->region), std::max(rest, milliseconds(1))};
}

// Asks after the fabric that is being made, if it is time to. An error where asking failed, or making.
std::optional<ProviderError> PlumbingMaker::look(const CallLimits& limits) {
  if (!making_ || Clock::now() < making_->next_look) return std::nullopt;
  AskAnswer answer = ask(session_, making_->underway, limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) {
    if (error->kind == ErrorKind::Invalid) {
      failed_.emplace(making_->region, *error);
      making_.reset();
    }
    return std::move(*error);
  }
  const bool unseen = Clock::now() - making_->underway.sent < session_.scaled(k_unseen);
  if (std::get<Asked>(answer) == Asked::Running || (std::get<Asked>(answer) == Asked::Unknown && unseen)) {
    making_->next_look = Clock::now() + pause_before_ask(session_, making_->underway);
    return std::nullopt;
  }
  const std::string name = fabric_name(making_->region);
  made_[making_->region] = {fmt::format("{}/replicationFabrics/{}", session_.settings.vault_id(), name), name,
                            making_->region};
  reader_.wrote();
  making_.reset();
  return std::nullopt;
}

std::optional<Fabric> PlumbingMaker::find(const std::string& region, const Fabric* found) const {
  if (found != nullptr) return *found;
  const auto at = made_.find(region);
  return at == made_.end() ? std::nullopt : std::optional(at->second);
}

// A plan says which fabrics are made, from what was observed for it. Where one was there then, or it was not known, none is
// made. (A step that an earlier run began goes on before anything was observed: the plan of that run said it.)
std::optional<ProviderError> PlumbingMaker::unannounced(const std::string& region) const {
  const ListedPlumbing* observed = reader_.observed_plumbing();
  if (observed == nullptr) return std::nullopt;
  const auto& fabrics = observed->plumbing.fabrics;
  const bool was_there =
      std::any_of(fabrics.begin(), fabrics.end(), [&](const Fabric& each) { return each.region == region; });
  if (!was_there && !observed->fabrics) return std::nullopt;
  return invalid("FabricNotAnnounced",
                 fmt::format("{} has no fabric now, and the plan did not say that one is made", region),
                 "plan again: the plan then says it");
}

PlumbingMaker::Answer PlumbingMaker::make(const std::string& region, const CallLimits& limits) {
  if (const auto at = failed_.find(region); at != failed_.end()) return at->second;
  ArmRequest asked = *request(Call::WriteFabric, session_.settings, session_.settings.vault_id(), fabric_name(region));
  asked.body = fabric_body(region);
  const auto sent = Clock::now();
  ArmResult result = session_.arm().write(asked, limits);
  reader_.wrote();
  if (auto* error = std::get_if<ProviderError>(&result)) return write_error(session_, std::move(*error));
  Making making{region, underway_of(Underway::Service::SiteRecovery, std::get<HttpAnswer>(result)), {}};
  making.underway.sent = sent;
  making.next_look = Clock::now() + pause_before_ask(session_, making.underway);
  making_ = std::move(making);
  return Waits{fmt::format("makes the fabric of {}", region), waits().pause, making_->underway.write.job};
}

PlumbingMaker::Answer PlumbingMaker::fabrics(const std::string& from, const std::string& to, const CallLimits& limits,
                                             bool may_send) {
  {
    std::unique_lock lock(mutex_);
    const auto until = std::min(limits.deadline, Clock::now() + std::chrono::hours(24));
    if (!free_.wait_until(lock, limits.stop, until, [&] { return !is_busy_; })) {
      if (limits.stop.stop_requested()) return stopped();
      return Waits{"waits for what halves stand on", session_.scaled(std::chrono::seconds(1))};
    }
    is_busy_ = true;
  }
  const auto end = [this](const PlumbingMaker*) {
    {
      const std::lock_guard lock(mutex_);
      is_busy_ = false;
    }
    free_.notify_one();
  };
  const std::unique_ptr<PlumbingMaker, decltype(end)> busy(this, end);
  return find_or_make(from, to, limits, may_send);
}

PlumbingMaker::Answer PlumbingMaker::find_or_make(const std::string& from, const std::string& to,
                                                  const CallLimits& limits, bool may_send) {
  if (const auto at = known_.find({from, to}); at != known_.end()) return at->second;
  if (auto error = look(limits)) return std::move(*error);
  if (making_) return waits();
  const auto listed = reader_.plumbing(limits);
  if (listed == nullptr) return unanswered(limits);
  if (auto unknown = unknown_fabrics(*listed, from, to)) return std::move(unknown->second);
  const Direction there = find_direction(listed->plumbing, from, to, session_.settings.policy);
  const std::optional<Fabric> first = find(from, there.from), second = find(to, there.to);
  if (first && second) return known_.emplace(std::pair(from, to), Fabrics{*first, *second}).first->second;
  const std::string& lacks = first ? to : from;
  if (auto error = unannounced(lacks)) return std::move(*error);
  if (!may_send) return Waits{fmt::format("the fabric of {} is still to be made", lacks), {}};
  return make(lacks, limits);
}

}  // namespace pairform::azure
