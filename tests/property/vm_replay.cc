// Steps on vms and nics as the model cloud sees them, and what must not be taken from under a machine.
#include <fmt/format.h>
#include <simdjson.h>

#include "schema/base_types.h"
#include "schema/ip.h"
#include "tests/property/plan_oracles.h"

namespace pairform::property {
namespace {

std::string text_of(const Planned& planned, Text text) { return std::string(planned.run.project.texts().view(text)); }

// As the portal lists it: within the project an identity also tells a vm from a network.
std::string machine_id(const Planned& planned, Text identity) {
  const std::string text = text_of(planned, identity);
  return text.substr(text.rfind(' ') + 1);
}

// Name -> prefixes of a network's subnets.
std::map<std::string, std::vector<Prefix>> subnets_of(const std::string& json) {
  std::map<std::string, std::vector<Prefix>> out;
  simdjson::dom::parser parser;
  const simdjson::dom::object subnets = parser.parse(json);
  for (const auto& [name, value] : subnets) {
    std::vector<Prefix>& prefixes = out[std::string(name)];
    const auto add = [&](simdjson::dom::element one) {
      prefixes.push_back(parse_prefix(one.get_string().value())->prefix);
    };
    if (!value.is_array()) add(value);
    else
      for (const simdjson::dom::element one : value.get_array()) add(one);
  }
  return out;
}

// Machines that files or state know.
std::set<std::string> known_vms(const Planned& planned) {
  std::set<std::string> out;
  for (const DesiredRow& row : planned.run.world.desired.rows)
    if (row.type == k_vm_type) out.insert(machine_id(planned, row.identity));
  for (const PriorRow& row : planned.run.world.prior.rows)
    if (row.type == k_vm_type) out.insert(machine_id(planned, row.identity));
  return out;
}

// Identities of vms, or nics, that a step of the plan deletes.
std::set<std::string> leaving(const Planned& planned, TypeId type) {
  std::set<std::string> out;
  for (const Step& step : planned.run.plan.steps)
    if (step.operation == StepOperation::Delete && planned.run.world.prior.rows[step.subject].type == type)
      out.insert(machine_id(planned, planned.run.world.prior.rows[step.subject].identity));
  return out;
}

// Where strangers are to land is no use of a network, as the service sees it.
std::string check_shape(const ModelCloud& cloud, const std::set<std::string>& ours, const std::string& id,
                        const std::string& subnets, const ModelCloud& expected) {
  const auto now = subnets_of(cloud.networks.at(id).subnets), next = subnets_of(subnets);
  for (const auto& [name, nic] : cloud.nics) {
    if (!ours.contains(nic.vm) || cloud.vms.at(nic.vm).target_network != id || nic.target_subnet.empty() ||
        !now.contains(nic.target_subnet))
      continue;
    const auto subnet = next.find(nic.target_subnet);
    if (subnet == next.end()) return fmt::format("{} loses subnet {}, and {} lands there", id, nic.target_subnet, name);
    const ModelNic& end = expected.nics.at(name);
    const bool stays = end.target_subnet == nic.target_subnet && expected.vms.at(nic.vm).target_network == id;
    if (subnet->second != now.at(nic.target_subnet) && !stays)
      return fmt::format("subnet {} of {} changes, and {} is to leave it", nic.target_subnet, id, name);
  }
  return "";
}

}  // namespace

std::string network_identity(const Planned& planned, Text name) {
  for (const DesiredRow& row : planned.run.world.desired.rows)
    if (row.address == name) return text_of(planned, row.identity);
  for (const PriorRow& row : planned.run.world.prior.rows)
    if (row.address == name) return text_of(planned, row.identity);
  return text_of(planned, name);
}

std::string carry_out_machine(ModelCloud& cloud, const Planned& planned, std::size_t s) {
  const Run& run = planned.run;
  const Step& step = run.plan.steps[StepId(s)];
  const Change& change = run.plan.diff.changes[step.change];
  const bool leaves = step.operation == StepOperation::Delete;
  const std::string id = machine_id(
      planned, leaves ? run.world.prior.rows[step.subject].identity : run.world.desired.rows[change.desired].identity);
  if (change.type == k_vm_type) {
    if (leaves) {
      const std::set<std::string> nics = leaving(planned, k_nic_type);
      for (const auto& [name, nic] : cloud.nics)
        if (nic.vm == id && nics.contains(name) && !nic.target_subnet.empty())
          return fmt::format("{} goes before {}", id, name);
      return cloud.disable(id);
    }
    const Text* cells = run.plan.diff.cells.data() + change.first_after.index();
    const std::string network = network_identity(planned, cells[vm_column::network]);
    const std::string target = network_identity(planned, cells[vm_column::target_network]);
    const std::string region = text_of(planned, cells[vm_column::target_region]);
    if (step.operation == StepOperation::Update) {
      const auto half = cloud.halves.find(network + ":" + region);
      const bool theirs = run.world.desired.rows[change.desired].existing;  // enabled elsewhere, by whatever rule
      if (run.project.edition == "2018-05" && !theirs && (half == cloud.halves.end() || half->second.target != target))
        return fmt::format("{} moves to {} before its mapping", id, target);
      return cloud.retarget(id, target);
    }
    bool paired = true;
    for (const DesiredRow& row : run.world.desired.rows)
      if (row.type == k_mapping_type && text_of(planned, row.identity) == network + ":" + region)
        paired = row.mirror != k_none;
    return cloud.enable(id, {network, region, target, "settled"}, paired);
  }
  if (leaves) return cloud.take_off(id);
  const Text* cells = run.plan.diff.cells.data() + change.first_after.index();
  const auto cell = [&](std::size_t column) { return text_of(planned, cells[column]); };
  const auto map = [&](std::size_t column) { return cells[column] ? cell(column) : std::string("{}"); };
  const ModelNic nic{id.substr(0, id.rfind('/')),      cell(nic_column::subnet),        cell(nic_column::ip),
                     map(nic_column::secondary),       cell(nic_column::target_subnet), cell(nic_column::target_ip),
                     map(nic_column::target_secondary)};
  if (std::string broken = cloud.land(id, nic); !broken.empty()) return broken;
  const std::optional<Ip> ip = parse_ip(nic.target_ip);
  const auto subnets = subnets_of(cloud.networks.at(cloud.vms.at(nic.vm).target_network).subnets);
  for (const Prefix& prefix : subnets.at(nic.target_subnet))
    if (!ip || contains(prefix, *ip)) return "";
  return fmt::format("{} lands on {}, and that is not in {} yet", id, nic.target_ip, nic.target_subnet);
}

void leave_strangers_to_the_service(ModelCloud& cloud, const Planned& planned, const ModelCloud& expected) {
  std::set<std::string> ours;
  for (const DesiredRow& row : planned.run.world.desired.rows)
    if (row.type == k_vm_type) ours.insert(machine_id(planned, row.identity));
  for (auto& [id, nic] : cloud.nics)
    if (const auto end = expected.nics.find(id); !ours.contains(nic.vm) && end != expected.nics.end())
      nic = end->second;
}

std::string check_machines_before(const ModelCloud& cloud, const Planned& planned, std::size_t s,
                                  const ModelCloud& expected) {
  const Run& run = planned.run;
  const Step& step = run.plan.steps[StepId(s)];
  const Change& change = run.plan.diff.changes[step.change];
  if (change.type == k_network_type &&
      (step.operation == StepOperation::Update || step.operation == StepOperation::Shrink)) {
    const bool between = step.operation == StepOperation::Update && change.first_between != k_none;
    const Text* cells = run.plan.diff.cells.data() + (between ? change.first_between : change.first_after).index();
    return check_shape(cloud, known_vms(planned), text_of(planned, run.world.desired.rows[change.desired].identity),
                       text_of(planned, cells[network_column::subnets]), expected);
  }
  if (change.type != k_mapping_type || step.operation != StepOperation::Delete) return "";
  const std::string slot = text_of(planned, run.world.prior.rows[step.subject].identity);
  const std::set<std::string> vms = leaving(planned, k_vm_type);
  for (const auto& [id, vm] : cloud.vms)
    if (vms.contains(id) && vm.network + ":" + vm.target_region == slot)
      return fmt::format("{} goes before {}", slot, id);
  return "";
}

}  // namespace pairform::property
