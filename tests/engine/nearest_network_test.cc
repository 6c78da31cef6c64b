// What was meant by the stanza of a network that the cloud does not have.
#include "engine/read/nearest_network.h"

#include <gtest/gtest.h>

#include "tests/support/listed_cloud.h"

namespace pairform {
namespace {

struct NearestCase {
  const char* name;
  void (*list)(ListedCloud& cloud);
  const char* expected;  // words, then the identity of what is there
  std::string region = "east";
  CellValues with = {};
};

// A stanza that names no subscription means that of the vault.
ProjectSettings of_azure() {
  ProjectSettings out;
  out.provider_settings.emplace_back();
  out.provider_settings.back().name = "vault";
  out.provider_settings.back().value = "/subscriptions/5A1E/resourceGroups/rg-dr/providers/vaults/dr";
  return out;
}

// network.app, existing, of the region, and what is said of it.
std::string nearest_text(const NearestCase& item) {
  EstateBuilder world;
  world.want_network("network.app", item.region, {.existing = true, .with = item.with});
  ListedCloud cloud;
  item.list(cloud);
  const CloudView view = cloud.view(world);
  const auto found = nearest_networks(world.desired(), view.observed(), of_azure(), world.texts());
  if (found.empty()) return "";
  const NearestNetwork& near = found.begin()->second;
  return near.words + (near.identity ? " " + world.text(near.identity) : "");
}

void in_group(ListedCloud& cloud, const std::string& name, const std::string& group) {
  cloud.network("east", name);
  cloud.last().identity = cloud.last().id = group + "/east/" + name;
  cloud.last().attributes.push_back({"resource_group", group});
}
void in_subscription(ListedCloud& cloud, const std::string& subscription) {
  in_group(cloud, "app", "rg1");
  cloud.last().attributes.push_back({"subscription", subscription});
}

TEST(NearestNetwork, IsWhatTheStanzaMeant) {
  const NearestCase cases[] = {
      {"it is there: nothing is said", [](ListedCloud& cloud) { cloud.network("east", "app"); }, ""},
      {"nothing is near", [](ListedCloud& cloud) { cloud.network("east", "warehouse"); }, ""},
      {"a slip in its name", [](ListedCloud& cloud) { cloud.network("east", "apq"); },
       "did you mean name = \"apq\"? east/apq"},
      {"a slip in its region", [](ListedCloud& cloud) { cloud.network("east", "lab"); },
       "did you mean region = \"east\"?", "eats"},
      {"the region is known, and its network is elsewhere", [](ListedCloud& cloud) { cloud.network("west", "app"); },
       ""},
      {"in a resource group that the stanza does not say", [](ListedCloud& cloud) { in_group(cloud, "app", "rg1"); },
       "did you mean resource_group = \"rg1\"? rg1/east/app"},
      {"in another resource group",
       [](ListedCloud& cloud) { in_group(cloud, "App", "rg2"); },
       "did you mean resource_group = \"rg2\"? rg2/east/App",
       "east",
       {{network_column::resource_group, "rg1"}}},
      {"in another group of the vault's subscription", [](ListedCloud& cloud) { in_subscription(cloud, "5a1e"); },
       "did you mean resource_group = \"rg1\"? rg1/east/app"},
      {"in another subscription", [](ListedCloud& cloud) { in_subscription(cloud, "77aa"); },
       "did you mean resource_group = \"rg1\" and subscription = \"77aa\"? rg1/east/app"},
      {"in the vault's subscription, where the stanza names another one",
       [](ListedCloud& cloud) { in_subscription(cloud, "5a1e"); },
       "did you mean resource_group = \"rg1\" and subscription = \"5a1e\"? rg1/east/app",
       "east",
       {{network_column::subscription, "77aa"}}},
  };
  for (const NearestCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(nearest_text(item), item.expected);
  }
}

TEST(NearestNetwork, MayHaveNoResourceGroup) {
  EstateBuilder world;
  world.want_network("network.app", "east",
                     {.name = "apps", .existing = true, .with = {{network_column::resource_group, "rg1"}}});
  ListedCloud cloud;
  cloud.network("east", "apps");
  cloud.last().identity = "plain/apps";
  const CloudView view = cloud.view(world);
  const auto found = nearest_networks(world.desired(), view.observed(), of_azure(), world.texts());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.begin()->second.words, "did you mean it without resource_group?");
}

}  // namespace
}  // namespace pairform
