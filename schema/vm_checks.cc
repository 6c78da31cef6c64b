#include "schema/vm_checks.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "schema/base_types.h"
#include "schema/stanza_reader.h"
#include "schema/value_reader.h"

namespace pairform {
namespace {

constexpr std::string_view k_own_configuration = "primary";  // what a landing calls the nic's own
constexpr std::size_t k_most_suggested = 256;  // the service's own limit of configurations; keeps suggestions cheap

void check_subnet_name(const StanzaValues& stanza, std::size_t attribute, StanzaReport& report) {
  const GivenValue& value = stanza.given[attribute];
  if (!value.good || is_cloud_name(value.node->text, 1, k_subnet_name_most)) return;
  report.error(Code::BadName, stanza.document.place(*value.node),
               fmt::format("{} not valid: \"{}\"", value.node->key, value.node->text),
               cloud_name_problem(value.node->text, 1, k_subnet_name_most),
               "write the subnet's name as the cloud shows it");
}

void check_configurations(const StanzaValues& stanza, std::size_t attribute, StanzaReport& report) {
  const RawNode* map = stanza.given[attribute].node;
  if (map == nullptr || map->kind != RawKind::Table) return;
  for (const RawNode& item : stanza.document.children(*map)) {
    if (ascii_lower(item.key) == k_own_configuration)
      report.error(Code::BadSecondary, stanza.document.key_place(item), fmt::format("{} names \"primary\"", map->key),
                   "That is the NIC's own configuration; further ones have names of their own.",
                   attribute == nic_column::secondary ? "give its address as ip" : "give its address as target_ip");
    else if (item.key.empty())
      report.error(Code::BadSecondary, stanza.document.key_place(item),
                   fmt::format("{} has a configuration without a name", map->key), {},
                   "write the name that the cloud shows");
  }
}

// Without `secondary` the cloud may know the configuration.
void check_overrides(const StanzaValues& stanza, StanzaReport& report) {
  const GivenValue &facts = stanza.given[nic_column::secondary], &landings = stanza.given[nic_column::target_secondary];
  if (facts.node == nullptr || facts.node->kind != RawKind::Table || landings.node == nullptr ||
      landings.node->kind != RawKind::Table)
    return;
  std::vector<std::string_view> names;
  std::set<std::string> folded;
  for (const RawNode& item : stanza.document.children(*facts.node)) {
    names.push_back(item.key);
    folded.insert(ascii_lower(item.key));
  }
  for (const RawNode& item : stanza.document.children(*landings.node)) {
    const std::string name = ascii_lower(item.key);
    if (name == k_own_configuration || name.empty() || folded.contains(name)) continue;
    std::string help = names.size() > k_most_suggested ? std::string() : did_you_mean(item.key, names);
    if (help.empty()) help = fmt::format("add {} to secondary, or take it out here", item.key);
    report.error(Code::BadSecondary, stanza.document.key_place(item), stanza.document.place(*facts.node),
                 "its configurations", fmt::format("target_secondary without its secondary: \"{}\"", item.key),
                 "It says where a further IP configuration lands, and the NIC has none of that name.", std::move(help));
  }
}

}  // namespace

void check_vm(const StanzaValues& stanza, StanzaReport& report) {
  check_scopes(stanza, vm_column::resource_group, vm_column::subscription, report);
  const GivenValue& name = stanza.given[vm_column::name];
  if (name.node != nullptr) {
    if (name.good && !is_cloud_name(name.node->text, 1, k_vm_name_most))
      report.error(Code::BadName, stanza.document.place(*name.node),
                   fmt::format("vm name not valid: \"{}\"", name.node->text),
                   cloud_name_problem(name.node->text, 1, k_vm_name_most), "write the name that the cloud shows");
    return;
  }
  if (is_cloud_name(stanza.table.key, 1, k_vm_name_most)) return;
  report.error(Code::BadName, stanza.document.place(stanza.table),
               fmt::format("vm name not valid: \"{}\", the key, which is the name by default", stanza.table.key),
               cloud_name_problem(stanza.table.key, 1, k_vm_name_most), "add name = \"…\", or use another key");
}

void check_nic(const StanzaValues& stanza, StanzaReport& report) {
  check_subnet_name(stanza, nic_column::subnet, report);
  check_subnet_name(stanza, nic_column::target_subnet, report);
  check_subnet_name(stanza, nic_column::test_subnet, report);
  check_configurations(stanza, nic_column::secondary, report);
  check_configurations(stanza, nic_column::target_secondary, report);
  check_overrides(stanza, report);
}

void check_defaults(TypeId type, const StanzaValues& stanza, StanzaReport& report) {
  if (type == k_vm_type) check_scopes(stanza, vm_column::resource_group, vm_column::subscription, report);
  if (type == k_network_type)
    check_scopes(stanza, network_column::resource_group, network_column::subscription, report);
  if (type == k_mapping_type) check_mapping_defaults(stanza, report);
  if (type != k_nic_type) return;
  check_subnet_name(stanza, nic_column::subnet, report);
  check_subnet_name(stanza, nic_column::target_subnet, report);
  check_subnet_name(stanza, nic_column::test_subnet, report);
  const GivenValue& ip = stanza.given[nic_column::ip];
  if (!ip.good || ascii_lower(ip.node->text) == k_dynamic) return;
  report.error(Code::UnknownAttribute, stanza.document.place(*ip.node), "[defaults.nic] takes no address",
               "No two NICs can have the same one.", "write it in the NIC's own table; ip = \"dhcp\" can be a default");
}

}  // namespace pairform
