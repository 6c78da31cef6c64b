// What can still be read of stored state that is damaged, for `pairform state rebuild`. No other command goes by this: what a
// damaged line said is not known, so state is never repaired in silence (state_file.h). Each line that is not taken is told,
// and what is taken is believed only as far as the cloud confirms it (engine/act/rebuild.h).
//
// A line is not taken where it is no whole row; stands twice with two contents; disagrees with itself (recorded_check.h); or
// needs a line that is not taken: a half its networks, a nic its vm. Lines out of order are taken. Three exceptions, so that
// one bad line does not take a whole estate along:
//   - an existing network that files declare stands in for its own line: nothing is owned by that;
//   - a network that others refer to, or a half alone, gets the declared address of what it is: "network.aqp" was network.app;
//   - where one half of a pair that no file declares cannot be read, its mirror follows from the other one, marked as
//     adopted. The cloud says whether it is there. Without it `mapping.app.forward`, whose stanza is gone, would be deleted
//     alone, and leave half a pair.
// State of a newer pairform, of another project, provider or scope is refused: it is not damage.
//
// Cost: linear, times the few rounds that it takes until no line needs one that is not taken.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/phases.h"

namespace pairform {

struct UnreadLine {
  std::uint32_t line = 0;  // from 1
  std::string why;         // one phrase: "not a whole JSON object"
  std::string address;     // empty: not known
};

struct StoredRows {
  std::optional<std::string> bytes;  // as stored; none: never stored
  RecordedState recorded;            // project, provider and scope empty where the first line does not say
  std::vector<UnreadLine> unread;    // by line
  std::set<Text> inferred;           // addresses of rows that stand in for lines that cannot be read
};

// `out.bytes` is set. False: a newer format (told).
bool read_stored_rows(const Project& project, const DesiredState& desired, const StateWords& words, FileId file,
                      StringPool& texts, StoredRows& out, Diagnostics& diagnostics);

// Loads state and journal, and takes of state what can be read; the journal has to be sound, and is replayed on top of it.
// `scope`: the provider's; empty: not known. False: errors.
bool read_readable(Project& project, const DesiredState& desired, const std::string& scope, StateSession& state,
                   StoredRows& out, Diagnostics& diagnostics);

// Of a session of which state is read: reads the journal, checks whose it is, and replays it. False: errors.
bool replay_journal(Project& project, const std::string& scope, StateSession& state, Diagnostics& diagnostics);

}  // namespace pairform
