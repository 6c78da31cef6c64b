#include "providers/azure/replication_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& each) { return same_word(each, name); });
}

}  // namespace

std::optional<ProviderError> cannot_be_replicated(const VirtualMachine& machine,
                                                  const std::vector<std::string>& excluded) {
  if (!same_word(machine.provisioning_state, "Succeeded"))
    return invalid(std::string(k_machine_not_ready),
                   fmt::format("machine {} is in provisioning state {}", machine.name, machine.provisioning_state),
                   "wait until it is Succeeded, or repair the machine, then plan again");
  for (const MachineDisk& disk : machine.disks)
    if (disk.id.empty() && !(is_in(excluded, disk.name) && !disk.os))
      return invalid("UnmanagedDisk", fmt::format("disk {} of machine {} is not managed", disk.name, machine.name),
                     "migrate it to managed disks, or keep its replication as it is: existing = true");
  for (const std::string& name : excluded)
    if (std::none_of(machine.disks.begin(), machine.disks.end(),
                     [&](const MachineDisk& disk) { return !disk.os && same_word(disk.name, name); }))
      return invalid("NoSuchDisk",
                     fmt::format("exclude_disks names {}, and machine {} has no such data disk", name, machine.name),
                     "correct exclude_disks");
  return std::nullopt;
}

std::vector<std::string> protected_disks(const VirtualMachine& machine, const std::vector<std::string>& excluded) {
  std::vector<std::string> out;
  for (const MachineDisk& disk : machine.disks)
    if (disk.os || !is_in(excluded, disk.name)) out.push_back(disk.id);
  return out;
}

ProviderError no_cache_account(const std::string& region) {
  return invalid("NoCacheAccount",
                 fmt::format("no storage account is known that replication from {} is staged in", region),
                 fmt::format("[provider.azure] cache_storage_accounts = {{ {} = \"GROUP/NAME\" }}", region));
}

std::optional<ProviderError> check_cache_account(const Writing& with, const std::string& account,
                                                 const std::string& region) {
  ThingAnswer read = read_thing(with, Call::ReadStorageAccount, account);
  if (auto* error = std::get_if<ProviderError>(&read))
    return error->kind == ErrorKind::Denied ? std::nullopt : std::optional(std::move(*error));
  if (std::holds_alternative<Missing>(read))
    return invalid("NoCacheAccount", fmt::format("there is no storage account {}", account),
                   "correct cache_storage_accounts in [provider.azure], or cache_storage_account of the vm");
  std::string wrong;
  const JsonIn root(std::get<Thing>(read).root, wrong);
  const std::string there = canonical_region(root.text("location"));
  if (!wrong.empty() || there.empty() || there == region) return std::nullopt;
  return invalid("CacheAccountElsewhere",
                 fmt::format("storage account {} is in {}, the machine in {}", last_segment(account), there, region),
                 fmt::format("name one in {}", region));
}

std::optional<ProviderError> check_address(const Writing& with, const std::string& network,
                                           const std::string& address) {
  auto asked = request(Call::CheckAddress, with.session.settings, network);
  if (!asked) return invalid("NoSuchId", "this is no id of a network: " + network);
  asked->query = "ipAddress=" + address;
  ArmResult result = with.session.arm().read(*asked, with.limits);
  if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  if (answer.status != 200) return std::nullopt;  // the service tells, once it is written
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  if (parser.parse(answer.body).get(body) != simdjson::SUCCESS) return std::nullopt;
  std::string wrong;
  const JsonIn root(body, wrong);
  if (root.flag("available", true)) return std::nullopt;
  const std::vector<std::string> free = root.texts("availableIPAddresses");
  return invalid("AddressInUse", fmt::format("{} is in use in {}", address, last_segment(network)),
                 free.empty()
                     ? "plan again: another address is chosen then"
                     : fmt::format("plan again: another address is chosen then; free are {}", fmt::join(free, ", ")));
}

std::optional<ProviderError> check_eligibility(const Writing& with, const std::string& machine) {
  ThingAnswer read = read_thing(with, Call::ReadEligibility, machine);
  if (auto* error = std::get_if<ProviderError>(&read)) {
    if (is_retryable(error->kind) || error->kind == ErrorKind::Stopped) return std::move(*error);
    return std::nullopt;
  }
  if (std::holds_alternative<Missing>(read)) return std::nullopt;
  std::string wrong;
  const JsonIn root(std::get<Thing>(read).root, wrong);
  for (const JsonIn& each : root.object("properties").list("errors")) {
    const std::string code = each.text("code");
    if (!wrong.empty() || code.empty()) continue;
    return invalid(code, each.text("message"), each.text("recommendedAction"));
  }
  return std::nullopt;
}

}  // namespace pairform::azure
