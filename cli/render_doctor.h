// A preflight for people: one line a finding, by what it is about, and below each problem what to do.
#pragma once
#include <string>

#include "engine/doctor/doctor.h"

namespace pairform {

std::string doctor_text(const DoctorReport& report, bool colour);

}  // namespace pairform
