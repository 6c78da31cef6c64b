// A JSON value that can be changed, for tests that make answers and bodies.
#pragma once
#include <simdjson.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/json_text.h"

namespace pairform {

class Json {
 public:
  Json() = default;                                                // null
  Json(std::string_view text) : raw_(json_string(text)) {}         // NOLINT(google-explicit-constructor)
  Json(const std::string& text) : Json(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  Json(const char* text) : Json(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  Json(bool flag) : raw_(flag ? "true" : "false") {}               // NOLINT(google-explicit-constructor)

  static Json of(simdjson::dom::element from) {
    Json out;
    if (from.is_object()) {
      out.kind_ = Kind::Object;
      for (const auto& [name, value] : simdjson::dom::object(from)) out[name] = of(value);
    } else if (from.is_array()) {
      out.kind_ = Kind::List;
      for (const auto each : simdjson::dom::array(from)) out.items_.push_back(of(each));
    } else {
      out.raw_ = simdjson::minify(from);
    }
    return out;
  }
  static Json parse(const std::string& text) {
    simdjson::dom::parser parser;
    return of(parser.parse(text));
  }
  static Json list(std::vector<Json> items = {}) {
    Json out;
    out.kind_ = Kind::List;
    out.items_ = std::move(items);
    return out;
  }

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Of an object; a value that is none becomes one.
  Json& operator[](std::string_view name) {
    kind_ = Kind::Object;
    for (auto& [key, value] : members_)
      if (key == name) return value;
    return members_.emplace_back(name, Json()).second;
  }
  // Null where there is no such member.
  const Json& operator[](std::string_view name) const {
    static const Json null;
    const Json* found = find(name);
    return found == nullptr ? null : *found;
  }
  void remove(std::string_view name) {
    std::erase_if(members_, [&](const auto& each) { return each.first == name; });
  }
  std::vector<Json>& items() { return items_; }
  const std::vector<Json>& items() const { return items_; }
  const std::vector<std::pair<std::string, Json>>& members() const { return members_; }

  // null, "", an empty list.
  bool nothing() const {
    return kind_ == Kind::List ? items_.empty() : kind_ == Kind::Value && (raw_ == "null" || raw_ == "\"\"");
  }
  bool is_true() const { return raw_ == "true"; }
  // Of a text without anything escaped; "" of what is none.
  std::string text() const { return raw_.size() < 2 || raw_.front() != '"' ? "" : raw_.substr(1, raw_.size() - 2); }

  std::string dump() const {
    if (kind_ == Kind::Value) return raw_;
    std::string out;
    for (const Json& each : items_) out += (out.empty() ? "" : ",") + each.dump();
    if (kind_ == Kind::List) return "[" + out + "]";
    for (const auto& [name, value] : members_) {
      if (!out.empty()) out += ',';
      append_json_string(out, name);
      out += ":" + value.dump();
    }
    return "{" + out + "}";
  }

  // Every value that is something, by its path: "properties.vmNics[0].nicId".
  std::map<std::string, std::string> flat() const {
    std::map<std::string, std::string> out;
    flatten(out, "");
    return out;
  }

 private:
  enum class Kind { Value, Object, List };

  const Json* find(std::string_view name) const {
    for (const auto& [key, value] : members_)
      if (key == name) return &value;
    return nullptr;
  }
  void flatten(std::map<std::string, std::string>& out, const std::string& path) const {
    if (kind_ == Kind::Value && !nothing()) out[path] = raw_;
    for (std::size_t i = 0; i < items_.size(); ++i) items_[i].flatten(out, path + "[" + std::to_string(i) + "]");
    for (const auto& [name, value] : members_) value.flatten(out, path.empty() ? name : path + "." + name);
  }

  Kind kind_ = Kind::Value;
  std::string raw_ = "null";
  std::vector<std::pair<std::string, Json>> members_;
  std::vector<Json> items_;
};

}  // namespace pairform
