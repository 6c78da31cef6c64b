#include "tests/engine/resolve_support.h"

#include <fmt/format.h>

#include <fstream>

#include "schema/base_types.h"
#include "schema/config_loader.h"
#include "schema/diagnostic_text.h"
#include "tests/support/temporary_directory.h"

namespace pairform {
namespace {

TypeTable types_with_provider() {
  TypeTable types = base_type_table();
  types.providers = {"azure", "simulator"};
  set_default_provider(types, "simulator");
  types.settings.push_back({.name = "provider.simulator", .doc = "", .attributes = {}, .columns = {}});
  const auto own = [](std::string name) {
    return AttributeType{
        .name = std::move(name), .kind = Kind::Integer, .where = Where::Stanza, .provider = "simulator"};
  };
  types.types[k_vm_type.index()].attributes.push_back(own("seeding_polls"));
  types.types[k_vm_type.index()].attributes.push_back(own("boot_polls"));
  return types;
}

std::string folded_identity(std::string_view, std::span<const NamedView> attributes) {
  std::string out;
  for (const NamedView& attribute : attributes) {
    if (!out.empty() && !attribute.value.empty()) out += '/';
    out += ascii_lower(attribute.value);
  }
  return out;
}

}  // namespace

std::string Resolved::shown(Text value) const { return value ? std::string(config.texts.view(value)) : "-"; }

std::string Resolved::nic(const DeclaredNic& nic) const {
  return fmt::format("{} {} {} {} -> {} {} {}{}\n", shown(nic.key), shown(nic.subnet), shown(nic.ip),
                     shown(nic.secondary), shown(nic.target_subnet), shown(nic.target_ip), shown(nic.target_secondary),
                     nic.protect ? " protect" : "");
}

std::string Resolved::vms() const {
  std::string out;
  for (const DeclaredVm& vm : desired.vms) {
    out += fmt::format("{} [{}] {} {} {} -> {} {} {}{}{}\n", shown(vm.address), shown(vm.identity), shown(vm.region),
                       shown(vm.name), shown(vm.network), shown(vm.target_region), shown(vm.target_network),
                       shown(vm.extras), vm.existing ? " existing" : "", vm.protect ? " protect" : "");
    for (DeclaredNicId n = vm.first_nic; n < vm.end_nic(); ++n.value) out += "  " + nic(desired.nics[n]);
  }
  return out;
}

std::string Resolved::halves() const {
  std::string out;
  for (const DesiredRow& row : desired.rows) {
    if (row.type != k_mapping_type) continue;
    out += fmt::format("{} {} {}\n", shown(row.address), shown(desired.cell(row, half_column::subnets)),
                       shown(desired.cell(row, half_column::addresses)));
  }
  return out;
}

Resolved resolve_files(const std::vector<std::pair<std::string, std::string>>& files) {
  const TemporaryDirectory directory("resolve");
  std::ofstream(directory.path() / "pairform.toml") << "include = [\"?.toml\"]\n[project]\nname = \"x\"\n";
  for (const auto& [file, text] : files) std::ofstream(directory.path() / file, std::ios::binary) << text;
  const TypeTable types = types_with_provider();
  Resolved out;
  out.config = load_configuration(directory.path(), types, 1, out.diagnostics);
  const ProviderEntry provider{"simulator", "2018-05", {"2018-05"}, nullptr, folded_identity, nullptr, nullptr};
  out.desired = resolve(out.config, types, IdentityMaker{provider}, out.diagnostics);
  out.directives = read_directives(out.config, types, out.desired, out.diagnostics);
  out.diagnostics.sort();
  out.text = diagnostics_text(out.diagnostics.items(), out.config.sources, false);
  return out;
}

Resolved resolve_text(const std::string& text) { return resolve_files({{"v.toml", text}}); }

}  // namespace pairform
