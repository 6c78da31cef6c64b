#include "providers/terraform/unfit_names.h"

#include <fmt/format.h>

#include "providers/azure/settings.h"
#include "schema/json_text.h"
#include "schema/stanza_checks.h"
#include "schema/value_words.h"

namespace pairform::terraform {
namespace {

std::string why_no_region(const std::string& region) {
  if (is_region(region)) return {};
  return fmt::format("{} is no region: {}", json_string(region), region_problem(region));
}

std::string why_no_name(const std::string& name, std::string_view of, std::size_t least, std::size_t most) {
  if (is_cloud_name(name, least, most)) return {};
  return fmt::format("{} is no name of a {}: {}", json_string(name), of, cloud_name_problem(name, least, most));
}

std::string why_no_group(const std::string& group) {
  if (group.empty() || azure::is_group_name(group)) return {};
  return fmt::format("{} is no name of a resource group", json_string(group));
}

std::string why_no_subnet(const std::string& subnet) {
  return subnet.empty() ? std::string() : why_no_name(subnet, "subnet", 1, k_subnet_name_most);
}

std::string why_unfit(const DiscoveredNic& nic) {
  for (const std::string& subnet : {nic.subnet, nic.target_subnet.value_or(""), nic.test_subnet})
    if (std::string why = why_no_subnet(subnet); !why.empty()) return why;
  for (const TextItems* configurations : {&nic.secondary, &nic.target_secondary})
    for (const auto& [name, ip] : *configurations)
      if (name.empty() || ascii_lower(name) == "primary")
        return fmt::format("{} is no name of a secondary configuration", json_string(name));
  return {};
}

}  // namespace

std::string why_unfit(const DiscoveredNetwork& network) {
  std::string why = why_no_region(network.region);
  if (why.empty()) why = why_no_name(network.name, "network", k_network_name_least, k_name_most);
  if (why.empty()) why = why_no_group(network.resource_group);
  for (const Subnet& subnet : network.subnets)
    if (why.empty()) why = why_no_subnet(subnet.name);
  return why;
}

std::string why_unfit(const DiscoveredVm& vm) {
  std::string why = why_no_region(vm.region);
  if (why.empty()) why = why_no_region(vm.target_region);
  if (why.empty()) why = why_no_name(vm.name, "vm", 1, k_vm_name_most);
  if (why.empty()) why = why_no_group(vm.resource_group);
  for (const DiscoveredNic& nic : vm.nics)
    if (why.empty()) why = why_unfit(nic);
  return why;
}

}  // namespace pairform::terraform
