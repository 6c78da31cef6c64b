#include "providers/azure/arm_id.h"

#include <algorithm>

#include "providers/azure/json_in.h"

namespace pairform::azure {
namespace {

// Letters, digits and what Azure's names have beside them. A blank, a "?" or a "#" would change what a path means.
bool is_segment(std::string_view text) {
  if (text.empty() || text == "." || text == "..") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           byte >= 0x80 || std::string_view("-_.()~@:+$,=!*'").find(c) != std::string_view::npos;
  });
}

std::optional<std::vector<std::string>> segments_of(std::string_view text) {
  std::vector<std::string> out;
  if (!text.starts_with('/')) return std::nullopt;
  for (std::size_t at = 1; at <= text.size();) {
    const std::size_t end = std::min(text.find('/', at), text.size());
    if (!is_segment(text.substr(at, end - at))) return std::nullopt;
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

bool ArmId::is(std::string_view provider_name, std::string_view type) const {
  return !parts.empty() && same_word(provider, provider_name) && same_word(parts.back().type, type);
}

std::string_view ArmId::name_of(std::string_view type) const {
  for (const Part& part : parts)
    if (same_word(part.type, type)) return part.name;
  return {};
}

std::optional<ArmId> parse_arm_id(std::string_view text) {
  const auto segments = segments_of(text);
  if (!segments || segments->size() < 2 || segments->size() % 2 != 0 || !same_word(segments->at(0), "subscriptions"))
    return std::nullopt;
  ArmId id{segments->at(1), {}, {}, {}};
  std::size_t at = 2;
  if (at < segments->size() && same_word(segments->at(at), "resourcegroups")) {
    id.resource_group = segments->at(at + 1);
    at += 2;
  }
  if (at == segments->size()) return id;
  if (!same_word(segments->at(at), "providers")) return std::nullopt;
  id.provider = segments->at(at + 1);
  for (at += 2; at < segments->size(); at += 2) id.parts.push_back({segments->at(at), segments->at(at + 1)});
  if (id.parts.empty()) return std::nullopt;
  return id;
}

std::string_view parent_of(std::string_view id) {
  const std::size_t name = id.rfind('/');
  if (name == id.npos || name == 0) return {};
  const std::size_t type = id.rfind('/', name - 1);
  return type == id.npos ? std::string_view() : id.substr(0, type);
}

std::string_view last_segment(std::string_view id) {
  const std::size_t slash = id.rfind('/');
  return slash == id.npos ? id : id.substr(slash + 1);
}

}  // namespace pairform::azure
