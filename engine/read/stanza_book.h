// What the parts of resolve share: reading what a stanza gives, naming stanzas in messages, and the declared networks
// with their subnets, to which references are bound. References follow a move. A stanza that was faulty silences what
// depends on it, and so does a project of which some file could not be read.
// Cost: constant a look-up; a network's subnets are parsed once. Threads: one.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/model/columns.h"
#include "engine/model/rows.h"
#include "engine/recovery/missing_subnet.h"

namespace pairform {

struct DeclaredNetwork {
  Text address, region, name, identity;
  DeclarationId declaration;
  bool usable = false;  // identity and region are known
};

class StanzaBook {
 public:
  using NetworkId = Id<struct DeclaredNetworkTag>;  // networks()

  StanzaBook(Configuration& config, const TypeTable& types, Diagnostics& diagnostics);

  const Declaration& item(DeclarationId d) const { return config.declarations.items[d]; }
  // What the table itself gives. Null: not given (or wrong).
  const DeclaredValue* own_value(const Declaration& from, std::size_t attribute) const;
  // The same of a resource; what it does not give may be given by default. Not of nics, which have further defaults.
  const DeclaredValue* value(const Declaration& from, std::size_t attribute) const;
  // Of stanzas of a type in one file, those that count first first: [defaults.TYPE] of that file, then of pairform.toml.
  std::span<const Declaration* const> defaults_for(TypeId type, FileId file) const;
  // [vm.KEY.nics]; null: there is none.
  const Declaration* defaults_of_nics(Text vm_key) const;
  Text text(const Declaration& from, std::size_t attribute) const;
  bool is_true(const Declaration& from, std::size_t attribute, bool otherwise) const;

  std::string address_of(const Declaration& from) const { return declared_address(from, types, config.texts); }
  std::string address_of(DeclarationId d) const { return address_of(item(d)); }
  Span span(DeclarationId d, std::string label) const { return {item(d).at, item(d).length, std::move(label)}; }
  std::string place(DeclarationId d) const;  // "networks.toml:12"
  // Adds an error about a stanza.
  void complain(Diagnostic diagnostic, const Declaration& about);
  // A suggestion looks at every candidate: thousands of mistakes at once get none, so that nothing is quadratic.
  bool may_suggest() { return ++suggestions_ <= k_most_suggestions; }

  // Networks are added before any reference is bound.
  void add(const DeclaredNetwork& network);
  bool has_network(Text address) const { return network_at_.contains(address); }
  const DeclaredNetwork* find_network(Text address) const {  // null: none
    const NetworkId at = network_at_[address];
    return at ? &networks_[at] : nullptr;
  }
  DeclaredNetwork& last_network() { return networks_.back(); }
  const DenseMap<NetworkId, DeclaredNetwork>& networks() const { return networks_; }
  // The network that `given`, an attribute of `from`, refers to. Null: none, which was reported here or before.
  const DeclaredNetwork* bind(const Declaration& from, const DeclaredValue& given);

  // Are the subnets of a network known without the cloud?
  bool knows_subnets(const DeclaredNetwork& network) const;
  // Its subnet of that name, null if it has none. Only of a network whose subnets are known.
  const Subnet* find_subnet(const DeclaredNetwork& network, std::string_view name);
  // Says at `at`, which is `given` or an entry of it, that it has none: once for each value.
  void no_subnet(const DeclaredNetwork& network, std::string_view name, const Declaration& from,
                 const DeclaredValue& given, std::string detail, const Span& at);

  Configuration& config;
  const TypeTable& types;
  Diagnostics& diagnostics;
  StringPool& texts;
  ParsedColumns parsed;  // of what files say, while it is resolved

 private:
  struct NamedSubnet {
    std::string folded;
    Subnet subnet;
  };

  struct EndOfMoves {
    NetworkId network;  // none: it leads to nothing that is declared, or in a circle
    Text address;       // where it leads; none: in a circle
  };
  EndOfMoves follow(Text reference);
  const std::vector<NamedSubnet>& subnets_of(const DeclaredNetwork& network);

  std::map<std::pair<TypeId, FileId>, std::vector<const Declaration*>> defaults_;  // of files that have any
  std::map<std::uint32_t, const Declaration*> nic_defaults_;                       // by key of the vm
  DenseMap<NetworkId, DeclaredNetwork> networks_;
  DenseMap<NetworkId, std::vector<NamedSubnet>> subnets_;  // sorted by folded name; empty: not asked for yet
  TextMap<NetworkId> network_at_;                          // address -> networks_
  std::map<std::uint32_t, Text> moved_;
  std::map<std::uint32_t, EndOfMoves> end_of_move_;                        // by address moved from
  std::set<std::tuple<SourcePosition, DeclarationId, std::string>> told_;  // subnets that do not exist
  std::size_t suggestions_ = 0;
};

}  // namespace pairform
