#include "providers/simulator/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/simulator/vm_store.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::simulator {
namespace {

// The value of an attribute of the step, "" where it is absent.
std::string given(const CloudStep& step, std::string_view name) {
  return std::string(find_value(step.attributes, name).value_or(""));
}

std::optional<std::string> or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Status row_status(VmPhase phase) {
  for (const Status status : {Status::Busy, Status::FailedOver, Status::Reversed, Status::Broken})
    if (status_text(status) == phase_status(phase)) return status;
  return Status::Settled;
}

// Of what is static; none where there is nothing.
std::optional<std::string> secondary_text(const NicPlace& place) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [name, address] : place.secondary)
    if (!address.dynamic) entries.emplace_back(name, to_text(*address.ip));
  if (entries.empty()) return std::nullopt;
  return canonical_text_map(std::move(entries));
}

// Spaces and subnets that are given; what is not given stays.
void take_shape(const std::vector<NamedValue>& values, NetworkShape& shape) {
  if (const auto text = find_value(values, "address_space")) {
    const auto prefixes = parse_prefix_list(*text);
    PAIRFORM_CHECK(prefixes.has_value());
    shape.address_space = *prefixes;
  }
  if (const auto text = find_value(values, "subnets")) {
    const auto subnets = parse_subnet_map(*text);
    PAIRFORM_CHECK(subnets.has_value());
    shape.subnets.clear();
    for (const Subnet& subnet : *subnets) shape.subnets.push_back({subnet.name, subnet.prefixes});
  }
  sort_shape(shape);
}

// What the network has beside the step's shape stays, but for what a shrink saw and takes away (CloudStep::seen).
void keep_beside(const NetworkShape& found, const CloudStep& step, NetworkShape& shape) {
  NetworkShape seen;
  take_shape(step.seen, seen);
  const auto is_seen = [&](const Prefix& each) {
    return std::find(seen.address_space.begin(), seen.address_space.end(), each) != seen.address_space.end();
  };
  for (const Prefix& each : found.address_space)
    if (!is_seen(each) && !std::any_of(shape.address_space.begin(), shape.address_space.end(),
                                       [&](const Prefix& other) { return overlap(other, each); }))
      shape.address_space.push_back(each);
  for (const SimulatedSubnet& each : found.subnets)
    if (subnet_named(shape, each.name) == nullptr && subnet_named(seen, each.name) == nullptr)
      shape.subnets.push_back(each);
  sort_shape(shape);
}

std::variant<SimulatedWrite, Refusal> network_write(Cloud& cloud, const CloudStep& step, SimulatedWrite write) {
  write.kind = SimulatedKind::Network;
  if (write.verb == WriteVerb::Delete) return write;
  SimulatedNetwork& network = write.network;
  if (write.verb == WriteVerb::Update) {  // everything else as the cloud holds it now
    auto found = cloud.find_network(write.id);
    if (!found) return network_not_found(write.id);
    network = *found;
    take_shape(step.attributes, network.shape);
    keep_beside(found->shape, step, network.shape);
  } else {
    network.region = given(step, "region");
    network.name = given(step, "name");
    network.resource_group = given(step, "resource_group");
    network.subscription = given(step, "subscription");
    network.project = step.project;
    network.id = network_id(network.region, network.name, network.resource_group, network.subscription);
    take_shape(step.attributes, network.shape);
  }
  return write;
}

std::variant<SimulatedWrite, Refusal> mapping_write(Cloud& cloud, const CloudStep& step, SimulatedWrite write) {
  write.kind = SimulatedKind::Mapping;
  if (write.verb == WriteVerb::Delete) return write;
  SimulatedMapping& mapping = write.mapping;
  if (write.verb == WriteVerb::Update) {
    auto found = cloud.find_mapping(write.id);
    if (!found) return mapping_not_found(write.id);
    mapping = std::move(*found);
    const auto target = find_value(step.attributes, "target"), seen = find_value(step.seen, "target");
    if (seen && mapping.target != *seen && target && mapping.target != *target)
      return Refusal{"ChangedMeanwhile", fmt::format("{} leads to {} by now.", mapping.id, mapping.target)};
    if (target) mapping.target = *target;
    return write;
  }
  mapping.name = given(step, "name");
  mapping.source = given(step, "source");
  mapping.target = given(step, "target");
  mapping.region = region_of_id(mapping.source);
  mapping.target_region = region_of_id(mapping.target);
  mapping.id = mapping_id(mapping.source, mapping.target_region);
  return write;
}

// Is the attribute named, be it as none? What is not named is left as it is.
bool names(const CloudStep& step, std::string_view name) {
  return std::any_of(step.attributes.begin(), step.attributes.end(),
                     [&](const NamedValue& attribute) { return attribute.name == name; });
}

NicAddress given_address(const CloudStep& step, std::string_view name) {
  const auto text = find_value(step.attributes, name);
  if (!text || *text == k_dynamic) return {true, {}};
  const auto ip = parse_ip(*text);
  PAIRFORM_CHECK(ip.has_value());
  return {false, ip};
}

std::map<std::string, NicAddress> given_addresses(const CloudStep& step, std::string_view name) {
  std::map<std::string, NicAddress> addresses;
  const auto text = find_value(step.attributes, name);
  if (!text) return addresses;
  const auto entries = parse_text_map(*text);
  PAIRFORM_CHECK(entries.has_value());
  for (const auto& [configuration, ip] : *entries) addresses[configuration] = {false, parse_ip(ip)};
  return addresses;
}

NicChange nic_change(const CloudStep& step, const SimulatedNic* held) {
  const auto parts = split_nic_identity(step.identity);
  PAIRFORM_CHECK(parts.has_value());
  NicChange change{std::string(parts->nic), std::string(parts->nic), std::nullopt, std::nullopt};
  if (step.operation == Operation::Delete) return change;
  if (const auto name = find_value(step.attributes, "name")) change.name = *name;
  if (find_value(step.attributes, "subnet"))
    change.home = {given(step, "subnet"), given_address(step, "ip"), given_addresses(step, "secondary")};
  NicPlace landing{"", {true, {}}, {}};
  if (held != nullptr && held->landing) landing = *held->landing;
  if (names(step, "target_subnet")) landing.subnet = given(step, "target_subnet");
  if (names(step, "target_ip")) landing.primary = given_address(step, "target_ip");
  if (names(step, "target_secondary")) landing.secondary = given_addresses(step, "target_secondary");
  change.landing = std::move(landing);
  if (held != nullptr) change.test = held->test;
  if (names(step, "test_subnet")) {
    const auto subnet = find_value(step.attributes, "test_subnet");
    if (subnet) change.test = NicTest{std::string(*subnet), {}};
    else change.test.reset();
  }
  if (const auto ip = find_value(step.attributes, "test_ip"); ip && change.test) change.test->ip = parse_ip(*ip);
  return change;
}

}  // namespace

std::string_view machine_of(const CloudStep& step) {
  if (step.type == "vm") return step.identity;
  const auto parts = step.type == "nic" ? split_nic_identity(step.identity) : std::nullopt;
  return parts ? parts->vm : std::string_view();
}

std::variant<VmWrite, Refusal> to_vm_write(Cloud& cloud, std::span<const CloudStep> steps) {
  const CloudStep& first = steps.front();
  VmWrite write;
  write.vm = machine_of(first);
  if (first.type == "vm" && first.operation == Operation::Create) {
    write.verb = VmVerb::Enable;
    write.region = given(first, "region");
    write.name = given(first, "name");
    write.network = given(first, "network");
    write.target_region = given(first, "target_region");
    write.target_network = given(first, "target_network");
    if (names(first, "test_network")) write.test_network = given(first, "test_network");
    const std::string id =
        vm_id(write.region, write.name, given(first, "resource_group"), given(first, "subscription"));
    if (id != write.vm)
      return Refusal{"InvalidRequest", fmt::format("What is to be replicated is {}, not {}.", id, write.vm)};
    return write;
  }
  if (first.type == "vm" && first.operation == Operation::Delete) {
    write.verb = VmVerb::Disable;
    return write;
  }
  write.verb = VmVerb::Configure;
  auto held = find_vm(cloud.database(), write.vm);
  for (const CloudStep& step : steps)
    if (step.type == "vm") {
      write.target_network = given(step, "target_network");
      if (names(step, "test_network")) write.test_network = given(step, "test_network");
    } else {
      const auto parts = split_nic_identity(step.identity);
      PAIRFORM_CHECK(parts.has_value());
      write.nics.push_back(nic_change(step, held ? find_nic(*held, parts->nic) : nullptr));
    }
  return write;
}

std::string canonical_space_text(const NetworkShape& shape) { return canonical_prefix_list(shape.address_space); }

std::string canonical_subnets_text(const NetworkShape& shape) {
  std::vector<Subnet> subnets;
  for (const SimulatedSubnet& subnet : shape.subnets) subnets.push_back({subnet.name, subnet.prefixes});
  return canonical_subnet_map(std::move(subnets));
}

CloudRow cloud_row(const SimulatedNetwork& network) {
  CloudRow row;
  row.type = "network";
  row.id = row.identity = network.id;
  row.attributes = {{"region", network.region},
                    {"name", network.name},
                    {"address_space", canonical_space_text(network.shape)},
                    {"subnets", canonical_subnets_text(network.shape)},
                    {"resource_group", or_none(network.resource_group)},
                    {"subscription", or_none(network.subscription)}};
  row.owner_project = network.project;
  row.note = network.note;
  for (const auto& [ip, nic] : network.in_use) row.in_use.push_back({to_text(ip), nic.empty() ? "in use" : nic});
  for (const auto& [subnet, service] : spelled_delegations(network)) row.delegated.push_back({subnet, service});
  return row;
}

CloudRow cloud_row(const SimulatedMapping& mapping) {
  CloudRow row;
  row.type = "mapping";
  row.id = row.identity = mapping.id;
  row.attributes = {{"name", mapping.name}, {"source", mapping.source}, {"target", mapping.target}};
  return row;
}

CloudRow cloud_row(const SimulatedVm& vm) {
  CloudRow row;
  row.type = "vm";
  row.id = vm.id;
  row.identity = vm.identity;
  const PlaceGroup group = group_of_id(vm.identity);
  row.attributes = {{"region", vm.region},
                    {"name", vm.name},
                    {"network", vm.network},
                    {"resource_group", or_none(group.resource_group)},
                    {"subscription", or_none(group.subscription)}};
  row.status = row_status(vm.phase);
  row.facts_only = !vm.replicated();
  row.made_up = vm.made_up;
  if (row.facts_only) return row;
  row.attributes.push_back({"target_region", vm.target_region});
  row.attributes.push_back({"target_network", vm.target_network});
  row.attributes.push_back({"test_network", or_none(vm.test_network)});
  return row;
}

CloudRow cloud_row(const SimulatedVm& vm, const SimulatedNic& nic) {
  CloudRow row;
  row.type = "nic";
  row.id = row.identity = nic_identity(vm.identity, nic.id);
  row.attributes = {{"vm", vm.identity},
                    {"name", nic.name},
                    {"subnet", nic.home.subnet},
                    {"ip", nic.home.primary.dynamic ? std::string(k_dynamic) : to_text(*nic.home.primary.ip)},
                    {"secondary", secondary_text(nic.home)}};
  row.facts_only = !nic.landing;
  if (row.facts_only) return row;
  row.attributes.push_back({"target_subnet", nic.landing->subnet});
  if (!nic.landing->primary.dynamic) row.attributes.push_back({"target_ip", to_text(*nic.landing->primary.ip)});
  row.attributes.push_back({"target_secondary", secondary_text(*nic.landing)});
  if (nic.back && vm.phase == VmPhase::Reversed)
    row.home = HomeLanding{vm.back_network, nic.back->subnet,
                           nic.back->primary.dynamic ? std::string() : to_text(*nic.back->primary.ip),
                           secondary_text(*nic.back).value_or("")};
  if (nic.test) row.attributes.push_back({"test_subnet", nic.test->subnet});
  if (nic.test && nic.test->ip) row.attributes.push_back({"test_ip", to_text(*nic.test->ip)});
  return row;
}

std::optional<CloudRow> find_row(Cloud& cloud, std::string_view type, std::string_view id) {
  if (type == "network") {
    if (const auto network = cloud.find_network(id)) return cloud_row(*network);
  } else if (type == "mapping") {
    if (const auto mapping = cloud.find_mapping(id)) return cloud_row(*mapping);
  } else if (type == "vm") {
    if (const auto vm = find_vm(cloud.database(), id)) return cloud_row(*vm);
  } else if (const auto parts = split_nic_identity(id); type == "nic" && parts) {
    auto vm = find_vm(cloud.database(), parts->vm);
    const SimulatedNic* nic = vm ? find_nic(*vm, parts->nic) : nullptr;
    if (nic != nullptr) return cloud_row(*vm, *nic);
  }
  return std::nullopt;
}

std::variant<SimulatedWrite, Refusal> to_write(Cloud& cloud, const CloudStep& step) {
  SimulatedWrite write;
  write.id = step.id.empty() ? step.identity : step.id;
  write.verb = step.operation == Operation::Create   ? WriteVerb::Create
               : step.operation == Operation::Delete ? WriteVerb::Delete
                                                     : WriteVerb::Update;
  PAIRFORM_CHECK(step.type == "network" || step.type == "mapping");
  auto answer = step.type == "network" ? network_write(cloud, step, write) : mapping_write(cloud, step, write);
  if (const auto* made = std::get_if<SimulatedWrite>(&answer); made != nullptr && made->verb == WriteVerb::Create) {
    const std::string& id = made->kind == SimulatedKind::Network ? made->network.id : made->mapping.id;
    if (id != write.id)
      return Refusal{"InvalidRequest", fmt::format("What is to be made is {}, not {}.", id, write.id)};
  }
  return answer;
}

}  // namespace pairform::simulator
