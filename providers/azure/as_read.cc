#include "providers/azure/as_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>

#include "schema/json_writer.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

#include "providers/azure/read_only_members.inc"

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
using Paths = std::span<const std::string_view>;

// Never sent: the description lets them pass, and they name the thing in its place. And the subnets, which a network keeps
// if they are left out.
constexpr std::array<std::string_view, 2> k_network_left_out{"id", "properties.subnets"};
constexpr std::array<std::string_view, 0> k_subnet_left_out{};
// Peerings are synced by the service whenever it gets to it.
constexpr std::array<std::string_view, 4> k_changes_by_itself{
    "properties.virtualNetworkPeerings[].properties.peeringState",
    "properties.virtualNetworkPeerings[].properties.peeringSyncLevel",
    "properties.virtualNetworkPeerings[].properties.remoteAddressSpace",
    "properties.virtualNetworkPeerings[].properties.remoteVirtualNetworkAddressSpace"};

bool has(Paths paths, std::string_view path) { return std::find(paths.begin(), paths.end(), path) != paths.end(); }

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

class Writer {
 public:
  Writer(Paths read_only, Paths left_out, const Replacements& changed)
      : read_only_(read_only), left_out_(left_out), changed_(changed) {}

  std::string write(element root) {
    std::string out;
    JsonWriter json(out);
    value(json, root, "");
    return out;
  }

 private:
  void value(JsonWriter& json, element of, const std::string& path) {
    if (of.is_array()) {
      json.open_array();
      for (const element each : array(of)) value(json, each, path + "[]");
      json.close_array();
    } else if (of.is_object()) {
      members(json, of, path);
    } else {
      json.raw(simdjson::minify(of));
    }
  }

  void members(JsonWriter& json, element of, const std::string& path) {
    json.open_object();
    for (const auto& [name, member] : object(of)) {
      const std::string here = below(path, name);
      if (has(read_only_, here) || has(left_out_, here) || is_replaced(here)) continue;
      json.key(name);
      value(json, member, here);
    }
    for (const auto& [place, text] : changed_) {
      const std::size_t dot = place.rfind('.');
      const std::string parent = dot == place.npos ? std::string() : place.substr(0, dot);
      if (parent == path && !text.empty()) json.key(place.substr(dot == place.npos ? 0 : dot + 1)).raw(text);
    }
    json.close_object();
  }

  bool is_replaced(const std::string& path) const {
    return std::any_of(changed_.begin(), changed_.end(), [&](const auto& each) { return each.first == path; });
  }

  Paths read_only_, left_out_;
  const Replacements& changed_;
};

// Every value of a body by its path, for comparing. ARM ids, and the names of things in lists, have no case: the service
// spells them now so, now so. `shown`: the path without what tells elements of lists apart.
class Flattener {
 public:
  explicit Flattener(std::vector<std::string_view> aside) : aside_(std::move(aside)) {}
  std::map<std::string, std::pair<std::string, std::string>> run(element root) {
    value(root, "", "");
    return std::move(out_);
  }

 private:
  void value(element of, const std::string& key, const std::string& shown) {
    if (std::find(aside_.begin(), aside_.end(), shown) != aside_.end() || of.is_null()) return;
    if (of.is_object()) {
      for (const auto& [name, member] : object(of)) value(member, below(key, name), below(shown, name));
    } else if (of.is_array()) {
      std::size_t index = 0;
      for (const element each : array(of)) {
        value(each, fmt::format("{}[{}]", key, called(each, index)), shown + "[]");
        ++index;
      }
    } else if (std::string text = simdjson::minify(of); text != "\"\"") {
      if (const std::string folded = ascii_lower(text); folded.starts_with("\"/subscriptions/")) text = folded;
      out_.emplace(key, std::pair(shown, std::move(text)));
    }
  }
  static std::string called(element of, std::size_t index) {
    std::string_view text;
    if (of.is_object())
      for (const char* name : {"name", "id"})
        if (of[name].get(text) == simdjson::SUCCESS) return ascii_lower(text);
    return std::to_string(index);
  }

  std::vector<std::string_view> aside_;
  std::map<std::string, std::pair<std::string, std::string>> out_;
};

std::vector<std::string> differences(element before, element after, const std::vector<std::string>& owned,
                                     Paths read_only, Paths left_out) {
  std::vector<std::string_view> aside(read_only.begin(), read_only.end());
  aside.insert(aside.end(), left_out.begin(), left_out.end());
  aside.insert(aside.end(), k_changes_by_itself.begin(), k_changes_by_itself.end());
  aside.insert(aside.end(), owned.begin(), owned.end());
  const auto was = Flattener(aside).run(before), is = Flattener(aside).run(after);
  std::vector<std::string> out;
  const auto note = [&](const auto& these, const auto& those) {
    for (const auto& [key, value] : these) {
      const auto other = those.find(key);
      if (other == those.end() || other->second.second != value.second) out.push_back(value.first);
    }
  };
  note(was, is);
  note(is, was);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::string network_as_read(element read, const Replacements& changed) {
  return Writer(k_network_read_only, k_network_left_out, changed).write(read);
}
std::string subnet_as_read(element read, const Replacements& changed) {
  return Writer(k_subnet_read_only, k_subnet_left_out, changed).write(read);
}
std::vector<std::string> network_differences(element before, element after, const std::vector<std::string>& owned) {
  return differences(before, after, owned, k_network_read_only, k_network_left_out);
}
std::vector<std::string> subnet_differences(element before, element after, const std::vector<std::string>& owned) {
  return differences(before, after, owned, k_subnet_read_only, k_subnet_left_out);
}

std::vector<std::string> members_lost(element older, element newer) {
  // The read-only members of subnets as they stand in a network; and one that came after the description above.
  std::vector<std::string> below_subnets{"properties.defaultPublicNatGateway"};
  for (const std::string_view each : k_subnet_read_only)
    below_subnets.push_back(fmt::format("properties.subnets[].{}", each));
  std::vector<std::string_view> aside(below_subnets.begin(), below_subnets.end());
  aside.insert(aside.end(), std::begin(k_network_read_only), std::end(k_network_read_only));
  aside.insert(aside.end(), k_changes_by_itself.begin(), k_changes_by_itself.end());
  const auto was = Flattener(aside).run(older), is = Flattener(aside).run(newer);
  const auto is_known = [&](const std::string& path) {
    return std::any_of(was.begin(), was.end(), [&](const auto& each) {
      const std::string& known = each.second.first;
      return known == path || known.starts_with(path + ".") || known.starts_with(path + "[");
    });
  };
  std::vector<std::string> out;
  for (const auto& [key, value] : is) {
    const std::string& path = value.first;
    // One that the older version shows elsewhere is known to it: somebody has set it between the two.
    if (was.contains(key) || is_known(path) || value.second == "\"Disabled\"") continue;
    std::size_t end = path.find('.');
    while (end != path.npos && is_known(path.substr(0, end))) end = path.find('.', end + 1);
    std::string member = path.substr(0, end);
    while (member.ends_with("[]")) member.resize(member.size() - 2);
    out.push_back(std::move(member));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace pairform::azure
