// Recorded rows that disagree with themselves: an id that is not that of the attributes beside it, references across
// regions, a dependency on nothing. pairform never writes one; a slip of a hand or a merge does. Believed, such a row
// deletes what is somebody else's: `network.app` with the name of another network stands for that one.
// Before the journal is replayed, and without the cloud. Cost: linear. Pure but for interned texts.
#pragma once
#include <string>
#include <vector>

#include "engine/model/columns.h"
#include "engine/model/names.h"
#include "engine/state/state_words.h"
#include "schema/diagnostic.h"

namespace pairform {

struct WrongRow {
  RecordedId row;
  std::string what;  // follows its address: "has the id …"
};
// In the order of rows, networks first. What refers to a network that is wrong is not among them.
std::vector<WrongRow> find_wrong_rows(const TypeTable& types, const ParsedColumns& parsed,
                                      const RecordedState& recorded, const IdentityMaker& identities,
                                      StringPool& texts);

// `file`: where state was read, a row a line behind the first one; none: state is no file. False: an error was told.
bool check_recorded(const TypeTable& types, const ParsedColumns& parsed, const RecordedState& recorded,
                    const IdentityMaker& identities, const StateWords& words, FileId file, StringPool& texts,
                    Diagnostics& diagnostics);

}  // namespace pairform
