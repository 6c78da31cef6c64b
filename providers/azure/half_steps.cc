// Each looks at the two networks and at the fabrics of their regions, then sends one request.
#include "providers/azure/half_steps.h"

#include <fmt/format.h>

#include "providers/azure/arm_id.h"
#include "providers/azure/bodies.h"
#include "providers/azure/half.h"
#include "providers/azure/identity.h"
#include "providers/azure/sending.h"
#include "schema/sha256.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr auto k_vault_service = Underway::Service::SiteRecovery;

// The networks of a half, as they are there.
struct Ends {
  std::string source, target;                // ARM ids
  std::string source_region, target_region;  // canonical
};

std::variant<std::string, ProviderError> network_of(const Writing& with, const std::string& identity) {
  Reader::IdAnswer answer = with.reader.network_id(identity, with.limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (auto* id = std::get_if<std::string>(&answer)) return std::move(*id);
  return invalid("NetworkNotFound", fmt::format("there is no network {}", identity), "make the network first");
}

std::variant<Ends, ProviderError> ends_of(const StepRun& run, const Writing& with) {
  const std::string source = given(run.step, "source"), target = given(run.step, "target");
  const auto from = place_of(source), to = place_of(target);
  if (!from || !to) return invalid("NetworkNotFound", fmt::format("these are no networks: {}, {}", source, target));
  auto first = network_of(with, source);
  if (auto* error = std::get_if<ProviderError>(&first)) return std::move(*error);
  auto second = network_of(with, target);
  if (auto* error = std::get_if<ProviderError>(&second)) return std::move(*error);
  return Ends{std::get<std::string>(first), std::get<std::string>(second), from->region, to->region};
}

// A mapping by its id.
using MappingAnswer = std::variant<NetworkMapping, Missing, ProviderError>;
MappingAnswer find_mapping(const Writing& with, const std::string& id) {
  ThingAnswer read = read_thing(with, Call::ReadMapping, id);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  if (auto* missing = std::get_if<Missing>(&read)) return std::move(*missing);
  auto decoded = decode_thing(std::get<Thing>(read), decode_network_mapping);
  if (auto* error = std::get_if<ProviderError>(&decoded)) return std::move(*error);
  if (auto error = of_another_id(id, std::get<NetworkMapping>(decoded).id)) return std::move(*error);
  return std::get<NetworkMapping>(std::move(decoded));
}

bool is_on_slot(const NetworkMapping& mapping, const std::string& source, const std::string& target_region) {
  return same_word(mapping.primary_network, source) && mapping.recovery_region == target_region;
}

// Its slot is taken: by what the step wants, or by something else.
Move taken(const StepRun& run, const std::string& target, const std::string& name) {
  if (same_word(target, given(run.step, "target"))) return Reached{};
  return invalid("SlotTaken",
                 fmt::format("{} is mapped already, by {}, to {}", given(run.step, "source"), name, target),
                 "plan again: the mapping was made meanwhile");
}

// The name of the step, or where a mapping of another network or to another region has it in that fabric NAME-8hex, of what
// tells it apart.
std::vector<std::string> names_of(const StepRun& run, const Ends& ends) {
  const std::string name = given(run.step, "name"), source = ascii_lower(ends.source);
  return {name, fmt::format("{}-{}", name, sha256_hex(source).substr(0, 8)),
          fmt::format("{}-{}", name, sha256_hex(source + ':' + ends.target_region).substr(0, 8))};
}

Move make(StepRun& run, const Writing& with, const Ends& ends, const PlumbingWay& fabrics) {
  for (const std::string& name : names_of(run, ends)) {
    const auto asked = request(Call::MakeMapping, with.session.settings, fabrics.from.id, name);
    if (!asked) return invalid("NoSuchId", fmt::format("no mapping can be called {}", name));
    const std::string id =
        fmt::format("{}/replicationNetworks/azureNetwork/replicationNetworkMappings/{}", fabrics.from.id, name);
    MappingAnswer there = find_mapping(with, id);
    if (auto* error = std::get_if<ProviderError>(&there)) return std::move(*error);
    if (const auto* mapping = std::get_if<NetworkMapping>(&there)) {
      if (!is_on_slot(*mapping, ends.source, ends.target_region)) continue;
      run.id = mapping->id;
      with.reader.made("mapping", run.step.identity, run.id);
      if (same_word(mapping->recovery_network, ends.target)) return Reached{};
      return taken(run, mapping->recovery_network, mapping->name);
    }
    run.id = id;
    if (with.may_send) with.reader.made("mapping", run.step.identity, id);
    ArmRequest put = *asked;
    put.body = mapping_body(ends.source, ends.target, fabrics.to.name);
    return send(run, with, k_vault_service, put, fmt::format("mapping {}", name));
  }
  return invalid("NameInUse", fmt::format("all names for mapping {} are taken", given(run.step, "name")),
                 "give the mapping another name");
}

// Where a mapping that is made will be, for the handle of a step that waits for a fabric.
std::string expected_id(const StepRun& run, const Writing& with, const Ends& ends) {
  return fmt::format("{}/replicationFabrics/{}/replicationNetworks/azureNetwork/replicationNetworkMappings/{}",
                     with.session.settings.vault_id(), fabric_name(ends.source_region), given(run.step, "name"));
}

Move create(StepRun& run, const Writing& with) {
  auto ends = ends_of(run, with);
  if (auto* error = std::get_if<ProviderError>(&ends)) return std::move(*error);
  const Ends& of = std::get<Ends>(ends);
  LookupAnswer slot = with.reader.lookup({"mapping", run.step.identity}, with.limits);
  if (auto* error = std::get_if<ProviderError>(&slot)) return std::move(*error);
  if (const auto* row = std::get_if<CloudRow>(&slot)) {
    run.id = row->id;
    return taken(run, std::string(find_value(row->attributes, "target").value_or("")),
                 std::string(last_segment(row->id)));
  }
  auto fabrics = with.plumbing.way(of.source_region, of.target_region, PlumbingNeed::Half, with.limits, with.may_send);
  if (auto* error = std::get_if<ProviderError>(&fabrics)) return std::move(*error);
  if (auto* waits = std::get_if<Waits>(&fabrics)) {
    if (run.id.empty()) run.id = expected_id(run, with, of);
    return std::move(*waits);
  }
  return make(run, with, of, std::get<PlumbingWay>(fabrics));
}

// By its id; where there is none yet by its slot.
std::optional<Move> locate(StepRun& run, const Writing& with) {
  if (!run.id.empty()) return std::nullopt;
  const auto parsed = parse_arm_id(run.step.id);
  if (parsed && parsed->is("Microsoft.RecoveryServices", "replicationNetworkMappings")) {
    run.id = run.step.id;
    return std::nullopt;
  }
  LookupAnswer answer = with.reader.lookup({"mapping", run.step.identity}, with.limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (auto* row = std::get_if<CloudRow>(&answer)) {
    run.id = row->id;
    return std::nullopt;
  }
  if (run.step.operation == Operation::Delete) return Reached{};
  return invalid("MappingNotFound", fmt::format("there is no mapping on {}", run.step.identity), "plan again");
}

// Is this network the one that the project calls so? Where that one is not there by now its name and its group tell.
std::variant<bool, ProviderError> is_network(const std::string& id, const std::string& identity, const Writing& with) {
  Reader::IdAnswer answer = with.reader.network_id(identity, with.limits);
  if (auto* error = std::get_if<ProviderError>(&answer)) return std::move(*error);
  if (const auto* found = std::get_if<std::string>(&answer)) return same_word(id, *found);
  const auto there = parse_arm_id(id);
  const auto place = place_of(identity);
  if (!there || !there->is("Microsoft.Network", "virtualNetworks") || !place) return false;
  return same_word(there->name(), place->name) &&
         (place->resource_group.empty() || same_word(there->resource_group, place->resource_group));
}

std::variant<bool, ProviderError> leads_as_seen(const NetworkMapping& mapping, const CloudStep& step,
                                                const Writing& with) {
  const auto seen = find_value(step.seen, "target");
  if (!seen) return true;
  return is_network(mapping.recovery_network, std::string(*seen), with);
}

Move retarget(StepRun& run, const Writing& with) {
  if (auto end = locate(run, with)) return std::move(*end);
  auto ends = ends_of(run, with);
  if (auto* error = std::get_if<ProviderError>(&ends)) return std::move(*error);
  const Ends& of = std::get<Ends>(ends);
  MappingAnswer there = find_mapping(with, run.id);
  if (auto* error = std::get_if<ProviderError>(&there)) return std::move(*error);
  if (std::holds_alternative<Missing>(there))
    return invalid("MappingNotFound", fmt::format("there is no mapping {}", run.id), "plan again");
  const NetworkMapping& mapping = std::get<NetworkMapping>(there);
  run.id = mapping.id;
  if (!is_on_slot(mapping, of.source, of.target_region))
    return invalid("ChangedMeanwhile",
                   fmt::format("mapping {} is of another network by now: {}", mapping.name, mapping.primary_network),
                   "plan again");
  if (same_word(mapping.recovery_network, of.target)) return Reached{};
  auto as_seen = run.sent ? std::variant<bool, ProviderError>(true) : leads_as_seen(mapping, run.step, with);
  if (auto* error = std::get_if<ProviderError>(&as_seen)) return std::move(*error);
  if (!std::get<bool>(as_seen))
    return invalid("ChangedMeanwhile",
                   fmt::format("mapping {} leads to {} by now", mapping.name, mapping.recovery_network), "plan again");
  auto fabrics = with.plumbing.way(of.source_region, of.target_region, PlumbingNeed::Half, with.limits, with.may_send);
  if (auto* error = std::get_if<ProviderError>(&fabrics)) return std::move(*error);
  if (auto* waits = std::get_if<Waits>(&fabrics)) return std::move(*waits);
  ArmRequest put = *request(Call::WriteMapping, with.session.settings, run.id);
  put.body = mapping_body(of.source, of.target, std::get<PlumbingWay>(fabrics).to.name);
  Move move = send(run, with, k_vault_service, put, fmt::format("mapping {}", mapping.name));
  if (auto* error = std::get_if<ProviderError>(&move);
      error != nullptr && error->kind == ErrorKind::Invalid && error->help.empty())
    error->help =
        "where the service does not change a mapping in place: remove the pair in one apply, declare it in the next";
  return move;
}

// Is the mapping the half "eastasia/app:southeastasia" still, or did somebody take its name for another network?
std::variant<bool, ProviderError> is_of_slot(const NetworkMapping& mapping, const std::string& slot,
                                             const Writing& with) {
  const std::size_t colon = slot.rfind(':');
  if (colon == std::string::npos) return true;
  if (mapping.recovery_region != slot.substr(colon + 1)) return false;
  return is_network(mapping.primary_network, slot.substr(0, colon), with);
}

Move remove(StepRun& run, const Writing& with) {
  if (auto end = locate(run, with)) return std::move(*end);
  MappingAnswer there = find_mapping(with, run.id);
  if (auto* error = std::get_if<ProviderError>(&there)) return std::move(*error);
  if (std::holds_alternative<Missing>(there)) return Reached{};
  auto ours = is_of_slot(std::get<NetworkMapping>(there), run.step.identity, with);
  if (auto* error = std::get_if<ProviderError>(&ours)) return std::move(*error);
  if (!std::get<bool>(ours)) return Reached{};
  return send(run, with, k_vault_service, *request(Call::DeleteMapping, with.session.settings, run.id),
              fmt::format("the deletion of mapping {}", last_segment(run.id)));
}

}  // namespace

Move advance_half(StepRun& run, const Writing& with) {
  switch (run.step.operation) {
    case Operation::Create: return create(run, with);
    case Operation::Update:
    case Operation::Shrink: return retarget(run, with);
    case Operation::Delete: return remove(run, with);
  }
  return Reached{};
}

}  // namespace pairform::azure
