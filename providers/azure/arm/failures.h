// The failures that operators meet, and what helps: one row for each code of Azure, and for each of pairform's own that wants
// more than its message says. Every row has a section in docs/azure-failures.md, and every section a row; a test holds
// them together. What is not in here is shown in the service's words alone.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/provider.h"

namespace pairform::azure {

struct Failure {
  // The code. "InUse…": all that begin so. Of a row with `words`, which has no code of its own: the heading of its section.
  std::string_view name;
  std::string_view words{};         // part of the message by which it is known, whatever its code
  std::optional<ErrorKind> kind{};  // of the answer to a request, whatever its status; none: the status tells
  std::string_view why{};           // where the code is a bare number, or the service says nothing of the cause
  std::string_view help{};
};
std::span<const Failure> failures();

// The row of a code, or of a message; null: none.
const Failure* find_failure(std::string_view code, std::string_view message = {});

// "docs/azure-failures.md#150097"
std::string page_of(const Failure& failure);

// Adds what the catalogue knows to what the service said of itself: causes where it gave none, help behind its recommended
// action, and the page. The kind stays.
void explain(ProviderError& error);

// A machine whose replication cannot be enabled now: "Updating", "Failed". While something is at work on it that is a
// conflict, which is waited for. 150019 is the service's own code for it.
ProviderError machine_not_ready(std::string_view machine, std::string_view provisioning_state);

// One error in the service's words: of a job, of an answer, of an eligibility result. Any of them may be empty.
struct ServiceError {
  std::string code;  // "150097", "A2AOperatingSystemNotSupported"
  std::string message, causes, action;
};

// Several as one: the first makes code, message, causes and help; what the others say follows in the same places, each with
// its code. Texts become one line of at most k_most_message bytes. What is empty leaves what `error` has.
void put_words(ProviderError& error, const std::vector<ServiceError>& told);

// A machine that cannot be replicated at all, as the service answers before it is asked to: the code is that of its first
// reason.
ProviderError not_eligible(std::string_view machine, const std::vector<ServiceError>& reasons);

// One line, and no longer than anybody reads: messages of a service may be whole pages. The text is UTF-8, and stays so.
constexpr std::size_t k_most_message = 2000;
std::string as_one_line(std::string_view text);

}  // namespace pairform::azure
