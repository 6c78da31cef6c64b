#include "cli/schema_file.h"

#include <algorithm>
#include <exception>
#include <system_error>

#include "engine/state/file_io.h"
#include "schema/address.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {

namespace fs = std::filesystem;

namespace {

fs::path schema_path(const fs::path& directory) { return directory / ".pairform" / "schema.json"; }

// No link: it may lead out of the project.
bool is_own(const fs::path& file) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(file.parent_path(), ignored)) &&
         fs::is_regular_file(fs::symlink_status(file, ignored));
}

}  // namespace

KnownAddresses known_addresses(const Configuration& config, const TypeTable& types) {
  KnownAddresses known;
  for (const Declaration& item : config.declarations.items)
    if (!item.within) known.resources.push_back(declared_address(item, types, config.texts));
  std::vector<std::string>& all = known.resources;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return compare_addresses(a, b) < 0; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (const std::string& each : all)
    if (type_of(each) == "network") known.networks.push_back(each);
  return known;
}

bool has_schema_file(const fs::path& directory) { return is_own(schema_path(directory)); }

std::string schema_line(const fs::path& directory, const fs::path& folder) {
  const fs::path from = fs::weakly_canonical(fs::absolute(folder)), to = fs::weakly_canonical(fs::absolute(directory));
  const std::string path = schema_path(to).lexically_relative(from).generic_string();
  return path == escape_for_terminal(path) ? "#:schema " + path + "\n\n" : std::string();
}

void make_schema_file(const fs::path& directory, const TypeTable& types, const KnownAddresses& known) {
  const fs::path file = schema_path(directory);
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  if (failed) throw std::system_error(failed, file.parent_path().string());
  write_file_atomically(file, json_schema(types, &known) + '\n');
}

void refresh_schema_file(const Run& run) {
  const Configuration& config = run.project.config;
  const fs::path file = schema_path(config.directory);
  if (config.incomplete || config.directory.empty() || !is_own(file)) return;
  const KnownAddresses known = known_addresses(config, run.project.types);
  const std::string schema = json_schema(run.project.types, &known) + '\n';
  if (read_text_file(file).text == schema) return;
  try {
    write_file_atomically(file, schema);
  } catch (const std::exception&) {
    // A project that may only be read can be planned all the same, and the editor goes by what it has.
  }
}

}  // namespace pairform
