// A project directory with a simulated cloud of its own, and the real passes over it, in process.
// In memory (/dev/shm) where there is one: a round syncs files dozens of times.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/act/apply.h"
#include "engine/act/resume.h"
#include "engine/pipeline.h"
#include "tests/property/world.h"
#include "tests/support/temporary_directory.h"

namespace pairform::property {

// One run: its passes up to the plan.
struct Planned {
  Run run;
  Diagnostics diagnostics;
  bool sound = false;
  std::string json;
  // "<operation> <address>" of each step.
  std::vector<std::string> steps() const;
  std::string errors() const;  // codes and summaries, a line each
  bool has_error(Code code) const;
};

// How a run differs from the usual one.
struct RunOptions {
  PlanOptions plan{.allow_unknown = true};
  unsigned load_threads = 1;
  bool locked = false;  // as apply does: takes the lock, journals what it resumes
  std::chrono::milliseconds resume_wait{0};
  std::function<std::unique_ptr<Provider>(std::unique_ptr<Provider>)> wrap_provider;
  bool ids_tell_nothing = false;  // what the provider gave an id to is not told by the id
  std::function<StateParts(StateParts)> wrap_backend;
};

class Project {
 public:
  Project();

  // The files become these; others of an earlier layout go.
  void write(const World& world, std::uint64_t layout = 0, const std::string& provider_settings = "") const;
  bool sim(const Words& words) const;  // false: refused
  ModelCloud cloud() const;
  std::optional<std::string> state() const;
  void set_state(const std::optional<std::string>& bytes) const;
  std::string journal() const;
  void set_journal(const std::string& bytes) const;
  // A copy of files, state and cloud as they are now.
  std::unique_ptr<Project> copy() const;

  Planned plan(const RunOptions& options = {}) const;
  // Another plan over the rows of a saved one, as `apply PLAN` makes it.
  Planned plan_saved(const std::string& json, bool locked = false) const;

 private:
  bool land(const Words& words) const;
  bool prepare(Planned& planned, const RunOptions& options, LoadScope scope) const;
  TemporaryDirectory root_;
  const std::filesystem::path& directory_ = root_.path();
};

// Carries out the plan of a run.
ApplyReport apply_plan(Run& run, const ApplyOptions& options);
// Quick retries, a few workers.
ApplyOptions quick_apply(unsigned parallelism = 3);

// Plans under the lock, applies. Says what is wrong: "" if every step is done.
std::string apply(const Project& project, const RunOptions& options = {}, unsigned parallelism = 3);

// Puts the networks made elsewhere into the cloud, applies `before`, lets the accidents happen. "" or what is wrong.
std::string set_up(Project& project, const Scenario& scenario, const std::string& provider_settings = "",
                   const RunOptions& options = {});

// A row of state bytes, read with nothing of the engine.
struct RecordedThing {
  std::string id;  // empty: a create is pending
  bool is_network = false, pending = false, existing = false;
  std::string because;
  std::string source, target;          // of a half: addresses, or ids of networks outside the project
  std::string address_space, subnets;  // of a network
};
std::map<std::string, RecordedThing> recorded_things(const std::optional<std::string>& state);  // by address
// Ids of the halves and managed networks in state bytes.
std::vector<std::string> recorded_ids(const std::optional<std::string>& state);

// How many rounds: `usual`, times the environment's PAIRFORM_PROPERTY_ROUNDS.
std::uint64_t rounds(std::uint64_t usual);

// A property: "" where it holds, else what is wrong.
using Property = std::function<std::string(const Scenario&)>;
// Holds `property` in `count` scenarios from `first_seed` on (PAIRFORM_PROPERTY_SEED: only that one). Fails with the
// smallest scenario found for the first that breaks it.
// Prints how many scenarios it were, and of how many points tried() was told in them.
void hold(const char* name, std::uint64_t first_seed, std::uint64_t count, Appetite appetite, const Property& property);
// One more point was tried: a call that failed, a write after which the process was dead.
void tried();

}  // namespace pairform::property
