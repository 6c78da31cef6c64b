#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

TEST(SimulatorPortal, ListsNothingAtFirst) {
  const SimulatorWorld world;
  EXPECT_EQ(world.done({"list"}), "The simulator holds nothing.\n");
  EXPECT_EQ(world.done({"list", "--json"}), "[]\n");
}

TEST(SimulatorPortal, ListsForPeople) {
  const SimulatorWorld world;
  put_example_networks(world);
  EXPECT_EQ(world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"}),
            "made mapping eastasia/app:southeastasia to southeastasia/dr\n");
  EXPECT_EQ(world.done({"use", "East Asia/APP", "10.0.1.20"}), "using 10.0.1.20 in eastasia/app\n");
  EXPECT_EQ(world.done({"deny", "southeastasia/dr2"}), "southeastasia/dr2 is denied\n");
  EXPECT_EQ(world.done({"list"}),
            "KIND     ID                          NAME                  STATUS   DETAILS\n"
            "mapping  eastasia/app:southeastasia  app-to-southeastasia  settled  to southeastasia/dr\n"
            "network  eastasia/app                app                   settled  10.0.0.0/16; alpha=10.0.0.0/24 "
            "web=10.0.1.0/24; in use 10.0.1.20\n"
            "network  southeastasia/dr            dr                    settled  10.0.0.0/16 10.9.0.0/16; "
            "Zeta=10.9.2.0/29 db=10.9.0.0/24 web=10.0.1.0/24\n"
            "network  southeastasia/dr2           dr2                   settled  10.8.0.0/16\n"
            "denied: southeastasia/dr2\n");
}

TEST(SimulatorPortal, RunsTheCommandsOfAFileAsOne) {
  const SimulatorWorld world;
  const auto run = [&](std::string_view text) {
    std::ofstream(world.directory() / "cloud.txt", std::ios::trunc) << text;
    return world.sim({"run", (world.directory() / "cloud.txt").string()});
  };
  const ToolResult made =
      run("# two networks\n"
          "put network eastasia/app address_space=10.0.0.0/16 'tag.owner=the web team' # and a tag\r\n"
          "\n"
          "  put\tnetwork southeastasia/dr \"address_space=10.9.0.0/16\"\n"
          "put mapping eastasia/app southeastasia/dr");
  EXPECT_EQ(made.error, "");
  EXPECT_EQ(made.out,
            "made network eastasia/app\n"
            "made network southeastasia/dr\n"
            "made mapping eastasia/app:southeastasia to southeastasia/dr\n");
  EXPECT_NE(world.done({"list", "--json"}).find(R"("owner":"the web team")"), std::string::npos);
  const std::string before = world.done({"list"});
  // What is refused is told with its line, and nothing of the file was done.
  for (const auto& [text, error] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"put network eastasia/hub address_space=10.1.0.0/16\nuse eastasia/lab 10.0.0.9\n",
            "line 2: NetworkNotFound: There is no network eastasia/lab."},
           {"delete mapping eastasia/app southeastasia\nput nothing\n", "line 2: sim: there is no \"put nothing\""},
           {"use eastasia/app 10.0.0.9\nlist --xml\n", "line 2: sim list: there is no option --xml"},
           {"use eastasia/app 10.0.0.9\nuse 'eastasia/app 10.0.0.9\n", "sim run: line 2: a quote is not closed"},
           {"run other.txt\n", "line 1: a file of commands does not run another one"}}) {
    const ToolResult refused = run(text);
    EXPECT_EQ(refused.exit_code, 1) << text;
    EXPECT_TRUE(refused.error.starts_with(error)) << refused.error;
    EXPECT_EQ(world.done({"list"}), before) << text;
  }
  EXPECT_NE(world.refused({"run", "nowhere.txt"}).find("nowhere.txt: "), std::string::npos);
  EXPECT_NE(world.refused({"run", world.directory().string()}).find(": it cannot be read"), std::string::npos);
  EXPECT_NE(world.refused({"run"}).find("it takes one file, or -"), std::string::npos);
  EXPECT_EQ(run("# nothing\n").exit_code, 0);
}

// As people choose the subnet and the address of a protected machine.
TEST(SimulatorPortal, LandsNicsWhereSomebodySays) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  world.done({"put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.10,vip:10.0.1.11"});
  EXPECT_NE(world.refused({"land", "eastasia/web1", "nic.eth0=db"}).find("not"), std::string::npos) << "not protected";
  world.done({"replicate", "eastasia/web1", "southeastasia"});
  EXPECT_EQ(world.done({"land", "East Asia/WEB1", "nic.ETH0=DB:10.9.0.77,vip:10.9.0.78"}),
            "changed the landing of vm eastasia/web1\n");
  EXPECT_NE(world.done({"list"}).find("to db 10.9.0.77 vip=10.9.0.78"), std::string::npos) << world.done({"list"});
  world.done({"land", "eastasia/web1", "nic.eth0=db"});
  EXPECT_NE(world.done({"list"}).find("to db dhcp"), std::string::npos) << world.done({"list"});
  for (const char* word : {"nic.eth0=nowhere", "nic.eth1=db", "nic.eth0=db:10.0.1.10", "nic.eth0=db:x", "eth0=db"})
    world.refused({"land", "eastasia/web1", word});
  world.refused({"land", "eastasia/web2", "nic.eth0=db"});
  world.refused({"land", "eastasia/web1"});
}

TEST(SimulatorPortal, DelegatesSubnetsToServices) {
  const SimulatorWorld world;
  const std::string network = "eastasia/app";
  world.done({"put", "network", network, "address_space=10.0.0.0/16", "subnet.Api=10.0.0.0/24",
              "subnet.web=10.0.1.0/24", "delegated.api=Microsoft.Web/serverFarms"});
  EXPECT_NE(world.done({"list"}).find("10.0.0.0/16; Api=10.0.0.0/24 web=10.0.1.0/24; delegated Api=Microsoft.Web/"
                                      "serverFarms\n"),
            std::string::npos);
  const auto delegated = [&] {
    const std::string list = world.done({"list", "--json"});
    const std::size_t at = list.find(R"(,"delegated":)");
    return at == std::string::npos ? "" : list.substr(at, list.find("}}}\n") + 1 - at);
  };
  EXPECT_EQ(delegated(), R"(,"delegated":{"Api":"Microsoft.Web/serverFarms"})");
  world.done({"put", "network", network, "delegated.web=Microsoft.Sql/managedInstances"});  // the other one stays
  EXPECT_EQ(delegated(), R"(,"delegated":{"Api":"Microsoft.Web/serverFarms","web":"Microsoft.Sql/managedInstances"})");
  world.done({"put", "network", network, "delegated.WEB="});
  EXPECT_EQ(delegated(), R"(,"delegated":{"Api":"Microsoft.Web/serverFarms"})");
  const auto row = std::get<CloudRow>(world.open()->lookup({.type = "network", .identity = network}, {}));
  EXPECT_NE(row_text(row).find(" delegated=Api:Microsoft.Web/serverFarms"), std::string::npos) << row_text(row);
  // It goes with its subnet, and does not come back with one of that name.
  world.done({"put", "network", network, "subnet.web=10.0.1.0/24"});
  EXPECT_EQ(delegated(), "");
  world.done({"put", "network", network, "subnet.api=10.0.0.0/24"});
  EXPECT_EQ(delegated(), "");
  EXPECT_EQ(world.refused({"put", "network", network, "delegated.db=Microsoft.Web/serverFarms"}),
            "SubnetNotFound: Network eastasia/app has no subnet db.");
  EXPECT_NE(
      world.refused({"put", "network", network, "delegated.api=two words"}).find("\"two words\" is not a service"),
      std::string::npos);
}

TEST(SimulatorPortal, ListsForPrograms) {
  const SimulatorWorld world;
  world.done({"put", "network", "East Asia/App", "address_space=fd00::/48,10.0.0.0/16",
              "subnet.web=fd00::/64,10.0.1.0/24", "subnet.Alpha=10.0.0.0/24", "tag.owner=o\"k", "extra.ddos=on",
              "resource_group=RG"});
  world.done({"put", "network", "westus/dr", "address_space=10.0.0.0/16", "subnet.a=10.0.0.0/24"});
  world.done({"put", "mapping", "westus/dr", "@-/rg/eastasia/app"});
  world.done({"use", "westus/dr", "10.0.0.10"});
  world.done({"use", "westus/dr", "10.0.0.9"});
  EXPECT_EQ(world.done({"list", "--json"}),
            "[\n"
            R"({"kind":"mapping","id":"westus/dr:eastasia","region":"westus","name":"dr-to-eastasia",)"
            R"("status":"settled","attributes":{"source":"westus/dr","target":"@-/rg/eastasia/app"}})"
            ",\n"
            R"({"kind":"network","id":"@-/rg/eastasia/app","region":"eastasia","name":"App","status":"settled",)"
            R"("attributes":{"address_space":["10.0.0.0/16","fd00::/48"],)"
            R"("subnets":{"Alpha":"10.0.0.0/24","web":["10.0.1.0/24","fd00::/64"]},"in_use":[],)"
            R"("tags":{"owner":"o\"k"},"extra":{"ddos":"on"}}})"
            ",\n"
            R"({"kind":"network","id":"westus/dr","region":"westus","name":"dr","status":"settled",)"
            R"("attributes":{"address_space":["10.0.0.0/16"],"subnets":{"a":"10.0.0.0/24"},)"
            R"("in_use":["10.0.0.9","10.0.0.10"],"tags":{},"extra":{}}})"
            ",\n"
            R"({"kind":"resource_group","id":"@-/rg","region":"eastasia","name":"RG","status":"settled",)"
            R"("attributes":{}})"
            "\n"
            "]\n");
}

TEST(SimulatorPortal, PuttingANetworkAgainReplacesItsShapeAndKeepsItsLabels) {
  const SimulatorWorld world;
  EXPECT_EQ(world.done({"put", "network", "eastasia/App", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24",
                        "extra.ddos=on", "extra.dns=1.1.1.1", "tag.owner=me"}),
            "made network eastasia/app\n");
  EXPECT_EQ(world.done({"put", "network", "eastasia/APP", "address_space=10.1.0.0/16", "subnet.db=10.1.1.0/24",
                        "extra.dns=9.9.9.9"}),
            "changed network eastasia/app\n");
  EXPECT_EQ(world.done({"list", "--json"}),
            R"([
{"kind":"network","id":"eastasia/app","region":"eastasia","name":"App","status":"settled","attributes":{"address_space":["10.1.0.0/16"],"subnets":{"db":"10.1.1.0/24"},"in_use":[],"tags":{"owner":"me"},"extra":{"ddos":"on","dns":"9.9.9.9"}}}
]
)");
  world.done({"put", "network", "eastasia/app", "extra.dns=8.8.8.8"});  // says nothing of the shape
  EXPECT_NE(world.done({"list", "--json"}).find(R"("subnets":{"db":"10.1.1.0/24"})"), std::string::npos);
}

TEST(SimulatorPortal, RetargetsOneDirectionOnly) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  world.done({"put", "mapping", "southeastasia/dr", "eastasia/app"});
  EXPECT_EQ(world.done({"put", "mapping", "eastasia/app", "southeastasia/dr2"}),
            "retargeted mapping eastasia/app:southeastasia from southeastasia/dr to southeastasia/dr2\n");
  const auto provider = world.open();
  EXPECT_EQ(find_text(*provider, "mapping", "eastasia/app:southeastasia"),
            "mapping eastasia/app:southeastasia name=app-to-southeastasia source=eastasia/app "
            "target=southeastasia/dr2");
  EXPECT_EQ(find_text(*provider, "mapping", "southeastasia/dr:eastasia"),
            "mapping southeastasia/dr:eastasia name=dr-to-eastasia source=southeastasia/dr target=eastasia/app");
}

TEST(SimulatorPortal, FollowsTheSameRules) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  EXPECT_EQ(world.refused({"delete", "network", "southeastasia/dr"}),
            "NetworkInUse: Network southeastasia/dr cannot be deleted: mapping eastasia/app:southeastasia "
            "uses it.");
  EXPECT_EQ(world.refused({"put", "mapping", "southeastasia/dr", "southeastasia/dr2"}),
            "SameRegion: southeastasia/dr and southeastasia/dr2 are both in southeastasia: a mapping joins two "
            "regions.");
  EXPECT_EQ(world.refused({"put", "mapping", "eastasia/none", "southeastasia/dr2"}),
            "NetworkNotFound: There is no network eastasia/none.");
  EXPECT_EQ(world.refused({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.a=10.9.0.0/24"}),
            "NetcfgSubnetRangeOutsideVnet: Subnet a (10.9.0.0/24) is not within the address space of its network.");
  EXPECT_EQ(world.done({"delete", "mapping", "eastasia/app", "South East Asia"}),
            "deleted mapping eastasia/app:southeastasia\n");
  EXPECT_EQ(world.done({"delete", "network", "southeastasia/dr"}), "deleted network southeastasia/dr\n");
}

TEST(SimulatorPortal, DeletingWhatIsAbsentIsAnError) {
  const SimulatorWorld world;
  EXPECT_EQ(world.refused({"delete", "network", "eastasia/app"}), "NetworkNotFound: There is no network eastasia/app.");
  EXPECT_EQ(world.refused({"delete", "mapping", "eastasia/app", "westus"}),
            "MappingNotFound: There is no mapping eastasia/app:westus.");
}

TEST(SimulatorPortal, UsesAndReleasesAddresses) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"use", "eastasia/app", "10.0.1.20"});
  EXPECT_EQ(world.refused({"use", "eastasia/app", "10.0.1.20"}),
            "PrivateIPAddressInUse: Address 10.0.1.20 is already in use in eastasia/app.");
  EXPECT_EQ(world.done({"release", "eastasia/app", "10.0.1.20"}), "released 10.0.1.20 in eastasia/app\n");
  EXPECT_EQ(world.refused({"release", "eastasia/app", "10.0.1.20"}),
            "PrivateIPAddressNotInUse: Address 10.0.1.20 is not in use in eastasia/app.");
  EXPECT_EQ(world.refused({"use", "eastasia/none", "10.0.1.20"}),
            "NetworkNotFound: There is no network eastasia/none.");
}

TEST(SimulatorPortal, DeniesAndAllows) {
  const SimulatorWorld world;
  EXPECT_EQ(world.done({"deny", "East Asia"}), "eastasia is denied\n");
  EXPECT_EQ(world.done({"deny", "eastasia"}), "eastasia was denied already\n");
  EXPECT_EQ(world.done({"deny", "EastAsia/App:South East Asia"}), "eastasia/app:southeastasia is denied\n");
  EXPECT_EQ(world.done({"allow", "eastasia"}), "eastasia is allowed\n");
  EXPECT_EQ(world.done({"allow", "eastasia"}), "eastasia was not denied\n");
  EXPECT_EQ(world.done({"list"}), "The simulator holds nothing.\ndenied: eastasia/app:southeastasia\n");
}

struct WrongWords {
  std::string name;
  std::vector<std::string> words;
  std::string first_line;                            // of the error
  std::string second_line = "usage: pairform sim ";  // begins so
};
constexpr const char* k_see_help = "see `pairform sim --help`";
void PrintTo(const WrongWords& one, std::ostream* out) { *out << one.name; }
class WrongUsage : public testing::TestWithParam<WrongWords> {};
TEST_P(WrongUsage, ShowsTheRightForm) {
  const SimulatorWorld world;
  const std::string error = world.refused(GetParam().words);
  EXPECT_EQ(error.substr(0, error.find('\n')), GetParam().first_line);
  EXPECT_EQ(error.substr(error.find('\n') + 1).substr(0, GetParam().second_line.size()), GetParam().second_line);
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 1) << "no screenful of usage";
  EXPECT_EQ(std::count_if(error.begin(), error.end(), [](char c) { return c != '\n' && c >= 0 && c < 0x20; }), 0);
  EXPECT_EQ(world.done({"list", "--json"}), "[]\n");
}
INSTANTIATE_TEST_SUITE_P(
    Simulator, WrongUsage,
    testing::Values(
        WrongWords{"Nothing", {}, "sim: what?", k_see_help},
        WrongWords{"Slip", {"lsit"}, "sim: there is no \"lsit\"; did you mean \"list\"?", k_see_help},
        WrongWords{"SlipOfKind",
                   {"put", "netwrok", "a/b"},
                   "sim: there is no \"put netwrok\"; did you mean \"put network\"?",
                   k_see_help},
        WrongWords{"VerbAlone", {"delete"}, "sim delete: what?", k_see_help},
        WrongWords{"FarOff", {"frobnicate"}, "sim: there is no \"frobnicate\"", k_see_help},
        WrongWords{"ListWhat", {"list", "--jsn"}, "sim list: there is no option --jsn"},
        WrongWords{"NoPath", {"put", "network"}, "sim put network: a network is missing"},
        WrongWords{"NoSpace", {"put", "network", "a/bb"}, "sim put network: a new network needs an address_space"},
        WrongWords{"NoPrefix",
                   {"put", "network", "a/bb", "address_space=10.0.0.0"},
                   "sim put network: \"10.0.0.0\" is not a prefix such as 10.0.0.0/16"},
        WrongWords{"HostBits",
                   {"put", "network", "a/bb", "address_space=10.0.0.1/16"},
                   "sim put network: InvalidCIDRNotation: 10.0.0.1/16 has bits set beyond its length; the "
                   "prefix is 10.0.0.0/16"},
        WrongWords{"Twice",
                   {"put", "network", "a/bb", "address_space=10.0.0.0/16", "address_space=10.1.0.0/16"},
                   "sim put network: address_space is given twice"},
        WrongWords{"Unknown",
                   {"put", "network", "a/bb", "adress_space=10.0.0.0/16"},
                   "sim put network: \"adress_space\" is not known; did you mean address_space?"},
        WrongWords{
            "NoValue", {"put", "network", "a/bb", "extra"}, "sim put network: \"extra\" is not of the form KEY=VALUE"},
        WrongWords{"OneNetwork", {"put", "mapping", "a/bb"}, "sim put mapping: it takes two networks"},
        WrongWords{"NoAddress", {"use", "a/bb", "10.0.0"}, "sim use: \"10.0.0\" is not an address"},
        WrongWords{"NoScope", {"deny", "east-asia"}, "sim deny: \"east-asia\" is neither a region nor an id"},
        WrongWords{"FailWhat", {"fail", "update"}, "sim fail: it takes what is to fail, and the kind"},
        WrongWords{"FailVerb", {"fail", "shrink", "network"}, "sim fail: \"shrink\" cannot be made to fail"},
        WrongWords{"FailKind", {"fail", "create", "disk"}, "sim fail: \"disk\" is not a kind"},
        WrongWords{
            "FailNever", {"fail", "create", "network", "--times", "0"}, "sim fail: --times takes a number, not \"0\""},
        WrongWords{"FailError",
                   {"fail", "create", "network", "--error", "odd"},
                   "sim fail: \"odd\" is not an error that can be asked for"},
        WrongWords{"FailWrong",
                   {"fail", "delete", "network", "--error", "wrong"},
                   "sim fail: delete stores nothing, so it cannot store something wrong"},
        WrongWords{"Controls", {"deny", "a\x1B[2J\x7F"}, "sim deny: \"a\\x1b[2J\\x7f\" is neither a region nor an id"}),
    [](const auto& one) { return one.param.name; });

TEST(SimulatorPortal, RefusesNamesThatAreNotNames) {
  const SimulatorWorld world;
  for (const std::string path :
       {"app", "eastasia/", "eastasia/a", "/app", "eastasia/a b", "eastasia/app/x", "east-asia/app",
        "@sub/eastasia/app", "@/rg/eastasia/app", "@s/r;/eastasia/app", "eastasia/\xFFxy", "eastasia/a\x1B[2Jb",
        "eastasia/\xE2\x80\xAE"
        "gnp"}) {
    const std::string error = world.refused({"put", "network", path, "address_space=10.0.0.0/16"});
    EXPECT_NE(error.find("is not a network: it takes REGION/NAME"), std::string::npos) << error;
    EXPECT_EQ(error.find('\x1B'), std::string::npos);
  }
  EXPECT_TRUE(world.refused({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.a b=10.0.0.0/24"})
                  .starts_with("InvalidSubnetName: "));
}

TEST(SimulatorPortal, SaysWhereTheDatabaseIsNoDatabase) {
  const SimulatorWorld world;
  EXPECT_EQ(
      run_portal(world.directory(), std::vector<std::string>{"list"}).error,
      "the simulator's database " + world.directory().string() + " cannot be opened: unable to open database file");
  EXPECT_EQ(run_portal("/proc/none/simulator.db", std::vector<std::string>{"allow", "eastasia"}).exit_code, 1);
}

TEST(SimulatorPortal, MakesNoFileWhereItOnlyReads) {
  const SimulatorWorld world;
  EXPECT_EQ(world.done({"list"}), "The simulator holds nothing.\n");
  EXPECT_FALSE(std::filesystem::exists(world.database()));
  world.done({"allow", "eastasia"});
  EXPECT_TRUE(std::filesystem::exists(world.database()));
}

}  // namespace
}  // namespace pairform::simulator
