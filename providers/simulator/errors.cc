#include "providers/simulator/errors.h"

#include <fmt/format.h>

#include <utility>

namespace pairform::simulator {
namespace {
using namespace std::chrono_literals;
constexpr std::chrono::milliseconds k_fault_retry_after = 100ms;
}  // namespace

ProviderError provider_error(ErrorKind kind, std::string code, std::string message) {
  return {kind, std::move(code), std::move(message), {}, std::nullopt};
}
ProviderError invalid(Refusal refusal) {
  return provider_error(ErrorKind::Invalid, std::move(refusal.code), std::move(refusal.message));
}
ProviderError denied_error(std::string_view scope) {
  return provider_error(ErrorKind::Denied, "AuthorizationFailed",
                        fmt::format("There is no authorization to read or write {}.", scope));
}
ProviderError ended_denied_error(std::string_view scope) {
  ProviderError error = denied_error(scope);
  error.kind = ErrorKind::Invalid;
  return error;
}
ProviderError throttled_error(std::chrono::milliseconds wait) {
  ProviderError error = provider_error(ErrorKind::Throttled, "TooManyRequests", "Too many requests.");
  error.retry_after = wait;
  return error;
}
ProviderError stopped_error() { return provider_error(ErrorKind::Stopped, "Stopped", "The call was broken off."); }
ProviderError timeout_error() {
  return provider_error(ErrorKind::Unavailable, "GatewayTimeout", "There was no answer in time.");
}
ProviderError lost_error() {
  return provider_error(ErrorKind::Lost, "ConnectionLost", "The connection was lost before the answer came.");
}

ProviderError fault_answer(FaultError fault, std::string_view scope) {
  switch (fault) {
    case FaultError::Throttled: return throttled_error(k_fault_retry_after);
    case FaultError::Conflict:
      return provider_error(ErrorKind::Conflict, "AnotherOperationInProgress",
                            fmt::format("Another operation is in progress on {}.", scope));
    case FaultError::Denied: return denied_error(scope);
    case FaultError::Lost: return lost_error();
    case FaultError::Unavailable:
    case FaultError::Wrong: break;
  }
  return provider_error(ErrorKind::Unavailable, "ServiceUnavailable", "The service is not available.");
}

}  // namespace pairform::simulator
