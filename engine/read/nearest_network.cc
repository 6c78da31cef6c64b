#include "engine/read/nearest_network.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

#include "schema/base_types.h"
#include "schema/diagnostic.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_comparisons = 1'000'000;

using Names = std::map<std::string_view, std::set<std::string_view>>;  // region -> the networks that were listed there

Names listed_networks(const Observed& observed, const StringPool& texts) {
  Names names;
  for (const ObservedRow& row : observed.rows)
    if (row.type == k_network_type)
      names[texts.view(observed.cell(row, network_column::region))].insert(
          texts.view(observed.cell(row, network_column::name)));
  return names;
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

std::map<Text, std::string> nearest_networks(const DesiredState& desired, const Observed& observed,
                                             const StringPool& texts) {
  std::vector<const DesiredRow*> missing;
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type && row.existing && !row.as_is && !observed.find(row.key())) missing.push_back(&row);
  if (missing.empty()) return {};
  const Names listed = listed_networks(observed, texts);
  const std::vector<std::string_view> regions = known_regions(desired, listed, texts);
  std::map<Text, std::string> meant;
  std::size_t comparisons = 0;
  for (const DesiredRow* row : missing) {
    const std::string_view region = texts.view(desired.cell(*row, network_column::region));
    const std::string_view name = texts.view(desired.cell(*row, network_column::name));
    const auto there = listed.find(region);
    const auto& candidates =
        there == listed.end() ? regions : std::vector<std::string_view>(there->second.begin(), there->second.end());
    comparisons += candidates.size();
    if (comparisons > k_most_comparisons) break;
    const std::string_view near = nearest(there == listed.end() ? region : name, candidates);
    if (near.empty() || near == region) continue;
    meant.emplace(row->address,
                  fmt::format("did you mean {} = \"{}\"?", there == listed.end() ? "region" : "name", near));
  }
  return meant;
}

}  // namespace pairform
