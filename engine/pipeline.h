// READ THIS FIRST: a run of pairform is these passes in this order (pipeline.cc), each a function over plain values.
//
//   load      files -> declarations, desired rows            errors so far end the run (gate 1)
//   read      state and journal -> recorded state
//   resume    what an earlier run left open                  (engine/resume.h)
//   observe   the cloud, in bulk
//   derive    facts of vms; what they bring about: derived rows, the rows of vms and nics   (engine/recovery/derive.h)
//   index     desired and recorded addresses, in one order
//   prior     recorded brought up to date with observed, drift
//   place     where every nic lands                          (engine/recovery/landing.h)
//   diff      desired against prior -> changes
//   check     what the cloud does not allow                  errors so far mean no steps (gate 2)
//   plan      changes -> ordered steps, guards, digest
//   apply     steps -> cloud, journal, new state             (engine/apply.h)
//
// `plan` and `apply` share every line up to `plan`; apply adds no decision.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/guards.h"
#include "engine/model/columns.h"
#include "engine/model/plan.h"
#include "engine/recovery/landing.h"
#include "engine/selection.h"
#include "engine/state/journal.h"
#include "engine/state/state_backend.h"
#include "schema/config_loader.h"

namespace pairform {

// The result of planning.
struct Plan {
  Diff diff;
  DenseMap<StepId, Step> steps;  // in order
  Summary summary;
  std::string digest;  // "sha256:…"; empty: errors
  std::vector<GuardFinding> guards;
  std::uint32_t left_out = 0;  // changes that --target and its like leave out
  bool complete = true;
  bool offline = false;
  bool applyable = false;
  // Files ask for nothing new: every change is the repair of a half or of drift.
  bool only_drift() const;
};

// Everything one run holds. Passes fill it from the top; none changes what an earlier one made.
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

struct SavedPlan;

struct PlanOptions {
  bool offline = false;
  bool destroy = false;
  bool allow_unknown = false;
  Selection selection;
  std::vector<std::string> place_anew;  // addresses of nics, vms, pairs, networks: landings kept there are let go
  const SavedPlan* saved = nullptr;     // carry this one out: its changes, not those of files
};

// Gate 1: files, and every check that needs no cloud. False: errors.
bool load_project(Run& run, const std::filesystem::path& directory, Diagnostics& diagnostics,
                  LoadScope scope = LoadScope::Whole);
// State and journal, replayed in memory. False: errors.
bool read_state(Run& run, Diagnostics& diagnostics);
// Opens the provider. False: errors.
bool open_provider(Run& run, Diagnostics& diagnostics);
// From observe to place: everything that is known and desired, without what is to be done. False: errors.
bool read_world(Run& run, const PlanOptions& options, Diagnostics& diagnostics);
// From observe to plan. `run.desired` and `run.recorded` are there. False: errors (the plan then has no steps).
bool make_plan(Run& run, const PlanOptions& options, Diagnostics& diagnostics);

}  // namespace pairform
