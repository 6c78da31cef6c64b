// The PATCH of a replicated item: where the machine and its NICs land. It replaces: the list of NICs is sent whole, and a
// member that is left out is emptied (recorded: item-nic-patch-202, item-after-nic-patch). So it is built from the item as
// it was just read, and only what is asked for differs.
//
// What is sent of an item is one table, in nic_list.cc: every member that Azure's description has for the request, under
// the name that the answer has for it. Left out, as the answer of an item of Azure to Azure does not have them:
// selectedSourceNicId, enableRdpOnTargetOption, licenseType and diskEncryptionInfo; and managedDiskUpdateDetails, as nothing
// of the disks changes. "", null and empty lists are left out: for the service all of them are what is not given.
//
// Members of the answer that the description does not know (rtoInSeconds was recorded) are not sent. The version of the API
// is fixed, so the service takes none of them from a request of that version: sending them could keep nothing, and a strict
// reader refuses the whole request. Of what a newer version alone has set, the service has to take care.
//
// A request names one network for failovers and one for test failovers, for all NICs. A NIC that lands in another one, and
// is not asked about, would be moved by any request: that is refused (NicElsewhere).
//
// Of a NIC that is asked about:
// - `subnet` goes to all its configurations, Azure has one subnet a NIC. So does `test_subnet`.
// - it is SelectedByUser, as PowerShell sends (recorded): selected by default its landing would be the service's to choose.
// - the primary configuration is selected for failover, and so is each secondary that is given an address. Other
//   secondaries stay selected or not, as they were; one that loses its address comes up with a dynamic one, if at all.
// - a secondary address of version 6 stays, unless an address is asked for that configuration: pairform shows none of them
//   (vm_rows.cc), so nobody could ask for it to be kept.
// - without a test subnet no configuration has a test address.
// All else of it, and NICs that are not asked about, also those that are not selected, stay as read.
// Pure.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/provider.h"

namespace pairform::azure {

struct NicChange {
  std::string nic;      // ARM id of the NIC of the source machine, in any case
  std::string subnet;   // name
  std::string address;  // of the primary configuration; "": dynamic
  // Name of the configuration and its address. Exactly these have a static one (of version 4).
  std::vector<std::pair<std::string, std::string>> secondary{};
  // None: as read. "": none of its own, and a dynamic address. The address is that of the primary configuration.
  std::optional<std::string> test_subnet{}, test_address{};
};

// None: as read.
struct ItemChange {
  std::optional<std::string> network{};       // ARM id
  std::optional<std::string> test_network{};  // ARM id; "": none
  // Of the machine over there. They cannot be given when replication is enabled: Azure's description of that request has
  // neither.
  std::optional<std::string> name{}, size{};
  std::vector<NicChange> nics{};
};

// Conflict while the item is busy. Invalid where it is in another state than settled (the service would take the request,
// recorded: item-patch-name-only-202), is not understood, or has no such NIC or configuration.
std::variant<std::string, ProviderError> item_change_body(simdjson::dom::element item, const ItemChange& change);

// Does the item show all that is asked for, so that nothing is left to send? Not where it is not understood.
bool shows_change(simdjson::dom::element item, const ItemChange& change);

}  // namespace pairform::azure
