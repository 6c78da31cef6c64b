#include "providers/simulator/portal_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/simulator/rows.h"
#include "providers/simulator/shape_text.h"
#include "providers/simulator/vm_store.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform::simulator {
namespace {

std::string json_row(std::string_view kind, std::string_view id, std::string_view region, std::string_view name,
                     std::string_view attributes, std::string_view status = "settled") {
  return fmt::format(R"({{"kind":"{}","id":{},"region":{},"name":{},"status":"{}","attributes":{}}})", kind,
                     json_string(id), json_string(region), json_string(name), status, attributes);
}

std::string or_null(std::string_view text) { return text.empty() ? "null" : json_string(text); }

// Of what is static.
std::string secondary_json(const std::optional<NicPlace>& place) {
  std::vector<std::pair<std::string, std::string>> entries;
  if (place)
    for (const auto& [name, address] : place->secondary)
      if (!address.dynamic) entries.emplace_back(name, to_text(*address.ip));
  return canonical_text_map(std::move(entries));
}

std::string nic_json(const VmView& vm, const NicView& nic) {
  const auto& to = nic.to;
  return json_row("nic", nic_identity(vm.id, nic.name), vm.region, nic.name,
                  fmt::format(R"({{"vm":{},"subnet":{},"ip":{},"secondary":{},"target_subnet":{},"target_ip":{},)"
                              R"("target_secondary":{}}})",
                              json_string(vm.id), json_string(nic.from.subnet),
                              json_string(nic.from.primary.dynamic ? "dhcp" : to_text(*nic.from.primary.ip)),
                              secondary_json(nic.from), or_null(to ? to->subnet : ""),
                              or_null(to && !to->primary.dynamic ? to_text(*to->primary.ip) : ""), secondary_json(to)),
                  vm.status);
}

std::string vm_json(const VmView& vm) {
  return json_row(
      "vm", vm.id, vm.region, vm.name,
      fmt::format(R"({{"network":{},"replicated":{},"target_region":{},"target_network":{}}})", json_string(vm.network),
                  !vm.target_region.empty(), or_null(vm.target_region), or_null(vm.target_network)),
      vm.status);
}

std::string network_json(Cloud& cloud, const SimulatedNetwork& network) {
  std::vector<std::string> in_use;
  for (const auto& [ip, nic] : network.in_use) in_use.push_back(to_text(ip));
  std::vector<std::pair<std::string, std::string>> tags, extra;
  for (Label& label : cloud.labels(network.id))
    (label.kind == LabelKind::Tag ? tags : extra).emplace_back(std::move(label.key), std::move(label.value));
  return json_row("network", network.id, network.region, network.name,
                  fmt::format(R"({{"address_space":{},"subnets":{},"in_use":{},"tags":{},"extra":{}}})",
                              canonical_space_text(network.shape), canonical_subnets_text(network.shape),
                              canonical_text_list(in_use), canonical_text_map(std::move(tags)),
                              canonical_text_map(std::move(extra))));
}

// By the ids they have now.
std::vector<VmView> vm_views(Cloud& cloud) {
  std::vector<VmView> views;
  for (const SimulatedVm& vm : all_vms(cloud.database())) views.push_back(view_of(vm));
  std::sort(views.begin(), views.end(), [](const VmView& a, const VmView& b) { return a.id < b.id; });
  return views;
}

struct NicEntry {
  std::string id;
  const VmView* vm;
  const NicView* nic;
};
// By id: not machine by machine, as web-1/eth0 stands before web/eth0.
std::vector<NicEntry> nic_entries(const std::vector<VmView>& vms) {
  std::vector<NicEntry> entries;
  for (const VmView& vm : vms)
    for (const NicView& nic : vm.nics) entries.push_back({nic_identity(vm.id, nic.name), &vm, &nic});
  std::sort(entries.begin(), entries.end(), [](const NicEntry& a, const NicEntry& b) { return a.id < b.id; });
  return entries;
}

using Line = std::array<std::string, 5>;

std::string details(const SimulatedNetwork& network) {
  std::string out = prefixes_text(network.shape.address_space);
  if (!network.shape.subnets.empty()) out += "; " + subnets_text(network.shape.subnets);
  for (std::size_t i = 0; i < network.in_use.size(); ++i)
    out += (i == 0 ? "; in use " : " ") + to_text(network.in_use[i].ip);
  return out;
}

std::string align(const std::vector<Line>& lines) {
  std::array<std::size_t, 4> widths{};
  for (const Line& line : lines)
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], count_characters(line[c]));
  std::string out;
  for (const Line& line : lines) {
    for (std::size_t c = 0; c < widths.size(); ++c) out += padded(line[c], widths[c] + 2);
    out += line.back();
    out += '\n';
  }
  return out;
}

}  // namespace

std::string portal_json(Cloud& cloud) {
  std::string out = "[";
  const auto add = [&](const std::string& row) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += row;
  };
  cloud.each_mapping([&](SimulatedMapping&& mapping) {
    add(json_row(
        "mapping", mapping.id, mapping.region, mapping.name,
        fmt::format(R"({{"source":{},"target":{}}})", json_string(mapping.source), json_string(mapping.target))));
  });
  cloud.each_network([&](SimulatedNetwork&& network) { add(network_json(cloud, network)); });
  const std::vector<VmView> vms = vm_views(cloud);
  for (const auto& [id, vm, nic] : nic_entries(vms)) add(nic_json(*vm, *nic));
  for (const VmView& vm : vms) add(vm_json(vm));
  return out + (out.size() == 1 ? "]\n" : "\n]\n");
}

std::string portal_table(Cloud& cloud) {
  std::vector<Line> lines{{"KIND", "ID", "NAME", "STATUS", "DETAILS"}};
  cloud.each_mapping([&](SimulatedMapping&& mapping) {
    lines.push_back({"mapping", mapping.id, escape_for_terminal(mapping.name), "settled", "to " + mapping.target});
  });
  cloud.each_network([&](SimulatedNetwork&& network) {
    lines.push_back({"network", network.id, network.name, "settled", details(network)});
  });
  const std::vector<VmView> vms = vm_views(cloud);
  for (const auto& [id, vm, nic] : nic_entries(vms))
    lines.push_back(
        {"nic", id, nic->name, vm->status, place_text(nic->from) + (nic->to ? "; to " + place_text(*nic->to) : "")});
  for (const VmView& vm : vms)
    lines.push_back({"vm", vm.id, vm.name, vm.status,
                     "on " + vm.network + (vm.target_region.empty() ? "" : "; to " + vm.target_network)});
  std::string out = lines.size() == 1 ? "The simulator holds nothing.\n" : align(lines);
  const auto denied = cloud.denied();
  if (!denied.empty()) out += fmt::format("denied: {}\n", fmt::join(denied, ", "));
  return out;
}

}  // namespace pairform::simulator
