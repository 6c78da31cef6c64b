// What speaks against enabling the replication of a machine, asked before a job is begun.
#pragma once
#include <optional>
#include <string>

#include "providers/azure/sending.h"
#include "providers/azure/vm_settings.h"

namespace pairform::azure {

ProviderError no_cache_account(const std::string& region);
// Is the storage account there, and in that region? One that may not be read is left to the service.
std::optional<ProviderError> check_cache_account(const Writing& with, const std::string& account,
                                                 const std::string& region);
// Is an address of a network free, by the network's own word? An error where it is not, with those that it offers.
std::optional<ProviderError> check_address(const Writing& with, const std::string& network, const std::string& address);
// Does Site Recovery take the machine? Where that may not be read, or is not known, its job tells.
std::optional<ProviderError> check_eligibility(const Writing& with, const std::string& machine);

}  // namespace pairform::azure
