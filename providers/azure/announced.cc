#include "providers/azure/announced.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "providers/azure/arm_id.h"
#include "providers/azure/eligibility.h"
#include "providers/azure/identity.h"
#include "providers/azure/network_steps.h"
#include "providers/azure/plumbing_pieces.h"
#include "providers/azure/replication_checks.h"
#include "providers/azure/sending.h"
#include "providers/azure/vm_settings.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

bool makes_network(const CloudStep& step) { return step.type == "network" && step.operation == Operation::Create; }

std::string region_of(const CloudStep& step, std::string_view end) {
  const auto place = place_of(given(step, end));
  return place ? place->region : std::string();
}

StepProblem without_group(const CloudStep& step) {
  const std::string region = given(step, "region");
  return {step.identity, "there is no resource group for this network",
          fmt::format("its stanza names none, and [provider.azure] none for {}", region),
          fmt::format("network_resource_groups = {{ {} = \"RESOURCE-GROUP\" }}", region)};
}

// The way between two regions that a step needs.
struct NeededWay {
  std::string from, to;
  PlumbingNeed need = PlumbingNeed::Half;
};

bool enables(const CloudStep& step) { return step.type == "vm" && step.operation == Operation::Create; }

std::optional<NeededWay> way_of(const CloudStep& step) {
  if (step.type == "mapping" && step.operation != Operation::Delete)
    return NeededWay{region_of(step, "source"), region_of(step, "target"), PlumbingNeed::Half};
  if (enables(step))
    return NeededWay{canonical_region(given(step, "region")), canonical_region(given(step, "target_region")),
                     PlumbingNeed::Machine};
  return std::nullopt;
}

StepProblem without_plumbing(const CloudStep& step, const UnknownList& unknown) {
  const ProviderError& error = unknown.second;
  return {step.identity, fmt::format("the {} of the vault could not be read", unknown.first),
          fmt::format("{}: {}; so it is not known what has to be made for this {}", error.code, error.message,
                      step.type == "vm" ? "vm" : "mapping"),
          error.help.empty() ? "see that they can be read, then plan again" : error.help};
}

// A machine as it was listed; null: it was not.
const VirtualMachine* machine_of(const CloudStep& step, const View& seen) {
  const auto& all = seen.names->machines().all();
  const auto at = all.find(step.identity);
  return at == all.end() || at->second.what != Bound::To ? nullptr : seen.vms->find_machine(at->second.id);
}

StepProblem problem(const CloudStep& step, const ProviderError& error) {
  return {step.identity, error.message, {}, error.help};
}

// Of a machine that is enabled.
void refuse_enabling(const CloudStep& step, const View& seen, const AzureSettings& settings,
                     std::vector<StepProblem>& out) {
  const VirtualMachine* machine = machine_of(step, seen);
  if (machine == nullptr) {
    out.push_back({step.identity, "there is no such machine", fmt::format("no machine {} is listed", step.identity),
                   "correct region, name, resource_group or subscription of its stanza"});
    return;
  }
  const ReplicationChoice choice =
      choose_replication(step.extras, settings, machine->id, machine->region, seen.cache_accounts);
  if (choice.cache_account.empty()) out.push_back(problem(step, no_cache_account(machine->region)));
  const auto disks = protected_disks(*machine, choice.exclude_disks);
  if (const auto* error = std::get_if<ProviderError>(&disks)) out.push_back(problem(step, *error));
  const auto error = refuse_machine(*machine, choice.exclude_disks);
  if (error && error->code == k_not_supported) out.push_back(problem(step, *error));  // its state may pass by then
}

}  // namespace

std::vector<Note> announced(std::span<const CloudStep> steps, const View* seen, const AzureSettings& settings) {
  std::vector<Note> notes;
  std::set<std::string> told;
  const auto tell = [&](const CloudStep& step, std::string text) {
    if (told.insert(text).second) notes.push_back({step.identity, std::move(text)});
  };
  const auto tell_group = [&](const CloudStep& step, const std::string& group) {
    if (settings.create_resource_groups)
      tell(step, fmt::format("resource group {} is made, if it is not there", group));
  };
  const ListedPlumbing* plumbing = seen == nullptr ? nullptr : &seen->inventory.plumbing;
  for (const CloudStep& step : steps) {
    if (makes_network(step))
      if (const std::string group = group_of_new(step, settings); !group.empty()) {
        if (given(step, "resource_group").empty())
          notes.push_back({step.identity, fmt::format("it is made in resource group {}", group)});
        tell_group(step, group);
      }
    const auto way = way_of(step);
    if (!way || plumbing == nullptr || unknown_plumbing(*plumbing, way->from, way->to, way->need)) continue;
    const PlumbingState state = plumbing_state(plumbing->plumbing, way->from, way->to, way->need, settings);
    if (const auto* lacking = std::get_if<std::vector<PlumbingPiece>>(&state))
      for (const PlumbingPiece& each : *lacking) tell(step, each.announcement());
    const Direction there = find_direction(plumbing->plumbing, way->from, way->to, settings.policy);
    for (const Fabric* fabric : {there.from, there.to})
      if (fabric != nullptr && !fabric->valid)
        tell(step, fmt::format("fabric {} is used, though its state is not Valid", fabric->name));
    const VirtualMachine* machine = enables(step) ? machine_of(step, *seen) : nullptr;
    if (machine == nullptr) continue;
    const ReplicationChoice choice =
        choose_replication(step.extras, settings, machine->id, machine->region, seen->cache_accounts);
    notes.push_back({step.identity, fmt::format("it comes up in resource group {}, and is staged in storage account {}",
                                                choice.target_group, last_segment(choice.cache_account))});
    tell_group(step, choice.target_group);
  }
  return notes;
}

NeededThings needed_by(std::span<const CloudStep> steps, const View* seen, const AzureSettings& settings) {
  NeededThings out;
  std::map<std::string, std::size_t> groups, accounts;  // by folded name: place in `out`
  const auto add = [](auto& things, auto& at, const std::string& key, auto thing) {
    const auto [place, fresh] = at.try_emplace(ascii_lower(key), things.size());
    if (fresh) things.push_back(std::move(thing));
    ++things[place->second].steps;
  };
  const auto add_group = [&](const CloudStep& step, const std::string& subscription, const std::string& group,
                             const std::string& region) {
    if (settings.create_resource_groups || group.empty()) return;
    add(out.groups, groups, subscription + '/' + group, NeededGroup{{step.identity, 0, region}, subscription, group});
  };
  for (const CloudStep& step : steps) {
    if (makes_network(step)) {
      const std::string subscription = given(step, "subscription");
      add_group(step, subscription.empty() ? settings.subscription : subscription, group_of_new(step, settings),
                given(step, "region"));
    }
    const VirtualMachine* machine = enables(step) && seen != nullptr ? machine_of(step, *seen) : nullptr;
    if (machine == nullptr) continue;
    const ReplicationChoice choice =
        choose_replication(step.extras, settings, machine->id, machine->region, seen->cache_accounts);
    add_group(step, subscription_of(machine->id), choice.target_group, canonical_region(given(step, "target_region")));
    if (!choice.cache_account.empty())
      add(out.accounts, accounts, choice.cache_account + '/' + machine->region,
          NeededAccount{{step.identity, 0, machine->region}, choice.cache_account});
  }
  return out;
}

std::vector<StepProblem> refused_steps(std::span<const CloudStep> steps, const View* seen,
                                       const AzureSettings& settings) {
  std::vector<StepProblem> out;
  for (const CloudStep& step : steps) {
    if (makes_network(step) && group_of_new(step, settings).empty()) out.push_back(without_group(step));
    if (seen == nullptr) continue;
    if (const auto way = way_of(step))
      if (const auto unknown = unknown_plumbing(seen->inventory.plumbing, way->from, way->to, way->need))
        out.push_back(without_plumbing(step, *unknown));
    if (enables(step)) refuse_enabling(step, *seen, settings, out);
  }
  return out;
}

}  // namespace pairform::azure
