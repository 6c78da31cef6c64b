#include "engine/decide/guards.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "schema/base_types.h"

namespace pairform {
namespace {

std::string_view digits_of(std::string_view text) { return text.starts_with("sha256:") ? text.substr(7) : text; }

// The kind a guard speaks of: "half" for a mapping's halves, else the type's name.
std::string_view kind_of(TypeId type, const TypeTable& types) {
  return type == k_mapping_type ? std::string_view("half") : std::string_view(types[type].name);
}

// Resources that count for percentages: managed networks, pairs as one, vms; never nics or existing ones.
struct Share {
  std::uint32_t recorded = 0, deleted = 0, updated = 0;
};

Share count(const GuardsInput& input, const Diff& diff) {
  Share share;
  Text last_pair;
  for (const StateRow& row : input.recorded.rows) {
    if (row.type == k_network_type) {
      share.recorded += is_existing(input.recorded, row, input.texts) ? 0 : 1;
      continue;
    }
    if (row.type == k_nic_type) continue;
    if (is_existing(input.recorded, row, input.texts)) continue;
    const Text pair = input.estate.whole(input.estate.find(row.address));
    if (pair != last_pair) ++share.recorded;
    last_pair = pair;
  }
  struct Did {
    bool deleted = false, updated = false;
  };
  std::map<Text, Did> did;  // by address, a pair's halves as one
  for (const Change& change : diff.changes) {
    if (change.type == k_nic_type) continue;
    const bool replaced = change.action == Action::Replace;
    Did& one = did[input.estate.whole(change.resource)];
    one.deleted |= change.action == Action::Delete || replaced;
    one.updated |= change.action == Action::Update || replaced;
  }
  for (const auto& [address, one] : did) {
    share.deleted += one.deleted ? 1 : 0;
    share.updated += one.updated ? 1 : 0;
  }
  return share;
}

}  // namespace

std::vector<GuardFinding> find_guards(const GuardsInput& input, const Diff& diff, const DenseMap<StepId, Step>& steps) {
  std::vector<GuardFinding> findings;
  const Share share = count(input, diff);
  const auto percentage = [&](std::uint32_t part, int limit, std::string_view what) {
    const bool counts = share.recorded >= static_cast<std::uint32_t>(input.settings.min_resources);
    if (!counts || part * 100ULL <= static_cast<unsigned long long>(limit) * share.recorded) return;
    findings.push_back({Code::NeedsApproval, fmt::format("{} of {} recorded resources would be {}, more than {} %",
                                                         part, share.recorded, what, limit)});
  };
  percentage(share.deleted, input.settings.max_delete_percent, "deleted");
  percentage(share.updated, input.settings.max_update_percent, "updated");

  std::map<std::string, std::uint32_t> kinds;  // "<kind>.<operation>" -> how many
  for (const Step& step : steps)
    ++kinds[fmt::format("{}.{}", kind_of(diff.changes[step.change].type, input.types), operation_text(step.operation))];
  for (const Change& change : diff.changes) {
    if (change.action == Action::Replace) ++kinds[fmt::format("{}.replace", kind_of(change.type, input.types))];
    if (change.type == k_mapping_type && change.arrival == Arrival::Adopt && change.update) ++kinds["half.overwrite"];
  }
  for (const std::string& kind : input.settings.approve) {
    const auto found = kinds.find(kind);
    if (found == kinds.end()) continue;
    findings.push_back(
        {Code::NeedsApproval, fmt::format("{} x {}: [guards] approve asks for approval of each", found->second, kind)});
  }
  if (!input.destroy && input.desired.rows.empty() && !input.recorded.rows.empty())
    findings.push_back({Code::EmptyDesired, fmt::format("the files ask for nothing, and {} resources are recorded",
                                                        input.recorded.rows.size())});
  for (const Change& change : diff.changes)
    for (const Outgoing& outgoing : change.outgoing) {
      const PriorRow& row = input.prior.rows[outgoing.prior];
      if (row.protect && !outgoing.forget)
        findings.push_back(
            {Code::Protected, fmt::format("{} is protected and would be {}", input.texts.view(row.address),
                                          change.action == Action::Replace ? "replaced" : "deleted")});
    }
  return findings;
}

bool is_approval(std::string_view text) {
  const std::string_view digits = digits_of(text);
  return digits.size() >= 8 && digits.size() <= 64 && std::all_of(digits.begin(), digits.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool approves(std::string_view approval, std::string_view digest) {
  return !digest.empty() && is_approval(approval) && digits_of(digest).starts_with(ascii_lower(digits_of(approval)));
}

}  // namespace pairform
