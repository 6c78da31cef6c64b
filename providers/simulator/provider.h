// The simulator as a Provider: the border between the engine's rows (canonical text by the type table's
// names) and the simulated cloud. Awkward where the real one is: ids come back lower-cased, listings silently
// leave out what may not be read, writes may be accepted and settle later, calls take time and fail
// (faults.h). Threads: as engine/provider.h asks. Every call borrows a connection of its own from a pool.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/provider_tool.h"

namespace pairform::simulator {

// Where the database of a project is: the environment's PAIRFORM_SIMULATOR_DB, else `setting` (the canonical
// value of `database` in [provider.simulator]), inside the project directory. Throws std::runtime_error if it
// leaves it.
std::filesystem::path database_path(const std::filesystem::path& project_directory, const std::string& setting);

// Adds the settings [provider.simulator] to the type table, and the sub-table [vm.<key>.simulator].
void extend_types(TypeTable& table);
std::string identity(std::string_view type, std::span<const NamedView> attributes);
bool may_have_id(std::string_view type, std::span<const NamedView> attributes, std::string_view id);
// What is wrong with the numbers among them, each with its range and default.
std::vector<SettingProblem> check_settings(std::span<const NamedValue> settings);
std::unique_ptr<Provider> open(const ProviderContext& context);
// The database, and what SQLite keeps beside it.
std::vector<std::string> files(const ProviderContext& context);
// The portal (portal.h), on the database that the settings name.
std::string tool_place(const ProviderContext& context);
ToolResult run_tool(const ProviderContext& context, std::span<const std::string> words);

}  // namespace pairform::simulator
