// THE type table: what attributes there are. Reading, checking, diffing, state, JSON and the reference page all run
// off it; a new attribute is one line. It is a value: base rows (base_types.h) plus the rows that providers add,
// put together once and passed to the passes. Nothing reads a global.
//
// A stanza is what a file says, a row is what state, plan and cloud hold. Mostly the same attributes; where they
// differ `Where` says so (one mapping stanza makes two half rows).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/id.h"
#include "schema/value.h"

namespace pairform {

enum class Mutability : std::uint8_t {
  InPlace,     // an update
  Replaces,    // part of the identity, or cannot be changed: a replace
  CreateOnly,  // given at creation; a different recorded value is no change
  Fact,        // read, never written
  Remembered,  // what a file says of it, kept in state only: no provider knows it
};
enum class Presence : std::uint8_t { Optional, Required };
enum class Where : std::uint8_t { Both, Stanza, Row };

// Some of the attributes, or of the columns, of a type: bit i is number i.
using AttributeSet = std::uint32_t;
inline constexpr std::size_t k_most_attributes = 8 * sizeof(AttributeSet);

struct AttributeType {
  std::string name;
  Kind kind = Kind::String;
  Where where = Where::Both;
  Presence presence = Presence::Optional;
  Mutability mutability = Mutability::InPlace;
  std::string references;     // Kind::Reference: the type it must refer to, else empty
  std::string default_value;  // canonical text used where a stanza does not say; empty: none (null)
  std::string doc;            // one or two sentences for the reference page
  std::string provider;       // the provider that added it; empty: base
  bool own = false;           // one resource's own: refused in [defaults.<type>]
  bool for_all = false;       // taken by the table for all of one outer resource, [vm.KEY.nics]
  bool came_later = false;  // after plans were first saved: digests have it where it is given, a saved plan may lack it
  bool own_file = false;    // a setting that names a file pairform writes: inside the project, none that it reads
  // Of a provider's attribute: what the canonical value must be, "1, 2 or 3"; "" where it is that. Null: its kind says it all.
  std::string (*must_be)(std::string_view value) = nullptr;
  std::string example{};  // as a file would write it, for messages; empty: the default, or that of its kind
};

struct ResourceType {
  std::string name;  // first word of its addresses, "network" (a nic's is its vm's); a settings table's dotted name,
                     // "provider.<name>"
  std::string doc;
  std::vector<AttributeType> attributes;  // stanza order
  std::vector<std::uint16_t> columns;     // attributes of a row in column order, indexes into `attributes`
  std::string
      within{};  // the type whose stanzas hold this one's tables ([vm.web1.nic.eth0]); empty: a table of its own
  bool defaults = false;  // [defaults.<name>] gives attributes to every stanza that does not give them
  std::string all{};      // the table in an outer one that gives attributes to all of it: "nics" of [vm.KEY.nics]

  const AttributeType& column(std::size_t c) const { return attributes[columns[c]]; }
  // Index into `attributes` of a name a stanza may give; none if there is no such name.
  std::optional<std::uint16_t> find_stanza(std::string_view attribute) const;
  // Column of a row by name; none if there is no such column.
  std::optional<std::uint16_t> find_column(std::string_view attribute) const;
};

struct TypeTable {
  std::vector<ResourceType> types;       // resources; TypeId indexes it; sorted by name, so id order is address order
  std::vector<ResourceType> directives;  // [moved], [removed], [import]: what is said about an address, not a resource
  std::vector<ResourceType> settings;    // [project], [state], [guards], [provider.*]; "state.NAME" are the rows that
                                         // [state] has besides, with backend NAME
  std::vector<std::string> providers;    // names of providers: reserved as keys inside a resource table
  std::vector<std::string> backends;     // names of state backends
  std::string default_provider;          // of a project that names none
  std::vector<std::string> editions;     // rule sets of the service, whether or not a provider honours them

  const ResourceType& operator[](TypeId id) const { return types[id.index()]; }
  TypeId find_type(std::string_view name) const;        // none if there is none
  TypeId find_type_of(std::string_view address) const;  // of a well-formed address (a nic's is vm.KEY.nic.KEY)
  const ResourceType* find_directive(std::string_view name) const;  // null if there is none
  const ResourceType* find_settings(std::string_view name) const;   // null if there is none
};

}  // namespace pairform
