// The checks of one stanza that compare several of its values, or know what an attribute means: names, address
// spaces, subnets, managed or existing, the mirror. Values that were wrong by themselves silence what depends on them.
// Checks that need other stanzas are engine/read/resolve.h.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "schema/given_defaults.h"
#include "schema/stanza_report.h"
#include "schema/toml_reader.h"
#include "schema/value_reader.h"

namespace pairform {

// Microsoft.Network, resource name rules: virtual networks 2-64 characters. Names of mappings have no rule of their
// own there; the networks' one with 1-64 is accepted everywhere.
inline constexpr std::size_t k_network_name_least = 2;
inline constexpr std::size_t k_name_most = 64;
inline constexpr std::size_t k_vm_name_most = 64;

// An attribute of a stanza as it was read.
struct GivenValue {
  const RawNode* node = nullptr;  // null: not given; its key may be misspelt, and then it is not good
  bool good = false;              // its value is of the right kind and syntax
};

struct StanzaValues {
  const TomlDocument& document;
  const RawNode& table;
  std::span<const GivenValue> given;       // by index into the type's `attributes`
  std::span<const PlacedPrefix> prefixes;  // of all prefix lists and maps
  std::span<const GivenDefault> defaults;  // by the same index: what [defaults.*] give; empty: nothing
};

// Resource groups and subscriptions are parts of an identity, whose separator is '/'. Indexes of the two attributes.
void check_scopes(const StanzaValues& stanza, std::size_t resource_group, std::size_t subscription,
                  StanzaReport& report);
void check_network(const StanzaValues& stanza, StanzaReport& report);
void check_mapping(const StanzaValues& stanza, StanzaReport& report);
// [defaults.mapping].
void check_mapping_defaults(const StanzaValues& stanza, StanzaReport& report);

}  // namespace pairform
