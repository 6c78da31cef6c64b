#include "tests/schema/schema_support.h"

#include <fstream>

namespace pairform {
namespace fs = std::filesystem;

TypeTable test_types() {
  TypeTable types = base_type_table();
  types.providers = {"azure", "simulator"};
  types.editions = {"2018-05", "2026-02"};
  set_default_provider(types, "simulator");
  ResourceType settings{.name = "provider.simulator", .doc = "", .attributes = {}, .columns = {}};
  settings.attributes = {
      {.name = "database", .default_value = ".pairform/simulator.db", .provider = "simulator", .own_file = true},
      {.name = "latency", .kind = Kind::Duration, .default_value = "0", .provider = "simulator"},
      {.name = "fault_rate", .kind = Kind::Number, .default_value = "0", .provider = "simulator"},
      {.name = "polls", .kind = Kind::Integer, .default_value = "0", .provider = "simulator"}};
  types.settings.push_back(settings);
  types.backends = {"file", "ledger"};
  types.settings.push_back({.name = "state.file",
                            .doc = "",
                            .attributes = {{.name = "path", .default_value = "pairform.state.jsonl", .own_file = true}},
                            .columns = {}});
  types.settings.push_back({.name = "state.ledger",
                            .doc = "",
                            .attributes = {{.name = "book", .default_value = "main"},
                                           {.name = "pages", .kind = Kind::Integer, .default_value = "9"}},
                            .columns = {}});
  types.types[k_network_type.index()].attributes.push_back(
      {.name = "delay", .kind = Kind::Duration, .where = Where::Stanza, .provider = "simulator"});
  types.types[k_vm_type.index()].attributes.push_back(
      {.name = "seeding_polls", .kind = Kind::Integer, .where = Where::Stanza, .provider = "simulator"});
  return types;
}

std::string Loaded::summaries() const {
  std::string out;
  for (const Diagnostic& item : diagnostics.items()) {
    out += code_text(item.code) + ' ';
    if (item.severity != Severity::Error) out += std::string(severity_text(item.severity)) + ' ';
    out += item.summary + '\n';
  }
  return out;
}

std::vector<std::string> Loaded::declarations() const {
  const TypeTable types = test_types();
  std::vector<std::string> out;
  const auto append = [&](const Declaration& item) {
    std::string line = declared_address(item, types, configuration.texts);
    if (item.faulty) line += " faulty";
    for (std::size_t i = item.first_value; i < item.first_value + item.value_count; ++i) {
      const DeclaredValue& value = configuration.declarations.values[i];
      line += ' ' + types[item.type].attributes[value.attribute].name + '=' +
              std::string(configuration.texts.view(value.value));
    }
    out.push_back(line);
  };
  for (const Declaration& item : configuration.declarations.items) append(item);
  for (const Declaration& item : configuration.declarations.defaults) append(item);
  return out;
}

TestProject::TestProject(Files files) {
  fs::create_directory(directory_);
  for (const auto& [file, text] : files) write(file, text);
}

void TestProject::write(std::string_view name, std::string_view text) const {
  const fs::path path = directory_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void TestProject::link(std::string_view name, const fs::path& to) const {
  fs::create_directories((directory_ / name).parent_path());
  fs::create_symlink(to, directory_ / name);
}

Loaded TestProject::load(unsigned threads) const {
  Loaded loaded;
  loaded.configuration = load_configuration(directory_, test_types(), threads, loaded.diagnostics);
  loaded.text = diagnostics_text(loaded.diagnostics.items(), loaded.configuration.sources, false);
  return loaded;
}

Loaded load_stanzas(std::string_view stanzas) {
  const TestProject project(
      {{"pairform.toml", "include = [\"n.toml\"]\n[project]\nname = \"contoso-dr\"\n"}, {"n.toml", stanzas}});
  return project.load();
}

}  // namespace pairform
