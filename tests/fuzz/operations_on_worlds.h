// Bytes to a valid world and a few operations on it; what must hold after each of them, and at the end. The world is one of
// the property tests' generators: a project that was applied, and files that ask for something else now.
//
//   byte 0      bit 0: a world of machines
//   bytes 1-3   its seed
//   then pairs  an operation, and the seed of its choices; the first four pairs count
//
// What holds:
//   after each operation  state and journal can be read; a second look at the plan is the same plan; what pairform neither
//                         records nor is asked for is as it was (networks made elsewhere, mappings and machines of strangers)
//   at the end            nothing is denied or fails any more, a few applies do all that is planned, the next plan is empty,
//                         and every pair that files ask for is whole
// Files of which a plan is refused are no finding; that state cannot be read is one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pairform::fuzz {

struct OperationCounts {
  std::uint64_t worlds = 0, operations = 0, converged = 0, refused = 0;
};
extern OperationCounts counts;  // of this process

// "" where all of it holds; else what is wrong, with the smallest world and operations found that show it: files, `pairform sim`
// commands and what was done.
std::string try_operations(std::string_view bytes);

}  // namespace pairform::fuzz
