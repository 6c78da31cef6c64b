// Reads the resource stanzas of one file off the type table: [network.app], [mapping.m] and whatever types the table
// has; tables and attributes it does not have are errors with a suggestion. Settings tables are settings_reader.h.
// Every mistake of a stanza is reported; a stanza with one is kept and marked faulty.
// Threads: none shared; each file is read by itself and merged by config_loader.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "schema/declaration.h"
#include "schema/diagnostic.h"
#include "schema/given_defaults.h"
#include "schema/toml_reader.h"

namespace pairform {

// A text of a file's declarations: a part of FileDeclarations::characters.
struct TextPiece {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// What one file declares, complete in itself: a Text in `declarations` indexes `pieces`. Merging interns them once.
struct FileDeclarations {
  std::string characters;
  std::vector<TextPiece> pieces;
  Declarations declarations;
  Diagnostics diagnostics;
};

struct StanzaContext {
  const TypeTable& types;
  std::string_view provider;  // the chosen one; empty: not known, since it was wrong
  bool included = false;      // not pairform.toml: resource tables only
  GivenDefaults defaults{};   // of pairform.toml: for all files
};

void read_stanzas(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file);

// Is `name` a provider's, so that a table of that name in a resource table is the provider's own?
bool is_provider_name(const TypeTable& types, std::string_view name);

// "a, b and c"
std::string listed(const std::vector<std::string_view>& words);
// "did you mean "region"?", or empty if nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace pairform
