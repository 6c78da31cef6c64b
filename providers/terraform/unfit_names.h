// What a state says and no stanza may: a state can be edited by hand, or hold what its cloud has never accepted. A file with
// such a name would be refused by `validate`, so what has it is left out and told.
#pragma once
#include <string>

#include "engine/recovery/infer.h"

namespace pairform::terraform {

// "\"hub!\" is no name of a network: The character '!' is not allowed: …"; empty: a stanza may say all of it. By the
// rules of schema/stanza_checks.h, schema/vm_checks.h and, for resource groups, of the provider for Azure. Pure.
std::string why_unfit(const DiscoveredNetwork& network);
std::string why_unfit(const DiscoveredVm& vm);

}  // namespace pairform::terraform
