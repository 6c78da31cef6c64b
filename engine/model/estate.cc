#include "engine/model/estate.h"

#include <algorithm>

#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// The resource at hand stands after its vm, and after its mirror: nothing sorts between the halves of a pair, and only
// nics between a vm and its nics.
class Linker {
 public:
  Linker(DenseMap<ResourceId, Resource>& resources, StringPool& texts) : resources_(resources), texts_(texts) {}

  void link(ResourceId id) {
    Resource& resource = resources_[id];
    const std::string_view address = texts_.view(resource.address);
    if (resource.type == k_vm_type) {
      vm_ = id;
    } else if (resource.type == k_nic_type) {
      if (vm_ && vm_of_nic(address) == texts_.view(resources_[vm_].address)) resource.parent = vm_;
    } else if (resource.type == k_mapping_type) {
      const ResourceId before(id.value - 1);
      const std::string_view pair = pair_of(address);
      if (id.value == 0 || resources_[before].type != k_mapping_type || texts_.view(resources_[before].pair) != pair) {
        resource.pair = texts_.intern(pair);
        return;
      }
      resource.pair = resources_[before].pair;
      resource.mirror = before;
      resources_[before].mirror = id;
    }
  }

 private:
  DenseMap<ResourceId, Resource>& resources_;
  StringPool& texts_;
  ResourceId vm_;  // the last one
};

}  // namespace

Estate index_resources(DesiredState& desired, const RecordedState& recorded, StringPool& texts) {
  Estate estate;
  estate.by_address_ = TextMap<ResourceId>(texts.size());
  estate.resources_.reserve(std::max(desired.rows.size(), recorded.rows.size()));
  Linker linker(estate.resources_, texts);
  DesiredId d(0U);
  RecordedId r(0U);
  while (d < desired.rows.next() || r < recorded.rows.next()) {
    const Text want = d < desired.rows.next() ? desired.rows[d].address : Text();
    const Text have = r < recorded.rows.next() ? recorded.rows[r].address : Text();
    int order = 0;
    if (!want) order = 1;
    else if (!have) order = -1;
    else if (want != have) order = compare_addresses(texts.view(want), texts.view(have));
    const ResourceId id = estate.resources_.next();
    Resource resource{.address = order <= 0 ? want : have};
    if (order <= 0) {
      resource.type = desired.rows[d].type;
      resource.desired = d;
      desired.rows[d].resource = id;
      ++d.value;
    }
    if (order >= 0) {
      if (order > 0) resource.type = recorded.rows[r].type;
      resource.recorded = r;
      ++r.value;
    }
    estate.by_address_.set(resource.address, id);
    estate.resources_.push_back(resource);
    linker.link(id);
  }
  return estate;
}

}  // namespace pairform
