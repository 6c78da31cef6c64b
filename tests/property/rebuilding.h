// `pairform state rebuild` in process.
#pragma once
#include <string>

#include "tests/property/project.h"

namespace pairform::property {

struct Rebuilding {
  bool done = false;
  std::string errors;       // codes and summaries, a line each
  bool of_another = false;  // the first line names another project, or a newer format: nobody can tell that from damage
};
Rebuilding rebuild(const Project& project);

}  // namespace pairform::property
