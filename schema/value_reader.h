// Reads one value as the type table wants it: its kind, its syntax, its canonical text. What depends on other values
// of the stanza is stanza_checks.h. A wrong item of a list is reported by itself; the value is then left out.
// Cost: no allocation in the ordinary case; buffers are reused from value to value. Threads: one a reader.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ip.h"
#include "schema/resource_type.h"
#include "schema/stanza_report.h"
#include "schema/toml_reader.h"
#include "schema/value_words.h"

namespace pairform {

// A prefix that a stanza gives, for the checks that compare several.
struct PlacedPrefix {
  Prefix prefix;
  const RawNode* node = nullptr;             // its string
  const AttributeType* attribute = nullptr;  // of which it is an item
};

class ValueReader {
 public:
  explicit ValueReader(const TomlDocument& document) : document_(document) {}

  // The canonical text of `node`, valid until the next read; none if it is wrong, and then that was reported.
  std::optional<std::string_view> read(const RawNode& node, const AttributeType& attribute, StanzaReport& report);

  // The good prefixes of all values read since the last `forget_prefixes`, also of values that are wrong otherwise.
  const std::vector<PlacedPrefix>& prefixes() const { return prefixes_; }
  void forget_prefixes() { prefixes_.clear(); }

 private:
  std::optional<std::string_view> read_kind(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool expect(const RawNode& node, RawKind kind, const AttributeType& attribute, StanzaReport& report) const;
  bool expect_item(const RawNode& item, const AttributeType& attribute, StanzaReport& report) const;
  bool read_region(const RawNode& node, StanzaReport& report);
  bool read_reference(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_number(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_duration(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_prefix(const RawNode& item, const AttributeType& attribute, StanzaReport& report);
  bool read_prefix_list(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_subnet_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_text_list(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_text_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_ip(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool read_ip_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report);
  bool names_differ(const RawNode& table, StanzaReport& report) const;

  const TomlDocument& document_;
  std::vector<PlacedPrefix> prefixes_;
  std::string text_;  // the canonical text
};

}  // namespace pairform
