// What a resource is called, in the cloud and in a project, and how one is found from the other.
// An identity is what a provider makes of attributes (engine/model/key.h); a name is what plan, state and messages
// show. Cost: every method constant but the constructor, which is linear. Threads: one owner while names are added.
#pragma once
#include "engine/model/rows.h"

namespace pairform {

// Identities as the chosen provider makes them of attributes. Pure: needs no cloud.
struct IdentityMaker {
  const ProviderEntry& provider;
  Text network(StringPool& texts, Text region, Text name, Text resource_group, Text subscription) const;
  Text vm(StringPool& texts, Text region, Text name, Text resource_group, Text subscription) const;
  Text recorded_vm(StringPool& texts, const RecordedState& recorded, const StateRow& row) const;
  Text nic(StringPool& texts, Text vm, Text name) const;
  // The slot of a half on `network`, towards `other_region`.
  Text slot(StringPool& texts, Text network, Text other_region) const;
};

// One name for each network in everything that is shown, compared and written: its desired address; else its recorded
// one, unless that address is desired for another network; else its identity.
class NetworkNames {
 public:
  NetworkNames(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
               StringPool& texts);
  Text name(Text identity) const;
  // The other way round: the identity of a desired or recorded network; the name itself where it is an identity.
  Text identity(Text name) const;
  // The identity of the network that is desired under this address; none where no network is.
  Text desired_identity(Text address) const { return desired_[address]; }
  // What a recorded reference (an address, or the identity of a network outside the project) meant.
  Text recorded_identity(Text reference) const;
  Text recorded_region(Text reference) const;  // none: not known
  // The identity of a recorded nic; made from its vm's and its key, unless the cloud's listing told better.
  Text recorded_nic(Text address) const { return nic_[address]; }
  void name_nic(Text address, Text identity) { nic_.set(address, identity); }
  // Is this the identity of a desired or recorded network?
  bool in_project(Text identity) const { return name_.contains(identity); }

 private:
  TextMap<Text> name_;       // identity -> its name
  TextMap<Text> desired_;    // desired network address -> identity
  TextMap<Text> undesired_;  // recorded network address, where neither it nor its identity is desired -> identity
  TextMap<Text> recorded_;   // recorded network address -> identity
  TextMap<Text> region_;     // recorded network address -> region
  TextMap<Text> nic_;        // recorded nic address -> identity
};

// The identity of a recorded row, from its attributes; its id where they do not tell (a half to a network outside).
Text identity_of(const StateRow& row, const RecordedState& recorded, const NetworkNames& names,
                 const IdentityMaker& identities, StringPool& texts);

}  // namespace pairform
