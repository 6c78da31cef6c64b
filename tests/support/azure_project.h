// A project whose provider is Azure, and the real program run in it against the emulator.
//
// Each run is traced with its bodies. When the project goes, everything that the runs said and left behind is searched for
// credentials: a test of whatever it is fails if one stands there.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/azure_emulator.h"
#include "tests/support/program.h"

namespace pairform {

class AzureProject {
 public:
  AzureProject();  // the emulator is reset; pairform.toml has the vault, and no resources
  AzureProject(const AzureProject&) = delete;
  AzureProject& operator=(const AzureProject&) = delete;
  ~AzureProject();

  AzureEmulator& azure() { return azure_; }
  Program& program() { return program_; }

  // pairform.toml anew: `settings` are further lines of [provider.azure], `resources` tables after it.
  void write(std::string_view settings, std::string_view resources);
  // The same where nothing answers, or something else does.
  void write_for(std::string_view arm, std::string_view authority, std::string_view resources = {});
  // Signs in otherwise. A secret given so is looked for, too.
  void set_secret(const std::string& secret);

  Ran run(const Program::Arguments& arguments);
  // An apply or a destroy. What a guard holds up is approved by its digest, in a second run.
  Ran run_approved(Program::Arguments arguments);

  // How many requests of this method had a path that this pattern matches, without regard to case.
  std::size_t calls(std::string_view method, const std::string& pattern);
  bool has_state() const;  // a state file, or a record in the journal
  std::string trace() const { return read_whole(traces_.path() / "trace"); }

  // Where a credential stands in what the runs said and left behind: "project/.pairform/journal: the client secret".
  std::vector<std::string> leaks();

 private:
  AzureEmulator& azure_ = AzureEmulator::shared();
  Program program_;
  TemporaryDirectory traces_{"trace"};
  std::vector<std::string> secrets_{k_azure_secret};
  std::string said_;  // by all runs
};

}  // namespace pairform
