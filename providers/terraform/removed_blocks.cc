#include "providers/terraform/removed_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

std::vector<Place> not_taken(const BlockRecord& block, const std::set<Place>& taken) {
  std::vector<Place> out;
  std::copy_if(block.places.begin(), block.places.end(), std::back_inserter(out),
               [&](const Place& place) { return !taken.contains(place); });
  return out;
}

// What one `removed` block would be about: all instances of the resource, in all instances of its module.
struct WholeResource {
  bool any_taken = false;
  std::vector<Place> others;  // not taken over
};

std::map<std::string, WholeResource> resources_of(const StateRecords& state, const std::set<Place>& taken) {
  std::map<std::string, WholeResource> out;
  for (const BlockRecord& block : state.blocks) {
    // The reader takes no module path that it cannot read.
    WholeResource& whole = out[address_in(without_keys(block.module).value_or(std::string()), block)];
    const std::vector<Place> others = not_taken(block, taken);
    whole.any_taken |= others.size() < block.places.size();
    whole.others.insert(whole.others.end(), others.begin(), others.end());
  }
  std::erase_if(out, [](const auto& each) { return !each.second.any_taken; });
  return out;
}

std::string block_text(const std::string& from, const WholeResource& whole) {
  if (whole.others.empty())
    return fmt::format("removed {{\n  from = {}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n", from);
  std::string out =
      fmt::format("# No block for {}: it would be about these, too, which pairform does not take over.\n", from);
  for (const Place& each : whole.others) out += fmt::format("#   {}\n", escape_for_terminal(each));
  return out + "# Instead, `terraform state rm` with the address of each of the others.\n";
}

}  // namespace

std::string removed_blocks(std::span<const StateRecords> states, const std::set<Place>& taken) {
  std::string out;
  for (const StateRecords& state : states) {
    const std::map<std::string, WholeResource> resources = resources_of(state, taken);
    if (resources.empty()) continue;
    if (!out.empty()) out += '\n';
    if (states.size() > 1) out += fmt::format("# {}\n", escape_for_terminal(state.file));
    for (auto at = resources.begin(); at != resources.end(); ++at) {
      if (at != resources.begin()) out += '\n';
      out += block_text(at->first, at->second);
    }
  }
  return out;
}

std::vector<std::string> addresses_to_forget(const StateRecords& state, const std::set<Place>& taken) {
  std::set<std::string> out;  // by bytes, each once
  const std::size_t suffix = std::string_view(" in ").size() + state.file.size();
  for (const BlockRecord& block : state.blocks) {
    if (not_taken(block, taken).empty()) {
      out.insert(address_in(block.module, block));
      continue;
    }
    for (const Place& each : block.places)
      if (taken.contains(each)) out.insert(each.substr(0, each.size() - suffix));
  }
  return {out.begin(), out.end()};
}

}  // namespace pairform::terraform
