// Accepted writes: kept in the database, so that any process can poll them. A write is checked when it is
// sent and again when it settles, after a number of polls; until then nothing of it can be seen. How it ended
// stays known. A handle is `<number>:<id>`, plain text. Callers hold a write transaction.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "providers/simulator/cloud.h"

namespace pairform::simulator {

// Keeps a write that settles with its `polls`-th poll; returns its handle.
std::string accept_write(Cloud& cloud, const SimulatedWrite& write, std::int64_t polls);

struct OperationProgress {
  SimulatedWrite write;
  std::int64_t polls = 0;
  std::int64_t polled = 0;
  bool settled = false;
  std::optional<Refusal> refusal;  // once settled: why it failed, none if it was done
};
// How it stands; none: no such operation.
std::optional<OperationProgress> find_operation(Cloud& cloud, std::string_view handle);
// Counts a poll, and settles what has been polled often enough.
void advance(Cloud& cloud, std::string_view handle, OperationProgress& operation);

}  // namespace pairform::simulator
