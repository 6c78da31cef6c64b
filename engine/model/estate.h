// Every resource of a run, once: what is desired and what is recorded, in one address order.
// A ResourceId is the rank of an address in the sorted union of both, so id order is address order. Which vm a nic is
// of, and which half is the mirror of which, is read off the order once, here; no pass looks into addresses for it.
// Built by merging two sorted lists; O(n). Constant afterwards. Threads: any may read.
#pragma once
#include "engine/model/rows.h"

namespace pairform {

struct Resource {
  Text address;
  TypeId type;
  ResourceId parent;    // of a nic: its vm (`vm.web1` of `vm.web1.nic.eth0`); none: other types, or no such vm
  ResourceId mirror;    // of a half: the other half of its pair; none: other types, or the pair has one half
  Text pair;            // of a half: `mapping.app` of `mapping.app.forward`; none: other types
  DesiredId desired;    // none: nothing wants it
  RecordedId recorded;  // none: it is not recorded
};

class Estate {
 public:
  const Resource& operator[](ResourceId resource) const { return resources_[resource]; }
  Text address(ResourceId resource) const { return resources_[resource].address; }
  // The resource at an address; none: there is none.
  ResourceId find(Text address) const { return by_address_[address]; }
  // What people name when they mean the resource with all that goes along: of a half its pair, of a nic its vm.
  Text whole(ResourceId resource) const {
    const Resource& of = resources_[resource];
    return of.pair ? of.pair : of.parent ? resources_[of.parent].address : of.address;
  }
  std::size_t size() const { return resources_.size(); }
  IdRange<ResourceId> ids() const { return resources_.ids(); }

 private:
  friend Estate index_resources(DesiredState& desired, const RecordedState& recorded, StringPool& texts);

  DenseMap<ResourceId, Resource> resources_;
  TextMap<ResourceId> by_address_;
};

// Numbers the desired rows (setting their `resource`) and the recorded ones. `texts` receives the names of pairs.
Estate index_resources(DesiredState& desired, const RecordedState& recorded, StringPool& texts);

}  // namespace pairform
