#include "providers/azure/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr std::size_t k_lists_at_once = 8;

ProviderError not_understood(const std::string& wrong) {
  return invalid("AnswerNotUnderstood", fmt::format("Azure's answer is not understood: {}", wrong));
}

std::string id_in(simdjson::dom::element row) {
  std::string_view id;
  return row["id"].get(id) == simdjson::SUCCESS ? ascii_lower(id) : std::string();
}

ArmRequest listing(Session& session, Call call, const std::string& of) {
  auto out = request(call, session.settings, of);
  PAIRFORM_CHECK(out.has_value());
  return std::move(*out);
}

template <class Thing>
Listed<Thing> list_things(Session& session, const ArmRequest& first, Decoded<Thing> (*decode)(simdjson::dom::element),
                          const CallLimits& limits) {
  Listed<Thing> out;
  std::unordered_map<std::string, std::size_t> at;
  out.error = session.arm().list(
      first,
      [&](simdjson::dom::element row) {
        Decoded<Thing> decoded = decode(row);
        if (!decoded.thing) {
          if (decoded.wrong.empty()) ++out.others;
          else out.misread.push_back({id_in(row), not_understood(decoded.wrong)});
          return;
        }
        const auto [known, is_new] = at.emplace(ascii_lower(decoded.thing->id), out.things.size());
        if (is_new) out.things.push_back(std::move(*decoded.thing));
        else out.things[known->second] = std::move(*decoded.thing);
      },
      limits);
  if (out.error) out.things.clear(), out.misread.clear(), out.others = 0;
  return out;
}

std::string subscription_id(const std::string& guid) { return "/subscriptions/" + guid; }

// Of a kind of plumbing: what is not understood of it is an error, since something may stand on it.
template <class Thing>
void list_pieces(Session& session, Call call, Decoded<Thing> (*decode)(simdjson::dom::element),
                 std::vector<Thing>& pieces, std::optional<ProviderError>& error, const CallLimits& limits) {
  auto listed = list_things<Thing>(session, listing(session, call, session.settings.vault_id()), decode, limits);
  pieces = std::move(listed.things);
  error = std::move(listed.error);
  if (!error && !listed.misread.empty()) error = std::move(listed.misread.front().error);
}

}  // namespace

std::string subscription_of(std::string_view id) {
  const auto parsed = parse_arm_id(id);
  return parsed ? ascii_lower(parsed->subscription) : std::string();
}

Listed<NetworkMapping> list_mappings(Session& session, const CallLimits& limits) {
  return list_things<NetworkMapping>(session, listing(session, Call::ListMappings, session.settings.vault_id()),
                                     decode_network_mapping, limits);
}

Listed<ProtectedItem> list_items(Session& session, const CallLimits& limits) {
  return list_things<ProtectedItem>(session, listing(session, Call::ListItems, session.settings.vault_id()),
                                    decode_item, limits);
}

Listed<VirtualNetwork> list_networks(Session& session, const std::string& subscription, const CallLimits& limits) {
  return list_things<VirtualNetwork>(session, listing(session, Call::ListNetworks, subscription_id(subscription)),
                                     decode_network, limits);
}

Listed<NetworkInterface> list_interfaces(Session& session, const std::string& subscription, const CallLimits& limits) {
  return list_things<NetworkInterface>(session, listing(session, Call::ListInterfaces, subscription_id(subscription)),
                                       decode_interface, limits);
}

Listed<VirtualMachine> list_machines(Session& session, const std::string& subscription, const CallLimits& limits) {
  return list_things<VirtualMachine>(session, listing(session, Call::ListMachines, subscription_id(subscription)),
                                     decode_machine, limits);
}

ListedPlumbing list_plumbing(Session& session, const CallLimits& limits) {
  ListedPlumbing out;
  Plumbing& found = out.plumbing;
  run_at_once(
      {[&] { list_pieces(session, Call::ListFabrics, decode_fabric, found.fabrics, out.fabrics, limits); },
       [&] { list_pieces(session, Call::ListContainers, decode_container, found.containers, out.containers, limits); },
       [&] {
         list_pieces(session, Call::ListContainerMappings, decode_container_mapping, found.mappings, out.mappings,
                     limits);
       },
       [&] { list_pieces(session, Call::ListPolicies, decode_policy, found.policies, out.policies, limits); }});
  for (const auto* error : {&out.fabrics, &out.containers, &out.mappings, &out.policies})
    if (*error && !out.error) out.error = **error;
  return out;
}

std::optional<UnknownList> unknown_fabrics(const ListedPlumbing& listed, std::string_view from, std::string_view to) {
  if (listed.fabrics) return UnknownList("fabrics", *listed.fabrics);
  const auto has_several = [&](std::string_view region) {
    return std::count_if(listed.plumbing.fabrics.begin(), listed.plumbing.fabrics.end(),
                         [&](const Fabric& each) { return each.region == region; }) > 1;
  };
  if (!has_several(from) && !has_several(to)) return std::nullopt;
  if (listed.containers) return UnknownList("containers", *listed.containers);
  if (listed.mappings) return UnknownList("container mappings", *listed.mappings);
  return std::nullopt;
}

namespace {

template <class Thing>
ReadAnswer<Thing> read_one(Session& session, const ArmRequest& asked, Decoded<Thing> (*decode)(simdjson::dom::element),
                           const CallLimits& limits) {
  ArmResult result = session.arm().read(asked, limits);
  if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  if (answer.status != 200) {
    if (says_absent(answer)) return std::nullopt;
    return read_failure(answer);
  }
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  if (parser.parse(answer.body).get(body) != simdjson::SUCCESS) return not_understood("it is no JSON");
  Decoded<Thing> decoded = decode(body);
  if (!decoded.thing) return not_understood(decoded.wrong.empty() ? "it is of another kind" : decoded.wrong);
  return std::move(decoded.thing);
}

}  // namespace

ReadAnswer<VirtualNetwork> read_network(Session& session, const std::string& id, const CallLimits& limits) {
  auto asked = request(Call::ReadNetwork, session.settings, id);
  if (!asked) return not_understood(fmt::format("{} is no id of a network", id));
  asked->query = "$expand=subnets/ipConfigurations";
  return read_one(session, *asked, decode_network, limits);
}

ReadAnswer<NetworkMapping> read_mapping(Session& session, const std::string& id, const CallLimits& limits) {
  const auto asked = request(Call::ReadMapping, session.settings, id);
  if (!asked) return std::nullopt;
  return read_one(session, *asked, decode_network_mapping, limits);
}

ReadAnswer<VirtualMachine> read_machine(Session& session, const std::string& id, const CallLimits& limits) {
  const auto asked = request(Call::ReadMachine, session.settings, id);
  if (!asked) return std::nullopt;
  return read_one(session, *asked, decode_machine, limits);
}

ReadAnswer<ProtectedItem> read_item(Session& session, const std::string& id, const CallLimits& limits) {
  const auto asked = request(Call::ReadItem, session.settings, id);
  if (!asked) return std::nullopt;
  return read_one(session, *asked, decode_item, limits);
}

void run_at_once(const std::vector<std::function<void()>>& tasks) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto work = [&] {
    for (std::size_t at = next++; at < tasks.size(); at = next++) try {
        tasks[at]();
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!thrown) thrown = std::current_exception();
      }
  };
  std::vector<std::thread> threads;
  try {
    while (threads.size() + 1 < std::min(tasks.size(), k_lists_at_once)) threads.emplace_back(work);
  } catch (const std::system_error&) {  // the system gives no more threads: fewer at once
  }
  work();
  for (std::thread& thread : threads) thread.join();
  if (thrown) std::rethrow_exception(thrown);
}

namespace {

// Adds what is to be read of these subscriptions and is not read yet.
void add_tasks(Session& session, Inventory& out, const std::set<std::string>& subscriptions, bool machines,
               const CallLimits& limits, std::vector<std::function<void()>>& tasks) {
  for (const std::string& each : subscriptions) {
    SubscriptionContents& contents = out.subscriptions[each];
    const auto add = [&](auto& place, auto list) {
      if (place) return;
      place.emplace();
      tasks.emplace_back([&session, &place = *place, list, each, &limits] { place = list(session, each, limits); });
    };
    add(contents.networks, list_networks);
    if (!machines) continue;
    add(contents.interfaces, list_interfaces);
    add(contents.machines, list_machines);
  }
}

std::set<std::string> shown_subscriptions(const Inventory& inventory) {
  std::set<std::string> out;
  for (const NetworkMapping& each : inventory.mappings.things)
    for (const std::string& id : {each.primary_network, each.recovery_network}) out.insert(subscription_of(id));
  for (const ProtectedItem& each : inventory.items.things) {
    out.insert(subscription_of(each.machine));
    out.insert(subscription_of(each.selected_network));
  }
  out.erase("");
  return out;
}

}  // namespace

Inventory read_inventory(Session& session, const InventoryScope& scope, const CallLimits& limits) {
  Inventory out;
  std::vector<std::function<void()>> tasks{[&] { out.plumbing = list_plumbing(session, limits); },
                                           [&] { out.items = list_items(session, limits); },
                                           [&] { out.mappings = list_mappings(session, limits); }};
  add_tasks(session, out, scope.subscriptions, scope.machines, limits, tasks);
  run_at_once(tasks);
  tasks.clear();
  std::set<std::string> subscriptions = shown_subscriptions(out);
  subscriptions.insert(scope.subscriptions.begin(), scope.subscriptions.end());
  add_tasks(session, out, subscriptions, scope.machines || !out.items.things.empty(), limits, tasks);
  run_at_once(tasks);
  return out;
}

}  // namespace pairform::azure
