// An answer with one member changed, each in turn: taken out, null, of another kind, of another case.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>

namespace pairform::azure {

// Writes a value again, with one of its members (or list elements), number `target` in the order of writing, changed.
enum class Change { None, Remove, Null, OtherKind, OtherCase };
class Changer {
 public:
  Changer(std::size_t target, Change change) : target_(target), change_(change) {}
  std::string write(simdjson::dom::element value) {
    const std::size_t number = count_++;
    if (number == target_ && change_ == Change::Null) return "null";
    if (number == target_ && change_ == Change::OtherKind) return other_kind(value);
    if (number == target_ && change_ == Change::OtherCase) return other_case(value);
    if (value.is_object()) {
      std::string out;
      for (const auto& [key, member] : simdjson::dom::object(value)) {
        const bool removed = count_ == target_ && change_ == Change::Remove;
        const std::string text = write(member);
        if (!removed) out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", key, text);
      }
      return "{" + out + "}";
    }
    if (value.is_array()) {
      std::string out;
      for (const simdjson::dom::element item : simdjson::dom::array(value)) {
        const bool removed = count_ == target_ && change_ == Change::Remove;
        const std::string text = write(item);
        if (!removed) out += (out.empty() ? "" : ",") + text;
      }
      return "[" + out + "]";
    }
    return simdjson::minify(value);
  }
  std::size_t count() const { return count_; }

 private:
  static std::string other_kind(simdjson::dom::element value) {
    if (value.is_string() || value.is_null()) return "[17]";
    if (value.is_array()) return "{}";
    return "\"word\"";  // of an object, a number, true or false
  }
  static std::string other_case(simdjson::dom::element value) {
    std::string text = simdjson::minify(value);
    if (!value.is_string()) return text;
    // An escape would not survive.
    if (text.find('\\') == text.npos)
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
  }
  std::size_t target_, count_ = 0;
  Change change_;
};

// Calls `look(body, change, number)` with each change of each member of a recorded body.
template <class Look>
void with_each_change(simdjson::dom::element body, Look look) {
  Changer whole(SIZE_MAX, Change::None);
  whole.write(body);
  simdjson::dom::parser parser;
  for (const Change change : {Change::Remove, Change::Null, Change::OtherKind, Change::OtherCase})
    for (std::size_t target = 1; target < whole.count(); ++target) {
      Changer changer(target, change);
      const std::string text = changer.write(body);
      simdjson::dom::element changed;
      ASSERT_EQ(parser.parse(text).get(changed), simdjson::SUCCESS) << text;
      look(changed, change, text);
    }
}

}  // namespace pairform::azure
