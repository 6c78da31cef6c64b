// State in files: the state file (committed with the code), `.pairform/journal` and `.pairform/lock` beside it.
//
// load     reads state and journal without the lock; if an apply replaces the state file meanwhile it reads again, so
//          that the journal belongs to the state. The version is "sha256:<hex>" of the bytes, "" for no file.
// append   opened once, O_APPEND, one write, fdatasync. The first append cuts a torn tail off (journal.h), so that
//          what follows stands on a line of its own.
// store    compares the version with the bytes on disk, writes `.<name>.new` in the same directory with the mode of
//          the old file, fsync, rename, fsync of the directory, and only then truncates the journal. A crash in
//          between leaves the old state with its journal, or the new one with a journal that says it is folded (the
//          caller appends that record first). A leftover `.<name>.new` is replaced by the next store.
// A state file that is a symbolic link is written through: the file it points to is replaced, the link stays.
#pragma once
#include <filesystem>

#include "engine/state/state_backend.h"

namespace pairform {

// Nothing is made before the first lock, append or store. `dot_directory` is `.pairform`.
std::unique_ptr<StateBackend> make_file_backend(std::filesystem::path state_path, std::filesystem::path dot_directory);

}  // namespace pairform
