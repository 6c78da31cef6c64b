// A plan as one JSON object: what `plan --json` prints and `plan --out` saves (spec section 6; docs/formats/plan.md).
// A saved plan holds no more than that, the rows it will make and the rows it found, and one member more, "links":
// which recorded resource each change is, and which ones it takes the place of
// ({"address","origin","found","leaves":[{"address", "operation"}]}, with "remembered" and "extras" where files say
// more than "after" shows, and of a vm "target_reason" and "target_by", why it comes up where it does). Never the whole
// state, never a credential. Applying one reads the cloud again, lays its changes over what is there by their links
// (matching decides nothing anew), orders and digests them with the same passes, and is stale unless the digest comes
// out the same. So a saved plan needs no resource files, and apply adds no decision.
#pragma once
#include <string>
#include <string_view>

#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

// Of the object, as `format_version` has it.
constexpr std::string_view k_plan_format = "1.0";

// The object, without a line end. With errors in `diagnostics`: digest null and empty lists. `links`: with them, for
// the renderer of the plan's text.
std::string plan_json(const Project& project, const World& world, const Plan& plan, const Diagnostics& diagnostics,
                      bool links = false);

// As it is saved: with links, and last a member "checksum" over all bytes before it, so that what was edited is told
// from what is stale.
std::string saved_plan_json(const Project& project, const World& world, const Plan& plan,
                            const Diagnostics& diagnostics);

// Does the saved plan show the steps and changes of `plan`, which has the same digest? Otherwise somebody has
// edited it, and it is not what will be done. Reasons are left out: what was declared when it was made is not known any
// more.
bool shows_plan(std::string_view bytes, const Project& project, const World& world, const Plan& plan);

}  // namespace pairform
