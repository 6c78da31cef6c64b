// More than 60 stanzas are several files: which, what a new project includes, and what a later run writes beside them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/program.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

// Pairs FIRST to LAST between eastasia and southeastasia, each with a machine that lands with its host number.
void put_pairs(const Program& program, int first, int last) {
  std::string commands;
  for (int n = first; n <= last; ++n)
    commands += fmt::format(
        "put network eastasia/Net{0} address_space=10.{0}.0.0/16 subnet.web=10.{0}.1.0/24\n"
        "put network southeastasia/Net{0}-DR address_space=10.{1}.0.0/16 subnet.web=10.{1}.1.0/24\n"
        "put mapping eastasia/Net{0} southeastasia/Net{0}-DR\n"
        "put mapping southeastasia/Net{0}-DR eastasia/Net{0}\n"
        "put vm eastasia/Web{0} network=Net{0} nic.eth0=web:10.{0}.1.10\n"
        "replicate eastasia/Web{0} southeastasia\n",
        n, n + 100);
  program.write("cloud.txt", commands);
  program.done({"sim", "run", "cloud.txt"});
}

std::map<std::string, std::string> files_of(const Program& program) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(program.directory())) {
    const std::string path = entry.path().lexically_relative(program.directory()).string();
    if (entry.is_regular_file() && path.ends_with(".toml")) out.emplace(path, read_whole(entry.path()));
  }
  return out;
}

// What was there is there yet, byte for byte; the names of what is new.
std::string added(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& after) {
  std::string out;
  for (const auto& [path, text] : after)
    if (!before.contains(path)) out += path + ' ';
  for (const auto& [path, text] : before) EXPECT_EQ(after.at(path), text) << path;
  return out;
}

class DiscoverFiles : public testing::Test {
 protected:
  void SetUp() override {
    put_pairs(program_, 1, 20);  // 80 stanzas
    const Ran ran = program_.run({"discover", "--out", "."});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    program_.done({"apply", "--adopt-only", "--auto-approve"});
    first_ = files_of(program_);
  }
  Program program_;
  std::map<std::string, std::string> first_;
};

TEST_F(DiscoverFiles, AreOneARegionAPairOfRegionsAndANetwork) {
  EXPECT_EQ(first_.size(), 24U);
  EXPECT_TRUE(first_.at("pairform.toml")
                  .starts_with("#:schema .pairform/schema.json\n\n"
                               "include = [\"mappings/*.toml\", \"networks/*.toml\", \"vms/*.toml\"]\n"));
  EXPECT_TRUE(first_.contains("networks/southeastasia.toml"));
  EXPECT_TRUE(first_.contains("mappings/eastasia--southeastasia.toml"));
  EXPECT_EQ(first_.at("vms/Net7.toml"),
            "#:schema ../.pairform/schema.json\n\n[defaults.vm]\nexisting = true\nnetwork = "
            "\"network.Net7\"\ntarget_region = \"southeastasia\"\n\n[vm]\n"
            "Web7 = {}\n");
  EXPECT_EQ(program_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_NE(program_.run({"discover", "--out", "."}).err.find("Nothing new"), std::string::npos);
  EXPECT_EQ(files_of(program_), first_);
}

TEST_F(DiscoverFiles, FewNewStanzasAreOneFileThatTheProjectIsToldToInclude) {
  put_pairs(program_, 21, 21);
  const Ran ran = program_.run({"discover", "--out", "."});
  EXPECT_EQ(ran.out, "Made discovered.toml\n") << ran.err;
  EXPECT_NE(ran.err.find("Add to it: include = [\"discovered.toml\"]"), std::string::npos) << ran.err;
  EXPECT_EQ(added(first_, files_of(program_)), "discovered.toml ");
  std::string project = program_.read("pairform.toml");
  project.insert(project.find("\"mappings"), "\"discovered.toml\", ");
  program_.write("pairform.toml", project);
  program_.done({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_EQ(program_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(program_.done({"discover"}), "");
}

TEST_F(DiscoverFiles, ManyNewStanzasGoBesideWhatIsThere) {
  put_pairs(program_, 21, 40);
  const Ran ran = program_.run({"discover", "--out", "."});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  std::string wanted = "discovered.toml ";
  for (int n = 21; n <= 40; ++n) wanted += fmt::format("vms/Net{}.toml ", n);
  EXPECT_EQ(added(first_, files_of(program_)), wanted);
  EXPECT_NE(ran.err.find("Add to it: include = [\"discovered.toml\"]"), std::string::npos) << ran.err;
  std::string project = program_.read("pairform.toml");
  project.insert(project.find("\"mappings"), "\"discovered.toml\", ");
  program_.write("pairform.toml", project);
  program_.done({"validate"});
  program_.done({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_EQ(program_.done({"discover"}), "");
}

}  // namespace
}  // namespace pairform
