// The portal's replication, and the day of the failover as the simulator plays it.
#include <random>
#include <sstream>

#include "providers/simulator/landing.h"
#include "providers/simulator/shape_text.h"
#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

// app in eastasia, and two machines on it.
void put_machines(const SimulatorWorld& world) {
  world.done({"put", "network", "eastasia/app", "address_space=10.1.0.0/16", "subnet.db=10.1.2.0/24",
              "subnet.web=10.1.1.0/24"});
  world.done({"put", "vm", "eastasia/Web1", "network=app", "nic.eth0=web:10.1.1.20,vip:10.1.1.21", "nic.eth1=db"});
  world.done({"put", "vm", "eastasia/web2", "network=app", "nic.eth0=web:10.1.1.22"});
}
// Another network for them in southeastasia, of other spaces, mapped there and back.
void put_pair(const SimulatorWorld& world) {
  world.done({"put", "network", "southeastasia/dr", "address_space=10.2.0.0/16", "subnet.web=10.2.1.0/24"});
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  world.done({"put", "mapping", "southeastasia/dr", "eastasia/app"});
}

// The lines of `sim list` of a kind, without their kind.
std::string lines_of(const SimulatorWorld& world, const std::string& kind) {
  std::istringstream in(world.done({"list"}));
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kind + ' ')) continue;
    std::istringstream words(line.substr(kind.size()));
    for (std::string word; words >> word;) out += word + ' ';
    out.back() = '\n';
  }
  return out;
}

TEST(SimulatorReplicate, MakesAPairAndANetworkLikeTheSource) {
  const SimulatorWorld world;
  put_machines(world);
  EXPECT_EQ(world.done({"replicate", "East Asia/web1", "South East Asia"}),
            "made network southeastasia/app-asr\n"
            "made mapping eastasia/app:southeastasia to southeastasia/app-asr\n"
            "made mapping southeastasia/app-asr:eastasia to eastasia/app\n"
            "replicating vm eastasia/web1 to southeastasia/app-asr\n");
  EXPECT_EQ(world.done({"replicate", "eastasia/web2", "southeastasia"}),
            "replicating vm eastasia/web2 to southeastasia/app-asr\n");
  EXPECT_EQ(world.done({"list"}),
            "KIND     ID                              NAME                  STATUS   DETAILS\n"
            "mapping  eastasia/app:southeastasia      app-to-southeastasia  settled  to southeastasia/app-asr\n"
            "mapping  southeastasia/app-asr:eastasia  app-asr-to-eastasia   settled  to eastasia/app\n"
            "network  eastasia/app                    app                   settled  10.1.0.0/16; db=10.1.2.0/24 "
            "web=10.1.1.0/24; in use 10.1.1.20 10.1.1.21 10.1.1.22\n"
            "network  southeastasia/app-asr           app-asr               settled  10.1.0.0/16; db=10.1.2.0/24 "
            "web=10.1.1.0/24\n"
            "nic      eastasia/web1/eth0              eth0                  settled  web 10.1.1.20 vip=10.1.1.21; "
            "to "
            "web 10.1.1.20 vip=10.1.1.21\n"
            "nic      eastasia/web1/eth1              eth1                  settled  db dhcp; to db dhcp\n"
            "nic      eastasia/web2/eth0              eth0                  settled  web 10.1.1.22; to web "
            "10.1.1.22\n"
            "vm       eastasia/web1                   Web1                  settled  on eastasia/app; to "
            "southeastasia/app-asr\n"
            "vm       eastasia/web2                   web2                  settled  on eastasia/app; to "
            "southeastasia/app-asr\n");
}

TEST(SimulatorReplicate, ShowsProgramsWhereTheyLand) {
  const SimulatorWorld world;
  world.done({"put", "network", "eastasia/app", "address_space=10.1.0.0/16", "subnet.web=10.1.1.0/24"});
  world.done({"put", "vm", "eastasia/web", "network=app", "nic.a=web:10.1.1.20,vip:10.1.1.21", "nic.b=web"});
  world.done({"replicate", "eastasia/web", "westus"});
  const std::string list = world.done({"list", "--json"});
  EXPECT_EQ(
      list.substr(list.find(R"({"kind":"nic")")),
      R"({"kind":"nic","id":"eastasia/web/a","region":"eastasia","name":"a","status":"settled","attributes":)"
      R"({"vm":"eastasia/web","subnet":"web","ip":"10.1.1.20","secondary":{"vip":"10.1.1.21"},)"
      R"("target_subnet":"web","target_ip":"10.1.1.20","target_secondary":{"vip":"10.1.1.21"}}})"
      ",\n"
      R"({"kind":"nic","id":"eastasia/web/b","region":"eastasia","name":"b","status":"settled","attributes":)"
      R"({"vm":"eastasia/web","subnet":"web","ip":"dhcp","secondary":{},)"
      R"("target_subnet":"web","target_ip":null,"target_secondary":{}}})"
      ",\n"
      R"({"kind":"vm","id":"eastasia/web","region":"eastasia","name":"web","status":"settled","attributes":)"
      R"({"network":"eastasia/app","replicated":true,"target_region":"westus","target_network":"westus/app-asr"}})"
      "\n]\n");
}

TEST(SimulatorReplicate, TakesTheMappingThereIs) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"use", "southeastasia/dr", "10.2.1.5"});
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"replicate", "eastasia/web2", "southeastasia"});
  EXPECT_EQ(lines_of(world, "nic"),
            "eastasia/web1/eth0 eth0 settled web 10.1.1.20 vip=10.1.1.21; to web 10.2.1.4 vip=10.2.1.6\n"
            "eastasia/web1/eth1 eth1 settled db dhcp; to web dhcp\n"
            "eastasia/web2/eth0 eth0 settled web 10.1.1.22; to web 10.2.1.7\n");
}

TEST(SimulatorReplicate, KeepsToItsResourceGroup) {
  const SimulatorWorld world;
  world.done(
      {"put", "network", "eastasia/app", "address_space=10.1.0.0/16", "subnet.web=10.1.1.0/24", "resource_group=Prod"});
  world.done({"put", "vm", "eastasia/web", "network=@-/prod/eastasia/app", "nic.a=web"});
  EXPECT_EQ(world.done({"replicate", "eastasia/web", "westus"}),
            "made network @-/prod-asr/westus/app-asr\n"
            "made mapping @-/prod/eastasia/app:westus to @-/prod-asr/westus/app-asr\n"
            "made mapping @-/prod-asr/westus/app-asr:eastasia to @-/prod/eastasia/app\n"
            "replicating vm eastasia/web to @-/prod-asr/westus/app-asr\n");
}

TEST(SimulatorReplicate, TakesAnAsrNetworkOnlyIfItIsTheSame) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"put", "network", "southeastasia/app-asr", "address_space=10.1.0.0/16", "subnet.web=10.1.1.0/24"});
  EXPECT_EQ(world.refused({"replicate", "eastasia/web1", "southeastasia"}),
            "TargetNetworkDiffers: There is a network southeastasia/app-asr with other address spaces or "
            "subnets than "
            "eastasia/app: map eastasia/app to a network of southeastasia first.");
  world.done({"put", "network", "southeastasia/app-asr", "address_space=10.1.0.0/16", "subnet.web=10.1.1.0/24",
              "subnet.db=10.1.2.0/24"});
  EXPECT_EQ(world.done({"replicate", "eastasia/web1", "southeastasia"}),
            "made mapping eastasia/app:southeastasia to southeastasia/app-asr\n"
            "made mapping southeastasia/app-asr:eastasia to eastasia/app\n"
            "replicating vm eastasia/web1 to southeastasia/app-asr\n");
}

TEST(SimulatorReplicate, SaysWhyNot) {
  const SimulatorWorld world;
  put_machines(world);
  EXPECT_EQ(world.refused({"replicate", "eastasia/none", "westus"}), "VmNotFound: There is no machine eastasia/none.");
  EXPECT_EQ(world.refused({"replicate", "eastasia/web1", "eastasia"}),
            "SameRegion: eastasia/web1 is in eastasia already: a machine is replicated to another region.");
  world.done({"replicate", "eastasia/web1", "westus"});
  EXPECT_EQ(world.refused({"replicate", "eastasia/web1", "westus"}),
            "AlreadyProtected: eastasia/web1 is replicated to westus already.");
  EXPECT_EQ(world.refused({"replicate", "eastasia/web1"}),
            "sim replicate: it takes a machine and the other region\n"
            "usage: pairform sim replicate REGION/NAME TARGET-REGION");
  world.done({"put", "network", "southeastasia/bare", "address_space=10.7.0.0/16"});
  world.done({"put", "mapping", "eastasia/app", "southeastasia/bare"});
  EXPECT_EQ(world.refused({"replicate", "eastasia/web2", "southeastasia"}),
            "SubnetNotFound: Network southeastasia/bare has no subnet to land in.");
}

TEST(SimulatorFailover, TheDayAndTheWayHome) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"replicate", "eastasia/web2", "southeastasia"});
  const std::string before = world.done({"list", "--json"});
  EXPECT_EQ(world.done({"failover", "East Asia"}),
            "failed over vm eastasia/web1 to southeastasia/app-asr\n"
            "  eth0 primary: web 10.1.1.20 -> web 10.1.1.20\n"
            "  eth0 vip: web 10.1.1.21 -> web 10.1.1.21\n"
            "  eth1 primary: db dhcp -> db 10.1.2.4\n"
            "failed over vm eastasia/web2 to southeastasia/app-asr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.1.1.22\n");
  EXPECT_EQ(lines_of(world, "vm"),
            "eastasia/web1 Web1 failed_over on eastasia/app; to southeastasia/app-asr\n"
            "eastasia/web2 web2 failed_over on eastasia/app; to southeastasia/app-asr\n");
  EXPECT_EQ(lines_of(world, "network"),
            "eastasia/app app settled 10.1.0.0/16; db=10.1.2.0/24 web=10.1.1.0/24; in use 10.1.1.20 10.1.1.21 "
            "10.1.1.22\n"
            "southeastasia/app-asr app-asr settled 10.1.0.0/16; db=10.1.2.0/24 web=10.1.1.0/24; in use 10.1.1.20 "
            "10.1.1.21 10.1.1.22 10.1.2.4\n");
  EXPECT_EQ(world.done({"commit", "eastasia"}), "committed vm eastasia/web1\ncommitted vm eastasia/web2\n");
  EXPECT_EQ(world.done({"reprotect", "eastasia"}),
            "reprotected vm eastasia/web1 towards eastasia/app\n"
            "reprotected vm eastasia/web2 towards eastasia/app\n");
  EXPECT_EQ(lines_of(world, "vm"),
            "southeastasia/web1 Web1 reversed on southeastasia/app-asr; to eastasia/app\n"
            "southeastasia/web2 web2 reversed on southeastasia/app-asr; to eastasia/app\n");
  EXPECT_EQ(lines_of(world, "nic"),
            "southeastasia/web1/eth0 eth0 reversed web 10.1.1.20 vip=10.1.1.21; to web 10.1.1.20 vip=10.1.1.21\n"
            "southeastasia/web1/eth1 eth1 reversed db dhcp; to db dhcp\n"
            "southeastasia/web2/eth0 eth0 reversed web 10.1.1.22; to web 10.1.1.22\n");
  EXPECT_EQ(world.done({"failover", "southeastasia"}),
            "failed over vm southeastasia/web1 to eastasia/app\n"
            "  eth0 primary: web 10.1.1.20 -> web 10.1.1.20\n"
            "  eth0 vip: web 10.1.1.21 -> web 10.1.1.21\n"
            "  eth1 primary: db dhcp -> db 10.1.2.4\n"
            "failed over vm southeastasia/web2 to eastasia/app\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.1.1.22\n");
  world.done({"commit", "southeastasia"});
  EXPECT_EQ(world.done({"reprotect", "southeastasia"}),
            "reprotected vm southeastasia/web1 towards southeastasia/app-asr\n"
            "reprotected vm southeastasia/web2 towards southeastasia/app-asr\n");
  EXPECT_EQ(world.done({"list", "--json"}), before);
}

TEST(SimulatorFailover, AProviderSeesTheSourceAndAStatus) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  const auto provider = world.open();
  const std::string vm = find_text(*provider, "vm", "eastasia/web1"),
                    nic = find_text(*provider, "nic", "eastasia/web1/eth0");
  const std::string attributes = vm.substr(vm.find(" region="));
  const auto meets = [&](const std::string& id, const std::string& status) {
    EXPECT_EQ(find_text(*provider, "vm", "eastasia/web1"), "vm " + id + attributes + status);
    EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth0"), nic);
  };
  meets("eastasia/web1", "");
  world.done({"failover", "eastasia"});
  meets("eastasia/web1", " failed_over");
  EXPECT_EQ(find_text(*provider, "network", "southeastasia/app-asr"),
            "network southeastasia/app-asr region=southeastasia name=app-asr address_space=[\"10.1.0.0/16\"] "
            "subnets={\"db\":\"10.1.2.0/24\",\"web\":\"10.1.1.0/24\"} use=10.1.1.20 by eastasia/web1/eth0 "
            "use=10.1.1.21 by eastasia/web1/eth0 use=10.1.2.4 by eastasia/web1/eth1");
  world.done({"commit", "eastasia"});
  meets("eastasia/web1", " failed_over");
  world.done({"reprotect", "eastasia"});
  meets("southeastasia/web1 is eastasia/web1", " reversed");
  EXPECT_EQ(observe_all(*provider, {"southeastasia"}).rows.size(), 3U);  // the network and its mappings
  world.done({"failover", "southeastasia"});
  meets("southeastasia/web1 is eastasia/web1", " failed_over");
  world.done({"commit", "southeastasia"});
  world.done({"reprotect", "southeastasia"});
  meets("eastasia/web1", "");
}

TEST(SimulatorFailover, TakesNoSettingsMeanwhile) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"put", "network", "southeastasia/dr2", "address_space=10.3.0.0/16", "subnet.web=10.3.1.0/24"});
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"failover", "eastasia"});
  const auto provider = world.open();
  EXPECT_EQ(run_step(*provider, nic_step(Operation::Update, "eastasia/web1/eth0", "web", "")).error.value().message,
            "eastasia/web1 is failed over: its settings are taken when it is settled.");
  EXPECT_EQ(error_code(run_step(*provider, delete_step("vm", "eastasia/web1"))), "VmNotProtected");
  EXPECT_EQ(world.refused({"put", "vm", "eastasia/web1", "nic.eth0=web"}),
            "VmFailedOver: eastasia/web1 is failed over: its facts can be changed when it is settled again.");
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr2"});  // moves nobody who is not settled
  EXPECT_EQ(lines_of(world, "vm"),
            "eastasia/web1 Web1 failed_over on eastasia/app; to southeastasia/dr\n"
            "eastasia/web2 web2 settled on eastasia/app\n");
  EXPECT_EQ(world.refused({"put", "network", "southeastasia/dr", "address_space=10.2.0.0/16"}),
            "SubnetInUse: Subnet web of southeastasia/dr cannot be removed or moved: address 10.2.1.4 is in use.");
  EXPECT_EQ(world.done({"delete", "vm", "eastasia/web1"}), "deleted vm eastasia/web1 and its replication\n");
  EXPECT_EQ(lines_of(world, "network").find("in use 10.2"), std::string::npos);
}

TEST(SimulatorFailover, ForProgramsItIsTheLandingsOfADrill) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  const std::string before = world.done({"list", "--json"});
  const std::string tested = world.done({"failover", "eastasia", "--json", "--test"});
  EXPECT_EQ(tested,
            "[\n"
            R"({"vm":"eastasia/web1","nic":"eastasia/web1/eth0","configuration":"primary",)"
            R"("source":{"network":"eastasia/app","subnet":"web","ip":"10.1.1.20"},)"
            R"("target":{"network":"southeastasia/dr","subnet":"web","ip":"10.2.1.4"},)"
            R"("subnet_reason":null,"ip_reason":null,"failback":null})"
            ",\n"
            R"({"vm":"eastasia/web1","nic":"eastasia/web1/eth0","configuration":"vip",)"
            R"("source":{"network":"eastasia/app","subnet":"web","ip":"10.1.1.21"},)"
            R"("target":{"network":"southeastasia/dr","subnet":"web","ip":"10.2.1.5"},)"
            R"("subnet_reason":null,"ip_reason":null,"failback":null})"
            ",\n"
            R"({"vm":"eastasia/web1","nic":"eastasia/web1/eth1","configuration":"primary",)"
            R"("source":{"network":"eastasia/app","subnet":"db","ip":"dhcp"},)"
            R"("target":{"network":"southeastasia/dr","subnet":"web","ip":"10.2.1.6"},)"
            R"("subnet_reason":null,"ip_reason":null,"failback":null})"
            "\n]\n");
  EXPECT_EQ(world.done({"list", "--json"}), before);
  EXPECT_TRUE(world.done({"failover", "eastasia", "--test"}).starts_with("would fail over vm eastasia/web1 to "));
  EXPECT_EQ(world.done({"failover", "eastasia", "--json"}), tested);
}

TEST(SimulatorFailover, AnAddressThatWasLostMakesWay) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"use", "southeastasia/app-asr", "10.1.1.20"});
  world.done({"use", "southeastasia/app-asr", "10.1.1.4"});
  EXPECT_EQ(world.done({"failover", "eastasia"}),
            "failed over vm eastasia/web1 to southeastasia/app-asr\n"
            "  eth0 primary: web 10.1.1.20 -> web 10.1.1.5\n"
            "  eth0 vip: web 10.1.1.21 -> web 10.1.1.21\n"
            "  eth1 primary: db dhcp -> db 10.1.2.4\n");
}

TEST(SimulatorFailover, OfLandingsThatCoincideTheFirstHasIt) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"replicate", "eastasia/web2", "southeastasia"});
  const auto provider = world.open();
  for (const std::string nic : {"eastasia/web1/eth0", "eastasia/web2/eth0"})
    ASSERT_EQ(error_code(run_step(*provider, nic_step(Operation::Update, nic, "web", "10.2.1.30"))), "");
  EXPECT_EQ(world.done({"failover", "eastasia"}),
            "failed over vm eastasia/web1 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.20 -> web 10.2.1.30\n"
            "  eth0 vip: web 10.1.1.21 -> web 10.2.1.5\n"
            "  eth1 primary: db dhcp -> web 10.2.1.6\n"
            "failed over vm eastasia/web2 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.2.1.4\n");
}

TEST(SimulatorFailover, WhoNeverHadALandingLandsByTheRules) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  const auto provider = world.open();
  run_step(*provider, vm_step(Operation::Create, "eastasia/web2", "eastasia", "web2", "eastasia/app", "southeastasia",
                              "southeastasia/dr"));
  EXPECT_EQ(world.done({"failover", "eastasia"}),
            "failed over vm eastasia/web2 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.2.1.4\n");
}

TEST(SimulatorFailover, WhoCannotComeUpIsBrokenAndMends) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"put", "network", "southeastasia/dr", "address_space=10.2.0.0/16", "subnet.web=10.2.1.0/29"});
  for (const std::string vm : {"eastasia/web1", "eastasia/web2"}) world.done({"replicate", vm, "southeastasia"});
  const ToolResult result = world.sim({"failover", "eastasia"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out,
            "failed over vm eastasia/web2 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.2.1.6\n");
  EXPECT_EQ(result.error, "eastasia/web1 is left: SubnetIsFull: Subnet web of southeastasia/dr has no address left.");
  EXPECT_EQ(lines_of(world, "vm"),
            "eastasia/web1 Web1 broken on eastasia/app; to southeastasia/dr\n"
            "eastasia/web2 web2 failed_over on eastasia/app; to southeastasia/dr\n");
  EXPECT_TRUE(find_text(*world.open(), "vm", "eastasia/web1").ends_with(" broken"));
  EXPECT_EQ(world.done({"replicate", "eastasia/web1", "southeastasia"}),
            "replicating vm eastasia/web1 to southeastasia/dr\n");
  EXPECT_FALSE(find_text(*world.open(), "vm", "eastasia/web1").ends_with(" broken"));
  EXPECT_EQ(world.sim({"failover", "eastasia"}).exit_code, 1);
  EXPECT_TRUE(find_text(*world.open(), "vm", "eastasia/web1").ends_with(" broken"));
  world.done({"put", "network", "southeastasia/dr", "address_space=10.2.0.0/16", "subnet.web=10.2.1.0/24"});
  EXPECT_TRUE(world.done({"failover", "eastasia"}).starts_with("failed over vm eastasia/web1 to southeastasia/dr\n"));
}

TEST(SimulatorReprotect, GoesBackByTheMirrorAndTheRules) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  for (const std::string vm : {"eastasia/web1", "eastasia/web2"}) world.done({"replicate", vm, "southeastasia"});
  world.done({"failover", "eastasia"});
  world.done({"commit", "eastasia"});
  world.done({"reprotect", "eastasia"});
  EXPECT_EQ(lines_of(world, "nic"),  // other spaces: the lowest free, and there is no way to db
            "southeastasia/web1/eth0 eth0 reversed web 10.2.1.4 vip=10.2.1.5; to web 10.1.1.4 vip=10.1.1.5\n"
            "southeastasia/web1/eth1 eth1 reversed web dhcp; to web dhcp\n"
            "southeastasia/web2/eth0 eth0 reversed web 10.2.1.6; to web 10.1.1.6\n");
  world.done({"failover", "southeastasia"});
  world.done({"commit", "southeastasia"});
  world.done({"reprotect", "southeastasia"});
  EXPECT_EQ(lines_of(world, "nic"),
            "eastasia/web1/eth0 eth0 settled web 10.1.1.4 vip=10.1.1.5; to web 10.2.1.4 vip=10.2.1.5\n"
            "eastasia/web1/eth1 eth1 settled web dhcp; to web dhcp\n"
            "eastasia/web2/eth0 eth0 settled web 10.1.1.6; to web 10.2.1.6\n");
}

TEST(SimulatorReprotect, WithHalfAPairThereIsNoWayBack) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  world.done({"delete", "mapping", "southeastasia/app-asr", "eastasia"});
  world.done({"failover", "eastasia"});
  world.done({"commit", "eastasia"});
  const ToolResult result = world.sim({"reprotect", "eastasia"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.error,
            "eastasia/web1 is left: TargetNetworkNotConfigured: There is no mapping of southeastasia/app-asr to "
            "eastasia, so there is no way back.");
  world.done({"put", "mapping", "southeastasia/app-asr", "eastasia/app"});
  world.done({"put", "network", "southeastasia/other", "address_space=10.9.0.0/16"});
  world.done({"put", "vm", "southeastasia/web1", "network=other"});
  EXPECT_EQ(world.sim({"reprotect", "eastasia"}).error,
            "eastasia/web1 is left: AlreadyExists: There is a machine southeastasia/web1 already.");
  world.done({"delete", "vm", "southeastasia/web1"});
  EXPECT_EQ(world.done({"reprotect", "eastasia"}), "reprotected vm eastasia/web1 towards eastasia/app\n");
}

TEST(SimulatorFailover, OneStepAfterTheOther) {
  const SimulatorWorld world;
  put_machines(world);
  const auto refused = [&](const std::string& command, const std::string& region) {
    return world.refused({command, region});
  };
  EXPECT_EQ(refused("failover", "eastasia"),
            "NothingReplicated: There is nothing to failover in eastasia: no machine is replicated from there.");
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  for (const std::string command : {"commit", "reprotect"})
    EXPECT_EQ(refused(command, "eastasia"), "OutOfOrder: There is nothing to " + command +
                                                " in eastasia: eastasia/web1 is settled, and pairform sim failover "
                                                "eastasia comes next.");
  EXPECT_EQ(refused("failover", "southeastasia"),
            "OutOfOrder: There is nothing to failover in southeastasia: eastasia/web1 is settled, and pairform sim "
            "failover eastasia comes next.");
  world.done({"failover", "eastasia"});
  EXPECT_EQ(refused("failover", "eastasia"),
            "OutOfOrder: There is nothing to failover in eastasia: eastasia/web1 is failed over, and "
            "pairform sim commit "
            "eastasia comes next.");
  world.done({"commit", "eastasia"});
  EXPECT_EQ(refused("commit", "eastasia"),
            "OutOfOrder: There is nothing to commit in eastasia: eastasia/web1 is committed, and pairform "
            "sim reprotect "
            "eastasia comes next.");
  world.done({"reprotect", "eastasia"});
  EXPECT_EQ(refused("reprotect", "eastasia"),
            "OutOfOrder: There is nothing to reprotect in eastasia: eastasia/web1 is reversed, and pairform "
            "sim failover "
            "southeastasia comes next.");
  EXPECT_EQ(
      refused("failover", "two words?"),
      "sim failover: \"two words?\" is not a region\nusage: pairform sim failover REGION|REGION/VM [--test] [--json]");
  EXPECT_EQ(world.refused({"commit"}),
            "sim commit: it takes one region or machine\nusage: pairform sim commit REGION|REGION/VM");
}

TEST(SimulatorFailover, OneMachineGoesAndTheOthersStay) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"replicate", "eastasia/Web1", "southeastasia"});
  world.done({"replicate", "eastasia/web2", "southeastasia"});
  const std::string before = world.done({"list"});
  EXPECT_EQ(world.done({"failover", "East Asia/web2", "--test"}),
            "would fail over vm eastasia/web2 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.2.1.6\n");
  EXPECT_EQ(world.done({"list"}), before);
  EXPECT_EQ(world.done({"failover", "eastasia/web2"}),
            "failed over vm eastasia/web2 to southeastasia/dr\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.2.1.6\n");
  EXPECT_EQ(world.done({"commit", "eastasia/WEB2"}), "committed vm eastasia/web2\n");
  EXPECT_EQ(world.done({"reprotect", "eastasia/web2"}), "reprotected vm eastasia/web2 towards eastasia/app\n");
  EXPECT_EQ(lines_of(world, "vm"),
            "eastasia/web1 Web1 settled on eastasia/app; to southeastasia/dr\n"
            "southeastasia/web2 web2 reversed on southeastasia/dr; to eastasia/app\n");
  // The id says where it is protected: the command that was for the way there is not for the way home.
  EXPECT_EQ(world.refused({"failover", "eastasia/web2"}),
            "OutOfOrder: There is nothing to failover: eastasia/web2 is reversed, and pairform sim "
            "failover southeastasia/web2 comes next.");
  world.done({"failover", "southeastasia/web2"});
  world.done({"commit", "southeastasia/web2"});
  EXPECT_EQ(world.done({"reprotect", "southeastasia/web2"}),
            "reprotected vm southeastasia/web2 towards southeastasia/dr\n");
  EXPECT_EQ(lines_of(world, "vm"),
            "eastasia/web1 Web1 settled on eastasia/app; to southeastasia/dr\n"
            "eastasia/web2 web2 settled on eastasia/app; to southeastasia/dr\n");
}

TEST(SimulatorFailover, OneMachineIsRefusedForItself) {
  const SimulatorWorld world;
  put_machines(world);
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  EXPECT_EQ(world.refused({"failover", "eastasia/web9"}), "VmNotFound: There is no machine eastasia/web9.");
  EXPECT_EQ(world.refused({"failover", "eastasia/web2"}),
            "NothingReplicated: There is nothing to failover: eastasia/web2 is not replicated.");
  EXPECT_EQ(world.refused({"commit", "eastasia/web1"}),
            "OutOfOrder: There is nothing to commit: eastasia/web1 is settled, and pairform sim "
            "failover eastasia/web1 comes next.");
  EXPECT_EQ(world.refused({"reprotect", "eastasia/"}).substr(0, 50),
            "sim reprotect: \"eastasia/\" is not a machine: it ta");
  EXPECT_EQ(world.refused({"commit", "eastasia", "eastasia/web1"}),
            "sim commit: it takes one region or machine\nusage: pairform sim commit REGION|REGION/VM");
}

// What a project says of tests goes with the landings, and a test comes up there.
TEST(SimulatorFailover, ATestComesUpInTheTestNetwork) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  world.done({"put", "network", "southeastasia/lab", "address_space=10.1.0.0/16,10.8.0.0/16", "subnet.api=10.8.1.0/24",
              "subnet.web=10.1.1.0/27"});
  for (const char* vm : {"eastasia/Web1", "eastasia/web2"}) world.done({"replicate", vm, "southeastasia"});
  const auto provider = world.open();
  const auto set = [&](const std::string& vm, std::optional<std::string> network) {
    return CloudStep{"vm",
                     Operation::Update,
                     vm,
                     vm,
                     {{"target_network", "southeastasia/dr"}, {"test_network", std::move(network)}},
                     "contoso-dr"};
  };
  const auto test = [](const std::string& nic, std::string subnet, std::optional<std::string> ip) {
    return CloudStep{
        "nic",       Operation::Update, nic, nic, {{"test_subnet", std::move(subnet)}, {"test_ip", std::move(ip)}},
        "contoso-dr"};
  };
  EXPECT_EQ(error_code(run_steps(*provider, {test("eastasia/web1/eth0", "api", {})}).front()),
            "TestNetworkNotConfigured");
  EXPECT_EQ(error_code(run_steps(*provider, {set("eastasia/web1", "eastasia/app")}).front()), "InvalidTarget");
  EXPECT_EQ(error_code(run_steps(*provider, {set("eastasia/web1", "southeastasia/none")}).front()), "NetworkNotFound");
  for (const StepEnd& end :
       run_steps(*provider, {set("eastasia/web1", "southeastasia/lab"), test("eastasia/web1/eth0", "API", "10.8.1.9")}))
    EXPECT_EQ(error_code(end), "");
  run_steps(*provider, {set("eastasia/web2", "southeastasia/lab")});
  EXPECT_EQ(error_code(run_steps(*provider, {test("eastasia/web1/eth0", "api", "10.8.1.3")}).front()),
            "PrivateIPAddressInReservedRange");
  const auto row = [&](const char* type, const char* identity) {
    return row_text(std::get<CloudRow>(provider->lookup({.type = type, .identity = identity}, {})));
  };
  EXPECT_NE(row("vm", "eastasia/web1").find(" test_network=southeastasia/lab"), std::string::npos);
  EXPECT_NE(row("nic", "eastasia/web1/eth0").find(" test_subnet=api test_ip=10.8.1.9"), std::string::npos);
  EXPECT_NE(world.done({"list", "--json"}).find(R"("test_subnet":"api","test_ip":"10.8.1.9")"), std::string::npos);
  // web1: as it was told, its vip from the top. web2: by the rules, from the top, as its landing is not in the subnet.
  EXPECT_EQ(world.done({"failover", "eastasia", "--test"}),
            "would fail over vm eastasia/web1 to southeastasia/lab\n"
            "  eth0 primary: web 10.1.1.20 -> api 10.8.1.9\n"
            "  eth0 vip: web 10.1.1.21 -> api 10.8.1.254\n"
            "  eth1 primary: db dhcp -> api 10.8.1.4\n"
            "would fail over vm eastasia/web2 to southeastasia/lab\n"
            "  eth0 primary: web 10.1.1.22 -> web 10.1.1.30\n");
  EXPECT_EQ(world.refused({"delete", "network", "southeastasia/lab"}),
            "NetworkInUse: Network southeastasia/lab cannot be deleted: machine eastasia/web1 is tested in it.");
  // Without a test network nothing is said of tests any more.
  for (const char* vm : {"eastasia/web1", "eastasia/web2"}) run_steps(*provider, {set(vm, std::nullopt)});
  EXPECT_EQ(row("vm", "eastasia/web1").find("test_"), std::string::npos);
  EXPECT_EQ(row("nic", "eastasia/web1/eth0").find("test_"), std::string::npos);
  world.done({"delete", "network", "southeastasia/lab"});
}

TEST(SimulatorFailover, WaitsForWhatIsBusy) {
  const SimulatorWorld world;
  put_machines(world);
  put_pair(world);
  const auto provider = world.open({{"polls", "1"}});
  const CloudStep step = vm_step(Operation::Create, "eastasia/web1", "eastasia", "web1", "eastasia/app",
                                 "southeastasia", "southeastasia/dr");
  provider->begin(std::span(&step, 1), {});
  EXPECT_EQ(world.refused({"failover", "eastasia"}),
            "VmNotProtected: There is nothing to failover in eastasia: eastasia/web1 is busy.");
}

// Whatever is replicated into a network of the same shape comes home to where it was.
TEST(SimulatorFailover, WhatIsTheSameOnBothSidesGoesRoundAndComesHome) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const SimulatorWorld world;
    world.done({"put", "network", "eastasia/app", "address_space=10.1.0.0/16", "subnet.a=10.1.0.0/24",
                "subnet.b=10.1.1.0/28"});
    for (int m = 0; m < 5; ++m) {
      const std::string vm = "eastasia/vm" + std::to_string(m), own = std::to_string(4 + 2 * m);
      std::vector<std::string> words{"put", "vm", vm, "network=app"};
      if (random() % 2 == 0) words.push_back("nic.x=a:10.1.0." + own + ",v:10.1.0." + std::to_string(5 + 2 * m));
      if (random() % 2 == 0) words.push_back("nic.y=b" + (random() % 2 == 0 ? ":10.1.1." + own : std::string()));
      world.done(words);
      if (random() % 4 != 0) world.done({"replicate", vm, "westus"});
    }
    const std::string before = world.done({"list", "--json"});
    for (const std::string region : {"eastasia", "westus"})
      for (const std::string command : {"failover", "commit", "reprotect"}) {
        const ToolResult result = world.sim({command, region});
        ASSERT_TRUE(result.exit_code == 0 || result.error.starts_with("NothingReplicated")) << seed << result.error;
      }
    EXPECT_EQ(world.done({"list", "--json"}), before) << seed;
  }
}

TEST(SimulatorLanding, PrefersTheSameNameThenTheFirst) {
  const NetworkShape target{{}, read_subnets("Zeta=10.9.2.0/29 db=10.9.0.0/24 web=10.0.1.0/24")};
  EXPECT_EQ(landing_subnet(target, "WEB")->name, "web");
  EXPECT_EQ(landing_subnet(target, "alpha")->name, "db");
  EXPECT_EQ(landing_subnet({}, "alpha"), nullptr);
}

TEST(SimulatorLanding, TheLowestFreeAddressSkipsWhatNobodyCanHave) {
  const SimulatedSubnet subnet = read_subnets("a=10.0.0.0/29,10.0.1.0/29,fd00::/64").front();
  std::set<Ip> taken;
  std::string given;
  while (const auto ip = lowest_free(subnet, taken)) {
    given += to_text(*ip) + ' ';
    taken.insert(*ip);
  }
  EXPECT_EQ(given, "10.0.0.4 10.0.0.5 10.0.0.6 10.0.1.4 10.0.1.5 10.0.1.6 ");
}

}  // namespace
}  // namespace pairform::simulator
