// The changes of a saved plan over what is there now: by their links, without matching anything anew.
#include <functional>
#include <range/v3/algorithm/sort.hpp>

#include "engine/model/network_change.h"
#include "engine/read/plan_reader.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

class Rebuilder {
 public:
  Rebuilder(Project& project, World& world, const SavedPlan& saved)
      : project_(project),
        world_(world),
        saved_(saved),
        recorded_at_(project.texts().size()),
        desired_at_(project.texts().size()) {
    for (const auto p : world.prior.rows.ids()) {
      const PriorRow& row = world.prior.rows[p];
      if (row.recorded != k_none) recorded_at_.set(row.address, p);
      identity_at_.set_first(row.key(), p);
    }
    for (const SavedChange& change : saved.changes) {
      for (const auto& [address, forget] : change.leaves) leaves_.insert(address);
      if (change.origin) origin_of_.set(change.address, change.origin);
    }
    for (const auto d : world.desired.rows.ids()) desired_at_.set(world.desired.rows[d].address, d);
  }

  std::optional<RebuiltPlan> run() {
    diff_.origin.assign(world_.desired.rows.size(), PriorId());
    diff_.asked.assign(world_.prior.rows.size(), true);  // nothing beside the plan is learnt
    for (const SavedChange& change : saved_.changes)
      if (!rebuild(change)) return std::nullopt;
    for (const SavedRecord& record : saved_.records)
      if (!rebuild(record)) return std::nullopt;
    world_.placements.clear();
    for (const SavedPlacement& placement : saved_.placements) rebuild(placement);
    ranges::sort(diff_.changes, std::less(), &Change::resource);
    return RebuiltPlan{pair_up(), std::move(diff_)};
  }

 private:
  // A plan that was saved before something began, or could not be seen any more, is stale.
  bool can_be_touched(PriorId p) const {
    const PriorRow& row = world_.prior.rows[p];
    return row.presence != Existence::Unknown && !row.pending && row.status == Status::Settled;
  }

  // What hold.h looks at: a pairing for each change, and one that asks for nothing for each row that is as found.
  Match pair_up() const {
    Match match;
    match.origin = diff_.origin;
    DenseMap<ResourceId, bool> changes(world_.estate.size(), false);
    for (const Change& change : diff_.changes) {
      changes[change.resource] = true;
      Pairing pairing{change.resource, change.type, change.desired, change.origin};
      pairing.first_outgoing = static_cast<std::uint32_t>(match.outgoing.size());
      pairing.outgoing_count = static_cast<std::uint32_t>(change.outgoing.size());
      match.outgoing.insert(match.outgoing.end(), change.outgoing.begin(), change.outgoing.end());
      match.pairings.push_back(pairing);
    }
    for (const DesiredId d : world_.desired.rows.ids()) {
      const DesiredRow& row = world_.desired.rows[d];
      if (row.as_is && !changes[row.resource]) match.pairings.push_back({row.resource, row.type, d, PriorId()});
    }
    ranges::sort(match.pairings, std::less(), &Pairing::resource);
    return match;
  }

  // One saved change over what is there now. False: what it rests on has moved, and the plan is stale: its address
  // means nothing any more, an outgoing row is not recorded now, or what it would make is there already.
  bool rebuild(const SavedChange& from) {
    const DesiredId d = desired_at_[from.address];
    Change change{.resource = world_.estate.find(from.address),
                  .type = project_.types.find_type_of(project_.texts().view(from.address)),
                  .action = from.action,
                  .reason = from.reason,
                  .arrival = from.arrival,
                  .update = from.update,
                  .shrink = from.shrink,
                  .desired = d,
                  .changed = from.changed,
                  .previous_address = from.previous_address,
                  .adopted_id = from.adopted_id};
    const bool comes = from.arrival != Arrival::None || from.update || from.shrink;
    if (!change.resource || !change.type || (comes && d == k_none) || (!comes && from.leaves.empty())) return false;
    for (const auto& [address, forget] : from.leaves) {
      const PriorId p = recorded_at_[address];
      if (p == k_none || !can_be_touched(p) || change.outgoing.size() == 2) return false;
      change.outgoing.push_back({p, forget});
    }
    if (comes && !find_origin(from, change)) return false;
    if (comes) write_rows(change);
    diff_.changes.push_back(std::move(change));
    return true;
  }

  // The prior row that the saved change was about: by its recorded address, or by identity where it was only found in
  // the cloud. A change that makes something new has none, and what it makes must not be there, unless it leaves in
  // this very plan: `mapping.b.forward` on the slot that `mapping.a.forward` gives up.
  bool find_origin(const SavedChange& from, Change& change) {
    const DesiredRow& desired = world_.desired.rows[change.desired];
    if (from.origin) change.origin = recorded_at_[from.origin];
    else if (from.found) change.origin = identity_at_[desired.key()];
    if (!from.origin && !from.found) {  // new, and it must be new still
      const PriorId there = identity_at_[desired.key()];
      if (there == k_none || world_.prior.rows[there].presence == Existence::Absent) return true;
      return world_.prior.rows[there].recorded != k_none && leaves_.contains(world_.prior.rows[there].address);
    }
    if (change.origin == k_none || !can_be_touched(change.origin)) return false;
    diff_.origin[change.desired] = change.origin;
    // What was to be changed must be there; what was gone, gone.
    const bool absent = world_.prior.rows[change.origin].presence == Existence::Absent;
    return absent == (change.arrival == Arrival::Create && !from.found);
  }

  // What will be recorded, as the saved plan says it; and, of a network that grows before it shrinks, what it holds
  // between the two steps, from what is there now.
  void write_rows(Change& change) {
    const DesiredRow& desired = world_.desired.rows[change.desired];
    const std::size_t columns = project_.types[change.type].columns.size();
    change.first_after = diff_.next_cell();
    for (std::size_t c = 0; c < columns; ++c) diff_.cells.push_back(world_.desired.cell(desired, c));
    if (!change.update || !change.shrink || change.origin == k_none || change.type != k_network_type) return;
    const auto shape = [&](Text spaces, Text subnets) {
      return NetworkShape{project_.parsed.prefixes(project_.texts(), spaces),
                          project_.parsed.subnets(project_.texts(), subnets)};
    };
    const PriorRow& prior = world_.prior.rows[change.origin];
    const NetworkShape between = compare_networks(shape(world_.prior.cell(prior, network_column::address_space),
                                                        world_.prior.cell(prior, network_column::subnets)),
                                                  shape(world_.desired.cell(desired, network_column::address_space),
                                                        world_.desired.cell(desired, network_column::subnets)))
                                     .between;
    change.first_between = diff_.next_cell();
    for (std::size_t c = 0; c < columns; ++c) diff_.cells.push_back(world_.desired.cell(desired, c));
    diff_.cell(change.first_between, network_column::address_space) =
        project_.texts().intern(canonical_prefix_list(between.spaces));
    diff_.cell(change.first_between, network_column::subnets) =
        project_.texts().intern(canonical_subnet_map(between.subnets));
  }

  // What only state learns, over what is recorded now. False: the row is not there.
  bool rebuild(const SavedRecord& from) {
    const DesiredId d = desired_at_[from.address];
    const Text origin = origin_of_[from.address];
    const PriorId p = recorded_at_[origin ? origin : from.address];
    if (!p || world_.prior.rows[p].presence != Existence::Present) return false;
    const PriorRow& prior = world_.prior.rows[p];
    Record record{.resource = world_.estate.find(from.address),
                  .desired = d,
                  .prior = p,
                  .attribute = {},
                  .before = {},
                  .after = {}};
    const auto flag = [&](bool value) { return project_.texts().intern(value ? "true" : "false"); };
    const ResourceType& type = project_.types[prior.type];
    const auto column = type.find_column(from.attribute);
    if (column && type.column(*column).mutability == Mutability::Replaces) return true;  // as the files' (taken_over.h)
    if (from.attribute == "protect" && d != k_none) {
      record.attribute = "protect";
      record.before = flag(prior.protect);
      record.after = flag(world_.desired.rows[d].protect);
    } else if (from.attribute == "because" && d != k_none) {
      record.attribute = "because";
      record.before = prior.because;
      record.after = world_.desired.rows[d].because;
    } else if (column && d != k_none &&
               (is_existing_column(prior.type, *column) || type.column(*column).mutability == Mutability::Remembered)) {
      record.attribute = type.column(*column).name;
      record.before = world_.prior.cell(prior, *column);
      record.after = world_.desired.cell(world_.desired.rows[d], *column);
    } else if (column && d != k_none && type.column(*column).mutability == Mutability::Fact) {
      record.attribute = type.column(*column).name;
      record.after = world_.prior.cell(prior, *column);
    } else if (column) {  // what was found is recorded as it is
      record.desired = k_none;
      record.attribute = type.column(*column).name;
      record.after = world_.prior.cell(prior, *column);
    } else {
      return false;
    }
    diff_.records.push_back(record);
    return true;
  }

  // A landing of a nic that the plan does not touch has no row here, and is not shown.
  void rebuild(const SavedPlacement& from) {
    const DesiredId nic = desired_at_[from.nic];
    if (!nic) return;
    const ResourceId vm = world_.estate[world_.desired.rows[nic].resource].parent;
    if (!vm || !world_.estate[vm].desired) return;
    world_.placements.push_back({world_.estate[vm].desired, nic, from.configuration, from.target_network, from.subnet,
                                 from.ip, from.subnet_reason, from.ip_reason});
  }

  Project& project_;
  World& world_;
  const SavedPlan& saved_;
  TextMap<PriorId> recorded_at_;  // by recorded address
  KeyMap<PriorId> identity_at_;
  TextMap<DesiredId> desired_at_;  // by address
  TextSet leaves_;                 // recorded address: it leaves in this plan
  TextMap<Text> origin_of_;        // address of a change -> recorded address of the resource it is
  Diff diff_;
};

}  // namespace

std::optional<RebuiltPlan> rebuild_plan(Project& project, World& world, const SavedPlan& saved) {
  return Rebuilder(project, world, saved).run();
}

}  // namespace pairform
