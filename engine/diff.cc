#include "engine/diff.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/leavers.h"
#include "engine/network_change.h"
#include "engine/recovery/mirror.h"
#include "schema/address.h"
#include "schema/check.h"
#include "schema/network_types.h"

namespace pairform {

namespace {

class Differ {
 public:
  Differ(const DiffInput& input, StringPool& texts) : input_(input), texts_(texts) {}

  Diff run() {
    for (const auto p : input_.prior.rows.ids()) prior_at_.set_first(row(p).key(), p);
    origin_.assign(input_.desired.rows.size(), PriorId());
    taken_.assign(input_.prior.rows.size(), false);
    match_by_identity();
    match_halves();
    place_leavers();
    walk();
    diff_.asked.assign(input_.prior.rows.size(), false);
    for (const Change& change : diff_.changes) {
      if (change.origin != k_none) diff_.asked[change.origin] = true;
      for (const Leaver& leaver : change.leavers) diff_.asked[leaver.prior] = true;
    }
    diff_.origin = std::move(origin_);
    return std::move(diff_);
  }

 private:
  const PriorRow& row(PriorId p) const { return input_.prior.rows[p]; }
  const DesiredRow& want(DesiredId d) const { return input_.desired.rows[d]; }
  bool is_existing(PriorId p) const {
    const TypeId type = row(p).type;
    if (type != k_network_type && type != k_vm_type) return false;
    const std::size_t column =
        type == k_network_type ? std::size_t{network_column::existing} : std::size_t{vm_column::existing};
    return texts_.view(input_.prior.cell(row(p), column)) == "true";
  }
  void take(DesiredId d, PriorId p) {
    origin_[d] = p;
    taken_[p] = true;
  }

  void match_by_identity();
  bool must_be_replaced(DesiredId d, PriorId p) const;
  void match_halves();
  std::vector<PairHint> pair_hints(std::span<const PairSlots> wanted, std::span<const PairSlots> had) const;
  void replace_halves(std::span<const DesiredId> desired, std::span<const PriorId> prior);
  void place_leavers();
  void take_over();
  bool is_found(PriorId p) const { return row(p).recorded == k_none || forgotten_.contains(p); }
  void walk();
  void consider(DesiredId d, std::span<const PlacedLeaver> leavers, ResourceId resource);
  void comer(Change& change);
  bool compare(Change& change);
  void compare_shapes(Change& change);
  void write_after(Change& change);
  void strongest(Change& change);
  Reason reason(const Change& change) const;
  Reason drift_reason(const Change& change) const;
  bool is_crossed(const Change& change) const;
  bool facts_changed(const Change& change) const;
  void replaced_columns(Change& change);
  void records(DesiredId d, PriorId p);

  const DiffInput& input_;
  StringPool& texts_;
  Diff diff_;
  KeyMap<PriorId> prior_at_;
  DenseMap<DesiredId, PriorId> origin_;
  DenseMap<PriorId, bool> taken_;  // some desired row is it, or takes its place
  std::vector<PlacedLeaver> leavers_;
  std::set<PriorId> forgotten_;  // prior rows that are forgotten, and found again where another half wants their slot
  Text retargeted_vm_;           // the last vm that is to come up in another network
  Reason retarget_reason_ = Reason::AttributeChanged;  // of that change
  bool said_again_ = false;                            // the nic at hand lands as before, in that other network
  Text moved_vm_;  // the last vm that files move to another network; its nics follow it
};

// Networks, vms and nics are what their identity says. A replication that must lead to another region is a new one, and
// so are the landings of its nics.
void Differ::match_by_identity() {
  std::string_view replaced;  // address of a vm
  for (const auto d : input_.desired.rows.ids()) {
    if (want(d).type == k_mapping_type) continue;
    const PriorId p = prior_at_[want(d).key()];
    if (!p) continue;
    if (must_be_replaced(d, p)) replaced = texts_.view(want(d).address);
    if (replaced.empty() || vm_of_nic(texts_.view(want(d).address)) != replaced || row(p).recorded == k_none) {
      take(d, p);
      continue;
    }
    taken_[p] = true;
    leavers_.push_back({want(d).resource, {p, false}});
  }
}

bool Differ::must_be_replaced(DesiredId d, PriorId p) const {
  if (want(d).type != k_vm_type || want(d).as_is || row(p).recorded == k_none || row(p).presence == Seen::Absent)
    return false;
  return input_.desired.cell(want(d), vm_column::target_region) != input_.prior.cell(row(p), vm_column::target_region);
}

// Groups rows of halves, which stand next to each other, into pairs.
template <class RowId, class Rows, class Wanted>
void group_pairs(const Rows& rows, const StringPool& texts, Wanted wanted, std::vector<PairSlots>& pairs,
                 std::vector<std::array<RowId, 2>>& members) {
  std::string_view last;
  for (const RowId i : rows.ids()) {
    if (rows[i].type != k_mapping_type || !wanted(rows[i])) continue;
    const std::string_view address = texts.view(rows[i].address);
    const std::string_view pair = pair_of(address);
    if (pairs.empty() || pair != last) {
      pairs.emplace_back();
      pairs.back().key = texts.find(pair.substr(8));
      members.push_back({});
      last = pair;
    }
    const bool forward = address.ends_with(".forward");
    (forward ? pairs.back().forward : pairs.back().reverse) = rows[i].identity;
    members.back()[forward ? 0 : 1] = i;
  }
}

// Where files say that a pair has a new address.
std::vector<PairHint> Differ::pair_hints(std::span<const PairSlots> wanted, std::span<const PairSlots> had) const {
  std::vector<PairHint> hints;
  if (input_.directives.moved.empty()) return hints;
  using PairNumber = Id<struct PairTag>;
  TextMap<PairNumber> wanted_at(texts_.size()), had_at(texts_.size());
  for (std::size_t d = 0; d < wanted.size(); ++d) wanted_at.set(wanted[d].key, PairNumber(d));
  for (std::size_t p = 0; p < had.size(); ++p) had_at.set(had[p].key, PairNumber(p));
  for (const auto& [from, to] : input_.directives.moved) {
    if (!texts_.view(from).starts_with("mapping.")) continue;
    const PairNumber p = had_at[texts_.find(texts_.view(from).substr(8))];
    const PairNumber d = wanted_at[texts_.find(texts_.view(to).substr(8))];
    if (p != k_none && d != k_none) hints.push_back({d.value, p.value});
  }
  return hints;
}

void Differ::match_halves() {
  for (const DesiredRow& desired : input_.desired.rows)  // keys are compared as texts of the pool
    if (desired.type == k_mapping_type) texts_.intern(pair_of(texts_.view(desired.address)).substr(8));
  for (const PriorRow& prior : input_.prior.rows)
    if (prior.type == k_mapping_type) texts_.intern(pair_of(texts_.view(prior.address)).substr(8));
  std::vector<PairSlots> wanted, had;
  std::vector<std::array<DesiredId, 2>> wanted_rows;
  std::vector<std::array<PriorId, 2>> had_rows;
  group_pairs<DesiredId>(
      input_.desired.rows, texts_, [](const DesiredRow&) { return true; }, wanted, wanted_rows);
  group_pairs<PriorId>(
      input_.prior.rows, texts_, [](const PriorRow& prior) { return prior.recorded != k_none; }, had, had_rows);
  const PairMatch match = match_pairs(wanted, had, pair_hints(wanted, had));
  const std::array<PriorId, 2> none{};
  const auto prior_of = [&](std::size_t d) {
    return match.prior_of[d] == UINT32_MAX ? none : had_rows[match.prior_of[d]];
  };
  for (std::size_t d = 0; d < wanted.size(); ++d)
    for (const DesiredId want_row : wanted_rows[d])  // a half whose slot stays is the same half, in whatever role
      for (const PriorId p : prior_of(d))
        if (want_row != k_none && p != k_none && want(want_row).identity == row(p).identity &&
            prior_at_[row(p).key()] == p)
          take(want_row, p);
  // A half that is right already stays, whichever pair remembers it: an older state makes nothing twice.
  for (const auto d : input_.desired.rows.ids()) {
    if (want(d).type != k_mapping_type || origin_[d] != k_none) continue;
    const PriorId p = prior_at_[want(d).key()];
    if (p == k_none || taken_[p] || row(p).recorded == k_none || row(p).presence != Seen::Present) continue;
    if (input_.prior.cell(row(p), half_column::target) == input_.desired.cell(want(d), half_column::target)) take(d, p);
  }
  for (std::size_t d = 0; d < wanted.size(); ++d) replace_halves(wanted_rows[d], prior_of(d));
}

// What is left over in a matched pair: a half whose slot changes is replaced.
void Differ::replace_halves(std::span<const DesiredId> desired, std::span<const PriorId> prior) {
  std::array<DesiredId, 2> place{};  // by prior half: the desired half that takes its place
  for (std::size_t half = 0; half < 2; ++half) {
    const PriorId p = prior[half];
    if (p == k_none || taken_[p]) continue;
    for (const std::size_t role : {half, 1 - half}) {
      const DesiredId d = desired[role];
      if (d == k_none || origin_[d] != k_none || place[0] == d || place[1] == d) continue;
      place[half] = d;
      break;
    }
    if (place[half] == k_none) continue;
    taken_[p] = true;
    leavers_.push_back({want(place[half]).resource, {p, false}});
  }
  for (const DesiredId d : desired) {  // found in the cloud on a desired slot, not recorded
    if (d == k_none || origin_[d] != k_none) continue;
    const PriorId found = prior_at_[want(d).key()];
    if (found != k_none && row(found).recorded == k_none) take(d, found);
  }
}

void Differ::place_leavers() {
  TextMap<ResourceId> moved(texts_.size());  // recorded network -> resource that takes its place
  for (const auto& [from, to] : input_.directives.moved) {
    const ResourceId at = input_.estate.find(to);
    moved.set(from, at);
  }
  for (const auto p : input_.prior.rows.ids()) {
    if (taken_[p] || row(p).recorded == k_none) continue;
    ResourceId to = moved[row(p).address];
    if (row(p).type == k_nic_type) {  // with its vm
      const std::string_view nic = texts_.view(row(p).address), vm = vm_of_nic(nic);
      const ResourceId moved_vm = moved[texts_.find(vm)];
      const Text there = !moved_vm ? Text()
                                   : texts_.find(std::string(texts_.view(input_.estate.address(moved_vm))) +
                                                 std::string(nic.substr(vm.size())));
      if (const ResourceId at = there ? input_.estate.find(there) : ResourceId(); at) to = at;
    }
    leavers_.push_back({to ? to : row(p).resource, {p, false}});
  }
  decide_leavers(input_, leavers_, texts_);
  take_over();
  std::sort(leavers_.begin(), leavers_.end(), [](const PlacedLeaver& a, const PlacedLeaver& b) {
    return a.at != b.at ? a.at < b.at : a.leaver.prior < b.leaver.prior;
  });
}

// A half that is only forgotten stays on its slot: one that is wanted there takes it over, as found.
void Differ::take_over() {
  TextMap<PriorId> left(texts_.size());  // slot -> prior row
  for (const PlacedLeaver& placed : leavers_)
    if (row(placed.leaver.prior).type == k_mapping_type && placed.leaver.forget &&
        row(placed.leaver.prior).presence == Seen::Present)
      left.set(row(placed.leaver.prior).identity, placed.leaver.prior);
  for (const auto d : input_.desired.rows.ids()) {
    if (want(d).type != k_mapping_type || origin_[d] != k_none || !left.contains(want(d).identity)) continue;
    origin_[d] = left[want(d).identity];
    forgotten_.insert(origin_[d]);
  }
}

void Differ::walk() {
  std::size_t l = 0;
  const DesiredId end_of_desired = input_.desired.rows.next();
  for (DesiredId d(0U); d < end_of_desired || l < leavers_.size();) {
    const bool leaver_only = d == end_of_desired || (l < leavers_.size() && leavers_[l].at < want(d).resource);
    const ResourceId resource = leaver_only ? leavers_[l].at : want(d).resource;
    std::size_t end = l;
    while (end < leavers_.size() && leavers_[end].at == resource) ++end;
    consider(leaver_only ? DesiredId() : d, {leavers_.data() + l, end - l}, resource);
    l = end;
    if (!leaver_only) ++d.value;
  }
}

void Differ::consider(DesiredId d, std::span<const PlacedLeaver> leavers, ResourceId resource) {
  Change change{.resource = resource,
                .type = d == k_none ? row(leavers.front().leaver.prior).type : want(d).type,
                .desired = d,
                .origin = d ? origin_[d] : PriorId()};
  for (const PlacedLeaver& placed : leavers) {
    change.leavers.push_back(placed.leaver);
    if (row(placed.leaver.prior).resource != resource) change.previous_address = row(placed.leaver.prior).address;
  }
  said_again_ = false;
  if (d != k_none) comer(change);
  strongest(change);
  if (change.action == Action::NoOp) {
    ++diff_.unchanged;
    if (change.origin != k_none) records(d, change.origin);
    return;
  }
  change.reason = said_again_ && !change.adopt && !change.move ? retarget_reason_ : reason(change);
  if (change.type == k_vm_type && (change.changed & 1U << vm_column::target_network) != 0 &&
      change.action == Action::Update) {
    retargeted_vm_ = want(d).address;
    retarget_reason_ = change.adopt ? Reason::AttributeChanged : change.reason;
  }
  if (change.type == k_vm_type && change.update && change.reason == Reason::AttributeChanged)
    moved_vm_ = want(d).address;
  if (d != k_none) {
    write_after(change);
    if (change.action == Action::Replace) replaced_columns(change);
    if (change.origin != k_none) records(d, change.origin);
  }
  diff_.changes.push_back(std::move(change));
}

void Differ::comer(Change& change) {
  const DesiredRow& desired = want(change.desired);
  const PriorId p = change.origin;
  if (p == k_none || row(p).presence == Seen::Absent) {
    // An existing network that is absent is an error elsewhere; offline it is taken to be there.
    (desired.existing ? change.adopt : change.create) = true;
  } else if (is_found(p)) {
    change.adopt = true;
    change.adopted_id = row(p).id;
    compare(change);
  } else {
    change.move = row(p).address != desired.address;
    compare(change);
  }
  if (p != k_none && !is_found(p) && row(p).address != desired.address) change.previous_address = row(p).address;
}

bool Differ::compare(Change& change) {
  const DesiredRow& desired = want(change.desired);
  const PriorRow& prior = row(change.origin);
  const bool existing_network = desired.existing && desired.type == k_network_type;
  if (desired.as_is || existing_network || prior.presence != Seen::Present) return false;
  for (std::size_t c = 0; c < input_.types[change.type].columns.size(); ++c) {
    if (input_.types[change.type].column(c).mutability != Mutability::InPlace) continue;
    if (is_existing_column(change.type, c)) continue;
    if (input_.desired.cell(desired, c) != input_.prior.cell(prior, c)) change.changed |= 1U << c;
  }
  // Where a vm comes up elsewhere the service lands its nics anew: also what stays the same has to be said.
  said_again_ = change.changed == 0 && change.type == k_nic_type && retargeted_vm_ &&
                vm_of_nic(texts_.view(desired.address)) == texts_.view(retargeted_vm_);
  if (said_again_) change.changed = 1U << nic_column::target_subnet;
  if (change.changed == 0) return false;
  if (change.type == k_network_type) compare_shapes(change);
  else change.update = true;
  return true;
}

void Differ::compare_shapes(Change& change) {
  const auto shape = [&](Text spaces, Text subnets) {
    return NetworkShape{parse_prefix_list(texts_.view(spaces)).value_or(std::vector<Prefix>()),
                        parse_subnet_map(texts_.view(subnets)).value_or(std::vector<Subnet>())};
  };
  const DesiredRow& desired = want(change.desired);
  const PriorRow& prior = row(change.origin);
  const NetworkChange difference = compare_networks(
      shape(input_.prior.cell(prior, network_column::address_space), input_.prior.cell(prior, network_column::subnets)),
      shape(input_.desired.cell(desired, network_column::address_space),
            input_.desired.cell(desired, network_column::subnets)));
  change.update = difference.update;
  change.shrink = difference.shrink;
  if (!difference.conflict.empty()) diff_.problems.push_back({change.desired, difference.conflict, {}, {}});
  const auto users = parse_text_list(texts_.view(prior.in_use)).value_or(std::vector<std::string>());
  for (const Subnet& subnet : difference.leaving)
    for (const std::string& user : users) {
      const auto ip = parse_ip(std::string_view(user).substr(0, user.find(' ')));
      const bool inside = ip && std::any_of(subnet.prefixes.begin(), subnet.prefixes.end(),
                                            [&](const Prefix& prefix) { return contains(prefix, *ip); });
      if (inside) diff_.problems.push_back({change.desired, {}, subnet.name, user});
    }
  if (!change.update || !change.shrink) return;
  change.first_between = diff_.next_cell();
  for (std::size_t c = 0; c < network_column::count; ++c) diff_.cells.push_back(input_.desired.cell(desired, c));
  diff_.cell(change.first_between, network_column::address_space) =
      texts_.intern(canonical_prefix_list(difference.between.spaces));
  diff_.cell(change.first_between, network_column::subnets) =
      texts_.intern(canonical_subnet_map(difference.between.subnets));
}

void Differ::write_after(Change& change) {
  const DesiredRow& desired = want(change.desired);
  const PriorRow* prior = change.origin == k_none ? nullptr : &row(change.origin);
  change.first_after = diff_.next_cell();
  for (std::size_t c = 0; c < input_.types[change.type].columns.size(); ++c) {
    Text value = input_.desired.cell(desired, c);
    const bool present = prior != nullptr && prior->presence != Seen::Absent;
    if (present) {
      const Text found = input_.prior.cell(*prior, c);
      const bool created_once = input_.types[change.type].column(c).mutability == Mutability::CreateOnly;
      const bool remembered = change.type == k_network_type && desired.existing &&
                              (c == network_column::address_space || c == network_column::subnets);
      if ((created_once && found) || remembered) value = found;
    }
    diff_.cells.push_back(value);
  }
}

void Differ::strongest(Change& change) {
  const bool deletes =
      std::any_of(change.leavers.begin(), change.leavers.end(), [](const Leaver& leaver) { return !leaver.forget; });
  if (change.desired == k_none) change.action = deletes ? Action::Delete : Action::Forget;
  else if (deletes) change.action = Action::Replace;
  else if (change.create) change.action = Action::Create;
  else if (change.update || change.shrink) change.action = Action::Update;
  else if (change.adopt) change.action = Action::Adopt;
  else if (change.move) change.action = Action::Move;
  else change.action = change.leavers.empty() ? Action::NoOp : Action::Forget;
  if (change.action != Action::Update && change.action != Action::Replace) change.changed = 0;
}

Reason Differ::drift_reason(const Change& change) const {
  if (change.type != k_mapping_type) return Reason::Drifted;
  if (row(change.origin).presence == Seen::Present) return Reason::HalfCrossed;
  const DesiredId mirror = want(change.desired).mirror;
  const PriorId other = mirror ? origin_[mirror] : PriorId();
  return other != k_none && row(other).presence != Seen::Absent ? Reason::HalfMissing : Reason::Drifted;
}

// Does the half point elsewhere though files ask for nothing new? If they did, its mirror's slot would have changed
// too.
bool Differ::is_crossed(const Change& change) const {
  if (change.type != k_mapping_type) return false;
  const DesiredId mirror = want(change.desired).mirror;
  return mirror && origin_[mirror] && row(origin_[mirror]).recorded != k_none;
}

// Has a fact changed in the cloud that the landing follows? Not where files have its vm come up elsewhere.
bool Differ::facts_changed(const Change& change) const {
  if (want(change.desired).follows_fact) return true;
  if (change.origin == k_none || row(change.origin).recorded == k_none) return false;
  if (moved_vm_ && vm_of_nic(texts_.view(want(change.desired).address)) == texts_.view(moved_vm_)) return false;
  const StateRow& recorded = input_.recorded.rows[row(change.origin).recorded];
  for (std::size_t c = 0; c < input_.types[change.type].columns.size(); ++c) {
    const AttributeType& column = input_.types[change.type].column(c);
    if (column.mutability != Mutability::Fact) continue;
    Text was = input_.recorded.cell(recorded, c);
    if (was && column.kind == Kind::Reference) was = input_.names.name(input_.names.recorded_identity(was));
    if (was != input_.desired.cell(want(change.desired), c)) return true;
  }
  return false;
}

Reason Differ::reason(const Change& change) const {
  const bool drifted = change.origin != k_none && row(change.origin).recorded != k_none && row(change.origin).drifted;
  switch (change.action) {
    case Action::Create: return drifted ? drift_reason(change) : Reason::NotRecorded;
    case Action::Update:
      if (change.adopt) return Reason::Found;
      if (drifted || is_crossed(change)) return drift_reason(change);
      return facts_changed(change) ? Reason::FactChanged : Reason::AttributeChanged;
    case Action::Replace:
      return change.move && !change.create && !change.adopt ? Reason::Moved : Reason::ImmutableAttributeChanged;
    case Action::Adopt: return Reason::Found;
    case Action::Move: return Reason::Moved;
    default: break;
  }
  if (change.leavers.empty()) return Reason::NotDeclared;
  if (change.leavers.front().removed) return Reason::Removed;
  return row(change.leavers.front().prior).because ? Reason::NoLongerAskedFor : Reason::NotDeclared;
}

void Differ::replaced_columns(Change& change) {
  // What differs from what stood there: the moved one where something moves here, else the one replaced.
  const PriorRow& before = row(before_row(change, input_.prior));
  change.changed = 0;
  for (std::size_t c = 0; c < input_.types[change.type].columns.size(); ++c)
    if (diff_.cell(change.first_after, c) != input_.prior.cell(before, c)) change.changed |= 1U << c;
}

// Also beside a change: its step writes them, and whoever reads the plan should know.
void Differ::records(DesiredId d, PriorId p) {
  const DesiredRow& desired = want(d);
  const PriorRow& prior = row(p);
  if (prior.recorded == k_none || prior.presence != Seen::Present) return;
  const auto flag = [&](bool value) { return texts_.intern(value ? "true" : "false"); };
  const ResourceType& type = input_.types[desired.type];
  for (std::size_t c = 0; c < type.columns.size() && !desired.as_is; ++c)
    if (type.column(c).mutability == Mutability::Remembered &&
        input_.desired.cell(desired, c) != input_.prior.cell(prior, c))
      diff_.records.push_back(
          {desired.resource, d, p, type.column(c).name, input_.prior.cell(prior, c), input_.desired.cell(desired, c)});
  if ((desired.type == k_network_type || desired.type == k_vm_type) && desired.existing != is_existing(p))
    diff_.records.push_back({desired.resource, d, p, "existing", flag(!desired.existing), flag(desired.existing)});
  if (desired.protect != prior.protect)
    diff_.records.push_back({desired.resource, d, p, "protect", flag(prior.protect), flag(desired.protect)});
  if (desired.because != prior.because)
    diff_.records.push_back({desired.resource, d, p, "because", prior.because, desired.because});
}

}  // namespace

Diff make_diff(const DiffInput& input, StringPool& texts) {
  Diff diff = Differ(input, texts).run();
  hold_back(input, texts, diff);
  return diff;
}

}  // namespace pairform
