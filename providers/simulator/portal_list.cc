#include "providers/simulator/portal_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/simulator/portal_words.h"
#include "providers/simulator/rows.h"
#include "providers/simulator/shape_text.h"
#include "providers/simulator/vm_store.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform::simulator {
namespace {

// `attributes` writes their members.
template <class Attributes>
std::string json_row(std::string_view kind, std::string_view id, std::string_view region, std::string_view name,
                     std::string_view status, Attributes attributes) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("kind", kind).member("id", id).member("region", region).member("name", name);
  json.member("status", status).key("attributes").open_object();
  attributes(json);
  json.close_object().close_object();
  return out;
}

// Of what is static.
std::string secondary_json(const std::optional<NicPlace>& place) {
  std::vector<std::pair<std::string, std::string>> entries;
  if (place)
    for (const auto& [name, address] : place->secondary)
      if (!address.dynamic) entries.emplace_back(name, to_text(*address.ip));
  return canonical_text_map(std::move(entries));
}

std::string nic_json(const VmView& vm, const NicView& nic) {
  return json_row("nic", nic_identity(vm.id, nic.name), vm.region, nic.name, vm.status, [&](JsonWriter& json) {
    const auto& to = nic.to;
    json.member("vm", vm.id).member("subnet", nic.from.subnet);
    json.member("ip", nic.from.primary.dynamic ? "dhcp" : to_text(*nic.from.primary.ip));
    json.key("secondary").raw(secondary_json(nic.from));
    json.key("target_subnet").text_or_null(to ? to->subnet : "");
    json.key("target_ip").text_or_null(to && !to->primary.dynamic ? to_text(*to->primary.ip) : "");
    json.key("target_secondary").raw(secondary_json(to));
    if (!nic.test) return;
    json.member("test_subnet", nic.test->subnet);
    json.key("test_ip").text_or_null(nic.test->ip ? to_text(*nic.test->ip) : "");
  });
}

std::string vm_json(const VmView& vm) {
  return json_row("vm", vm.id, vm.region, vm.name, vm.status, [&](JsonWriter& json) {
    json.member("network", vm.network).key("replicated").boolean(!vm.target_region.empty());
    json.key("target_region").text_or_null(vm.target_region);
    json.key("target_network").text_or_null(vm.target_network);
    if (!vm.test_network.empty()) json.member("test_network", vm.test_network);
  });
}

std::string network_json(Cloud& cloud, const SimulatedNetwork& network) {
  std::vector<std::string> in_use;
  for (const auto& [ip, nic] : network.in_use) in_use.push_back(to_text(ip));
  std::vector<std::pair<std::string, std::string>> tags, extra;
  std::vector<std::pair<std::string, std::string>> delegated;
  for (Delegation& one : spelled_delegations(network))
    delegated.emplace_back(std::move(one.subnet), std::move(one.service));
  for (Label& label : cloud.labels(network.id))
    (label.kind == LabelKind::Tag ? tags : extra).emplace_back(std::move(label.key), std::move(label.value));
  return json_row("network", network.id, network.region, network.name, "settled", [&](JsonWriter& json) {
    json.key("address_space").raw(canonical_space_text(network.shape));
    json.key("subnets").raw(canonical_subnets_text(network.shape));
    json.key("in_use").raw(canonical_text_list(in_use));
    json.key("tags").raw(canonical_text_map(std::move(tags)));
    json.key("extra").raw(canonical_text_map(std::move(extra)));
    if (!delegated.empty()) json.key("delegated").raw(canonical_text_map(std::move(delegated)));
  });
}

std::string group_json(const SimulatedGroup& group) {
  return json_row("resource_group", group.id, group.region, group.name, "settled", [](JsonWriter&) {});
}

std::string mapping_json(const SimulatedMapping& mapping) {
  return json_row("mapping", mapping.id, mapping.region, mapping.name, "settled",
                  [&](JsonWriter& json) { json.member("source", mapping.source).member("target", mapping.target); });
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
  const std::vector<Delegation> delegated = spelled_delegations(network);
  for (std::size_t i = 0; i < delegated.size(); ++i)
    out += fmt::format("{}{}={}", i == 0 ? "; delegated " : " ", delegated[i].subnet, delegated[i].service);
  return out;
}

std::string align(std::vector<Line> lines) {
  std::array<std::size_t, 4> widths{};
  // Names are those of the database, which may be anybody's.
  for (Line& line : lines)
    for (std::string& cell : line) cell = escape_for_terminal(cell);
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
  std::vector<std::string> rows;
  cloud.each_mapping([&](SimulatedMapping&& mapping) { rows.push_back(mapping_json(mapping)); });
  cloud.each_network([&](SimulatedNetwork&& network) { rows.push_back(network_json(cloud, network)); });
  const std::vector<VmView> vms = vm_views(cloud);
  for (const auto& [id, vm, nic] : nic_entries(vms)) rows.push_back(nic_json(*vm, *nic));
  for (const SimulatedGroup& group : cloud.groups()) rows.push_back(group_json(group));
  for (const VmView& vm : vms) rows.push_back(vm_json(vm));
  return json_lines(rows);
}

std::string portal_table(Cloud& cloud) {
  std::vector<Line> lines{{"KIND", "ID", "NAME", "STATUS", "DETAILS"}};
  cloud.each_mapping([&](SimulatedMapping&& mapping) {
    lines.push_back({"mapping", mapping.id, mapping.name, "settled", "to " + mapping.target});
  });
  cloud.each_network([&](SimulatedNetwork&& network) {
    lines.push_back({"network", network.id, network.name, "settled", details(network)});
  });
  const std::vector<VmView> vms = vm_views(cloud);
  for (const auto& [id, vm, nic] : nic_entries(vms))
    lines.push_back(
        {"nic", id, nic->name, vm->status, place_text(nic->from) + (nic->to ? "; to " + place_text(*nic->to) : "")});
  for (const SimulatedGroup& group : cloud.groups())
    lines.push_back({"resource_group", group.id, group.name, "settled", "in " + group.region});
  for (const VmView& vm : vms)
    lines.push_back({"vm", vm.id, vm.name, vm.status,
                     "on " + vm.network + (vm.target_region.empty() ? "" : "; to " + vm.target_network)});
  std::string out = lines.size() == 1 ? "The simulator holds nothing.\n" : align(std::move(lines));
  const auto denied = cloud.denied();
  if (!denied.empty()) out += escape_for_terminal(fmt::format("denied: {}", fmt::join(denied, ", "))) + '\n';
  return out;
}

}  // namespace pairform::simulator
