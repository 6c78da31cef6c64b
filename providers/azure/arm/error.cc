#include "providers/azure/arm/error.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "providers/azure/arm_id.h"
#include "providers/azure/http/retry.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using simdjson::dom::array;
using simdjson::dom::element;

// A text, or a number as a text; "" of anything else.
std::string word(element parent, const char* name) {
  element value;
  if (!parent.is_object() || parent[name].get(value) != simdjson::SUCCESS) return {};
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.is_number()) return simdjson::minify(value);
  return {};
}

// One line, and no longer than anybody reads: service messages may be whole pages. The text is UTF-8, and stays so.
std::string as_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= k_most_message) return out;
  std::size_t end = k_most_message;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end);
}

std::string message_of(element parent) {
  for (const char* name : {"message", "Message"}) {
    if (std::string text = word(parent, name); !text.empty()) return text;
    element nested;
    if (parent.is_object() && parent[name].get(nested) == simdjson::SUCCESS)
      if (std::string text = word(nested, "Value"); !text.empty()) return text;
  }
  return {};
}

std::string code_of(element parent) {
  for (const char* name : {"code", "Code", "ErrorCode"})
    if (std::string text = word(parent, name); !text.empty()) return text;
  return {};
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return same_word(code, each); });
}

bool has_code(const ArmError& error, std::initializer_list<std::string_view> words) {
  return is_one_of(error.code, words) || is_one_of(error.detail, words);
}

ProviderError transport_failure(const TransportError& error, bool write) {
  switch (error.kind) {
    case TransportFailure::Stopped: return {ErrorKind::Stopped, "Stopped", error.message, {}, {}};
    case TransportFailure::TooLarge: return {ErrorKind::Invalid, "AnswerTooLarge", error.message, {}, {}};
    case TransportFailure::NotSent: return {ErrorKind::Unavailable, "Unavailable", error.message, {}, 5s};
    case TransportFailure::NotTrusted:
      return {ErrorKind::Invalid, "NotTrusted", error.message, {}, {}, std::string(k_trust_help)};
    case TransportFailure::Lost: break;
  }
  if (!write) return {ErrorKind::Unavailable, "Unavailable", error.message, {}, 5s};
  return {ErrorKind::Lost, "NoAnswer", error.message, {}, {}};
}

// The words of the service, or at least the status.
ProviderError with_words(ErrorKind kind, const HttpAnswer& answer, const ArmError& error) {
  ProviderError out;
  out.kind = kind;
  out.code = !error.code.empty() ? error.code : fmt::format("Status{}", answer.status);
  out.message =
      !error.message.empty() ? error.message : fmt::format("the service answered with status {}", answer.status);
  if (!error.detail.empty() && !same_word(error.detail, error.code)) out.message += fmt::format(" ({})", error.detail);
  out.job = job_of(answer.headers);
  return out;
}

ProviderError redirect(const HttpAnswer& answer) {
  const auto to = origin_of(std::string(answer.headers.get("location")));
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = "Redirect";
  out.message = fmt::format("the service sends on to {}, which is not followed", to ? to->host : "another place");
  out.help = "a proxy that asks for a sign-in answers so; correct HTTPS_PROXY or NO_PROXY";
  return out;
}

// "04:10 UTC", with its day where that may be another one.
std::string time_of_day(std::chrono::milliseconds from_now) {
  const time_t at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
  const bool today = from_now < std::chrono::hours(12);
  return today ? fmt::format("{:%H:%M} UTC", fmt::gmtime(at)) : fmt::format("{:%F %H:%M} UTC", fmt::gmtime(at));
}

ProviderError throttled(const HttpAnswer& answer, const ArmError& error) {
  ProviderError out = with_words(ErrorKind::Throttled, answer, error);
  out.retry_after = retry_after(answer.headers).value_or(10s);
  return *out.retry_after > RetryPolicy{}.most_patience ? throttled_for_long(*out.retry_after) : out;
}

bool is_busy(const ArmError& error) {
  return has_code(error, {"AnotherOperationInProgress", "RetryableErrorDueToAnotherOperation"});
}

ProviderError conflict(const HttpAnswer& answer, const ArmError& error) {
  ProviderError out = with_words(ErrorKind::Conflict, answer, error);
  out.retry_after = retry_after(answer.headers).value_or(30s);
  return out;
}

// What the user can do about an error that has a name.
std::string_view help_for(const ArmError& error) {
  struct Help {
    std::string_view code, help;
  };
  static constexpr std::array<Help, 9> k_helps{{
      {"MissingSubscriptionRegistration", "az provider register --namespace Microsoft.RecoveryServices"},
      {"ScopeLocked", "remove the lock on it, or on its resource group"},
      {"RequestDisallowedByPolicy", "ask for an exemption from that policy"},
      {"LinkedAuthorizationFailed", "grant the action that the message names, on the resource that it names"},
      {"AuthorizationFailed", "grant the action that the message names, to the principal that it names"},
      {"150097", "that region may lack quota, or a size with so many NICs"},
      {"150161", "delete the replica disk that is left in the target resource group"},
      {"150039", "initialise that disk in the machine, or leave it out"},
      {"150019", "wait until the machine is ready, or repair it"},
  }};
  for (const Help& each : k_helps)
    if (same_word(error.code, each.code) || same_word(error.detail, each.code)) return each.help;
  return {};
}

ProviderError other(const HttpAnswer& answer, const ArmError& error) {
  const bool denied = answer.status == 401 || answer.status == 403 || has_code(error, {"ScopeLocked"});
  const bool by_policy = has_code(error, {"RequestDisallowedByPolicy"});
  ProviderError out = with_words(denied && !by_policy ? ErrorKind::Denied : ErrorKind::Invalid, answer, error);
  out.help = help_for(error);
  return out;
}

}  // namespace

ProviderError throttled_for_long(std::chrono::milliseconds from_now) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = k_throttled_for_long;
  out.message = fmt::format("the service takes no more requests until {}", time_of_day(from_now));
  out.help = "run it again then; a smaller --parallelism asks less at once";
  out.retry_after = from_now;
  return out;
}

ArmError read_error(std::string_view body) {
  ArmError out;
  simdjson::dom::parser parser;
  element root, error;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return out;
  if (!root.is_object() || root["error"].get(error) != simdjson::SUCCESS || error.is_null()) error = root;
  std::string_view text;
  if (error.get(text) == simdjson::SUCCESS) return {{}, {}, as_one_line(text)};
  out.code = as_one_line(code_of(error));
  out.message = as_one_line(message_of(error));
  array details;
  if (error.is_object() && error["details"].get(details) == simdjson::SUCCESS)
    for (const element each : details)
      if (out.detail.empty()) out.detail = as_one_line(code_of(each));
  return out;
}

ProviderError invalid(std::string code, std::string message, std::string help) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = std::move(code);
  out.message = std::move(message);
  out.help = std::move(help);
  return out;
}

ProviderError unanswered(const CallLimits& limits) {
  if (limits.stop.stop_requested()) return stopped();
  ProviderError late = invalid("Timeout", "there was no time left to ask");
  late.kind = ErrorKind::Unavailable;
  return late;
}

ProviderError stopped() { return {ErrorKind::Stopped, "Stopped", "pairform was interrupted", {}, {}}; }

std::string job_of(const Headers& headers) {
  for (const char* name : {"azure-asyncoperation", "location"}) {
    const std::string_view link = headers.get(name);
    if (link.empty()) continue;
    const std::string_view path = link.substr(0, link.find_first_of("?#"));
    return std::string(last_segment(path));
  }
  return {};
}

bool says_absent(const HttpAnswer& answer) {
  const ArmError error = read_error(answer.body);
  if (answer.status == 400) return has_code(error, {"SubscriptionIdNotRegisteredWithSrs"});
  if (answer.status != 404) return false;
  return !has_code(error, {"SubscriptionNotFound", "InvalidAuthenticationTokenTenant"}) &&
         has_code(error, {"ResourceNotFound", "ResourceGroupNotFound", "NotFound", "FabricArmEntityMissing"});
}

ProviderError read_failure(const HttpResult& result) {
  if (const auto* error = std::get_if<TransportError>(&result)) return transport_failure(*error, false);
  const auto& answer = std::get<HttpAnswer>(result);
  const ArmError error = read_error(answer.body);
  if (answer.status >= 300 && answer.status < 400) return redirect(answer);
  if (answer.status == 429) return throttled(answer, error);
  if (answer.status >= 500) {
    ProviderError out = with_words(ErrorKind::Unavailable, answer, error);
    out.retry_after = retry_after(answer.headers);
    return out;
  }
  if (has_code(error, {"SubscriptionNotFound", "InvalidAuthenticationTokenTenant"}))
    return with_words(ErrorKind::Denied, answer, error);
  return other(answer, error);
}

ProviderError write_failure(const HttpResult& result) {
  if (const auto* error = std::get_if<TransportError>(&result)) return transport_failure(*error, true);
  const auto& answer = std::get<HttpAnswer>(result);
  const ArmError error = read_error(answer.body);
  if (answer.status >= 300 && answer.status < 400) return redirect(answer);
  if (is_busy(error)) return conflict(answer, error);
  switch (answer.status) {
    case 429: return throttled(answer, error);
    case 409:
      if (has_code(error, {"MissingSubscriptionRegistration", "ScopeLocked"})) return other(answer, error);
      return conflict(answer, error);
    case 412: return conflict(answer, error);
    case 503: {
      ProviderError out = with_words(ErrorKind::Unavailable, answer, error);
      out.retry_after = retry_after(answer.headers).value_or(5s);
      return out;
    }
    case 408:
    case 500:
    case 502:
    case 504: return with_words(ErrorKind::Lost, answer, error);
    default: return other(answer, error);
  }
}

}  // namespace pairform::azure
