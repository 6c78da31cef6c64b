// What halves and replications stand on in a vault: a fabric for each region, a container in it, a policy, and a mapping of
// containers for each direction. It is found, whoever made it and whatever it is called, and made only where it lacks; it is
// never changed and never deleted, since others share it. Decoding and choosing are pure.
#pragma once
#include <string>
#include <vector>

#include "providers/azure/decoded.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {

struct Fabric {
  std::string id, name, region;  // the region is canonical
  bool valid = true;             // bcdrState
};
struct Container {
  std::string id, name;
};
struct ContainerMapping {
  std::string id, name, target, policy;  // ids
  bool paired = true;
};
struct Policy {
  std::string id, name;
};

// Of another kind than Azure's, or A2A's: neither thing nor wrong. A container is of the kind of its fabric; a mapping to
// "Microsoft Azure" is none of containers.
Decoded<Fabric> decode_fabric(simdjson::dom::element body);
Decoded<Container> decode_container(simdjson::dom::element body);
Decoded<ContainerMapping> decode_container_mapping(simdjson::dom::element body);
Decoded<Policy> decode_policy(simdjson::dom::element body);

struct Plumbing {
  std::vector<Fabric> fabrics;
  std::vector<Container> containers;
  std::vector<ContainerMapping> mappings;
  std::vector<Policy> policies;
};

// What there is for one direction; null: it lacks.
struct Direction {
  const Fabric* from = nullptr;
  const Fabric* to = nullptr;
  const Container* container = nullptr;         // in `from`
  const Container* target_container = nullptr;  // in `to`
  const ContainerMapping* mapping = nullptr;
};

// Of several fabrics of a region the one that has a container mapped to the other region, else the first by folded name; of
// several containers the one that is mapped there, else the one with the fabric's own name, else the first; of several
// mappings the one with the configured policy, else the first.
Direction find_direction(const Plumbing& plumbing, std::string_view from_region, std::string_view to_region,
                         std::string_view policy);

// The portal's names, so that portal and pairform share what is made.
std::string fabric_name(std::string_view region);
std::string container_name(std::string_view fabric);
std::string container_mapping_name(std::string_view from_region, std::string_view to_region, std::string_view policy);

}  // namespace pairform::azure
