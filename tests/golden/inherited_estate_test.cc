// The first plan of an estate that somebody made by hand: 40 mappings of 80 networks, 57 replicated machines, and six
// accidents. What is broken stands first, and what is only adopted is not in the way.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace pairform {
namespace {

constexpr int k_pairs = 40, k_vms = 57;

// With `made` as its makers had it: networks of their own, and machines with their facts.
std::string estate(bool made) {
  std::string text = "[project]\nname = \"estate\"\n[defaults.vm]\nregion = \"eastasia\"\ntarget_region = \"westus\"\n";
  const auto network = [&](const std::string& key, const std::string& region, int number) {
    text += fmt::format("[network.{}]\nregion = \"{}\"\n", key, region);
    text += !made
                ? "existing = true\n"
                : fmt::format("address_space = [\"10.{0}.0.0/16\"]\nsubnets = {{ web = \"10.{0}.1.0/24\" }}\n", number);
  };
  for (int i = 0; i < k_pairs; ++i) {
    network(fmt::format("n{:02}", i), "eastasia", i);
    network(fmt::format("d{:02}", i), "westus", 100 + i);
    text += fmt::format("[mapping.m{0:02}]\nsource = \"network.n{0:02}\"\ntarget = \"network.d{0:02}\"\n", i);
  }
  for (int v = 0; v < k_vms; ++v) {
    const int on = v % 20;  // pairs 20 to 39 have no machines
    text += fmt::format("[vm.v{:02}]\n", v);
    if (made)
      text += fmt::format("network = \"network.n{:02}\"\n[vm.v{:02}.nic.eth0]\nsubnet = \"web\"\nip = \"10.{}.1.{}\"\n",
                          on, v, on, 10 + v);
  }
  return text;
}

// The same with defaults for a file, and a line a resource.
std::vector<std::pair<std::string, std::string>> short_estate() {
  const auto networks = [](const char* region, char letter) {
    std::string text = fmt::format("[defaults.network]\nexisting = true\nregion = \"{}\"\n[network]\n", region);
    for (int i = 0; i < k_pairs; ++i) text += fmt::format("{}{:02} = {{}}\n", letter, i);
    return text;
  };
  std::string text =
      "include = [\"*asia.toml\", \"*us.toml\", \"vms.toml\"]\n[project]\nname = \"estate\"\n[mapping]\n";
  for (int i = 0; i < k_pairs; ++i)
    text += fmt::format("m{0:02} = {{ source = \"network.n{0:02}\", target = \"network.d{0:02}\" }}\n", i);
  std::string vms = "[defaults.vm]\nregion = \"eastasia\"\ntarget_region = \"westus\"\n[vm]\n";
  for (int v = 0; v < k_vms; ++v) vms += fmt::format("v{:02} = {{}}\n", v);
  return {{"pairform.toml", text},
          {"eastasia.toml", networks("eastasia", 'n')},
          {"westus.toml", networks("westus", 'd')},
          {"vms.toml", vms}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(InheritedEstate, NamesEveryBrokenPairFirstAndShowsNothingThatIsOnlyAdopted) {
  Program program;
  program.write("pairform.toml", estate(true));
  program.done({"apply", "--auto-approve"});
  program.remove("pairform.state.jsonl");
  program.write("pairform.toml", estate(false));
  const auto sim = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "sim");
    program.done(words);
  };
  sim({"put", "network", "westus/scratch", "address_space=10.250.0.0/16", "subnet.web=10.250.1.0/24"});
  sim({"delete", "mapping", "westus/d03", "eastasia"});  // two without their reverse
  sim({"delete", "mapping", "westus/d17", "eastasia"});
  sim({"put", "mapping", "westus/d08", "eastasia/n09"});      // one leads back to a wrong network
  sim({"put", "mapping", "eastasia/n21", "westus/scratch"});  // one leads to a scratch network
  sim({"delete", "mapping", "eastasia/n35", "westus"});       // one without its forward half
  sim({"delete", "mapping", "eastasia/n30", "westus"});       // one pair is not there at all
  sim({"delete", "mapping", "westus/d30", "eastasia"});
  const Ran plan = program.run({"plan"});
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  const std::vector<std::string> lines = lines_of(plan.out);
  EXPECT_LE(lines.size() + lines_of(plan.err).size(), 80U) << plan.out << plan.err;
  const std::string first = plan.out.substr(0, plan.out.find(lines.at(10)));
  for (const char* broken :
       {"mapping.m03: no way back, network.d03 -> network.n03 is missing", "mapping.m17: no way back",
        "mapping.m08: network.d08 leads to network.n09, not to network.n08",
        "mapping.m21: network.n21 leads to westus/scratch, not to network.d21", "mapping.m35: no way over"})
    EXPECT_NE(first.find(broken), std::string::npos) << broken << "\n" << plan.out;
  EXPECT_EQ(plan.out.find("vm.v00"), std::string::npos);
  const Ran verbose = program.run({"plan", "--verbose"});
  EXPECT_NE(verbose.out.find("vm.v00"), std::string::npos);
  EXPECT_GT(lines_of(verbose.out).size(), 500U);
}

TEST(InheritedEstate, IsLessThanHalfAsLongWithDefaultsForAFileAndMeansTheSame) {
  Program program;
  program.write("pairform.toml", estate(true));
  program.done({"apply", "--auto-approve"});
  program.remove("pairform.state.jsonl");
  program.write("pairform.toml", estate(false));
  const std::string plan = program.done({"plan", "--json"});
  std::size_t lines = 0;
  for (const auto& [file, text] : short_estate()) {
    program.write(file, text);
    lines += lines_of(text).size();
  }
  EXPECT_EQ(program.done({"plan", "--json"}), plan);
  EXPECT_EQ(lines_of(estate(false)).size(), 422U);
  EXPECT_EQ(lines, 193U);
}

}  // namespace
}  // namespace pairform
