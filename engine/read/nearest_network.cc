#include "engine/read/nearest_network.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/group_words.h"
#include "schema/base_types.h"
#include "schema/diagnostic.h"
#include "schema/value.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_comparisons = 1'000'000;

struct Listed {
  std::string_view resource_group, subscription;
  Text identity;
};
// Region -> the networks that were listed there, by name.
using Names = std::map<std::string_view, std::multimap<std::string_view, Listed>>;

Names listed_networks(const Observed& observed, const StringPool& texts) {
  Names names;
  for (const ObservedRow& row : observed.rows) {
    if (row.type != k_network_type) continue;
    const auto cell = [&](std::size_t column) { return texts.view(observed.cell(row, column)); };
    names[cell(network_column::region)].emplace(
        cell(network_column::name),
        Listed{cell(network_column::resource_group), cell(network_column::subscription), row.identity});
  }
  return names;
}

// One of the very name, in another resource group or subscription; none: there is none.
NearestNetwork of_another_group(const DesiredState& desired, const DesiredRow& row,
                                const std::multimap<std::string_view, Listed>& there, const StringPool& texts,
                                std::string_view own) {
  const auto cell = [&](std::size_t column) { return texts.view(desired.cell(row, column)); };
  for (const auto& [name, listed] : there) {
    if (ascii_lower(name) != ascii_lower(cell(network_column::name))) continue;
    return {did_you_mean_group({cell(network_column::resource_group), cell(network_column::subscription)},
                               {listed.resource_group, listed.subscription}, own),
            listed.identity};
  }
  return {};
}

// A region that two networks or vms name is no slip; what the cloud has a network in is none either.
std::vector<std::string_view> known_regions(const DesiredState& desired, const Names& listed, const StringPool& texts) {
  std::map<std::string_view, int> times;
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type) ++times[texts.view(desired.cell(row, network_column::region))];
  for (const DeclaredVm& vm : desired.vms) {
    ++times[texts.view(vm.region)];
    ++times[texts.view(vm.target_region)];
  }
  std::set<std::string_view> known;
  for (const auto& [region, count] : times)
    if (count > 1) known.insert(region);
  for (const auto& [region, networks] : listed) known.insert(region);
  return {known.begin(), known.end()};
}

}  // namespace

std::map<Text, NearestNetwork> nearest_networks(const DesiredState& desired, const Observed& observed,
                                                const ProjectSettings& settings, const StringPool& texts) {
  std::vector<const DesiredRow*> missing;
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type && row.existing && !row.as_is && !observed.find(row.key())) missing.push_back(&row);
  if (missing.empty()) return {};
  const Names listed = listed_networks(observed, texts);
  const std::vector<std::string_view> regions = known_regions(desired, listed, texts);
  const std::string own = own_subscription(settings);
  std::map<Text, NearestNetwork> meant;
  std::size_t comparisons = 0;
  for (const DesiredRow* row : missing) {
    const std::string_view region = texts.view(desired.cell(*row, network_column::region));
    const std::string_view name = texts.view(desired.cell(*row, network_column::name));
    const auto there = listed.find(region);
    std::vector<std::string_view> candidates;
    if (there == listed.end()) candidates = regions;
    else
      for (const auto& [each, network] : there->second) candidates.push_back(each);
    comparisons += candidates.size();
    if (comparisons > k_most_comparisons) break;
    if (there != listed.end())
      if (NearestNetwork other = of_another_group(desired, *row, there->second, texts, own); other.identity) {
        meant.emplace(row->address, std::move(other));
        continue;
      }
    const std::string_view near = nearest(there == listed.end() ? region : name, candidates);
    if (near.empty() || near == region) continue;
    meant.emplace(
        row->address,
        NearestNetwork{fmt::format("did you mean {} = \"{}\"?", there == listed.end() ? "region" : "name", near),
                       there == listed.end() ? Text() : there->second.find(near)->second.identity});
  }
  return meant;
}

}  // namespace pairform
