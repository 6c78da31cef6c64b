// What the texts of a plan share, for a terminal (cli/render_plan.h) and as Markdown (cli/render_markdown.h): why a change
// is made, what is only counted, and the landings of nics that are new or change. Read from a plan's JSON
// (docs/formats/plan.md). Pure; every text that comes back is escaped (schema/terminal_text.h).
#pragma once
#include <simdjson.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/landing_table.h"

namespace pairform {

// "it was changed or removed in the cloud" of "drifted"; empty: there is no such reason.
std::string_view reason_words(std::string_view reason);

// Addresses of what is only adopted as it is. A pair, or a vm with its nics, is not among them as soon as something else
// happens to a part of it.
std::set<std::string> adopted_as_is(simdjson::dom::element plan);

// The landings of nics that are new or change, without those of `folded`.
std::vector<LandingLine> changed_landings(simdjson::dom::element plan, const std::set<std::string>& folded);

}  // namespace pairform
