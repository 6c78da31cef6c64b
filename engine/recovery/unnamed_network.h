// PF3207 in words: a machine lives on a network that no stanza names.
#pragma once
#include <string>
#include <string_view>

#include "schema/diagnostic.h"

namespace pairform {

struct UnnamedNetwork {
  std::string_view vm;        // "vm.web1"
  std::string_view network;   // its identity
  std::string_view before;    // where the machine was when state was written, if that was elsewhere; empty: it was not
  bool says_network = false;  // the stanza of the vm has `network`
  std::string stanza;         // that would declare the network
};

// Without a place. A machine that is elsewhere than it was may have come home wrong: to declare that network would make
// the accident the rule.
Diagnostic unnamed_network(const UnnamedNetwork& unnamed);

}  // namespace pairform
