// `apply --json`: one object a line, the last one `result`, however it ends.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <functional>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

using simdjson::dom::element;

// Checks every line, and gives "event event … result:exit_code", the steps' events with address and operation.
std::string events(const Ran& ran) {
  EXPECT_EQ(ran.err, "") << "everything is in the events";
  EXPECT_TRUE(ran.out.ends_with('\n'));
  std::string said, text = ran.out;
  while (!text.empty()) {
    const std::string line = text.substr(0, text.find('\n'));
    text.erase(0, line.size() + 1);
    simdjson::dom::parser parser;
    element json;
    if (parser.parse(line).get(json) != simdjson::SUCCESS) {
      ADD_FAILURE() << "not JSON: " << line;
      return said;
    }
    const std::string_view event = json["event"], time = json["time"];
    EXPECT_EQ(time.size(), 24U) << time;
    if (!said.empty()) said += '\n';
    said += event;
    std::string_view address, operation;
    if (json["address"].get(address) == simdjson::SUCCESS && json["operation"].get(operation) == simdjson::SUCCESS)
      said += fmt::format(" {} {}", operation, address);
    if (event != "result") continue;
    EXPECT_TRUE(text.empty()) << "result is the last line";
    EXPECT_EQ(std::int64_t(json["exit_code"]), ran.exit_code);
    for (const auto& [name, number] : simdjson::dom::object(json["counts"])) {
      if (std::int64_t(number) == 0) continue;
      said += fmt::format(" {}:", name);
      for (const element each : simdjson::dom::array(json[name])) said += fmt::format(" {}", std::string_view(each));
    }
  }
  EXPECT_NE(said.find("result"), std::string::npos);
  return said;
}

TEST(ApplyJson, TellsWhatHappensAndEndsWithAResult) {
  Program program;
  make_pair_project(program);
  EXPECT_EQ(events(program.run({"apply", "--json", "--auto-approve", "--parallelism", "1"})),
            "plan\n"
            "start adopt network.app\nstart adopt network.dr\ndone adopt network.app\ndone adopt network.dr\n"
            "start create mapping.m.forward\ndone create mapping.m.forward\n"
            "start create mapping.m.reverse\ndone create mapping.m.reverse\n"
            "result done: mapping.m.forward mapping.m.reverse network.app network.dr");
  EXPECT_EQ(events(program.run({"apply", "--json"})), "plan\nresult");
}

TEST(ApplyJson, FailuresAndWhatTheySkip) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"sim", "fail", "create", "network", "--after", "1", "--error", "denied"});
  EXPECT_EQ(events(program.run({"apply", "--json", "--auto-approve", "--parallelism", "1"})),
            "plan\n"
            "start create network.here0\ndone create network.here0\n"
            "start create network.there0\nfailed create network.there0\n"
            "skipped create mapping.p0.forward\nskipped create mapping.p0.reverse\n"
            "diagnostic\n"
            "result done: network.here0 failed: network.there0 skipped: mapping.p0.forward mapping.p0.reverse");
}

TEST(ApplyJson, AcceptedAndDeferred) {
  Program program;
  make_managed_pairs(program, 1, "[provider.simulator]\npolls = 1000\n");
  EXPECT_EQ(events(program.run({"apply", "--json", "--auto-approve", "--wait", "0s", "--parallelism", "1"})),
            "plan\n"
            "start create network.here0\naccepted create network.here0\n"
            "deferred create mapping.p0.forward\ndeferred create mapping.p0.reverse\n"
            "start create network.there0\naccepted create network.there0\n"
            "diagnostic\n"
            "result deferred: mapping.p0.forward mapping.p0.reverse pending: network.here0 network.there0");
}

struct Ending {
  std::string name;
  int exit_code;
  std::string said;
  std::function<void(const Program&)> prepare;
  Program::Arguments more;
};

class EveryEnding : public ::testing::TestWithParam<Ending> {};

TEST_P(EveryEnding, IsAResult) {
  Program program;
  make_pair_project(program);
  GetParam().prepare(program);
  Program::Arguments arguments{"apply", "--json"};
  arguments.insert(arguments.end(), GetParam().more.begin(), GetParam().more.end());
  const Ran ran = program.run(arguments);
  EXPECT_EQ(ran.exit_code, GetParam().exit_code) << ran.out;
  EXPECT_EQ(events(ran), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(
    ApplyJson, EveryEnding,
    ::testing::Values(
        Ending{"MistakesInFiles",
               1,
               "diagnostic\nresult",
               [](const Program& p) { p.append("pairform.toml", "colour = 1\n"); },
               {}},
        Ending{"NoProject", 1, "diagnostic\nresult", [](const Program& p) { p.remove("pairform.toml"); }, {}},
        Ending{"NobodyToAsk", 1, "plan\ndiagnostic\nresult", [](const Program&) {}, {}},
        Ending{"NetworkAbsent",
               1,
               "diagnostic\nresult",
               [](const Program& p) {
                 p.done({"sim", "delete", "network", "eastasia/app"});
               },
               {}},
        Ending{"Frozen",
               3,
               "diagnostic\nresult",
               [](const Program& p) { p.append("pairform.toml", "[guards]\nfrozen = \"x\"\n"); },
               {}},
        Ending{"AnotherDigest",
               3,
               "plan\ndiagnostic\nresult",
               [](const Program&) {},
               {"--approve", "12345678901234567890123456789012"}},
        Ending{"DamagedState",
               1,
               "diagnostic\nresult",
               [](const Program& p) { p.write("pairform.state.jsonl", "{"); },
               {}},
        Ending{"NoSuchPlan", 1, "diagnostic\nresult", [](const Program&) {}, {"absent.plan"}},
        Ending{"StalePlan",
               6,
               "diagnostic\nresult",
               [](const Program& p) {
                 p.done({"plan", "--out", "a.plan"});
                 p.done({"apply", "a.plan"});
               },
               {"a.plan"}},
        Ending{"Unseen",
               1,
               "plan\ndiagnostic\nresult",
               [](const Program& p) {
                 p.done({"sim", "deny", "eastasia"});
               },
               {}}),
    [](const ::testing::TestParamInfo<Ending>& ending) { return ending.param.name; });

// A plan that was printed before vms had resource groups: its vms lack both attributes.
TEST(OlderPlans, WithoutTheResourceGroupOfAVmAreCarriedOut) {
  Program program;
  make_pair_project(program);
  program.append("pairform.toml", "\n[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  std::string plan = program.done({"plan", "--json"});
  const std::string added = "\"resource_group\":null,\"subscription\":null,";  // of networks "subnets" stands between
  ASSERT_NE(plan.find(added), std::string::npos) << plan;
  plan.erase(plan.find(added), added.size());
  ASSERT_EQ(plan.find(added), std::string::npos) << plan;
  program.write("older.json", plan);
  const Ran applied = program.run({"apply", "older.json"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_NE(program.read("pairform.state.jsonl").find("\"vm.web1\""), std::string::npos);
}

}  // namespace
}  // namespace pairform
