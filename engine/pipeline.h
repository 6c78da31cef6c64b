// READ THIS FIRST: a run of pairform is these passes in this order, each a function over plain values. pipeline.cc runs
// load, read, and all from observe to plan; the command line calls resume before observe, and apply after plan.
//
//   load      files -> declarations, desired rows                          errors so far end the run (gate 1)
//   read      state and journal -> recorded state
//   resume    what an earlier run left open                                (engine/act/resume.h)
//   observe   the cloud, in bulk                                           (engine/read/refresh.h)
//   derive    facts of vms, and the rows that they need: derived ones,
//             their own, their nics'                                       (engine/recovery/derive.h)
//   index     desired and recorded addresses, in one order                 (engine/model/estate.h)
//   prior     recorded, brought up to date with observed; drift            (engine/read/refresh.h)
//   place     where every nic lands                                        (engine/recovery/landing.h)
//   match     which prior row is which desired resource                    (engine/decide/match.h)
//   hold      what is left alone, and because of whom                      (engine/decide/hold.h)
//   diff      what is left of the match -> changes                         (engine/decide/differ.h)
//   check     what the cloud does not allow                                errors so far mean no steps (gate 2), but where
//             the options leave out what they are about: again from derive, without it  (engine/decide/left_out.h)
//   select    --target and its like                                        (engine/decide/selection.h)
//   plan      changes -> ordered steps, guards, what the steps bring
//             about beside (engine/act/cloud_step.h), digest               (engine/decide/order.h)
//   apply     steps -> cloud, journal, new state                           (engine/act/apply.h)
//
// What they hand on stands in phases.h: Project, StateSession, CloudSession, World. A pass takes the phases it reads.
// `plan` and `apply` share every line up to `plan`; apply adds no decision.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/decide/selection.h"
#include "engine/read/saved_plan.h"
#include "engine/run.h"
#include "schema/config_loader.h"

namespace pairform {

struct PlanOptions {
  bool offline = false;
  bool destroy = false;
  bool allow_unknown = false;
  Selection selection;
  std::vector<std::string> place_anew;  // addresses of nics, vms, pairs, networks: landings kept there are let go
  const SavedPlan* saved = nullptr;     // carry this one out: its changes, not those of files
  bool offers_exclude = false;          // whoever asks has --exclude: errors say where it goes on without something
};

// Gate 1: files, and every check that needs no cloud. False: errors.
bool load_project(Run& run, const std::filesystem::path& directory, Diagnostics& diagnostics,
                  LoadScope scope = LoadScope::Whole);
// State and journal, replayed in memory. False: errors.
bool read_state(Run& run, Diagnostics& diagnostics);
// Recorded rows that files call otherwise now (read/taken_over.h). Part of read_state; a saved plan's rows come later.
void take_over_recorded(Run& run);
// What the provider of the project is opened with.
ProviderContext provider_context(const Run& run);
// Opens the provider. False: errors.
bool open_provider(Run& run, Diagnostics& diagnostics);
// The first call to the cloud, once state is read: can it be reached? False: errors.
bool connect_provider(Run& run, Diagnostics& diagnostics);
// From observe to place: everything that is known and desired, without what is to be done. False: errors.
bool read_world(Run& run, const PlanOptions& options, Diagnostics& diagnostics);
// From observe to plan. What is desired and what is recorded are there. False: errors (the plan then has no steps).
bool make_plan(Run& run, const PlanOptions& options, Diagnostics& diagnostics);

}  // namespace pairform
