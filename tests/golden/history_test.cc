// `pairform history` on a real repository.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

class History : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_.run_other("/usr/bin/env", {"git", "--version"}).exit_code != 0) GTEST_SKIP() << "there is no git";
    make_pair_project(program_);
    git({"init", "--quiet", "."});
  }
  void git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=ana", "-c", "user.email=ana@contoso.example"});
    const Ran ran = program_.run_other("/usr/bin/env", arguments);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
  }
  void apply_and_commit(const std::string& subject) {
    program_.done({"apply", "--auto-approve"});
    git({"add", "pairform.state.jsonl"});
    git({"commit", "--quiet", "--date=2026-11-03T12:00:00", "-m", subject});
  }
  Program program_;
};

TEST_F(History, TellsWhoChangedWhatAndWhen) {
  EXPECT_EQ(program_.run({"history"}).exit_code, 1) << "nothing is committed";
  apply_and_commit("Start");
  program_.write("pairform.toml", program_.read("pairform.toml") + "protect = true\n");
  apply_and_commit("Protect it; -- --output=x");
  const std::string all = program_.done({"history"});
  EXPECT_TRUE(all.starts_with("2026-11-03 ana: mapping.")) << all;
  EXPECT_NE(all.find(" protect nothing -> true, commit "), std::string::npos) << all;
  EXPECT_NE(all.find("recorded, target network."), std::string::npos) << all;
  EXPECT_LT(all.find("protect nothing"), all.find("recorded, target")) << "the newest first";
  const std::string status = program_.done({"status", "--offline"});
  EXPECT_NE(status.find("2026-11-03 by ana, "), std::string::npos) << status;
  EXPECT_NE(status.find("Protect it; -- --output=x"), std::string::npos) << status;
}

// The repository is above what the link leads to, and not above the link.
TEST_F(History, StatusFindsTheRepositoryOfAProjectBelowIt) {
  program_.done({"apply", "--auto-approve"});
  const std::filesystem::path below = program_.directory() / "infra",
                              link = program_.directory().parent_path() / "link";
  std::filesystem::create_directory(below);
  for (const char* each : {"pairform.toml", "pairform.state.jsonl", ".pairform"})
    std::filesystem::rename(program_.directory() / each, below / each);
  git({"add", "infra/pairform.state.jsonl"});
  git({"commit", "--quiet", "-m", "Move it below"});
  std::filesystem::create_directory_symlink(below, link);
  for (const auto& each : {below, link}) {
    const std::string status = program_.done({"-C", each.string(), "status", "--offline"});
    EXPECT_NE(status.find("Move it below"), std::string::npos) << status;
  }
}

TEST_F(History, IsThatOfOneAddress) {
  apply_and_commit("Start");
  const std::string all = program_.done({"history"});
  const std::string address = all.substr(all.find("mapping."), all.find(".forward") - all.find("mapping."));
  const std::string pair = program_.done({"history", address});
  EXPECT_EQ(std::count(pair.begin(), pair.end(), '\n'), 2) << pair;
  EXPECT_EQ(program_.done({"history", address + ".forward"}), pair.substr(0, pair.find('\n') + 1));
  const Ran slip = program_.run({"history", address + "x"});
  EXPECT_EQ(slip.exit_code, 1);
  EXPECT_NE(slip.err.find("error PF5003: " + address + "x is in no commit of the state file"), std::string::npos)
      << slip.err;
}

// What a repository's configuration names is not run, and no variable of git's leads elsewhere.
TEST_F(History, RunsNothingThatTheRepositoryNames) {
  apply_and_commit("Start");
  program_.write("trap.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\n");
  std::filesystem::permissions(program_.directory() / "trap.sh", std::filesystem::perms::owner_all);
  const std::string trap = (program_.directory() / "trap.sh").string();
  for (const char* key : {"core.fsmonitor", "core.pager", "pager.log", "diff.external"}) git({"config", key, trap});
  program_.write(".gitattributes", "*.jsonl diff=trap\n");
  git({"config", "diff.trap.textconv", trap});
  git({"config", "diff.trap.command", trap});
  std::filesystem::remove(program_.directory() / "sprung");
  program_.set_environment("GIT_DIR", "/nowhere");
  const std::string all = program_.done({"history"});
  EXPECT_NE(all.find("recorded, target"), std::string::npos) << all;
  program_.done({"status", "--offline"});
  EXPECT_FALSE(std::filesystem::exists(program_.directory() / "sprung"));
}

TEST_F(History, SaysWhereThereIsNone) {
  const Ran none = program_.run({"history"});
  EXPECT_NE(none.err.find("error PF5001: "), std::string::npos) << none.err;
  program_.set_environment("PATH", "/nowhere");
  EXPECT_NE(program_.run({"history"}).err.find("git is not there"), std::string::npos);
}

}  // namespace
}  // namespace pairform
