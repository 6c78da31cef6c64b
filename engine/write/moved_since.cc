#include "engine/write/moved_since.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <optional>

#include "engine/write/attributes_json.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

using simdjson::dom::element;

class Comparison {
 public:
  Comparison(const Project& project, const World& world) : project_(project), world_(world) {
    for (const PriorRow& row : world.prior.rows) {
      if (row.recorded != k_none) recorded_.emplace(view(row.address), &row);
      there_.emplace(std::pair(row.type, view(row.identity)), &row);
    }
    for (const DesiredRow& row : world.desired.rows) desired_.emplace(view(row.address), &row);
  }

  std::vector<std::string> lines(element plan) {
    for (const element change : plan["changes"].get_array()) compare(change);
    return std::move(lines_);
  }

 private:
  std::string_view view(Text text) const { return project_.texts().view(text); }

  void compare(element change) {
    const std::string_view address = change["address"];
    std::string_view recorded = address;
    if (const element previous = change["previous_address"]; !previous.is_null()) recorded = previous;
    const auto at = recorded_.find(recorded);
    const PriorRow* now = at == recorded_.end() ? nullptr : at->second;
    const element before = change["before"];
    if (now == nullptr) now = by_identity(address);
    const bool is_there = now != nullptr && now->presence != Existence::Absent;
    if (before.is_null()) {
      if (is_there && now->presence == Existence::Present) say(address, "is there already");
      return;
    }
    if (!is_there) return say(address, "is gone");
    if (now->presence == Existence::Unknown) return say(address, "cannot be seen");
    if (now->pending || now->status != Status::Settled) return say(address, "is being changed");
    if (!change["adopted_id"].is_null() && now->recorded != k_none) return say(address, "is recorded already");
    compare_values(address, before, *now);
  }

  // What has the identity that the plan asks for at this address. Null: nothing, or the address leaves.
  const PriorRow* by_identity(std::string_view address) const {
    const auto desired = desired_.find(address);
    if (desired == desired_.end()) return nullptr;
    const auto at = there_.find({desired->second->type, view(desired->second->identity)});
    return at == there_.end() ? nullptr : at->second;
  }

  void compare_values(std::string_view address, element before, const PriorRow& now) {
    const ResourceType& type = project_.types[now.type];
    for (std::size_t column = 0; column < type.columns.size(); ++column) {
      const AttributeType& attribute = type.column(column);
      element was;
      if (before[attribute.name].get(was) != simdjson::SUCCESS || is_a_lost_name(was)) continue;
      std::string is;
      JsonWriter json(is);
      write_value(json, attribute.kind, world_.prior.cell(now, column), project_.texts());
      std::string saved = simdjson::minify(was);
      if (saved != is) say(address, fmt::format("{} was {}, and is {}", attribute.name, saved, is));
    }
  }

  // An address of a network that only files had: a saved plan is applied without them, and shows its identity.
  bool is_a_lost_name(element value) const {
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS && text.starts_with("network.") && !recorded_.contains(text);
  }

  void say(std::string_view address, std::string_view what) { lines_.push_back(fmt::format("{} {}", address, what)); }

  const Project& project_;
  const World& world_;
  std::map<std::string_view, const PriorRow*> recorded_;
  std::map<std::pair<TypeId, std::string_view>, const PriorRow*> there_;
  std::map<std::string_view, const DesiredRow*> desired_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> moved_since(std::string_view bytes, const Project& project, const World& world) {
  simdjson::dom::parser parser;
  element plan;
  if (parser.parse(bytes.data(), bytes.size()).get(plan) != simdjson::SUCCESS) return {};
  try {
    return Comparison(project, world).lines(plan);
  } catch (const simdjson::simdjson_error&) {
    return {};
  }
}

}  // namespace pairform
