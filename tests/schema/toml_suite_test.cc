// The documents of toml-test (toml_test/README.md) through the reader: what is TOML is read, what is not is refused with
// the place of the error, and either of them as a project's file is told without an exception.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "schema/base_types.h"
#include "schema/config_loader.h"
#include "schema/toml_reader.h"
#include "tests/support/temporary_directory.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

const fs::path k_documents = PAIRFORM_SOURCE_DIR "/tests/schema/toml_test";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> documents(const char* folder) {
  std::vector<fs::path> out;
  for (const auto& each : fs::recursive_directory_iterator(k_documents / folder))
    if (each.path().extension() == ".toml") out.push_back(each.path());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(TomlSuite, WhatIsTomlIsRead) {
  const auto all = documents("valid");
  EXPECT_EQ(all.size(), 100U);
  for (const fs::path& file : all) {
    if (file.filename() == "escape-esc.toml") continue;  // TOML 1.1
    TomlError error;
    EXPECT_TRUE(read_toml(bytes_of(file), FileId(std::size_t{0}), error)) << file << ": " << error.description;
  }
}

TEST(TomlSuite, WhatIsNotIsRefusedWithItsPlace) {
  const auto all = documents("invalid");
  EXPECT_EQ(all.size(), 234U);
  for (const fs::path& file : all) {
    TomlError error;
    const std::string text = bytes_of(file);
    EXPECT_FALSE(read_toml(text, FileId(std::size_t{0}), error)) << file;
    EXPECT_FALSE(error.description.empty()) << file;
    EXPECT_GE(error.line, 1U) << file;
    EXPECT_LE(error.line, std::count(text.begin(), text.end(), '\n') + 2) << file;
  }
}

TEST(TomlSuite, AsAProjectsFileNoneIsAccepted) {
  const TemporaryDirectory project("toml");
  const TypeTable types = base_type_table();
  for (const char* folder : {"valid", "invalid"})
    for (const fs::path& file : documents(folder)) {
      fs::copy_file(file, project.path() / "pairform.toml", fs::copy_options::overwrite_existing);
      Diagnostics diagnostics;
      load_configuration(project.path(), types, 1, diagnostics);
      EXPECT_TRUE(diagnostics.has_errors()) << file << ": it names no project";
    }
}

}  // namespace
}  // namespace pairform
