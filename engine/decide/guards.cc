#include "engine/decide/guards.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "schema/address.h"
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

// What the guarded kinds are that are no plain operation on a resource.
std::string_view meaning_of(std::string_view kind) {
  if (kind == "half.overwrite") return ", leading elsewhere a half that this project has not recorded";
  if (kind == "half.in_use") return ", deleting or leading elsewhere a half that other machines need";
  if (kind == "vm.overwrite") return ", moving a landing that somebody else has chosen";
  if (kind == "network.shrink") return ", taking spaces or subnets out of a network";
  return {};
}

// The vms whose replication another tool has begun anew since it was recorded.
std::set<Text> begun_anew(const PriorState& prior) {
  std::set<Text> addresses;
  for (const PriorRow& row : prior.rows)
    if (row.anew) addresses.insert(row.address);
  return addresses;
}

// Does this change move a landing that somebody else gave a vm or nic? One that is only found, or one of `anew`.
bool moves_found_landing(const GuardsInput& input, const Diff& diff, const Change& change, const std::set<Text>& anew) {
  const bool landing = change.type == k_vm_type || change.type == k_nic_type;
  if (!landing || !change.update || !change.origin) return false;
  const std::string_view vm = vm_of_nic(input.texts.view(input.prior.rows[change.origin].address));
  if (change.arrival != Arrival::Adopt && !anew.contains(input.texts.find(vm))) return false;
  const PriorRow& found = input.prior.rows[change.origin];
  const auto moved = [&](std::size_t column) {
    const Text was = input.prior.cell(found, column);
    return was && was != diff.cell(change.first_after, column);
  };
  if (change.type == k_vm_type) return moved(vm_column::target_network);
  return moved(nic_column::target_subnet) || moved(nic_column::target_ip) || moved(nic_column::target_secondary);
}

// "<kind>.<operation>" -> addresses of what it is done to; of a landing, the vm's.
std::map<std::string, std::set<std::string>> concerned(const GuardsInput& input, const Diff& diff,
                                                       const DenseMap<StepId, Step>& steps) {
  std::map<std::string, std::set<std::string>> done;
  const auto add = [&](std::string kind, const Change& change) {
    done[std::move(kind)].emplace(input.texts.view(input.estate.address(change.resource)));
  };
  for (const Step& step : steps) {
    const Change& change = diff.changes[step.change];
    add(fmt::format("{}.{}", kind_of(change.type, input.types), operation_text(step.operation)), change);
  }
  std::map<ResourceId, std::set<std::string_view>> users;  // of a half
  for (const HalfUse& use : input.half_uses) users[use.half].insert(use.machines.begin(), use.machines.end());
  for (const auto& [half, machines] : users)
    done["half.in_use"].insert(
        fmt::format("{} (by {})", input.texts.view(input.estate.address(half)), fmt::join(machines, ", ")));
  const std::set<Text> anew = begun_anew(input.prior);
  for (const Change& change : diff.changes) {
    if (change.action == Action::Replace) add(fmt::format("{}.replace", kind_of(change.type, input.types)), change);
    if (change.type == k_mapping_type && change.arrival == Arrival::Adopt && change.update)
      add("half.overwrite", change);
    if (moves_found_landing(input, diff, change, anew))
      done["vm.overwrite"].emplace(vm_of_nic(input.texts.view(input.estate.address(change.resource))));
  }
  return done;
}

}  // namespace

std::vector<GuardFinding> find_guards(const GuardsInput& input, const Diff& diff, const DenseMap<StepId, Step>& steps) {
  std::vector<GuardFinding> findings;
  const Share share = count(input, diff);
  const auto percentage = [&](std::uint32_t part, int limit, std::string_view what) {
    const bool counts = share.recorded >= static_cast<std::uint32_t>(input.settings.min_resources);
    if (!counts || part * 100ULL <= static_cast<unsigned long long>(limit) * share.recorded) return;
    findings.push_back(
        {Code::NeedsApproval,
         fmt::format("{} of {} recorded resources would be {}, more than {} %", part, share.recorded, what, limit),
         {}});
  };
  percentage(share.deleted, input.settings.max_delete_percent, "deleted");
  percentage(share.updated, input.settings.max_update_percent, "updated");

  const std::map<std::string, std::set<std::string>> done = concerned(input, diff, steps);
  for (const std::string& kind : input.settings.approve) {
    const auto found = done.find(kind);
    if (found == done.end()) continue;
    findings.push_back({Code::NeedsApproval,
                        fmt::format("{} x {}{}", found->second.size(), kind, meaning_of(kind)),
                        {found->second.begin(), found->second.end()}});
  }
  if (!input.destroy && input.desired.rows.empty() && !input.recorded.rows.empty())
    findings.push_back(
        {Code::EmptyDesired,
         fmt::format("the files ask for nothing, and {} resources are recorded", input.recorded.rows.size()),
         {}});
  for (const Change& change : diff.changes)
    for (const Outgoing& outgoing : change.outgoing) {
      const PriorRow& row = input.prior.rows[outgoing.prior];
      if (row.protect && !outgoing.forget)
        findings.push_back({Code::Protected,
                            fmt::format("{} is protected and would be {}", input.texts.view(row.address),
                                        change.action == Action::Replace ? "replaced" : "deleted"),
                            {}});
    }
  return findings;
}

bool is_approval(std::string_view text, std::size_t fewest) {
  const std::string_view digits = digits_of(text);
  return digits.size() >= fewest && digits.size() <= 64 && std::all_of(digits.begin(), digits.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool approves(std::string_view approval, std::string_view digest) {
  return !digest.empty() && is_approval(approval, k_typed_digits) &&
         digits_of(digest).starts_with(ascii_lower(digits_of(approval)));
}

}  // namespace pairform
