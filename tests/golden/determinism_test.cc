// The same inputs give the same bytes; an apply with nothing to do touches nothing.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

struct Outcome {
  std::string plan, text, state, saved;
};

Outcome carry_out(const Program& program) {
  Outcome outcome;
  outcome.text = program.done({"plan"});
  outcome.plan = program.done({"plan", "--json"});
  program.done({"plan", "--out", "saved.plan"});
  outcome.saved = program.read("saved.plan");
  program.done({"apply", "--auto-approve"});
  outcome.state = program.read("pairform.state.jsonl");
  return outcome;
}

// The blocks of a project in a given order, spread over a number of files.
Outcome with_order(std::vector<std::string> blocks, bool backwards, std::size_t files, std::string_view includes) {
  Program program;
  if (backwards) std::reverse(blocks.begin(), blocks.end());
  program.write("pairform.toml", fmt::format("include = [{}]\n{}", includes, k_head));
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::string file = fmt::format("{}.toml", static_cast<char>('a' + i % files));
    program.write(file, program.read(file) + blocks[i]);
  }
  for (int i = 0; i < 4; ++i) put_network(program, i % 2 == 0 ? "eastasia" : "southeastasia", fmt::format("net{}", i));
  return carry_out(program);
}

TEST(Determinism, FilesAndBlocksInAnyOrderGiveTheSameBytes) {
  std::vector<std::string> blocks;
  for (int i = 0; i < 4; ++i)
    blocks.push_back(existing_network(fmt::format("net{}", i), i % 2 == 0 ? "eastasia" : "southeastasia"));
  blocks.push_back(mapping("a", "net0", "net1"));
  blocks.push_back(mapping("a-b", "net3", "net2"));
  blocks.push_back(
      "\n[network.lab]\nregion = \"westeurope\"\naddress_space = [\"10.1.0.0/16\", \"10.0.0.0/16\"]\nsubnets = { }\n");
  const Outcome one = with_order(blocks, false, 1, "\"a.toml\"");
  ASSERT_NE(one.state.find("mapping.a-b.forward"), std::string::npos);
  struct Order {
    bool backwards;
    std::size_t files;
    std::string includes;
  };
  for (const Order& order : {Order{true, 1, "\"a.toml\""}, Order{false, 3, "\"c.toml\", \"a.toml\", \"b.toml\""},
                             Order{true, 7, "\"?.toml\""}}) {
    const Outcome other = with_order(blocks, order.backwards, order.files, order.includes);
    EXPECT_EQ(other.text, one.text);
    EXPECT_EQ(other.plan, one.plan);
    EXPECT_EQ(other.saved, one.saved);
    EXPECT_EQ(other.state, one.state);
  }
}

TEST(Determinism, ParallelismChangesNoByteOfState) {
  std::string states[2];
  for (int i = 0; i < 2; ++i) {
    Program program;
    make_managed_pairs(program, 20, "[provider.simulator]\nlatency = \"1ms\"\njitter = \"10ms\"\nfault_rate = 0.3\n");
    program.done({"apply", "--auto-approve", "--parallelism", i == 0 ? "1" : "32"});
    states[i] = program.read("pairform.state.jsonl");
  }
  EXPECT_EQ(states[0], states[1]);
}

TEST(Determinism, AnApplyWithNothingToDoDoesNotTouchState) {
  Program program;
  make_pair_project(program);
  program.done({"apply", "--auto-approve"});
  const std::string file = (program.directory() / "pairform.state.jsonl").string();
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  const std::string bytes = program.read("pairform.state.jsonl");
  for (const Program::Arguments& arguments : std::vector<Program::Arguments>{
           {"apply"}, {"apply", "--auto-approve"}, {"plan"}, {"validate"}, {"state", "list"}}) {
    program.done(arguments);
    ASSERT_EQ(::stat(file.c_str(), &after), 0);
    EXPECT_EQ(after.st_ino, before.st_ino);
    EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
    EXPECT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    EXPECT_EQ(program.read("pairform.state.jsonl"), bytes);
  }
}

TEST(Determinism, PlanWritesNothingIntoTheProject) {
  Program program;
  make_pair_project(program);
  program.done({"plan"});
  std::string found;
  for (const auto& entry : std::filesystem::directory_iterator(program.directory()))
    found += entry.path().filename().string() + ' ';
  EXPECT_TRUE(found == ".pairform pairform.toml " || found == "pairform.toml .pairform ") << found;
  EXPECT_FALSE(std::filesystem::exists(program.directory() / ".pairform/journal"));
}

}  // namespace
}  // namespace pairform
