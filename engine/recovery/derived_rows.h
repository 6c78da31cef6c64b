// The rows that no file declares, and what derive.h asks of those that are there: indexes over desired, recorded and
// observed networks and halves by identity and slot, and the making of derived pairs and networks.
// One owner; every method is O(1) but `sort`, or a look-up in the cloud.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/model/cloud_view.h"
#include "engine/model/columns.h"
#include "engine/model/observed.h"
#include "schema/base_types.h"

namespace pairform {

// A derived network that is in the cloud. Its row has the whole shape of its source until follow_sources.
struct DerivedNetwork {
  DesiredId row;
  ObservedId found;
  RecordedId recorded;  // what state says that pairform put there; none: nothing
};

// Halves on a slot that no desired pair holds: where they lead (identities); none: there is no such half.
struct FoundHalf {
  Text whole;  // in the cloud, and its mirror leads back
  Text recorded;
  Text lone;  // in the cloud
};

// May a network be the target of a derived pair?
enum class WantedTarget {
  Ready,       // it has a desired row now
  StanzaGone,  // recorded as declared, and no stanza declares it any more
  OfAnother,   // derived for another network: it would go with the vms it was made for
};

// What the network named `<name of N>-asr` is.
enum class DefaultNetwork {
  Ready,     // declared, recorded as derived, found with the same shape, or to be made: it has a desired row now
  Differs,   // found with other spaces or subnets
  TooLong,   // its name would be
  KeyTaken,  // a file uses the derived key for something else
};

class DerivedRows {
 public:
  DerivedRows(const RecordedState& recorded, const IdentityMaker& identities, const NetworkNames& names,
              CloudView& cloud, DesiredState& desired, StringPool& texts);

  // Looks up what no listing showed, several at once.
  void ask(const std::vector<CloudView::Lookup>& lookups) { cloud_.ask(lookups); }

  bool is_desired(Text network) const { return network_at_.contains(network); }
  Text identity(Text address) const;  // of a desired network; none: there is none
  Text region(Text network) const;    // of a desired network
  Text name(Text network) const;      // its address; its identity where it is not of the project

  DesiredId half_on(Text slot) const { return half_at_[slot]; }  // none: there is none
  Text target_of(DesiredId half) const { return identity(desired_.cell(desired_.rows[half], half_column::target)); }
  FoundHalf found(Text slot, Text network, Text region, Text target_region);
  // Was the recorded half on this slot declared (not derived)? Then its address; none: no.
  Text declared_before(Text slot) const;

  bool is_recorded(const DeclaredVm& vm) const { return recorded_vm_.contains(vm.identity); }
  // Where an existing replication leads (identity), as found, or else as recorded; none: it is not there.
  Text replicated_to(const DeclaredVm& vm) { return network_of(vm, vm_column::target_network); }
  Text tested_in(const DeclaredVm& vm) { return network_of(vm, vm_column::test_network); }

  WantedTarget want_target(Text target, Text network, Text region, Text because);
  DefaultNetwork want_default(Text network, Text target_region, Text because, Text& target);
  // "contoso-asr": the default network's name; address: "network.app-asr-southeastasia".
  std::string default_name(Text network) const;
  std::string default_address(Text network, Text target_region) const;

  // "mapping.app-to-southeastasia"
  std::string pair_address(Text network, Text target_region) const;
  bool is_pair_taken(const std::string& address) const;
  // The pair network - target. Returns its forward half. Both slots must be free.
  DesiredId make_pair(Text network, Text target, Text because);

  DesiredId add(DesiredRow row, std::initializer_list<Text> cells);

  const std::vector<DerivedNetwork>& derived_networks() const { return derived_networks_; }

  // A stanza that would declare an existing network, or a recorded one as it is remembered.
  std::string existing_stanza(Text network, Text region);
  std::string recorded_stanza(Text network) const;

  // Puts the rows in address order. By the id that a row had: the one it has now.
  DenseMap<DesiredId, DesiredId> sort();

 private:
  Text network_of(const DeclaredVm& vm, std::size_t column);
  struct Shape {
    Text spaces, subnets;
    bool known = false;
  };
  struct Rules {
    Text subnets, addresses;
  };
  std::optional<Rules> recorded_rules(Text slot, Text to) const;
  Rules backwards(const Rules& rules);
  Shape shape_of(Text network);
  ObservedId observed_row(Text network, Text region);
  DesiredId add_network(std::string_view address, Text identity, std::initializer_list<Text> cells, Text because,
                        bool existing);
  void add_existing(Text network, Text region, Text because);
  std::string free_address(std::string_view type, std::string_view name) const;
  std::string_view text(Text value) const { return texts_.view(value); }
  std::string_view key_of(Text network) const { return text(name(network)).substr(8); }

  const RecordedState& recorded_;
  const IdentityMaker& identities_;
  const NetworkNames& names_;
  CloudView& cloud_;
  DesiredState& desired_;
  StringPool& texts_;
  TextMap<DesiredId> network_at_;         // identity -> desired row
  TextMap<DesiredId> address_at_;         // address -> desired row; of a pair, too, to its forward half
  TextMap<DesiredId> half_at_;            // slot -> desired row
  TextMap<RecordedId> recorded_network_;  // identity -> row of state
  TextMap<RecordedId> recorded_half_;     // slot -> row of state
  TextMap<RecordedId> recorded_vm_;       // identity -> row of state
  TextMap<Text> derived_for_;             // identity of a derived network -> identity of the one it follows
  std::vector<DerivedNetwork> derived_networks_;
  ParsedColumns parsed_;
  bool derived_ = false;  // rows were added out of order
};

}  // namespace pairform
