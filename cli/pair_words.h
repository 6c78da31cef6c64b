// What a plan says of pairs as wholes: which ones are broken now, and from which step to which a network has no way
// over or no way back. Read from a plan's JSON (docs/formats/plan.md), like the rest of its text.
#pragma once
#include <simdjson.h>

#include <string>

namespace pairform {

// A value of a plan for the terminal: a string as it is, null as "nothing", anything else as JSON. Escaped.
std::string plan_value(simdjson::dom::element json);
std::string plan_json_value(simdjson::dom::element json);

// "mapping.app.reverse" of "mapping.app.forward".
std::string mirror_half(std::string_view half);

// A line for each broken pair, in address order; "" if none is. Broken is a half that is missing or
// leads elsewhere while the pair is desired, recorded or not:
//   mapping.app: no way back, network.app-dr -> network.app is missing; step 3 creates it
//   mapping.hr: network.hr leads to westus/scratch, not to network.hr-dr; step 4 puts it right
std::string broken_pairs_text(simdjson::dom::element plan);

// A line for each time in which a half is away or leads elsewhere; "" if there is none.
std::string exposure_text(simdjson::dom::element plan);

}  // namespace pairform
