// A state of Terraform of any bytes, as far as the stanzas that discover writes of it: those are TOML, and files that a
// project takes without an error.
#include <fstream>

#include "cli/command.h"
#include "cli/stanza_files.h"
#include "engine/pipeline.h"
#include "engine/recovery/infer.h"
#include "providers/terraform/joined_states.h"
#include "providers/terraform/state_reader.h"
#include "schema/diagnostic_text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/temporary_directory.h"

namespace {

constexpr const char* k_project = R"([project]
name = "fuzz"
provider = "azure"

[provider.azure]
subscription = "11111111-0000-4000-8000-000000000001"
resource_group = "rg-dr"
vault = "vault-dr"

)";

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  static const TemporaryDirectory project("fuzz", std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp");
  Diagnostics diagnostics;
  const std::vector<terraform::StateRecords> states{
      terraform::read_terraform_state(fuzz::text_of(data, size), "prod.tfstate", diagnostics)};
  const terraform::JoinedStates joined = terraform::join_states(states, {}, diagnostics);
  const std::string stanzas = toml_text(one_document(infer(joined.found, {})));
  std::ofstream(project.path() / "pairform.toml", std::ios::binary) << k_project << stanzas;
  Run run = new_run();
  Diagnostics told;
  if (load_project(run, project.path(), told)) return 0;
  std::fprintf(stderr, "%s\n%s", stanzas.c_str(),
               diagnostics_text(told.items(), run.project.config.sources, false).c_str());
  fuzz::promise(false, "discovered stanzas are valid");
  return 0;
}
