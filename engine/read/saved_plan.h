// What a saved plan says, as data: read by read/plan_reader.h, written by write/plan_file.h.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/model/plan.h"
#include "engine/recovery/placement.h"

namespace pairform {

// One change of a saved plan, but for its rows.
struct SavedChange {
  Text address;
  Text origin;                                // recorded address of the resource it is; none: new, or found
  bool found = false;                         // it is what the cloud holds there, not recorded
  std::vector<std::pair<Text, bool>> leaves;  // recorded addresses whose place it takes; true: forgotten only
  Action action = Action::NoOp;
  Reason reason = Reason::NotRecorded;
  Arrival arrival = Arrival::None;
  bool update = false, shrink = false;
  AttributeSet changed = 0;
  Text previous_address, adopted_id;
};

struct SavedRecord {
  Text address;
  std::string attribute;
};

struct SavedPlacement {
  Text nic;  // its address
  Text configuration, target_network, subnet, ip;
  SubnetReason subnet_reason = SubnetReason::First;
  IpReason ip_reason = IpReason::Dynamic;
};

struct SavedPlan {
  std::string project;
  std::string provider;
  std::string edition;
  std::string digest;
  DesiredState desired;  // what its changes leave behind, over recorded state taken as it is
  bool linked = true;    // false: printed by `plan --json`, without links; its changes are found by matching
  std::vector<SavedChange> changes;
  std::vector<SavedRecord> records;
  std::vector<SavedPlacement> placements;  // to be shown again
};

}  // namespace pairform
