// Which nics need an override: where the service has one come up elsewhere than the rules say. By placement itself, with
// nothing kept, so that what a plan would choose is what is compared; then once more with what adoption keeps, so that
// what is written asks for nothing.
// Cost: that of placement, three to five times. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/recovery/infer.h"
#include "engine/recovery/placement.h"

namespace pairform {

// A vm that gets a stanza.
struct VmDraft {
  std::size_t found = 0;  // Discovered::vms
  std::string key;
  bool existing = true;
  std::vector<std::size_t> nics;  // of the vm, by key
  std::vector<std::string> nic_keys;
  std::uint32_t rule = k_no_rule;  // of the half by which it lands
};

struct OverridesInput {
  const Discovered& found;
  const std::map<std::string, std::size_t>& network_at;
  const std::vector<MappingRule>& rules;
  Pin pin = Pin::Intent;
};

struct Overrides {
  std::vector<std::vector<InferredNic>> nics;  // by vm
  std::size_t next_available = 0;              // addresses that are left to adoption
};

// `vms` by key. Of a vm that cannot be managed without moving a landing `existing` becomes true.
Overrides infer_overrides(const OverridesInput& input, std::vector<VmDraft>& vms);

}  // namespace pairform
