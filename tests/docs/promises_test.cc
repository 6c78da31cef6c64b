// docs/promises.md names tests by filters: each of them must name some that exist.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace pairform {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

// "Suite.Name" of every test in the sources of tests/.
std::set<std::string> all_tests() {
  static const std::regex test(R"(\nTEST(?:_P|_F)?\(([A-Za-z0-9_]+), ([A-Za-z0-9_]+)\))");
  std::set<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(PAIRFORM_SOURCE_DIR) / "tests")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string text = read_file(entry.path());
    for (std::sregex_iterator each(text.begin(), text.end(), test), end; each != end; ++each)
      found.insert((*each)[1].str() + "." + (*each)[2].str());
  }
  return found;
}

// As GoogleTest matches: '*' is any text. A suite with parameters has a prefix, so "*Name*" finds it, too.
bool matches(const std::string& filter, const std::string& name) {
  std::string pattern;
  for (const char c : filter) pattern += c == '*' ? ".*" : c == '.' ? "\\." : std::string(1, c);
  return std::regex_match(name, std::regex(pattern));
}

TEST(Promises, NameTestsThatExist) {
  const std::set<std::string> tests = all_tests();
  const std::string page = read_file(fs::path(PAIRFORM_SOURCE_DIR) / "docs/promises.md");
  static const std::regex filters(R"((?:--gtest_filter=|\./dev crash )'([^']+)')");
  std::size_t count = 0;
  for (std::sregex_iterator each(page.begin(), page.end(), filters), end; each != end; ++each) {
    std::istringstream list((*each)[1].str());
    for (std::string filter; std::getline(list, filter, ':'); ++count)
      EXPECT_TRUE(std::any_of(tests.begin(), tests.end(), [&](const auto& name) { return matches(filter, name); }))
          << filter << " names no test";
  }
  EXPECT_GT(count, 20U) << "the page's commands are not found";
}

// The comparison itself: it must be able to fail.
TEST(Promises, AFilterOfNothingIsFound) {
  EXPECT_TRUE(matches("Property.Killed*", "Property.KilledAfterAnyWrite"));
  EXPECT_FALSE(matches("Property.Killed", "Property.KilledAfterAnyWrite"));
  EXPECT_FALSE(matches("Property.Shot*", "Property.KilledAfterAnyWrite"));
}

}  // namespace
}  // namespace pairform
