// Reads members of an answer. For every text `null`, "" and absent are the same: in one object of Site Recovery all three
// stand side by side. Members that are not asked for are let through. A member of the wrong kind is remembered, the first
// one with its path ("properties.providerSpecificDetails.vmNics[2].ipConfigs: expected a list, found an object"), and
// reads as absent; whoever decodes asks at the end whether there was one.
// A view: the parser's document, and the text of what is wrong, outlive it.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pairform::azure {

class JsonIn {
 public:
  // `wrong`: what is wrong, empty as long as nothing is.
  JsonIn(simdjson::dom::element element, std::string& wrong);

  bool present() const { return present_; }
  bool has(std::string_view name) const { return member(name).present; }
  bool says_null(std::string_view name) const;
  std::string text(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise = false) const;
  // A number, or a text of digits: error codes come as either.
  std::optional<std::int64_t> number(std::string_view name) const;
  // Absent or null: an object without members, an empty list.
  JsonIn object(std::string_view name) const;
  std::vector<JsonIn> list(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // Names and values of a flat object of texts: tags.
  std::vector<std::pair<std::string, std::string>> entries(std::string_view name) const;

 private:
  struct Value {
    simdjson::dom::element element;
    bool present = false;
  };
  JsonIn(Value value, std::string path, std::string& wrong);
  Value member(std::string_view name) const;
  // The elements of a list, each with its path.
  std::vector<std::pair<std::string, simdjson::dom::element>> elements(std::string_view name) const;
  std::string path_to(std::string_view name) const;
  void report(std::string path, std::string_view expected, simdjson::dom::element found) const;

  simdjson::dom::element element_;
  bool present_ = false;
  std::string path_;
  std::string* wrong_;
};

// "a list", "an object", "a text", …
std::string_view kind_words(simdjson::dom::element element);

// A member that has to be there: where it is not, and nothing else is wrong, that is.
void need(bool there, std::string_view member, std::string& wrong);

// Words of the service have no case.
bool same_word(std::string_view a, std::string_view b);

}  // namespace pairform::azure
