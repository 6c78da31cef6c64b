// Each request is about one thing, the network's address space or one subnet, and sends everything else back as it was read a
// moment ago (as_read.h), with the ETag of that reading.
#include "providers/azure/network_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "providers/azure/as_read.h"
#include "providers/azure/bodies.h"
#include "providers/azure/half.h"
#include "providers/azure/identity.h"
#include "providers/azure/network_shape.h"
#include "providers/azure/resource_group.h"
#include "providers/azure/sending.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
constexpr auto k_network_service = Underway::Service::Network;

// A network as it is now.
struct Found {
  Thing thing;
  VirtualNetwork network;
};
using FoundAnswer = std::variant<Found, Missing, ProviderError>;

FoundAnswer find_network(StepRun& run, const Writing& with) {
  ThingAnswer read = read_thing(with, Call::ReadNetwork, run.id);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  if (auto* missing = std::get_if<Missing>(&read)) return std::move(*missing);
  Found found{std::move(std::get<Thing>(read)), {}};
  auto network = decode_thing(found.thing, decode_network);
  if (auto* error = std::get_if<ProviderError>(&network)) return std::move(*error);
  found.network = std::move(std::get<VirtualNetwork>(network));
  if (auto error = of_another_id(run.id, found.network.id)) return std::move(*error);
  if (found.network.etag.empty()) return invalid("AnswerNotUnderstood", "the network has no ETag to be written by");
  run.id = found.network.id;
  return found;
}

bool is_at_work(const VirtualNetwork& network) {
  const std::string& state = network.provisioning_state;
  return same_word(state, "Updating") || same_word(state, "Deleting") || same_word(state, "Creating");
}

bool is_failed(const VirtualNetwork& network) { return same_word(network.provisioning_state, "Failed"); }

// Somebody is at work on it: this step itself, else it is waited for as for any conflict.
Move at_work(const StepRun& run, const Writing& with, const VirtualNetwork& network) {
  std::string words = fmt::format("network {} is in state {}", network.name, network.provisioning_state);
  if (run.sent) return Waits{std::move(words), {}};
  ProviderError error;
  error.kind = ErrorKind::Conflict;
  error.code = "NetworkBusy";
  error.message = std::move(words);
  error.retry_after = with.session.scaled(30s);
  return error;
}

// What belongs to others must be as it was before the last request.
std::optional<ProviderError> changed_meanwhile(StepRun& run, const Writing& with, const Found& now) {
  if (!run.replaced) return std::nullopt;
  const StepRun::Replaced replaced = *run.replaced;
  simdjson::dom::parser parser;
  simdjson::dom::element before;
  if (parser.parse(replaced.before).get(before) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> differ;
  if (replaced.subnet.empty()) {
    differ = network_differences(before, now.thing.root, {"properties.addressSpace"});
  } else {
    ThingAnswer after = read_thing(with, Call::ReadSubnet, run.id, replaced.subnet);
    if (auto* error = std::get_if<ProviderError>(&after)) return std::move(*error);
    if (const auto* thing = std::get_if<Thing>(&after))
      differ = subnet_differences(before, thing->root, {"properties.addressPrefix", "properties.addressPrefixes"});
  }
  run.replaced.reset();
  if (differ.empty()) return std::nullopt;
  const std::string what = replaced.subnet.empty() ? "network " + now.network.name : "subnet " + replaced.subnet;
  return invalid("ChangedMeanwhile",
                 fmt::format("{} was changed by somebody else while it was written: {}", what, fmt::join(differ, ", ")),
                 "see whether their change is still there, and plan again");
}

bool may_have_been_done(const Move& move) {
  const auto* error = std::get_if<ProviderError>(&move);
  return std::holds_alternative<Sent>(move) || (error != nullptr && error->kind == ErrorKind::Lost);
}

Move write_space(StepRun& run, const Writing& with, const Found& found, const std::vector<std::string>& space,
                 std::string_view which) {
  ArmRequest asked = *request(Call::WriteNetwork, with.session.settings, run.id);
  asked.body =
      network_as_read(found.thing.root, {{"properties.addressSpace.addressPrefixes", canonical_text_list(space)}});
  asked.if_match = found.network.etag;
  Move move =
      send(run, with, k_network_service, asked, fmt::format("{} address space of {}", which, found.network.name));
  if (may_have_been_done(move)) run.replaced = {{}, found.thing.text};
  return move;
}

Move make_subnet(StepRun& run, const Writing& with, const AzureSubnet& subnet) {
  ArmRequest asked = *request(Call::WriteSubnet, with.session.settings, run.id, subnet.name);
  asked.body = subnet_body(subnet.prefixes);
  asked.only_if_new = true;
  return send(run, with, k_network_service, asked, fmt::format("subnet {}", subnet.name));
}

Move write_subnet(StepRun& run, const Writing& with, const std::string& name,
                  const std::vector<std::string>& prefixes) {
  ThingAnswer read = read_thing(with, Call::ReadSubnet, run.id, name);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  if (std::holds_alternative<Missing>(read))
    return invalid("ChangedMeanwhile", fmt::format("subnet {} was deleted by somebody else just now", name),
                   "plan again");
  const Thing& thing = std::get<Thing>(read);
  std::string wrong;
  const JsonIn root(thing.root, wrong);
  const bool listed = !root.object("properties").texts("addressPrefixes").empty();
  const bool single = prefixes.size() == 1 && !listed;
  ArmRequest asked = *request(Call::WriteSubnet, with.session.settings, run.id, name);
  std::string one;
  if (single) one = '"' + prefixes.front() + '"';
  asked.body = subnet_as_read(thing.root,
                              {{"properties.addressPrefix", one},
                               {"properties.addressPrefixes", single ? std::string() : canonical_text_list(prefixes)}});
  asked.if_match = root.text("etag");
  Move move = send(run, with, k_network_service, asked, fmt::format("subnet {}", name));
  if (may_have_been_done(move)) run.replaced = {name, thing.text};
  return move;
}

Move delete_subnet(StepRun& run, const Writing& with, const std::string& name) {
  return send(run, with, k_network_service, *request(Call::DeleteSubnet, with.session.settings, run.id, name),
              fmt::format("the deletion of subnet {}", name));
}

// One request nearer to the shape. Subnets that go make room for those that come; the space grows before subnets need it,
// and shrinks after none does.
Move toward(StepRun& run, const Writing& with, const Found& found) {
  const ShapeNeed need = next_need(found.network, goal_beside(found.network, run.step));
  switch (need.what) {
    case ShapeNeed::What::Nothing: return Reached{};
    case ShapeNeed::What::DeleteSubnet: return delete_subnet(run, with, need.subnet.name);
    case ShapeNeed::What::MakeSubnet: return make_subnet(run, with, need.subnet);
    case ShapeNeed::What::ChangeSubnet: return write_subnet(run, with, need.subnet.name, need.subnet.prefixes);
    case ShapeNeed::What::GrowSpace: {
      std::string wrong;
      const JsonIn root(found.thing.root, wrong);
      if (!root.object("properties").list("virtualNetworkPeerings").empty())
        run.note = "its address space has grown: sync its peerings";
      return write_space(run, with, found, need.space, "more");
    }
    case ShapeNeed::What::ShrinkSpace: return write_space(run, with, found, need.space, "less");
  }
  return Reached{};
}

// Where a network that is made goes. Its group: of its stanza, else of [provider.azure] for its region.
std::variant<std::string, ProviderError> new_id(const CloudStep& step, const AzureSettings& settings) {
  const std::string region = given(step, "region"), name = given(step, "name"), group = group_of_new(step, settings);
  std::string subscription = given(step, "subscription");
  if (subscription.empty()) subscription = settings.subscription;
  if (group.empty())
    return invalid("NoResourceGroup", fmt::format("no resource group is known for network {} in {}", name, region),
                   fmt::format("network_resource_groups = {{ {} = \"RESOURCE-GROUP\" }}", region));
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/virtualNetworks/{}", subscription,
                     group, name);
}

// A network of that name elsewhere would make the name of this one ambiguous, where its stanza names no group.
std::optional<ProviderError> name_in_use(const StepRun& run, const Writing& with) {
  const auto place = place_of(run.step.identity);
  if (place && !place->resource_group.empty()) return std::nullopt;
  LookupAnswer answer = with.reader.lookup({"network", run.step.identity}, with.limits);
  if (std::holds_alternative<AbsentAnswer>(answer)) return std::nullopt;
  std::string where;
  if (const auto* row = std::get_if<CloudRow>(&answer)) {
    if (same_word(row->id, run.id)) return std::nullopt;
    where = row->id;
  } else if (auto& error = std::get<ProviderError>(answer); error.code == "AmbiguousName") {
    where = error.message;
  } else {
    return std::move(error);
  }
  return invalid("NameInUse", fmt::format("there is a network of that name: {}", where),
                 "take another name, or write resource_group into the stanza");
}

Move send_new(StepRun& run, const Writing& with, const Missing& missing) {
  const auto id = parse_arm_id(run.id);
  if (same_word(missing.code, "ResourceGroupNotFound"))
    return make_group(run, with, id->subscription, id->resource_group, given(run.step, "region"));
  if (auto refused = name_in_use(run, with)) return std::move(*refused);
  const NetworkGoal goal = goal_of(run.step);
  PAIRFORM_CHECK(goal.space && goal.subnets);
  ArmRequest asked = *request(Call::WriteNetwork, with.session.settings, run.id);
  asked.body = network_body(given(run.step, "region"), run.step.project, *goal.space, *goal.subnets);
  asked.only_if_new = true;
  if (with.may_send) with.reader.made("network", run.step.identity, run.id);
  return send(run, with, k_network_service, asked, fmt::format("network {}", id->name()));
}

bool is_ours(const VirtualNetwork& network, const std::string& project) {
  return std::any_of(network.tags.begin(), network.tags.end(), [&](const auto& tag) {
    return same_word(tag.first, "pairform-project") && tag.second == project;
  });
}

Move create(StepRun& run, const Writing& with) {
  if (run.id.empty()) {
    auto id = new_id(run.step, with.session.settings);
    if (auto* error = std::get_if<ProviderError>(&id)) return std::move(*error);
    run.id = std::move(std::get<std::string>(id));
  }
  FoundAnswer answer = find_network(run, with);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (auto* missing = std::get_if<Missing>(&answer)) return send_new(run, with, *missing);
  const Found& found = std::get<Found>(answer);
  // The same request of an earlier try, whose answer was lost; else it is somebody else's.
  if (!is_ours(found.network, run.step.project) ||
      next_need(found.network, goal_of(run.step)).what != ShapeNeed::What::Nothing)
    return invalid("AlreadyExists", fmt::format("there is a network {} already: {}", found.network.name, run.id),
                   "take another name, or adopt that one: [import.\"network.KEY\"]");
  if (is_at_work(found.network)) return Waits{fmt::format("network {} is made", found.network.name), {}};
  with.reader.made("network", run.step.identity, run.id);
  if (!is_failed(found.network)) return Reached{};
  if (run.sent)
    return invalid("OperationFailed", fmt::format("network {} was made and is in state Failed", found.network.name));
  return write_space(run, with, found, found.network.address_space, "the");
}

// By its id; where there is none yet by its name.
std::optional<Move> locate(StepRun& run, const Writing& with) {
  if (!run.id.empty()) return std::nullopt;
  const auto parsed = parse_arm_id(run.step.id);
  if (parsed && parsed->is("Microsoft.Network", "virtualNetworks")) {
    run.id = run.step.id;
    return std::nullopt;
  }
  Reader::IdAnswer answer = with.reader.network_id(run.step.identity, with.limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (auto* id = std::get_if<std::string>(&answer)) {
    run.id = std::move(*id);
    return std::nullopt;
  }
  if (run.step.operation == Operation::Delete) return Reached{};
  return invalid("NetworkNotFound", fmt::format("there is no network {}", run.step.identity), "plan again");
}

Move change(StepRun& run, const Writing& with) {
  if (auto end = locate(run, with)) return std::move(*end);
  FoundAnswer answer = find_network(run, with);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (std::holds_alternative<Missing>(answer))
    return invalid("NetworkNotFound", fmt::format("there is no network {}", run.id), "plan again");
  const Found& found = std::get<Found>(answer);
  if (is_at_work(found.network)) return at_work(run, with, found.network);
  if (auto changed = changed_meanwhile(run, with, found)) return std::move(*changed);
  if (run.sent && is_failed(found.network))
    return invalid("OperationFailed", fmt::format("network {} was written and is in state Failed", found.network.name));
  return toward(run, with, found);
}

// A mapping that leads from it or to it would lead nowhere; the service does not mind. Of whatever kind: a VMM's mapping
// leads to a network of Azure, too. One of which that cannot be told is in the way.
std::optional<ProviderError> mapped(const StepRun& run, const Writing& with) {
  std::vector<std::string> names;
  const auto row = [&](simdjson::dom::element body) {
    std::string wrong;
    const JsonIn root(body, wrong);
    const JsonIn properties = root.object("properties");
    const std::string primary = properties.text("primaryNetworkId"), recovery = properties.text("recoveryNetworkId");
    if (!wrong.empty() || same_word(primary, run.id) || same_word(recovery, run.id)) names.push_back(root.text("name"));
  };
  const AzureSettings& settings = with.session.settings;
  if (auto error =
          with.session.arm().list(*request(Call::ListMappings, settings, settings.vault_id()), row, with.limits))
    return error;
  if (names.empty()) return std::nullopt;
  return invalid("NetworkInUse", fmt::format("network {} is mapped: {}", last_segment(run.id), fmt::join(names, ", ")),
                 "delete its mappings first");
}

Move remove(StepRun& run, const Writing& with) {
  if (auto end = locate(run, with)) return std::move(*end);
  FoundAnswer answer = find_network(run, with);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (std::holds_alternative<Missing>(answer)) return Reached{};
  const VirtualNetwork& network = std::get<Found>(answer).network;
  if (same_word(network.provisioning_state, "Deleting"))
    return Waits{fmt::format("network {} is deleted", network.name), {}};
  if (is_at_work(network)) return at_work(run, with, network);
  if (auto refused = mapped(run, with)) return std::move(*refused);
  return send(run, with, k_network_service, *request(Call::DeleteNetwork, with.session.settings, run.id),
              fmt::format("the deletion of network {}", network.name));
}

}  // namespace

std::string group_of_new(const CloudStep& step, const AzureSettings& settings) {
  if (std::string group = given(step, "resource_group"); !group.empty()) return group;
  const auto at = settings.network_resource_groups.find(given(step, "region"));
  return at == settings.network_resource_groups.end() ? std::string() : at->second;
}

std::variant<NetworkState, ProviderError> network_state(const Writing& with, const std::string& id) {
  StepRun run;
  run.id = id;
  FoundAnswer answer = find_network(run, with);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (std::holds_alternative<Missing>(answer)) return NetworkState::Missing;
  return is_at_work(std::get<Found>(answer).network) ? NetworkState::AtWork : NetworkState::There;
}

Move advance_network(StepRun& run, const Writing& with) {
  switch (run.step.operation) {
    case Operation::Create: return create(run, with);
    case Operation::Update:
    case Operation::Shrink: return change(run, with);
    case Operation::Delete: return remove(run, with);
  }
  return Reached{};
}

}  // namespace pairform::azure
