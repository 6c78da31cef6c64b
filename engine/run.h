// What one run holds: what each pass of pipeline.h made, for the passes after it and for all that shows a plan.
// Only pipeline.cc fills it, and resume and a saved plan `recorded`, before anything is planned.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/columns.h"
#include "engine/model/directives.h"
#include "engine/model/names.h"
#include "engine/model/plan.h"
#include "engine/recovery/landing.h"
#include "engine/state/journal.h"
#include "engine/state/state_backend.h"
#include "schema/config_loader.h"

namespace pairform {

// In the order in which it is filled. Placing completes the desired rows of vms and nics: which subnet, which address.
struct Run {
  TypeTable types;
  std::span<const ProviderEntry> providers;
  Configuration config;
  ParsedColumns parsed;                  // of structured values in texts()
  const ProviderEntry* entry = nullptr;  // the chosen provider
  std::string edition;                   // in force
  std::unique_ptr<StateBackend> backend;
  std::unique_ptr<Provider> provider;  // null: offline, or not opened yet
  std::string scope;                   // the provider's; empty while it is not open
  std::stop_token stop;                // requested: the cloud is read no further, and no plan is made (Interrupted)
  DesiredState desired;
  Directives directives;
  StoredState stored;       // bytes are dropped once read
  bool will_write = false;  // an apply: set before state is read
  std::string state_hash;   // of the stored state, "" for none; made where a journal is read or written
  Journal journal;
  RecordedState recorded;
  DenseMap<DeclaredVmId, VmLanding> landings;  // one a declared vm
  std::vector<PlacementRow> placements;        // in address order
  Estate estate;
  std::optional<NetworkNames> names;
  PriorState prior;
  std::vector<std::pair<ResourceId, Text>> machines;  // facts of machines that are there, and whose row is not
  Plan plan;
  std::string version;  // of pairform, for files it writes
  struct Timing {
    std::string pass;
    double milliseconds;
  };
  std::vector<Timing> timings;
  StringPool& texts() { return config.texts; }
  const StringPool& texts() const { return config.texts; }
};

}  // namespace pairform
