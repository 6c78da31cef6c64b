// What listings of a vault and of subscriptions showed, decoded, each thing once. A thing that could not be decoded is kept
// by its id: it is there, and nothing more is known of it.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/half.h"
#include "providers/azure/item.h"
#include "providers/azure/machine.h"
#include "providers/azure/network.h"
#include "providers/azure/plumbing.h"
#include "providers/azure/session.h"

namespace pairform::azure {

// Something that is listed and was not understood.
struct Misread {
  std::string id;  // folded; empty: not even that
  ProviderError error;
};

// One listing. Several rows of one id (a row in two pages): the last one counts.
template <class Thing>
struct Listed {
  std::vector<Thing> things;
  std::vector<Misread> misread;
  std::optional<ProviderError> error;  // then the rest is not the whole, and empty
  std::size_t others = 0;              // rows of another kind: mappings of VMM, machines of VMware
};

Listed<NetworkMapping> list_mappings(Session& session, const CallLimits& limits);
Listed<ProtectedItem> list_items(Session& session, const CallLimits& limits);
// `subscription`: its GUID.
Listed<VirtualNetwork> list_networks(Session& session, const std::string& subscription, const CallLimits& limits);
Listed<NetworkInterface> list_interfaces(Session& session, const std::string& subscription, const CallLimits& limits);
Listed<VirtualMachine> list_machines(Session& session, const std::string& subscription, const CallLimits& limits);

struct ListedPlumbing {
  Plumbing plumbing;
  // Why one of its lists is not known. What is not understood in one counts, too, since something may stand on it.
  std::optional<ProviderError> fabrics, containers, mappings, policies;
  std::optional<ProviderError> error;  // one of these
};
ListedPlumbing list_plumbing(Session& session, const CallLimits& limits);

// Why it is not known by which fabrics a half between these regions goes: what could not be read, "fabrics", and the error. Where
// a region has several fabrics, containers and their mappings tell which of them is used.
using UnknownList = std::pair<std::string_view, ProviderError>;
std::optional<UnknownList> unknown_fabrics(const ListedPlumbing& listed, std::string_view from, std::string_view to);

// One thing, by its id. None: it is not there.
template <class Thing>
using ReadAnswer = std::variant<std::optional<Thing>, ProviderError>;
// A network with the addresses of all that sits in it.
ReadAnswer<VirtualNetwork> read_network(Session& session, const std::string& id, const CallLimits& limits);
ReadAnswer<NetworkMapping> read_mapping(Session& session, const std::string& id, const CallLimits& limits);
ReadAnswer<VirtualMachine> read_machine(Session& session, const std::string& id, const CallLimits& limits);
ReadAnswer<ProtectedItem> read_item(Session& session, const std::string& id, const CallLimits& limits);

// What was read of one subscription. Not listed: nobody asked.
struct SubscriptionContents {
  std::optional<Listed<VirtualNetwork>> networks;
  std::optional<Listed<NetworkInterface>> interfaces;
  std::optional<Listed<VirtualMachine>> machines;
};

struct Inventory {
  ListedPlumbing plumbing;
  Listed<NetworkMapping> mappings;
  Listed<ProtectedItem> items;
  std::map<std::string, SubscriptionContents> subscriptions;  // by folded GUID
};

// Which subscriptions to list for what, folded: those that the project names.
struct InventoryScope {
  std::set<std::string> subscriptions;
  bool machines = false;  // it names one; else machines and NICs are listed only where the vault replicates some
};
// At most eight requests at a time. Subscriptions that mappings and items show are listed, too.
Inventory read_inventory(Session& session, const InventoryScope& scope, const CallLimits& limits);

// Runs them all, several at once; what one throws is thrown here when all have ended.
void run_at_once(const std::vector<std::function<void()>>& tasks);

// The folded GUID of the subscription that an ARM id is in; "" where it is no ARM id.
std::string subscription_of(std::string_view id);

}  // namespace pairform::azure
