// A project in a directory of its own, written from texts, and what loading it says.
#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/base_types.h"
#include "schema/config_loader.h"
#include "schema/diagnostic_text.h"
#include "tests/support/temporary_directory.h"

namespace pairform {

// Base rows, a provider `simulator` with a few settings and an attribute each for networks and vms, `azure` reserved.
TypeTable test_types();

struct Loaded {
  Configuration configuration;
  Diagnostics diagnostics;
  std::string text;  // all diagnostics as a terminal without colour shows them
  // The summaries alone, a line each, with their severity unless it is an error.
  std::string summaries() const;
  // Every declaration as `address faulty? attribute=value…`, in the order of the result, defaults last.
  std::vector<std::string> declarations() const;
};

class TestProject {
 public:
  using Files = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  explicit TestProject(Files files);

  void write(std::string_view name, std::string_view text) const;
  void link(std::string_view name, const std::filesystem::path& to) const;
  Loaded load(unsigned threads = 1) const;
  const std::filesystem::path& directory() const { return directory_; }

 private:
  TemporaryDirectory root_{"schema"};
  std::filesystem::path directory_ = root_.path() / "project";
};

// A project of one included file, n.toml.
Loaded load_stanzas(std::string_view stanzas);

}  // namespace pairform
