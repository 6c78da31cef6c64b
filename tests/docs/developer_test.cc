// What is said to developers is true: a verb of ./dev that a document or .ci/run names exists, and the presets, too.
// These commands install packages and build, so they are looked up, not run.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/docs/document.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

const fs::path k_source = PAIRFORM_SOURCE_DIR;

// First capture of every match.
std::set<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) found.insert((*at)[1]);
  return found;
}

std::string help_of_dev() {
  const std::string command = "'" + (k_source / "dev").string() + "' help";
  std::string out;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), n);
  return pclose(pipe) == 0 ? out : std::string();
}

std::set<std::string> verbs() { return matches(help_of_dev(), "\n  ([a-z]+(?:-[a-z]+)*) "); }

std::vector<fs::path> texts_for_developers() {
  std::vector<fs::path> paths = all_documents();
  paths.insert(paths.end(), {k_source / ".ci/run", k_source / ".githooks/pre-commit"});
  return paths;
}

TEST(Developers, AreToldOfVerbsThatExist) {
  const std::set<std::string> known = verbs();
  ASSERT_TRUE(known.contains("test")) << help_of_dev();
  for (const fs::path& path : texts_for_developers())
    for (const std::string& verb : matches(read_text(path), R"(\./dev ([a-z]+(?:-[a-z]+)*))"))
      EXPECT_TRUE(known.contains(verb)) << path << " names ./dev " << verb;
}

TEST(Developers, AreToldOfEveryVerb) {
  const std::string page = read_text(k_source / "docs/contributing.md");
  for (const std::string& verb : verbs())
    EXPECT_NE(page.find("./dev " + verb), std::string::npos) << "docs/contributing.md names no ./dev " << verb;
}

TEST(Developers, AreToldOfPresetsThatExist) {
  const std::set<std::string> known =
      matches(read_text(k_source / "CMakePresets.json"), R"re("name": "([a-z-]+)", "inherits": "suite")re");
  ASSERT_TRUE(known.contains("release"));
  for (const fs::path& path : texts_for_developers())
    for (const std::string& preset : matches(read_text(path), R"(\./dev test ([a-z]+(-[a-z]+)*))"))
      EXPECT_TRUE(known.contains(preset)) << path << " names the preset " << preset;
}

TEST(Developers, ReadOfEveryPartOfCi) {
  const std::set<std::string> parts = matches(read_text(k_source / ".ci/run"), "\n(?:suite|check) ([a-z-]+) ");
  ASSERT_TRUE(parts.contains("release"));
  const std::string page = read_text(k_source / "docs/contributing.md");
  for (const std::string& part : parts)
    EXPECT_NE(page.find("| " + part + " |"), std::string::npos) << "docs/contributing.md tells nothing of " << part;
}

}  // namespace
}  // namespace pairform
