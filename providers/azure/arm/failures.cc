#include "providers/azure/arm/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "providers/azure/json_in.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view k_page = "docs/azure-failures.md";
constexpr std::string_view k_any = "…";  // at the end of a name: what follows does not matter

// Help that several have.
constexpr std::string_view k_egress =
    "open the way out of the machine's subnet (network security group, firewall, proxy, NAT gateway) to the service "
    "tags "
    "AzureActiveDirectory, AzureSiteRecovery, Storage and EventHub";
constexpr std::string_view k_stale =
    "disable its replication in the other vault; or remove what an earlier one left on it, with Azure's script "
    "Cleanup-Stale-ASR-Config-Azure-VM.ps1";
constexpr std::string_view k_choose = "choose an address that is free in the target subnet";
constexpr std::string_view k_later = "plan again";

// Sources. Numbers from 150000 on: azure-docs, azure-to-azure-troubleshoot-errors.md of 2024-03 and of 2018-11 (151195),
// and where said. Issues of terraform-provider-azurerm: 22193 (28020), 31927 (45005), 7479 and 19505 (150261), 21912
// (HvrManagedIdentityPermissionMissing), 12759 of azure-rest-api-specs. Issues of azure-docs: 10030 (150175), 46912
// (HvrStorageAccountNotFound), 22802 (575). Network: azure-docs, common deployment errors; Netcfg… and
// PrivateIPAddressIsAllocated from public logs of refused requests. 151192 has no public page.
// clang-format off
constexpr Failure k_failures[] = {
    // Replication of a machine is enabled.
    {.name = "150019", .why = "the machine is not in provisioning state Succeeded",
     .help = "wait until the machine is ready, or repair it"},
    {.name = "150039", .why = "a data disk is attached to the machine and not initialised in its system, or reports another LUN",
     .help = "initialise that disk in the machine, or leave it out with exclude_disks"},
    {.name = "150097", .why = "the subscription may not make machines in the target region, its quota there is used up, or no "
     "size there takes as many NICs as the machine has",
     .help = "raise the quota of the target region, or choose a target_size that takes as many NICs"},
    {.name = "150161", .why = "a replica disk of an earlier replication is left in the target resource group",
     .help = "delete the replica disk that the message names"},
    {.name = "150172", .why = "a disk is smaller than 1024 MB", .help = "make that disk larger, or leave it out with exclude_disks"},
    {.name = "150175", .why = "the disks of the machine are encrypted in its system, and no key vault of the target region is named",
     .help = "enable it in the portal, which asks for the keys, and declare the vm with existing = true"},
    {.name = "150225", .why = "replication was disabled, and a lock kept what it had left on the machine",
     .help = "remove the lock on the machine or its group; before it is replicated again, clean it up"},
    {.name = "150226", .why = "an earlier replication left its configuration on the machine", .help = k_stale},
    {.name = "151025", .why = "COM+ System Application or Volume Shadow Copy is disabled in the machine",
     .help = "set both services to start automatically or manually"},
    {.name = "151037", .why = "the machine cannot reach the addresses that Site Recovery needs", .help = k_egress},
    {.name = "151066", .why = "root certificates are missing in the machine, so it trusts neither Entra nor Site Recovery",
     .help = "install the latest root certificates in the machine"},
    {.name = "151072", .why = "the machine cannot reach Site Recovery, or its proxy is not known to the agent", .help = k_egress},
    {.name = "151124", .why = "the boot configuration (GRUB) names an LVM device that does not exist",
     .help = "make that device, or take it out of the GRUB configuration"},
    {.name = "151126", .why = "the boot configuration (GRUB) names disks by device name instead of UUID",
     .help = "write root=UUID=… and resume=UUID=… in the GRUB configuration"},
    {.name = "151137", .why = "the installer does not find the root disk, which is encrypted in its system",
     .help = "let the agent be updated, then try again"},
    {.name = "151192", .why = "the machine cannot reach Entra or Site Recovery", .help = k_egress},
    {.name = "151195", .why = "the machine cannot resolve the names of Site Recovery",
     .help = "make the DNS server of its network reachable, in the region where the machine runs now"},
    {.name = "151196", .why = "the machine cannot reach Entra to sign in", .help = k_egress},
    {.name = "151197", .why = "the machine cannot reach the endpoints of Site Recovery", .help = k_egress},
    {.name = "45005", .why = "Site Recovery gives this number for any job of a machine that failed",
     .help = "read the job in the portal, Site Recovery jobs"},
    {.name = "HvrStorageAccountNotFound", .why = "the cache storage account is not there, or cannot be reached from the machine",
     .help = "correct cache_storage_accounts, or let its firewall admit the machine's network"},
    {.name = "HvrManagedIdentityPermissionMissing",
     .why = "the vault works by its own identity, which lacks a role on the cache storage account",
     .help = "grant the identity of the vault Contributor and Storage Blob Data Contributor on that account"},
    {.name = "A2AOperatingSystemNotSupported", .kind = ErrorKind::Invalid,
     .why = "Site Recovery does not replicate this version of the operating system",
     .help = "update the system to a version of the support matrix, or take the vm out of the files"},
    {.name = "Target network settings", .words = "Target network settings", .kind = ErrorKind::Invalid,
     .why = "no mapping leads from the machine's network to the target region, or it is not there yet",
     .help = "plan again: the plan shows the mapping of the machine's network, which has to come first"},
    {.name = "Fabric name is missing", .words = "ArmResourceName is null in", .kind = ErrorKind::Invalid,
     .why = "the request names no target fabric", .help = "report it: pairform always names one"},
    // Mappings, policies, landings.
    {.name = "575", .why = "the vault has that thing under another name", .help = k_later},
    {.name = "28020", .why = "Site Recovery does not say; in most cases a subnet that the target network has not, or an "
     "address outside it or in use",
     .help = "check the subnets and addresses of the landing in the target network"},
    {.name = "150261", .why = "a policy of that name exists with other values, or the values contradict each other",
     .help = "choose another policy, or other policy_… values, in [provider.azure]"},
    {.name = "PrivateIPAddressInReservedRange", .kind = ErrorKind::Invalid,
     .why = "Azure keeps the first four addresses of a subnet and the last one", .help = k_choose},
    {.name = "PrivateIPAddressNotInSubnet", .kind = ErrorKind::Invalid,
     .why = "the address is outside the prefixes that the subnet has now", .help = k_choose},
    {.name = "PrivateIPAddressIsAllocated", .kind = ErrorKind::Invalid, .why = "something else took that address meanwhile",
     .help = "plan again: another address is placed, or choose a free one"},
    {.name = "SubnetIsFull", .kind = ErrorKind::Invalid, .why = "no address of the subnet is free",
     .help = "make the target subnet larger, or choose another one"},
    // Any write.
    {.name = "AuthorizationFailed", .help = "grant the action that the message names, to the principal that it names"},
    {.name = "LinkedAuthorizationFailed", .kind = ErrorKind::Denied,
     .help = "grant the action that the message names, on the resource that it names"},
    {.name = "ScopeLocked", .kind = ErrorKind::Denied, .help = "remove the lock on it, or on its resource group"},
    {.name = "RequestDisallowedByPolicy", .kind = ErrorKind::Invalid, .help = "ask for an exemption from that policy"},
    {.name = "MissingSubscriptionRegistration", .kind = ErrorKind::Invalid,
     .help = "az provider register --namespace Microsoft.RecoveryServices"},
    {.name = "AnotherOperationInProgress", .kind = ErrorKind::Conflict},
    {.name = "RetryableErrorDueToAnotherOperation", .kind = ErrorKind::Conflict},
    // Networks.
    {.name = "InUse…", .kind = ErrorKind::Invalid, .help = "move or delete what the message names first"},
    {.name = "NetcfgInvalidSubnet", .kind = ErrorKind::Invalid,
     .help = "correct the prefixes of the subnets: inside the address space, and apart from each other"},
    {.name = "NetcfgSubnetRangesOverlap", .kind = ErrorKind::Invalid,
     .help = "choose a prefix that overlaps no other subnet of the network"},
    {.name = "NetcfgSubnetRangeOutsideVnet", .kind = ErrorKind::Invalid,
     .help = "choose a prefix inside the address space, or widen that first"},
    // pairform's own.
    {.name = "MachineNotReady"},
    {.name = "NotEligible"},
    {.name = "ReadBackDiffers"},
    {.name = "ChangedMeanwhile"},
    {.name = "SlotTaken"},
    {.name = "PlumbingNotAnnounced"},
    {.name = "NoResourceGroup"},
    {.name = "JobFailed", .help = "read the job in the portal, Site Recovery jobs"},
    {.name = "OperationFailed"},
    {.name = "ThrottledForLong"},
    {.name = "NoAnswer"},
    {.name = "Unavailable"},
    {.name = "NotTrusted"},
    {.name = "Redirect"},
    {.name = "NetworkNotFound"},
    {.name = "NetworkInUse"},
    {.name = "NetworkBusy"},
    {.name = "NetworkUnread"},
    {.name = "AlreadyExists"},
    {.name = "NameInUse"},
    {.name = "MappingNotFound"},
    {.name = "TwoMappings"},
    {.name = "AmbiguousName"},
    {.name = "BoundTwice"},
    {.name = "NetworkElsewhere"},
    {.name = "NetworkMoved"},
    {.name = "MachineNotFound"},
    {.name = "MachineElsewhere"},
    {.name = "MachineMoved"},
    {.name = "MachineNotSupported"},
    {.name = "MachineHeld"},
    {.name = "AlreadyReplicated"},
    {.name = "EnablingFailed"},
    {.name = "NotReplicated"},
    {.name = "NotSettled"},
    {.name = "DisableNotAllowed"},
    {.name = "NoCacheAccount"},
    {.name = "CacheAccountElsewhere"},
    {.name = "NoSuchDisk"},
    {.name = "NicNotFound"},
    {.name = "NoSuchNic"},
    {.name = "NoSuchConfiguration"},
    {.name = "NicElsewhere"},
    {.name = "NoRecoveryNetwork"},
    {.name = "NicUnread"},
    {.name = "AddressInUse"},
    {.name = "NobodySignedIn"},
    {.name = "NoToken"},
    {.name = "Timeout"},
    {.name = "AnswerNotUnderstood"},
    {.name = "AnswerTooLarge"},
    {.name = "PagingLoop"},
    {.name = "ForeignLink"},
    {.name = "NoSuchId"},
    {.name = "UnknownHandle"},
};
// clang-format on

bool is_of(const Failure& failure, std::string_view code, std::string_view message) {
  if (!failure.words.empty()) return message.find(failure.words) != std::string_view::npos;
  if (!failure.name.ends_with(k_any)) return same_word(failure.name, code);
  const std::string_view begin = failure.name.substr(0, failure.name.size() - k_any.size());
  return code.size() > begin.size() && same_word(begin, code.substr(0, begin.size()));
}

// "Contact support. " and "set target_size": "Contact support; set target_size".
std::string joined(std::string text, std::string_view more) {
  if (text.empty() || more.empty() || text.find(more) != std::string::npos)
    return text.empty() ? std::string(more) : text;
  if (text.ends_with('.')) text.pop_back();
  return fmt::format("{}; {}", text, more);
}

// What a further error says, if the first one did not say it.
std::string also(std::string text, const ServiceError& from, const std::string ServiceError::*which) {
  const std::string more = as_one_line(from.*which);
  std::string_view sentence = more;
  if (sentence.ends_with('.')) sentence.remove_suffix(1);
  if (sentence.empty() || text.find(sentence) != std::string::npos) return text;
  return joined(std::move(text), from.code.empty() ? more : fmt::format("{}: {}", as_one_line(from.code), more));
}

}  // namespace

std::span<const Failure> failures() { return k_failures; }

const Failure* find_failure(std::string_view code, std::string_view message) {
  const auto* const at = std::find_if(std::begin(k_failures), std::end(k_failures),
                                      [&](const Failure& each) { return is_of(each, code, message); });
  return at == std::end(k_failures) ? nullptr : at;
}

// As a heading is linked to: lower case, blanks as '-'.
std::string page_of(const Failure& failure) {
  std::string anchor;
  for (const char c : failure.name.substr(0, failure.name.find(k_any)))
    anchor += c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return fmt::format("{}#{}", k_page, anchor);
}

void explain(ProviderError& error) {
  const Failure* known = find_failure(error.code, error.message);
  if (known == nullptr) return;
  if (error.causes.empty()) error.causes = known->why;
  error.help = joined(std::move(error.help), known->help);
  error.page = page_of(*known);
}

void put_words(ProviderError& error, const std::vector<ServiceError>& told) {
  for (std::size_t i = 0; i < told.size(); ++i) {
    const ServiceError& each = told[i];
    if (i == 0) {
      if (!each.code.empty()) error.code = as_one_line(each.code);
      if (!each.message.empty()) error.message = as_one_line(each.message);
      if (!each.causes.empty()) error.causes = as_one_line(each.causes);
      if (!each.action.empty()) error.help = as_one_line(each.action);
      continue;
    }
    error.message = also(std::move(error.message), each, &ServiceError::message);
    error.causes = also(std::move(error.causes), each, &ServiceError::causes);
    error.help = also(std::move(error.help), each, &ServiceError::action);
  }
  error.message = as_one_line(error.message);
}

std::string as_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= k_most_message) return out;
  std::size_t end = k_most_message;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end);
}

ProviderError machine_not_ready(std::string_view machine, std::string_view provisioning_state) {
  const bool at_work = same_word(provisioning_state, "Updating") || same_word(provisioning_state, "Creating");
  ProviderError out;
  out.kind = at_work ? ErrorKind::Conflict : ErrorKind::Invalid;
  if (at_work) out.retry_after = 30s;
  out.code = "MachineNotReady";
  out.message =
      fmt::format("machine {} is in provisioning state {}, and its replication can be enabled only in state Succeeded",
                  machine, provisioning_state.empty() ? "unknown" : provisioning_state);
  out.help = at_work ? "wait until what is going on there is over" : "repair the machine";
  explain(out);
  return out;
}

ProviderError not_eligible(std::string_view machine, const std::vector<ServiceError>& reasons) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = "NotEligible";
  put_words(out, reasons);
  out.message = out.message.empty() ? fmt::format("machine {} cannot be replicated", machine)
                                    : fmt::format("machine {} cannot be replicated: {}", machine, out.message);
  explain(out);
  if (out.page.empty()) out.page = page_of(*find_failure("NotEligible"));
  return out;
}

}  // namespace pairform::azure
