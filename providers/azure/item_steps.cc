#include "providers/azure/item_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "providers/azure/arm_id.h"
#include "providers/azure/bodies.h"
#include "providers/azure/eligibility.h"
#include "providers/azure/identity.h"
#include "providers/azure/nic_list.h"
#include "providers/azure/replication_checks.h"
#include "providers/azure/resource_group.h"
#include "providers/azure/view.h"
#include "providers/azure/vm_settings.h"
#include "schema/sha256.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// A machine that is enabled, and what is chosen for it.
struct Enabling {
  std::string machine;                     // ARM id, as spelled
  std::string from_region, target_region;  // canonical
  std::string item;                        // name of the item
  ReplicationChoice choice;
};

std::variant<Enabling, ProviderError> enabling_of(const StepRun& run, const Writing& with) {
  Reader::IdAnswer found = with.reader.machine_id(run.step.identity, with.limits);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  const auto* machine = std::get_if<std::string>(&found);
  if (machine == nullptr)
    return invalid("MachineNotFound", fmt::format("there is no machine {}", run.step.identity),
                   "correct region, name and resource_group of the stanza");
  Enabling out{*machine,
               canonical_region(given(run.step, "region")),
               canonical_region(given(run.step, "target_region")),
               item_name(with.session.settings.vault_id(), *machine),
               {}};
  const auto view = with.reader.observed();
  out.choice =
      choose_replication(run.step.extras, with.session.settings, *machine, out.from_region, view->cache_accounts);
  return out;
}

// What the vault replicates, in a listing of `age` ago or later: also from before our own writes. Five hundred machines that
// are enabled, or seeded, do not list all items each.
std::variant<std::shared_ptr<const ListedItems>, ProviderError> recent_items(const Writing& with, milliseconds age) {
  auto listed = with.reader.items({age}, with.limits);
  if (listed == nullptr) return unanswered(with.limits);
  if (listed->error) return *listed->error;
  return listed;
}

ProviderError already_replicated(const ProtectedItem& item) {
  return invalid("AlreadyReplicated",
                 fmt::format("{} is replicated already, to {}, as {}", last_segment(item.machine), item.recovery_region,
                             item.name),
                 "plan again: somebody enabled it meanwhile");
}

// It is the item that this step makes: how far is it, and what is left to write?
Move follow_enabling(StepRun& run, const Writing& with, const Enabling& of, const FoundItem& found) {
  const ProtectedItem& item = found.item;
  if (!same_word(item.machine, of.machine) || item.recovery_region != of.target_region) return already_replicated(item);
  run.seeding = item.status.status == Status::Busy;
  if (run.seeding) return Waits{item.going_on(), with.session.scaled(k_seeding_look)};
  if (item.status.status == Status::Broken) {
    ProviderError error = invalid(
        "EnablingFailed",
        fmt::format("replication of {} could not be enabled: {}", last_segment(item.machine), item.status.because),
        "disable it in the portal once its cause is mended, then plan again");
    error.job = run.last_job;
    return error;
  }
  if (item.status.status != Status::Settled) return held(item);
  // What the service chose itself. The machine's name and size over there go with its first landing.
  ItemChange change;
  if (auto error = add_networks(change, run.step, with)) return std::move(*error);
  if (shows_change(found.thing.root, change)) return Reached{};
  auto body = item_change_body(found.thing.root, change);
  if (auto* error = std::get_if<ProviderError>(&body)) return std::move(*error);
  ArmRequest patch = *request(Call::ChangeItem, with.session.settings, run.id);
  patch.body = std::get<std::string>(std::move(body));
  return send(run, with, Underway::Service::SiteRecovery, patch,
              fmt::format("settings of {}", last_segment(item.machine)));
}

// All that can be known before a job is begun. None: nothing speaks against it.
std::optional<Move> check_enabling(StepRun& run, const Writing& with, const Enabling& of) {
  auto machine = read_machine(with.session, of.machine, with.limits);
  if (auto* error = std::get_if<ProviderError>(&machine)) return std::move(*error);
  const auto& there = std::get<std::optional<VirtualMachine>>(machine);
  if (!there)
    return invalid("MachineNotFound", fmt::format("there is no machine {} any more", of.machine), "plan again");
  if (auto error = refuse_machine(*there, of.choice.exclude_disks)) return write_error(with.session, std::move(*error));
  auto disks = protected_disks(*there, of.choice.exclude_disks);
  if (auto* error = std::get_if<ProviderError>(&disks)) return std::move(*error);
  run.disks = std::get<std::vector<std::string>>(std::move(disks));
  if (of.choice.cache_account.empty()) return no_cache_account(of.from_region);
  if (auto error = check_cache_account(with, of.choice.cache_account, of.from_region)) return std::move(*error);
  const auto id = parse_arm_id(of.machine);
  if (auto move = need_group(run, with, id->subscription, of.choice.target_group, of.target_region)) return move;
  if (auto error = check_eligibility(with, of.machine)) return std::move(*error);
  return std::nullopt;
}

// The subnet that it lands in at first: of the name of that of its first NIC, else the first by name. A nic's own step says
// better once the machine is protected.
std::string first_subnet(const Writing& with, const VirtualNetwork& network, const std::string& machine) {
  const std::string own = with.reader.observed()->vms->first_subnet_of(ascii_lower(machine));
  std::string first;
  for (const AzureSubnet& each : network.subnets) {
    if (same_word(each.name, own)) return each.name;
    if (first.empty() || ascii_lower(each.name) < ascii_lower(first)) first = each.name;
  }
  return first;
}

Move begin_replication(StepRun& run, const Writing& with, const Enabling& of, const PlumbingWay& way) {
  Reader::IdAnswer target = with.reader.network_id(given(run.step, "target_network"), with.limits);
  if (auto* error = std::get_if<ProviderError>(&target)) return std::move(*error);
  const auto* network = std::get_if<std::string>(&target);
  if (network == nullptr)
    return invalid("NetworkNotFound", fmt::format("there is no network {}", given(run.step, "target_network")),
                   "make the network first");
  auto there = read_network(with.session, *network, with.limits);
  if (auto* error = std::get_if<ProviderError>(&there)) return std::move(*error);
  const auto& found = std::get<std::optional<VirtualNetwork>>(there);
  if (!found) return invalid("NetworkNotFound", fmt::format("there is no network {}", *network), "plan again");
  const auto id = parse_arm_id(of.machine);
  NewItem item;
  item.policy = way.policy;
  item.machine = of.machine;
  item.recovery_container = way.target_container;
  item.resource_group = fmt::format("/subscriptions/{}/resourceGroups/{}", id->subscription, of.choice.target_group);
  item.network = *network;
  item.subnet = first_subnet(with, *found, of.machine);
  item.cache_account = of.choice.cache_account;
  item.disks = run.disks;
  item.zone = of.choice.target_zone;
  item.replica_disk_type = of.choice.replica_disk_type;
  item.target_disk_type = of.choice.target_disk_type;
  const auto asked = request(Call::MakeItem, with.session.settings, way.container, of.item);
  if (!asked) return invalid("NoSuchId", fmt::format("this is no container: {}", way.container));
  ArmRequest put = *asked;
  put.body = item_body(item);
  if (with.may_send) with.reader.made("vm", run.step.identity, run.id);
  Move move =
      send(run, with, Underway::Service::SiteRecovery, put, fmt::format("replication of {}", last_segment(of.machine)));
  if (std::holds_alternative<Sent>(move)) run.seeding = true;
  return move;
}

std::string item_path(const std::string& container, const Enabling& of) {
  return fmt::format("{}/replicationProtectedItems/{}", container, of.item);
}

// Where it will be, for the handle of a step that waits for its container.
std::string expected_id(const Writing& with, const Enabling& of) {
  const std::string fabric = fabric_name(of.from_region);
  return item_path(fmt::format("{}/replicationFabrics/{}/replicationProtectionContainers/{}",
                               with.session.settings.vault_id(), fabric, container_name(fabric)),
                   of);
}

// The item, where there is one: of this step, or in its way.
std::optional<Move> follow_item(StepRun& run, const Writing& with, const Enabling& of) {
  if (run.seeding)
    if (auto waits = still_seeding(ascii_lower(run.id), with)) return waits;
  if (!run.checked) {
    auto listed = recent_items(with, 2s);
    if (auto* error = std::get_if<ProviderError>(&listed)) return std::move(*error);
    if (const ProtectedItem* item = std::get<std::shared_ptr<const ListedItems>>(listed)->of(run.step.identity)) {
      if (!same_word(item->name, of.item)) return already_replicated(*item);
      run.id = item->id;
    }
  }
  if (run.id.empty()) return std::nullopt;
  ItemAnswer found = find_item(with, run.id);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (const auto* item = std::get_if<FoundItem>(&found)) {
    run.id = item->item.id;
    with.reader.made("vm", run.step.identity, run.id);
    return follow_enabling(run, with, of, *item);
  }
  return std::nullopt;
}

Move enable(StepRun& run, const Writing& with) {
  auto enabling = enabling_of(run, with);
  if (auto* error = std::get_if<ProviderError>(&enabling)) return std::move(*error);
  const Enabling& of = std::get<Enabling>(enabling);
  if (auto move = follow_item(run, with, of)) return std::move(*move);
  if (!run.checked) {
    if (auto move = check_enabling(run, with, of)) {
      if (run.id.empty()) run.id = expected_id(with, of);
      return std::move(*move);
    }
    run.checked = true;
  }
  auto way = with.plumbing.way(of.from_region, of.target_region, PlumbingNeed::Machine, with.limits, with.may_send);
  if (auto* error = std::get_if<ProviderError>(&way)) return std::move(*error);
  if (auto* waits = std::get_if<Waits>(&way)) {
    if (run.id.empty()) run.id = expected_id(with, of);
    return std::move(*waits);
  }
  const PlumbingWay& there = std::get<PlumbingWay>(way);
  run.id = item_path(there.container, of);
  return begin_replication(run, with, of, there);
}

// The item of the vm, by what is recorded of it; none: it is not there.
std::optional<Move> locate_item(StepRun& run, const Writing& with) {
  if (!run.id.empty()) return std::nullopt;
  Reader::IdAnswer found = with.reader.item_id(run.step.identity, run.step.id, with.limits);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (auto* id = std::get_if<std::string>(&found)) run.id = *id;
  else return Reached{};
  return std::nullopt;
}

// It is not where it was: it has ended, or goes the other way round since then, in the other container. Where the service said
// that our own request has ended it, nothing is listed: five hundred that end would list all the others each.
Move gone_item(const StepRun& run, const Writing& with) {
  if (run.confirmed) return Reached{};
  const auto listed = with.reader.items(with.reader.up_to_date(), with.limits);
  if (listed == nullptr) return unanswered(with.limits);
  if (listed->error) return *listed->error;
  for (const ProtectedItem& item : listed->things)
    if (same_word(item.name, last_segment(run.id)) && !same_word(item.id, run.id)) return held(item);
  return Reached{};
}

Move disable(StepRun& run, const Writing& with) {
  if (auto end = locate_item(run, with)) return std::move(*end);
  // Ended meanwhile, and begun anew by somebody else as another item: that one is not deleted.
  if (!same_word(vm_id(with.session.settings, std::string(last_segment(run.id))), run.step.id)) return Reached{};
  ItemAnswer found = find_item(with, run.id);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (std::holds_alternative<Missing>(found)) return gone_item(run, with);
  const ProtectedItem& item = std::get<FoundItem>(found).item;
  run.id = item.id;
  if (run.sent && item.status.status == Status::Busy) return Waits{item.status.because, {}};
  if (item.status.status != Status::Settled) return held(item);
  const auto may = [](const std::string& each) { return same_word(each, "DisableProtection"); };
  if (std::none_of(item.allowed.begin(), item.allowed.end(), may)) {
    ProviderError error;
    error.kind = ErrorKind::Conflict;
    error.code = "DisableNotAllowed";
    error.message = fmt::format("replication of {} cannot be ended now; the service allows: {}",
                                last_segment(item.machine), fmt::join(item.allowed, ", "));
    error.retry_after = with.session.scaled(30s);
    return error;
  }
  ArmRequest remove = *request(Call::RemoveItem, with.session.settings, run.id);
  remove.body = disable_body();
  return send(run, with, Underway::Service::SiteRecovery, remove,
              fmt::format("the end of the replication of {}", last_segment(item.machine)));
}

}  // namespace

ItemAnswer find_item(const Writing& with, const std::string& id) {
  ThingAnswer read = read_thing(with, Call::ReadItem, id);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  if (auto* missing = std::get_if<Missing>(&read)) return std::move(*missing);
  FoundItem found{std::move(std::get<Thing>(read)), {}};
  auto item = decode_thing(found.thing, decode_item);
  if (auto* error = std::get_if<ProviderError>(&item)) return std::move(*error);
  found.item = std::get<ProtectedItem>(std::move(item));
  if (auto error = of_another_id(id, found.item.id)) return std::move(*error);
  return found;
}

ProviderError held(const ProtectedItem& item) {
  const std::string_view because = item.status.because;
  return invalid("MachineHeld",
                 fmt::format("{} is {} by now{}{}: nothing is done about it", last_segment(item.machine),
                             status_text(item.status.status), because.empty() ? "" : ", ", because),
                 "plan again once it is settled");
}

std::string item_name(std::string_view vault, std::string_view machine) {
  return sha256_hex(ascii_lower(fmt::format("{}\n{}", vault, machine))).substr(0, 32);
}

std::string vm_of(const CloudStep& step) {
  return step.type == "nic" ? step.identity.substr(0, step.identity.rfind('/')) : step.identity;
}

std::optional<Move> still_seeding(const std::string& id, const Writing& with) {
  const auto pause = with.session.scaled(k_seeding_look);
  auto listed = recent_items(with, pause);
  if (auto* error = std::get_if<ProviderError>(&listed)) return std::move(*error);
  const ProtectedItem* item = std::get<std::shared_ptr<const ListedItems>>(listed)->at(id);
  if (item == nullptr || item->status.status != Status::Busy) return std::nullopt;
  return Waits{item->going_on(), pause};
}

std::optional<ProviderError> add_networks(ItemChange& change, const CloudStep& step, const Writing& with) {
  for (const auto& [attribute, to] :
       {std::pair("target_network", &change.network), std::pair("test_network", &change.test_network)}) {
    const std::string network = given(step, attribute);
    if (network.empty()) {
      if (to == &change.test_network) *to = "";
      continue;
    }
    Reader::IdAnswer found = with.reader.network_id(network, with.limits);
    if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
    const auto* id = std::get_if<std::string>(&found);
    if (id == nullptr)
      return invalid("NetworkNotFound", fmt::format("there is no network {}", network), "make the network first");
    *to = *id;
  }
  return std::nullopt;
}

Move advance_vm(StepRun& run, const Writing& with) {
  return run.step.operation == Operation::Delete ? disable(run, with) : enable(run, with);
}

}  // namespace pairform::azure
