// Every example is run.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/program.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
const fs::path k_source = PAIRFORM_SOURCE_DIR;

TEST(Examples, EachIsTestedHere) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(k_source / "examples")) found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"hub-and-spoke", "retarget-and-swap", "three-regions", "two-regions"}));
}

// What setup.sh makes, all of it planned and applied; the summary line of the plan, and nothing left to do after it.
void expect_applies(Program& program, const std::string& counts) {
  const std::string plan = program.done({"plan"});
  EXPECT_NE(plan.find("\nPlan: " + counts), std::string::npos) << plan;
  const Ran applied = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

void set_up(Program& program, const Program::Arguments& arguments) {
  const Ran ran = program.run_other(program.directory() / "setup.sh", arguments);
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

TEST(Examples, HubAndSpokeKeepsTheMappingOfItsHubs) {
  Program program;
  program.copy_in(k_source / "examples/hub-and-spoke");
  set_up(program, {});
  expect_applies(program, "14 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  std::string text = program.read("pairform.toml");
  const std::size_t hub = text.find("[mapping.hub]");
  text.erase(hub, text.find("[mapping.orders]") - hub);
  program.write("pairform.toml", text);
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit_code, 3) << "protected, also without its stanza";
}

TEST(Examples, ThreeRegionsAreATriangle) {
  Program program;
  program.copy_in(k_source / "examples/three-regions");
  set_up(program, {});
  expect_applies(program, "6 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 3 to adopt, 0 unchanged.");
  program.done({"sim", "deny", "francecentral"});
  EXPECT_EQ(program.run({"plan"}).exit_code, 1) << "what cannot be read is unknown";
  program.done({"sim", "allow", "francecentral"});
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

TEST(Examples, RetargetAndSwapIsOnePlan) {
  Program program;
  program.copy_in(k_source / "examples/retarget-and-swap");
  program.copy_in(k_source / "examples/retarget-and-swap/before");
  set_up(program, {});
  expect_applies(program, "6 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 7 to adopt, 0 unchanged.");
  for (const char* file : {"pairform.toml", "networks.toml"}) program.write(file, read_whole(k_source / "examples/retarget-and-swap/after" / file));
  expect_applies(program, "0 to create, 3 to update, 3 to replace, 0 to delete, 0 to move, 0 to forget, 0 to adopt, 7 unchanged.");
}

TEST(Examples, TwoRegionsIsRepairedHalfByHalf) {
  Program program;
  program.copy_in(k_source / "examples/two-regions");
  set_up(program, {});
  EXPECT_EQ(program.done({"validate"}), "The files are valid: 4 resources.\n");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 2);
  program.done({"apply", "--auto-approve"});
  const std::string state = program.read("pairform.state.jsonl");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);

  program.done({"sim", "put", "mapping", "eastasia/app-vnet", "southeastasia/scratch-vnet"});
  const Ran drift = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(drift.exit_code, 8) << "files ask for nothing new";
  EXPECT_NE(drift.out.find("mapping.app.forward target: recorded network.app-dr, found southeastasia/scratch-vnet"), std::string::npos);
  EXPECT_NE(program.done({"apply", "--auto-approve"}).find("\nDone 1, failed 0"), std::string::npos);
  EXPECT_EQ(program.read("pairform.state.jsonl"), state);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

}  // namespace
}  // namespace pairform
