// A network or a subnet is written back as it was read, with what is owned changed, and nothing that is somebody else's is
// lost.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <random>

#include "providers/azure/as_read.h"
#include "tests/support/azure_recording.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

class Body {
 public:
  explicit Body(const std::string& text) { root_ = parser_.parse(text); }
  operator element() const { return root_; }  // NOLINT(google-explicit-constructor)

 private:
  simdjson::dom::parser parser_;
  element root_;
};

const char* const k_network =
    R"({"id":"/subscriptions/s/x","name":"app","etag":"W/\"1\"","type":"t","location":"eastus2",
  "tags":{"owner":"ana","pairform-project":"p"},"new":{"a":[1,null,{"b":true}]},
  "properties":{"provisioningState":"Succeeded","resourceGuid":"g","flowLogs":[],"addressSpace":{"addressPrefixes":["10.0.0.0/16"],"ipam":"x"},
    "dhcpOptions":{"dnsServers":["10.0.0.4"]},"enableDdosProtection":true,
    "bgpCommunities":{"virtualNetworkCommunity":"1","regionalCommunity":"2"},
    "subnets":[{"name":"web"}],
    "virtualNetworkPeerings":[{"id":"p","name":"hub","etag":"e","properties":{"peeringState":"Connected","provisioningState":"Succeeded",
      "resourceGuid":"r","remoteVirtualNetwork":{"id":"h"},"unknown":7}}]}})";

TEST(AsRead, ANetworkKeepsWhatIsSomebodyElses) {
  EXPECT_EQ(network_as_read(Body(k_network),
                            {{"properties.addressSpace.addressPrefixes", R"(["10.0.0.0/16","10.1.0.0/16"])"}}),
            R"({"location":"eastus2","tags":{"owner":"ana","pairform-project":"p"},"new":{"a":[1,null,{"b":true}]},)"
            R"("properties":{"addressSpace":{"ipam":"x","addressPrefixes":["10.0.0.0/16","10.1.0.0/16"]},)"
            R"("dhcpOptions":{"dnsServers":["10.0.0.4"]},"enableDdosProtection":true,)"
            R"("bgpCommunities":{"virtualNetworkCommunity":"1"},)"
            R"("virtualNetworkPeerings":[{"id":"p","name":"hub","properties":{"peeringState":"Connected",)"
            R"("remoteVirtualNetwork":{"id":"h"},"unknown":7}}]}})");
}

TEST(AsRead, ASubnetKeepsItsGuardsAndIsGivenAnotherPrefix) {
  const Body subnet(
      R"({"name":"web","id":"i","etag":"e","type":"t","properties":{"addressPrefix":"10.0.1.0/24","provisioningState":"Succeeded",
    "networkSecurityGroup":{"id":"n"},"routeTable":{"id":"r"},"natGateway":{"id":"g"},"ipConfigurations":[{"id":"c"}],
    "delegations":[{"name":"d","etag":"e","properties":{"serviceName":"s","actions":["a"],"provisioningState":"Succeeded"}}],
    "serviceEndpoints":[{"service":"Microsoft.Storage","locations":["*"],"provisioningState":"Succeeded"}]}})");
  EXPECT_EQ(
      subnet_as_read(subnet, {{"properties.addressPrefix", ""},
                              {"properties.addressPrefixes", R"(["10.0.1.0/24","10.0.2.0/24"])"}}),
      R"({"name":"web","id":"i","type":"t","properties":{"networkSecurityGroup":{"id":"n"},"routeTable":{"id":"r"},"natGateway":{"id":"g"},)"
      R"("delegations":[{"name":"d","properties":{"serviceName":"s"}}],)"
      R"("serviceEndpoints":[{"service":"Microsoft.Storage","locations":["*"]}],"addressPrefixes":["10.0.1.0/24","10.0.2.0/24"]}})");
}

TEST(AsRead, WhatReplacesIsAddedWhereItWasNot) {
  EXPECT_EQ(subnet_as_read(Body(R"({"properties":{}})"),
                           {{"properties.addressPrefix", "\"10.0.0.0/24\""}, {"name", "\"x\""}}),
            R"({"properties":{"addressPrefix":"10.0.0.0/24"},"name":"x"})");
}

TEST(AsRead, RecordedNetworksGoBackWithoutWhatIsReadOnly) {
  for (const char* name : {"vnet-get-with-nic", "vnet-get-created"}) {
    const std::string body = network_as_read(Recording(name).body(), {});
    for (const char* never : {"provisioningState", "etag", "resourceGuid", "\"subnets\"", "\"id\""})
      EXPECT_EQ(body.find(never), body.npos) << never << ": " << body;
    EXPECT_NE(body.find("\"location\""), body.npos) << body;
  }
}

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, " ")); }

TEST(AsReadDifferences, NameWhatSomebodyElseChanged) {
  const std::vector<std::string> owned{"properties.addressSpace.addressPrefixes"};
  const std::string same = k_network;
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = same;
    text.replace(text.find(from), from.size(), to);
    return joined(network_differences(Body(same), Body(text), owned));
  };
  EXPECT_EQ(joined(network_differences(Body(same), Body(same), owned)), "");
  EXPECT_EQ(changed("10.0.0.0/16", "10.5.0.0/16"), "") << "owned";
  EXPECT_EQ(changed("W/\\\"1\\\"", "W/\\\"2\\\""), "") << "read-only";
  EXPECT_EQ(changed("Connected", "Disconnected"), "") << "changes by itself";
  EXPECT_EQ(changed("\"a\":[1,null,{\"b\":true}]", "\"a\":[1,{\"b\":false}]"), "new.a[].b");
  EXPECT_EQ(changed("10.0.0.4", "10.0.0.5"), "properties.dhcpOptions.dnsServers[]");
  EXPECT_EQ(changed("\"enableDdosProtection\":true,", ""), "properties.enableDdosProtection");
  EXPECT_EQ(changed("\"owner\":\"ana\"", "\"owner\":\"bo\""), "tags.owner");
  EXPECT_EQ(changed("\"unknown\":7", "\"unknown\":null"), "properties.virtualNetworkPeerings[].properties.unknown");
  EXPECT_EQ(changed("\"ipam\":\"x\"", "\"ipam\":\"\""), "properties.addressSpace.ipam");
}

TEST(AsReadDifferences, ListsOfNamedThingsHaveNoOrder) {
  EXPECT_EQ(joined(subnet_differences(Body(R"({"l":[{"name":"a","x":1},{"name":"b","x":2}]})"),
                                      Body(R"({"l":[{"name":"b","x":2},{"name":"a","x":1}]})"), {})),
            "");
  EXPECT_EQ(joined(subnet_differences(Body(R"({"l":[{"name":"a","x":1}]})"), Body(R"({"l":[]})"), {})),
            "l[].name l[].x");
  EXPECT_EQ(joined(subnet_differences(Body(R"({"a":"","b":null,"c":[]})"), Body("{}"), {})), "")
      << "all three are nothing";
}

// The service spells ids now so, now so; texts that are none keep their case.
TEST(AsReadDifferences, IdsHaveNoCase) {
  const auto differ = [](const std::string& before, const std::string& after) {
    return joined(subnet_differences(Body(before), Body(after), {}));
  };
  const std::string id = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/routeTables/Rt";
  const std::string other = "/Subscriptions/s/resourcegroups/RG/providers/microsoft.network/routeTables/rt";
  EXPECT_EQ(differ(fmt::format(R"({{"a":{{"id":"{}"}}}})", id), fmt::format(R"({{"a":{{"id":"{}"}}}})", other)), "");
  EXPECT_EQ(differ(fmt::format(R"({{"l":[{{"id":"{}","x":1}}]}})", id),
                   fmt::format(R"({{"l":[{{"id":"{}","x":1}}]}})", other)),
            "");
  EXPECT_EQ(differ(fmt::format(R"({{"l":[{{"id":"{}","x":1}}]}})", id),
                   fmt::format(R"({{"l":[{{"id":"{}","x":2}}]}})", other)),
            "l[].x");
  EXPECT_EQ(differ(fmt::format(R"({{"a":"{}"}})", id), fmt::format(R"({{"a":"{}2"}})", id)), "a");
  EXPECT_EQ(differ(R"({"a":"Ana"})", R"({"a":"ana"})"), "a");
  EXPECT_EQ(differ(R"({"tags":{"Owner":"ana"}})", R"({"tags":{"owner":"ana"}})"), "tags.Owner tags.owner");
}

// A random body: whatever members it has come back, but for those that are read-only.
std::string random_body(std::mt19937& random, int depth) {
  const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  std::string out;
  for (int i = 0; i < 4; ++i) {
    const std::string name = fmt::format("m{}{}", depth, i);
    const int kind = depth == 0 ? pick(3) : pick(5);
    const std::string value =
        kind == 0   ? std::to_string(pick(100))
        : kind == 1 ? fmt::format("\"t{}\"", pick(100))
        : kind == 2 ? "true"
        : kind == 3 ? random_body(random, depth - 1)
                    : fmt::format("[{},{}]", random_body(random, depth - 1), random_body(random, depth - 1));
    out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", name, value);
  }
  return "{" + out + "}";
}

// What a newer version shows of a network beside; of two subnets, of which one has a pool.
TEST(AsRead, MembersThatANewerVersionShowsWouldBeLost) {
  const auto body = [](const std::string& of_network, const std::string& of_web) {
    return fmt::format(
        R"({{"id":"/subscriptions/s/x","etag":"1","properties":{{"addressSpace":{{"addressPrefixes":["10.0.0.0/16"]}}{},
          "subnets":[{{"name":"db","properties":{{"addressPrefix":"10.0.2.0/24"}}}},
                     {{"name":"web","properties":{{"addressPrefix":"10.0.1.0/24"{}}}}}]}}}})",
        of_network, of_web);
  };
  struct Case {
    const char *name, *of_network, *of_web;
    std::vector<std::string> lost;
  };
  const Case cases[] = {
      {"nothing", "", "", {}},
      {"a member of the network",
       R"(,"encryption":{"enabled":false,"enforcement":"x"})",
       "",
       {"properties.encryption"}},
      {"one below a known one",
       "",
       R"(,"pools":[{"pool":{"id":"/p"},"count":"8"}])",
       {"properties.subnets[].properties.pools"}},
      {"what is empty", R"(,"a":null,"b":"","c":[],"d":{})", R"(,"e":{"f":[{}]})", {}},
      {"a default of all networks", R"(,"privateEndpointVNetPolicies":"Disabled")", "", {}},
      {"what is read-only",
       R"(,"flowLogs":[{"id":"/f"}],"defaultPublicNatGateway":{"id":"/n"})",
       R"(,"purpose":"x","ipConfigurations":[{"id":"/i"}])",
       {}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(members_lost(Body(body("", "")), Body(body(each.of_network, each.of_web))), each.lost);
    EXPECT_TRUE(members_lost(Body(body(each.of_network, each.of_web)), Body(body("", ""))).empty());
  }
  EXPECT_TRUE(members_lost(Body(body("", "")), Body(body("", R"(,"addressPrefix":"10.0.3.0/24")"))).empty());
}

TEST(AsRead, AnyBodyComesBackWhole) {
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    const std::string body = random_body(random, 3);
    EXPECT_EQ(subnet_as_read(Body(body), {}), body);
    EXPECT_EQ(network_as_read(Body(body), {}), body);
    EXPECT_TRUE(network_differences(Body(body), Body(subnet_as_read(Body(body), {})), {}).empty());
  }
}

}  // namespace
}  // namespace pairform::azure
