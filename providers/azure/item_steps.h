// Steps on vms and their nics: what the vault replicates.
//
// Enabling looks first, so that whatever can be known is said before a job is begun: the machine and its disks, the resource
// group it comes up in, the storage account, whether Site Recovery takes it at all. Then the plumbing, one request, and the
// seeding, which takes half an hour to days. What the service does not take with that request (name, size, network of tests)
// is written once the machine is protected.
//
// Nothing is sent about a machine that is not settled: every request looks at the item first.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "providers/azure/item.h"
#include "providers/azure/nic_list.h"
#include "providers/azure/sending.h"
#include "providers/azure/step_run.h"

namespace pairform::azure {

// Seeding takes half an hour to days: all that are seeded are asked about together, so often.
inline constexpr std::chrono::seconds k_seeding_look{30};

// Enables or ends the replication of a machine. Sends one write at most.
Move advance_vm(StepRun& run, const Writing& with);
// While a machine is seeded one list tells of all of them. None: it is to be read singly.
std::optional<Move> still_seeding(const std::string& item, const Writing& with);  // by its folded ARM id
// Where a vm and its nics land: one request for all steps of the run (StepRun::group). Sends one write at most.
Move advance_nics(StepRun& run, const Writing& with);

// Two errors say nothing of what was asked for. 28020, "The requested operation failed", of a landing: it is told in short,
// where its job has no words of its own. "Target network settings are not configured", of a machine that is enabled: by which
// mapping it should go, and whether that is there.
void say_what_was_asked_for(ProviderError& error, const StepRun& run, const Writing& with);

// An item as it is now.
struct FoundItem {
  Thing thing;
  ProtectedItem item;
};
using ItemAnswer = std::variant<FoundItem, Missing, ProviderError>;
ItemAnswer find_item(const Writing& with, const std::string& id);

// The networks of a vm's step: where it comes up, and where it is tested. No network of tests is given: none is to stay.
std::optional<ProviderError> add_networks(ItemChange& change, const CloudStep& step, const Writing& with);

// Why nothing is sent about it.
ProviderError held(const ProtectedItem& item);

// The name of the item of a machine that this program enables: the same each time, so that a request that is repeated meets
// itself. Ids: ARM ids.
std::string item_name(std::string_view vault, std::string_view machine);

// "eastasia/web1" of "eastasia/web1/nic0".
std::string vm_of(const CloudStep& step);

}  // namespace pairform::azure
