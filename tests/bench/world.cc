#include "tests/bench/world.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "engine/pipeline.h"
#include "engine/state/state_file.h"
#include "providers/provider_set.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

std::string pair_text(std::size_t pair) {
  const std::size_t high = pair / 256 % 256, low = pair % 256;
  return fmt::format(
      "[network.app-{0:06}]\nexisting = true\nregion = \"eastasia\"\nname = \"app-vnet-{0:06}\"\n\n"
      "[network.app-{0:06}-dr]\nexisting = true\nregion = \"southeastasia\"\nname = \"app-dr-vnet-{0:06}\"\n\n"
      "[network.lab-{0:06}]\nregion = \"westeurope\"\naddress_space = [\"10.{1}.0.0/16\"]\n"
      "subnets = {{ web = \"10.{1}.1.0/24\", db = \"10.{1}.2.0/24\" }}\n\n"
      "[mapping.app-{0:06}]\nsource = \"network.app-{0:06}\"\ntarget = \"network.app-{0:06}-dr\"\n\n",
      pair, (high + low) % 256);
}

// State in which every desired row is recorded; existing networks hold what a cloud would have shown.
std::string state_of(Run& run) {
  RecordedState state;
  state.project = run.project.config.settings.name;
  state.provider = run.project.config.settings.provider;
  state.scope = "simulator";
  StringPool& texts = run.project.texts();
  std::size_t number = 0;
  for (const DesiredRow& row : run.world.desired.rows) {
    state.rows.push_back({.address = row.address,
                          .type = row.type,
                          .id = row.identity,
                          .first_cell = static_cast<std::uint32_t>(state.cells.size())});
    for (std::size_t c = 0; c < run.project.types[row.type].columns.size(); ++c)
      state.cells.push_back(run.world.desired.cell(row, c));
    if (!row.existing) continue;
    Text* cells = state.cells.data() + state.rows.back().first_cell;
    cells[network_column::address_space] = texts.intern(fmt::format("[\"10.{}.0.0/16\"]", ++number % 256));
    cells[network_column::subnets] =
        texts.intern(fmt::format(R"({{"db":"10.{0}.2.0/24","web":"10.{0}.1.0/24"}})", number % 256));
  }
  return serialize_state(state, texts, run.project.types);
}

}  // namespace

void write_world(const fs::path& directory, std::size_t pairs) {
  fs::create_directories(directory / "pairs");
  write(directory / "pairform.toml", "include = [\"pairs/*.toml\"]\n\n[project]\nname = \"bench\"\n");
  for (std::size_t first = 0; first < pairs; first += k_pairs_a_file) {
    std::string text;
    for (std::size_t pair = first; pair < std::min(pairs, first + k_pairs_a_file); ++pair) text += pair_text(pair);
    write(directory / fmt::format("pairs/{:06}.toml", first / k_pairs_a_file), text);
  }
  Run run;
  run.project.types = full_type_table();
  run.project.providers = provider_entries();
  Diagnostics diagnostics;
  if (!load_project(run, directory, diagnostics))
    throw std::runtime_error("the world has errors: " + diagnostics.items().front().summary);
  if (run.world.desired.rows.size() != k_resources_a_pair * pairs)
    throw std::runtime_error("the world has another size");
  write(directory / "pairform.state.jsonl", state_of(run));
}

WorldOnDisk look_at_world(const fs::path& directory, std::size_t pairs) {
  WorldOnDisk world{directory, k_resources_a_pair * pairs, {}, 0, fs::file_size(directory / "pairform.state.jsonl")};
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory))
    if (entry.path().extension() == ".toml") world.files.push_back(entry.path());
  for (const fs::path& file : world.files) world.toml_bytes += fs::file_size(file);
  return world;
}

}  // namespace pairform
