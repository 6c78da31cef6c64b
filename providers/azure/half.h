// A network mapping of a vault, as Site Recovery answers it: one direction, from a network of one region to one of another.
#pragma once
#include <string>

#include "providers/azure/decoded.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {

struct NetworkMapping {
  std::string id;  // as spelled; of the mapping itself
  std::string name;
  std::string primary_network;  // ARM ids, as spelled here: in lower case, whatever was sent
  std::string recovery_network;
  std::string primary_region;  // canonical: "eastus2" of "East US 2"
  std::string recovery_region;
  std::string state;  // "Paired"; other words are shown and nothing follows from them
};

// Of another kind than `AzureToAzure` (of VMM): neither thing nor wrong.
Decoded<NetworkMapping> decode_network_mapping(simdjson::dom::element body);

}  // namespace pairform::azure
