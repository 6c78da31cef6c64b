#include "engine/decide/differ.h"

#include <functional>
#include <range/v3/algorithm/lower_bound.hpp>

#include "schema/check.h"

namespace pairform {
namespace {

class Differ {
 public:
  Differ(const DiffInput& input, StringPool& texts) : input_(input), compared_(input.compared), texts_(texts) {}

  Diff run() {
    for (const Pairing& pairing : compared_.match.pairings) {
      const Asked asked = asked_of(compared_, pairing);
      if (asked.action == Action::NoOp) ++diff_.unchanged;
      else diff_.changes.push_back(change(pairing, asked));
    }
    diff_.asked.assign(compared_.prior.rows.size(), false);
    for (const Change& change : diff_.changes) {
      if (change.origin) diff_.asked[change.origin] = true;
      for (const Outgoing& outgoing : change.outgoing) diff_.asked[outgoing.prior] = true;
    }
    diff_.origin = compared_.match.origin;
    return std::move(diff_);
  }

  std::vector<BrokenHalf> broken() {
    std::vector<BrokenHalf> out;
    for (const Pairing& pairing : compared_.match.pairings) {
      if (pairing.type != k_mapping_type) continue;
      if (!pairing.desired) {
        broken_outgoing(pairing, out);
        continue;
      }
      const Asked asked = asked_of(compared_, pairing);
      if (asked.action == Action::NoOp) continue;
      const Change half = change(pairing, asked);
      const bool crossed = half.reason == Reason::HalfCrossed;
      if (!crossed && half.reason != Reason::HalfMissing && half.reason != Reason::Drifted) continue;
      out.push_back({.resource = half.resource,
                     .reason = half.reason,
                     .source = diff_.cell(half.first_after, half_column::source),
                     .target = diff_.cell(half.first_after, half_column::target),
                     .found = crossed ? compared_.prior.cell(row(half.origin), half_column::target) : Text()});
    }
    return out;
  }

 private:
  // Of a derived pair that no vm asks for any more, and that stays recorded while a vm that is held comes home by it.
  void broken_outgoing(const Pairing& pairing, std::vector<BrokenHalf>& out) const {
    for (const Outgoing& outgoing : compared_.match.outgoing_of(pairing)) {
      const PriorRow& half = row(outgoing.prior);
      if (!half.because || !half.recorded || !half.drifted) continue;
      const StateRow& was = input_.recorded.rows[half.recorded];
      const bool missing = half.presence == Existence::Absent;
      out.push_back({.resource = half.resource,
                     .reason = missing ? Reason::HalfMissing : Reason::HalfCrossed,
                     .source = input_.recorded.cell(was, half_column::source),
                     .target = input_.recorded.cell(was, half_column::target),
                     .found = missing ? Text() : compared_.prior.cell(half, half_column::target),
                     .leaves = true});
    }
  }
  const PriorRow& row(PriorId p) const { return compared_.prior.rows[p]; }
  const DesiredRow& want(DesiredId d) const { return compared_.desired.rows[d]; }
  const ResourceType& type_of(const Change& change) const { return compared_.types[change.type]; }

  Change change(const Pairing& pairing, const Asked& asked);
  Text previous_address(const Pairing& pairing) const;
  void write_after(Change& change);
  void write_between(Change& change, const Pairing& network);
  Reason reason(const Change& change, const Asked& asked) const;
  Reason update_reason(const Change& change, const Asked& asked) const;
  Reason drift_reason(const Change& change) const;
  bool completes_pair(const Change& change) const;
  bool is_crossed(const Change& change) const;
  bool facts_changed(const Change& change) const;
  const Change* change_of_vm(const Change& nic) const;
  AttributeSet replaced_columns(const Change& change) const;

  const DiffInput& input_;
  const Compared& compared_;
  StringPool& texts_;
  Diff diff_;
};

Change Differ::change(const Pairing& pairing, const Asked& asked) {
  const std::span<const Outgoing> outgoing = compared_.match.outgoing_of(pairing);
  const bool writes = asked.action == Action::Update || asked.action == Action::Replace;
  Change out{.resource = pairing.resource,
             .type = pairing.type,
             .action = asked.action,
             .arrival = asked.arrival,
             .update = asked.update,
             .shrink = asked.shrink,
             .desired = pairing.desired,
             .origin = pairing.origin,
             .outgoing = {outgoing.begin(), outgoing.end()},
             .changed = writes ? asked.changed : 0,
             .previous_address = previous_address(pairing)};
  if (pairing.found && asked.arrival == Arrival::Adopt && row(pairing.origin).presence != Existence::Absent)
    out.adopted_id = row(pairing.origin).id;
  out.reason = reason(out, asked);
  if (!out.desired) return out;
  if (out.update && out.shrink) write_between(out, pairing);
  write_after(out);
  if (out.action == Action::Replace) out.changed = replaced_columns(out);
  return out;
}

// The other address that this change takes over from; none: no other.
//   moved     network.a is recorded and wanted as network.b now: "network.a"
//   replaced  mapping.new.forward takes the place of the recorded mapping.old.forward, which leaves: the latter
Text Differ::previous_address(const Pairing& pairing) const {
  if (pairing.origin && !pairing.found && row(pairing.origin).address != want(pairing.desired).address)
    return row(pairing.origin).address;
  Text previous;
  for (const Outgoing& outgoing : compared_.match.outgoing_of(pairing))
    if (row(outgoing.prior).resource != pairing.resource) previous = row(outgoing.prior).address;
  return previous;
}

// What an update that adds writes where a shrink follows: everything that is wanted, and what still goes.
void Differ::write_between(Change& change, const Pairing& network) {
  const NetworkShape between = shape_change(compared_, network).between;
  change.first_between = diff_.next_cell();
  for (std::size_t c = 0; c < network_column::count; ++c)
    diff_.cells.push_back(compared_.desired.cell(want(change.desired), c));
  diff_.cell(change.first_between, network_column::address_space) =
      texts_.intern(canonical_prefix_list(between.spaces));
  diff_.cell(change.first_between, network_column::subnets) = texts_.intern(canonical_subnet_map(between.subnets));
}

// The row that state will hold after the change: the desired values, with two exceptions for a resource that is in the
// cloud already. An attribute that is set at creation only keeps its value (the name of a half), and an existing network
// keeps the address space and subnets that it has.
void Differ::write_after(Change& change) {
  const DesiredRow& desired = want(change.desired);
  const bool present = change.origin && row(change.origin).presence != Existence::Absent;
  change.first_after = diff_.next_cell();
  for (std::size_t c = 0; c < type_of(change).columns.size(); ++c) {
    Text value = compared_.desired.cell(desired, c);
    if (present) {
      const Text held = compared_.prior.cell(row(change.origin), c);
      const bool created_once = type_of(change).column(c).mutability == Mutability::CreateOnly;
      const bool shape_of_existing = change.type == k_network_type && desired.existing &&
                                     (c == network_column::address_space || c == network_column::subnets);
      if ((created_once && held) || shape_of_existing) value = held;
    }
    diff_.cells.push_back(value);
  }
}

// The change of the vm of a nic, which was made before: its address sorts first. Null: nothing is asked of the vm.
const Change* Differ::change_of_vm(const Change& nic) const {
  const ResourceId vm = compared_.estate[nic.resource].parent;
  const auto at = ranges::lower_bound(diff_.changes, vm, std::less(), &Change::resource);
  return vm && at != diff_.changes.end() && at->resource == vm ? &*at : nullptr;
}

Reason Differ::reason(const Change& change, const Asked& asked) const {
  const bool drifted = change.origin && row(change.origin).recorded && row(change.origin).drifted;
  switch (change.action) {
    case Action::Create:
      if (drifted) return drift_reason(change);
      return completes_pair(change) ? Reason::HalfMissing : Reason::NotRecorded;
    case Action::Update: return update_reason(change, asked);
    case Action::Replace: return change.arrival == Arrival::Move ? Reason::Moved : Reason::ImmutableAttributeChanged;
    case Action::Adopt: return Reason::Found;
    case Action::Move: return Reason::Moved;
    case Action::NoOp:
    case Action::Delete:
    case Action::Forget: break;
  }
  if (change.outgoing.empty()) return Reason::NotDeclared;
  if (change.outgoing.front().removed) return Reason::Removed;
  return row(change.outgoing.front().prior).because ? Reason::NoLongerAskedFor : Reason::NotDeclared;
}

Reason Differ::update_reason(const Change& change, const Asked& asked) const {
  if (asked.lands_anew && change.arrival == Arrival::None) {
    // The nic itself did not change: it is written again because its vm lands in another network, so it has the vm's
    // reason. "found", the reason of an adopted vm, would be wrong: the nic is recorded already.
    const Change* vm = change_of_vm(change);
    if (vm != nullptr) return vm->arrival == Arrival::Adopt ? Reason::AttributeChanged : vm->reason;
  }
  // A half found on its slot that leads elsewhere is broken, whoever made it.
  if (change.arrival == Arrival::Adopt) return change.type == k_mapping_type ? Reason::HalfCrossed : Reason::Found;
  const bool drifted = row(change.origin).recorded && row(change.origin).drifted;
  if (drifted || is_crossed(change)) return drift_reason(change);
  return facts_changed(change) ? Reason::FactChanged : Reason::AttributeChanged;
}

Reason Differ::drift_reason(const Change& change) const {
  if (change.type != k_mapping_type) return Reason::Drifted;
  if (row(change.origin).presence == Existence::Present) return Reason::HalfCrossed;
  const DesiredId mirror = want(change.desired).mirror;
  const PriorId other = mirror ? compared_.match.origin[mirror] : PriorId();
  return other && row(other).presence != Existence::Absent ? Reason::HalfMissing : Reason::Drifted;
}

// Is this half, which is not recorded, missing beside a mirror that is in the cloud? Where the pair is derived and its
// mirror is recorded it was declared with `mirror = false` before, so that nothing is broken.
bool Differ::completes_pair(const Change& change) const {
  if (change.type != k_mapping_type) return false;
  const DesiredId mirror = want(change.desired).mirror;
  const PriorId other = mirror ? compared_.match.origin[mirror] : PriorId();
  if (!other || row(other).presence == Existence::Absent) return false;
  return !want(change.desired).because || !row(other).recorded;
}

// Was this half pointed to another network in the cloud, and not by files? Only the target of a half is updated in place,
// and its mirror lives on that target: if files named another target for mapping.app.forward, mapping.app.reverse would
// be wanted on that network, in another slot, and match no recorded half. So where the mirror is still a recorded half,
// files did not change and the cloud did.
bool Differ::is_crossed(const Change& change) const {
  if (change.type != k_mapping_type) return false;
  const DesiredId mirror = want(change.desired).mirror;
  const PriorId other = mirror ? compared_.match.origin[mirror] : PriorId();
  return other && row(other).recorded;
}

// Has a fact changed in the cloud that the landing follows? Not where files have its vm come up elsewhere.
bool Differ::facts_changed(const Change& change) const {
  if (want(change.desired).follows_fact) return true;
  if (!change.origin || !row(change.origin).recorded) return false;
  const Change* vm = change_of_vm(change);
  if (vm != nullptr && vm->update && vm->reason == Reason::AttributeChanged) return false;
  const StateRow& recorded = input_.recorded.rows[row(change.origin).recorded];
  for (std::size_t c = 0; c < type_of(change).columns.size(); ++c) {
    const AttributeType& column = type_of(change).column(c);
    if (column.mutability != Mutability::Fact) continue;
    Text was = input_.recorded.cell(recorded, c);
    if (was && column.kind == Kind::Reference) was = input_.names.name(input_.names.recorded_identity(was));
    if (was != compared_.desired.cell(want(change.desired), c)) return true;
  }
  return false;
}

// What differs from what stood there: the moved one where something moves here, else the one replaced.
AttributeSet Differ::replaced_columns(const Change& change) const {
  const PriorRow& before = row(before_row(change, compared_.prior));
  AttributeSet changed = 0;
  for (std::size_t c = 0; c < type_of(change).columns.size(); ++c)
    if (diff_.cell(change.first_after, c) != compared_.prior.cell(before, c) && !is_existing_column(change.type, c))
      changed |= AttributeSet{1} << c;
  return changed;
}

class Recorder {
 public:
  Recorder(const DiffInput& input, StringPool& texts)
      : input_(input),
        compared_(input.compared),
        no_(texts.intern("false")),
        yes_(texts.intern("true")),
        texts_(texts) {}

  std::vector<Record> run() {
    for (const Pairing& pairing : compared_.match.pairings)
      if (pairing.desired && pairing.origin) compare(pairing.desired, pairing.origin);
    return std::move(records_);
  }

 private:
  void compare(DesiredId d, PriorId p) {
    const DesiredRow& desired = compared_.desired.rows[d];
    const PriorRow& prior = compared_.prior.rows[p];
    if (!prior.recorded || prior.presence != Existence::Present) return;
    const auto note = [&](std::string_view attribute, Text before, Text after) {
      if (before != after) records_.push_back({desired.resource, d, p, attribute, before, after});
    };
    const auto flag = [&](bool value) { return value ? yes_ : no_; };
    const ResourceType& type = compared_.types[desired.type];
    for (std::size_t c = 0; c < type.columns.size() && !desired.as_is; ++c)
      if (type.column(c).mutability == Mutability::Remembered)
        note(type.column(c).name, compared_.prior.cell(prior, c), compared_.desired.cell(desired, c));
    if (existing_column(desired.type))
      note("existing", flag(is_existing(compared_.prior, prior, texts_)), flag(desired.existing));
    note("protect", flag(prior.protect), flag(desired.protect));
    note("because", prior.because, desired.because);
    if (!desired.as_is && prior.status == Status::Settled && !prior.pending) facts(desired.resource, d, p);
  }

  // Facts of a vm or nic that changed since they were recorded. What the cloud does not say is no change: what is
  // recorded stands in.
  void facts(ResourceId resource, DesiredId d, PriorId p) {
    const PriorRow& prior = compared_.prior.rows[p];
    const ResourceType& type = compared_.types[prior.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c) {
      const AttributeType& column = type.column(c);
      if (column.mutability != Mutability::Fact) continue;
      Text was = input_.recorded.cell(input_.recorded.rows[prior.recorded], c);
      if (was && column.kind == Kind::Reference) was = input_.names.name(input_.names.recorded_identity(was));
      const Text is = compared_.prior.cell(prior, c);
      const bool known = (was && is) || column.kind == Kind::IpMap;  // of a map, none is an empty one
      if (known && was != is) records_.push_back({resource, d, p, column.name, was, is});
    }
  }

  const DiffInput& input_;
  const Compared& compared_;
  Text no_, yes_;
  const StringPool& texts_;
  std::vector<Record> records_;
};

}  // namespace

Diff make_diff(const DiffInput& input, StringPool& texts) { return Differ(input, texts).run(); }

std::vector<BrokenHalf> find_broken_halves(const DiffInput& input, StringPool& texts) {
  return Differ(input, texts).broken();
}

std::vector<Record> find_records(const DiffInput& input, StringPool& texts) { return Recorder(input, texts).run(); }

}  // namespace pairform
