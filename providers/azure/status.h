// What is going on with a replicated item. Only a short list of states counts as settled: an unknown word means that
// something is going on which this program does not know, and nothing is done about the machine.
//
// The words and their meaning: answers recorded from the live service (tests/azure_emulator/recordings), else Azure's own
// description of Site Recovery 2024-04-01.
#pragma once
#include <string>
#include <string_view>

#include "engine/provider.h"

namespace pairform::azure {

// Of one item, as the service says it. Compared without case.
struct ItemStates {
  std::string_view protection;          // protectionState: "Protected"
  std::string_view machine;             // vmProtectionState; "" where it is not given
  std::string_view test;                // testFailoverState: "None", "MarkedForDeletion"
  std::string_view scenario;            // currentScenario.scenarioName: "None"
  std::string_view scenario_job;        // currentScenario.jobId: ends in "/None" where there is none
  std::string_view replication_health;  // "Normal"
  bool reversed = false;                // it is protected from where it was not at the beginning
  bool may_do_anything = true;          // allowedOperations is not empty
};

struct ItemStatus {
  Status status = Status::Busy;
  // Why, where it is not settled: "test failover: WaitingForCleanup", "InitialReplicationInProgress".
  std::string because;
  // A failover that failed half-way: broken, and apply refuses as while it is failed over.
  bool failover_failed = false;
};

ItemStatus status_of(const ItemStates& states);

}  // namespace pairform::azure
