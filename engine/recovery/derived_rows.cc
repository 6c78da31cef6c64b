#include "engine/recovery/derived_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/model/way_home.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::size_t k_longest_name = 64;  // of a network (azure-docs, resource name rules)

}  // namespace

DerivedRows::DerivedRows(const RecordedState& recorded, const IdentityMaker& identities, const NetworkNames& names,
                         CloudView& cloud, DesiredState& desired, StringPool& texts)
    : recorded_(recorded),
      identities_(identities),
      names_(names),
      cloud_(cloud),
      desired_(desired),
      texts_(texts),
      network_at_(texts.size()),
      address_at_(texts.size()),
      half_at_(texts.size()),
      recorded_network_(texts.size()),
      recorded_half_(texts.size()),
      recorded_vm_(texts.size()) {
  for (const auto d : desired.rows.ids()) {
    const DesiredRow& row = desired.rows[d];
    address_at_.set(row.address, d);
    if (row.type == k_mapping_type) address_at_.set(texts.intern(pair_of(texts.view(row.address))), d);
    (row.type == k_network_type ? network_at_ : half_at_).set(row.identity, d);
  }
  for (const auto r : recorded.rows.ids()) {
    const StateRow& row = recorded.rows[r];
    if (row.type == k_nic_type) continue;
    TextMap<RecordedId>& index = row.type == k_network_type ? recorded_network_
                                 : row.type == k_vm_type    ? recorded_vm_
                                                            : recorded_half_;
    index.set(identity_of(row, recorded, names, identities, texts), r);
  }
}

Text DerivedRows::identity(Text address) const {
  const DesiredId at = address_at_[address];
  return at ? desired_.rows[at].identity : Text();
}

Text DerivedRows::region(Text network) const {
  return desired_.cell(desired_.rows[network_at_[network]], network_column::region);
}

Text DerivedRows::name(Text network) const {
  return is_desired(network) ? desired_.rows[network_at_[network]].address : names_.name(network);
}

// What the cloud and state hold on a slot. `lone`: the network that the half there leads to. `whole`: that network, if
// the half on the way home leads back to `network`. A half that only leads there is not yet a pair.
FoundHalf DerivedRows::found(Text slot, Text network, Text region, Text target_region) {
  FoundHalf out;
  if (const RecordedId r = recorded_half_[slot])
    out.recorded = names_.recorded_identity(recorded_.cell(recorded_.rows[r], half_column::target));
  if (cloud_.offline()) return out;
  const Found here = cloud_.find({k_mapping_type, slot, region});
  if (here.presence != Existence::Present) return out;
  out.lone = cloud_.observed().cell(cloud_.observed().rows[here.row], half_column::target);
  const Text home = identities_.slot(texts_, out.lone, region);
  const Found there = cloud_.find({k_mapping_type, home, target_region});
  if (there.presence == Existence::Present &&
      cloud_.observed().cell(cloud_.observed().rows[there.row], half_column::target) == network)
    out.whole = out.lone;
  return out;
}

// The half that a file declared on this slot, and whose pair no file declares any more: its address. None: it was derived,
// or nothing was; or the pair is declared still, between other networks (an older state remembers those it left).
Text DerivedRows::declared_before(Text slot) const {
  const RecordedId r = recorded_half_[slot];
  if (!r || recorded_.rows[r].because) return Text();
  const Text pair = texts_.find(pair_of(text(recorded_.rows[r].address)));
  const DesiredId declared = pair ? address_at_[pair] : DesiredId();
  return declared && !desired_.rows[declared].because ? Text() : recorded_.rows[r].address;
}

// Where the vm comes up today, for a failover or a test. The cloud says so; where it could not be read, state does.
Text DerivedRows::network_of(const DeclaredVm& vm, std::size_t column) {
  if (!cloud_.offline()) {
    const Found answer = cloud_.find({k_vm_type, vm.identity, vm.region});
    if (answer.presence == Existence::Present)
      return cloud_.observed().cell(cloud_.observed().rows[answer.row], column);
    if (answer.presence == Existence::Absent) return Text();
  }
  const RecordedId r = recorded_vm_[vm.identity];
  if (r == k_none) return Text();
  const Text name = recorded_.cell(recorded_.rows[r], column);
  return name ? names_.recorded_identity(name) : Text();
}

ObservedId DerivedRows::observed_row(Text network, Text region) {
  if (cloud_.offline()) return ObservedId();
  const Found answer = cloud_.find({k_network_type, network, region});
  return answer.presence == Existence::Present ? answer.row : ObservedId();
}

// A managed network as files want it; an existing one as it is, or was when last seen.
DerivedRows::Shape DerivedRows::shape_of(Text network) {
  const DesiredRow& row = desired_.rows[network_at_[network]];
  if (!row.existing)
    return {desired_.cell(row, network_column::address_space), desired_.cell(row, network_column::subnets), true};
  if (const ObservedId at = observed_row(network, region(network))) {
    const ObservedRow& seen = cloud_.observed().rows[at];
    return {cloud_.observed().cell(seen, network_column::address_space),
            cloud_.observed().cell(seen, network_column::subnets), true};
  }
  const RecordedId r = recorded_network_[network];
  if (r == k_none) return {};
  const StateRow& remembered = recorded_.rows[r];
  return {recorded_.cell(remembered, network_column::address_space),
          recorded_.cell(remembered, network_column::subnets), true};
}

DesiredId DerivedRows::add(DesiredRow row, std::initializer_list<Text> cells) {
  const DesiredId at = desired_.rows.next();
  row.first_cell = static_cast<std::uint32_t>(desired_.cells.size());
  address_at_.set(row.address, at);
  if (row.type == k_network_type) network_at_.set(row.identity, at);
  if (row.type == k_mapping_type) half_at_.set(row.identity, at);
  derived_ |= row.type == k_network_type || row.type == k_mapping_type;
  desired_.rows.push_back(row);
  desired_.cells.insert(desired_.cells.end(), cells);
  return at;
}

// A derived network that was protected stays so: a stanza that goes does not lift it.
DesiredId DerivedRows::add_network(std::string_view address, Text identity, std::initializer_list<Text> cells,
                                   Text because, bool existing) {
  const RecordedId r = recorded_network_[identity];
  return add({.address = texts_.intern(address),
              .type = k_network_type,
              .identity = identity,
              .because = because,
              .protect = r != k_none && recorded_.rows[r].protect,
              .existing = existing},
             cells);
}

// A row for a network that is there and that nobody declares.
void DerivedRows::add_existing(Text network, Text region, Text because) {
  const Text yes = texts_.intern("true");
  const ObservedId at = observed_row(network, region);
  const RecordedId r = recorded_network_[network];
  Text name, group, subscription;
  if (at != k_none) {
    const ObservedRow& seen = cloud_.observed().rows[at];
    name = cloud_.observed().cell(seen, network_column::name);
    group = cloud_.observed().cell(seen, network_column::resource_group);
    subscription = cloud_.observed().cell(seen, network_column::subscription);
  } else if (r != k_none) {
    name = recorded_.cell(recorded_.rows[r], network_column::name);
    group = recorded_.cell(recorded_.rows[r], network_column::resource_group);
    subscription = recorded_.cell(recorded_.rows[r], network_column::subscription);
  } else {
    const std::string_view identity = text(network);
    name = texts_.intern(identity.substr(identity.rfind('/') + 1));
  }
  const std::string address =
      r != k_none && recorded_.rows[r].because
          ? std::string(text(recorded_.rows[r].address))
          : free_address("network", fmt::format("{}-{}", key_of_name(text(name)), text(region)));
  add_network(address, network, {region, name, Text(), Text(), yes, group, subscription}, because, true);
}

// network.app-eastasia, or network.app-eastasia-2 where a file has the first.
std::string DerivedRows::free_address(std::string_view type, std::string_view name) const {
  const std::string plain = fmt::format("{}.{}", type, name);
  std::string address = plain;
  for (int n = 2; address_at_.contains(texts_.find(address)); ++n) address = fmt::format("{}-{}", plain, n);
  return address;
}

// Makes sure that there is a row for the network that a vm is to come up in, and says why there cannot be one:
//   Ready        desired already; or the default network of `network`; or there, and taken as it is
//   OfAnother    it is derived for another network, and would go with the vms of that one
//   StanzaGone   it is recorded as declared, and no stanza declares it any more
WantedTarget DerivedRows::want_target(Text target, Text network, Text region, Text because) {
  if (is_desired(target)) {
    const Text follows = derived_for_[target];
    return !follows || follows == network ? WantedTarget::Ready : WantedTarget::OfAnother;
  }
  Text its_default;
  const DesiredRow& own = desired_.rows[network_at_[network]];
  const std::string default_name_text = default_name(network);
  const std::string group = text(desired_.cell(own, network_column::resource_group)).empty()
                                ? std::string()
                                : fmt::format("{}-asr", text(desired_.cell(own, network_column::resource_group)));
  its_default = identities_.network(texts_, region, texts_.intern(default_name_text),
                                    group.empty() ? Text() : texts_.intern(group),
                                    desired_.cell(own, network_column::subscription));
  if (target == its_default && want_default(network, region, because, its_default) == DefaultNetwork::Ready)
    return WantedTarget::Ready;
  const RecordedId r = recorded_network_[target];
  if (r != k_none) {
    const bool existing = is_existing(recorded_, recorded_.rows[r], texts_);
    if (!recorded_.rows[r].because) return WantedTarget::StanzaGone;
    if (!existing) return WantedTarget::OfAnother;
  }
  add_existing(target, region, because);
  return WantedTarget::Ready;
}

std::string DerivedRows::default_name(Text network) const {
  return fmt::format("{}-asr", text(desired_.cell(desired_.rows[network_at_[network]], network_column::name)));
}

std::string DerivedRows::default_address(Text network, Text target_region) const {
  return fmt::format("network.{}-asr-{}", key_of(network), text(target_region));
}

// The network "<name>-asr" in the target region, in the group "<group>-asr", with the shape of `network`. One that is
// there with another shape and without our tag is somebody else's, and is not changed (Differs).
DefaultNetwork DerivedRows::want_default(Text network, Text target_region, Text because, Text& target) {
  const DesiredRow own = desired_.rows[network_at_[network]];
  const std::string name = default_name(network);
  const Text own_group = desired_.cell(own, network_column::resource_group);
  const Text group = own_group ? texts_.intern(fmt::format("{}-asr", text(own_group))) : Text();
  const Text subscription = desired_.cell(own, network_column::subscription);
  if (name.size() > k_longest_name) return DefaultNetwork::TooLong;
  const Text name_text = texts_.intern(name);
  target = identities_.network(texts_, target_region, name_text, group, subscription);
  if (is_desired(target)) return DefaultNetwork::Ready;
  const Shape shape = shape_of(network);
  const RecordedId r = recorded_network_[target];
  const bool recorded = r != k_none && recorded_.rows[r].because && !is_existing(recorded_, recorded_.rows[r], texts_);
  const ObservedId found = observed_row(target, target_region);
  if (found && !recorded) {
    const ObservedRow& seen = cloud_.observed().rows[found];
    const bool same = cloud_.observed().cell(seen, network_column::address_space) == shape.spaces &&
                      cloud_.observed().cell(seen, network_column::subnets) == shape.subnets;
    if (shape.known && !same && !seen.ours) return DefaultNetwork::Differs;
  }
  const std::string address = default_address(network, target_region);
  if (const Text taken = texts_.find(address); address_at_.contains(taken)) return DefaultNetwork::KeyTaken;
  const DesiredId row =
      add_network(address, target,
                  {target_region, name_text, shape.spaces, shape.subnets, texts_.intern("false"), group, subscription},
                  because, false);
  if (!shape.known) desired_.rows[row].unknown = texts_.intern(fmt::format("{} could not be read", text(own.address)));
  desired_.rows[row].follows_fact = own.existing;
  if (found && shape.known) {
    const bool made_elsewhere = r == k_none || is_existing(recorded_, recorded_.rows[r], texts_);
    derived_networks_.push_back({row, found, made_elsewhere ? RecordedId() : r});
  }
  derived_for_.set(target, network);
  return DefaultNetwork::Ready;
}

std::string DerivedRows::pair_address(Text network, Text target_region) const {
  return fmt::format("mapping.{}-to-{}", key_of(network), text(target_region));
}

bool DerivedRows::is_pair_taken(const std::string& address) const {
  const Text taken = texts_.find(address);
  return address_at_.contains(taken);
}

// What files once said of the half on a slot, while it leads to `to`. None: it is not recorded, or leads elsewhere.
std::optional<DerivedRows::Rules> DerivedRows::recorded_rules(Text slot, Text to) const {
  const RecordedId r = recorded_half_[slot];
  if (!r || names_.recorded_identity(recorded_.cell(recorded_.rows[r], half_column::target)) != to) return std::nullopt;
  const StateRow& row = recorded_.rows[r];
  return Rules{recorded_.cell(row, half_column::subnets), recorded_.cell(row, half_column::addresses)};
}

// Of the half that leads the other way.
DerivedRows::Rules DerivedRows::backwards(const Rules& rules) {
  const std::string home = way_home(parsed_.items(texts_, rules.subnets));
  return {home.empty() ? Text() : texts_.intern(home), rules.addresses};
}

// Both halves between `network` and `target`: mapping.app-to-southeastasia.forward and .reverse. Derived pairs have no
// exception to the mirror. Each half remembers its own rules; one that is new, of a pair that was declared without its
// mirror, has those of the other one backwards.
DesiredId DerivedRows::make_pair(Text network, Text target, Text because) {
  const std::string pair = pair_address(network, region(target));
  const std::array<Text, 2> ends{network, target};
  std::array<Text, 2> slots{};
  std::array<std::optional<Rules>, 2> rules;
  for (const std::size_t h : {0U, 1U}) {
    slots[h] = identities_.slot(texts_, ends[h], region(ends[1 - h]));
    rules[h] = recorded_rules(slots[h], ends[1 - h]);
  }
  std::array<DesiredId, 2> made{};
  for (const std::size_t h : {0U, 1U}) {
    const Text from = ends[h], to = ends[1 - h];
    const DesiredRow& source = desired_.rows[network_at_[from]];
    const Text name =
        texts_.intern(fmt::format("{}-to-{}", text(desired_.cell(source, network_column::name)), text(region(to))));
    const Rules said = rules[h] ? *rules[h] : rules[1 - h] ? backwards(*rules[1 - h]) : Rules();
    const RecordedId r = recorded_half_[slots[h]];
    const bool protect = r && recorded_.rows[r].protect;  // a stanza that goes does not lift it
    const Text address = texts_.intern(pair + (h == 0 ? ".forward" : ".reverse"));
    made[h] =
        add({.address = address, .type = k_mapping_type, .identity = slots[h], .because = because, .protect = protect},
            {name, this->name(from), this->name(to), said.subnets, said.addresses});
  }
  address_at_.set(texts_.intern(pair), made[0]);
  desired_.rows[made[0]].mirror = made[1];
  desired_.rows[made[1]].mirror = made[0];
  return made[0];
}

// The stanza that declares a network that is there, for an error that asks for it.
std::string DerivedRows::existing_stanza(Text network, Text region) {
  const std::string_view identity = text(network);
  std::string name(identity.substr(identity.rfind('/') + 1)), more;
  if (const ObservedId at = observed_row(network, region)) {
    const ObservedRow& seen = cloud_.observed().rows[at];
    name = text(cloud_.observed().cell(seen, network_column::name));
    for (const auto& [attribute, column] : {std::pair{"resource_group", network_column::resource_group},
                                            std::pair{"subscription", network_column::subscription}})
      if (const Text value = cloud_.observed().cell(seen, column))
        more += fmt::format("\n{} = \"{}\"", attribute, text(value));
  }
  const std::string key = key_of_name(name);
  if (key != name) more = fmt::format("\nname = \"{}\"", name) + more;
  return fmt::format("[network.{}]\nexisting = true\nregion = \"{}\"{}", key, text(region), more);
}

// The same of a network that state or this plan knows.
std::string DerivedRows::recorded_stanza(Text network) const {
  const RecordedId r = recorded_network_[network];
  if (r == k_none) {
    const DesiredRow& row = desired_.rows[network_at_[network]];
    return fmt::format("[{}]\nregion = \"{}\"\nname = \"{}\"\n…  (pairform promote {} prints it)", text(row.address),
                       text(desired_.cell(row, network_column::region)), text(desired_.cell(row, network_column::name)),
                       text(row.address));
  }
  const StateRow& row = recorded_.rows[r];
  std::string out =
      fmt::format("[{}]\nregion = \"{}\"\nname = \"{}\"", text(row.address),
                  text(recorded_.cell(row, network_column::region)), text(recorded_.cell(row, network_column::name)));
  for (const auto& [attribute, column] : {std::pair{"resource_group", network_column::resource_group},
                                          std::pair{"subscription", network_column::subscription}})
    if (const Text value = recorded_.cell(row, column)) out += fmt::format("\n{} = \"{}\"", attribute, text(value));
  if (is_existing(recorded_, row, texts_)) return out + "\nexisting = true";
  return out + fmt::format("\naddress_space = {}\nsubnets = {{ … }}  # as it is now: pairform state show {}",
                           text(recorded_.cell(row, network_column::address_space)), text(row.address));
}

// Puts the derived rows where their addresses belong. Ids of rows change: the map says which is which now.
DenseMap<DesiredId, DesiredId> DerivedRows::sort() {
  std::vector<DesiredId> order(desired_.rows.ids().begin(), desired_.rows.ids().end());
  // Vms were added last, in order: they are last in address order, too.
  if (derived_)
    std::sort(order.begin(), order.end(), [&](DesiredId a, DesiredId b) {
      return address_less(text(desired_.rows[a].address), text(desired_.rows[b].address));
    });
  DenseMap<DesiredId, DesiredId> old_to_new(order.size());
  DenseMap<DesiredId, DesiredRow> sorted;
  sorted.reserve(order.size());
  for (const DesiredId old : order) old_to_new[old] = sorted.push_back(desired_.rows[old]);
  for (DesiredRow& row : sorted)
    if (row.mirror) row.mirror = old_to_new[row.mirror];
  desired_.rows = std::move(sorted);
  return old_to_new;
}

}  // namespace pairform
