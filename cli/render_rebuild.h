// What `pairform state rebuild` would record, or has recorded, for people and as JSON (docs/formats/state.md). Pure; every
// text of the text is escaped.
#pragma once
#include <optional>
#include <string>

#include "engine/act/rebuild.h"
#include "engine/read/stored_state.h"
#include "engine/run.h"

namespace pairform {

std::string rebuild_text(const Run& run, const StoredRows& stored, const Rebuilt& rebuilt);
// One object and a line end. `rebuilt`: none where errors kept it from being made.
std::string rebuild_json(const Run& run, const StoredRows& stored, const std::optional<Rebuilt>& rebuilt, bool written,
                         const Diagnostics& diagnostics);

}  // namespace pairform
