// State in files: the state file (committed with the code), `.pairform/journal` and `.pairform/lock` beside it.
//
// load     state, journal, and then whether the state file is still the same inode: if an apply has replaced it
//          meanwhile both are read again. The version is "sha256:<hex>" of the bytes, "" for no file.
// append   opened once, O_APPEND, one write, fdatasync. The first append cuts a torn tail off (journal.h), so that
//          what follows stands on a line of its own.
// store    compares the version with the bytes on disk and replaces the file (write_file_atomically); only then the
//          journal is truncated. A crash in between leaves the old state with its journal, or the new one with a
//          journal that says it is folded (the caller appends that record first).
// lock     lock.h. It is lost where somebody deletes or replaces `.pairform/lock` (`git clean -fdx` does).
// A state file that is a symbolic link is written through: the file it points to is replaced, the link stays.
// links    Nothing outside the project directory is read or written, wherever links lead: git carries them. `.pairform`
//          and the state file may be links to places inside it; the journal and the lock are none.
#pragma once
#include <filesystem>
#include <vector>

#include "engine/state/backend_set.h"

namespace pairform {

// Nothing is made before the first lock, append or store. `dot_directory` is `.pairform`; the project directory is the
// one that holds it.
StateParts file_parts(const std::filesystem::path& state_path, const std::filesystem::path& dot_directory);
StateWords file_words(const std::filesystem::path& state_path, const std::filesystem::path& dot_directory);

// For backend_set.h.
std::vector<AttributeType> file_backend_rows();
StateParts open_file_backend(const BackendContext& context);

}  // namespace pairform
