// .pairform/schema.json: the JSON Schema of one project's files, with its own addresses, for the editor that a first line
// `#:schema .pairform/schema.json` leads there. `pairform init` makes it; validate, plan and apply keep it up to date
// where it is, and make none. It is nobody's input: losing it loses nothing.
#pragma once
#include <filesystem>

#include "engine/run.h"
#include "schema/json_schema.h"

namespace pairform {

// What the files declare, in address order, each once; also what is wrong in itself.
KnownAddresses known_addresses(const Configuration& config, const TypeTable& types);

// Makes it. Throws std::system_error.
void make_schema_file(const std::filesystem::path& directory, const TypeTable& types, const KnownAddresses& known = {});

// Is it there?
bool has_schema_file(const std::filesystem::path& directory);
// "#:schema ../.pairform/schema.json\n\n": the first lines of a file in `folder`, as the formatters of both editors leave
// them. "" where the path has what would end a comment.
std::string schema_line(const std::filesystem::path& directory, const std::filesystem::path& folder);

// Writes it anew where it is there and says something else. Not where a file could not be read whole: what stands there is
// still declared. One that cannot be written stays as it is: no command fails, and none says more, because of it.
void refresh_schema_file(const Run& run);

}  // namespace pairform
