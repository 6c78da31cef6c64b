// A write that was accepted and has not ended: what is asked about it, and when. Its link while this process has it, else
// its job, else nothing: then whoever needs it looks at the resource.
#pragma once
#include <chrono>
#include <variant>

#include "providers/azure/arm/long_running.h"
#include "providers/azure/session.h"

namespace pairform::azure {

struct Underway {
  using Clock = std::chrono::steady_clock;
  enum class Service { SiteRecovery, Network };
  Service service = Service::SiteRecovery;
  PendingWrite write;
  Clock::time_point sent = Clock::now();
  unsigned looks = 0;        // that said "running"
  bool told_by_job = false;  // that it has failed, in words
};

// What an answer to a write says of it; a job of Site Recovery is found in `x-ms-request-id` where no link has it.
Underway underway_of(Underway::Service service, const HttpAnswer& answer);

enum class Asked {
  Running,
  Ended,    // with success
  Unknown,  // nobody can tell any more: the resource shows it
};
// An error that may be retried: asking failed. Another one: the operation has failed, in the words of its job.
using AskAnswer = std::variant<Asked, ProviderError>;
AskAnswer ask(Session& session, Underway& underway, const CallLimits& limits);
// The same of a job alone.
AskAnswer ask_job(Session& session, const std::string& job, const CallLimits& limits);

// How long until it is asked (again). Site Recovery is done in one to four seconds, but for fabrics: after 2 and 5 s, then
// as it says, else after 10 s. Network: as it says, else after 2 s.
std::chrono::milliseconds pause_before_ask(const Session& session, const Underway& underway);

// An error of a write, with the times that it asks for as this session counts them. One that is Lost is looked up once the
// service has had time to show what became of it.
ProviderError write_error(const Session& session, ProviderError error);

}  // namespace pairform::azure
