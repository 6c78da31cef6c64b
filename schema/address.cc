#include "schema/address.h"

#include <algorithm>

namespace pairform {
namespace {
// '.' separates parts, and a part that ends sorts before one that goes on.
int weight(char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; }

std::string_view take_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}
}  // namespace

int compare_addresses(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto [at, other] = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin());
  if (at == a.begin() + static_cast<std::ptrdiff_t>(common))
    return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
  return weight(*at) - weight(*other);
}

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string key_of_name(std::string_view name) {
  std::string key(name);
  for (char& c : key)
    if (!is_key(std::string_view(&c, 1))) c = '-';
  return key.empty() ? "-" : key;
}

std::optional<AddressParts> parse_address(std::string_view text) {
  AddressParts parts;
  std::string_view rest = text;
  parts.type = take_part(rest);
  parts.key = take_part(rest);
  if (!is_key(parts.key)) return std::nullopt;
  const bool more = text.size() > parts.type.size() + 1 + parts.key.size();
  if (parts.type == "network") {
    if (more) return std::nullopt;
  } else if (parts.type == "mapping") {
    parts.half = rest;
    if (more && parts.half != "forward" && parts.half != "reverse") return std::nullopt;
  } else if (parts.type == "vm") {
    if (more && take_part(rest) != "nic") return std::nullopt;
    parts.nic = rest;
    if (more && !is_key(parts.nic)) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return parts;
}

std::string_view pair_of(std::string_view address) {
  if (!address.starts_with("mapping.")) return address;
  const std::size_t dot = address.find('.', 8);
  return address.substr(0, dot);
}

std::string_view vm_of_nic(std::string_view address) {
  if (!address.starts_with("vm.")) return address;
  return address.substr(0, address.find('.', 3));
}

std::string_view type_of(std::string_view address) { return address.substr(0, address.find('.')); }

}  // namespace pairform
