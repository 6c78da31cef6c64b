// Resource groups that networks and machines go into: found, or made where the project says that they may be.
#pragma once
#include <optional>
#include <string>

#include "providers/azure/step_run.h"

namespace pairform::azure {

// Of a group that is not there: makes it, or an error with the command that makes it.
Move make_group(StepRun& run, const Writing& with, const std::string& subscription, const std::string& group,
                const std::string& region);

// An error where the group is not there, and the project does not say that it is made; or where it could not be read.
std::optional<ProviderError> check_group(const Writing& with, const std::string& subscription, const std::string& group,
                                         const std::string& region);

// None: the group is there, or this principal may not read it, and then the service tells.
std::optional<Move> need_group(StepRun& run, const Writing& with, const std::string& subscription,
                               const std::string& group, const std::string& region);

}  // namespace pairform::azure
