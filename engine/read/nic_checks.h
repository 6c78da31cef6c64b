// What files say of nics, held against the networks that they declare: subnets exist, addresses can be used in them,
// and no two configurations of a network have one source address. What only the cloud knows is not checked here.
// Cost: constant a nic, one sort of all declared source addresses at the end. Threads: one.
#pragma once
#include <span>
#include <vector>

#include "engine/read/stanza_book.h"

namespace pairform {

class NicChecks {
 public:
  explicit NicChecks(StanzaBook& book) : book_(book) {}

  // The vm of a nic, as far as it is known.
  struct Vm {
    DeclarationId declaration;
    const DeclaredNetwork* network = nullptr;  // null: not given, or wrong
    const DeclaredNetwork* target_network = nullptr;
    const DeclaredNetwork* test_network = nullptr;
    bool once = true;  // false: the nic is declared twice, which was reported
  };
  // `chain`: what gives attributes to the nic, its own table first.
  void check(DeclarationId nic, std::span<const Declaration* const> chain, const Vm& vm);
  // [vm.KEY.nics].
  void check_all_of(const Declaration& nics, const Vm& vm);
  // Once all are checked.
  void check_given_twice();

 private:
  struct SourceAddress {
    std::uint32_t group;  // a network; past those, a vm of which the network is not known
    DeclarationId nic;
    std::uint64_t ip;
    const DeclaredValue* value;
    Text configuration;  // a secondary one; none: primary
  };
  struct Found {
    const DeclaredValue* value = nullptr;
    const Declaration* from = nullptr;
  };

  Found find(std::span<const Declaration* const> chain, std::size_t attribute) const;
  const Subnet* subnet_of(const Declaration& nic, const Found& name, const DeclaredNetwork* network,
                          std::string_view verb);
  void check_usable(const Declaration& nic, const DeclaredValue& value, std::string_view ip,
                    const DeclaredNetwork& network, const Subnet& subnet);

  StanzaBook& book_;
  std::vector<SourceAddress> sources_;
};

}  // namespace pairform
