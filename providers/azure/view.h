// One reading of everything, as an observation: rows, and what could not be read. Pure, but for the further reads that
// `read_view` makes.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "providers/azure/rows.h"
#include "providers/azure/vm_settings.h"

namespace pairform::azure {

struct View {
  Inventory inventory;
  std::unique_ptr<const ProjectNames> names;
  std::map<std::string, std::string> nic_owners;  // folded ARM id of a NIC -> identity
  std::vector<VirtualNetwork> expanded;           // networks in which something sits that is no NIC
  // Of which it could not be read what sits in them, folded ARM ids: no address of them may count as free.
  std::map<std::string, ProviderError> unread;
  std::unique_ptr<const VmRows> vms;
  std::map<std::string, const ProtectedItem*> items;  // by the identity of the vm
  CacheAccounts cache_accounts;                       // that all replications of a region use
  std::set<std::string> gone;          // recorded networks whose name another one has now, folded ARM ids
  std::optional<ProviderError> error;  // nothing could be read
};

// `known` decides how rows are called, and which subscriptions are listed; `whole`: machines and NICs too, whoever is named.
View read_view(Session& session, std::vector<KnownName> known, bool whole, const CallLimits& limits);

// Fills in what follows from what was listed: `vms`, `items` and `cache_accounts`.
void index_vms(View& view, const AzureSettings& settings);

// What is listed in `regions`, or everywhere where there are none given: `whole`.
Observation observation_of(const View& view, const AzureSettings& settings, const std::vector<std::string>& regions,
                           bool whole);

}  // namespace pairform::azure
