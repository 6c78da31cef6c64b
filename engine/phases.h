// What the passes of pipeline.h hand on, one type a phase of a run. A pass takes those it reads, and fills one.
//   Project       what the files say                                  load
//   StateSession  recorded state, and the backend that it came from   read, resume, apply
//   CloudSession  the provider, once it is open
//   World         what is desired, and what is there                  load begins it, observe to place complete it
// One owner, one thread. Ids of rows (DesiredId, RecordedId, PriorId, ResourceId) are those of the same run; a Text is
// of the project's pool.
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
#include "engine/model/estate.h"
#include "engine/model/names.h"
#include "engine/model/wrong_stanzas.h"
#include "engine/recovery/landing.h"
#include "engine/recovery/test_landing.h"
#include "engine/state/journal.h"
#include "engine/state/state_backend.h"
#include "engine/worker_pool.h"
#include "schema/config_loader.h"

namespace pairform {

struct Project {
  std::string version;  // of pairform, for files that it writes
  TypeTable types;      // of pairform and all providers
  std::span<const ProviderEntry> providers;
  Configuration config;
  ParsedColumns parsed;                  // of structured values in texts()
  const ProviderEntry* entry = nullptr;  // the chosen provider; null until the files are read
  std::string edition;                   // in force
  Directives directives;                 // [[moved]], [[import]], [[removed]]
  StringPool& texts() { return config.texts; }
  const StringPool& texts() const { return config.texts; }
};

struct StateSession {
  std::unique_ptr<StateBackend> backend;
  bool will_write = false;  // an apply: set before state is read
  StoredState stored;       // bytes are dropped once read
  std::string hash;         // of the stored state, "" for none; made where a journal is read or written
  Journal journal;
  RecordedState recorded;  // with the journal's outcomes, and resume's
};

struct CloudSession {
  std::unique_ptr<Provider> provider;  // null: offline, or not opened yet
  std::string scope;                   // the provider's, or the recorded one where it is not open
  std::stop_token stop;                // requested: the cloud is read no further, and no plan is made (Interrupted)
  ReadingCounts* reading = nullptr;    // counted while the cloud is read; null: nobody looks
};

struct World {
  WrongStanzas wrong;                          // what stanzas with errors may say; load
  DesiredState desired;                        // as files say; derive adds rows, place completes those of vms and nics
  DenseMap<DeclaredVmId, VmLanding> landings;  // one a declared vm
  std::vector<PlacementRow> placements;        // in address order
  std::vector<TestRow> tests;                  // in address order: where test failovers come up
  Estate estate;
  std::optional<NetworkNames> names;
  PriorState prior;
  std::vector<std::pair<ResourceId, Text>> machines;  // facts of machines that are there, and whose row is not
};

}  // namespace pairform
