// What an answer that is no success means: the error in its body, in whatever form it comes, and the kind of failure it is
// for the engine.
//
// Forms met: {"error":{"code":"…","message":"…","details":[…]}}, {"code":…,"message":…}, codes as numbers, `details` null,
// `error` a text, {"ErrorCode":…,"Message":{"Value":…}} (of the vault's API), a page of HTML from a proxy. Site Recovery has
// causes and recommended actions in `details`, and often the code that says what it is; sometimes the only sentence.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "engine/provider.h"
#include "providers/azure/arm/failures.h"
#include "providers/azure/http/client.h"

namespace pairform::azure {

struct ArmError {
  std::string code;     // "AuthorizationFailed"; empty: the body has none
  std::string detail;   // the code of the first of its details: "FabricArmEntityMissing"; empty: none
  std::string message;  // and those of its details; one line, UTF-8, at most k_most_message bytes; empty: none
  std::string causes, action;
};

// The code of an error of our own: the service asks for a longer pause than anybody waits for (RetryPolicy::most_patience).
inline constexpr std::string_view k_throttled_for_long = "ThrottledForLong";
ProviderError throttled_for_long(std::chrono::milliseconds from_now);

ArmError read_error(std::string_view body);

// An error that pairform tells itself, with a code of its own; and that of a call that was asked to stop.
ProviderError invalid(std::string code, std::string message, std::string help = {});
ProviderError stopped();
// Of a call that got no answer because of its limits: stopped, or out of time.
ProviderError unanswered(const CallLimits& limits);

// The job of a write of Site Recovery: the last segment of the path of `Azure-AsyncOperation`, else of `Location`. "" where
// there is none. `x-ms-request-id` is no such thing for mappings and disabling, and holds it twice elsewhere.
std::string job_of(const Headers& headers);

// What an answer to a read means, that is neither 200 nor one of the absent ones.
ProviderError read_failure(const HttpResult& result);
// What an answer to a write means, that is no success.
ProviderError write_failure(const HttpResult& result);

// Is what was asked for definitely not there? 404 of the thing or its group, or one of two words that Site Recovery has for
// it. A subscription that is not found, or of another tenant, is denied: nothing is known of what is in it.
bool says_absent(const HttpAnswer& answer);

}  // namespace pairform::azure
