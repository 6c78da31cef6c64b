// Azure Resource Manager: requests with a token, paced, reads tried again, listings page by page.
//
// The token goes to the origin of ARM and to hosts below it, and nowhere else. A link that points elsewhere ("nextLink",
// "Location") is an error and is not followed.
// Threads: any number.
#pragma once
#include <simdjson.h>

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "engine/provider.h"
#include "providers/azure/credential/token_cache.h"
#include "providers/azure/http/client.h"
#include "providers/azure/http/pacing.h"
#include "providers/azure/http/retry.h"
#include "providers/azure/http/trace.h"

namespace pairform::azure {

// Codes of errors that have no answer of ARM behind them: no source of credentials is there; one is, and gave no token.
inline constexpr std::string_view k_nobody_signed_in = "NobodySignedIn", k_no_token = "NoToken";

struct ArmSettings {
  std::string endpoint;  // "https://management.azure.com"
  std::chrono::milliseconds timeout{60'000};
  RetryPolicy retries{};
};

struct ArmRequest {
  std::string method = "GET";
  std::string path;         // "/subscriptions/…", every segment escaped
  std::string api_version;  // empty: the path is a whole link of the service, followed as it is
  std::string query;        // further parameters: "$expand=subnets/ipConfigurations"
  std::optional<std::string> body;
  std::string if_match;      // an ETag; empty: none
  bool only_if_new = false;  // If-None-Match: *
};

using ArmResult = std::variant<HttpAnswer, ProviderError>;

class ArmClient {
 public:
  ArmClient(ArmSettings settings, HttpClient& http, TokenCache& tokens, Trace& trace);

  // A read: tried again where that may help. Any answer of the service below 500 is given back.
  ArmResult read(const ArmRequest& request, const CallLimits& limits);
  // A write: sent at most once, but for one more try with a new token after a 401, which says that nothing was done. An
  // answer without a success comes as error.
  ArmResult write(const ArmRequest& request, const CallLimits& limits);

  // A listing, page by page, in order. `row` gets each element of `value`. An error ends it: what came before it is not
  // the whole, and must not be taken for it.
  std::optional<ProviderError> list(const ArmRequest& first, const std::function<void(simdjson::dom::element)>& row,
                                    const CallLimits& limits);

  // May the token go there?
  bool is_arm(const std::string& url) const;
  std::string url_of(const ArmRequest& request) const;

 private:
  std::variant<HttpResult, ProviderError> send(const ArmRequest& request, const HttpLimits& limits, int attempt);
  std::variant<HttpResult, ProviderError> send_signed_in(const ArmRequest& request, const HttpLimits& limits,
                                                         int attempt);

  const ArmSettings settings_;
  const std::string correlation_;  // one a run
  HttpClient& http_;
  TokenCache& tokens_;
  Trace& trace_;
  Pacing pacing_;
};

// "a b" -> "a%20b": a segment of a path.
std::string escaped_segment(std::string_view text);
// A new random UUID.
std::string new_uuid();

}  // namespace pairform::azure
