// The drill is held against the day itself: in seeded worlds everything is applied and drilled, then the simulator
// fails the region over, protects it the other way round and brings it home, by rules of its own. Where the drill said
// a configuration comes up, and comes home to, there it must be. Mappings here say nothing of subnets and host numbers:
// a service knows nothing of these until it is told.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// vm, nic, configuration -> "network subnet ip"; ids as the simulator has them.
using Places = std::map<std::string, std::string>;

struct Drilled {
  Places up, home;                // of those that land, of those that find a place at home
  std::set<std::string> no_home;  // vms of which some configuration finds none
  std::string verdicts;           // everything but reasons and problems
  int exit_code = 0;
  bool all_home = true;
};

std::string text(element json) {
  std::string_view out;
  return json.get(out) == simdjson::SUCCESS ? std::string(out) : std::string("dhcp");  // null: dynamic
}

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  // The project's files, its networks and machines in the cloud, and strangers.
  void make() {
    std::string files = std::string(k_head) + "[defaults.vm]\ntarget_region = \"west\"\n";
    for (int n = 0; n < 2; ++n) {
      const bool same = below(2) == 0;
      network("east", fmt::format("a{}", n), 10 + n);
      network("west", fmt::format("b{}", n), same ? 10 + n : 20 + n);
      files += existing_network(fmt::format("a{}", n), "east") + existing_network(fmt::format("b{}", n), "west");
      if (const std::size_t how = below(4); how != 0)
        files += mapping(fmt::format("m{}", n), fmt::format("a{}", n), fmt::format("b{}", n)) +
                 (how == 1 ? "mirror = false\n" : "");
      strangers("west", fmt::format("b{}", n), same ? 10 + n : 20 + n);
      strangers("east", fmt::format("a{}", n), 10 + n);
    }
    for (std::size_t v = 0, count = 1 + below(5); v < count; ++v) files += machine(fmt::format("v{}", v));
    program_.write("pairform.toml", files);
  }

  Ran run(const Program::Arguments& arguments) const { return program_.run(arguments); }
  Drilled drill() const;
  Places failover(const std::string& region) const;
  std::string files() const { return program_.read("pairform.toml"); }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::vector<std::string>& subnets(const std::string& id) { return subnets_[id]; }
  std::string address(int net, const std::string& subnet) {
    return fmt::format("10.{}.{}.{}", net, subnet == "db" ? 1 : subnet == "web" ? 2 : 3, 4 + below(8));
  }

  void network(const std::string& region, const std::string& name, int net) {
    Program::Arguments words{"sim", "put", "network", region + '/' + name,
                             fmt::format("address_space=10.{}.0.0/16", net)};
    for (const char* subnet : {"db", "web", "zone"}) {
      if (below(4) == 0 && !(std::string_view(subnet) == "zone" && subnets(name).empty())) continue;
      subnets(name).push_back(subnet);
      words.push_back(fmt::format("subnet.{}=10.{}.{}.0/27", subnet, net,
                                  subnet == std::string("db")    ? 1
                                  : subnet == std::string("web") ? 2
                                                                 : 3));
    }
    program_.done(words);
  }
  void strangers(const std::string& region, const std::string& name, int net) {
    for (std::size_t i = below(3); i > 0; --i)
      program_.run({"sim", "use", region + '/' + name, address(net, subnets(name)[0])});
  }
  // Facts in the cloud; now and then an override in the files.
  std::string machine(const std::string& name) {
    const int n = static_cast<int>(below(2));
    const std::vector<std::string> homes = subnets(fmt::format("a{}", n));
    Program::Arguments words{"sim", "put", "vm", "east/" + name, fmt::format("network=a{}", n)};
    std::string files = fmt::format("\n[vm.{}]\nregion = \"east\"\n", name);
    for (std::size_t i = 0, nics = 1 + below(2); i < nics; ++i) {
      const std::string subnet = homes[below(homes.size())];
      std::string word = fmt::format("nic.e{}={}", i, subnet);
      const bool dynamic = below(4) == 0;
      if (!dynamic) word += ':' + address(10 + n, subnet);
      if (!dynamic && below(3) == 0) word += ",vip:" + address(10 + n, subnet);
      words.push_back(word);
      const std::vector<std::string>& targets = subnets(fmt::format("b{}", n));
      if (below(5) == 0)
        files += fmt::format("\n[vm.{}.nic.e{}]\ntarget_subnet = \"{}\"\n", name, i, targets[below(targets.size())]);
    }
    return program_.run(words).exit_code == 0 ? files : std::string();  // an address that somebody has
  }

  std::mt19937 random_;
  Program program_;
  std::map<std::string, std::vector<std::string>> subnets_;  // network -> its subnets
};

// network.a0 is east/a0; network.a0-asr-west is derived: west/a0-asr.
std::string network_id(const std::string& address) {
  const std::string key = address.substr(8);
  if (key.ends_with("-west")) return "west/" + key.substr(0, key.size() - 5);
  return (key.starts_with("a") ? "east/" : "west/") + key;
}

Drilled World::drill() const {
  const Ran ran = program_.run({"drill", "east", "--json"});
  Drilled out;
  out.exit_code = ran.exit_code;
  simdjson::dom::parser parser;
  const element root = parser.parse(ran.out);
  const auto place = [](element spot) {
    return fmt::format("{} {} {}", network_id(text(spot["network"])), text(spot["subnet"]), text(spot["ip"]));
  };
  for (const element landing : array(root["landings"])) {
    const std::string vm = text(landing["vm"]).substr(3);
    const std::string who =
        fmt::format("{} {} {}", vm, text(landing["nic"]).substr(8 + vm.size()), text(landing["configuration"]));
    const bool lands = !landing["ip_reason"].is_null();
    if (lands) out.up[who] = place(landing["target"]);
    const element back = landing["failback"];
    if (back.is_null()) out.no_home.insert(vm);
    else out.home[who] = place(back);
    out.all_home = out.all_home && !back.is_null() && bool(back["home"]);
    out.verdicts += fmt::format("{} {} {} {}\n", who, simdjson::minify(landing["source"]),
                                simdjson::minify(landing["target"]), simdjson::minify(back));
  }
  return out;
}

// As the service says; a dynamic one shows the address it got.
Places World::failover(const std::string& region) const {
  const Ran ran = program_.run({"sim", "failover", region, "--json"});
  Places out;
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(ran.out).get(root) != simdjson::SUCCESS) return out;
  for (const element landing : array(root)) {
    const std::string nic = text(landing["nic"]);  // REGION/VM/NIC
    const std::size_t vm = nic.find('/') + 1, slash = nic.find('/', vm);
    const element target = landing["target"];
    out[fmt::format("{} {} {}", nic.substr(vm, slash - vm), nic.substr(slash + 1), text(landing["configuration"]))] =
        fmt::format("{} {} {}", text(target["network"]), text(target["subnet"]), text(target["ip"]));
  }
  return out;
}

// What was said against what came; any address will do for a dynamic one.
void expect_places(const Places& said, const Places& came, const std::set<std::string>& left,
                   const std::string& world) {
  for (const auto& [who, place] : said) {
    if (left.contains(who.substr(0, who.find(' ')))) continue;
    const auto found = came.find(who);
    ASSERT_NE(found, came.end()) << who << " is not there\n" << world;
    const bool dynamic = place.ends_with(" dhcp");
    const auto shown = [&](const std::string& text) { return dynamic ? text.substr(0, text.rfind(' ')) : text; };
    ASSERT_EQ(shown(place), shown(found->second)) << who << '\n' << world;
  }
  for (const auto& [who, place] : came) ASSERT_TRUE(said.contains(who)) << who << " came to " << place << '\n' << world;
}

// As the other properties: PAIRFORM_PROPERTY_ROUNDS times as many.
unsigned seeds() {
  const char* rounds = std::getenv("PAIRFORM_PROPERTY_ROUNDS");
  return 25 * (rounds == nullptr ? 1U : static_cast<unsigned>(std::atoi(rounds)));
}

TEST(Drill, IsWhatTheDayBrings) {
  std::size_t drilled = 0, brought_home = 0, stayed = 0, elsewhere = 0;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    World world(seed);
    world.make();
    const std::string what = fmt::format("seed {}\n{}", seed, world.files());
    if (world.run({"apply", "--auto-approve"}).exit_code != 0) continue;
    const Drilled before = world.drill();
    if (before.up.empty()) continue;
    ++drilled;
    ASSERT_EQ(before.exit_code, before.all_home ? 0 : 2) << what;
    ASSERT_NO_FATAL_FAILURE(expect_places(before.up, world.failover("east"), {}, what + "on the way out"));
    ASSERT_EQ(world.drill().verdicts, before.verdicts) << what << "once it is failed over";
    world.run({"sim", "commit", "east"});
    world.run({"sim", "reprotect", "east"});
    ASSERT_EQ(world.drill().verdicts, before.verdicts) << what << "once it is reversed";
    ASSERT_NO_FATAL_FAILURE(
        expect_places(before.home, world.failover("west"), before.no_home, what + "on the way home"));
    ++(before.all_home ? brought_home : !before.no_home.empty() ? stayed : elsewhere);
  }
  EXPECT_GT(drilled, 12U);
  for (const std::size_t met : {brought_home, stayed, elsewhere}) EXPECT_GT(met, 1U);
}

// All files of the project but the simulator's cloud.
std::map<std::string, std::string> contents(const Program& program) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(program.directory()))
    if (entry.is_regular_file() && entry.path().filename().string().find("simulator.db") == std::string::npos)
      out[entry.path().string()] = read_whole(entry.path());
  return out;
}

// A pair, and vm.web1, which lands on its own address.
void make_vm_project(const Program& program) {
  make_pair_project(program);
  program.append("pairform.toml", "\n[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  program.done({"sim", "put", "network", "southeastasia/dr", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  program.done({"sim", "put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  program.done({"sim", "put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.20"});
}

TEST(Drill, BelievesTheServiceWhereAFailedOverVmIsNotStateThatIsOlder) {
  Program program;
  make_vm_project(program);
  program.done({"apply", "--auto-approve"});
  const std::string files = program.read("pairform.toml"), state = program.read("pairform.state.jsonl");
  program.append("pairform.toml", "[vm.web1.nic.eth0]\ntarget_ip = \"10.0.1.77\"\n");
  program.done({"apply", "--auto-approve"});
  program.done({"sim", "failover", "eastasia"});
  program.write("pairform.toml", files);
  program.write("pairform.state.jsonl", state);
  const Ran ran = program.run({"drill", "eastasia", "--json"});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.out.find(R"("target":{"network":"network.dr","subnet":"web","ip":"10.0.1.77"})"), std::string::npos)
      << ran.out;
}

TEST(Drill, TouchesNothing) {
  Program program;
  make_vm_project(program);
  program.append("pairform.toml", "[vm.web1.simulator]\nseeding_polls = 9\n");
  const auto drill = [&](int exit_code) {
    const auto before = contents(program);
    const std::string cloud = program.done({"sim", "list", "--json"});
    for (const char* how : {"--json", "--offline", "--test-network=network.dr"}) {
      const int drilled = program.run({"drill", "eastasia", how}).exit_code;
      EXPECT_TRUE(drilled == exit_code || how == std::string_view("--offline")) << how << " ended with " << drilled;
    }
    EXPECT_EQ(contents(program), before);
    EXPECT_EQ(program.done({"sim", "list", "--json"}), cloud);
  };
  drill(2);  // nothing is protected yet
  EXPECT_EQ(program.run({"apply", "--auto-approve", "--wait", "0"}).exit_code, 7);
  drill(2);  // and a replication is pending
  program.done({"apply", "--auto-approve"});
  drill(0);
  program.done({"sim", "failover", "eastasia"});
  drill(0);
}

}  // namespace
}  // namespace pairform
