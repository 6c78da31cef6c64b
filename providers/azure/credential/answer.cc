#include "providers/azure/credential/answer.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace pairform::azure {
namespace {

using simdjson::dom::element;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// A token with less time left than this is fetched anew while the old one still serves.
constexpr seconds k_refresh_before{300};
constexpr std::int64_t k_most_seconds = 366L * 24 * 3600;
constexpr seconds k_least{60};                          // of a token that seems to have expired
constexpr std::int64_t k_last_second = 4'102'444'800L;  // the year 2100

std::string text_of(element object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// A number, or a text of digits: the metadata service answers texts, the token endpoint numbers.
std::optional<std::int64_t> number_of(element object, const char* name) {
  std::int64_t number = 0;
  if (object[name].get(number) == simdjson::SUCCESS) return number;
  double fraction = 0;  // 1764410000.25 of some versions of the CLI
  if (object[name].get(fraction) == simdjson::SUCCESS && fraction >= 0 && fraction < 1e15)
    return static_cast<std::int64_t>(fraction);
  const std::string text = text_of(object, name);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

CredentialError not_understood(std::string_view who) {
  return {CredentialError::Kind::Refused, fmt::format("{} did not answer with a token", who), {}};
}

TokenResult token(std::string text, std::int64_t lifetime, std::optional<std::int64_t> refresh_in,
                  steady_clock::time_point now) {
  // A token of no time left is no token; one that lasts years is not believed.
  const seconds left(std::clamp<std::int64_t>(lifetime, 0, k_most_seconds));
  const seconds until_refresh =
      refresh_in ? seconds(std::clamp<std::int64_t>(*refresh_in, 0, left.count())) : left - k_refresh_before;
  return Token{Secret(std::move(text)), now + left, now + std::max(until_refresh, seconds(0))};
}

// "2026-11-28 10:00:00.000000", in the time zone of this machine.
std::optional<std::int64_t> local_time(const std::string& text) {
  tm parts{};
  if (strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &parts) == nullptr) return std::nullopt;
  parts.tm_isdst = -1;
  const time_t at = mktime(&parts);
  return at == -1 ? std::nullopt : std::optional<std::int64_t>(at);
}

bool parse(simdjson::dom::parser& parser, std::string_view json, element& root) {
  return parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS && root.is_object();
}

}  // namespace

TokenResult read_token(std::string_view body, steady_clock::time_point now) {
  simdjson::dom::parser parser;
  element root;
  if (!parse(parser, body, root)) return not_understood("the token service");
  std::string text = text_of(root, "access_token");
  const auto lifetime = number_of(root, "expires_in");
  if (text.empty() || !lifetime) return not_understood("the token service");
  return token(std::move(text), *lifetime, number_of(root, "refresh_in"), now);
}

TokenResult read_cli_token(std::string_view output, steady_clock::time_point now, system_clock::time_point wall_now) {
  simdjson::dom::parser parser;
  element root;
  // What stands before the object is a banner: "A new version is available."
  const std::size_t begin = output.find('{');
  if (begin == output.npos || !parse(parser, output.substr(begin), root)) return not_understood("`az`");
  std::string text = text_of(root, "accessToken");
  auto until = number_of(root, "expires_on");
  if (!until) until = local_time(text_of(root, "expiresOn"));
  if (text.empty() || !until) return not_understood("`az`");
  Token token{.text = Secret(std::move(text)),
              .expires_at = system_clock::from_time_t(std::clamp<std::int64_t>(*until, 0, k_last_second))};
  set_times(token, now, wall_now);
  return token;
}

void set_times(Token& token, steady_clock::time_point now, system_clock::time_point wall_now) {
  const auto left = std::chrono::duration_cast<seconds>(*token.expires_at - wall_now);
  token.expires = now + std::clamp(left, k_least, seconds(k_most_seconds));
  token.refresh = std::max(now, token.expires - k_refresh_before);
}

std::string token_refusal(const HttpAnswer& answer) {
  simdjson::dom::parser parser;
  element root;
  if (!parse(parser, answer.body, root)) return fmt::format("status {}", answer.status);
  const std::string error = text_of(root, "error"), all = text_of(root, "error_description");
  const std::string first_line = all.substr(0, all.find_first_of("\r\n"));
  const std::string correlation = text_of(root, "correlation_id");
  if (error.empty() && first_line.empty()) return fmt::format("status {}", answer.status);
  std::string out = error.empty() || first_line.empty() ? error + first_line : error + ": " + first_line;
  if (!correlation.empty()) out += fmt::format(" (correlation id {})", correlation);
  return out;
}

}  // namespace pairform::azure
