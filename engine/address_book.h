// The one id space: a ResourceId is the rank of an address in the sorted union of desired and recorded addresses,
// so id order is address order. Built once, by merging two sorted lists; O(n).
#pragma once
#include <vector>

#include "engine/resource_table.h"

namespace pairform {

struct AddressBook {
  DenseMap<ResourceId, Text> addresses;
  TextMap<ResourceId> by_address;
  ResourceId find(Text address) const { return by_address[address]; }
};

// Numbers the desired rows (setting their `resource`) and the recorded ones.
AddressBook index_addresses(DesiredState& desired, const RecordedState& recorded, const StringPool& texts);

// The half across: `mapping.k.reverse` of `mapping.k.forward`; none if it is not in the book or no half.
ResourceId mirror_address(const AddressBook& book, const StringPool& texts, ResourceId half);

}  // namespace pairform
