#include "providers/azure/eligibility.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm/failures.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {
namespace {

// Names in Azure have no case.
bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& each) { return same_word(each, name); });
}

template <class Applies>
std::string names_of(const std::vector<MachineDisk>& disks, Applies applies) {
  std::vector<std::string> out;
  for (const MachineDisk& each : disks)
    if (applies(each)) out.push_back(each.name);
  return fmt::format("{}", fmt::join(out, ", "));
}

std::vector<std::string> reasons(const VirtualMachine& machine, const std::vector<std::string>& excluded) {
  std::vector<std::string> out;
  const auto add = [&](bool applies, std::string reason) {
    if (applies) out.push_back(std::move(reason));
  };
  add(machine.disks.empty() || !machine.disks.front().os, "Azure shows no disk of its system");
  const std::string unmanaged = names_of(machine.disks, [](const MachineDisk& each) { return each.id.empty(); });
  add(!unmanaged.empty(), "it has unmanaged disks: " + unmanaged);
  add(machine.encrypted, "it is encrypted by Azure Disk Encryption");
  const std::string keyed = names_of(machine.disks, [&](const MachineDisk& each) {
    return !each.encryption_set.empty() && (each.os || !has(excluded, each.name));
  });
  add(!keyed.empty(), "it has disks with a key of your own: " + keyed);
  add(!machine.edge_zone.empty(), "it is in the edge zone " + machine.edge_zone);
  add(!machine.scale_set.empty(),
      fmt::format("it is an instance of the scale set {}", last_segment(machine.scale_set)));
  return out;
}

}  // namespace

std::variant<std::vector<std::string>, ProviderError> protected_disks(const VirtualMachine& machine,
                                                                      const std::vector<std::string>& excluded) {
  for (const std::string& name : excluded) {
    const auto is_it = [&](const MachineDisk& each) { return !each.os && same_word(each.name, name); };
    if (std::any_of(machine.disks.begin(), machine.disks.end(), is_it)) continue;
    const std::string data = names_of(machine.disks, [](const MachineDisk& each) { return !each.os; });
    return invalid(
        "NoSuchDisk",
        fmt::format("the machine {} has no data disk {}; it has: {}", machine.name, name, data.empty() ? "none" : data),
        "write names of its data disks in `exclude_disks`; the disk of the system is always replicated");
  }
  std::vector<std::string> out;
  for (const MachineDisk& each : machine.disks) {
    if (each.os) out.insert(out.begin(), each.id);
    else if (!has(excluded, each.name)) out.push_back(each.id);
  }
  return out;
}

std::optional<ProviderError> refuse_machine(const VirtualMachine& machine, const std::vector<std::string>& excluded) {
  if (const std::vector<std::string> why = reasons(machine, excluded); !why.empty())
    return invalid(std::string(k_not_supported),
                   fmt::format("pairform cannot enable replication of {}: {}", machine.name, fmt::join(why, "; ")),
                   "enable it in the portal, then write `existing = true` in the stanza of the vm");
  if (same_word(machine.provisioning_state, "Succeeded")) return std::nullopt;
  return machine_not_ready(machine.name, machine.provisioning_state);
}

std::optional<ProviderError> read_eligibility(simdjson::dom::element body, const std::string& machine) {
  std::string wrong;
  std::vector<ServiceError> told;
  for (const JsonIn& each : JsonIn(body, wrong).object("properties").list("errors"))
    told.push_back(
        {each.text("code"), each.text("message"), each.text("possibleCauses"), each.text("recommendedAction")});
  if (!wrong.empty()) return invalid("AnswerNotUnderstood", wrong);
  if (told.empty()) return std::nullopt;
  return not_eligible(machine, told);
}

}  // namespace pairform::azure
