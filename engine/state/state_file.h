// The state file, `pairform.state.jsonl`: what an apply left behind, made to be committed and merged by git. So: one
// resource a line, lines that move only when their resource does, no serial, no timestamp. (One JSON document was
// dropped, because changes to neighbours always conflict; SQLite, because nobody can review it.)
//
//   file    header "\n" (row "\n")*
//   header  {"pairform_state":1,"project":TEXT,"provider":TEXT,"scope":TEXT}
//   row     {"address":TEXT,["adopted":true,]"attributes":{NAME:VALUE,…},["because":TEXT,]["depends_on":[TEXT,…],]
//            ["id":TEXT,]["pending":TEXT,]["protect":true,]"type":TEXT}
//
// Written: canonical bytes. Rows in address order (schema/address.h), keys and attribute names by bytes, no
// insignificant space, the shortest escapes; absent attributes left out, but a column that is true or false is
// always written (`existing`); `id` left out only while a create is pending; `type` is the address's first word.
// The same state is the same bytes. UTF-8.
// Read: keys and map entries in any order and with any space, values made canonical by their kind, so that a merge made
// by hand need not be pretty; a byte order mark and CRLF, which editors and git put in, are passed over. Everything else
// is an error that names its line, all of them in one run (at most 20 are told), and never repaired in silence: unknown
// keys, types or attributes, wrong values, a line that does not end, a file that is empty, conflict markers, rows out of
// order, an address twice (both lines named). A file cut off exactly between two rows cannot be told from a shorter one;
// state is memory, so nothing is lost by that.
// A newer number in `pairform_state` is an error of its own.
//
// Cost, linear: 100,000 rows (24 MB) are read in 0.10 s and written in 0.06 s; 0.3 KB a row is kept, texts included.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "engine/model/recorded.h"
#include "engine/state/state_words.h"
#include "schema/diagnostic.h"

namespace pairform {

// Reads the bytes of stored state. `words` are those of messages; `file` is where they point, none: nowhere.
// False where anything is wrong; `out` is then empty. Never reads outside `bytes`, whatever they are.
bool parse_state(std::string_view bytes, const TypeTable& types, const StateWords& words, FileId file, StringPool& pool,
                 RecordedState& out, Diagnostics& diagnostics);

std::string serialize_state(const RecordedState& state, const StringPool& pool, const TypeTable& types);

// One row as above, without the line end. `cells`: as many as its type has columns.
void write_state_row(JsonWriter& json, const StateRow& row, std::span<const Text> cells, const StringPool& pool,
                     const TypeTable& types);
// The same for a row of `state`.
void write_state_row(JsonWriter& json, const RecordedState& state, const StateRow& row, const StringPool& pool,
                     const TypeTable& types);

// Is the state of this project, provider and scope? An error for each that differs. State that was never stored
// (no project) is anybody's.
bool check_state_header(const RecordedState& state, std::string_view project, std::string_view provider,
                        std::string_view scope, const StateWords& words, FileId file, Diagnostics& diagnostics);

}  // namespace pairform
