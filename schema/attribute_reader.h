// Reads the attributes of one table after the other off the type table: a resource's own, those of defaults, and those
// that a provider added. Which tables there are is stanza_reader.cc.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/given_defaults.h"
#include "schema/stanza_checks.h"
#include "schema/stanza_reader.h"
#include "schema/stanza_report.h"
#include "schema/value_reader.h"

namespace pairform {

// Whose attributes a table gives.
enum class Gives {
  One,    // [vm.web1]
  All,    // [defaults.nic]
  OfOne,  // [vm.web1.nics]
};

// The names that a table takes, of the base rows or of a provider's.
std::vector<std::string_view> attribute_names(const ResourceType& type, std::string_view provider, Gives gives);

inline constexpr std::string_view k_reserved_prefix = "test_";

class AttributeReader {
 public:
  AttributeReader(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file);

  // Before the attributes of a table.
  void begin(const ResourceType& type, Gives gives);
  // Appends to the file's values. False if the type has no such attribute (of that provider).
  bool read(const RawNode& member, const ResourceType& type, std::string_view provider, StanzaReport& report);
  void unknown(const RawNode& member, const ResourceType& type, std::string_view provider, StanzaReport& report);
  void read_provider_table(const RawNode& member, const ResourceType& type, StanzaReport& report);
  void note_entries(const RawNode& map);
  // Once all are read.
  void check_required(const RawNode& table, const ResourceType& type, StanzaReport& report);

  Gives gives() const { return gives_; }
  std::span<const GivenValue> given() const { return given_; }  // by attribute of the type
  const std::vector<PlacedPrefix>& prefixes() const { return values_.prefixes(); }
  const std::vector<GivenDefault>& by_default(TypeId type) const { return by_default_.of(type); }
  // A text of the file's declarations.
  Text text(std::string_view characters);

 private:
  std::string table_words(const ResourceType& type) const;
  std::string whose(std::string_view attribute) const;
  std::vector<std::string_view> known_names(const ResourceType& type, std::string_view provider) const;
  std::string inner_name(const ResourceType& inner, const RawNode& table) const;
  std::string what_there_is(const ResourceType& type, std::string_view provider) const;
  std::string advice(const RawNode& member, const ResourceType& type, std::string_view provider,
                     const std::string& address) const;

  const TomlDocument& document_;
  const StanzaContext& context_;
  FileDeclarations& file_;
  ValueReader values_;
  std::vector<GivenValue> given_;  // of the table being read
  Gives gives_ = Gives::One;       // what it is
  GivenDefaults by_default_;       // for the stanzas of this file
};

}  // namespace pairform
