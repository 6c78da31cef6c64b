// Worlds of any size on disk: projects whose state says that everything is as the files want it.
#pragma once
#include <cstddef>
#include <filesystem>
#include <vector>

namespace pairform {

// A pair is five resources: two existing networks, the two halves between them, and one managed network beside them.
// They stand in files of `k_pairs_a_file` pairs.
inline constexpr std::size_t k_pairs_a_file = 1000, k_resources_a_pair = 5;

struct WorldOnDisk {
  std::filesystem::path directory;
  std::size_t resources = 0;
  std::vector<std::filesystem::path> files;  // every TOML file
  std::size_t toml_bytes = 0;
  std::size_t state_bytes = 0;
};

void write_world(const std::filesystem::path& directory, std::size_t pairs);
// Of a directory that write_world has filled.
WorldOnDisk look_at_world(const std::filesystem::path& directory, std::size_t pairs);

}  // namespace pairform
