#include "providers/terraform/removed_blocks.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

#include "providers/terraform/resource_address.h"
#include "schema/terminal_text.h"

namespace pairform::terraform {
namespace {

std::string address_in(std::string_view module, const BlockRecord& block) {
  return fmt::format("{}{}{}.{}", module, module.empty() ? "" : ".",
                     block.kind == BlockKind::Mapping ? "azurerm_site_recovery_network_mapping"
                                                      : "azurerm_site_recovery_replicated_vm",
                     block.name);
}

// By bytes, each once.
template <class ModuleOf>
std::set<std::string> addresses(const StateRecords& state, Forget what, ModuleOf module_of) {
  std::set<std::string> out;
  for (const BlockRecord& each : state.blocks)
    if (each.kind == BlockKind::Mapping || what == Forget::MappingsAndVms)
      out.insert(address_in(module_of(each), each));
  return out;
}

}  // namespace

std::string removed_blocks(std::span<const StateRecords> states, Forget what) {
  std::string out;
  for (const StateRecords& state : states) {
    // The reader takes no module path that it cannot read.
    const std::set<std::string> froms = addresses(
        state, what, [](const BlockRecord& block) { return without_keys(block.module).value_or(std::string()); });
    if (froms.empty()) continue;
    if (states.size() > 1) out += fmt::format("{}# {}\n", out.empty() ? "" : "\n", escape_for_terminal(state.file));
    bool first = true;
    for (const std::string& from : froms) {
      if (!first || (states.size() == 1 && !out.empty())) out += '\n';
      first = false;
      out += fmt::format("removed {{\n  from = {}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n", from);
    }
  }
  return out;
}

std::vector<std::string> addresses_to_forget(const StateRecords& state, Forget what) {
  const std::set<std::string> all =
      addresses(state, what, [](const BlockRecord& block) { return std::string_view(block.module); });
  return {all.begin(), all.end()};
}

}  // namespace pairform::terraform
