// What a state of Terraform says of Site Recovery and of the networks and machines around it: one record an instance of a
// resource, as Terraform has it. Nothing here is joined yet: a mapping names its networks by id, and the network may be
// another record, one of another state, or none.
//
// Ids are compared folded (fold_id) and kept as spelled: Terraform holds "/subscriptions/S/resourceGroups/RG-Hub/…" in one
// resource and "/subscriptions/S/resourcegroups/rg-hub/…" in the next one. Every text is "" where Terraform has null, ""
// or nothing; providers for azurerm write all three.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schema/value.h"

namespace pairform::terraform {

// "azurerm_virtual_network.hub["eastasia"] in prod.tfstate": for people, where it was read. As spelled, so it may hold
// anything that a key of for_each may.
using Place = std::string;

struct SubnetRecord {
  Place place;
  std::string network;           // id; of azurerm_subnet made of its own id
  std::string name;              //
  std::vector<Prefix> prefixes;  // empty: only the name is known
};

struct NetworkRecord {
  Place place;
  std::string id;
  std::string name;            // of the attribute; "": only the id says it
  std::string resource_group;  // likewise
  std::string region;          // canonical; "": not given
  bool is_data = false;        // a data source: read by Terraform, made elsewhere
};

// Site Recovery's word for a region of a vault.
struct FabricRecord {
  Place place;
  std::string key;  // fabric_key
  std::string region;
};

struct NicConfigurationRecord {
  std::string name;
  std::string subnet;  // id
  std::string ip;      // as Azure has it now, also where it is dynamic
  bool is_static = false;
  bool primary = false;
};

struct NicRecord {
  Place place;
  std::string id;
  std::string name;
  std::string region;
  std::vector<NicConfigurationRecord> configurations;
};

struct MachineRecord {
  Place place;
  std::string id;
  std::string name;
  std::string resource_group;
  std::string region;
  std::vector<std::string> nics;  // ids, the primary one first
};

struct MappingRecord {
  Place place;
  std::string vault;          // id, as spelled in the mapping's own
  std::string source_fabric;  // fabric_key
  std::string target_fabric;
  std::string source;  // id of a network
  std::string target;
};

// Where one IP configuration comes up, or a whole NIC by azurerm up to 4.x, which knew one configuration only.
struct LandingRecord {
  std::string configuration;  // its name; "": the primary one
  bool primary = true;
  std::string subnet, ip;            // "" ip: dynamic
  std::string test_subnet, test_ip;  // of a test failover
};

struct NicLandingRecord {
  std::string nic;  // id of the source NIC
  std::vector<LandingRecord> landings;
};

struct ReplicationRecord {
  Place place;
  std::string vault;
  std::string source_fabric, target_fabric;  // fabric_key
  std::string machine;                       // id
  std::string target_network, test_network;  // ids; "": not set
  std::vector<NicLandingRecord> nics;        // by id of the NIC, folded
};

enum class BlockKind { Mapping, Replication };

// A resource of the configuration that Terraform would be told to forget, with its instances.
struct BlockRecord {
  BlockKind kind = BlockKind::Mapping;
  std::string module;         // "module.dr[\"eastasia\"]", as Terraform writes it; "": the root
  std::string name;           // the last label: "app" of azurerm_site_recovery_network_mapping.app
  std::vector<Place> places;  // of its instances, also of those that are refused, or deposed: "… (deposed)"
};

// All of one state.
struct StateRecords {
  std::string file;  // as it is shown
  std::vector<NetworkRecord> networks;
  std::vector<SubnetRecord> subnets;
  std::vector<FabricRecord> fabrics;
  std::vector<NicRecord> nics;
  std::vector<MachineRecord> machines;
  std::vector<MappingRecord> mappings;
  std::vector<ReplicationRecord> replications;
  std::vector<BlockRecord> blocks;  // of mappings and replications, in the order of the file
  std::vector<Place> refused;       // of these, what could not be read, which is told
};

}  // namespace pairform::terraform
