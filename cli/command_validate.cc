#include <fmt/format.h>

#include "cli/command.h"
#include "cli/findings.h"
#include "cli/plan_words.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"

namespace pairform {
namespace {

std::string as_findings(const Run& run, const Diagnostics& diagnostics, const Options& options) {
  const FindingForm form = options.format == "gcc"      ? FindingForm::Gcc
                           : options.format == "github" ? FindingForm::Github
                           : options.format == "gitlab" ? FindingForm::Gitlab
                                                        : FindingForm::Sarif;
  std::error_code failed;
  std::filesystem::path project = run.project.config.directory;
  if (project.empty()) project = std::filesystem::absolute(options.directory, failed).lexically_normal();
  return findings_text(form, diagnostics.items(),
                       {run.project.config.sources, project, options.started_in, version(), PAIRFORM_DOCS_URL});
}

}  // namespace

std::string validity_json(const Run& run, const Diagnostics& diagnostics) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("format_version", k_validate_format).key("valid").boolean(!diagnostics.has_errors());
  json.key("diagnostics").open_array();
  for (const Diagnostic& each : diagnostics.items()) write_diagnostic(json, each, run.project.config.sources);
  json.close_array().close_object();
  return out + '\n';
}

Exit command_validate(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  if (load_files(run, options, diagnostics) && read_state(run, diagnostics))
    read_world(run, {.offline = true, .selection = {}, .place_anew = {}}, diagnostics);
  diagnostics.sort();
  if (options.json || options.format == "json") {
    print(validity_json(run, diagnostics));
  } else if (!options.format.empty() && options.format != "text") {
    print(as_findings(run, diagnostics, options));
  } else {
    print_diagnostics(run, diagnostics, options);
    print_error_count(diagnostics);
    if (!diagnostics.has_errors())
      print(fmt::format("The files are valid: {} resource{}.\n", run.world.desired.rows.size(),
                        run.world.desired.rows.size() == 1 ? "" : "s"));
  }
  print_timings(run, options);
  return diagnostics.has_errors() ? Exit::Error : Exit::Ok;
}

}  // namespace pairform
