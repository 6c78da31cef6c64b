#include "providers/azure/replication_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "providers/azure/eligibility.h"
#include "schema/value.h"

namespace pairform::azure {

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
  return read_eligibility(std::get<Thing>(read).root, std::string(last_segment(machine)));
}

}  // namespace pairform::azure
