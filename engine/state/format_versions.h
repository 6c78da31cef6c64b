// The versions of what state backends store. Each is in the first line of what has it, and read together with all
// earlier ones; a number that is newer than these is an error of its own (PF2003, PF2007). `pairform version --json`
// lists them.
#pragma once
#include <cstdint>

namespace pairform {

constexpr std::int64_t k_state_version = 1;    // engine/state/state_file.h
constexpr std::int64_t k_journal_version = 1;  // engine/state/journal.h

}  // namespace pairform
