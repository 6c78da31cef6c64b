// Every scenario of this directory, on the real program. ACCEPT_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "tests/golden/scenario.h"
#include "tests/support/program.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scenarios() {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(PAIRFORM_SOURCE_DIR) / "tests/golden"))
    if (entry.path().extension() == ".txt") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string test_name(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// The first line that differs, with what comes before and after it.
std::string first_difference(const std::string& now, const std::string& then) {
  const auto [a, b] = std::mismatch(now.begin(), now.end(), then.begin(), then.end());
  const auto around = [](const std::string& text, std::size_t at) {
    const std::size_t before = text.rfind("\n$ ", at);
    std::size_t end = at;
    for (int line = 0; line < 5 && end != std::string::npos; ++line) end = text.find('\n', end + (line > 0 ? 1 : 0));
    return text.substr(before == std::string::npos ? 0 : before + 1, end == std::string::npos ? end : end - before);
  };
  return "--- golden\n" + around(then, static_cast<std::size_t>(b - then.begin())) + "\n--- now\n" +
         around(now, static_cast<std::size_t>(a - now.begin()));
}

class Scenario : public ::testing::TestWithParam<fs::path> {};

TEST_P(Scenario, SaysWhatItSaid) {
  const std::string text = read_whole(GetParam());
  const std::string now = play_scenario(text);
  if (std::getenv("ACCEPT_GOLDEN") != nullptr) std::ofstream(GetParam(), std::ios::binary | std::ios::trunc) << now;
  else if (now != text) ADD_FAILURE() << first_difference(now, text) << "\nif this is right: ACCEPT_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Golden, Scenario, ::testing::ValuesIn(scenarios()), test_name);

}  // namespace
}  // namespace pairform
