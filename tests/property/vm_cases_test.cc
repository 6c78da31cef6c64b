// What worlds of machines brought to light, each as the smallest project that shows it.
#include <gtest/gtest.h>

#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

WorldNetwork network(const std::string& region, const std::string& name, const std::string& space,
                     const std::map<std::string, std::string>& subnets) {
  return {.key = name,
          .region = region,
          .name = name,
          .existing = true,
          .protect = false,
          .spaces = {space},
          .subnets = subnets};
}

WorldVm vm(const std::string& key, const std::string& network_key) {
  return {.key = key,
          .region = "eastasia",
          .name = key,
          .network = network_key,
          .target_region = "westus",
          .target_network = {},
          .existing = false,
          .seeding_polls = 0,
          .nics = {}};
}

const WorldNetwork k_app = network("eastasia", "app", "10.1.0.0/16", {{"db", "10.1.2.0/24"}, {"web", "10.1.1.0/24"}});

void expect_converges(const Scenario& scenario) {
  VmTally tally;
  EXPECT_EQ(vms_converge(scenario, tally), "");
  EXPECT_EQ(tally.planned, 1U);
}

TEST(VmCase, ANicOfAMachineThatHasNoneIsAMistake) {
  Scenario scenario;
  scenario.before.networks = {k_app};
  scenario.before.vms = {vm("web", "app")};
  scenario.before.vms[0].nics = {
      {.name = "eth0", .subnet = "web", .ip = "10.1.1.10", .secondary = {}, .target_subnet = {}, .target_ip = {}}};
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  ASSERT_TRUE(project.sim({"put", "vm", "eastasia/web", "network=app"}));
  project.write(scenario.before);
  EXPECT_TRUE(project.plan().has_error(Code::NicNotThere));
}

TEST(VmCase, AReplicationMadeElsewhereOnANetworkThatNobodyNamesIsAMistake) {
  Scenario scenario;
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  ASSERT_TRUE(project.sim({"put", "vm", "eastasia/web", "network=app"}));
  ASSERT_TRUE(project.sim({"replicate", "eastasia/web", "westus"}));
  scenario.before.vms = {vm("web", "")};
  scenario.before.vms[0].existing = true;
  project.write(scenario.before);
  EXPECT_TRUE(project.plan().has_error(Code::NetworkNotNamed));
}

// app is replicated by the portal to a network of the project, whose stanza then goes.
TEST(VmCase, TheNetworkOfAReplicationMadeElsewhereIsStillNeeded) {
  const WorldNetwork dr = network("westus", "dr", "10.1.0.0/16", {{"web", "10.1.1.0/24"}});
  World world;
  world.networks = {k_app, dr};
  world.vms = {vm("web", "app")};
  world.vms[0].existing = true;
  Project project;
  for (const WorldNetwork& each : world.networks) ASSERT_TRUE(project.sim(put_words(each)));
  ASSERT_TRUE(project.sim({"put", "mapping", "eastasia/app", "westus/dr"}));
  ASSERT_TRUE(project.sim({"put", "vm", "eastasia/web", "network=app"}));
  ASSERT_TRUE(project.sim({"replicate", "eastasia/web", "westus"}));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  world.networks.pop_back();
  project.write(world);
  EXPECT_TRUE(project.plan().has_error(Code::StanzaNeeded));
}

// The service moved a stranger's replication along to a managed network, whose stanza then goes.
TEST(VmCase, ANetworkThatAStrangersMachineLandsInCannotBeDeleted) {
  WorldNetwork dr = network("westus", "dr", "10.1.0.0/16", {{"web", "10.1.1.0/24"}});
  dr.existing = false;
  World world;
  world.networks = {k_app, dr};
  world.pairs = {{.key = "m",
                  .source = "app",
                  .target = "dr",
                  .mirror = true,
                  .protect = false,
                  .subnets = {},
                  .same_host = false}};
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  ASSERT_TRUE(project.sim({"put", "vm", "eastasia/web", "network=app"}));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"replicate", "eastasia/web", "westus"}));
  project.write({});
  const Planned planned = project.plan();
  EXPECT_NE(planned.errors().find("used by machine eastasia/web"), std::string::npos) << planned.errors();
}

// The service lands nics anew by its own rules wherever a vm is to come up elsewhere.
TEST(VmCase, ARemapSaysAgainWhereANicLandsThatLandsTheSame) {
  const WorldNetwork dr = network("westus", "dr", "10.1.0.0/16", {{"app", "10.1.1.0/24"}, {"db", "10.1.2.0/24"}});
  WorldNetwork dr2 = dr;
  dr2.key = dr2.name = "dr2";
  Scenario scenario;
  scenario.before.networks = {k_app, dr, dr2};
  scenario.before.pairs = {{.key = "m",
                            .source = "app",
                            .target = "dr",
                            .mirror = true,
                            .protect = false,
                            .subnets = {{"web", "db"}},
                            .same_host = false}};
  scenario.before.vms = {vm("web", "app")};
  scenario.before.vms[0].nics = {
      {.name = "eth0", .subnet = "web", .ip = "dhcp", .secondary = {}, .target_subnet = {}, .target_ip = {}}};
  scenario.after = scenario.before;
  scenario.after.pairs[0].target = "dr2";
  expect_converges(scenario);
}

TEST(VmCase, AVmOfWhichANicCannotBeSeenIsNotDisabled) {
  World world;
  world.networks = {k_app};
  world.vms = {vm("web", "app")};
  world.vms[0].nics = {
      {.name = "eth0", .subnet = "web", .ip = "dhcp", .secondary = {}, .target_subnet = {}, .target_ip = {}}};
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"deny", "eastasia/web/eth0"}));
  world.vms.clear();
  project.write(world);
  const Planned planned = project.plan();
  ASSERT_TRUE(planned.sound) << planned.errors();
  EXPECT_EQ(planned.steps(), std::vector<std::string>());
}

// Its region is lost, and nobody can say what became of it: where it may have come up nothing changes.
TEST(VmCase, AVmThatCannotBeSeenMayHaveFailedOver) {
  WorldNetwork dr = network("westus", "dr", "10.1.0.0/16", {{"late", "10.1.9.0/24"}, {"web", "10.1.1.0/24"}});
  dr.existing = false;
  World world;
  world.networks = {k_app, dr};
  world.pairs = {{.key = "m",
                  .source = "app",
                  .target = "dr",
                  .mirror = true,
                  .protect = false,
                  .subnets = {},
                  .same_host = false}};
  world.vms = {vm("web", "app")};
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  world.networks[1].subnets.erase("late");
  project.write(world);
  ASSERT_EQ(project.plan().steps(), (std::vector<std::string>{"shrink network.dr"}));
  ASSERT_TRUE(project.sim({"deny", "eastasia"}));
  EXPECT_EQ(project.plan().steps(), std::vector<std::string>());
}

// app-asr is there, and nobody can say whether it is like app.
TEST(VmCase, WhatCannotBeComparedIsNotAnotherNetwork) {
  Project project;
  World world;
  world.networks = {k_app};
  world.vms = {vm("web", "app")};
  for (const WorldNetwork& each : {k_app, network("westus", "app-asr", "10.9.0.0/16", {})})
    ASSERT_TRUE(project.sim(put_words(each)));
  project.write(world);
  EXPECT_TRUE(project.plan().has_error(Code::DefaultNetworkDiffers));
  ASSERT_TRUE(project.sim({"deny", "eastasia/app"}));
  const Planned planned = project.plan();
  ASSERT_TRUE(planned.sound) << planned.errors();
  EXPECT_EQ(planned.steps(), std::vector<std::string>());
}

// The stanza of a pair goes, one half was deleted by hand, and the vm that lands by it has failed over.
TEST(VmCase, APairMovesWholeOrNotAtAll) {
  const WorldNetwork dr = network("westus", "dr", "10.1.0.0/16", {{"web", "10.1.1.0/24"}});
  World world;
  world.networks = {k_app, dr};
  world.pairs = {{.key = "m",
                  .source = "app",
                  .target = "dr",
                  .mirror = true,
                  .protect = false,
                  .subnets = {},
                  .same_host = false}};
  world.vms = {vm("web", "app")};
  Project project;
  for (const WorldNetwork& each : world.networks) ASSERT_TRUE(project.sim(put_words(each)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"failover", "eastasia"}));
  ASSERT_TRUE(project.sim({"delete", "mapping", "westus/dr", "eastasia"}));
  world.pairs.clear();
  project.write(world);
  EXPECT_EQ(project.plan().steps(), std::vector<std::string>());
}

// The service moved a vm along to another network, and what became of its nic could not be read when that was recorded.
TEST(VmCase, ASubnetThatANetworkNeverHadIsNotMissedThere) {
  const WorldNetwork dr = network("westus", "dr", "10.3.0.0/16", {{"app", "10.3.1.0/24"}});
  World world;
  world.networks = {k_app};
  world.vms = {vm("web", "app")};
  world.vms[0].nics = {
      {.name = "eth0", .subnet = "web", .ip = "10.1.1.10", .secondary = {}, .target_subnet = {}, .target_ip = {}}};
  Project project;
  for (const WorldNetwork& each : {k_app, dr}) ASSERT_TRUE(project.sim(put_words(each)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"put", "mapping", "eastasia/app", "westus/dr"}));
  ASSERT_TRUE(project.sim({"put", "mapping", "westus/dr", "eastasia/app"}));
  ASSERT_TRUE(project.sim({"deny", "eastasia/web/eth0"}));
  world.networks.push_back(dr);
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"allow", "eastasia/web/eth0"}));
  EXPECT_EQ(apply(project), "");
  EXPECT_EQ(nothing_is_left(project, true), "");
}

// vm.web lands by a derived pair. Somebody mapped westus/dr to app and forgot the way back; then a machine on dr is
// declared, whose address comes first.
TEST(VmCase, ALoneHalfDoesNotTakeTheSlotThatAnotherMachineLandsBy) {
  const WorldNetwork dr = network("westus", "dr", "10.3.0.0/16", {{"web", "10.3.1.0/24"}});
  World world;
  world.networks = {k_app, dr};
  world.vms = {vm("web", "app")};
  Project project;
  for (const WorldNetwork& each : world.networks) ASSERT_TRUE(project.sim(put_words(each)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"put", "mapping", "westus/dr", "eastasia/app"}));
  world.vms.push_back(vm("a", "dr"));
  world.vms.back().region = "westus";
  world.vms.back().target_region = "eastasia";
  project.write(world);
  const Planned planned = project.plan();
  ASSERT_TRUE(planned.sound) << planned.errors();
  EXPECT_EQ(planned.steps(),
            (std::vector<std::string>{"create network.dr-asr-eastasia", "adopt mapping.dr-to-eastasia.forward",
                                      "update mapping.dr-to-eastasia.forward", "create mapping.dr-to-eastasia.reverse",
                                      "create vm.a"}));
}

// A machine's resource group comes back in lower case, as in its id; that is no other value.
TEST(VmCase, ACreateThatEndsLaterIsRecordedAsTheFilesSpellIt) {
  World world;
  world.networks = {k_app};
  world.vms = {vm("web", "app")};
  world.vms[0].group = "Shop";
  Project project, later;
  for (const Project* each : {&project, &later}) ASSERT_TRUE(each->sim(put_words(k_app)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  world.vms[0].seeding_polls = 1;
  later.write(world);
  for (int run = 0; run < 4; ++run) {
    Planned planned = later.plan({.locked = true});
    ApplyOptions options = quick_apply();
    options.scheduler.wait = std::chrono::milliseconds(0);
    static_cast<void>(apply_plan(planned.run, options));
    planned.run.state.backend->unlock();
  }
  EXPECT_EQ(later.state(), project.state());
}

TEST(VmCase, AVmThatLandsInWhatCannotBeSeenIsNotLetGoOf) {
  World world;
  world.networks = {k_app};
  world.vms = {vm("web", "app")};
  Project project;
  ASSERT_TRUE(project.sim(put_words(k_app)));
  project.write(world);
  ASSERT_EQ(apply(project), "");
  ASSERT_TRUE(project.sim({"deny", "westus/app-asr"}));
  project.write({});
  const Planned planned = project.plan();
  ASSERT_TRUE(planned.sound) << planned.errors();
  EXPECT_EQ(planned.steps(), std::vector<std::string>());
}

}  // namespace
}  // namespace pairform::property
