// Recorded state in a real repository: git runs `pairform state merge`.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/program.h"

namespace pairform {
namespace {

constexpr std::string_view k_first =
    R"({"pairform_state":1,"project":"dr","provider":"simulator","scope":"simulator"})";

std::string network_row(std::string_view key, std::string_view region) {
  return fmt::format(
      R"({{"address":"network.{0}","attributes":{{"existing":true,"name":"{0}","region":"{1}"}},"id":"{1}/{0}","type":"network"}})"
      "\n",
      key, region);
}

std::string half_row(std::string_view pair, std::string_view half, std::string_view more = "") {
  const bool forward = half == "forward";
  const std::string home = fmt::format("{}", pair), away = fmt::format("{}-dr", pair);
  return fmt::format(
      R"({{"address":"mapping.{0}.{1}",{5}"attributes":{{"name":"{0}","source":"network.{2}","target":"network.{3}"}},"id":"{4}","type":"mapping"}})"
      "\n",
      pair, half, forward ? home : away, forward ? away : home,
      forward ? fmt::format("eastasia/{}:southeastasia", home) : fmt::format("southeastasia/{}:eastasia", away), more);
}

std::string pair_rows(std::string_view pair, std::string_view more = "") {
  return half_row(pair, "forward", more) + half_row(pair, "reverse", more);
}
constexpr std::string_view k_adopted = "\"adopted\":true,";

class Merge : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_.run_other("/usr/bin/env", {"git", "--version"}).exit_code != 0) GTEST_SKIP() << "there is no git";
    const std::string build = std::filesystem::path(PAIRFORM_BINARY).parent_path().string();
    program_.set_environment("PATH", build + ":/usr/bin:/bin");
    git({"init", "--quiet", "--initial-branch=main", "."});
    program_.done({"init"});
    program_.write("pairform.toml", "[project]\nname = \"dr\"\n");
    commit(state(pair_rows("app") + pair_rows("db")), "base");
  }
  Ran ran_git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=ana", "-c", "user.email=ana@contoso.example"});
    return program_.run_other("/usr/bin/env", arguments);
  }
  void git(const std::vector<std::string>& arguments) {
    const Ran ran = ran_git(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments.front() << ": " << ran.err;
  }
  static std::string state(const std::string& mappings) {
    return std::string(k_first) + '\n' + mappings + network_row("app", "eastasia") +
           network_row("app-dr", "southeastasia") + network_row("db", "eastasia") +
           network_row("db-dr", "southeastasia");
  }
  std::string recorded() { return program_.read("pairform.state.jsonl"); }
  void commit(const std::string& text, const std::string& subject) {
    program_.write("pairform.state.jsonl", text);
    git({"add", "."});
    git({"commit", "--quiet", "-m", subject});
  }
  // Ours and theirs as two branches, merged.
  Ran merge(const std::string& ours, const std::string& theirs) {
    git({"checkout", "--quiet", "-b", "theirs"});
    commit(theirs, "theirs");
    git({"checkout", "--quiet", "main"});
    commit(ours, "ours");
    return ran_git({"merge", "--quiet", "-m", "merged", "theirs"});
  }
  Program program_;
};

// The rows of the two stand next to each other: git alone would call that a conflict.
TEST_F(Merge, OfDifferentPairsIsClean) {
  const Ran ran =
      merge(state(pair_rows("app", k_adopted) + pair_rows("db")), state(pair_rows("app") + pair_rows("db", k_adopted)));
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(recorded(), state(pair_rows("app", k_adopted) + pair_rows("db", k_adopted)));
  EXPECT_EQ(program_.done({"state", "verify"}), "Recorded state is sound: 8 resources.\n");
}

TEST_F(Merge, OfDifferentPairsIsAConflictWithoutTheDriver) {
  git({"config", "--remove-section", "merge.pairform"});
  const Ran ran =
      merge(state(pair_rows("app", k_adopted) + pair_rows("db")), state(pair_rows("app") + pair_rows("db", k_adopted)));
  EXPECT_EQ(ran.exit_code, 1);
  const Ran plan = program_.run({"plan", "--offline"});
  EXPECT_EQ(plan.exit_code, 1);
  EXPECT_NE(plan.err.find("pairform.state.jsonl:2:1: error PF2002: conflict marker <<<<<<<"), std::string::npos)
      << plan.err;
  // The way out that the message names.
  git({"config", "merge.pairform.driver", "pairform state merge %O %A %B %P"});
  EXPECT_NE(plan.err.find("git checkout --merge -- pairform.state.jsonl"), std::string::npos) << plan.err;
  ran_git({"checkout", "--merge", "--", "pairform.state.jsonl"});
  EXPECT_EQ(recorded(), state(pair_rows("app", k_adopted) + pair_rows("db", k_adopted)));
}

TEST_F(Merge, OfTheSamePairIsAConflict) {
  const std::string changed = pair_rows("app", "\"because\":\"vm.w\",");
  const Ran ran = merge(state(pair_rows("app", k_adopted)), state(changed + pair_rows("db")));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("error PF2013: pairform.state.jsonl:2: mapping.app.forward: ours and theirs have changed it, "
                         "each otherwise"),
            std::string::npos)
      << ran.err;
  EXPECT_EQ(recorded(), state("<<<<<<< ours\n" + pair_rows("app", k_adopted) + "=======\n" +
                              // "because" stands behind the attributes as pairform writes it
                              [&] {
                                std::string canonical;
                                for (const char* each : {"forward", "reverse"}) {
                                  std::string row = half_row("app", each);
                                  canonical += row.replace(row.find("\"id\""), 0, "\"because\":\"vm.w\",");
                                }
                                return canonical;
                              }() +
                              ">>>>>>> theirs\n"));
  for (const char* command : {"plan", "validate", "apply", "status", "drill"}) {
    std::vector<std::string> words{command};
    if (words.front() == "drill") words.emplace_back("eastasia");
    const Ran refused = program_.run(words);
    EXPECT_EQ(refused.exit_code, 1) << command;
    EXPECT_NE((refused.err + refused.out).find("pairform.state.jsonl:2:1: "), std::string::npos)
        << command << refused.err;
    EXPECT_NE((refused.err + refused.out).find("PF2002"), std::string::npos) << command << refused.err;
  }
  EXPECT_EQ(program_.run({"state", "verify"}).exit_code, 1);
}

TEST_F(Merge, OfTheSameChangeIsClean) {
  const std::string both = state(pair_rows("app", k_adopted) + pair_rows("db"));
  EXPECT_EQ(merge(both + network_row("z", "eastasia"), both).exit_code, 0);
  EXPECT_EQ(recorded(), both + network_row("z", "eastasia"));
}

TEST_F(Merge, OfAPairAndItsRemovalIsAConflict) {
  const Ran ran = merge(state(pair_rows("db")), state(pair_rows("app", k_adopted) + pair_rows("db")));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("mapping.app.forward: ours has removed it, theirs has changed it"), std::string::npos)
      << ran.err;
  EXPECT_EQ(recorded(),
            state("<<<<<<< ours\n=======\n" + pair_rows("app", k_adopted) + ">>>>>>> theirs\n" + pair_rows("db")));
}

// Each side is sound, and git alone would merge them: what comes of it has a way there and none back.
TEST_F(Merge, ThatWouldLeaveHalfAPairIsRefused) {
  const Ran ran = merge(state(half_row("app", "forward") + pair_rows("db")),
                        state(half_row("app", "forward", k_adopted) + half_row("app", "reverse") + pair_rows("db")));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("error PF2014: pairform.state.jsonl:2: mapping.app would be half a pair\n"
                         "  why:  ours has removed mapping.app.reverse, and theirs has changed mapping.app.forward\n"),
            std::string::npos)
      << ran.err;
  EXPECT_EQ(recorded(),
            state("<<<<<<< ours\n" + half_row("app", "forward") + "=======\n" + half_row("app", "forward", k_adopted) +
                  half_row("app", "reverse") + ">>>>>>> theirs\n" + pair_rows("db")));
}

TEST_F(Merge, OfADamagedStateLeavesOurs) {
  const std::string ours = state(pair_rows("app", k_adopted) + pair_rows("db"));
  const std::string theirs = state(pair_rows("app") + pair_rows("db"));
  const Ran ran = merge(ours, theirs.substr(0, theirs.size() - 9));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("error PF2001: pairform.state.jsonl (theirs):9: the last line is cut off"), std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("Nothing was merged: pairform.state.jsonl is as it was."), std::string::npos) << ran.err;
  EXPECT_EQ(recorded(), ours);
}

TEST_F(Merge, DoctorSaysWhatAClonesLacks) {
  EXPECT_NE(program_.run({"doctor", "--offline"}).out.find("git merges pairform.state.jsonl resource by resource"),
            std::string::npos);
  git({"config", "--remove-section", "merge.pairform"});
  const std::string clone = program_.run({"doctor", "--offline"}).out;
  EXPECT_NE(clone.find("git merges pairform.state.jsonl line by line: this clone does not say what it runs"),
            std::string::npos)
      << clone;
  EXPECT_NE(clone.find("git config merge.pairform.driver 'pairform state merge %O %A %B %P'"), std::string::npos);
  git({"rm", "--quiet", ".gitattributes"});
  const std::string both = program_.run({"doctor", "--offline"}).out;
  EXPECT_NE(both.find("no .gitattributes names the driver, and this clone does not say what it runs"),
            std::string::npos)
      << both;
  EXPECT_NE(both.find("echo 'pairform.state.jsonl merge=pairform' >> .gitattributes"), std::string::npos) << both;
}

class MergeFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string rows = network_row("app", "eastasia");
    for (const char* name : {"base", "ours", "theirs"}) program_.write(name, std::string(k_first) + '\n' + rows);
  }
  Program program_;
};

TEST_F(MergeFiles, NeedNoProjectAndSayNothing) {
  program_.write("theirs", program_.read("theirs") + network_row("db", "eastasia"));
  const std::string theirs = program_.read("theirs");
  const Ran ran = program_.run({"state", "merge", "base", "ours", "theirs"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out + ran.err, "");
  EXPECT_EQ(program_.read("ours"), theirs);
}

TEST_F(MergeFiles, AreThree) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"state", "merge", "base", "ours"},
                                                {"state", "merge", "base", "ours", "theirs", "name", "more"},
                                                {"state", "merge", "base", "ours", "nowhere"},
                                                {"state", "merge", "--json", "base", "ours", "theirs"}}) {
    const Ran ran = program_.run(words);
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_NE(ran.err.find("error PF"), std::string::npos) << ran.err;
  }
}

// A link stays a link: what it leads to is written.
TEST_F(MergeFiles, AreWrittenThroughALink) {
  program_.write("theirs", program_.read("theirs") + network_row("db", "eastasia"));
  std::filesystem::rename(program_.directory() / "ours", program_.directory() / "real");
  std::filesystem::create_symlink("real", program_.directory() / "ours");
  program_.done({"state", "merge", "base", "ours", "theirs"});
  EXPECT_TRUE(std::filesystem::is_symlink(program_.directory() / "ours"));
  EXPECT_EQ(program_.read("real"), program_.read("theirs"));
}

class Verify : public ::testing::Test {
 protected:
  void declare(const std::string& more) {
    program_.write("pairform.toml",
                   "[project]\nname = \"dr\"\n[network.app]\nexisting = true\nregion = \"eastasia\"\n"
                   "[network.app-dr]\nexisting = true\nregion = \"southeastasia\"\n"
                   "[mapping.app]\nsource = \"network.app\"\ntarget = \"network.app-dr\"\n" +
                       more);
  }
  void record(const std::string& mappings) {
    program_.write("pairform.state.jsonl", std::string(k_first) + '\n' + mappings + network_row("app", "eastasia") +
                                               network_row("app-dr", "southeastasia"));
  }
  Program program_;
};

TEST_F(Verify, SaysThatStateIsSound) {
  declare("");
  EXPECT_EQ(program_.done({"state", "verify"}), "Nothing is recorded.\n");
  record(pair_rows("app"));
  EXPECT_EQ(program_.done({"state", "verify"}), "Recorded state is sound: 4 resources.\n");
  EXPECT_EQ(program_.done({"state", "verify", "--json"}),
            "{\"format_version\":\"1.0\",\"valid\":true,\"diagnostics\":[]}\n");
}

TEST_F(Verify, WarnsOfHalfAPair) {
  declare("");
  record(half_row("app", "forward"));
  const Ran forward = program_.run({"state", "verify"});
  EXPECT_EQ(forward.exit_code, 0) << "state tells the truth, also of an apply that failed";
  EXPECT_EQ(forward.err,
            "warning PF2015: only the forward half of mapping.app is recorded\n"
            "  why:  it leads from network.app to network.app-dr; without the other half there is no way home\n"
            "  fix:  `pairform plan --target mapping.app` shows what the cloud holds, and mends it\n\n1 warning.\n");
  declare("mirror = false\n");
  EXPECT_EQ(program_.run({"state", "verify"}).err, "");
  record(half_row("app", "reverse"));
  EXPECT_NE(program_.run({"state", "verify"}).err.find("only the reverse half of mapping.app is recorded"),
            std::string::npos);
}

TEST_F(Verify, RefusesWhatIsDamaged) {
  declare("");
  record("<<<<<<< ours\n" + pair_rows("app") + "=======\n>>>>>>> theirs\n");
  EXPECT_EQ(program_.run({"state", "verify"}).exit_code, 1);
  const Ran json = program_.run({"state", "verify", "--json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_NE(json.out.find("\"valid\":false"), std::string::npos) << json.out;
  EXPECT_EQ(program_.run({"state", "verify", "more"}).exit_code, 1);
}

}  // namespace
}  // namespace pairform
