#include "engine/state/backend_set.h"

#include <algorithm>
#include <array>

#include "engine/state/file_backend.h"
#include "schema/check.h"

namespace pairform {

std::span<const BackendEntry> backend_entries() {
  static const std::array<BackendEntry, 1> entries{
      {{"file", "State is a file of the project, made for git; journal and lock are in `.pairform`.", file_backend_rows,
        open_file_backend}}};
  return entries;
}

void extend_for_backends(TypeTable& table) {
  for (const BackendEntry& entry : backend_entries()) {
    table.settings.push_back(
        {.name = "state." + entry.name, .doc = entry.doc, .attributes = entry.rows(), .columns = {}});
    table.backends.push_back(entry.name);
  }
}

std::unique_ptr<StateBackend> open_backend(const Configuration& config) {
  const std::span<const BackendEntry> entries = backend_entries();
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const BackendEntry& each) { return each.name == config.settings.backend; });
  PAIRFORM_CHECK(entry != entries.end());
  return std::make_unique<StateBackend>(
      entry->open({config.directory, config.settings.name, config.settings.backend_settings}));
}

}  // namespace pairform
