#include "schema/misplaced.h"

#include <array>
#include <utility>

namespace pairform {

bool refuse_include(const TomlDocument& document, const RawNode& node, StanzaReport& report) {
  if (node.key != "include" || (node.kind != RawKind::Array && node.kind != RawKind::String)) return false;
  report.error(Code::IncludeMisplaced, document.key_place(node), "include stands below a table",
               "In TOML it belongs to that table then, and no file was included.",
               "move it to the top of pairform.toml, before the first table");
  return true;
}

std::string home_of_setting(const TypeTable& types, std::string_view name) {
  for (const ResourceType& table : types.settings) {
    if (!table.find_stanza(name)) continue;
    // The settings of a backend, "state.file", stand in [state].
    return '[' + (table.name.starts_with("state.") ? std::string("state") : table.name) + ']';
  }
  return {};
}

std::optional<ToolAdvice> terraform_advice(std::string_view table) {
  constexpr std::string_view k_detail =
      "Terraform's blocks are not known here: pairform has a table a network, a mapping and a vm.";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_tables{
      {{"resource", "write [network.app], [mapping.app] or [vm.web1]"},
       {"data", "write [network.app] with existing = true: pairform reads it from the cloud"},
       {"variable", "write the value where it is used; [defaults.vm] and its like give values to many"},
       {"locals", "write the value where it is used; [defaults.vm] and its like give values to many"},
       {"output", "leave it out; `pairform show --json` prints what is recorded"},
       {"module", "leave it out; `include = [\"networks/*.toml\"]` at the top reads further files"},
       {"terraform", "leave it out; [project] names the provider, [state] says where state is kept"},
       {"backend", "write [state], which says where state is kept"}}};
  for (const auto& [name, help] : k_tables)
    if (name == table) return ToolAdvice{k_detail, help};
  return std::nullopt;
}

}  // namespace pairform
