// The simulator's machines as the portal makes and shows them, and as a provider reads them.
#include <algorithm>

#include "providers/simulator/database.h"
#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

void put_web1(const SimulatorWorld& world) {
  EXPECT_EQ(world.done({"put", "vm", "East Asia/Web1", "network=APP", "nic.Eth0=WEB:10.0.1.20,vip:10.0.1.21",
                        "nic.eth1=alpha"}),
            "made vm eastasia/web1 on eastasia/app\n");
}

TEST(SimulatorVms, AreListedForPeople) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  EXPECT_EQ(world.done({"list"}),
            "KIND     ID                  NAME  STATUS   DETAILS\n"
            "network  eastasia/app        app   settled  10.0.0.0/16; alpha=10.0.0.0/24 web=10.0.1.0/24; in use "
            "10.0.1.20 10.0.1.21\n"
            "network  southeastasia/dr    dr    settled  10.0.0.0/16 10.9.0.0/16; Zeta=10.9.2.0/29 "
            "db=10.9.0.0/24 web=10.0.1.0/24\n"
            "network  southeastasia/dr2   dr2   settled  10.8.0.0/16\n"
            "nic      eastasia/web1/eth0  Eth0  settled  web 10.0.1.20 vip=10.0.1.21\n"
            "nic      eastasia/web1/eth1  eth1  settled  alpha dhcp\n"
            "vm       eastasia/web1       Web1  settled  on eastasia/app\n");
}

// Names of a database that was made elsewhere: no line, no colour and no direction of their own.
TEST(SimulatorVms, NamesAreEscapedForPeople) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  Database(world.database())
      .execute(
          "UPDATE network SET name = 'x' || char(27) || '[31m' || char(10) || 'y' || "
          "char(155) || char(8238); UPDATE vm SET name = char(7); UPDATE nic SET name = "
          "char(13); INSERT INTO denied VALUES('a' || char(10) || 'b')");
  const std::string listed = world.done({"list"});
  EXPECT_EQ(std::count(listed.begin(), listed.end(), '\n'), 8) << listed;
  for (const char* shown : {R"(x\x1b[31m\ny\x9b\u{202e})", R"(\x07)", R"(\r)", R"(denied: a\nb)"})
    EXPECT_NE(listed.find(shown), std::string::npos) << shown << '\n' << listed;
}

// A value that the simulator never writes is told, and never taken for another one.
TEST(SimulatorVms, DamagedValuesAreAnError) {
  for (const auto& [damage, said] :
       {std::pair("UPDATE nic SET home = 'web 10.0.1.x'", R"("10.0.1.x" is not an address)"),
        {"UPDATE nic SET home = 'web dhcp@'", R"("" is not an address)"},
        {"UPDATE nic SET home = 'web'", R"("web" is not the place of a nic)"},
        {"UPDATE nic SET landing = 'web 10.0.1.4 vip'", R"("vip" is not an IP configuration)"},
        {"UPDATE vm SET phase = 'away'", R"("away" is not the phase of a replication)"},
        {"UPDATE network SET address_space = '10.0.0.0'", R"("10.0.0.0" is not a prefix)"},
        {"UPDATE network SET subnets = 'web'", R"("web" is not a subnet)"},
        {"INSERT INTO address_use VALUES('eastasia/app', 'x')", R"("x" is not an address)"}}) {
    const SimulatorWorld world;
    put_example_networks(world);
    put_web1(world);
    Database(world.database()).execute(damage);
    const std::string whole = std::string("the simulator's database is damaged: ") + said;
    EXPECT_EQ(world.refused({"list"}), whole);
    try {
      observe_all(*world.open(), {"eastasia", "southeastasia"});
      ADD_FAILURE() << damage;
    } catch (const DatabaseError& damaged) {
      EXPECT_EQ(damaged.what(), whole);
    }
  }
}

TEST(SimulatorVms, AreListedForPrograms) {
  const SimulatorWorld world;
  world.done({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  world.done({"put", "vm", "eastasia/Web", "network=app", "nic.Eth0=web:10.0.1.20,vip:10.0.1.21"});
  world.done({"put", "vm", "eastasia/web-1", "network=eastasia/app", "nic.eth0=web:dhcp,b:10.0.1.8,a:10.0.1.9"});
  EXPECT_EQ(
      world.done({"list", "--json"}),
      "[\n"
      R"({"kind":"network","id":"eastasia/app","region":"eastasia","name":"app","status":"settled","attributes":)"
      R"({"address_space":["10.0.0.0/16"],"subnets":{"web":"10.0.1.0/24"},)"
      R"("in_use":["10.0.1.8","10.0.1.9","10.0.1.20","10.0.1.21"],"tags":{},"extra":{}}})"
      ",\n"
      R"({"kind":"nic","id":"eastasia/web-1/eth0","region":"eastasia","name":"eth0","status":"settled","attributes":)"
      R"({"vm":"eastasia/web-1","subnet":"web","ip":"dhcp","secondary":{"a":"10.0.1.9","b":"10.0.1.8"},)"
      R"("target_subnet":null,"target_ip":null,"target_secondary":{}}})"
      ",\n"
      R"({"kind":"nic","id":"eastasia/web/eth0","region":"eastasia","name":"Eth0","status":"settled","attributes":)"
      R"({"vm":"eastasia/web","subnet":"web","ip":"10.0.1.20","secondary":{"vip":"10.0.1.21"},)"
      R"("target_subnet":null,"target_ip":null,"target_secondary":{}}})"
      ",\n"
      R"({"kind":"vm","id":"eastasia/web","region":"eastasia","name":"Web","status":"settled","attributes":)"
      R"({"network":"eastasia/app","replicated":false,"target_region":null,"target_network":null}})"
      ",\n"
      R"({"kind":"vm","id":"eastasia/web-1","region":"eastasia","name":"web-1","status":"settled","attributes":)"
      R"({"network":"eastasia/app","replicated":false,"target_region":null,"target_network":null}})"
      "\n]\n");
}

TEST(SimulatorVms, AreReadAsFacts) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  const auto provider = world.open();
  EXPECT_EQ(find_text(*provider, "vm", "eastasia/web1"),
            "vm eastasia/web1 region=eastasia name=Web1 network=eastasia/app facts_only");
  EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth0"),
            "nic eastasia/web1/eth0 vm=eastasia/web1 name=Eth0 subnet=web ip=10.0.1.20 "
            "secondary={\"vip\":\"10.0.1.21\"} facts_only");
  EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth1"),
            "nic eastasia/web1/eth1 vm=eastasia/web1 name=eth1 subnet=alpha ip=dhcp facts_only");
  for (const std::string absent : {"eastasia/web2/eth0", "eastasia/web1/eth2", "eastasia/web1"})
    EXPECT_EQ(find_text(*provider, "nic", absent), "absent");
  EXPECT_EQ(find_text(*provider, "vm", "eastasia/web2"), "absent");
  const Listing listing = observe_all(*provider, {"eastasia"});
  const std::vector<std::string> expected{
      "network eastasia/app region=eastasia name=app address_space=[\"10.0.0.0/16\"] "
      "subnets={\"alpha\":\"10.0.0.0/24\",\"web\":\"10.0.1.0/24\"} use=10.0.1.20 by eastasia/web1/eth0 "
      "use=10.0.1.21 by eastasia/web1/eth0",
      find_text(*provider, "vm", "eastasia/web1"), find_text(*provider, "nic", "eastasia/web1/eth0"),
      find_text(*provider, "nic", "eastasia/web1/eth1")};
  EXPECT_EQ(listing.rows, expected);
}

TEST(SimulatorVms, HideWithTheirRegionTheirMachineOrThemselves) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  const auto provider = world.open();
  const auto hidden = [&](const std::string& scope) {
    world.done({"deny", scope});
    std::string out = std::to_string(observe_all(*provider, {"eastasia"}).rows.size());
    for (const auto& [type, id] :
         {std::pair("vm", "eastasia/web1"), {"nic", "eastasia/web1/eth0"}, {"nic", "eastasia/web1/eth1"}})
      out += find_text(*provider, type, id) == "AuthorizationFailed" ? " denied" : " seen";
    world.done({"allow", scope});
    return out;
  };
  EXPECT_EQ(hidden("East Asia"), "0 denied denied denied");
  EXPECT_EQ(hidden("EastAsia/WEB1"), "1 denied denied denied");
  EXPECT_EQ(hidden("eastasia/web1/Eth0"), "3 seen denied seen");
  EXPECT_EQ(hidden("southeastasia"), "4 seen seen seen");
}

TEST(SimulatorVms, PuttingOneAgainReplacesItsFacts) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  EXPECT_EQ(world.done({"put", "vm", "eastasia/web1", "nic.ETH0=alpha:10.0.0.9"}),
            "changed vm eastasia/web1 on eastasia/app\n");
  const auto provider = world.open();
  EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth0"),
            "nic eastasia/web1/eth0 vm=eastasia/web1 name=ETH0 subnet=alpha ip=10.0.0.9 facts_only");
  EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth1"), "absent");
  world.done({"use", "eastasia/app", "10.0.1.20"});  // which it let go of
}

TEST(SimulatorVms, AreDeleted) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  EXPECT_EQ(world.done({"delete", "vm", "East Asia/web1"}), "deleted vm eastasia/web1\n");
  EXPECT_EQ(world.refused({"delete", "vm", "eastasia/web1"}), "VmNotFound: There is no machine eastasia/web1.");
  EXPECT_EQ(world.done({"delete", "network", "eastasia/app"}), "deleted network eastasia/app\n");
}

TEST(SimulatorVms, HoldTheirNetworksAddressesAndSubnets) {
  const SimulatorWorld world;
  put_example_networks(world);
  put_web1(world);
  EXPECT_EQ(world.refused({"delete", "network", "eastasia/app"}),
            "NetworkInUse: Network eastasia/app cannot be deleted: machine eastasia/web1 is on it.");
  EXPECT_EQ(world.refused({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"}),
            "SubnetInUse: Subnet alpha of eastasia/app cannot be removed: nic eastasia/web1/eth1 is in it.");
  EXPECT_EQ(world.refused({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.alpha=10.0.0.0/24",
                           "subnet.web=10.0.2.0/24"}),
            "SubnetInUse: Subnet web of eastasia/app cannot be removed or moved: address 10.0.1.20 is in use.");
  EXPECT_EQ(world.refused({"use", "eastasia/app", "10.0.1.21"}),
            "PrivateIPAddressInUse: Address 10.0.1.21 is already in use in eastasia/app.");
  EXPECT_EQ(world.refused({"release", "eastasia/app", "10.0.1.21"}),
            "PrivateIPAddressInUse: Address 10.0.1.21 in eastasia/app is held by eastasia/web1/eth0.");
  EXPECT_EQ(world.refused({"put", "vm", "eastasia/web2", "network=app", "nic.eth0=web:10.0.1.21"}),
            "PrivateIPAddressInUse: Address 10.0.1.21 is already in use in eastasia/app by eastasia/web1/eth0.");
  world.done({"use", "eastasia/app", "10.0.1.30"});
  EXPECT_EQ(world.refused({"put", "vm", "eastasia/web2", "network=app", "nic.eth0=web:10.0.1.30"}),
            "PrivateIPAddressInUse: Address 10.0.1.30 is already in use in eastasia/app.");
}

struct WrongVm {
  std::string name;
  std::vector<std::string> words;  // after `put vm`
  std::string first_line;
};
void PrintTo(const WrongVm& one, std::ostream* out) { *out << one.name; }
class WrongVms : public testing::TestWithParam<WrongVm> {};
TEST_P(WrongVms, AreRefused) {
  const SimulatorWorld world;
  put_example_networks(world);
  std::vector<std::string> words{"put", "vm"};
  words.insert(words.end(), GetParam().words.begin(), GetParam().words.end());
  const std::string error = world.refused(words);
  EXPECT_EQ(error.substr(0, error.find('\n')), GetParam().first_line);
  EXPECT_EQ(world.done({"list", "--json"}).find("\"vm\""), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Simulator, WrongVms,
    testing::Values(
        WrongVm{"Nothing", {}, "sim put vm: a machine is missing"},
        WrongVm{"NoRegion",
                {"web1"},
                "sim put vm: \"web1\" is not a machine: it takes REGION/NAME, a region of letters and digits "
                "and a "
                "name of 1 to 64 letters, digits, _ . - that starts with a letter or digit and ends with one "
                "or _"},
        WrongVm{"NoNetwork", {"eastasia/web1"}, "sim put vm: a new machine needs a network"},
        WrongVm{"TwoNetworks", {"eastasia/web1", "network=app", "network=app"}, "sim put vm: network is given twice"},
        WrongVm{
            "Slip", {"eastasia/web1", "netwrok=app"}, "sim put vm: \"netwrok\" is not known; did you mean network?"},
        WrongVm{"NoValue", {"eastasia/web1", "network"}, "sim put vm: \"network\" is not of the form KEY=VALUE"},
        WrongVm{
            "TwoNics", {"eastasia/web1", "network=app", "nic.a=web", "nic.A=web"}, "sim put vm: nic.A is given twice"},
        WrongVm{"NoAddress",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.1"},
                "sim put vm: \"10.0.1\" is not an IPv4 address"},
        WrongVm{"SixthVersion",
                {"eastasia/web1", "network=app", "nic.a=web:fd00::9"},
                "sim put vm: \"fd00::9\" is not an IPv4 address"},
        WrongVm{"TwoConfigurations",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.1.9,b:10.0.1.10,b:10.0.1.11"},
                "sim put vm: b is given twice"},
        WrongVm{"Primary",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.1.9,primary:10.0.1.10"},
                "InvalidResourceName: An IP configuration's name is not \"primary\", and 1 to 80 letters, "
                "digits, _, "
                ". or -, starting with a letter or digit, ending with one or _."},
        WrongVm{"NoNicName",
                {"eastasia/web1", "network=app", "nic.=web"},
                "InvalidResourceName: A nic's name is 1 to 80 letters, digits, _, . or -, starting with a "
                "letter or "
                "digit, ending with one or _."},
        WrongVm{"AddressTwice",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.1.9,b:10.0.1.9"},
                "PrivateIPAddressInUse: Address 10.0.1.9 is given twice for eastasia/web1."},
        WrongVm{
            "NoSuchNetwork", {"eastasia/web1", "network=none"}, "NetworkNotFound: There is no network eastasia/none."},
        WrongVm{"ElsewhereNetwork",
                {"eastasia/web1", "network=southeastasia/dr"},
                "InvalidLocation: southeastasia/dr is not in eastasia."},
        WrongVm{"NoSuchSubnet",
                {"eastasia/web1", "network=app", "nic.a=db"},
                "SubnetNotFound: Network eastasia/app has no subnet db for eastasia/web1/a."},
        WrongVm{"OutsideOfItsSubnet",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.0.9"},
                "PrivateIPAddressNotInSubnet: Address 10.0.0.9 is not in subnet web of eastasia/app."},
        WrongVm{"Reserved",
                {"eastasia/web1", "network=app", "nic.a=web:10.0.1.255"},
                "PrivateIPAddressInReservedRange: Address 10.0.1.255 is one of the five that are reserved in "
                "10.0.1.0/24."}),
    [](const auto& one) { return one.param.name; });

// A file of the first version, as it was made.
TEST(SimulatorDatabase, OfTheFirstVersionIsBroughtUpToDate) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  const std::vector<std::string> shop{"put", "network", "eastasia/shop", "address_space=10.4.0.0/16"};
  for (const std::vector<std::string>& where : {std::vector<std::string>{"resource_group=Prod"},
                                                {"resource_group=Prod", "subscription=Sub-1"},
                                                {"subscription=Sub-1"}}) {
    std::vector<std::string> words = shop;
    words.insert(words.end(), where.begin(), where.end());
    world.done(words);
  }
  const std::string before = world.done({"list", "--json"});
  {
    Database database(world.database());
    database.execute(
        "DROP TABLE delegation; DROP TABLE resource_group; DROP TABLE vm_step; DROP TABLE vm_request; DROP TABLE "
        "nic_use; DROP TABLE nic; "
        "DROP TABLE vm;"
        " PRAGMA user_version = 1");
  }
  EXPECT_EQ(world.done({"list", "--json"}), before);
  put_web1(world);
  {
    Database database(world.database());
    database.execute("PRAGMA user_version = 6");
  }
  EXPECT_EQ(world.refused({"list"}),
            "the simulator's database " + world.database().string() + " is of version 6; this pairform reads 5");
}

}  // namespace
}  // namespace pairform::simulator
