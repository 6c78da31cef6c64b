#include "engine/read/taken_over.h"

#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "schema/base_types.h"
#include "schema/value.h"

namespace pairform {
namespace {

// What files say of a network or vm.
struct Wanted {
  TypeId type;
  Text address, identity, region, name, resource_group, subscription, target_region;
};

struct PlaceColumns {
  std::size_t region, name, resource_group, subscription;
};
PlaceColumns columns_of(TypeId type) {
  if (type == k_network_type)
    return {network_column::region, network_column::name, network_column::resource_group, network_column::subscription};
  return {vm_column::region, vm_column::name, vm_column::resource_group, vm_column::subscription};
}
bool has_place(TypeId type) { return type == k_network_type || type == k_vm_type; }

class TakeOver {
 public:
  TakeOver(const TypeTable& types, const DesiredState& desired, const IdentityMaker& identities, StringPool& texts,
           RecordedState& recorded)
      : types_(types), desired_(desired), identities_(identities), texts_(texts), recorded_(recorded) {}

  std::vector<TakenOver> run() {
    if (identities_.provider.may_have_id == nullptr) return {};
    std::vector<Wanted> wanted = all_wanted();
    std::set<std::pair<TypeId, Text>> wanted_identities, recorded_identities;
    for (const Wanted& each : wanted) wanted_identities.emplace(each.type, each.identity);
    Strays strays;
    for (const RecordedId r : recorded_.rows.ids()) {
      const StateRow& row = recorded_.rows[r];
      if (!has_place(row.type)) continue;
      recorded_identities.emplace(row.type, identity(row));
      if (row.id && !wanted_identities.contains({row.type, identity(row)})) strays.emplace(place(row), r);
    }
    if (strays.empty()) return {};
    std::erase_if(wanted, [&](const Wanted& each) { return recorded_identities.contains({each.type, each.identity}); });
    take(wanted, strays);
    return std::move(taken_over_);
  }

 private:
  using Place = std::tuple<TypeId, Text, std::string>;  // region, folded name
  using Strays = std::multimap<Place, RecordedId>;      // recorded, and called so by no stanza

  std::string folded(Text name) const { return ascii_lower(texts_.view(name)); }
  Text cell(const StateRow& row, std::size_t column) const { return recorded_.cell(row, column); }
  Place place(const StateRow& row) const {
    const PlaceColumns columns = columns_of(row.type);
    return {row.type, cell(row, columns.region), folded(cell(row, columns.name))};
  }
  Text identity(const StateRow& row) const {
    const PlaceColumns at = columns_of(row.type);
    const Text region = cell(row, at.region), name = cell(row, at.name), group = cell(row, at.resource_group),
               subscription = cell(row, at.subscription);
    return row.type == k_network_type ? identities_.network(texts_, region, name, group, subscription)
                                      : identities_.vm(texts_, region, name, group, subscription);
  }

  // Of a saved plan the vms are rows already.
  std::vector<Wanted> all_wanted() const {
    std::vector<Wanted> out;
    for (const DesiredRow& row : desired_.rows) {
      if (!has_place(row.type)) continue;
      const PlaceColumns at = columns_of(row.type);
      const auto of = [&](std::size_t column) { return desired_.cell(row, column); };
      out.push_back({row.type, row.address, row.identity, of(at.region), of(at.name), of(at.resource_group),
                     of(at.subscription), row.type == k_vm_type ? of(vm_column::target_region) : Text()});
    }
    for (const DeclaredVm& vm : desired_.vms)
      out.push_back({k_vm_type, vm.address, vm.identity, vm.region, vm.name, vm.resource_group, vm.subscription,
                     vm.target_region});
    return out;
  }

  bool may_be(const Wanted& wanted, const StateRow& row) const {
    std::vector<NamedView> attributes{{"region", texts_.view(wanted.region)},
                                      {"name", texts_.view(wanted.name)},
                                      {"resource_group", texts_.view(wanted.resource_group)},
                                      {"subscription", texts_.view(wanted.subscription)}};
    if (wanted.type == k_vm_type) attributes.push_back({"target_region", texts_.view(wanted.target_region)});
    return identities_.provider.may_have_id(types_[wanted.type].name, attributes, texts_.view(row.id));
  }

  // Which strays each stanza may mean.
  std::vector<std::vector<RecordedId>> choices(const std::vector<Wanted>& wanted, const Strays& strays) const {
    std::vector<std::vector<RecordedId>> out(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto [first, last] = strays.equal_range({wanted[i].type, wanted[i].region, folded(wanted[i].name)});
      for (auto at = first; at != last; ++at)
        if (may_be(wanted[i], recorded_.rows[at->second])) out[i].push_back(at->second);
    }
    return out;
  }

  // What is recorded under the address of a stanza is that stanza's. Of the others where there is no choice: one stanza may
  // mean one record, and no other stanza that one.
  void take(const std::vector<Wanted>& wanted, const Strays& strays) {
    std::vector<std::vector<RecordedId>> may_mean = choices(wanted, strays);
    std::set<RecordedId> taken;
    for (std::size_t i = 0; i < wanted.size(); ++i)
      for (const RecordedId r : may_mean[i])
        if (recorded_.rows[r].address == wanted[i].address) {
          rename(recorded_.rows[r], wanted[i]);
          taken.insert(r);
          may_mean[i].clear();
          break;
        }
    std::map<RecordedId, std::size_t> meant;
    for (std::vector<RecordedId>& each : may_mean) {
      std::erase_if(each, [&](RecordedId r) { return taken.contains(r); });
      for (const RecordedId r : each) ++meant[r];
    }
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (may_mean[i].size() == 1 && meant[may_mean[i].front()] == 1)
        rename(recorded_.rows[may_mean[i].front()], wanted[i]);
  }

  void rename(const StateRow& row, const Wanted& wanted) {
    const PlaceColumns at = columns_of(row.type);
    for (const auto& [column, value] :
         {std::pair(at.resource_group, wanted.resource_group), std::pair(at.subscription, wanted.subscription)}) {
      Text& was = recorded_.cells[row.first_cell + column];
      if (was != value) taken_over_.push_back({row.type, row.id, column, was});
      was = value;
    }
  }

  const TypeTable& types_;
  const DesiredState& desired_;
  const IdentityMaker& identities_;
  StringPool& texts_;
  RecordedState& recorded_;
  std::vector<TakenOver> taken_over_;
};

// A step that was sent before the stanza changed is asked about by the identity that its resource has now.
void rename_intents(const DesiredState& desired, const IdentityMaker& identities, StringPool& texts,
                    const RecordedState& recorded, Journal& journal) {
  if (journal.open.empty()) return;
  const NetworkNames names(desired, recorded, identities, texts);
  std::multimap<Text, JournalIntent*> by_address;
  for (JournalIntent& intent : journal.open) {
    by_address.emplace(intent.address, &intent);
    if (intent.previous_address && intent.previous_address != intent.address)
      by_address.emplace(intent.previous_address, &intent);
  }
  for (const StateRow& row : recorded.rows) {
    const auto [first, last] = by_address.equal_range(row.address);
    for (auto at = first; at != last; ++at) {
      JournalIntent& intent = *at->second;
      intent.identity = identity_of(row, recorded, names, identities, texts);
      if (!intent.row || !has_place(row.type)) continue;
      const PlaceColumns columns = columns_of(row.type);
      for (const std::size_t column : {columns.resource_group, columns.subscription})
        intent.row->cells[column] = recorded.cell(row, column);
    }
  }
}

}  // namespace

std::vector<TakenOver> take_over_recorded(const TypeTable& types, const DesiredState& desired,
                                          const IdentityMaker& identities, StringPool& texts, RecordedState& recorded,
                                          Journal& journal) {
  std::vector<TakenOver> out = TakeOver(types, desired, identities, texts, recorded).run();
  if (!out.empty()) rename_intents(desired, identities, texts, recorded, journal);
  return out;
}

}  // namespace pairform
