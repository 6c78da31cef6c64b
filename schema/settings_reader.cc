#include "schema/settings_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>

#include "schema/misplaced.h"
#include "schema/stanza_reader.h"
#include "schema/stanza_report.h"
#include "schema/value_reader.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> k_guarded_kinds{"network", "half", "vm", "nic"};
constexpr std::array<std::string_view, 8> k_guarded_operations{"create", "update", "shrink", "delete",
                                                               "move",   "forget", "adopt",  "replace"};

// One setting that a table gives, good by its kind.
struct Setting {
  const AttributeType* attribute = nullptr;
  const RawNode* node = nullptr;
  std::string value;  // canonical
};

bool is_project_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 63 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-'; });
}

// Why `text` cannot name a file of the project; empty: it can.
std::string path_problem(const fs::path& directory, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "it holds a NUL character";
  const fs::path path(text);
  if (path.is_absolute()) return "it is absolute";
  if (std::find(path.begin(), path.end(), "..") != path.end()) return "it has a part `..`";
  std::error_code failure;
  const fs::path real = fs::weakly_canonical(directory / path, failure);
  if (failure) return failure.message();
  const fs::path inside = real.lexically_relative(directory);
  if (inside.empty() || *inside.begin() == "..") return "it leaves the project through a link";
  if (inside == "." || text.ends_with('/') || fs::is_directory(real, failure)) return "it names a directory";
  return {};
}

class SettingsReader {
 public:
  SettingsReader(const TomlDocument& document, const TypeTable& types, const fs::path& directory,
                 Diagnostics& diagnostics)
      : document_(document), types_(types), directory_(directory), report_(diagnostics), values_(document) {}

  Settings read() {
    settings_.project.provider = types_.default_provider;
    read_include();
    read_project();
    read_state();
    read_guards();
    read_provider_tables();
    return std::move(settings_);
  }

 private:
  void complain(Code code, const RawNode& node, std::string summary, std::string detail, std::string help) {
    report_.error(code, document_.place(node), std::move(summary), std::move(detail), std::move(help));
  }

  void read_include() {
    const RawNode* include = document_.find(document_.root(), "include");
    if (include == nullptr) return;
    static const AttributeType attribute{
        .name = "include", .kind = Kind::TextList, .default_value = R"(["networks/*.toml"])"};
    values_.read(*include, attribute, report_);
    if (include->kind != RawKind::Array) return;
    for (const RawNode& item : document_.children(*include))
      if (item.kind == RawKind::String) settings_.includes.push_back({std::string(item.text), document_.place(item)});
  }

  // The good settings of a table at the top.
  std::vector<Setting> table(std::string_view name) {
    const RawNode* node = document_.find(document_.root(), name);
    const ResourceType* type = types_.find_settings(name);
    if (node == nullptr || type == nullptr) return {};
    return read_table(*node, *type);
  }

  std::vector<Setting> read_table(const RawNode& node, const ResourceType& type) {
    std::vector<Setting> settings;
    if (node.kind != RawKind::Table) {
      report_.error(Code::WrongType, document_.key_place(node), fmt::format("{} must be a table", type.name), {},
                    fmt::format("write [{}]", type.name));
      return settings;
    }
    for (const RawNode& member : document_.children(node)) {
      const auto index = type.find_stanza(member.key);
      if (!index) {
        unknown(member, type);
      } else if (const auto value = values_.read(member, type.attributes[*index], report_)) {
        settings.push_back({&type.attributes[*index], &member, std::string(*value)});
      }
    }
    return settings;
  }

  void unknown(const RawNode& member, const ResourceType& type) {
    if (refuse_include(document_, member, report_)) return;
    std::vector<std::string_view> names;
    for (const AttributeType& attribute : type.attributes) names.push_back(attribute.name);
    const bool reserved = member.key.starts_with("test_");
    report_.error(
        reserved ? Code::NotSupportedYet : Code::UnknownAttribute, document_.key_place(member),
        reserved ? fmt::format("{} is not supported in this version", member.key)
                 : fmt::format("unknown setting \"{}\"", member.key),
        reserved ? "Names that begin with test_ are reserved." : fmt::format("[{}] has {}.", type.name, listed(names)),
        reserved ? "remove it" : where_it_belongs(member, type, names));
  }

  // A setting of another table, else a slip of one of this table.
  std::string where_it_belongs(const RawNode& member, const ResourceType& type,
                               const std::vector<std::string_view>& names) {
    const std::string home = home_of_setting(types_, member.key);
    if (!home.empty() && home != fmt::format("[{}]", type.name)) return fmt::format("move it below {}", home);
    const std::string_view near = name_meant(member.key, names);
    return near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near);
  }

  void read_project() {
    const RawNode* node = document_.find(document_.root(), "project");
    if (node == nullptr && !is_misspelt(document_.root(), "project"))
      report_.error(Code::MissingAttribute, {{document_.place(document_.root()).at.file, 1, 1}, 1},
                    "pairform.toml has no [project]", "Every project has a name.",
                    "add\n[project]\nname = \"contoso-dr\"");
    settings_.provider = settings_.project.provider;
    for (const Setting& setting : table("project")) take_project(setting);
    if (node == nullptr || node->kind != RawKind::Table) return;
    if (const RawNode* provider = document_.find(*node, "provider"); provider && provider->kind != RawKind::String)
      settings_.provider.clear();
    if (document_.find(*node, "name") == nullptr && !is_misspelt(*node, "name"))
      complain(Code::MissingAttribute, *node, "[project] has no name", "Every project has a name.",
               "add name = \"contoso-dr\"");
  }

  // Has a table a member that is a slip of `name`? That is told by itself.
  bool is_misspelt(const RawNode& table, std::string_view name) const {
    for (const RawNode& member : document_.children(table))
      if (member.key != name && !nearest(member.key, {name}).empty()) return true;
    return false;
  }

  void take_project(const Setting& setting) {
    ProjectSettings& project = settings_.project;
    const std::string& name = setting.attribute->name;
    if (name == "strict_subnets") project.strict_subnets = setting.value == "true";
    else if (name == "strict_addresses") project.strict_addresses = setting.value == "true";
    else if (name == "provider") take_provider(setting);
    else if (name == "edition") take_edition(setting);
    else if (name != "name") return;
    else if (is_project_name(setting.value)) project.name = setting.value;
    else
      complain(Code::BadProjectName, *setting.node, fmt::format("project name not valid: \"{}\"", setting.value),
               "A project's name is 1 to 63 lower-case letters, digits and -, and starts with a letter or digit.",
               "write it like \"contoso-dr\"");
  }

  void take_provider(const Setting& setting) {
    if (types_.find_settings("provider." + setting.value) != nullptr) {
      settings_.project.provider = settings_.provider = setting.value;
      return;
    }
    settings_.provider.clear();
    wrong_provider_ = setting.value;
    if (is_provider_name(types_, setting.value))
      return complain(Code::NotSupportedYet, *setting.node,
                      fmt::format("provider \"{}\" is not supported in this version", setting.value), {},
                      fmt::format("write provider = \"{}\"", types_.default_provider));
    unknown_provider(document_.place(*setting.node), setting.value, "\"{}\"");
  }

  // `form`: how a provider is written at that place.
  void unknown_provider(const Place& place, std::string_view name, fmt::format_string<std::string_view&> form) {
    std::vector<std::string_view> names;  // of those that work, not those whose names are only reserved
    for (const std::string& each : types_.providers)
      if (types_.find_settings("provider." + each) != nullptr) names.push_back(each);
    report_.error(Code::UnknownProvider, place, fmt::format("unknown provider \"{}\"", name),
                  fmt::format("{} {}.", names.size() == 1 ? "The only one is" : "Known are", listed(names)),
                  names.size() == 1 ? "write " + fmt::format(form, names.front()) : did_you_mean(name, names));
  }

  void take_edition(const Setting& setting) {
    const std::vector<std::string_view> known(types_.editions.begin(), types_.editions.end());
    if (std::find(known.begin(), known.end(), setting.value) != known.end()) {
      settings_.project.edition = setting.value;
      settings_.project.edition_at = document_.place(*setting.node).at;
      return;
    }
    std::string help = did_you_mean(setting.value, known);
    for (const std::string_view each : known)
      if (help.empty() && each.starts_with(setting.value)) help = fmt::format("did you mean \"{}\"?", each);
    if (help.empty()) help = "write one of them, or leave edition out";
    complain(Code::UnknownEdition, *setting.node, fmt::format("unknown edition \"{}\"", setting.value),
             fmt::format("The editions are {}.", listed(known)), std::move(help));
  }

  // Takes a whole number from 0 to `most`.
  void take_number(const Setting& setting, int most, int& to) {
    const std::int64_t value = setting.node->integer;
    if (value >= 0 && value <= most) {
      to = static_cast<int>(value);
      return;
    }
    complain(Code::BadSetting, *setting.node, fmt::format("{} must be between 0 and {}", setting.attribute->name, most),
             {}, fmt::format("the default is {}", setting.attribute->default_value));
  }

  void read_state() {
    const RawNode* node = document_.find(document_.root(), "state");
    const ResourceType* base = types_.find_settings("state");
    if (base == nullptr) return;
    if (node != nullptr && node->kind == RawKind::Table) take_backend(*node, *base);
    const ResourceType* rows = types_.find_settings("state." + settings_.project.backend);
    if (rows != nullptr) {
      state_ = *base;
      state_.attributes.insert(state_.attributes.end(), rows->attributes.begin(), rows->attributes.end());
      std::vector<Setting> given;
      if (node != nullptr) given = read_table(*node, state_);
      std::erase_if(given, [&](const Setting& setting) { return !is_in_range(setting); });
      std::vector<ProviderSetting> taken;
      take_rows(*rows, "[state]", given, taken);
      for (ProviderSetting& setting : taken)
        settings_.project.backend_settings.emplace_back(std::move(setting.name), std::move(setting.value));
    } else if (node != nullptr && !settings_.project.backend.empty()) {
      read_table(*node, *base);
    }
  }

  // Empties the name of the backend where there is none of that name: which settings it has is not known then.
  void take_backend(const RawNode& state, const ResourceType& type) {
    const RawNode* named = document_.find(state, "backend");
    if (named == nullptr) return;
    std::string& backend = settings_.project.backend;
    backend = values_.read(*named, type.attributes[*type.find_stanza("backend")], report_).value_or("");
    const std::vector<std::string>& known = types_.backends;
    if (named->kind != RawKind::String || std::find(known.begin(), known.end(), backend) != known.end()) return;
    complain(Code::UnknownBackend, *named, fmt::format("unknown backend \"{}\"", backend),
             fmt::format("Known are {}.", listed({known.begin(), known.end()})),
             did_you_mean(backend, {known.begin(), known.end()}));
    backend.clear();
  }

  void read_guards() {
    GuardSettings& guards = settings_.project.guards;
    if (const ResourceType* type = types_.find_settings("guards"))
      for (const AttributeType& attribute : type->attributes)
        if (attribute.name == "approve") guards.approve = parse_text_list(attribute.default_value).value();
    for (const Setting& setting : table("guards")) {
      const std::string& name = setting.attribute->name;
      if (name == "max_delete_percent") take_number(setting, 100, guards.max_delete_percent);
      else if (name == "max_update_percent") take_number(setting, 100, guards.max_update_percent);
      else if (name == "min_resources") take_number(setting, INT_MAX, guards.min_resources);
      else if (name == "frozen") take_reason(setting);
      else if (name == "approve") take_approve(setting);
    }
  }

  // Without a reason nothing would be frozen, whatever was meant.
  void take_reason(const Setting& setting) {
    std::string& frozen = settings_.project.guards.frozen;
    frozen = setting.value;
    if (frozen.find_first_not_of(' ') != std::string::npos) return;
    complain(Code::BadSetting, *setting.node, "frozen needs a reason",
             "It is what a refused apply says; without one nothing is frozen.",
             "write it, as in frozen = \"migration until Friday\"; or leave frozen out");
  }

  void take_approve(const Setting& setting) {
    const std::vector<std::string> known = guarded_steps();
    std::vector<std::string>& approve = settings_.project.guards.approve;
    approve.clear();
    for (const RawNode& item : document_.children(*setting.node)) {
      if (std::find(known.begin(), known.end(), item.text) != known.end()) {
        approve.emplace_back(item.text);
        continue;
      }
      complain(Code::BadSetting, item, fmt::format("approve knows no step \"{}\"", item.text),
               fmt::format("A step is one of {}, a dot, and one of {}; or half.overwrite, half.in_use or vm.overwrite.",
                           listed({k_guarded_kinds.begin(), k_guarded_kinds.end()}),
                           listed({k_guarded_operations.begin(), k_guarded_operations.end()})),
               did_you_mean(item.text, {known.begin(), known.end()}));
    }
  }

  void read_provider_tables() {
    const RawNode* tables = document_.find(document_.root(), "provider");
    if (tables != nullptr && tables->kind != RawKind::Table) {
      report_.error(
          Code::WrongType, document_.key_place(*tables), "provider must be a table of tables", {},
          fmt::format("write [provider.{0}], or provider = \"{0}\" below [project]", types_.default_provider));
      tables = nullptr;
    }
    std::vector<Setting> given;
    if (tables != nullptr) {
      settings_of_no_provider(*tables);
      for (const RawNode& node : document_.children(*tables))
        if (node.kind == RawKind::Table || is_provider_name(types_, node.key))
          for (Setting& setting : read_provider_table(node)) given.push_back(std::move(setting));
    }
    const ResourceType* type = types_.find_settings("provider." + settings_.provider);
    if (type == nullptr) return;
    take_rows(*type, fmt::format("[{}]", type->name), given, settings_.project.provider_settings);
  }

  // Takes the settings of a provider or a backend, in the order of its rows, with defaults for what is not given.
  void take_rows(const ResourceType& type, const std::string& table, const std::vector<Setting>& given,
                 std::vector<ProviderSetting>& to) {
    for (const AttributeType& attribute : type.attributes) {
      const auto found = std::find_if(given.begin(), given.end(), [&](const Setting& setting) {
        return setting.attribute->name == attribute.name;
      });
      if (found == given.end()) add_setting(attribute, table, attribute.default_value, {}, to);
      else if (attribute.own_file) take_own_file(*found, table, to);
      else add_setting(attribute, table, found->value, document_.place(*found->node), to);
    }
  }

  // [provider] with settings below it, which belong into the table of a provider: told once.
  void settings_of_no_provider(const RawNode& tables) {
    for (const RawNode& node : document_.children(tables)) {
      if (node.kind == RawKind::Table || is_provider_name(types_, node.key)) continue;
      const bool names_one = node.kind == RawKind::String && is_provider_name(types_, node.text);
      return report_.error(
          Code::WrongType, document_.key_place(node),
          fmt::format("provider.{} must be a table, not {}", node.key, kind_words(node.kind)),
          "Settings of a provider stand in its own table.",
          names_one ? fmt::format("write provider = \"{}\" below [project]", node.text)
                    : fmt::format("write [provider.{}] above its settings",
                                  settings_.provider.empty() ? types_.default_provider : settings_.provider));
    }
  }

  std::vector<Setting> read_provider_table(const RawNode& node) {
    if (node.key == wrong_provider_) return {};  // told at [project]
    if (!is_provider_name(types_, node.key)) {
      unknown_provider(document_.key_place(node), node.key, "[provider.{}]");
      return {};
    }
    const ResourceType* type = types_.find_settings("provider." + std::string(node.key));
    if (node.key == settings_.provider && type != nullptr) return read_table(node, *type);
    if (settings_.provider.empty()) return {};
    const Place place = document_.place(node);
    report_.add({Code::OtherProviderIgnored,
                 Severity::Note,
                 fmt::format("[provider.{}] is ignored", node.key),
                 fmt::format("The project's provider is {}.", settings_.provider),
                 {},
                 {{place.at, place.length, {}}},
                 {}});
    return {};
  }

  bool is_in_range(const Setting& setting) {
    const AttributeType& attribute = *setting.attribute;
    const double value =
        setting.node->kind == RawKind::Integer ? static_cast<double>(setting.node->integer) : setting.node->number;
    const bool is_share = attribute.kind == Kind::Number;
    if (!is_share && attribute.kind != Kind::Integer) return true;
    if (value >= 0 && (!is_share || value <= 1)) return true;
    complain(Code::BadSetting, *setting.node,
             is_share ? fmt::format("{} must be between 0 and 1", attribute.name)
                      : fmt::format("{} must not be negative", attribute.name),
             attribute.doc, fmt::format("the default is {}", attribute.default_value));
    return false;
  }

  void add_setting(const AttributeType& attribute, const std::string& table, const std::string& value,
                   const Place& place, std::vector<ProviderSetting>& to) {
    if (value.empty()) return;
    to.push_back({attribute.name, value, place.at, place.length});
    if (!attribute.own_file) return;
    settings_.own_files.push_back({fmt::format("{} {}", table, attribute.name),
                                   directory_ / fs::path(value).lexically_normal(), place,
                                   attribute.default_value.starts_with(".pairform/")});
  }

  // Where it cannot be used the default stands, so that the rest can still be read.
  void take_own_file(const Setting& setting, const std::string& table, std::vector<ProviderSetting>& to) {
    const AttributeType& attribute = *setting.attribute;
    const std::string problem = setting.value.empty() ? "it is empty" : path_problem(directory_, setting.value);
    if (problem.empty()) return add_setting(attribute, table, setting.value, document_.place(*setting.node), to);
    complain(Code::PathOutsideProject, *setting.node,
             fmt::format("{} {} must name a file inside the project: \"{}\"", table, attribute.name, setting.value),
             fmt::format("As it stands, {}.", problem), fmt::format("the default is \"{}\"", attribute.default_value));
    add_setting(attribute, table, attribute.default_value, {}, to);
  }

  const TomlDocument& document_;
  const TypeTable& types_;
  const fs::path& directory_;
  StanzaReport report_;
  ValueReader values_;
  std::string wrong_provider_;  // what [project] names, and is none; empty: nothing of the kind
  ResourceType state_;          // [state] with the rows of the chosen backend
  Settings settings_;
};

}  // namespace

std::vector<std::string> guarded_steps() {
  std::vector<std::string> all{"half.overwrite", "half.in_use", "vm.overwrite"};
  for (const std::string_view kind : k_guarded_kinds)
    for (const std::string_view operation : k_guarded_operations) all.push_back(fmt::format("{}.{}", kind, operation));
  return all;
}

Settings read_settings(const TomlDocument& document, const TypeTable& types, const fs::path& directory,
                       Diagnostics& diagnostics) {
  return SettingsReader(document, types, directory, diagnostics).read();
}

}  // namespace pairform
