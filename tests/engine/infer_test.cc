// What stanzas are inferred from what was found: which halves are one pair, which end is its source, what everything is
// called, and which rules its landings follow.
#include "engine/recovery/infer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pairform {
namespace {

using Lines = std::vector<std::string>;

// A cloud as a test says it: "ea/app" is network app in region ea, and that is its identity, in lower case.
class FoundThings {
 public:
  FoundThings& network(const std::string& path, const std::string& group = {}) {
    const std::size_t slash = path.find('/');
    DiscoveredNetwork out;
    out.identity = ascii_lower(group.empty() ? path : path + "@" + group);
    out.region = path.substr(0, slash);
    out.name = path.substr(slash + 1);
    out.resource_group = group;
    const std::string base = fmt::format("10.{}", found.networks.size() + 1);
    out.subnets = {{"db", {parse_prefix(base + ".2.0/24")->prefix}}, {"web", {parse_prefix(base + ".1.0/24")->prefix}}};
    found.networks.push_back(std::move(out));
    return *this;
  }
  FoundThings& half(const std::string& source, const std::string& target) {
    found.halves.push_back({source, target, {}});
    return *this;
  }
  FoundThings& pair(const std::string& a, const std::string& b) { return half(a, b).half(b, a); }
  // A vm of one nic in web; `ip` and `target_ip` are the last two numbers of an address of its network: "1.10".
  FoundThings& vm(const std::string& path, const std::string& home, const std::string& landing,
                  const std::string& ip = "dhcp", const std::string& target_ip = {},
                  const std::string& target_subnet = "web") {
    DiscoveredVm out;
    const std::size_t slash = path.find('/');
    out.identity = ascii_lower(path);
    out.region = path.substr(0, slash);
    out.name = path.substr(slash + 1);
    out.network = home;
    out.target_network = landing;
    out.target_region = landing.substr(0, landing.find('/'));
    DiscoveredNic nic;
    nic.identity = out.identity + "/eth0";
    nic.name = "eth0";
    nic.subnet = "web";
    nic.ip = ip == "dhcp" ? ip : fmt::format("10.{}.{}", number(home), ip);
    nic.target_subnet = target_subnet;
    nic.target_ip = target_ip.empty() ? std::string() : fmt::format("10.{}.{}", number(landing), target_ip);
    out.nics.push_back(std::move(nic));
    found.vms.push_back(std::move(out));
    return *this;
  }
  std::size_t number(const std::string& identity) const {
    for (std::size_t n = 0; n < found.networks.size(); ++n)
      if (found.networks[n].identity == identity) return n + 1;
    return 0;
  }
  Inferred inferred(const InferOptions& options = {}) const { return infer(found, options); }
  // "app: network.app > network.dr half, missing mapping.app.reverse"
  Lines pairs() const {
    Lines out;
    for (const InferredPair& each : inferred().pairs) {
      std::string line = fmt::format("{}: {} > {} {}", each.key, each.source, each.target, pair_class_text(each.kind));
      if (!each.missing.empty()) line += ", missing " + each.missing;
      out.push_back(std::move(line));
    }
    return out;
  }
  Lines keys() const {
    Lines out;
    for (const InferredNetwork& each : inferred().networks) out.push_back(each.key + " " + each.network.identity);
    return out;
  }

  Discovered found;
};

TEST(Infer, BothDirectionsAreOneWholePair) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/app-dr").pair("ea/app", "sea/app-dr");
  EXPECT_EQ(cloud.pairs(), (Lines{"app: network.app > network.app-dr whole"}));
}

TEST(Infer, AHalfWhoseWayBackIsFreeNamesTheMissingOne) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/app-dr").half("ea/app", "sea/app-dr");
  EXPECT_EQ(cloud.pairs(), (Lines{"app: network.app > network.app-dr half, missing mapping.app.reverse"}));
  const InferredPair pair = cloud.inferred().pairs.front();
  EXPECT_EQ(pair.comments, Lines{"Half a pair: network.app-dr has no way back to network.app. The plan makes it."});
  // The other one is there alone: its end is the target all the same.
  FoundThings other;
  other.network("ea/app").network("sea/app-dr").half("sea/app-dr", "ea/app");
  EXPECT_EQ(other.pairs(), (Lines{"app: network.app > network.app-dr half, missing mapping.app.forward"}));
}

TEST(Infer, OfSeveralIntoOneNetworkTheOneThatComesBackIsWhole) {
  FoundThings cloud;
  cloud.network("ea/a").network("ea/b").network("sea/dr");
  cloud.half("ea/a", "sea/dr").half("ea/b", "sea/dr").half("sea/dr", "ea/b");
  EXPECT_EQ(cloud.pairs(), (Lines{"a: network.a > network.dr one_way", "b: network.b > network.dr whole"}));
  EXPECT_EQ(cloud.inferred().pairs.front().comments,
            Lines{"network.dr leads back to network.b. `pairform drill ea` lists what does not come home."});
}

TEST(Infer, OfSeveralWithoutAWayBackTheOneWithMoreVmsGetsIt) {
  FoundThings cloud;
  cloud.network("ea/a").network("ea/b").network("sea/dr").half("ea/a", "sea/dr").half("ea/b", "sea/dr");
  EXPECT_EQ(cloud.pairs(),
            (Lines{"a: network.a > network.dr half, missing mapping.a.reverse", "b: network.b > network.dr one_way"}));
  cloud.vm("ea/vm1", "ea/b", "sea/dr");
  EXPECT_EQ(cloud.pairs(),
            (Lines{"a: network.a > network.dr one_way", "b: network.b > network.dr half, missing mapping.b.reverse"}));
}

TEST(Infer, CrossedHalvesStayAsTheyAre) {
  FoundThings cloud;
  cloud.network("ea/a").network("ea/b").network("sea/x").network("sea/y");
  cloud.half("ea/a", "sea/x").half("sea/x", "ea/b").half("ea/b", "sea/y").half("sea/y", "ea/a");
  const Lines pairs = cloud.pairs();
  EXPECT_EQ(pairs.size(), 4U);
  for (const std::string& each : pairs) EXPECT_NE(each.find(" one_way"), std::string::npos) << each;
}

TEST(Infer, AnUnreadWayBackLeavesThePairOut) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/dr").half("ea/app", "sea/dr");
  cloud.found.unread.insert({"sea/dr", "ea"});
  EXPECT_EQ(cloud.pairs(), Lines{});
  EXPECT_EQ(cloud.inferred().unread.size(), 1U);
}

TEST(Infer, TheSourceIsTheEndWhoseVmsLandInTheOther) {
  FoundThings cloud;  // against its name, and the smaller key
  cloud.network("ea/a").network("sea/z-dr").pair("ea/a", "sea/z-dr").vm("sea/vm1", "sea/z-dr", "ea/a");
  EXPECT_EQ(cloud.pairs(), (Lines{"z-dr: network.z-dr > network.a whole"}));
}

TEST(Infer, ElseTheTargetIsTheOneThatIsCalledSo) {
  for (const char* name : {"a-asr", "a-DR", "A-Failover", "a-recovery"}) {
    FoundThings cloud;
    const std::string target = ascii_lower(std::string("ea/") + name);
    cloud.network(std::string("ea/") + name).network("sea/z").pair(target, "sea/z");
    EXPECT_EQ(cloud.pairs(), (Lines{fmt::format("z: network.z > network.{} whole", name)}));
  }
  FoundThings cloud;  // or its resource group
  cloud.network("ea/a", "rg-Recovery").network("sea/z", "rg-prod").pair("ea/a@rg-recovery", "sea/z@rg-prod");
  EXPECT_EQ(cloud.pairs(), (Lines{"z: network.z > network.a whole"}));
}

TEST(Infer, ElseItIsAsMostPairsOfTheTwoRegionsAreElseTheSmallerKey) {
  FoundThings cloud;
  cloud.network("ea/a").network("sea/z").pair("ea/a", "sea/z");
  EXPECT_EQ(cloud.pairs(), (Lines{"a: network.a > network.z whole"}));
  cloud.network("sea/m").network("ea/m-dr").pair("sea/m", "ea/m-dr");
  EXPECT_EQ(cloud.pairs(), (Lines{"m: network.m > network.m-dr whole", "z: network.z > network.a whole"}));
}

TEST(Infer, SharedNamesGetTheirRegionThenTheirGroupThenANumber) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/app").pair("ea/app", "sea/app").network("ea/hub core").network("sea/solo");
  cloud.pair("ea/hub core", "sea/solo");
  EXPECT_EQ(cloud.keys(), (Lines{"app-ea ea/app", "app-sea sea/app", "hub-core ea/hub core", "solo sea/solo"}));
  FoundThings groups;
  groups.network("ea/app", "rg-1").network("ea/app", "rg-2").network("sea/b").network("sea/c");
  groups.pair("ea/app@rg-1", "sea/b").pair("ea/app@rg-2", "sea/c");
  EXPECT_EQ(groups.keys(), (Lines{"app-ea-rg-1 ea/app@rg-1", "app-ea-rg-2 ea/app@rg-2", "b sea/b", "c sea/c"}));
  FoundThings replaced;  // names that differ in what a key cannot hold
  replaced.network("ea/a.b").network("ea/a b").network("sea/b").network("sea/c");
  replaced.pair("ea/a.b", "sea/b").pair("ea/a b", "sea/c");
  EXPECT_EQ(replaced.keys(), (Lines{"a-b-ea ea/a b", "a-b-ea-2 ea/a.b", "b sea/b", "c sea/c"}));
}

TEST(Infer, AKeyOfAFileIsTaken) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/dr").pair("ea/app", "sea/dr").vm("ea/web1", "ea/app", "sea/dr");
  cloud.found.project.keys = {"network.app", "mapping.app-ea", "vm.web1"};
  EXPECT_EQ(cloud.keys(), (Lines{"app-ea ea/app", "dr sea/dr"}));
  EXPECT_EQ(cloud.pairs(), (Lines{"app-ea-to-sea: network.app-ea > network.dr whole"}));
  EXPECT_EQ(cloud.inferred().vms.front().key, "web1-ea");
}

TEST(Infer, APairIsCalledByItsSourceAndWhereItLeadsWhereThatHasSeveral) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/dr").network("weu/dr2").pair("ea/app", "sea/dr").pair("ea/app", "weu/dr2");
  EXPECT_EQ(cloud.pairs(),
            (Lines{"app-to-sea: network.app > network.dr whole", "app-to-weu: network.app > network.dr2 whole"}));
}

TEST(Infer, VmsOfOneNameGetTheirRegion) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/dr").pair("ea/app", "sea/dr");
  cloud.vm("ea/web1", "ea/app", "sea/dr").vm("sea/web1", "sea/dr", "ea/app").vm("ea/web2", "ea/app", "sea/dr");
  Lines keys;
  for (const InferredVm& each : cloud.inferred().vms) keys.push_back(each.key);
  EXPECT_EQ(keys, (Lines{"web1-ea", "web1-sea", "web2"}));
}

// 4 of 5 nics land in db: that is a rule. 3 of 5 are not, nor is one of several.
TEST(Infer, SubnetsAreARuleWhereFourInFiveAgree) {
  const auto rules = [](const Lines& landings) {
    FoundThings cloud;
    cloud.network("ea/app").network("sea/dr").pair("ea/app", "sea/dr");
    for (std::size_t i = 0; i < landings.size(); ++i)
      cloud.vm(fmt::format("ea/vm{}", i), "ea/app", "sea/dr", "dhcp", {}, landings[i]);
    const Inferred inferred = cloud.inferred();
    std::size_t overrides = 0;
    for (const InferredVm& each : inferred.vms) overrides += each.nics.size();
    std::string out;
    for (const auto& [from, to] : inferred.pairs.front().subnets) out += from + ">" + to + " ";
    return out + std::to_string(overrides);
  };
  EXPECT_EQ(rules({"db", "db", "db", "db", "web"}), "web>db 1");
  EXPECT_EQ(rules({"db", "db", "db", "web", "web"}), "3");
  EXPECT_EQ(rules({"db"}), "web>db 0");
  EXPECT_EQ(rules({"db", "web"}), "1");
  EXPECT_EQ(rules({"web", "web"}), "0");
}

TEST(Infer, SameHostWhereTwoKeepTheirHostNumberAndNotFewerThanDoNot) {
  const auto same_host = [](const std::vector<std::pair<std::string, std::string>>& addresses) {
    FoundThings cloud;
    cloud.network("ea/app").network("sea/dr").pair("ea/app", "sea/dr");
    for (std::size_t i = 0; i < addresses.size(); ++i)
      cloud.vm(fmt::format("ea/vm{}", i), "ea/app", "sea/dr", addresses[i].first, addresses[i].second);
    return cloud.inferred().pairs.front().same_host;
  };
  EXPECT_TRUE(same_host({{"1.10", "1.10"}, {"1.11", "1.11"}}));
  EXPECT_FALSE(same_host({{"1.10", "1.10"}}));
  EXPECT_TRUE(same_host({{"1.10", "1.10"}, {"1.11", "1.11"}, {"1.12", "1.99"}, {"1.13", "1.98"}}));
  EXPECT_FALSE(same_host({{"1.10", "1.10"}, {"1.11", "1.11"}, {"1.12", "1.99"}, {"1.13", "1.98"}, {"1.14", "1.97"}}));
  EXPECT_FALSE(same_host({{"1.10", ""}, {"dhcp", "1.11"}})) << "dynamic ones tell nothing";
}

TEST(Infer, TheOrderInWhichThingsAreFoundChangesNothing) {
  FoundThings cloud;
  cloud.network("ea/app").network("sea/app").network("ea/b").network("weu/c-dr");
  cloud.pair("ea/app", "sea/app").half("ea/b", "sea/app").half("ea/app", "weu/c-dr");
  cloud.vm("ea/web1", "ea/app", "sea/app", "1.10", "1.10").vm("sea/web1", "sea/app", "ea/app", "1.11", "1.77");
  const auto text = [&] {
    std::string out;
    for (const std::string& each : cloud.keys()) out += each + '\n';
    for (const std::string& each : cloud.pairs()) out += each + '\n';
    for (const InferredVm& each : cloud.inferred().vms) out += each.key + std::to_string(each.nics.size()) + '\n';
    return out;
  };
  const std::string before = text();
  std::reverse(cloud.found.networks.begin(), cloud.found.networks.end());
  std::reverse(cloud.found.halves.begin(), cloud.found.halves.end());
  std::reverse(cloud.found.vms.begin(), cloud.found.vms.end());
  EXPECT_EQ(text(), before);
}

}  // namespace
}  // namespace pairform
