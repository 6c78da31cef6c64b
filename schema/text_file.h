// Reading a whole file that a user named, without surprises: a directory, a pipe, a device, a file too big or one
// that may not be read is a sentence, not a hang and not an exception.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace pairform {

// More than a million resources in one file; the parser needs eight times as much memory.
inline constexpr std::uintmax_t k_largest_file = 256U << 20U;

struct TextFile {
  std::string text;
  std::string problem;   // why it could not be read, "it is a directory"; empty: it was
  bool missing = false;  // there is no such file; `problem` says so, too
};
TextFile read_text_file(const std::filesystem::path& path, std::uintmax_t largest = k_largest_file);

}  // namespace pairform
