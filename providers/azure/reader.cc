#include "providers/azure/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/shared_listing.h"
#include "providers/azure/view.h"
#include "schema/value.h"

namespace pairform::azure {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds k_listing_serves{2};

// What reads have tried again and given up is not to be tried six times more by whoever asked: that would be thirty
// requests. What ran out of time, or was stopped, stays what it is.
ProviderError after_retries(ProviderError error, const CallLimits& limits) {
  if (is_retryable(error.kind) && steady_clock::now() < limits.deadline) error.kind = ErrorKind::Invalid;
  return error;
}

std::string made_key(std::string_view type, const std::string& identity) {
  return fmt::format("{} {}", type, identity);
}

// "eastasia/app", "southeastasia" of a half's identity.
std::pair<std::string, std::string> half_parts(const std::string& identity) {
  const std::size_t colon = identity.rfind(':');
  if (colon == identity.npos) return {identity, {}};
  return {identity.substr(0, colon), identity.substr(colon + 1)};
}

// Networks of one subscription by region and name, folded.
struct NetworkIndex {
  std::multimap<std::pair<std::string, std::string>, VirtualNetwork> networks;
  std::vector<Misread> misread;
  std::optional<ProviderError> error;
};

NetworkIndex read_index(Session& session, const std::string& subscription, const CallLimits& limits) {
  auto listed = list_networks(session, subscription, limits);
  NetworkIndex out{{}, std::move(listed.misread), std::move(listed.error)};
  for (VirtualNetwork& each : listed.things) {
    std::pair<std::string, std::string> name(each.region, ascii_lower(each.name));
    out.networks.emplace(std::move(name), std::move(each));
  }
  return out;
}

}  // namespace

// Everything, with its rows by type and identity, and by type and id.
struct Everything {
  std::shared_ptr<const View> view;
  Observation seen;
  std::map<std::pair<std::string, std::string>, std::size_t> by_identity, by_id;
  std::map<std::string, ProviderError> unseen;
  std::optional<ProviderError> error;
};

struct Reader::State {
  std::mutex mutex;  // of all that is not a listing
  std::vector<KnownName> known;
  std::shared_ptr<const View> view;                  // as observed
  std::map<std::string, std::string> made;           // type and identity -> id, as spelled
  std::map<std::string, std::string> made_identity;  // folded ARM id of a network -> identity
  steady_clock::time_point written{};                // the last write
  std::map<std::string, std::shared_ptr<SharedListing<NetworkIndex>>> networks;  // by subscription
  SharedListing<Listed<NetworkMapping>> mappings;
  SharedListing<ListedItems> items;
  SharedListing<ListedPlumbing> plumbing;
  SharedListing<Everything> everything;

  Recent up_to_date() {
    const std::lock_guard lock(mutex);
    return {k_listing_serves, written};
  }
  std::string made_id(std::string_view type, const std::string& identity) {
    const std::lock_guard lock(mutex);
    const auto at = made.find(made_key(type, identity));
    return at == made.end() ? std::string() : at->second;
  }
  std::shared_ptr<const View> observed() {
    const std::lock_guard lock(mutex);
    return view;
  }
};

Reader::Reader(Session& session) : session_(session), state_(std::make_unique<State>()) {}
Reader::~Reader() = default;

namespace {

std::vector<KnownName> own(std::span<const KnownResource> known) {
  std::vector<KnownName> out;
  for (const KnownResource& each : known)
    out.push_back({std::string(each.type), std::string(each.identity), ascii_lower(each.id)});
  return out;
}

}  // namespace

void Reader::know(std::span<const KnownResource> known) {
  const std::lock_guard lock(state_->mutex);
  state_->known = own(known);
}

void Reader::observe(const ObserveRequest& asked, const std::function<void(Observation&&)>& page,
                     const CallLimits& limits) {
  if (asked.regions.empty() && !asked.whole_scope) return;
  know(asked.known);
  auto view = std::make_shared<View>(read_view(session_, own(asked.known), asked.whole_scope, limits));
  if (limits.stop.stop_requested()) return;
  const std::vector<std::string> regions(asked.regions.begin(), asked.regions.end());
  Observation observation = observation_of(*view, session_.settings, regions, asked.whole_scope);
  for (Unseen& each : observation.unseen) each.error = after_retries(std::move(each.error), limits);
  {
    const std::lock_guard lock(state_->mutex);
    state_->view = std::move(view);
  }
  page(std::move(observation));
}

std::shared_ptr<const View> Reader::observed() const { return state_->observed(); }

Recent Reader::up_to_date() const { return state_->up_to_date(); }

const ListedPlumbing* Reader::observed_plumbing() const {
  const std::lock_guard lock(state_->mutex);
  return state_->view == nullptr ? nullptr : &state_->view->inventory.plumbing;
}

void Reader::wrote() {
  const std::lock_guard lock(state_->mutex);
  state_->written = steady_clock::now();
}

void Reader::made(std::string_view type, const std::string& identity, const std::string& id) {
  const std::lock_guard lock(state_->mutex);
  state_->made[made_key(type, identity)] = id;
  if (type == "network") state_->made_identity[ascii_lower(id)] = identity;
}

std::shared_ptr<const ListedPlumbing> Reader::plumbing(const CallLimits& limits) {
  return state_->plumbing.get(up_to_date(), limits, [&] { return list_plumbing(session_, limits); });
}

// Everything, for those who look something up before it was observed, or that no listing showed.
std::shared_ptr<const Everything> Reader::list_everything(const CallLimits& limits) {
  std::vector<KnownName> known;
  {
    const std::lock_guard lock(state_->mutex);
    known = state_->known;
    for (const auto& [id, identity] : state_->made_identity) {
      const bool there = std::any_of(known.begin(), known.end(), [&, &identity = identity](const KnownName& each) {
        return each.type == "network" && each.identity == identity;
      });
      if (!there) known.push_back({"network", identity, id});
    }
  }
  return state_->everything.get(up_to_date(), limits, [&] {
    Everything out;
    out.view = std::make_shared<View>(read_view(session_, known, true, limits));
    out.error = out.view->error;
    out.seen = observation_of(*out.view, session_.settings, {}, true);
    for (std::size_t i = 0; i < out.seen.rows.size(); ++i) {
      const CloudRow& row = out.seen.rows[i];
      out.by_identity.emplace(std::pair(row.type, row.identity), i);
      out.by_id.emplace(std::pair(row.type, row.id), i);
    }
    for (const Unseen& each : out.seen.unseen) out.unseen.emplace(each.scope, each.error);
    return out;
  });
}

std::string Reader::network_identity(const std::string& id, const std::string& region) {
  const std::lock_guard lock(state_->mutex);
  if (const auto at = state_->made_identity.find(ascii_lower(id)); at != state_->made_identity.end()) return at->second;
  if (state_->view != nullptr) return state_->view->names->network(id, region);
  const Bindings none({}, {}, session_.settings.subscription);
  return none.identity(id, region);
}

// Not observed yet: a resumed run. Then everything is listed once, so that rows speak the project's terms.
std::optional<ProviderError> Reader::need_names(const CallLimits& limits) {
  if (state_->observed() != nullptr) return std::nullopt;
  const auto all = list_everything(limits);
  if (all == nullptr) return unanswered(limits);
  if (all->error) return all->error;
  const std::lock_guard lock(state_->mutex);
  if (state_->view == nullptr) state_->view = all->view;
  return std::nullopt;
}

Reader::IdAnswer Reader::network_id(const std::string& identity, const CallLimits& limits) {
  if (std::string id = state_->made_id("network", identity); !id.empty()) return id;
  if (const auto view = state_->observed()) {
    const auto& all = view->names->networks().all();
    if (const auto at = all.find(identity); at != all.end() && at->second.what == Bound::To)
      return spelled(at->second.id);
  }
  return find_network(identity, {}, limits);
}

// By its name, in a listing of its subscription.
Reader::IdAnswer Reader::find_network(const std::string& identity, const std::string& recorded,
                                      const CallLimits& limits) {
  const auto place = place_of(identity);
  if (!place) return AbsentAnswer{};
  const std::string subscription =
      place->subscription.empty() ? ascii_lower(session_.settings.subscription) : place->subscription;
  std::shared_ptr<SharedListing<NetworkIndex>> listing;
  {
    const std::lock_guard lock(state_->mutex);
    auto& at = state_->networks[subscription];
    if (at == nullptr) at = std::make_shared<SharedListing<NetworkIndex>>();
    listing = at;
  }
  const auto index = listing->get(up_to_date(), limits, [&] { return read_index(session_, subscription, limits); });
  if (index == nullptr) return unanswered(limits);
  if (index->error) return *index->error;
  for (const Misread& each : index->misread)
    if (each.id.empty() || last_segment(each.id) == place->name) return each.error;
  std::vector<Candidate> candidates;
  std::map<std::string, std::string> spelling;
  const auto [first, last] = index->networks.equal_range({place->region, place->name});
  for (auto at = first; at != last; ++at) {
    const auto parsed = parse_arm_id(at->second.id);
    const std::string id = ascii_lower(at->second.id);
    spelling[id] = at->second.id;
    candidates.push_back({id, at->second.region, ascii_lower(at->second.name), ascii_lower(parsed->subscription),
                          ascii_lower(parsed->resource_group)});
  }
  std::vector<NamedPlace> named{{identity, recorded}};
  {
    const std::lock_guard lock(state_->mutex);
    for (const KnownName& each : state_->known)
      if (const auto other = place_of(each.identity); each.type == "network" && each.identity != identity && other &&
                                                      other->region == place->region && other->name == place->name)
        named.push_back({each.identity, each.id});
  }
  const Bindings bindings(named, candidates, session_.settings.subscription);
  const Binding& binding = bindings.all().at(identity);
  if (binding.what == Bound::To) return spelling[binding.id];
  if (binding.what == Bound::Absent) return AbsentAnswer{};
  const BindingProblem problem = problem_of(identity, binding, recorded, "network");
  return invalid(problem.code, problem.message, problem.help);
}

std::string Reader::spelled(const std::string& folded) {
  const auto view = state_->observed();
  if (view == nullptr) return folded;
  const auto contents = view->inventory.subscriptions.find(subscription_of(folded));
  if (contents != view->inventory.subscriptions.end() && contents->second.networks)
    for (const VirtualNetwork& each : contents->second.networks->things)
      if (ascii_lower(each.id) == folded) return each.id;
  return folded;
}

LookupAnswer Reader::look_up_network(const std::string& identity, const std::string& id, const CallLimits& limits) {
  std::string path = id;
  if (path.empty()) {
    IdAnswer found = network_id(identity, limits);
    if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
    if (const auto* there = std::get_if<std::string>(&found)) path = *there;
    // A listing leaves out in silence what may not be read. Where its path is known, the thing itself is asked.
    else if (path = path_of(identity); path.empty()) return AbsentAnswer{};
  }
  auto read = read_network(session_, path, limits);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  const auto& network = std::get<std::optional<VirtualNetwork>>(read);
  if (!network) {
    if (identity.empty()) return AbsentAnswer{};
    IdAnswer other = find_network(identity, ascii_lower(path), limits);  // one of the same name is not the same network
    if (auto* error = std::get_if<ProviderError>(&other)) return std::move(*error);
    return AbsentAnswer{};
  }
  const std::string called = identity.empty() ? network_identity(network->id, network->region) : identity;
  const auto place = place_of(called);
  if (place && place->region != network->region) return AbsentAnswer{};  // of that name, in another region
  static const std::map<std::string, std::string> none;
  const auto view = state_->observed();
  Occupancy in_use = occupancy_of({}, view == nullptr ? none : view->nic_owners, {*network});
  auto row = network_row(*network, called, std::move(in_use[ascii_lower(network->id)]));
  if (auto* error = std::get_if<ProviderError>(&row)) return std::move(*error);
  if (view != nullptr) std::get<CloudRow>(row).note = others_note(view->names->networks(), called);
  return std::get<CloudRow>(std::move(row));
}

// Of an identity that names its group; "" of another one.
std::string Reader::path_of(const std::string& identity) const {
  const auto place = place_of(identity);
  if (!place || place->resource_group.empty()) return {};
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/virtualNetworks/{}",
                     place->subscription.empty() ? session_.settings.subscription : place->subscription,
                     place->resource_group, place->name);
}

CloudRow Reader::row_of(const NetworkMapping& mapping, const std::string& identity) {
  const auto [source, region] = half_parts(identity);
  return half_row(mapping,
                  identity.empty() ? network_identity(mapping.primary_network, mapping.primary_region) : source,
                  network_identity(mapping.recovery_network, mapping.recovery_region));
}

// In a list of the vault's mappings that is so new.
LookupAnswer Reader::listed_half(const std::string& identity,
                                 const std::function<bool(const NetworkMapping&)>& is_meant, const Recent& recent,
                                 const CallLimits& limits) {
  const auto listed = state_->mappings.get(recent, limits, [&] { return list_mappings(session_, limits); });
  if (listed == nullptr) return unanswered(limits);
  if (listed->error) return *listed->error;
  if (!listed->misread.empty()) return listed->misread.front().error;
  std::vector<const NetworkMapping*> on_slot;
  for (const NetworkMapping& each : listed->things)
    if (is_meant(each)) on_slot.push_back(&each);
  if (on_slot.empty()) return AbsentAnswer{};
  if (on_slot.size() == 1) return row_of(*on_slot.front(), identity);
  const auto [source, region] = half_parts(identity);
  return invalid("TwoMappings", fmt::format("{} mappings lead from {} to {}", on_slot.size(), source, region),
                 "delete all but one of them in the portal");
}

// By its own path first, where that is known: a listing may be behind.
LookupAnswer Reader::look_up_half(const std::string& identity, const std::string& id, const CallLimits& limits) {
  if (auto error = need_names(limits)) return std::move(*error);
  const auto [source, region] = half_parts(identity);
  std::string primary;
  if (!identity.empty()) {
    IdAnswer found = network_id(source, limits);
    if (auto* error = std::get_if<ProviderError>(&found); error != nullptr && id.empty()) return std::move(*error);
    if (const auto* there = std::get_if<std::string>(&found)) primary = ascii_lower(*there);
  }
  const auto is_meant = [&, region = region](const NetworkMapping& each) {
    return identity.empty() || (each.recovery_region == region &&
                                (primary.empty() ? !id.empty() : ascii_lower(each.primary_network) == primary));
  };
  const std::string made = identity.empty() ? std::string() : state_->made_id("mapping", identity);
  for (const std::string& path : {id, made}) {
    if (path.empty()) continue;
    auto read = read_mapping(session_, path, limits);
    if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
    if (const auto& there = std::get<std::optional<NetworkMapping>>(read); there && is_meant(*there))
      return row_of(*there, identity);
  }
  if (primary.empty()) return AbsentAnswer{};
  // Nothing that this run wrote on other slots takes this one, so that it is free may be told by a listing from before those
  // writes: five hundred halves that are made do not list all mappings each. Not that it is taken: that may be over.
  if (id.empty() && made.empty()) {
    LookupAnswer free = listed_half(identity, is_meant, {k_listing_serves}, limits);
    if (!std::holds_alternative<CloudRow>(free)) return free;
  }
  return listed_half(identity, is_meant, up_to_date(), limits);
}

std::shared_ptr<const ListedItems> Reader::items(const Recent& recent, const CallLimits& limits) {
  return state_->items.get(recent, limits, [&] {
    ListedItems out{list_items(session_, limits), {}, {}};
    const auto view = state_->observed();
    for (std::size_t i = 0; i < out.things.size(); ++i) {
      if (view != nullptr) out.by_vm.emplace(view->names->vm(out.things[i]), i);
      out.by_id.emplace(ascii_lower(out.things[i].id), i);
    }
    return out;
  });
}

Reader::IdAnswer Reader::machine_id(const std::string& identity, const CallLimits& limits) {
  if (auto error = need_names(limits)) return std::move(*error);
  const auto view = state_->observed();
  const auto& all = view->names->machines().all();
  const auto at = all.find(identity);
  if (at == all.end() || at->second.what == Bound::Absent) return AbsentAnswer{};
  if (at->second.what == Bound::To) return view->vms->spelled_machine(at->second.id);
  const BindingProblem problem = problem_of(identity, at->second, view->names->recorded_machine(identity), "machine");
  return invalid(problem.code, problem.message, problem.help);
}

// As this run knows it without asking: it made it, or it was listed. "" where it was not.
std::string Reader::listed_item_id(const std::string& identity, const std::string& recorded) const {
  if (std::string made = state_->made_id("vm", identity); !made.empty()) return made;
  const auto view = state_->observed();
  if (view == nullptr) return {};
  if (const auto at = view->items.find(identity); at != view->items.end()) return at->second->id;
  if (!recorded.empty())
    for (const ProtectedItem& item : view->inventory.items.things)
      if (vm_id(session_.settings, item.name) == ascii_lower(recorded)) return item.id;
  return {};
}

Reader::IdAnswer Reader::item_id(const std::string& identity, const std::string& recorded, const CallLimits& limits) {
  if (auto error = need_names(limits)) return std::move(*error);
  if (std::string id = listed_item_id(identity, recorded); !id.empty()) return id;
  const auto listed = items(up_to_date(), limits);
  if (listed == nullptr) return unanswered(limits);
  if (listed->error) return *listed->error;
  const auto view = state_->observed();
  for (const ProtectedItem& item : listed->things)
    if (vm_id(session_.settings, item.name) == ascii_lower(recorded) || view->names->vm(item) == identity)
      return item.id;
  if (!listed->misread.empty()) return listed->misread.front().error;
  return AbsentAnswer{};
}

// Networks that this run made are called as the project calls them, though no listing had them.
void Reader::rename_made(CloudRow& row) {
  const Bindings none({}, {}, session_.settings.subscription);
  std::map<std::string, std::string> names;  // by long identity
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [id, identity] : state_->made_identity)
      if (const auto place = place_of(identity)) names[none.identity(id, place->region)] = identity;
  }
  for (NamedValue& each : row.attributes)
    if (each.value && (each.name == "network" || each.name == "target_network" || each.name == "test_network"))
      if (const auto at = names.find(*each.value); at != names.end()) each.value = at->second;
}

LookupAnswer Reader::row_of_item(const ProtectedItem& item, const LookupKey& key) {
  const auto view = state_->observed();
  for (CloudRow& row : view->vms->of(item)) {
    if (row.type != key.type || (key.identity.empty() ? row.id != key.id : row.identity != key.identity)) continue;
    rename_made(row);
    return std::move(row);
  }
  return AbsentAnswer{};
}

namespace {

// "eastasia/web0" of itself and of "eastasia/web0/web0-front".
std::string vm_of(const LookupKey& key) {
  return std::string(key.type == "nic" ? key.identity.substr(0, key.identity.rfind('/')) : key.identity);
}

}  // namespace

// By its item: one that this run writes is read singly, all others are told by one list; what is not replicated by a listing
// of everything.
LookupAnswer Reader::look_up_vm(const LookupKey& key, const CallLimits& limits) {
  if (auto error = need_names(limits)) return std::move(*error);
  const std::string of = vm_of(key);
  if (const std::string path = state_->made_id("vm", of); !path.empty()) {
    auto read = read_item(session_, path, limits);
    if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
    if (const auto& item = std::get<std::optional<ProtectedItem>>(read)) return row_of_item(*item, key);
  }
  const auto listed = items(up_to_date(), limits);
  if (listed == nullptr) return unanswered(limits);
  if (listed->error) return *listed->error;
  if (const ProtectedItem* item = listed->of(of)) return row_of_item(*item, key);
  const auto all = list_everything(limits);
  if (all == nullptr) return unanswered(limits);
  if (all->error) return *all->error;
  const std::string type(key.type), identity(key.identity);
  const auto& index = identity.empty() ? all->by_id : all->by_identity;
  if (const auto at = index.find({type, identity.empty() ? ascii_lower(key.id) : identity}); at != index.end())
    return all->seen.rows[at->second];
  if (const auto at = all->unseen.find(of); at != all->unseen.end()) return at->second;
  return AbsentAnswer{};
}

std::vector<LookupAnswer> Reader::lookup_of_vm(std::span<const LookupKey> keys, const CallLimits& limits) {
  std::vector<LookupAnswer> out;
  const std::string path = keys.size() > 1 ? state_->made_id("vm", vm_of(keys.front())) : std::string();
  if (!path.empty() && !limits.stop.stop_requested() && state_->observed() != nullptr) {
    auto read = read_item(session_, path, limits);
    if (const auto* error = std::get_if<ProviderError>(&read)) return {keys.size(), after_retries(*error, limits)};
    if (const auto& item = std::get<std::optional<ProtectedItem>>(read))
      for (const LookupKey& key : keys) out.push_back(row_of_item(*item, key));
  }
  if (out.empty())
    for (const LookupKey& key : keys) out.push_back(lookup(key, limits));
  return out;
}

LookupAnswer Reader::lookup(const LookupKey& key, const CallLimits& limits) {
  if (limits.stop.stop_requested() || steady_clock::now() > limits.deadline) return unanswered(limits);
  LookupAnswer answer = key.type == "network" ? look_up_network(std::string(key.identity), std::string(key.id), limits)
                        : key.type == "mapping" ? look_up_half(std::string(key.identity), std::string(key.id), limits)
                                                : look_up_vm(key, limits);
  if (limits.stop.stop_requested()) return stopped();
  if (auto* error = std::get_if<ProviderError>(&answer)) return after_retries(std::move(*error), limits);
  return answer;
}

}  // namespace pairform::azure
