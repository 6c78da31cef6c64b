#include "cli/project_words.h"

#include <algorithm>
#include <string_view>
#include <thread>

#include "cli/project_place.h"
#include "engine/state/backend_set.h"
#include "providers/provider_set.h"
#include "schema/address.h"
#include "schema/config_loader.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

void add_declared(const Configuration& config, const TypeTable& types, ProjectWords& out) {
  for (const Declaration& item : config.declarations.items) {
    out.addresses.insert(declared_address(item, types, config.texts));
    for (std::size_t v = item.first_value; v < item.first_value + item.value_count; ++v) {
      const DeclaredValue& value = config.declarations.values[v];
      const std::string& name = types[item.type].attributes[value.attribute].name;
      if (name == "region" || name == "target_region") out.regions.emplace(config.texts.view(value.value));
    }
  }
}

// A line of state begins with the address, in which nothing is escaped. What is damaged has other lines: they are passed
// over.
void add_recorded(std::string_view state, ProjectWords& out) {
  constexpr std::string_view k_head = "{\"address\":\"";
  while (!state.empty()) {
    const std::size_t end = std::min(state.find('\n'), state.size());
    const std::string_view line = state.substr(0, end);
    state.remove_prefix(std::min(end + 1, state.size()));
    if (!line.starts_with(k_head)) continue;
    const std::string_view address = line.substr(k_head.size(), line.find('"', k_head.size()) - k_head.size());
    if (!parse_address(address)) continue;
    out.addresses.emplace(address);
    if (const std::string_view pair = pair_of(address); !pair.empty()) out.addresses.emplace(pair);
  }
}

}  // namespace

ProjectWords read_project_words(const std::filesystem::path& directory) {
  ProjectWords out;
  if (!is_project(directory)) return out;
  const TypeTable types = full_type_table();
  Diagnostics ignored;
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  const Configuration config = load_configuration(directory, types, threads, ignored);
  add_declared(config, types, out);
  if (config.settings.backend_settings.empty())
    return out;  // pairform.toml could not be read: where state is, is not known
  const auto entries = backend_entries();
  if (std::none_of(entries.begin(), entries.end(),
                   [&](const BackendEntry& each) { return each.name == config.settings.backend; }))
    return out;
  // A backend that is far away would be asked at each Tab.
  const std::filesystem::path file = open_backend(config)->words().file;
  if (!file.empty()) add_recorded(read_text_file(file, UINTMAX_MAX).text, out);
  return out;
}

}  // namespace pairform
