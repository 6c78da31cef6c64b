// pairform.toml of any bytes: read, checked, and every message rendered as text and as JSON.
#include <fstream>

#include "cli/command.h"
#include "engine/pipeline.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/temporary_directory.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  static const TemporaryDirectory project("fuzz", std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp");
  std::ofstream(project.path() / "pairform.toml", std::ios::binary) << fuzz::text_of(data, size);
  Run run = new_run();
  Diagnostics diagnostics;
  const bool good = load_project(run, project.path(), diagnostics);
  fuzz::promise(good || diagnostics.has_errors(), "files that are refused are refused with an error");
  const SourceFiles& sources = run.project.config.sources;
  const std::string text = diagnostics_text(diagnostics.items(), sources, true);
  for (const char c : text)
    fuzz::promise(c == '\n' || c == '\t' || c == '\x1b' || static_cast<unsigned char>(c) >= ' ',
                  "no control character is printed");
  for (const Diagnostic& each : diagnostics.items()) {
    std::string out;
    JsonWriter json(out);
    write_diagnostic(json, each, sources);
  }
  return 0;
}
