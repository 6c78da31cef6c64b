#include "engine/address_book.h"

#include <algorithm>

#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {

AddressBook index_addresses(DesiredState& desired, const RecordedState& recorded, const StringPool& texts) {
  AddressBook book;
  book.by_address = TextMap<ResourceId>(texts.size());
  book.addresses.reserve(std::max(desired.rows.size(), recorded.rows.size()));
  DesiredId d(0U);
  RecordedId r(0U);
  while (d < desired.rows.next() || r < recorded.rows.next()) {
    const Text want = d < desired.rows.next() ? desired.rows[d].address : Text();
    const Text have = r < recorded.rows.next() ? recorded.rows[r].address : Text();
    int order = 0;
    if (!want) order = 1;
    else if (!have) order = -1;
    else if (want != have) order = compare_addresses(texts.view(want), texts.view(have));
    const ResourceId id = book.addresses.push_back(order <= 0 ? want : have);
    book.by_address.set(book.addresses[id], id);
    if (order <= 0) {
      desired.rows[d].resource = id;
      ++d.value;
    }
    if (order >= 0) ++r.value;
  }
  return book;
}

ResourceId mirror_address(const AddressBook& book, const StringPool& texts, ResourceId half) {
  // The two halves of a pair are neighbours in address order: nothing sorts between them.
  const std::string_view own = texts.view(book.addresses[half]);
  if (!own.starts_with("mapping.")) return ResourceId();
  const bool forward = own.ends_with(".forward");
  if (!forward && half.value == 0) return ResourceId();
  const ResourceId other(forward ? half.value + 1 : half.value - 1);
  if (other.index() >= book.addresses.size()) return ResourceId();
  return pair_of(texts.view(book.addresses[other])) == pair_of(own) ? other : ResourceId();
}

}  // namespace pairform
