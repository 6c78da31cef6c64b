#include "engine/state/merge_checks.h"

#include <fmt/format.h>

#include <unordered_map>

#include "engine/model/columns.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/json_text.h"

namespace pairform {
namespace {

// A row that is in the result: which group, which row of it.
struct RowPlace {
  std::size_t group = 0, row = 0;
};

class MergeChecks {
 public:
  MergeChecks(MergeRows& merged, const TypeTable& types, const StringPool& pool, const RegionOf& region_of)
      : merged_(merged), types_(types), pool_(pool), region_of_(region_of) {}

  void run() {
    for (MergedGroup& group : merged_.groups)
      if (!group.blocked) check_group(group);
    index();
    for (std::size_t g = 0; g < merged_.groups.size(); ++g)
      for (std::size_t r = 0; r < merged_.groups[g].rows.size(); ++r)
        if (merged_.groups[g].conflicts.empty() && merged_.groups[g].rows[r].is_there()) check_row({g, r});
  }

 private:
  std::string_view text(Text value) const { return pool_.view(value); }
  const MergedRow& at(RowPlace place) const { return merged_.groups[place.group].rows[place.row]; }
  Text cell(const MergedRow& row, std::size_t column) const { return merged_.cell(row.result().row, column); }

  static void refuse(MergedGroup& group, std::string summary, std::string detail) {
    group.conflicts.push_back({Code::MergeRefused, std::move(summary), std::move(detail)});
    group.blocked = true;
  }

  // What one side has alone is its own affair: only what was put together of both is judged.
  void check_group(MergedGroup& group) {
    if (group.is_of(MergeSide::Ours) || group.is_of(MergeSide::Theirs)) return;
    if (type_of(group.address) == "mapping") check_pair(group);
    if (type_of(group.address) == "vm") check_vm(group);
  }

  void check_pair(MergedGroup& group) {
    const MergedRow* kept = nullptr;
    const MergedRow* removed = nullptr;
    for (const MergedRow& row : group.rows) (row.is_there() ? kept : removed) = &row;
    if (kept == nullptr) return;
    if (removed != nullptr)
      return refuse(group, fmt::format("{} would be half a pair", group.address),
                    fmt::format("{} has removed {}, and {} has changed {}", name_of(removed->taken), removed->address,
                                name_of(other_side(removed->taken)), kept->address));
    const MergedRow& forward = group.rows.front();
    const MergedRow& reverse = group.rows.back();
    if (cell(forward, half_column::source) == cell(reverse, half_column::target) &&
        cell(forward, half_column::target) == cell(reverse, half_column::source))
      return;
    const auto leads = [&](const MergedRow& half) {
      return fmt::format("{} of {} leads from {} to {}", half.address, name_of(half.taken),
                         text(cell(half, half_column::source)), text(cell(half, half_column::target)));
    };
    refuse(group, fmt::format("the halves of {} would not lead to each other", group.address),
           fmt::format("{}, {}", leads(forward), leads(reverse)));
  }

  void check_vm(MergedGroup& group) {
    const MergedRow& vm = group.rows.front();
    const bool there = vm.address == group.address && vm.is_there();
    for (const MergedRow& nic : group.rows) {
      if (nic.address == group.address || !nic.is_there()) continue;
      if (!there)
        return refuse(group, fmt::format("{} would stand without its vm", nic.address),
                      fmt::format("{} has removed {}, and {} has {}", name_of(other_side(nic.taken)), group.address,
                                  name_of(nic.taken), nic.address));
      const RowVersion& placed_for = vm.of(nic.taken);
      if (nic.is_of(other_side(nic.taken)) || placed_for.text.empty()) continue;
      for (const std::size_t column : {vm_column::network, vm_column::target_network, vm_column::test_network}) {
        const Text then = merged_.cell(placed_for.row, column), now = cell(vm, column);
        if (then != now)
          return refuse(group,
                        fmt::format("{} was placed for another network than {} has now", nic.address, group.address),
                        fmt::format("{}: {} in {}, which has {}; {} in {}", types_[k_vm_type].column(column).name,
                                    then ? text(then) : "none", name_of(nic.taken), nic.address,
                                    now ? text(now) : "none", name_of(other_side(nic.taken))));
      }
    }
  }

  // Rows that are gone, and rows that are there, of all groups that changed.
  void index() {
    for (std::size_t g = 0; g < merged_.groups.size(); ++g)
      for (std::size_t r = 0; r < merged_.groups[g].rows.size(); ++r)
        rows_.emplace(merged_.groups[g].rows[r].address, RowPlace{g, r});
  }

  void check_row(RowPlace place) {
    const MergedRow& row = at(place);
    const ResourceType& type = types_[row.result().row.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c)
      if (type.column(c).kind == Kind::Reference && cell(row, c)) check_reference(place, text(cell(row, c)));
    if (const Text others = row.result().row.depends_on)
      for (const std::string& other : parsed_.list(pool_, others)) check_reference(place, other);
    if (row.result().row.id) check_twins(ids_, row.result().row.id, place, "have the id");
    if (type.name == "mapping") check_slot(place);
  }

  // The side that a row is of has what it stands on, or lacks it by itself.
  void check_reference(RowPlace place, std::string_view other) {
    const auto found = rows_.find(other);
    if (found == rows_.end()) return;
    const MergedRow& row = at(place);
    const MergedRow& stood_on = at(found->second);
    if (stood_on.is_there() || !merged_.groups[found->second.group].conflicts.empty()) return;
    for (const MergeSide side : {MergeSide::Ours, MergeSide::Theirs})
      if (row.is_of(side) && stood_on.of(side).text.empty()) return;
    refuse(merged_.groups[place.group], fmt::format("{} would stand on {}, which is removed", row.address, other),
           fmt::format("{} has removed {}, and {} has {}", name_of(stood_on.taken), other,
                       name_of(other_side(stood_on.taken)), row.address));
    merged_.groups[found->second.group].blocked = true;
  }

  // Two rows of different sides with one id, or on one slot.
  using Twins = std::unordered_map<std::string, RowPlace>;
  void check_twins(Twins& known, Text id, RowPlace place, std::string_view what) {
    check_twins(known, fmt::format("{} {}", types_[at(place).result().row.type].name, text(id)), json_string(text(id)),
                place, what);
  }
  void check_twins(Twins& known, const std::string& key, const std::string& shown, RowPlace place,
                   std::string_view what) {
    const auto [twin, first] = known.emplace(key, place);
    if (first) return;
    const MergedRow& a = at(twin->second);
    const MergedRow& b = at(place);
    for (const MergeSide side : {MergeSide::Ours, MergeSide::Theirs})
      if (a.is_of(side) && b.is_of(side)) return;  // that side has both
    if (merged_.groups[twin->second.group].blocked && merged_.groups[place.group].blocked) return;
    refuse(merged_.groups[place.group], fmt::format("{} and {} would {} {}", a.address, b.address, what, shown),
           fmt::format("{} has {}, {} has {}", name_of(a.taken), a.address, name_of(b.taken), b.address));
    merged_.groups[twin->second.group].blocked = true;
  }

  // The place of a half: its source network and the region of its target.
  void check_slot(RowPlace place) {
    const MergedRow& half = at(place);
    const Text target = cell(half, half_column::target);
    const auto network = rows_.find(text(target));
    const Text region = network == rows_.end()           ? region_of_(target)
                        : at(network->second).is_there() ? cell(at(network->second), network_column::region)
                                                         : Text();
    if (!region) return;
    const std::string source(text(cell(half, half_column::source)));
    check_twins(slots_, fmt::format("{} {}", source, text(region)), fmt::format("{} to {}", source, text(region)),
                place, "both lead from");
  }

  MergeRows& merged_;
  const TypeTable& types_;
  const StringPool& pool_;
  const RegionOf& region_of_;
  ParsedColumns parsed_;
  std::unordered_map<std::string_view, RowPlace> rows_;  // by address, of groups that changed
  Twins ids_, slots_;
};

}  // namespace

void check_merged(MergeRows& merged, const TypeTable& types, const StringPool& pool, const RegionOf& region_of) {
  MergeChecks(merged, types, pool, region_of).run();
}

}  // namespace pairform
