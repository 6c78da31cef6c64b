#include "engine/model/names.h"

#include <array>

#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {

NetworkNames::NetworkNames(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
                           StringPool& texts)
    : name_(texts.size()),
      desired_(texts.size()),
      undesired_(texts.size()),
      recorded_(texts.size()),
      region_(texts.size()) {
  for (const DesiredRow& row : desired.rows) {
    if (row.type != k_network_type) continue;
    name_.set(row.identity, row.address);
    desired_.set(row.address, row.identity);
  }
  std::vector<Text> recorded_name;
  for (const StateRow& row : recorded.rows) {
    if (row.type != k_network_type) continue;
    const Text region = recorded.cell(row, network_column::region);
    const Text identity = identities.network(texts, region, recorded.cell(row, network_column::name),
                                             recorded.cell(row, network_column::resource_group),
                                             recorded.cell(row, network_column::subscription));
    recorded_.set(row.address, identity);
    region_.set(row.address, region);
    if (name_.contains(identity)) continue;
    const bool free = !desired_.contains(row.address);  // else it is the address of another network now
    name_.set(identity, free ? row.address : identity);
    if (free) recorded_name.push_back(identity);
  }
  for (const Text identity : recorded_name) undesired_.set(name_[identity], identity);
  std::string_view key;
  Text vm;
  for (const StateRow& row : recorded.rows) {  // a vm stands before its nics
    if (row.type == k_vm_type) {
      vm = identities.recorded_vm(texts, recorded, row);
      key = texts.view(row.address);
    }
    if (row.type != k_nic_type) continue;
    const std::string_view address = texts.view(row.address);
    const bool its = vm && vm_of_nic(address) == key;
    nic_.set(row.address, its ? identities.nic(texts, vm, texts.intern(parse_address(address)->nic)) : row.address);
  }
}

Text NetworkNames::name(Text identity) const { return name_.contains(identity) ? name_[identity] : identity; }

Text NetworkNames::identity(Text name) const {
  if (desired_.contains(name)) return desired_[name];
  return undesired_.contains(name) ? undesired_[name] : name;
}

Text NetworkNames::recorded_identity(Text reference) const {
  return recorded_.contains(reference) ? recorded_[reference] : reference;
}

Text NetworkNames::recorded_region(Text reference) const { return region_[reference]; }

Text identity_of(const StateRow& row, const RecordedState& recorded, const NetworkNames& names,
                 const IdentityMaker& identities, StringPool& texts) {
  if (row.type == k_network_type) return names.recorded_identity(row.address);
  if (row.type == k_vm_type) return identities.recorded_vm(texts, recorded, row);
  if (row.type == k_nic_type) return names.recorded_nic(row.address);
  const Text source = recorded.cell(row, half_column::source), target = recorded.cell(row, half_column::target);
  const Text other = names.recorded_region(target);
  if (!names.recorded_region(source) || !other) return row.id ? row.id : row.address;
  return identities.slot(texts, names.recorded_identity(source), other);
}

namespace {

// Of a network or a machine: they are called by the same four attributes.
Text placed_identity(const ProviderEntry& provider, std::string_view type, StringPool& texts, Text region, Text name,
                     Text resource_group, Text subscription) {
  const std::array<NamedView, 4> attributes{NamedView{"region", texts.view(region)},
                                            {"name", texts.view(name)},
                                            {"resource_group", texts.view(resource_group)},
                                            {"subscription", texts.view(subscription)}};
  return texts.intern(provider.identity(type, attributes));
}

}  // namespace

Text IdentityMaker::network(StringPool& texts, Text region, Text name, Text resource_group, Text subscription) const {
  return placed_identity(provider, "network", texts, region, name, resource_group, subscription);
}

Text IdentityMaker::slot(StringPool& texts, Text network, Text other_region) const {
  const std::array<NamedView, 2> attributes{NamedView{"source", texts.view(network)},
                                            {"target_region", texts.view(other_region)}};
  return texts.intern(provider.identity("mapping", attributes));
}

Text IdentityMaker::vm(StringPool& texts, Text region, Text name, Text resource_group, Text subscription) const {
  return placed_identity(provider, "vm", texts, region, name, resource_group, subscription);
}

Text IdentityMaker::recorded_vm(StringPool& texts, const RecordedState& recorded, const StateRow& row) const {
  return vm(texts, recorded.cell(row, vm_column::region), recorded.cell(row, vm_column::name),
            recorded.cell(row, vm_column::resource_group), recorded.cell(row, vm_column::subscription));
}

Text IdentityMaker::nic(StringPool& texts, Text vm, Text name) const {
  const std::array<NamedView, 2> attributes{NamedView{"vm", texts.view(vm)}, {"name", texts.view(name)}};
  return texts.intern(provider.identity("nic", attributes));
}

}  // namespace pairform
