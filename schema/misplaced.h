// What stands in the wrong place: `include` below a table, a setting in the wrong table, tables of other tools. Such a
// slip has an answer of its own, better than the list of what is known there.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/resource_type.h"
#include "schema/stanza_report.h"
#include "schema/toml_reader.h"

namespace pairform {

// `include` behind the first table header belongs to that table in TOML: reported. False: it is something else.
bool refuse_include(const TomlDocument& document, const RawNode& node, StanzaReport& report);

// Something for one half of a pair, [mapping.app.reverse], where a stanza is the whole pair: reported. False: it is
// something else, or no mapping's.
bool refuse_half(const TomlDocument& document, const RawNode& node, const ResourceType& type, StanzaReport& report);
// Is `key` "forward" or "reverse", or a slip of them?
bool is_half_word(std::string_view key, const ResourceType& type);

// The name that an unknown one was meant to be: a near one, another tool's word for it (location for region), or the only
// one that is a part of it or has it as a part (source_network, max_delete). Empty: none.
std::string_view name_meant(std::string_view word, const std::vector<std::string_view>& names);

// The header of the table that has a setting of that name, "[guards]", "[provider.NAME]"; empty: none has.
std::string home_of_setting(const TypeTable& types, std::string_view name);

struct ToolAdvice {
  std::string_view detail, help;
};
// For a table as Terraform files have it, [resource.x.y]; none: it is not one of theirs.
std::optional<ToolAdvice> terraform_advice(std::string_view table);

}  // namespace pairform
