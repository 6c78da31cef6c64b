// What follows from what files say of vms, nics and defaults.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/engine/resolve_support.h"

namespace pairform {
namespace {

TEST(ResolveVms, FillsInDefaultsInAddressOrder) {
  const Resolved resolved = resolve_files({{"n.toml", k_networks},
                                           {"pairform.toml", R"(include = ["?.toml"]
[project]
name = "x"
[defaults.vm]
region = "eastasia"
target_region = "South East Asia"
protect = true
[defaults.vm.simulator]
seeding_polls = 2
boot_polls = 1
[defaults.nic]
ip = "dhcp"
target_subnet = "small"
)"},
                                           {"v.toml", R"([vm.a-b]
name = "Machine"
existing = true
[vm.a]
network = "network.dr"
target_region = "eastasia"
protect = false
simulator.seeding_polls = 5
)"},
                                           {"w.toml", R"([vm.a-b.nic.eth1]
ip = "10.1.1.10"
[vm.a.nic.eth0]
subnet = "web"
ip = "10.2.1.4"
secondary = { vip = "10.2.1.5" }
target_subnet = "web"
[vm.a-b.nic.eth0]
protect = true
target_ip = "10.2.2.4"
target_secondary = { vip = "10.2.2.5" }
)"}});
  EXPECT_EQ(resolved.text, "");
  EXPECT_EQ(resolved.vms(),
            R"(vm.a [southeastasia/a] southeastasia a network.dr -> eastasia - {"boot_polls":"1","seeding_polls":"5"}
  eth0 web 10.2.1.4 {"vip":"10.2.1.5"} -> web - -
vm.a-b [eastasia/machine] eastasia Machine - -> southeastasia - {"boot_polls":"1","seeding_polls":"2"} existing protect
  eth0 - dhcp - -> small 10.2.2.4 {"vip":"10.2.2.5"} protect
  eth1 - 10.1.1.10 - -> small - -
)");
  EXPECT_EQ(resolved.nic(resolved.desired.vms[DeclaredVmId(0U)].nic_defaults), "- - dhcp - -> small - -\n");
}

TEST(ResolveVms, FollowsAMoveOfANetwork) {
  const Resolved resolved = resolve_files({{"n.toml", k_networks}, {"v.toml", R"([moved."network.old"]
to = "network.older"
[moved."network.older"]
to = "network.app"
[vm.a]
network = "network.old"
target_region = "southeastasia"
)"}});
  EXPECT_EQ(resolved.text, "");
  EXPECT_EQ(resolved.vms(), "vm.a [eastasia/a] eastasia a network.app -> southeastasia - -\n");
}

TEST(ResolveVms, TakesVmsForMovesAndRemovals) {
  const Resolved resolved = resolve_text(R"([vm.new]
region = "eastasia"
target_region = "southeastasia"
[moved."vm.old"]
to = "vm.new"
[removed."vm.gone"]
)");
  EXPECT_EQ(resolved.text, "");
  ASSERT_EQ(resolved.directives.moved.size(), 1U);
  EXPECT_EQ(resolved.shown(resolved.directives.moved[0].first), "vm.old");
  EXPECT_EQ(resolved.shown(resolved.directives.moved[0].second), "vm.new");
  ASSERT_EQ(resolved.directives.removed.size(), 1U);
  EXPECT_EQ(resolved.shown(resolved.directives.removed[0]), "vm.gone");
}

// What is missing may stand in the file that could not be read.
TEST(ResolveVms, IsSilentWhereAFileIsBroken) {
  const Resolved resolved = resolve_files({{"a.toml", "broken\n"}, {"v.toml", R"([vm.a]
network = "network.elsewhere"
target_region = "southeastasia"
[vm.b.nic.eth0]
)"}});
  EXPECT_EQ(resolved.diagnostics.errors(), 1U) << resolved.text;
}

TEST(ResolveVms, AFaultyNetworkSilencesWhatRestsOnIt) {
  EXPECT_EQ(resolve_text(R"([network.lab]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24", DB = "10.9.2.0/29" }
[vm.a]
network = "network.lab"
target_region = "southeastasia"
[vm.a.nic.eth0]
subnet = "wbe"
ip = "10.7.7.7"
)")
                .diagnostics.errors(),
            1U);
}

TEST(Resolve, AHalfRemembersWhatCountsInItsDirection) {
  const char* const networks = R"([network.app]
existing = true
region = "eastasia"
[network.dr]
existing = true
region = "southeastasia"
)";
  const auto halves = [&](const std::string& mapping) {
    const Resolved resolved =
        resolve_text(networks + ("[mapping.m]\nsource = \"network.app\"\ntarget = \"network.dr\"\n" + mapping));
    EXPECT_FALSE(resolved.diagnostics.has_errors()) << resolved.text;
    return resolved.halves();
  };
  EXPECT_EQ(halves(""), "mapping.m.forward - -\nmapping.m.reverse - -\n");
  EXPECT_EQ(halves("subnets = {}\naddresses = \"same-host\"\n"),
            "mapping.m.forward - same-host\nmapping.m.reverse - same-host\n");
  EXPECT_EQ(halves("subnets = { web = \"Z-web\", db = \"a-db\", x = \"both\", y = \"BOTH\" }\n"),
            "mapping.m.forward {\"db\":\"a-db\",\"web\":\"Z-web\",\"x\":\"both\",\"y\":\"BOTH\"} -\n"
            "mapping.m.reverse {\"Z-web\":\"web\",\"a-db\":\"db\"} -\n");
  EXPECT_EQ(halves("subnets = { x = \"both\", y = \"both\" }\n"),
            "mapping.m.forward {\"x\":\"both\",\"y\":\"both\"} -\nmapping.m.reverse - -\n");
  EXPECT_EQ(halves("subnets = { web = \"dr\" }\nmirror = false\n"), "mapping.m.forward {\"web\":\"dr\"} -\n");
}

// Pieces of right and wrong stanzas in any order and in any of three files: what is said does not depend on it but for
// the places, and what is resolved not at all.
TEST(ResolveVms, DoesNotDependOnTheOrderOfFilesAndBlocks) {
  const std::vector<std::string> blocks = {k_networks,
                                           "[vm.a]\nnetwork = \"network.lab\"\n",
                                           "[vm.a-b]\nnetwork = \"network.lab\"\n",
                                           "[vm.c]\nnetwork = \"network.dr\"\ntarget_region = \"westus\"\n",
                                           "[vm.a.nic.e1]\nsubnet = \"web\"\nip = \"10.1.1.9\"\n",
                                           "[vm.a.nic.e0]\nsubnet = \"web\"\nip = \"10.1.1.5\"\n",
                                           "[vm.a-b.nic.e0]\nsubnet = \"db\"\nip = \"10.1.2.4\"\n"};
  const std::string expected = R"(vm.a [eastasia/a] eastasia a network.lab -> southeastasia - -
  e0 web 10.1.1.5 - -> - - -
  e1 web 10.1.1.9 - -> - - -
vm.a-b [eastasia/a-b] eastasia a-b network.lab -> southeastasia - -
  e0 db 10.1.2.4 - -> - - -
vm.c [southeastasia/c] southeastasia c network.dr -> westus - -
)";
  std::mt19937 random(7);
  std::vector<std::string> shuffled = blocks;
  for (int round = 0; round < 30; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::vector<std::pair<std::string, std::string>> files = {{"a.toml", ""}, {"b.toml", ""}, {"c.toml", ""}};
    for (const std::string& block : shuffled) files[random() % 3].second += block;
    files.emplace_back(
        "pairform.toml",
        "include = [\"?.toml\"]\n[project]\nname = \"x\"\n[defaults.vm]\ntarget_region = \"southeastasia\"\n");
    const Resolved resolved = resolve_files(files);
    ASSERT_EQ(resolved.text, "");
    ASSERT_EQ(resolved.vms(), expected);
  }
}

// Texts that nobody meant: whatever is said has its places, and nothing breaks.
TEST(ResolveVms, HasAPlaceForEverythingItSaysOfABrokenFile) {
  const std::string good = k_networks + std::string(R"([mapping.m]
source = "network.lab"
target = "network.dr"
subnets = { web = "small" }
[defaults.vm]
target_region = "southeastasia"
[defaults.nic]
target_subnet = "web"
[vm.web1]
network = "network.lab"
target_network = "network.dr"
[vm.web1.nic.eth0]
subnet = "web"
ip = "10.1.1.10"
secondary = { vip = "10.1.1.11" }
target_ip = "10.2.1.4"
target_secondary = { vip = "10.2.1.5" }
[vm.web2]
region = "eastasia"
[vm.web2.nic.eth0]
ip = "dhcp"
[moved."vm.old"]
to = "vm.web2"
)");
  const auto line_count = std::count(good.begin(), good.end(), '\n');
  unsigned wrong = 0;
  for (unsigned seed = 0; seed < 1500 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text = good;
    for (auto change = random() % 3 + 1; change > 0; --change) {
      const std::size_t at = random() % text.size(), from = random() % text.size();
      const std::size_t begin = text.rfind('\n', from) + 1, end = text.find('\n', from) + 1;
      if (random() % 3 == 0) text[at] = "abc019.\"[]={}- "[random() % 15];
      else if (random() % 2 == 0) text.erase(begin, end - begin);                                // a line less
      else text.insert(text.rfind('\n', at) + 1, std::string(text.substr(begin, end - begin)));  // one elsewhere, too
    }
    const Resolved resolved = resolve_text(text);
    wrong += resolved.diagnostics.has_errors() ? 1 : 0;
    for (const Diagnostic& item : resolved.diagnostics.items()) {
      EXPECT_NE(item.summary, "");
      EXPECT_FALSE(item.spans.empty()) << item.summary;
      for (const Span& span : item.spans) {
        EXPECT_TRUE(span.at.file) << item.summary;
        EXPECT_TRUE(span.at.line >= 1 && span.at.line <= line_count + 4 && span.at.column >= 1 && span.length >= 1)
            << item.summary;
      }
    }
  }
  EXPECT_GT(wrong, 700U);
  EXPECT_LT(wrong, 1500U);
}

}  // namespace
}  // namespace pairform
