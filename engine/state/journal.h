// The journal, `.pairform/journal`: what an apply is about to do and what became of it, so that a crash at any
// instant loses nothing and makes nothing twice.
//
//   file    line*
//   line    checksum " " "[" record ("," record)* "]" "\n"     one line is what one append wrote and synced
//   checksum  the first 16 hex digits of the SHA-256 of the text between the blank and the line end
//   head     {"pairform_journal":1,"operation":TEXT,"project":TEXT,"provider":TEXT,"scope":TEXT,"state":HASH}
//            HASH: "sha256:…" of the state bytes that the run starts from, "" for none. Whose journal it is: as in the
//            first line of state; the scope is "" where it is not known (a state edit of what was never applied)
//   intent   {"intent":STEP,"operation":TEXT,"address":TEXT,["id":TEXT,]"identity":TEXT,["previous_address":TEXT,]
//             ["row":ROW]}                                              before a step is sent. ROW: what it will write
//                                                                       (state_file.h), left out for a delete
//   outcome  {"outcome":STEP,"result":"done"|"failed"|"accepted","drop":[{"address":TEXT,["id":TEXT]},…],
//             "put":[ROW,…]}
//   folded   {"folded":HASH}                       of the state bytes that are about to be renamed into place
//
// Why so. Lines of text, because people read a journal exactly when something has gone wrong (ninja's log, not
// SQLite's). A checksum a line, because a crash may leave any part of the last write: sizes and blocks reach the
// disk in any order. A whole batch in one line, so that "the last line is damaged" is the same as "the last write
// did not finish", for a power loss too; with a line a record a hole in a batch could not be told from damage. So a
// bad last line is normal and ignored (it was never synced, so nobody relied on it), a bad line before the end is an
// error. Rows are absolute, never differences: replaying twice, or on top of another state, does no harm. The state
// is named by hash, not by time, so that a crash between rename and truncation, or a `git pull`, is told apart.
//
// A head may follow after other records: a run that found a journal goes on in it. Records before it stand, unless
// they were folded into the very state that the head starts from. Cost of a step is constant; nothing is rewritten.
// Heads of earlier versions do not say whose they are; what such a journal holds belongs to whoever reads it, and a
// head without project, provider and scope after one that has them is of the same project.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/state/fold.h"
#include "engine/state/state_words.h"
#include "schema/diagnostic.h"

namespace pairform {

struct JournalHead {
  std::string operation;  // "apply", "destroy", "state mv"
  std::string state;      // state_hash of the bytes that the run starts from
  std::string project{};  // empty: written by a version that did not say whose journal it is
  std::string provider{};
  std::string scope{};  // empty: not known
};

// A step that is about to be sent.
struct JournalIntent {
  std::uint32_t step = 0;  // its number in the run
  std::string operation;   // "create", …
  Text address;
  Text id;                         // of what exists; none: a create
  Text identity;                   // to look it up by after a crash
  Text previous_address;           // none: it does not move
  std::optional<DetachedRow> row;  // what it will write; none: a delete
};

enum class JournalResult : std::uint8_t { Done, Failed, Accepted };

// What became of a step. One record, so all of its rows or none. A step that needs no cloud (a move) has an outcome
// without an intent; an accepted one has a second outcome later.
struct JournalOutcome {
  std::uint32_t step = 0;
  JournalResult result = JournalResult::Done;
  RowChanges changes;
};

struct JournalFolded {
  std::string state;  // state_hash of the bytes that are about to be renamed into place
};

using JournalRecord = std::variant<JournalHead, JournalIntent, JournalOutcome, JournalFolded>;

// What a journal says, in order.
struct Journal {
  JournalHead head;                      // the last one; operation empty: no journal
  std::vector<JournalOutcome> outcomes;  // to be folded
  std::vector<JournalIntent> open;       // intents without an outcome: ask the cloud about them
  std::string folded;                    // state_hash; empty: not folded
};

// "sha256:<hex>" of state bytes, "" for none.
std::string state_hash(const std::optional<std::string>& state);

// One line for StateBackend::append: everything that must become durable together.
std::string encode(std::span<const JournalRecord> records, const StringPool& pool, const TypeTable& types);
std::string encode(const JournalRecord& record, const StringPool& pool, const TypeTable& types);

// False where the journal is damaged before its end or newer; `out` is then empty.
bool parse_journal(std::string_view bytes, const TypeTable& types, const StateWords& words, StringPool& pool,
                   Journal& out, Diagnostics& diagnostics);

// Is the journal of this project, provider and scope? An error for each that differs. One that does not say is anybody's;
// so is a scope that is not known, here (empty) or there.
bool check_journal_head(const Journal& journal, std::string_view project, std::string_view provider,
                        std::string_view scope, const StateWords& words, Diagnostics& diagnostics);

// Bytes before a torn tail: all of them, if the last line is whole.
std::size_t journal_sound_size(std::string_view bytes);

enum class ReplayCase : std::uint8_t {
  Nothing,        // the journal holds nothing
  Replay,         // state is what the run started from
  AlreadyFolded,  // crash between rename and truncation: ignore the journal
  StateMoved,     // another state (a `git pull`): replay the absolute rows on top, with a warning
};
ReplayCase decide_replay(const Journal& journal, std::string_view current_hash);

// Folds outcomes into state, in order.
RecordedState fold(const RecordedState& state, std::span<const JournalOutcome> outcomes, StringPool& pool,
                   const TypeTable& types);

// The state that holds now: `state` (whose hash is `current_hash`) and what the journal adds. Where it was folded
// already, `journal` is emptied, so that its open intents are not asked about. Warns where state has moved.
RecordedState replay(RecordedState state, std::string_view current_hash, Journal& journal, const StateWords& words,
                     StringPool& pool, const TypeTable& types, Diagnostics& diagnostics);

}  // namespace pairform
