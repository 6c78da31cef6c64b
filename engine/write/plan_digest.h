// The digest of a plan: SHA-256 over canonical lines, made by state's own serialiser, of what will be done and of what
// it was decided on. The same inputs give the same digest on any machine; nothing volatile or unrelated is in it.
//
//   pairform-plan 1
//   {"edition","project","provider","scope"}
//   {"address","operation","step","waits_for"}                                 each step
//   {"action","address","adopted_id","after","because","previous_address","protected"}   each change, by address
//   {"address","attribute","after"}                                           each record
//   also {"address","text"}                                                   each thing that the steps bring about
//   present|absent <state row, references as identities>   each prior row that a change touches or a touched half
//   stands on
#pragma once
#include <string>
#include <string_view>

#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

// Raised where the same plan gets another digest than it had with earlier versions of pairform.
constexpr int k_digest_version = 1;

class RelationSet;
// Of the changes and steps of `plan`; "sha256:…".
std::string plan_digest(const Project& project, std::string_view scope, const World& world, const Plan& plan,
                        RelationSet& relations);

}  // namespace pairform
