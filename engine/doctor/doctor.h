// The preflight: what stands in the way of a project, as findings (engine/examination.h), from a run whose plan has been made,
// with errors or without. What plan and drill say already is taken from them; a provider's own findings are added.
//
// Cost: as a drill of each region. Touches nothing but the pool of texts.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "engine/examination.h"
#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

struct DoctorReport {
  std::vector<Finding> findings;
  std::string role_definition;  // Examination::role_definition

  std::size_t count(Level level) const;
  void add(std::vector<Finding> more);
  // By check, errors of one first, each finding once.
  void sort();
};

// A diagnostic as a finding: with its place in the files and its code.
Finding finding_of(const Diagnostic& diagnostic, const SourceFiles& sources);

// What of the world can be told without the provider. `offline`: the cloud was not read.
std::vector<Finding> examine_world(Project& project, const World& world, const Plan& plan, bool offline);

// What the provider is asked to look at.
ExamineRequest examine_request(const Project& project, const World& world);

constexpr int k_doctor_format = 1;  // of the object, as `format_version` has it

// One object, without the end of its line: docs/formats/doctor.md.
std::string doctor_json(const DoctorReport& report);

}  // namespace pairform
