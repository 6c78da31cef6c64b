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

bool all_taken(const BlockRecord& block, const std::set<Place>& taken) {
  return std::all_of(block.places.begin(), block.places.end(),
                     [&](const Place& place) { return taken.contains(place); });
}

// What one `removed` block would be about: all instances of the resource, in all instances of its module, in all states.
struct WholeResource {
  std::size_t state = 0;  // the first that has one that is taken over
  std::vector<Place> taken, others;
};

std::map<std::string, WholeResource> resources_of(std::span<const StateRecords> states, const std::set<Place>& taken) {
  std::map<std::string, WholeResource> out;
  for (std::size_t s = 0; s < states.size(); ++s)
    for (const BlockRecord& block : states[s].blocks) {
      // The reader takes no module path that it cannot read.
      WholeResource& whole = out[address_in(without_keys(block.module).value_or(std::string()), block)];
      for (const Place& place : block.places) {
        const bool is_taken = taken.contains(place);
        if (is_taken && whole.taken.empty()) whole.state = s;
        (is_taken ? whole.taken : whole.others).push_back(place);
      }
    }
  std::erase_if(out, [](const auto& each) { return each.second.taken.empty(); });
  return out;
}

std::string block_text(const std::string& from, const WholeResource& whole) {
  if (whole.others.empty())
    return fmt::format("removed {{\n  from = {}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n", from);
  std::string out =
      fmt::format("# No block for {}: it would be about all of these, and pairform does not take over\n", from);
  for (const Place& each : whole.others) out += fmt::format("#   {}\n", escape_for_terminal(each));
  out += "# `terraform state rm` is for those that it does:\n";
  for (const Place& each : whole.taken) out += fmt::format("#   {}\n", escape_for_terminal(each));
  return out;
}

}  // namespace

RemovedBlocks removed_blocks(std::span<const StateRecords> states, const std::set<Place>& taken) {
  RemovedBlocks out;
  const std::map<std::string, WholeResource> resources = resources_of(states, taken);
  for (std::size_t s = 0; s < states.size(); ++s) {
    bool named = states.size() == 1;
    for (const auto& [from, whole] : resources) {
      if (whole.state != s) continue;
      if (!out.text.empty()) out.text += '\n';
      if (!named) out.text += fmt::format("# {}\n", escape_for_terminal(states[s].file));
      named = true;
      out.text += block_text(from, whole);
      ++(whole.others.empty() ? out.blocks : out.not_blocks);
    }
  }
  return out;
}

std::vector<std::string> addresses_to_forget(const StateRecords& state, const std::set<Place>& taken) {
  std::set<std::string> out;  // by bytes, each once
  const std::size_t suffix = std::string_view(" in ").size() + state.file.size();
  for (const BlockRecord& block : state.blocks) {
    if (all_taken(block, taken)) {
      out.insert(address_in(block.module, block));
      continue;
    }
    for (const Place& each : block.places)
      if (taken.contains(each)) out.insert(each.substr(0, each.size() - suffix));
  }
  return {out.begin(), out.end()};
}

}  // namespace pairform::terraform
