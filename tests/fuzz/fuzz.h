// What a fuzz target is: one function over bytes that somebody may have damaged or made up. It returns whatever the bytes
// are; an exception, a signal, a report of a sanitizer or a broken promise (`promise`) is a finding.
//
// With libFuzzer (preset `fuzz`) a target is a program of its own; in every other build the driver of driver.cc replays the
// committed corpus and mutates it for a few seconds.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pairform::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What holds for all bytes. Ends the process where it does not, as a sanitizer would.
inline void promise(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace pairform::fuzz
