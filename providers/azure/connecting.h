// The first call of a run: can the vault be read? Whatever stands against it ends the run, with a code of its own, before
// anything may count as absent: a vault that was moved or is denied must not look like one that was emptied.
#pragma once
#include <optional>

#include "engine/provider.h"
#include "providers/azure/session.h"

namespace pairform::azure {

std::vector<Diagnostic> read_vault(Session& session, const CallLimits& limits);

// Warnings about a vault that can be read, by the body of the answer, and by how much the clock here is ahead. Pure.
std::vector<Diagnostic> vault_remarks(const AzureSettings& settings, std::string_view body, std::chrono::seconds ahead);

// "the clock of this machine is 2 h 5 min fast", and what to do about it.
std::string clock_words(std::chrono::seconds ahead);
inline constexpr std::string_view k_set_clock = "set the clock: timedatectl set-ntp true";

// What an error of that first call is for the user. Pure; `error` as it comes of the client.
Diagnostic vault_unreadable(const ProviderError& error, const AzureSettings& settings);

}  // namespace pairform::azure
