#include "providers/azure/json_in.h"

#include <fmt/format.h>

#include <charconv>

#include "schema/value.h"

namespace pairform::azure {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

bool same_word(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }

void need(bool there, std::string_view member, std::string& wrong) {
  if (!there && wrong.empty()) wrong = fmt::format("{}: not given", member);
}

std::string_view kind_words(element element) {
  switch (element.type()) {
    case element_type::ARRAY: return "a list";
    case element_type::OBJECT: return "an object";
    case element_type::STRING: return "a text";
    case element_type::BOOL: return "true or false";
    case element_type::NULL_VALUE: return "null";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE: return "a number";
  }
  return "something else";
}

JsonIn::JsonIn(element root, std::string& wrong) : element_(root), wrong_(&wrong) {
  present_ = root.is_object();
  if (!present_) report("", "an object", root);
}

JsonIn::JsonIn(Value value, std::string path, std::string& wrong)
    : element_(value.element), present_(value.present), path_(std::move(path)), wrong_(&wrong) {}

JsonIn::Value JsonIn::member(std::string_view name) const {
  Value out;
  if (!present_ || element_[name].get(out.element) != simdjson::SUCCESS) return {};
  out.present = !out.element.is_null();
  return out;
}

bool JsonIn::says_null(std::string_view name) const {
  element found;
  return present_ && element_[name].get(found) == simdjson::SUCCESS && found.is_null();
}

std::string JsonIn::path_to(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void JsonIn::report(std::string path, std::string_view expected, element found) const {
  if (!wrong_->empty()) return;
  *wrong_ = fmt::format("{}{}expected {}, found {}", path, path.empty() ? "" : ": ", expected, kind_words(found));
}

std::string JsonIn::text(std::string_view name) const {
  const Value value = member(name);
  if (!value.present) return {};
  std::string_view text;
  if (value.element.get(text) == simdjson::SUCCESS) return std::string(text);
  report(path_to(name), "a text", value.element);
  return {};
}

bool JsonIn::flag(std::string_view name, bool otherwise) const {
  const Value value = member(name);
  bool flag = otherwise;
  if (value.present && value.element.get(flag) != simdjson::SUCCESS)
    report(path_to(name), "true or false", value.element);
  return flag;
}

std::optional<std::int64_t> JsonIn::number(std::string_view name) const {
  const Value value = member(name);
  if (!value.present) return std::nullopt;
  std::int64_t number = 0;
  if (value.element.get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.element.get(text) == simdjson::SUCCESS) {
    if (text.empty()) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  report(path_to(name), "a number", value.element);
  return std::nullopt;
}

JsonIn JsonIn::object(std::string_view name) const {
  Value value = member(name);
  if (value.present && !value.element.is_object()) {
    report(path_to(name), "an object", value.element);
    value.present = false;
  }
  return {value, path_to(name), *wrong_};
}

std::vector<std::pair<std::string, element>> JsonIn::elements(std::string_view name) const {
  std::vector<std::pair<std::string, element>> out;
  const Value value = member(name);
  if (!value.present) return out;
  simdjson::dom::array items;
  if (value.element.get(items) != simdjson::SUCCESS) {
    report(path_to(name), "a list", value.element);
    return out;
  }
  for (const element item : items) out.emplace_back(fmt::format("{}[{}]", path_to(name), out.size()), item);
  return out;
}

std::vector<JsonIn> JsonIn::list(std::string_view name) const {
  std::vector<JsonIn> out;
  for (const auto& [path, item] : elements(name))
    if (item.is_object()) out.push_back({{item, true}, path, *wrong_});
    else report(path, "an object", item);
  return out;
}

std::vector<std::string> JsonIn::texts(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [path, item] : elements(name)) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS) out.emplace_back(text);
    else report(path, "a text", item);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> JsonIn::entries(std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> out;
  const JsonIn all = object(name);
  if (!all.present_) return out;
  for (const auto& [key, value] : simdjson::dom::object(all.element_)) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) out.emplace_back(key, text);
    else if (!value.is_null()) report(fmt::format("{}.{}", all.path_, key), "a text", value);
  }
  return out;
}

}  // namespace pairform::azure
