// Accepted writes of machines and their nics: kept in the database, so that any process can poll them.
// Several steps may have travelled in one request; each has a handle, `vm<number>:<id>`, and the request
// settles, whole, when one of them has been polled often enough. Until then nothing of it can be seen, but
// for a machine whose replication begins, which is busy. How it ended stays known. Callers hold a write
// transaction. The nics of a request, one a line, parts between tabs, a place as in vm_store.h:
//   eth0 <tab> Eth0 <tab> web 10.0.1.20 <tab> web 10.0.1.20 <tab> test 10.0.9.20
// which is id, name, facts, landing and test; '' if there is none, and older requests lack the test.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {

// One step of a request, as the one who polls will ask for it.
struct VmStep {
  std::string type;  // "vm", "nic"
  std::string id;    // identity
  bool deletes = false;
};

// Keeps a request that settles with the `polls`-th poll of any of its steps; their handles.
std::vector<std::string> accept_vm_write(Cloud& cloud, const VmWrite& write, std::span<const VmStep> steps,
                                         std::int64_t polls);

struct VmProgress {
  VmWrite write;
  VmStep step;
  std::int64_t polls = 0;
  std::int64_t polled = 0;
  bool settled = false;
  std::optional<Refusal> refusal;  // once settled: why it failed, none if it was done
};
// The handle of the enabling that is at work on a machine; empty: none is.
std::string enabling_of(Cloud& cloud, std::string_view vm);
// Those that are at work on any machine.
std::vector<std::string> enablings(Cloud& cloud);
// How it stands; none: no such request.
std::optional<VmProgress> find_vm_operation(Cloud& cloud, std::string_view handle);
// Counts a poll, and settles what has been polled often enough.
void advance(Cloud& cloud, std::string_view handle, VmProgress& progress);
// It fails for good: what had begun is gone.
void abort(Cloud& cloud, std::string_view handle, VmProgress& progress, Refusal refusal);

}  // namespace pairform::simulator
