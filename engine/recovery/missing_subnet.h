// PF1406 in words: a file names a subnet that the network does not have. Told while files are read of networks that
// pairform makes (read/stanza_book.h), and once the cloud was read of those made elsewhere (mapped_names.h).
// Pure. Cost: a comparison with every name, where something is suggested.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "schema/diagnostic.h"

namespace pairform {

struct MissingSubnet {
  std::string_view network;           // "network.dr"
  std::string_view name;              // as the file spells it
  std::vector<std::string_view> has;  // as the network spells them, in any order; empty where nothing is suggested
  bool suggests = true;               // false: enough was suggested already
  std::string why;                    // who names it
};

// Without place and address.
Diagnostic missing_subnet(MissingSubnet missing);

// Of one run: so many messages get a suggestion, so that thousands of mistakes at once are not quadratic.
constexpr std::size_t k_most_suggestions = 50;

}  // namespace pairform
