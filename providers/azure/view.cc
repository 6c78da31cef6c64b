#include "providers/azure/view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

InventoryScope scope_of(const std::vector<KnownName>& known, const AzureSettings& settings, bool whole) {
  InventoryScope out;
  const std::string own = ascii_lower(settings.subscription);
  for (const KnownName& each : known) {
    const auto place = place_of(each.identity);
    out.subscriptions.insert(!place || place->subscription.empty() ? own : place->subscription);
    out.machines = out.machines || each.type == "vm";
  }
  if (whole || out.subscriptions.empty()) out.subscriptions.insert(own);
  out.machines = out.machines || whole;
  return out;
}

// Configurations of listed NICs that say which address they hold and where, by the network (folded ARM id).
using Holders = std::map<std::string, std::set<std::string>>;
Holders telling_holders(const View& view) {
  Holders out;
  for (const auto& [subscription, contents] : view.inventory.subscriptions)
    if (contents.interfaces)
      for (const NetworkInterface& nic : contents.interfaces->things)
        for (const AzureIpConfiguration& each : nic.configurations)
          if (!each.address.empty() && !each.subnet.empty())
            out[ascii_lower(parent_of(each.subnet))].insert(ascii_lower(each.id));
  return out;
}

std::set<std::string> users_of(const VirtualNetwork& network) {
  std::set<std::string> out;
  for (const AzureSubnet& subnet : network.subnets)
    for (const SubnetUser& user : subnet.users) out.insert(ascii_lower(user.id));
  return out;
}

// Named networks of which the listed NICs do not tell who sits in them: load balancers, gateways, private endpoints, and NICs
// that may not be read; or a NIC says that it sits there, and the network does not.
std::vector<std::string> unexplained_networks(const View& view, const Holders& holders) {
  std::vector<std::string> out;
  for (const auto& [subscription, contents] : view.inventory.subscriptions) {
    if (!contents.networks) continue;
    for (const VirtualNetwork& network : contents.networks->things) {
      if (!view.names->names(view.names->network(network.id, network.region))) continue;
      const auto told = holders.find(ascii_lower(network.id));
      if (users_of(network) != (told == holders.end() ? std::set<std::string>() : told->second))
        out.push_back(network.id);
    }
  }
  return out;
}

// What sits in a network, read singly. No error: all addresses in it are known.
std::optional<ProviderError> expand(View& view, ReadAnswer<VirtualNetwork> answer,
                                    const std::set<std::string>& holders) {
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  auto& network = std::get<std::optional<VirtualNetwork>>(answer);
  if (!network)
    return invalid("NetworkUnread", "it is listed, and not there when what sits in it is read", "plan again");
  const std::set<std::string> users = users_of(*network);
  for (const std::string& each : holders)
    if (!users.contains(each))
      return invalid("NetworkUnread", fmt::format("{} sits in it, and the network does not say so", each),
                     "plan again");
  view.expanded.push_back(std::move(*network));
  return std::nullopt;
}

// Recorded networks that no listing shows, while one of the same name is there: gone, or only not listed.
std::set<std::string> doubtful_networks(const View& view) {
  std::set<std::string> out;
  for (const auto& [identity, binding] : view.names->networks().all())
    if (binding.what == Bound::To && !binding.others.empty()) out.insert(binding.id);
  for (const auto& [subscription, contents] : view.inventory.subscriptions)
    if (contents.networks)
      for (const VirtualNetwork& each : contents.networks->things) out.erase(ascii_lower(each.id));
  return out;
}

// Recorded replications that no page showed: one may have moved from a page that was unread to one that was read already, and
// its machine alone would say that it has ended. Each is asked for in every container, unless they are many, which no moving
// row is: then somebody ended them.
void read_unlisted_items(Session& session, const std::vector<KnownName>& known, Inventory& inventory,
                         const CallLimits& limits) {
  constexpr std::size_t k_most = 20;
  if (inventory.items.error || inventory.plumbing.containers) return;
  std::set<std::string> listed;
  for (const ProtectedItem& item : inventory.items.things) listed.insert(vm_id(session.settings, item.name));
  for (const Misread& row : inventory.items.misread)
    listed.insert(vm_id(session.settings, std::string(last_segment(row.id))));
  std::vector<std::string> names;
  for (const KnownName& each : known)
    if (each.type == "vm" && !each.id.empty() && !listed.contains(ascii_lower(each.id)))
      names.emplace_back(last_segment(each.id));
  if (names.size() > k_most) return;
  std::mutex mutex;
  std::vector<std::function<void()>> tasks;
  tasks.reserve(names.size() * inventory.plumbing.plumbing.containers.size());
  for (const std::string& name : names)
    for (const Container& container : inventory.plumbing.plumbing.containers)
      tasks.emplace_back([&, id = fmt::format("{}/replicationProtectedItems/{}", container.id, name)] {
        auto answer = read_item(session, id, limits);
        const std::lock_guard lock(mutex);
        if (auto* error = std::get_if<ProviderError>(&answer))
          inventory.items.misread.push_back({id, std::move(*error)});
        else if (auto& item = std::get<std::optional<ProtectedItem>>(answer)) inventory.items.things.push_back(*item);
      });
  run_at_once(tasks);
}

}  // namespace

void index_vms(View& view, const AzureSettings& settings) {
  view.vms = std::make_unique<const VmRows>(view.inventory, *view.names, settings);
  for (const ProtectedItem& item : view.inventory.items.things) view.items.emplace(view.names->vm(item), &item);
  view.cache_accounts = common_cache_accounts(view.inventory.items.things);
}

View read_view(Session& session, std::vector<KnownName> known, bool whole, const CallLimits& limits) {
  View view;
  view.inventory = read_inventory(session, scope_of(known, session.settings, whole), limits);
  read_unlisted_items(session, known, view.inventory, limits);
  view.names = std::make_unique<const ProjectNames>(std::move(known), view.inventory, session.settings);
  view.nic_owners = nic_owners(view.inventory, *view.names);
  index_vms(view, session.settings);
  std::vector<std::function<void()>> tasks;
  std::mutex mutex;
  Holders holders = telling_holders(view);
  for (const std::string& id : unexplained_networks(view, holders))
    tasks.emplace_back([&, id] {
      auto network = read_network(session, id, limits);
      const std::lock_guard lock(mutex);
      if (auto error = expand(view, std::move(network), holders[ascii_lower(id)]))
        view.unread.emplace(ascii_lower(id), std::move(*error));
    });
  for (const std::string& id : doubtful_networks(view))
    tasks.emplace_back([&, id] {
      const auto network = read_network(session, id, limits);
      const auto* answer = std::get_if<std::optional<VirtualNetwork>>(&network);
      const std::lock_guard lock(mutex);
      if (answer != nullptr && !*answer) view.gone.insert(id);
    });
  run_at_once(tasks);
  for (const auto* error : {&view.inventory.mappings.error, &view.inventory.items.error})
    if (*error && !view.error) view.error = **error;
  return view;
}

namespace {

class Observer {
 public:
  Observer(const View& view, const AzureSettings& settings, const std::vector<std::string>& regions, bool whole)
      : view_(view), names_(*view.names), settings_(settings), regions_(regions), whole_(whole) {}

  Observation run() {
    unbound();
    networks();
    halves();
    machines();
    return std::move(out_);
  }

 private:
  bool is_asked(const std::string& region) const {
    return whole_ || std::find(regions_.begin(), regions_.end(), region) != regions_.end();
  }
  void add_unseen(const std::string& scope, const ProviderError& error) { out_.unseen.push_back({scope, error}); }
  using Groups = std::vector<std::vector<CloudRow>>;  // a vm and its nics; others alone
  void add_sorted(Groups rows);
  // A network's name that means several, or another one than is recorded.
  bool is_unbound(const std::string& network) const {
    const auto at = names_.networks().all().find(network);
    return at != names_.networks().all().end() && at->second.what != Bound::To;
  }
  void unbound();
  void networks();
  void halves();
  void misread_halves();
  void machines();
  void machine(const VmRows& vms, const VirtualMachine& machine, Groups& rows);
  void unreplicated(const VmRows& vms, Groups& rows);
  void misread_items();
  // Of everything named of this type that `is_meant`, what could not be read.
  template <class IsMeant>
  void unseen_names(std::string_view type, const ProviderError& error, IsMeant is_meant);
  void misread(std::string_view type, const std::vector<Misread>& rows);

  const View& view_;
  const ProjectNames& names_;
  const AzureSettings& settings_;
  const std::vector<std::string>& regions_;
  const bool whole_;
  Observation out_;
};

std::optional<Code> code_of(Bound what) {
  switch (what) {
    case Bound::Ambiguous: return Code::AmbiguousName;
    case Bound::Moved:
    case Bound::Elsewhere: return Code::ResourceMoved;
    case Bound::Twice: return Code::BoundTwice;
    case Bound::To:
    case Bound::Absent: break;
  }
  return std::nullopt;
}

// Names that are bound to no single resource, with what to write instead.
void Observer::unbound() {
  for (const auto& [type, bindings] :
       {std::pair<std::string_view, const Bindings*>("network", &names_.networks()), {"vm", &names_.machines()}})
    for (const auto& [identity, bound] : bindings->all()) {
      const bool moved = type == "network" && bound.what == Bound::To && view_.gone.contains(bound.id) &&
                         !bindings->all_taken(bound.others);
      const Binding binding = moved ? Binding{Bound::Moved, bound.others.front(), bound.others} : bound;
      if (binding.what == Bound::To || binding.what == Bound::Absent) continue;
      const std::string recorded = type == "network" ? names_.recorded_id(identity) : names_.recorded_machine(identity);
      BindingProblem problem = problem_of(identity, binding, recorded, type == "network" ? "network" : "machine");
      out_.unseen.push_back({identity, invalid(problem.code, problem.message, problem.help), code_of(binding.what)});
    }
}

template <class IsMeant>
void Observer::unseen_names(std::string_view type, const ProviderError& error, IsMeant is_meant) {
  for (const KnownName& each : names_.known())
    if (const auto place = place_of(each.identity); each.type == type && place && is_meant(each, *place))
      add_unseen(each.identity, error);
}

// What has that name, and so may be what was not understood.
void Observer::misread(std::string_view type, const std::vector<Misread>& rows) {
  for (const Misread& row : rows)
    unseen_names(type, row.error, [&](const KnownName&, const PlaceName& place) {
      return row.id.empty() || last_segment(row.id) == place.name;
    });
}

void Observer::add_sorted(Groups rows) {
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.front().identity < b.front().identity; });
  for (std::vector<CloudRow>& each : rows)
    for (CloudRow& row : each) out_.rows.push_back(std::move(row));
}

void Observer::networks() {
  Occupancy in_use = occupancy_of(view_.inventory, view_.nic_owners, view_.expanded);
  Groups rows;
  for (const auto& [subscription, contents] : view_.inventory.subscriptions) {
    if (!contents.networks) continue;
    misread("network", contents.networks->misread);
    if (contents.networks->error)
      unseen_names("network", *contents.networks->error,
                   [&, &subscription = subscription](const KnownName&, const PlaceName& place) {
                     return subscription ==
                            (place.subscription.empty() ? ascii_lower(settings_.subscription) : place.subscription);
                   });
    for (const VirtualNetwork& network : contents.networks->things) {
      if (!is_asked(network.region)) continue;
      const std::string identity = names_.network(network.id, network.region);
      if (is_unbound(identity)) continue;
      if (const auto unread = view_.unread.find(ascii_lower(network.id)); unread != view_.unread.end()) {
        add_unseen(identity, unread->second);
        continue;
      }
      auto row = network_row(network, identity, std::move(in_use[ascii_lower(network.id)]));
      if (const auto* error = std::get_if<ProviderError>(&row)) {
        add_unseen(identity, *error);
        continue;
      }
      std::get<CloudRow>(row).note = others_note(names_.networks(), identity);
      rows.push_back({std::move(std::get<CloudRow>(row))});
    }
  }
  add_sorted(std::move(rows));
}

void Observer::misread_halves() {
  for (const Misread& row : view_.inventory.mappings.misread) {
    std::string region;
    for (const Fabric& fabric : view_.inventory.plumbing.plumbing.fabrics)
      if (row.id.starts_with(ascii_lower(fabric.id) + '/')) region = fabric.region;
    if (!region.empty()) add_unseen(region, row.error);
    else
      for (const std::string& each : regions_) add_unseen(each, row.error);
  }
}

// Two mappings on one slot: which of them the service obeys is not known, so neither is a row.
void Observer::halves() {
  if (view_.inventory.mappings.error)
    for (const std::string& region : regions_) add_unseen(region, *view_.inventory.mappings.error);
  misread_halves();
  std::map<std::string, std::vector<CloudRow>> slots;
  for (const NetworkMapping& each : view_.inventory.mappings.things)
    if (is_asked(each.primary_region) || is_asked(each.recovery_region)) {
      CloudRow row = half_row(each, names_.network(each.primary_network, each.primary_region),
                              names_.network(each.recovery_network, each.recovery_region));
      slots[row.identity].push_back(std::move(row));
    }
  Groups rows;
  for (auto& [slot, on_it] : slots) {
    if (on_it.size() > 1 && is_unbound(std::string(find_value(on_it.front().attributes, "source").value_or(""))))
      continue;
    if (on_it.size() == 1) {
      rows.push_back(std::move(on_it));
      continue;
    }
    std::vector<std::string> ids;
    for (const CloudRow& row : on_it) ids.push_back(row.id);
    add_unseen(slot, invalid("TwoMappings",
                             fmt::format("{} mappings lead from one network to one region: {}", ids.size(),
                                         fmt::join(ids, ", ")),
                             "delete all but one of them in the portal"));
  }
  add_sorted(std::move(rows));
}

// An item that is not understood protects some machine. It is known which one where the item is recorded, or where it still
// says so; else none that is not known to be replicated may be taken for one that is not.
void Observer::misread_items() {
  const Misread* of_anybody = nullptr;
  for (const Misread& row : view_.inventory.items.misread) {
    const std::string item = vm_id(settings_, std::string(last_segment(row.id)));
    bool is_known = false;
    for (const KnownName& each : names_.known())
      if (each.type == "vm" && !row.id.empty() && ascii_lower(each.id) == item)
        add_unseen(each.identity, row.error), is_known = true;
    if (!is_known) of_anybody = &row;
  }
  if (of_anybody == nullptr) return;
  std::set<std::string> replicated;
  for (const ProtectedItem& each : view_.inventory.items.things) replicated.insert(names_.vm(each));
  unseen_names("vm", of_anybody->error,
               [&](const KnownName& each, const PlaceName&) { return !replicated.contains(each.identity); });
}

// A machine that is not replicated, unless one of its NICs may not be read: then it would look as if it had fewer.
void Observer::machine(const VmRows& vms, const VirtualMachine& machine, Groups& rows) {
  std::vector<CloudRow> made = vms.of(machine);
  const auto unread = std::find_if(made.begin() + 1, made.end(),
                                   [](const CloudRow& nic) { return !find_value(nic.attributes, "subnet"); });
  if (unread == made.end()) {
    rows.push_back(std::move(made));
    return;
  }
  ProviderError error = invalid("NicUnread", fmt::format("NIC {} of the machine may not be read", unread->id));
  error.kind = ErrorKind::Denied;
  add_unseen(made.front().identity, error);
}

void Observer::unreplicated(const VmRows& vms, Groups& rows) {
  std::set<std::string> unseen;
  for (const Unseen& each : out_.unseen) unseen.insert(each.scope);
  for (const auto& [subscription, contents] : view_.inventory.subscriptions) {
    if (!contents.machines) continue;
    const auto in_here = [&, &subscription = subscription](const KnownName& each, const PlaceName& place) {
      return names_.recorded_machine(each.identity).empty() &&
             subscription == (place.subscription.empty() ? ascii_lower(settings_.subscription) : place.subscription);
    };
    misread("vm", contents.machines->misread);
    const auto& error = contents.machines->error ? contents.machines->error : contents.interfaces->error;
    if (error) unseen_names("vm", *error, in_here);
    if (error) continue;
    for (const VirtualMachine& each : contents.machines->things) {
      const std::string identity = names_.machine(each);
      if (!is_asked(each.region) || vms.is_of_an_item(ascii_lower(each.id)) || unseen.contains(identity)) continue;
      if (whole_ || names_.names(identity)) machine(vms, each, rows);
    }
  }
}

void Observer::machines() {
  const Listed<ProtectedItem>& items = view_.inventory.items;
  if (items.error) {
    for (const std::string& region : regions_) add_unseen(region, *items.error);
    return;  // a machine that may be replicated must not look as if it were not
  }
  misread_items();
  const VmRows& vms = *view_.vms;
  Groups rows;
  for (const ProtectedItem& item : items.things)
    if (is_asked(item.initial_primary_region)) rows.push_back(vms.of(item));
  unreplicated(vms, rows);
  add_sorted(std::move(rows));
}

}  // namespace

Observation observation_of(const View& view, const AzureSettings& settings, const std::vector<std::string>& regions,
                           bool whole) {
  return Observer(view, settings, regions, whole).run();
}

}  // namespace pairform::azure
