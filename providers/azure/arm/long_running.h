// Operations that outlast their request. A write is answered 200 (done), or 201 and 202 with one or two links that are
// asked until they say that it has ended. Pure: what an answer means; sending and waiting are others' business.
//
// A body with a `provisioningState` that is not terminal means running, a terminal one done, whatever the status: the
// network service answers a PUT with 200 or 201, "Updating" and a link, a resource group with 201, "Succeeded" and none.
// Site Recovery's plain 200s carry links, too; they are done.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/http/client.h"

namespace pairform::azure {

enum class Progress { Running, Done, Failed };

struct PendingWrite {
  Progress progress = Progress::Running;
  std::string link;         // to be asked next, as it came: signed, up to k_most_link bytes; empty: the resource itself
  bool status_link = true;  // the link answers with a status document ("Azure-AsyncOperation"), not with the result
  std::string job;          // of Site Recovery; empty: none
  std::optional<std::chrono::milliseconds> retry_after;
};
constexpr std::size_t k_most_link = 16'384;

// After a write that was answered with a success.
PendingWrite after_write(const HttpAnswer& answer);

// After a look at the link. `began`: how long ago the write was sent; a 404 within k_unseen means "not visible yet".
struct Look {
  Progress progress = Progress::Running;
  std::optional<ProviderError> error;  // where it has failed, or its answer means nothing
  std::optional<std::chrono::milliseconds> retry_after;
};
constexpr std::chrono::minutes k_unseen{2};
Look after_look(const HttpAnswer& answer, bool status_link, std::chrono::milliseconds since_write);

// The code of a job that failed and does not say why.
inline constexpr std::string_view k_job_without_words = "JobFailed";

// A job of Site Recovery: its state, and what went wrong in the words of the service.
struct Job {
  Progress progress = Progress::Running;
  std::string state;    // "InProgress"
  ProviderError error;  // where it has failed: all that its errors say
};
std::optional<Job> read_job(std::string_view body);

}  // namespace pairform::azure
