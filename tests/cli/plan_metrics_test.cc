// Metrics of a plan: their text, and what the real program writes, with promtool as a judge where it is installed.
#include "cli/plan_metrics.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/program.h"

namespace pairform {
namespace {

PlanMetrics metrics(std::int64_t now) {
  PlanMetrics out{.project = "dr",
                  .provider = "simulator",
                  .version = "0.1.0",
                  .edition = "2018-05",
                  .now = now,
                  .exit_code = 8,
                  .success = true,
                  .numbers = PlanNumbers()};
  out.numbers->pairs = {.whole = 128, .half = 21, .crossed = 1, .one_way = 2};
  out.numbers->changes[static_cast<std::size_t>(Action::Create)][static_cast<std::size_t>(ChangeCause::Drift)] = 21;
  out.numbers->held = 3;
  return out;
}

bool has(const std::string& text, std::string_view line) {
  return text.find(fmt::format("{}\n", line)) != std::string::npos;
}

TEST(PlanMetrics, HaveTheProjectAndItsProviderAsLabels) {
  const std::string text = metrics_text(metrics(1000), "");
  EXPECT_TRUE(
      text.starts_with("# HELP pairform_pairs Pairs that files or state name, by what the cloud has of them.\n"
                       "# TYPE pairform_pairs gauge\n"
                       "pairform_pairs{project=\"dr\",provider=\"simulator\",state=\"whole\"} 128\n"))
      << text;
  for (const char* line : {R"(pairform_pairs{project="dr",provider="simulator",state="one_way"} 2)",
                           R"(pairform_changes{project="dr",provider="simulator",action="create",cause="drift"} 21)",
                           R"(pairform_changes{project="dr",provider="simulator",action="delete",cause="files"} 0)",
                           R"(pairform_held{project="dr",provider="simulator"} 3)",
                           R"(pairform_pending_oldest_seconds{project="dr",provider="simulator"} 0)",
                           R"(pairform_last_run_timestamp_seconds{project="dr",provider="simulator"} 1000)",
                           R"(pairform_last_success_timestamp_seconds{project="dr",provider="simulator"} 1000)",
                           R"(pairform_last_exit_code{project="dr",provider="simulator"} 8)",
                           R"(pairform_info{project="dr",provider="simulator",version="0.1.0",edition="2018-05"} 1)"})
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
  EXPECT_EQ(text.find("no-op"), std::string::npos);
}

TEST(PlanMetrics, CountFatesOfVmsWhereTheyAreAskedFor) {
  PlanMetrics drilled = metrics(1000);
  EXPECT_EQ(metrics_text(drilled, "").find("pairform_vms"), std::string::npos);
  drilled.fates = FateCounts{.home = 1780, .away = 2, .lost = 3, .unprotected = 4};
  const std::string text = metrics_text(drilled, "");
  for (const char* line : {R"(pairform_vms{project="dr",provider="simulator",fate="home"} 1780)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="away"} 2)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="lost"} 3)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="unprotected"} 4)"})
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
}

// Two regions that lose each other's vms: one vm comes home, one has no way back, one is not enabled yet.
TEST(PlanMetrics, OfThePlanSayWhatBecomesOfEachVm) {
  Program program;
  program.write("pairform.toml",
                "[project]\nname = \"dr\"\n[defaults.network]\nexisting = true\n"
                "[network.app]\nregion = \"eastasia\"\n[network.app-dr]\nregion = \"southeastasia\"\n"
                "[network.db]\nregion = \"southeastasia\"\n[network.db-dr]\nregion = \"eastasia\"\n"
                "[mapping.app]\nsource = \"network.app\"\ntarget = \"network.app-dr\"\n"
                "[mapping.db]\nsource = \"network.db\"\ntarget = \"network.db-dr\"\nmirror = false\n"
                "[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n"
                "[vm.db1]\nnetwork = \"network.db\"\ntarget_region = \"eastasia\"\n");
  const auto put = [&](const std::string& network) {
    program.done({"sim", "put", "network", network, "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  };
  for (const char* network : {"eastasia/app", "southeastasia/app-dr", "southeastasia/db", "eastasia/db-dr"})
    put(network);
  program.done({"sim", "put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.10"});
  program.done({"sim", "put", "vm", "southeastasia/db1", "network=db", "nic.eth0=web:10.0.1.10"});
  program.done({"apply", "--auto-approve"});
  program.append("pairform.toml", "[vm.web2]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  program.done({"sim", "put", "vm", "eastasia/web2", "network=app", "nic.eth0=web:10.0.1.11"});
  program.done({"plan", "--prometheus", "pairform.prom", "--drill"});
  const std::string text = program.read("pairform.prom");
  for (const char* line : {R"(pairform_vms{project="dr",provider="simulator",fate="home"} 1)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="away"} 1)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="lost"} 0)",
                           R"(pairform_vms{project="dr",provider="simulator",fate="unprotected"} 1)"})
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
  const Ran alone = program.run({"plan", "--drill"});
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_EQ(alone.err.substr(0, alone.err.find('\n')),
            "error PF5001: --drill is for the file that --prometheus names, and there is none");
}

TEST(PlanMetrics, OfARunThatFailedKeepTheLastSuccessAndTheLabels) {
  const std::string earlier = metrics_text(metrics(1000), "");
  PlanMetrics failed{.version = "0.1.0", .now = 2000, .exit_code = 1};
  const std::string text = metrics_text(failed, earlier);
  EXPECT_TRUE(has(text, R"(pairform_last_run_timestamp_seconds{project="dr",provider="simulator"} 2000)")) << text;
  EXPECT_TRUE(has(text, R"(pairform_last_success_timestamp_seconds{project="dr",provider="simulator"} 1000)")) << text;
  EXPECT_EQ(text.find("pairform_pairs"), std::string::npos) << "nothing is known of them";
  const std::string again = metrics_text(failed, text);
  EXPECT_TRUE(has(again, R"(pairform_last_success_timestamp_seconds{project="dr",provider="simulator"} 1000)"))
      << again;
  for (const char* odd :
       {"", "pairform_last_run_timestamp_seconds", "pairform_last_run_timestamp_seconds{ 7\n", "} {\n"})
    EXPECT_EQ(metrics_text(failed, odd).find("last_success"), std::string::npos) << odd;
}

TEST(PlanMetrics, CountForHowLongSomethingHasBeenPending) {
  const auto oldest = [](const std::string& text) {
    const std::string line = "\npairform_pending_oldest_seconds{project=\"dr\",provider=\"simulator\"} ";
    return std::stoll(text.substr(text.find(line) + line.size()));
  };
  PlanMetrics now = metrics(1000);
  now.numbers->pending = 5;
  const std::string first = metrics_text(now, metrics_text(metrics(900), ""));
  EXPECT_EQ(oldest(first), 1) << "it was not there in the run before";
  now.now = 4600;
  const std::string second = metrics_text(now, first);
  EXPECT_EQ(oldest(second), 3601);
  now.now = 4000;
  EXPECT_EQ(oldest(metrics_text(now, second)), 3601) << "a clock that was set back";
  EXPECT_EQ(oldest(metrics_text(metrics(5000), second)), 0);
}

constexpr std::string_view k_project =
    "[project]\nname = \"contoso-dr\"\n"
    "[network.app]\nexisting = true\nregion = \"eastasia\"\n"
    "[network.app-dr]\nexisting = true\nregion = \"southeastasia\"\n"
    "[mapping.app]\nsource = \"network.app\"\ntarget = \"network.app-dr\"\n";

TEST(PlanMetrics, AreWrittenByThePlanAlsoWhereItFails) {
  Program program;
  program.write("pairform.toml", k_project);
  program.done({"sim", "put", "network", "eastasia/app", "address_space=10.0.0.0/16"});
  program.done({"sim", "put", "network", "southeastasia/app-dr", "address_space=10.0.0.0/16"});
  program.done({"apply", "--auto-approve"});
  program.done({"sim", "delete", "mapping", "southeastasia/app-dr", "eastasia"});
  const Program::Arguments plan{"plan", "--detailed-exitcode", "--prometheus", "pairform.prom", "--drill"};
  EXPECT_EQ(program.run(plan).exit_code, 8);
  const std::string drift = program.read("pairform.prom");
  EXPECT_TRUE(has(drift, R"(pairform_pairs{project="contoso-dr",provider="simulator",state="half"} 1)")) << drift;
  EXPECT_TRUE(
      has(drift, R"(pairform_changes{project="contoso-dr",provider="simulator",action="create",cause="drift"} 1)"));
  EXPECT_TRUE(has(drift, R"(pairform_last_exit_code{project="contoso-dr",provider="simulator"} 8)"));
  program.append("pairform.toml", "[mapping.app]\n");
  EXPECT_EQ(program.run(plan).exit_code, 1);
  const std::string failed = program.read("pairform.prom");
  EXPECT_TRUE(has(failed, R"(pairform_last_exit_code{project="contoso-dr",provider="simulator"} 1)")) << failed;
  EXPECT_NE(failed.find("pairform_last_success_timestamp_seconds{project=\"contoso-dr\""), std::string::npos);
  if (::access("/usr/bin/promtool", X_OK) != 0) GTEST_SKIP() << "promtool (package prometheus) is not installed";
  for (const std::string& text : {drift, failed}) {
    program.write("checked.prom", text);
    const Ran ran = program.run_other("/bin/sh", {"-c", "/usr/bin/promtool check metrics < checked.prom"});
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    EXPECT_EQ(ran.out + ran.err, "");
  }
}

TEST(PlanMetrics, AreNotWrittenOverAnythingElse) {
  Program program;
  program.write("pairform.toml", k_project);
  for (const char* file : {"pairform.toml", "missing/pairform.prom", "."}) {
    const Ran ran = program.run({"plan", "--offline", "--prometheus", file});
    EXPECT_EQ(ran.exit_code, 1) << file;
    EXPECT_NE(ran.err.find("metrics are not written over anything else"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(program.read("pairform.toml"), k_project);
}

}  // namespace
}  // namespace pairform
