// A plan as one JSON object: what `plan --json` prints and `plan --out` saves (spec section 6; docs/formats/plan.md).
// A saved plan holds no more than that, the rows it will make and the rows it found, and one member more, "links":
// which recorded resource each change is, and which ones it takes the place of
// ({"address","origin","found","leaves":[{"address", "operation"}]}, with "remembered" and "extras" where files say
// more than "after" shows, and of a vm "target_reason" and "target_by", why it comes up where it does). Never the whole
// state, never a credential. Applying one reads the cloud again, lays its changes over what is there by their links
// (matching decides nothing anew), orders and digests them with the same passes, and is stale unless the digest comes
// out the same. So a saved plan needs no resource files, and apply adds no decision.
#pragma once
#include <string>
#include <string_view>

#include "engine/decide/match.h"
#include "engine/pipeline.h"

namespace pairform {

// The object, without a line end. With errors in `diagnostics`: digest null and empty lists. `links`: to be saved.
std::string plan_json(const Run& run, const Diagnostics& diagnostics, bool links = false);

// As it is saved: with links, and last a member "checksum" over all bytes before it, so that what was edited is told
// from what is stale.
std::string saved_plan_json(const Run& run, const Diagnostics& diagnostics);
// False: it has a checksum, and it is another one. What `plan --json` printed has none.
bool is_as_saved(std::string_view bytes);

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

// Reads a saved plan and lays its changes over `run.recorded`. False: damaged, of a newer format, or of another
// project; `file_name` is how messages call it.
bool read_plan(std::string_view bytes, std::string_view file_name, Run& run, SavedPlan& out, Diagnostics& diagnostics);

// The saved changes over what is there now.
struct RebuiltPlan {
  Match match;  // by the saved links; rows that the plan does not touch ask for nothing
  Diff diff;    // without what hold.h finds
};
// None: something they rest on is gone, or cannot be seen.
std::optional<RebuiltPlan> rebuild_plan(Run& run, const SavedPlan& saved);

// Does the saved plan show the steps and changes of `run.plan`, which has the same digest? Otherwise somebody has
// edited it, and it is not what will be done. Reasons are left out: what was declared when it was made is not known any
// more.
bool shows_plan(std::string_view bytes, const Run& run);

}  // namespace pairform
