// How messages speak of where a backend keeps state, journal and lock: in the backend's own nouns, so that the readers
// of state and journal, the passes and the commands know of no files. The file backend's words are the examples.
#pragma once
#include <filesystem>
#include <string>

namespace pairform {

struct StateWords {
  std::string noun;       // what state is there: "file", in "the state file was replaced", "the file is empty"
  std::string state;      // names the stored state before a line number: "pairform.state.jsonl"
  std::string journal;    // names the journal, alone and before a line number: ".pairform/journal"
  std::string lock_gone;  // how its lock gets lost: ".pairform/lock was deleted or replaced"
  std::string lock_ends;  // when a lock that somebody holds ends: "the lock dies with the process that holds it"
  std::string restore;    // the way out of damaged state: "Take the file from version control again, or delete it"
  std::string older;      // where older state is: "take an older state file from version control"
  std::string one_side;  // how one ends a merge: "Merge again … (`git checkout --merge -- …`), or take one side (…)"
  std::string of_its_own;  // the way out of another project's: "Give this project a state file of its own, or delete …"
  std::string drop_journal;  // how one gets rid of a damaged journal: "Delete the file"
  std::string look_at;  // what to look at where it cannot be written: "look at the disk, the path and its permissions"
  std::filesystem::path file{};  // absolute: whose lines diagnostics show, and what nothing else may overwrite. Empty:
                                 // state is no file
};

}  // namespace pairform
