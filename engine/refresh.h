// Reading the cloud, and bringing recorded state up to date with it.
//
// observe() lists in bulk; refresh() matches recorded and desired rows with what was listed by identity. What is not in
// a listing is looked up singly: only a definite "absent" counts, denied or unreachable is Unknown and nothing is done
// about it. Nothing here changes the cloud or state.
// Cost: linear in rows, plus one lookup for each recorded or desired resource that no listing showed.
#pragma once
#include "engine/cloud_view.h"
#include "engine/model/estate.h"
#include "engine/resolve.h"

namespace pairform {

// One name for each network in everything that is shown, compared and written: its desired address; else its recorded
// one, unless that address is desired for another network; else its identity.
class NetworkNames {
 public:
  NetworkNames(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
               StringPool& texts);
  Text name(Text identity) const;
  // What a recorded reference (an address, or the identity of a network outside the project) meant.
  Text recorded_identity(Text reference) const;
  Text recorded_region(Text reference) const;  // none: not known
  // The identity of a recorded nic; made from its vm's and its key, unless the cloud's listing told better.
  Text recorded_nic(Text address) const { return nic_[address]; }
  void name_nic(Text address, Text identity) { nic_.set(address, identity); }
  // Is this the identity of a desired or recorded network?
  bool in_project(Text identity) const { return name_.contains(identity); }

 private:
  TextMap<Text> name_;      // identity -> its name
  TextMap<Text> recorded_;  // recorded network address -> identity
  TextMap<Text> region_;    // recorded network address -> region
  TextMap<Text> nic_;       // recorded nic address -> identity
};

// Lists the regions of the project. An error that hits everything is in `unseen` under every region.
Observed observe(Provider& provider, const std::vector<std::string>& regions, const TypeTable& types,
                 const std::string& project, StringPool& texts);

// Turns one cloud row into an observed one and remembers it by identity.
ObservedId add_observed(Observed& observed, const CloudRow& row, const TypeTable& types, const std::string& project,
                        StringPool& texts);

// The identity of a recorded row, from its attributes; its id where they do not tell (a half to a network outside).
Text identity_of(const StateRow& row, const RecordedState& recorded, const NetworkNames& names,
                 const IdentityMaker& identities, StringPool& texts);

// The cells of a cloud row as they are recorded and shown: references by their names.
std::vector<Text> named_cells(const CloudRow& row, const ResourceType& type, const NetworkNames& names,
                              StringPool& texts);

// The regions that desired and recorded networks are in, sorted.
std::vector<std::string> regions_of(const DesiredState& desired, const RecordedState& recorded,
                                    const StringPool& texts);

struct RefreshInput {
  const TypeTable& types;
  const IdentityMaker& identities;
  const std::string& project;
  const DesiredState& desired;
  const RecordedState& recorded;
  const NetworkNames& names;
  const Estate& estate;
};

// Offline everything recorded is taken to be as recorded.
PriorState refresh(const RefreshInput& input, CloudView& cloud, StringPool& texts);

}  // namespace pairform
