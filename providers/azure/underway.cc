#include "providers/azure/underway.h"

#include "providers/azure/arm/error.h"
#include "providers/azure/handle.h"

namespace pairform::azure {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

// A pause that the service asks for, of a poll: at most as long as a write is waited for (http/retry.h).
constexpr milliseconds k_longest_pause = 10min;
std::optional<milliseconds> asked_pause(const Underway& underway) {
  if (!underway.write.retry_after) return std::nullopt;
  return std::min(*underway.write.retry_after, k_longest_pause);
}

}  // namespace

Underway underway_of(Underway::Service service, const HttpAnswer& answer) {
  Underway out{.service = service, .write = after_write(answer)};
  const std::string_view id = answer.headers.get("x-ms-request-id").substr(0, 36);
  if (out.write.job.empty() && service == Underway::Service::SiteRecovery && is_guid(id)) out.write.job = id;
  return out;
}

AskAnswer ask_job(Session& session, const std::string& job, const CallLimits& limits) {
  const auto asked = request(Call::ReadJob, session.settings, session.settings.vault_id(), job);
  ArmResult result = session.arm().read(*asked, limits);
  if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  const std::optional<Job> found = answer.status == 200 ? read_job(answer.body) : std::nullopt;
  if (!found) return Asked::Unknown;
  if (found->progress == Progress::Failed) {
    ProviderError error = found->error;
    if (error.job.empty()) error.job = job;
    return error;
  }
  return found->progress == Progress::Done ? Asked::Ended : Asked::Running;
}

namespace {

// The status document says little of a failure, often a bare number; its job says it in words. A job may have none.
ProviderError in_the_words_of_its_job(Session& session, ProviderError error, Underway& underway,
                                      const CallLimits& limits) {
  error.kind = ErrorKind::Invalid;
  error.job = underway.write.job;
  if (!is_guid(error.job)) return error;
  AskAnswer told = ask_job(session, error.job, limits);
  auto* words = std::get_if<ProviderError>(&told);
  underway.told_by_job = words != nullptr && words->kind == ErrorKind::Invalid && words->code != k_job_without_words;
  return underway.told_by_job ? std::move(*words) : error;
}

// The link is of no use any more; the job, where there is one, is asked next.
AskAnswer without_link(Session& session, Underway& underway, const CallLimits& limits) {
  underway.write.link.clear();
  return ask(session, underway, limits);
}

}  // namespace

AskAnswer ask(Session& session, Underway& underway, const CallLimits& limits) {
  if (underway.write.progress != Progress::Running) return Asked::Ended;
  if (underway.write.link.empty()) {
    if (!is_guid(underway.write.job) || underway.service == Underway::Service::Network) return Asked::Unknown;
    AskAnswer told = ask_job(session, underway.write.job, limits);
    if (const auto* asked = std::get_if<Asked>(&told); asked != nullptr && *asked == Asked::Running) ++underway.looks;
    return told;
  }
  ArmResult result = session.arm().read({.path = underway.write.link}, limits);
  if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  const bool is_old = Underway::Clock::now() - underway.sent >= session.scaled(k_unseen);
  Look look = after_look(answer, underway.write.status_link, is_old ? milliseconds(k_unseen) : 0ms);
  if (look.progress == Progress::Done) return Asked::Ended;
  if (look.progress == Progress::Running) {
    ++underway.looks;
    underway.write.retry_after = look.retry_after;
    return Asked::Running;
  }
  const bool says_how_it_ended = answer.status >= 200 && answer.status < 300 && look.error->kind == ErrorKind::Invalid;
  if (!says_how_it_ended) return without_link(session, underway, limits);
  return in_the_words_of_its_job(session, std::move(*look.error), underway, limits);
}

ProviderError write_error(const Session& session, ProviderError error) {
  if (error.kind == ErrorKind::Lost) error.retry_after = 10s;
  if (error.retry_after) error.retry_after = session.scaled(*error.retry_after);
  return error;
}

milliseconds pause_before_ask(const Session& session, const Underway& underway) {
  if (underway.service == Underway::Service::Network) return session.scaled(asked_pause(underway).value_or(2s));
  if (underway.looks < 2) return session.scaled(underway.looks == 0 ? 2s : 5s);
  return session.scaled(asked_pause(underway).value_or(10s));
}

}  // namespace pairform::azure
