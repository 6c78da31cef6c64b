// What commits did to recorded state, from `git log -p` of the state file: each line of it is a resource, so what a commit
// took away and put there, line by line, is what changed of which resource.
//
// Input, as git writes it with no context: a line that parse_commit reads, then a diff of one file, of which only lines
// that begin with -{ or +{ count. Whatever else is there (a header, a damaged line, conflict markers) says nothing.
// Cost: linear in the size of the diffs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/git.h"

namespace pairform {

struct RecordedChange {
  std::string address;
  std::string what;   // "target network.dr2 -> network.app-dr", "recorded", "recorded no more"; fit for a terminal
  std::string moved;  // the address that it had before; empty: the same
};

struct CommitOfState {
  Commit commit;
  std::vector<RecordedChange> changes;  // by address; none where it only changed how lines stand
};

// In the order of the log: the newest first.
std::vector<CommitOfState> read_state_log(std::string_view log);

}  // namespace pairform
