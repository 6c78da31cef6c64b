// Makes a scenario that breaks a property small before it is shown.
#pragma once
#include <string>

#include "tests/property/project.h"

namespace pairform::property {

// What is wrong with it, also where the property throws.
std::string outcome(const Property& property, const Scenario& scenario);
// The smallest scenario that was found to break it, in some hundred tries. `why`: what is wrong with that one.
Scenario smallest(const Property& property, Scenario scenario, std::string& why);

}  // namespace pairform::property
