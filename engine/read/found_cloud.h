// What `pairform discover` infers from: everything that the cloud was read to hold, in the cloud's own spelling, beside what
// the project has already.
// Asks the cloud once for each end of a mapping that no listing showed, and for each missing way back: what a listing left
// out may still be there. What cannot be told is in `unread`.
// Cost: linear in what was observed. Threads: as the view's.
#pragma once
#include <string>
#include <vector>

#include "engine/model/cloud_view.h"
#include "engine/phases.h"
#include "engine/recovery/infer.h"

namespace pairform {

struct FoundCloud {
  Discovered found;
  std::vector<std::string> unseen;  // what could not be read and why, a line each, as given: not fit for a terminal
};

// What files declare and state records, by identity; no cloud is asked.
InProject project_contents(const Project& project, const DesiredState& desired, const RecordedState& recorded,
                           StringPool& texts);

enum class Beside { Project, Nothing };  // is what the project has already left out?

FoundCloud found_cloud(const Project& project, const DesiredState& desired, const RecordedState& recorded,
                       Beside beside, CloudView& cloud, StringPool& texts);

}  // namespace pairform
