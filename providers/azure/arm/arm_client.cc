#include "providers/azure/arm/arm_client.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <set>

#include "providers/azure/arm/error.h"

namespace pairform::azure {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t k_most_pages = 10'000;

HttpLimits http_limits(const CallLimits& limits, bool stoppable) { return {limits.stop, limits.deadline, stoppable}; }

ProviderError credential_failure(const CredentialError& error) {
  ProviderError out;
  out.message = error.message;
  out.help = error.help;
  out.code = k_no_token;
  switch (error.kind) {
    case CredentialError::Kind::Stopped: out.kind = ErrorKind::Stopped; break;
    case CredentialError::Kind::Unreachable: out.kind = ErrorKind::Unavailable; break;
    case CredentialError::Kind::NotThere: out.code = k_nobody_signed_in; [[fallthrough]];
    case CredentialError::Kind::Refused: out.kind = ErrorKind::Denied; break;
  }
  return out;
}

bool is_success(int status) { return status >= 200 && status < 300; }

// The tenant wants another sign-in: continuous access evaluation.
bool wants_new_sign_in(const HttpAnswer& answer) {
  return answer.headers.get("www-authenticate").find("claims=") != std::string_view::npos;
}

// A token that the service did not take, while a newer one may do.
bool is_token_refused(const HttpAnswer& answer) { return answer.status == 401 && !wants_new_sign_in(answer); }

}  // namespace

ArmClient::ArmClient(ArmSettings settings, HttpClient& http, TokenCache& tokens, Trace& trace)
    : settings_(std::move(settings)), correlation_(new_uuid()), http_(http), tokens_(tokens), trace_(trace) {}

bool ArmClient::is_arm(const std::string& url) const {
  const auto arm = origin_of(settings_.endpoint), origin = origin_of(url);
  if (!arm || !origin || arm->scheme != origin->scheme || arm->port != origin->port) return false;
  // Regional hosts: "westeurope.management.azure.com".
  return origin->host == arm->host || (!is_local_host(arm->host) && origin->host.ends_with("." + arm->host));
}

std::string ArmClient::url_of(const ArmRequest& request) const {
  if (request.api_version.empty()) return request.path;
  return fmt::format("{}{}?api-version={}{}{}", settings_.endpoint, request.path, request.api_version,
                     request.query.empty() ? "" : "&", request.query);
}

// One try, with the token that there is.
std::variant<HttpResult, ProviderError> ArmClient::send(const ArmRequest& request, const HttpLimits& limits,
                                                        int attempt) {
  const TokenResult token = tokens_.get(limits);
  if (const auto* error = std::get_if<CredentialError>(&token)) return credential_failure(*error);
  const VerbClass verbs = verb_class(request.method);
  const auto now = steady_clock::now(), turn = pacing_.next(verbs, now);
  if (turn - now > settings_.retries.most_patience) return throttled_for_long(duration_cast<milliseconds>(turn - now));
  if (!wait_until(turn, limits))
    return HttpResult(
        TransportError{limits.stop.stop_requested() ? TransportFailure::Stopped : TransportFailure::NotSent,
                       "there was no time left to send the request"});
  const Secret& text = std::get<Token>(token).text;
  HttpRequest out{.method = request.method,
                  .url = url_of(request),
                  .headers = {{"authorization", "Bearer " + text.reveal()},
                              {"accept", "application/json"},
                              {"x-ms-client-request-id", new_uuid()},
                              {"x-ms-return-client-request-id", "true"},
                              {"x-ms-correlation-request-id", correlation_}},
                  .body = request.body,
                  .timeout = settings_.timeout};
  if (request.body) out.headers.push_back({"content-type", "application/json; charset=utf-8"});
  if (!request.if_match.empty()) out.headers.push_back({"if-match", request.if_match});
  if (request.only_if_new) out.headers.push_back({"if-none-match", "*"});
  const auto began = steady_clock::now();
  HttpResult result = http_.send(out, limits);
  trace_.write(out, result, duration_cast<milliseconds>(steady_clock::now() - began), attempt);
  if (const auto* answer = std::get_if<HttpAnswer>(&result)) {
    pacing_.learn(verbs, *answer, steady_clock::now());
    if (const auto date = date_of(answer->headers)) tokens_.learn_clock(*date, std::chrono::system_clock::now());
    if (is_token_refused(*answer)) tokens_.reject(text);
  }
  return result;
}

std::variant<HttpResult, ProviderError> ArmClient::send_signed_in(const ArmRequest& request, const HttpLimits& limits,
                                                                  int attempt) {
  if (!is_arm(url_of(request)))
    return invalid("ForeignLink",
                   fmt::format("the service names a link to {}, which is not followed",
                               origin_of(url_of(request)).value_or(Origin{"", "another place", ""}).host));
  auto result = send(request, limits, attempt);
  const auto* http = std::get_if<HttpResult>(&result);
  const auto* answer = http == nullptr ? nullptr : std::get_if<HttpAnswer>(http);
  if (answer == nullptr || !is_token_refused(*answer)) return result;
  return send(request, limits, attempt);
}

ArmResult ArmClient::read(const ArmRequest& request, const CallLimits& limits) {
  const HttpLimits http = http_limits(limits, true);
  std::optional<ProviderError> failed;
  HttpResult result = read_with_retries(
      [&](int attempt) -> HttpResult {
        auto sent = send_signed_in(request, http, attempt);
        if (auto* error = std::get_if<ProviderError>(&sent)) {
          failed = std::move(*error);
          return HttpAnswer{};  // the end of it
        }
        return std::get<HttpResult>(std::move(sent));
      },
      settings_.retries, http);
  if (failed) return std::move(*failed);
  if (auto* answer = std::get_if<HttpAnswer>(&result); answer != nullptr && !is_worth_another_try(result)) {
    if (answer->status < 300 || answer->status >= 400) return std::move(*answer);
  }
  return read_failure(result);
}

ArmResult ArmClient::write(const ArmRequest& request, const CallLimits& limits) {
  auto sent = send_signed_in(request, http_limits(limits, false), 1);
  if (auto* error = std::get_if<ProviderError>(&sent)) return std::move(*error);
  HttpResult result = std::get<HttpResult>(std::move(sent));
  if (auto* answer = std::get_if<HttpAnswer>(&result); answer != nullptr && is_success(answer->status))
    return std::move(*answer);
  return write_failure(result);
}

std::optional<ProviderError> ArmClient::list(const ArmRequest& first,
                                             const std::function<void(simdjson::dom::element)>& row,
                                             const CallLimits& limits) {
  std::set<std::string> seen;
  simdjson::dom::parser parser;
  for (ArmRequest request = first;;) {
    ArmResult result = read(request, limits);
    if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
    const auto& answer = std::get<HttpAnswer>(result);
    if (answer.status != 200) return read_failure(answer);
    simdjson::dom::element root;
    simdjson::dom::array rows;
    if (parser.parse(answer.body).get(root) != simdjson::SUCCESS || root["value"].get(rows) != simdjson::SUCCESS)
      return invalid("AnswerNotUnderstood", fmt::format("the answer to GET {} is no list", first.path));
    for (const simdjson::dom::element each : rows) row(each);
    simdjson::dom::element link;
    if (root["nextLink"].get(link) != simdjson::SUCCESS || link.is_null()) return std::nullopt;
    std::string_view next;
    if (link.get(next) != simdjson::SUCCESS)
      return invalid("AnswerNotUnderstood", fmt::format("nextLink of GET {} is no text", first.path));
    if (next.empty()) return std::nullopt;
    if (!seen.emplace(next).second || seen.size() >= k_most_pages)
      return invalid("PagingLoop", fmt::format("the pages of GET {} do not end", first.path));
    request = ArmRequest{.path = std::string(next), .api_version = {}};
  }
}

std::string escaped_segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~()@$").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string new_uuid() {
  std::array<unsigned char, 16> bytes{};
  std::random_device random;
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random() & 0xFFU);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    out += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes.at(i));
  return out;
}

}  // namespace pairform::azure
