#include "schema/misplaced.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "schema/diagnostic.h"

namespace pairform {

bool refuse_include(const TomlDocument& document, const RawNode& node, StanzaReport& report) {
  if (node.key != "include" || (node.kind != RawKind::Array && node.kind != RawKind::String)) return false;
  report.error(Code::IncludeMisplaced, document.key_place(node), "include stands below a table",
               "In TOML it belongs to that table then, and no file was included.",
               "move it to the top of pairform.toml, before the first table");
  return true;
}

bool is_half_word(std::string_view key, const ResourceType& type) {
  return type.name == "mapping" && !nearest(key, {"forward", "reverse"}).empty();
}

namespace {

// "reverse_name", "reverse_name and reverse_subnets": what the members of a half's table stand for in the mapping's own
// table; else all there is for that half.
std::string half_attributes(const TomlDocument& document, const RawNode& node, const ResourceType& type,
                            std::string_view prefix) {
  std::vector<std::string> names;
  if (node.kind == RawKind::Table)
    for (const RawNode& member : document.children(node))
      if (std::string name = fmt::format("{}{}", prefix, member.key); type.find_stanza(name)) names.push_back(name);
  const bool any = names.empty();
  if (any)
    for (const std::string_view name : {"name", "subnets", "test_network"})
      names.push_back(fmt::format("{}{}", prefix, name));
  return fmt::format("{}{}{}", fmt::join(names.begin(), names.end() - 1, ", "),
                     names.size() == 1 ? ""
                     : any             ? " or "
                                       : " and ",
                     names.back());
}

}  // namespace

bool refuse_half(const TomlDocument& document, const RawNode& node, const ResourceType& type, StanzaReport& report) {
  if (!is_half_word(node.key, type)) return false;
  const bool is_reverse = nearest(node.key, {"forward", "reverse"}) == "reverse";
  std::string help = fmt::format("write {} in [{}]",
                                 half_attributes(document, node, type, is_reverse ? "reverse_" : ""), report.address());
  if (is_reverse && node.kind != RawKind::Table) help += ", or mirror = false where there is no way back";
  if (is_reverse && node.kind == RawKind::Boolean && node.integer == 0) help = "write mirror = false";
  report.error(Code::UnknownAttribute, document.key_place(node), fmt::format("a mapping has no \"{}\"", node.key),
               "One stanza is the whole pair: both halves follow from it.", std::move(help));
  return true;
}

namespace {

// "source" of "source_network", "network_source": whole words of it, at its begin or end.
bool is_part(std::string_view part, std::string_view word) {
  if (part.size() + 1 >= word.size()) return false;
  return (word.starts_with(part) && word[part.size()] == '_') ||
         (word.ends_with(part) && word[word.size() - part.size() - 1] == '_');
}

}  // namespace

std::string_view name_meant(std::string_view word, const std::vector<std::string_view>& names) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_other_words{{{"location", "region"},
                                                                                        {"from", "source"},
                                                                                        {"to", "target"},
                                                                                        {"address", "ip"},
                                                                                        {"private_ip", "ip"},
                                                                                        {"cidr", "address_space"},
                                                                                        {"vnet", "network"},
                                                                                        {"rg", "resource_group"}}};
  const auto is_known = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& [other, name] : k_other_words)
    if (word == other && is_known(name)) return name;
  if (const std::string_view near = nearest(word, names); !near.empty()) return near;
  std::string_view found;
  for (const std::string_view name : names) {
    if (!is_part(name, word) && !is_part(word, name)) continue;
    if (!found.empty()) return {};
    found = name;
  }
  return found;
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
