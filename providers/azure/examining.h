// What only Azure can tell `pairform doctor`: who is signed in, where the vault is, what it stands on, what subnets refer to,
// storage accounts and resource groups, whether the service would take a machine, and which rights are missing. Reads only.
//
// Cost: a request for the vault, one for each scope whose rights are asked (the groups that the project touches), one for each
// storage account and resource group, one for each machine that is to be replicated, but of a hundred at most; two listings of
// the networks of each subscription in which pairform writes some. Eight at a time.
#pragma once
#include "engine/provider.h"
#include "providers/azure/session.h"
#include "providers/azure/view.h"

namespace pairform::azure {

// `view`: what was observed; null: the vault could not be read, and what rests on it is left out.
Examination examine(Session& session, const View* view, const ExamineRequest& request, const CallLimits& limits);

}  // namespace pairform::azure
