// What is wrong in a project's files, in the forms that editors and code hosts read: `validate --format NAME`.
//
//   gcc      FILE:LINE:COLUMN: error: SUMMARY [PF1402]           a line each; further places as notes below it
//   github   ::error file=…,line=…,col=…,title=…::TEXT           workflow commands, a line each
//   gitlab   [{"description","check_name","fingerprint","severity","location"}]      a code quality report
//   sarif    SARIF 2.1.0, one run
//
// Texts hold names from files and from the cloud: none of them ends a line, begins one, or reaches a terminal as anything
// but text. A fingerprint is that of code and address, so that it stays where lines move; where several have both in
// common, their rank among each other counts.
// A finding that is about no place is one of pairform.toml's first line where the form must name a place (gitlab, sarif).
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "schema/diagnostic.h"

namespace pairform {

enum class FindingForm { Gcc, Github, Gitlab, Sarif };

struct FindingContext {
  const SourceFiles& sources;
  std::filesystem::path project;  // its directory, absolute
  std::filesystem::path from;     // paths are told from here: where pairform was started; absolute
  std::string_view version;       // of pairform
  std::string_view
      docs;  // where its documents are on the web, without a '/' behind; empty: nowhere, and no link is given
};

// Whole lines; empty where there is nothing to tell and the form has no frame.
std::string findings_text(FindingForm form, std::span<const Diagnostic> diagnostics, const FindingContext& context);

}  // namespace pairform
