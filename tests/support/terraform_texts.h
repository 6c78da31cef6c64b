// States of Terraform for tests: of the files in tests/providers/terraform_states, or put together of a line each.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "providers/terraform/joined_states.h"
#include "providers/terraform/state_reader.h"

namespace pairform::terraform {

inline const std::string k_states = PAIRFORM_SOURCE_DIR "/tests/providers/terraform_states/";

inline std::string state_file(const std::string& name) {
  std::ifstream in(k_states + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::string k_vault =
    "/subscriptions/S/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr";
inline std::string network_id(const std::string& name) {
  return "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/" + name;
}

// `instances`: of one resource, JSON objects.
inline std::string resource(const std::string& type, const std::string& name, const std::string& instances,
                            const std::string& more = R"("mode":"managed")") {
  return fmt::format(R"({{{},"type":"{}","name":"{}","instances":[{}]}})", more, type, name, instances);
}
inline std::string instance(const std::string& attributes, const std::string& more = R"("schema_version":0)") {
  return fmt::format(R"({{{},"attributes":{{{}}}}})", more, attributes);
}
inline std::string state(const std::vector<std::string>& resources) {
  std::string all;
  for (const std::string& each : resources) all += (all.empty() ? "" : ",") + each;
  return fmt::format(R"({{"version":4,"resources":[{}]}})", all);
}

inline std::string network(const std::string& name, const std::string& region,
                           const std::string& more = R"("schema_version":0)") {
  return resource("azurerm_virtual_network", name,
                  instance(fmt::format(R"("id":"{}","name":"{}","location":"{}","resource_group_name":"rg")",
                                       network_id(name), name, region),
                           more));
}
inline std::string fabric(const std::string& name, const std::string& region) {
  return resource("azurerm_site_recovery_fabric", name,
                  instance(fmt::format(R"("id":"{}/replicationFabrics/{}","location":"{}")", k_vault, name, region)));
}
inline std::string mapping_attributes(const std::string& source, const std::string& target,
                                      const std::string& vault = k_vault) {
  return fmt::format(R"("id":"{}/replicationFabrics/ea/replicationNetworks/n/replicationNetworkMappings/m",)"
                     R"("source_recovery_fabric_name":"ea","target_recovery_fabric_name":"sea",)"
                     R"("source_network_id":"{}","target_network_id":"{}")",
                     vault, source, target);
}
// From a network in the fabric "ea" to one in "sea".
inline std::string mapping(const std::string& label, const std::string& source, const std::string& target,
                           const std::string& more = R"("schema_version":0)") {
  return resource("azurerm_site_recovery_network_mapping", label,
                  instance(mapping_attributes(network_id(source), network_id(target)), more));
}

// As if pairform took over all mappings, or all mappings and replications.
inline std::set<Place> all_mappings(const std::vector<StateRecords>& states) {
  std::set<Place> out;
  for (const StateRecords& state : states)
    for (const MappingRecord& each : state.mappings) out.insert(each.place);
  return out;
}
inline std::set<Place> all_places(const std::vector<StateRecords>& states) {
  std::set<Place> out = all_mappings(states);
  for (const StateRecords& state : states)
    for (const ReplicationRecord& each : state.replications) out.insert(each.place);
  return out;
}

inline std::string words_of(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& each : diagnostics.items())
    out += fmt::format("{}: {} / {} / {}\n",
                       each.severity == Severity::Error     ? "error"
                       : each.severity == Severity::Warning ? "warning"
                                                            : "note",
                       each.summary, each.detail, each.help);
  return out;
}

struct ReadState {
  StateRecords records;
  std::string words;
};
inline ReadState read_text(const std::string& bytes, const std::string& file = "prod.tfstate") {
  Diagnostics diagnostics;
  ReadState out{read_terraform_state(bytes, file, diagnostics), {}};
  out.words = words_of(diagnostics);
  return out;
}

// Of several states, each called 1.tfstate, 2.tfstate, …
struct Joined {
  JoinedStates states;
  std::string words;
};
inline Joined join_texts(const std::vector<std::string>& texts, const JoinOptions& options = {}) {
  Diagnostics diagnostics;
  std::vector<StateRecords> records;
  for (const std::string& text : texts)
    records.push_back(read_terraform_state(text, fmt::format("{}.tfstate", records.size() + 1), diagnostics));
  Joined out{join_states(records, options, diagnostics), {}};
  out.words = words_of(diagnostics);
  return out;
}

}  // namespace pairform::terraform
