// Many processes apply to one project at once, each what only it asks for, and some of them are killed at any moment: the
// lock always comes free, what was told as done is recorded, and in the end cloud and state are those of one quiet apply.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace pairform {
namespace {

#if defined(__SANITIZE_ADDRESS__)
#define PAIRFORM_SLOW_STARTS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAIRFORM_SLOW_STARTS 1
#endif
#endif
#ifdef PAIRFORM_SLOW_STARTS
constexpr int k_rivals = 20;  // a start takes ten times as long, and a run of this class a minute at most
#else
constexpr int k_rivals = 64;
#endif

std::string project(bool slow) {
  std::string out = "[project]\nname = \"contoso-dr\"\n\n";
  if (slow) out += "[provider.simulator]\nlatency = \"2ms\"\n\n";
  for (int i = 0; i < k_rivals; ++i)
    out += fmt::format(
        "[network.a{0}]\nregion = \"eastasia\"\naddress_space = [\"10.{0}.0.0/16\"]\nsubnets = {{ web = "
        "\"10.{0}.1.0/24\" }}\n\n"
        "[network.b{0}]\nregion = \"southeastasia\"\naddress_space = [\"10.{0}.0.0/16\"]\nsubnets = {{ web = "
        "\"10.{0}.1.0/24\" }}\n\n"
        "[mapping.m{0}]\nsource = \"network.a{0}\"\ntarget = \"network.b{0}\"\n\n",
        i);
  return out;
}

// By number: how the rival ended. Every third one is killed after a moment, unless it has ended before.
std::vector<int> let_them_apply(const Program& program) {
  std::mt19937 random(7);
  std::string script;
  for (int i = 0; i < k_rivals; ++i) {
    const std::string apply = fmt::format("{} apply --auto-approve --lock-timeout 50s --target mapping.m{} >out{} 2>&1",
                                          PAIRFORM_BINARY, i, i);
    if (i % 3 != 0) script += fmt::format("( {}; echo $? >exit{} ) &\n", apply, i);
    else script += fmt::format("( timeout -s KILL 0.{:03} {}; echo $? >exit{} ) &\n", 20 + random() % 900, apply, i);
  }
  program.run_other("/bin/bash", {"-c", script + "wait"});
  std::vector<int> out;
  for (int i = 0; i < k_rivals; ++i) {
    const std::string code = program.read(fmt::format("exit{}", i));
    out.push_back(code.empty() ? -1 : std::stoi(code));
  }
  return out;
}

TEST(Rivals, WhatWasToldAsDoneIsRecordedAndTheLockComesFree) {
  Program quiet;
  quiet.write("pairform.toml", project(false));
  quiet.done({"apply", "--auto-approve"});

  Program program;
  program.write("pairform.toml", project(true));
  const std::vector<int> ended = let_them_apply(program);
  const std::string state = program.read("pairform.state.jsonl") + program.read(".pairform/journal");
  int killed = 0;
  ASSERT_EQ(ended.size(), static_cast<std::size_t>(k_rivals));
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const bool may_be_killed = i % 3 == 0;
    if (ended[i] == 137 && may_be_killed) {
      ++killed;
      continue;
    }
    EXPECT_EQ(ended[i], 0) << "rival " << i << ": " << program.read(fmt::format("out{}", i));
    for (const char* half : {"forward", "reverse"})
      EXPECT_NE(state.find(fmt::format("\"mapping.m{}.{}\"", i, half)), std::string::npos) << i << half;
  }
  EXPECT_GT(killed, 0) << "the test does not test what it is for";

  // Nobody asked for what the killed ones had not done, and nothing that was begun is lost or made twice.
  const Ran last = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(program.read("pairform.state.jsonl"), quiet.read("pairform.state.jsonl"));
  EXPECT_EQ(program.done({"sim", "list"}), quiet.done({"sim", "list"}));
}

}  // namespace
}  // namespace pairform
