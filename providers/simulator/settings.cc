#include "providers/simulator/settings.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "providers/simulator/provider.h"

namespace pairform::simulator {
namespace {

constexpr const char* k_default_database = ".pairform/simulator.db";
constexpr const char* k_environment = "PAIRFORM_SIMULATOR_DB";
constexpr std::int64_t k_most = 1'000'000'000;  // of whole numbers, but of the seed

// The number of a setting, `fallback` where it is not given.
template <class Number>
Number number_setting(const ProviderContext& context, std::string_view name, Number fallback, Number most) {
  const auto text = find_value(context.settings, name);
  if (!text) return fallback;
  Number number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || !(number >= 0 && number <= most))
    throw std::runtime_error(
        fmt::format("[provider.simulator] {} must be between 0 and {}, not {}", name, most, *text));
  return number;
}

AttributeType setting(std::string name, Kind kind, std::string value, std::string doc) {
  return {.name = std::move(name),
          .kind = kind,
          .where = Where::Stanza,
          .default_value = std::move(value),
          .doc = std::move(doc),
          .provider = "simulator"};
}

AttributeType seeding_polls() {
  return {
      .name = "seeding_polls",
      .kind = Kind::Integer,
      .where = Where::Stanza,
      .mutability = Mutability::CreateOnly,
      .doc =
          "How often the enabling of its replication must be polled, or read, before it settles. Default: `polls` of "
          "`[provider.simulator]`.",
      .provider = "simulator",
      .must_be = [](std::string_view value) { return std::string(value.starts_with('-') ? "0 or more" : ""); }};
}

// The table [provider.simulator].
ResourceType settings_table() {
  ResourceType type{.name = "provider.simulator",
                    .doc = "The embedded cloud to rehearse on and to test against.",
                    .attributes = {},
                    .columns = {}};
  type.attributes = {
      setting("database", Kind::String, k_default_database,
              "Its database file, inside the project directory; elsewhere only by the environment's "
              "PAIRFORM_SIMULATOR_DB."),
      setting("latency", Kind::Duration, "0", "How long each call takes."),
      setting("jitter", Kind::Duration, "0", "Up to so much more for each call, by the seed."),
      setting("seed", Kind::Integer, "1", "Seed of jitter and faults: the same seed, the same faults."),
      setting("fault_rate", Kind::Number, "0", "Share of writes that fail once, retryably: 0 to 1."),
      setting("throttle_per_second", Kind::Integer, "0", "More writes than this in a second are throttled. 0: none."),
      setting("polls", Kind::Integer, "0",
              "How often an accepted write must be polled before it settles. 0: writes are done at once."),
      setting("unseen_looks", Kind::Integer, "0",
              "How many look-ups of a network or mapping that was just made still miss it. 0: none.")};
  type.attributes.front().own_file = true;
  return type;
}

// Why a value of a number cannot be; empty: it can.
std::string number_problem(const AttributeType& attribute, std::string_view text) {
  if (attribute.kind == Kind::Number) {
    double share = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return is_number && share >= 0 && share <= 1 ? "" : fmt::format("{} must be between 0 and 1", attribute.name);
  }
  if (text.starts_with('-')) return fmt::format("{} must not be negative", attribute.name);
  const std::int64_t most = attribute.name == "seed" ? INT64_MAX : k_most;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number <= most) return "";
  return fmt::format("{} must be between 0 and {}", attribute.name, most);
}

}  // namespace

void extend_types(TypeTable& table) {
  table.settings.push_back(settings_table());
  for (ResourceType& resource : table.types)
    if (resource.name == "vm") resource.attributes.push_back(seeding_polls());
}

std::filesystem::path database_path(const std::filesystem::path& project_directory, const std::string& setting) {
  namespace fs = std::filesystem;
  if (const char* elsewhere = std::getenv(k_environment); elsewhere != nullptr && *elsewhere != '\0') {
    fs::path file = fs::absolute(elsewhere);
    if (!fs::is_directory(file.parent_path()))
      throw std::runtime_error(fmt::format("{} names a file in {}, and there is no such directory", k_environment,
                                           file.parent_path().string()));
    return file;
  }
  const fs::path directory = fs::absolute(project_directory);
  const fs::path file = directory / setting;
  const fs::path inside = fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(directory));
  const bool dangling = fs::is_symlink(file) && !fs::exists(file);  // would be made wherever it points
  if (inside.empty() || inside == "." || *inside.begin() == ".." || dangling)
    throw std::runtime_error(
        fmt::format("[provider.simulator] database must name a file inside the project directory, not \"{}\"; "
                    "the environment's {} may name one elsewhere",
                    setting, k_environment));
  return file.lexically_normal();
}

std::filesystem::path database_setting(const ProviderContext& context) {
  return database_path(context.project_directory,
                       std::string(find_value(context.settings, "database").value_or(k_default_database)));
}

std::vector<std::string> files(const ProviderContext& context) {
  const std::string database = database_setting(context).string();
  return {database, database + "-wal", database + "-shm"};
}

std::vector<SettingProblem> check_settings(std::span<const NamedValue> settings) {
  std::vector<SettingProblem> problems;
  for (const AttributeType& attribute : settings_table().attributes) {
    const auto text = find_value(settings, attribute.name);
    if (!text || attribute.kind == Kind::String) continue;
    if (std::string problem = number_problem(attribute, *text); !problem.empty())
      problems.push_back({attribute.name, std::move(problem), attribute.doc,
                          fmt::format("the default is {}", attribute.default_value)});
  }
  return problems;
}

SimulatorSettings read_simulator_settings(const ProviderContext& context) {
  SimulatorSettings settings;
  settings.database = database_setting(context);
  settings.latency = std::chrono::milliseconds(number_setting<std::int64_t>(context, "latency", 0, k_most));
  settings.jitter = std::chrono::milliseconds(number_setting<std::int64_t>(context, "jitter", 0, k_most));
  settings.seed = number_setting<std::uint64_t>(context, "seed", 1, INT64_MAX);
  settings.fault_rate = number_setting<double>(context, "fault_rate", 0, 1);
  settings.throttle_per_second = number_setting<std::int64_t>(context, "throttle_per_second", 0, k_most);
  settings.edition = context.edition;
  settings.polls = number_setting<std::int64_t>(context, "polls", 0, k_most);
  settings.unseen_looks = number_setting<std::int64_t>(context, "unseen_looks", 0, k_most);
  return settings;
}

}  // namespace pairform::simulator
