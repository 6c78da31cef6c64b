#include "providers/azure/arm/error.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <ctime>
#include <utility>

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

std::string message_of(element parent) {
  for (const char* name : {"message", "Message"}) {
    if (std::string text = word(parent, name); !text.empty()) return text;
    element nested;
    if (parent.is_object() && parent[name].get(nested) == simdjson::SUCCESS)
      for (const char* value : {"value", "Value"})
        if (std::string text = word(nested, value); !text.empty()) return text;
  }
  return {};
}

std::string code_of(element parent) {
  for (const char* name : {"code", "Code", "ErrorCode"})
    if (std::string text = word(parent, name); !text.empty()) return text;
  return {};
}

ServiceError words_of(element error) {
  return {code_of(error), message_of(error), word(error, "possibleCauses"), word(error, "recommendedAction")};
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return same_word(code, each); });
}

bool has_code(const ArmError& error, std::initializer_list<std::string_view> words) {
  return is_one_of(error.code, words) || is_one_of(error.detail, words);
}

ProviderError of_transport(const TransportError& error, bool write) {
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

ProviderError transport_failure(const TransportError& error, bool write) {
  ProviderError out = of_transport(error, write);
  explain(out);
  return out;
}

// What the catalogue has of an error, by its own code or by that of its details: "BadRequest" and 150097.
const Failure* known_failure(const ArmError& error) {
  const Failure* known = find_failure(error.detail);
  return known != nullptr ? known : find_failure(error.code, error.message);
}

// The words of the service, or at least the status.
ProviderError with_words(ErrorKind kind, const HttpAnswer& answer, const ArmError& error) {
  ProviderError out;
  out.kind = kind;
  out.code = !error.code.empty() ? error.code : fmt::format("Status{}", answer.status);
  if (find_failure(error.detail) != nullptr) out.code = error.detail;
  out.message =
      !error.message.empty() ? error.message : fmt::format("the service answered with status {}", answer.status);
  if (!error.detail.empty() && !same_word(error.detail, out.code)) out.message += fmt::format(" ({})", error.detail);
  out.causes = error.causes;
  out.help = error.action;
  out.job = job_of(answer.headers);
  explain(out);
  return out;
}

// The kind that a code has whatever the status: the service answers a lock with 409, as a conflict that passes.
std::optional<ErrorKind> kind_of(const ArmError& error, int status) {
  const Failure* known = known_failure(error);
  if (known == nullptr || (status >= 500 && known->kind != ErrorKind::Conflict)) return std::nullopt;
  return known->kind;
}

ProviderError redirect(const HttpAnswer& answer) {
  const auto to = origin_of(std::string(answer.headers.get("location")));
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = "Redirect";
  out.message = fmt::format("the service sends on to {}, which is not followed", to ? to->host : "another place");
  out.help = "a proxy that asks for a sign-in answers so; correct HTTPS_PROXY or NO_PROXY";
  explain(out);
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

ProviderError conflict(const HttpAnswer& answer, const ArmError& error) {
  ProviderError out = with_words(ErrorKind::Conflict, answer, error);
  out.retry_after = retry_after(answer.headers).value_or(30s);
  return out;
}

ProviderError other(const HttpAnswer& answer, const ArmError& error) {
  const bool denied = answer.status == 401 || answer.status == 403;
  auto kind = kind_of(error, answer.status);
  if (kind == ErrorKind::Conflict) kind.reset();
  return with_words(kind.value_or(denied ? ErrorKind::Denied : ErrorKind::Invalid), answer, error);
}

}  // namespace

ProviderError throttled_for_long(std::chrono::milliseconds from_now) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = k_throttled_for_long;
  out.message = fmt::format("the service takes no more requests until {}", time_of_day(from_now));
  out.help = "run it again then; a smaller --parallelism asks less at once";
  out.retry_after = from_now;
  explain(out);
  return out;
}

ArmError read_error(std::string_view body) {
  ArmError out;
  simdjson::dom::parser parser;
  element root, error;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return out;
  if (!root.is_object() || root["error"].get(error) != simdjson::SUCCESS || error.is_null()) error = root;
  std::string_view text;
  if (error.get(text) == simdjson::SUCCESS) return {{}, {}, as_one_line(text), {}, {}};
  std::vector<ServiceError> told{words_of(error)};
  array details;
  if (error.is_object() && error["details"].get(details) == simdjson::SUCCESS)
    for (const element each : details) {
      ServiceError further = words_of(each);
      // The first code is told beside the message.
      if (out.detail.empty()) out.detail = as_one_line(std::exchange(further.code, {}));
      if (told.front().message.empty()) told.front().message = std::exchange(further.message, {});
      told.push_back(std::move(further));
    }
  ProviderError words;
  put_words(words, told);
  out.code = std::move(words.code);
  out.message = std::move(words.message);
  out.causes = std::move(words.causes);
  out.action = std::move(words.help);
  return out;
}

ProviderError invalid(std::string code, std::string message, std::string help) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = std::move(code);
  out.message = std::move(message);
  out.help = std::move(help);
  explain(out);
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
  const auto kind = kind_of(error, answer.status);
  if (kind == ErrorKind::Conflict) return conflict(answer, error);
  if (kind) return other(answer, error);
  switch (answer.status) {
    case 429: return throttled(answer, error);
    case 409:
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
