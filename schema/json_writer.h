// Writes one JSON value, canonically, at the end of a string: commas, colons, quotes and escapes by itself.
//
//   JsonWriter json(out);
//   json.open_object().member("address", "network.app").key("step").number(3).key("pair").null().close_object();
//
// appends {"address":"network.app","step":3,"pair":null}. What stands in the string before is left alone, and nothing
// else may be appended to it until the value is complete. Misuse aborts: a value in an object without its key, a key in
// an array, a bracket that closes another kind, a second value after the first, more than 64 levels.
// The string outlives the writer. One writer, one thread.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace pairform {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& open_object() { return open('{', 1); }
  JsonWriter& close_object() { return close('}', 1); }
  JsonWriter& open_array() { return open('[', 0); }
  JsonWriter& close_array() { return close(']', 0); }
  // Of the member whose value comes next.
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  // Null where it is empty.
  JsonWriter& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  JsonWriter& number(std::integral auto value) { return raw(std::to_string(value)); }
  // A value that is JSON already: the canonical text of a list or map, say.
  JsonWriter& raw(std::string_view json);

  JsonWriter& member(std::string_view name, std::string_view value) { return key(name).text(value); }

  // All brackets are closed again.
  bool complete() const { return depth_ == 0 && comma_; }

 private:
  JsonWriter& open(char bracket, std::uint64_t kind);
  JsonWriter& close(char bracket, std::uint64_t kind);
  void before_value();

  std::string& out_;
  std::uint64_t kinds_ = 0;  // of the open brackets, the innermost in the lowest bit; 1: an object
  unsigned depth_ = 0;       // open brackets
  bool comma_ = false;       // the next key or value comes after another one
  bool key_ = false;         // the next thing is the value of a key
};

}  // namespace pairform
