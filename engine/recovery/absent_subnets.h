// Subnets that landings need and their network does not have (PF3301): one message for each subnet and each place that
// names it, however many nics it concerns. Ten machines that mapping.m sends to "gone" are one mistake.
// Cost: a look-up for each nic.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "schema/diagnostic.h"
#include "schema/value.h"

namespace pairform {

// What names the subnet.
enum class SubnetNamedBy {
  Rule,      // an entry of a mapping
  Override,  // target_subnet of a nic, or of a table of defaults
  Landing,   // nobody: nics have landed in it until now
};

struct AbsentSubnet {
  SubnetNamedBy by = SubnetNamedBy::Rule;
  std::string_view network;  // "network.dr"
  std::string_view subnet;   // as it was named
  std::string_view rule;     // of Rule: the pair, "mapping.app"
};

class AbsentSubnets {
 public:
  // The subnet in which a nic has landed until now, `has` being what is left. Without a place.
  static Diagnostic gone(std::string_view network, std::string_view subnet, std::string_view nic,
                         const std::vector<Subnet>& has);
  // `of_one`: the message where it stays the only nic, about it, with its place.
  void add(const AbsentSubnet& absent, Diagnostic of_one);
  // Says all of them. `point`: adds the place of a network's stanza.
  template <class PointAtNetwork>
  void tell(Diagnostics& diagnostics, const PointAtNetwork& point) {
    for (const auto& [key, found] : found_) {
      Diagnostic told = together(found);
      if (told.spans.empty()) point(told, found.network);
      diagnostics.add(std::move(told));
    }
  }

 private:
  struct Found {
    SubnetNamedBy by;
    std::string network, subnet, rule;
    Diagnostic first;
    std::vector<std::string> nics;
  };
  static Diagnostic together(const Found& found);

  std::map<std::tuple<SourcePosition, std::string, std::string, std::string>, Found> found_;
};

}  // namespace pairform
