// A step that is carried out: goal and stage. A step may take several requests, a network's update one for its address space
// and one for each subnet. Nothing remembers which of them were sent: whoever drives it looks at what is there, sends the next
// request that is needed, and looks again when that has ended, until nothing is needed. So a run that goes on from an earlier
// one is the same code, and nothing is made twice.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "providers/azure/handle.h"
#include "providers/azure/plumbing_maker.h"
#include "providers/azure/reader.h"
#include "providers/azure/session.h"
#include "providers/azure/underway.h"

namespace pairform::azure {

struct StepRun {
  using Clock = std::chrono::steady_clock;
  CloudStep step;
  std::vector<CloudStep> group;  // of a vm's update and its nics: all steps of the request, `step` the first of them
  std::string id;                // ARM id of what the step is about, as spelled; empty: not known yet
  std::optional<Underway> underway;  // a request that has not ended
  bool sent = false;                 // this process sent a request about the thing itself
  std::string job;                   // of the first request
  std::string last_job;              // of the last one, for errors
  // What a PUT of a whole network or subnet was made from: afterwards everything else must be as it was.
  struct Replaced {
    std::string subnet;  // empty: the network itself
    std::string before;  // JSON
  };
  std::optional<Replaced> replaced;
  // Of a machine that is enabled: nothing speaks against it; its disks; it is being seeded, as far as is known; how often that
  // was asked while its job may run.
  bool checked = false;
  std::vector<std::string> disks;  // ARM ids
  bool seeding = false;
  unsigned seeding_looks = 0;
  unsigned outdated = 0;  // requests refused since somebody else wrote meanwhile (412)
  unsigned refused = 0;   // requests in a row that failed and may be tried again
  // The last request that ended with success. That it is needed once more means that it does not show yet.
  std::string succeeded;
  bool confirmed = false;      // and the service said so; else nobody can tell
  std::string sending;         // what the request under way is: "subnet web"
  unsigned unseen = 0;         // looks that did not show it
  unsigned read_backs = 0;     // look-ups once nothing is needed any more
  std::string note;            // for the row
  std::vector<CloudRow> rows;  // of the steps of the group, once it has ended
  Clock::time_point next_call{};
  std::string text;  // what it waits for
};

// What a step needs to be driven with, for one call.
struct Writing {
  Session& session;
  Reader& reader;
  PlumbingMaker& plumbing;
  const CallLimits& limits;
  bool may_send = true;  // else it only looks: where a request would be needed it Waits
};

struct Sent {
  Underway underway;
  std::string text;  // "address space of app-vnet"
};
// Reached: everything is as the step wants it.
struct Reached {};
using Move = std::variant<Sent, Waits, Reached, ProviderError>;

}  // namespace pairform::azure
