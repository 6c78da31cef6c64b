#include "providers/azure/credential/claims.h"

#include <simdjson.h>

#include <string_view>

namespace pairform::azure {
namespace {

// Base64 as URLs have it, without padding (RFC 4648, section 5); "" of what is none.
std::string from_base64(std::string_view text) {
  constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    const std::size_t digit = k_digits.find(c);
    if (digit == k_digits.npos) return {};
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xFFU);
  }
  return out;
}

std::string first_of(simdjson::dom::element claims, std::initializer_list<const char*> names) {
  std::string_view value;
  for (const char* name : names)
    if (claims[name].get(value) == simdjson::SUCCESS && !value.empty()) return std::string(value);
  return {};
}

}  // namespace

Claims read_claims(const Secret& token) {
  const std::string_view text = token.reveal();
  const std::size_t first = text.find('.'), second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return {};
  const Secret payload(from_base64(text.substr(first + 1, second - first - 1)));
  simdjson::dom::parser parser;
  simdjson::dom::element claims;
  if (parser.parse(payload.reveal()).get(claims) != simdjson::SUCCESS || !claims.is_object()) return {};
  return {first_of(claims, {"upn", "preferred_username", "unique_name"}), first_of(claims, {"appid", "azp"}),
          first_of(claims, {"oid"}), first_of(claims, {"tid"})};
}

}  // namespace pairform::azure
