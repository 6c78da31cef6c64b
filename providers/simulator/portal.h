// `pairform sim …`: the portal, for people who change things behind pairform's back. It writes to the same
// database through the same rules; being somebody else's session, it is neither denied, delayed, throttled
// nor made to fail. Stateless: every call opens the database, does one thing in one transaction and closes
// it; `run FILE` does all the things of a file in one (portal_script.h).
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "providers/provider_tool.h"

namespace pairform::simulator {

// `words`: everything after `pairform sim`. A wrong word is an error that shows the right form.
// `edition`: of the project whose cloud it is; empty: the first.
ToolResult run_portal(const std::filesystem::path& database, std::span<const std::string> words,
                      std::string_view edition = {});

// All forms, one a line, for --help.
std::string portal_usage();

}  // namespace pairform::simulator
