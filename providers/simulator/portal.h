// `pairform sim …`: the portal, for people who change things behind pairform's back. It writes to the same
// database through the same rules; being somebody else's session, it is neither denied, delayed, throttled
// nor made to fail. Stateless: every call opens the database, does one thing in one transaction and closes
// it.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace pairform::simulator {

struct PortalResult {
  int exit_code = 0;
  std::string out;    // for standard output, ending with a newline; empty: nothing
  std::string error;  // one sentence or more, without a final newline; safe for a terminal; empty: none
};

// `words`: everything after `pairform sim`. A wrong word is an error that shows the right form.
// `edition`: of the project whose cloud it is; empty: the first.
PortalResult run_portal(const std::filesystem::path& database, std::span<const std::string> words,
                        std::string_view edition = {});

// All forms, one a line, for --help.
std::string portal_usage();

}  // namespace pairform::simulator
