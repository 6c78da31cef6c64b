#include "providers/azure/plumbing_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "providers/azure/arm/error.h"
#include "providers/azure/sending.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = Underway::Clock;

namespace {

Call read_of(const PlumbingPiece& piece) {
  switch (piece.call) {
    case Call::WriteFabric: return Call::ReadFabric;
    case Call::WriteContainer: return Call::ReadContainer;
    case Call::WritePolicy: return Call::ReadPolicy;
    default: return Call::ReadContainerMapping;
  }
}

}  // namespace

Waits PlumbingMaker::waits() const {
  const auto rest = std::chrono::duration_cast<milliseconds>(making_->next_look - Clock::now());
  return {fmt::format("waits for {}", making_->piece.text), std::max(rest, milliseconds(1))};
}

// Asks after the piece that is being made, if it is time to. An error where asking failed, or making.
std::optional<ProviderError> PlumbingMaker::look(const CallLimits& limits) {
  if (!making_ || Clock::now() < making_->next_look) return std::nullopt;
  AskAnswer answer = ask(session_, making_->underway, limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) {
    if (error->kind == ErrorKind::Invalid) {
      failed_.emplace(ascii_lower(making_->piece.id()), *error);
      making_.reset();
    }
    return std::move(*error);
  }
  if (std::get<Asked>(answer) == Asked::Running) {
    making_->next_look = Clock::now() + pause_before_ask(session_, making_->underway);
    return std::nullopt;
  }
  return read_back(limits);
}

// Its request has ended, or nobody can tell any more: the piece itself does. One that does not show in time is not there: what
// stands on it would fail later, or, for want of the way home, nothing would until the day of a failover.
std::optional<ProviderError> PlumbingMaker::read_back(const CallLimits& limits) {
  reader_.wrote();
  const PlumbingPiece& piece = making_->piece;
  const ThingAnswer there = read_thing({session_, reader_, *this, limits, false}, read_of(piece), piece.id());
  if (const auto* error = std::get_if<ProviderError>(&there)) return *error;
  if (std::holds_alternative<Thing>(there)) {
    made_.push_back(std::move(making_->piece));
    making_.reset();
    return std::nullopt;
  }
  if (!making_->ended) making_->ended = Clock::now();
  if (Clock::now() - *making_->ended < session_.scaled(k_unseen)) {
    making_->next_look = Clock::now() + session_.scaled(5s);
    return std::nullopt;
  }
  ProviderError error =
      invalid("ReadBackDiffers", fmt::format("the service says that {} is made, and it is not there", piece.text),
              "plan again");
  error.job = making_->underway.write.job;
  failed_.emplace(ascii_lower(piece.id()), error);
  making_.reset();
  return error;
}

// A plan says what is made, from what was observed for it. What was there then, or of which it was not known, is not made. (A
// step that an earlier run began goes on before anything was observed: the plan of that run said it.)
std::optional<ProviderError> PlumbingMaker::unannounced(const PlumbingPiece& piece, const WayKey& key) const {
  const ListedPlumbing* observed = reader_.observed_plumbing();
  if (observed == nullptr) return std::nullopt;
  const auto& [from, to, need] = key;
  if (!unknown_plumbing(*observed, from, to, need)) {
    const PlumbingState state = plumbing_state(observed->plumbing, from, to, need, session_.settings);
    if (const auto* lacked = std::get_if<std::vector<PlumbingPiece>>(&state))
      for (const PlumbingPiece& each : *lacked)
        if (same_word(each.id(), piece.id())) return std::nullopt;
  }
  return invalid("PlumbingNotAnnounced",
                 fmt::format("{} is not there now, and the plan did not say that it is made", piece.text),
                 "plan again: the plan then says it");
}

PlumbingMaker::Answer PlumbingMaker::make(const PlumbingPiece& piece, const CallLimits& limits) {
  if (const auto at = failed_.find(ascii_lower(piece.id())); at != failed_.end()) return at->second;
  auto asked = request(piece.call, session_.settings, piece.parent, piece.name);
  PAIRFORM_CHECK(asked.has_value());
  asked->body = piece.body;
  const auto sent = Clock::now();
  ArmResult result = session_.arm().write(*asked, limits);
  reader_.wrote();
  if (auto* error = std::get_if<ProviderError>(&result)) return write_error(session_, std::move(*error));
  Making making{piece, underway_of(Underway::Service::SiteRecovery, std::get<HttpAnswer>(result)), {}};
  making.underway.sent = sent;
  making.next_look = Clock::now() + pause_before_ask(session_, making.underway);
  making_ = std::move(making);
  return Waits{fmt::format("makes {}", piece.text), waits().pause, making_->underway.write.job};
}

PlumbingMaker::Answer PlumbingMaker::way(const std::string& from, const std::string& to, PlumbingNeed need,
                                         const CallLimits& limits, bool may_send) {
  {
    std::unique_lock lock(mutex_);
    const auto until = std::min(limits.deadline, Clock::now() + std::chrono::hours(24));
    if (!free_.wait_until(lock, limits.stop, until, [&] { return !is_busy_; })) {
      if (limits.stop.stop_requested()) return stopped();
      return Waits{"waits for what it stands on", session_.scaled(std::chrono::seconds(1))};
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
  return find_or_make({from, to, need}, limits, may_send);
}

PlumbingMaker::Answer PlumbingMaker::find_or_make(const WayKey& key, const CallLimits& limits, bool may_send) {
  if (const auto at = known_.find(key); at != known_.end()) return at->second;
  if (auto error = look(limits)) return std::move(*error);
  if (making_) return waits();
  const auto listed = reader_.plumbing(limits);
  if (listed == nullptr) return unanswered(limits);
  const auto& [from, to, need] = key;
  if (auto unknown = unknown_plumbing(*listed, from, to, need)) return std::move(unknown->second);
  Plumbing there = listed->plumbing;
  for (const PlumbingPiece& each : made_) add_piece(there, each);
  PlumbingState state = plumbing_state(there, from, to, need, session_.settings);
  if (auto* found = std::get_if<PlumbingWay>(&state)) return known_.emplace(key, std::move(*found)).first->second;
  const PlumbingPiece& lacks = std::get<std::vector<PlumbingPiece>>(state).front();
  if (auto error = unannounced(lacks, key)) return std::move(*error);
  if (!may_send) return Waits{fmt::format("{} is still to be made", lacks.text), {}};
  return make(lacks, limits);
}

}  // namespace pairform::azure
