#include "providers/azure/announced.h"

#include <fmt/format.h>

#include <set>

#include "providers/azure/identity.h"
#include "providers/azure/network_steps.h"
#include "providers/azure/sending.h"
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

// The regions of a half that is made or changed.
std::optional<std::pair<std::string, std::string>> regions_of_half(const CloudStep& step) {
  if (step.type != "mapping" || step.operation == Operation::Delete) return std::nullopt;
  return std::pair(region_of(step, "source"), region_of(step, "target"));
}

StepProblem without_fabrics(const CloudStep& step, const UnknownList& unknown) {
  const ProviderError& error = unknown.second;
  return {step.identity, fmt::format("the {} of the vault could not be read", unknown.first),
          fmt::format("{}: {}; so it is not known whether a fabric has to be made for this mapping", error.code,
                      error.message),
          error.help.empty() ? "see that they can be read, then plan again" : error.help};
}

StepProblem not_supported(const CloudStep& step) {
  std::string_view what = "changed";
  if (step.operation == Operation::Create) what = "begun";
  if (step.operation == Operation::Delete) what = "ended";
  return {step.identity,
          fmt::format("replication is not {} by this version{}", what,
                      step.type == "nic" ? ", nor is where a nic lands" : ""),
          "it reads replicated machines, and writes networks and mappings",
          "existing = true in the stanza of the vm keeps its replication as it is"};
}

}  // namespace

std::vector<Note> announced(std::span<const CloudStep> steps, const ListedPlumbing* plumbing,
                            const AzureSettings& settings) {
  std::vector<Note> notes;
  std::set<std::string> told;
  const auto tell = [&](const CloudStep& step, std::string text) {
    if (told.insert(text).second) notes.push_back({step.identity, std::move(text)});
  };
  for (const CloudStep& step : steps) {
    if (makes_network(step))
      if (const std::string group = group_of_new(step, settings); !group.empty()) {
        if (given(step, "resource_group").empty())
          notes.push_back({step.identity, fmt::format("it is made in resource group {}", group)});
        if (settings.create_resource_groups)
          tell(step, fmt::format("resource group {} is made, if it is not there", group));
      }
    const auto regions = regions_of_half(step);
    if (!regions || plumbing == nullptr || unknown_fabrics(*plumbing, regions->first, regions->second)) continue;
    const auto& [from, to] = *regions;
    const Direction there = find_direction(plumbing->plumbing, from, to, settings.policy);
    for (const auto& [fabric, region] : {std::pair(there.from, from), std::pair(there.to, to)})
      if (fabric == nullptr) tell(step, fmt::format("fabric {} is made", fabric_name(region)));
      else if (!fabric->valid)
        tell(step, fmt::format("fabric {} is used, though its state is not Valid", fabric->name));
  }
  return notes;
}

std::vector<StepProblem> refused_steps(std::span<const CloudStep> steps, const ListedPlumbing* plumbing,
                                       const AzureSettings& settings) {
  std::vector<StepProblem> out;
  for (const CloudStep& step : steps) {
    if (makes_network(step) && group_of_new(step, settings).empty()) out.push_back(without_group(step));
    if (const auto regions = regions_of_half(step); regions && plumbing != nullptr)
      if (const auto unknown = unknown_fabrics(*plumbing, regions->first, regions->second))
        out.push_back(without_fabrics(step, *unknown));
    if (step.type == "vm" || step.type == "nic") out.push_back(not_supported(step));
  }
  return out;
}

}  // namespace pairform::azure
