#include "providers/azure/handle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "providers/azure/arm_id.h"
#include "schema/sha256.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr std::string_view k_head = "azure/1";
constexpr std::size_t k_tag = 8;

bool is_tag(std::string_view text) {
  return text.size() == k_tag && text.find_first_not_of("0123456789abcdef") == text.npos;
}

constexpr std::array<std::string_view, 4> k_kinds{"network", "half", "vm", "nics"};
constexpr std::array<std::string_view, 4> k_operations{"create", "update", "shrink", "delete"};

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  return at == words.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - words.begin()));
}

// "a b" in two; an empty word for every blank too many.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_of(Handle::Kind kind, std::string_view id) {
  const auto parsed = parse_arm_id(id);
  if (!parsed) return false;
  if (kind == Handle::Kind::Network)
    return parsed->parts.size() == 1 && parsed->is("Microsoft.Network", "virtualNetworks");
  return parsed->is("Microsoft.RecoveryServices",
                    kind == Handle::Kind::Half ? "replicationNetworkMappings" : "replicationProtectedItems");
}

}  // namespace

bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::string_view("0123456789abcdefABCDEF").find(text[i]) == std::string_view::npos)
      return false;
  }
  return true;
}

std::string tag_of(std::string_view identity) { return sha256_hex(identity).substr(0, k_tag); }

std::string handle_text(const Handle& handle, std::string_view vault) {
  std::string path = ascii_lower(handle.id);
  const std::string below = ascii_lower(vault) + '/';
  if (handle.kind != Handle::Kind::Network && path.starts_with(below)) path.erase(0, below.size());
  return fmt::format("{} {} {} {}~{} {}", k_head, k_kinds.at(static_cast<std::size_t>(handle.kind)),
                     k_operations.at(static_cast<std::size_t>(handle.operation)), path, handle.tag,
                     is_guid(handle.job) ? handle.job : "-");
}

std::optional<Handle> parse_handle(std::string_view text, std::string_view vault) {
  const std::vector<std::string_view> words = words_of(text);
  if (text.size() > k_most_handle || words.size() != 5 || words[0] != k_head) return std::nullopt;
  const auto kind = index_of(k_kinds, words[1]), operation = index_of(k_operations, words[2]);
  if (!kind || !operation || (words[4] != "-" && !is_guid(words[4]))) return std::nullopt;
  const std::size_t tilde = words[3].rfind('~');
  if (tilde == words[3].npos || !is_tag(words[3].substr(tilde + 1))) return std::nullopt;
  const std::string_view path = words[3].substr(0, tilde);
  Handle out{static_cast<Handle::Kind>(*kind),
             static_cast<Operation>(*operation),
             std::string(path),
             std::string(words[3].substr(tilde + 1)),
             {}};
  if (out.kind != Handle::Kind::Network) out.id = fmt::format("{}/{}", ascii_lower(vault), path);
  if (words[4] != "-") out.job = words[4];
  if (ascii_lower(out.id) != out.id || !is_of(out.kind, out.id)) return std::nullopt;
  return out;
}

}  // namespace pairform::azure
