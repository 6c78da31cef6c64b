// The service's answers to a request that it does not carry out: codes and messages in the style of Azure Resource
// Manager ("AuthorizationFailed"), kinds as engine/provider.h has them. Plain values; no state.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "engine/provider.h"
#include "providers/simulator/faults.h"
#include "providers/simulator/rules.h"

namespace pairform::simulator {

ProviderError provider_error(ErrorKind kind, std::string code, std::string message);
// A rule of the service refuses what was asked.
ProviderError invalid(Refusal refusal);
// `scope`: a region, or the id of what may not be read or written.
ProviderError denied_error(std::string_view scope);
// An accepted operation has ended so: it is the service that may not go on, not its caller that may not ask.
ProviderError ended_denied_error(std::string_view scope);
ProviderError throttled_error(std::chrono::milliseconds wait);
ProviderError lost_error();
// A call that was asked to stop, or had no answer by its deadline (CallLimits).
ProviderError stopped_error();
ProviderError timeout_error();
// What a fault that was asked for answers.
ProviderError fault_answer(FaultError fault, std::string_view scope);

}  // namespace pairform::simulator
