// One writer a project. The lock is the kernel's (an open file description lock on `.pairform/lock`), so it dies with
// its holder however that ends, and is right on network file systems that support locks. pairform never removes the
// file: whoever removes a lock file races with whoever has just opened it. Where somebody else removes or replaces it
// (`git clean -fdx`), the next run would lock a file of its own; so the holder looks whether the path is still the file
// that it has locked, and has lost the lock where it is not.
//
// What the file holds only tells people who it is; it decides nothing:
//   {"id":"5f0c…","operation":"apply","process":4711,"since":"2026-11-22T12:00:00Z","who":"ana@build1"}\n
// written by the holder once it has the lock, emptied when it lets go. Readers take the first line, and an owner
// with no fields if there is none yet.
// Not fcntl's classic locks: those are lost when any descriptor of the file is closed. Waiting polls, because a
// kernel wait cannot be given a time limit without signals.
#pragma once
#include <filesystem>

#include "engine/state/state_backend.h"

namespace pairform {

// This process, now: user@host, process id, time in UTC, an id of its own.
LockOwner this_process(std::string operation);

// As StateLocker::lock and ::locked_by, but for errors: std::system_error. `path` is the lock file, its directory
// exists.
std::unique_ptr<StateLock> lock_file(const std::filesystem::path& path, const LockOwner& owner,
                                     std::chrono::milliseconds timeout, LockOwner& holder);
std::optional<LockOwner> lock_file_owner(const std::filesystem::path& path);

}  // namespace pairform
