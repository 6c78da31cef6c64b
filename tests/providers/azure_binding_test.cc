// Which resource a project means by a name; and names made of attributes and read again.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "providers/azure/binding.h"

namespace pairform::azure {
namespace {

Candidate network(const std::string& group, const std::string& name = "app", const std::string& subscription = "s",
                  const std::string& region = "eastasia") {
  return {fmt::format("/subscriptions/{}/resourcegroups/{}/providers/microsoft.network/virtualnetworks/{}",
                      subscription, group, name),
          region, name, subscription, group};
}

std::string told(const Binding& binding) {
  switch (binding.what) {
    case Bound::To:
      return fmt::format("to {}{}", binding.id.substr(binding.id.find("groups/") + 7, 2),
                         binding.others.empty() ? "" : fmt::format(", beside {}", binding.others.size()));
    case Bound::Absent: return "absent";
    case Bound::Ambiguous: return fmt::format("one of {}", binding.others.size());
    case Bound::Moved: return "moved";
    case Bound::Elsewhere: return "elsewhere";
    case Bound::Twice: return fmt::format("also {}", fmt::join(binding.others, " "));
  }
  return "";
}

struct Case {
  const char* name;
  NamedPlace named;
  std::vector<Candidate> candidates;
  const char* told;
};

TEST(Bindings, AreToOneResourceOrToNone) {
  const std::string g1 = network("g1").id, g9 = network("g9").id;
  const Case cases[] = {
      {"none", {"eastasia/app", ""}, {}, "absent"},
      {"of another name", {"eastasia/app", ""}, {network("g1", "web")}, "absent"},
      {"of another region", {"eastasia/app", ""}, {network("g1", "app", "s", "japaneast")}, "absent"},
      {"of another subscription", {"eastasia/app", ""}, {network("g1", "app", "t")}, "absent"},
      {"one", {"eastasia/app", ""}, {network("g1")}, "to g1"},
      {"one, the recorded", {"eastasia/app", g1}, {network("g1")}, "to g1"},
      {"one, another is recorded", {"eastasia/app", g9}, {network("g1")}, "moved"},
      {"two", {"eastasia/app", ""}, {network("g1"), network("g2")}, "one of 2"},
      {"two, the recorded among them", {"eastasia/app", g1}, {network("g1"), network("g2")}, "to g1, beside 1"},
      {"two, another is recorded", {"eastasia/app", g9}, {network("g1"), network("g2")}, "moved"},
      {"the group is given", {"@-/g2/eastasia/app", ""}, {network("g1"), network("g2")}, "to g2"},
      {"a group that has none", {"@-/g3/eastasia/app", ""}, {network("g1"), network("g2")}, "absent"},
      {"another group than that of the recorded one",
       {"@-/g2/eastasia/app", g1},
       {network("g1"), network("g2")},
       "elsewhere"},
      {"the subscription is given", {"@t/-/eastasia/app", ""}, {network("g1"), network("g2", "app", "t")}, "to g2"},
      {"both are given", {"@t/g2/eastasia/app", ""}, {network("g2"), network("g2", "app", "t")}, "to g2"},
      {"no name of a network", {"app", ""}, {network("g1")}, "absent"},
  };
  for (const Case& each : cases) {
    const Bindings bindings({each.named}, each.candidates, "S");
    EXPECT_EQ(told(bindings.all().at(each.named.identity)), each.told) << each.name;
  }
}

TEST(Bindings, TwoNamesOfOneResourceAreNone) {
  const Bindings bindings({{"eastasia/app", ""}, {"@-/g1/eastasia/app", ""}, {"eastasia/web", ""}},
                          {network("g1"), network("g1", "web")}, "s");
  EXPECT_EQ(told(bindings.all().at("eastasia/app")), "also eastasia/app @-/g1/eastasia/app");
  EXPECT_EQ(told(bindings.all().at("@-/g1/eastasia/app")), "also eastasia/app @-/g1/eastasia/app");
  EXPECT_EQ(told(bindings.all().at("eastasia/web")), "to g1");
}

TEST(Bindings, SpeakTheTermsOfTheProject) {
  const Bindings bindings({{"eastasia/app", ""}}, {network("g1"), network("g2", "web")}, "s");
  EXPECT_EQ(bindings.identity(network("g1")), "eastasia/app");
  EXPECT_EQ(bindings.identity("/Subscriptions/S/resourceGroups/G1/providers/Microsoft.Network/virtualNetworks/APP", ""),
            "eastasia/app");
  EXPECT_EQ(bindings.identity(network("g2", "web")), "@s/g2/eastasia/web") << "nobody names it";
  EXPECT_EQ(bindings.identity(network("g3", "db").id, "japaneast"), "@s/g3/japaneast/db") << "nobody listed it";
}

TEST(BindingProblems, SayWhatToWrite) {
  const BindingProblem two =
      problem_of("eastasia/app", {Bound::Ambiguous, "", {network("g1").id, network("g2").id}}, "", "network");
  EXPECT_EQ(two.code, "AmbiguousName");
  EXPECT_EQ(two.message, "2 networks are called app in eastasia, in the resource groups g1, g2");
  EXPECT_EQ(two.help, "say which one: resource_group = \"g1\", or \"g2\"");
  const BindingProblem moved =
      problem_of("eastasia/app", {Bound::Moved, network("g2").id, {}}, network("g1").id, "network");
  EXPECT_EQ(moved.code, "NetworkMoved");
  EXPECT_EQ(moved.help, "to go on with that one: resource_group = \"g2\"");
}

TEST(AzureIdentities, AreReadAsTheyAreWritten) {
  for (const PlaceName& place : {PlaceName{"", "", "eastasia", "app"}, PlaceName{"s", "", "eastasia", "app"},
                                 PlaceName{"", "g", "eastasia", "app"}, PlaceName{"s", "g", "eastasia", "a.b_c-d"}})
    EXPECT_EQ(place_of(identity_of(place)), place);
  for (const char* none :
       {"", "eastasia", "eastasia/", "/app", "eastasia/app:japaneast", "eastasia/web/eth0", "@s/g", "@s/g/eastasia"})
    EXPECT_EQ(place_of(none), std::nullopt) << none;
  const std::vector<NamedView> attributes{{"region", "eastasia"}, {"name", "App"}, {"resource_group", "RG"}};
  EXPECT_EQ(identity("network", attributes), "@-/rg/eastasia/app");
  EXPECT_EQ(identity("vm", attributes), "@-/rg/eastasia/app");
  EXPECT_EQ(identity("mapping", std::vector<NamedView>{{"source", "eastasia/app"}, {"target_region", "japaneast"}}),
            "eastasia/app:japaneast");
  EXPECT_EQ(identity("nic", std::vector<NamedView>{{"vm", "eastasia/web1"}, {"name", "Nic"}}), "eastasia/web1/nic");
}

TEST(AzureIds, BelongToWhatTheirAttributesSay) {
  const std::vector<NamedView> app{{"region", "eastasia"}, {"name", "App"}};
  EXPECT_TRUE(may_have_id("network", app, network("g1").id));
  EXPECT_FALSE(may_have_id("network", app, network("g1", "web").id));
  EXPECT_FALSE(may_have_id(
      "network", std::vector<NamedView>{{"region", "e"}, {"name", "app"}, {"resource_group", "g2"}}, network("g1").id));
  EXPECT_FALSE(may_have_id("network", app, "eastasia/app"));
  EXPECT_TRUE(may_have_id("vm", app, "vault-dr/item"));
  EXPECT_FALSE(may_have_id("vm", app, network("g1").id));
  EXPECT_TRUE(may_have_id("mapping", {},
                          "/subscriptions/s/resourcegroups/g/providers/microsoft.recoveryservices/vaults/v/"
                          "replicationfabrics/f/replicationnetworks/azurenetwork/replicationnetworkmappings/m"));
  EXPECT_FALSE(may_have_id("mapping", {}, network("g1").id));
  EXPECT_TRUE(
      may_have_id("nic", {}, "/subscriptions/s/resourcegroups/g/providers/microsoft.network/networkinterfaces/n"));
}

}  // namespace
}  // namespace pairform::azure
