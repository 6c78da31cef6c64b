// Recorded state brought up to date with a cloud, on estates made by hand.
#include "engine/read/refresh.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/support/estate_builder.h"
#include "tests/support/listed_cloud.h"

namespace pairform {
namespace {

std::string row_text(EstateBuilder& world, const PriorRow& row) {
  std::string out = world.text(row.address);
  if (row.presence == Existence::Present) out += " present";
  if (row.presence == Existence::Absent) out += " absent";
  if (row.presence == Existence::Unknown) out += " unknown " + world.text(row.why_unknown);
  if (!row.recorded) out += " found";
  if (row.status != Status::Settled) out += fmt::format(" {}", status_text(row.status));
  if (row.ours) out += " ours";
  if (row.drifted) out += " drifted";
  return out;
}

// Every prior row, the drift, and strangers, in one line.
std::string prior_text(EstateBuilder& world, const PriorState& prior) {
  std::vector<std::string> out;
  for (const PriorRow& row : prior.rows) out.push_back(row_text(world, row));
  for (const DriftItem& item : prior.drift) {
    if (!item.column) out.push_back(fmt::format("{} gone", world.text(item.address)));
    else
      out.push_back(fmt::format("{} {}: {} to {}", world.text(item.address),
                                world.types()[item.type].column(*item.column).name, world.text(item.recorded),
                                world.text(item.found)));
  }
  for (const ForeignHalf& half : prior.foreign)
    out.push_back(
        fmt::format("mapping {} from {} to {}", world.text(half.id), world.text(half.source), world.text(half.target)));
  for (const ForeignReplication& user : prior.replications)
    out.push_back(fmt::format("machine {} on {}", world.text(user.vm), world.text(user.network)));
  return fmt::format("{}", fmt::join(out, "; "));
}

PriorState refreshed(EstateBuilder& world, ListedCloud& cloud, bool offline = false) {
  const std::string project = "p";
  CloudView view = cloud.view(world, offline);
  return refresh(
      {world.types(), world.identities(), project, world.desired(), world.recorded(), world.names(), world.estate()},
      view, world.texts());
}

struct RefreshCase {
  const char* name;
  void (*build)(EstateBuilder& world, ListedCloud& cloud);
  const char* expected;
  bool offline = false;
};

void expect_refreshed(std::span<const RefreshCase> cases) {
  for (const RefreshCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    ListedCloud cloud;
    item.build(world, cloud);
    EXPECT_EQ(prior_text(world, refreshed(world, cloud, item.offline)), item.expected);
  }
}

constexpr const char* k_small = R"({"front":"10.2.1.0/24"})";
constexpr const char* k_large = R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})";

TEST(Refresh, SaysOfWhatIsRecordedWhetherItIsThere) {
  const RefreshCase cases[] = {
      {"listed",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.network("east", "app");
       },
       "network.app present"},
      {"listed with the tag of the project, and busy",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.network("east", "app");
         cloud.last().owner_project = "p";
         cloud.last().status = Status::Busy;
       },
       "network.app present busy ours"},
      {"listed with the tag of another project",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.network("east", "app");
         cloud.last().owner_project = "q";
       },
       "network.app present"},
      {"not listed, and a look-up says it is not there",
       [](EstateBuilder& world, ListedCloud&) { world.have_network("network.app", "east"); },
       "network.app absent drifted; network.app gone"},
      {"not listed, and a look-up finds it",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.provider.lookups["east/app"] = CloudRow{.type = "network", .id = "a", .identity = "east/app"};
       },
       "network.app present"},
      {"not listed, and a look-up is denied",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.provider.lookups["east/app"] = FakeProvider::error(ErrorKind::Denied);
       },
       "network.app unknown as told"},
      {"its region refuses",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         cloud.unseen.emplace_back("east", "no access");
       },
       "network.app unknown no access"},
      {"the region of a half is that of the network it maps, of a nic that of its vm",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "front");
         cloud.unseen.emplace_back("east", "no access");
       },
       "mapping.a.forward unknown no access; mapping.a.reverse absent drifted; network.app unknown no access; "
       "network.dr absent drifted; vm.web1 unknown no access; vm.web1.nic.eth0 unknown no access; "
       "mapping.a.reverse gone; network.dr gone"},
      {"a machine without its replication",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_vm("vm.web1", "east/app", "west/dr");
         cloud.vm("east/web1", "east/app", "");
         cloud.last().facts_only = true;
       },
       "vm.web1 absent drifted; vm.web1 gone"},
      {"an operation of ours still runs: what it has not made yet has not drifted",
       [](EstateBuilder& world, ListedCloud&) {
         world.have_network("network.app", "east", {.pending = "operation 7"});
       },
       "network.app absent"},
      {"recorded twice: the second row is nothing",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.a", "east", {.name = "x"});
         world.have_network("network.b", "east", {.name = "x"});
         cloud.network("east", "x");
       },
       "network.a present; network.b absent"},
  };
  expect_refreshed(cases);
}

TEST(Refresh, AsksNothingOfARegionThatRefuses) {
  EstateBuilder world;
  ListedCloud cloud;
  world.have_network("network.app", "east");
  world.want_network("network.dr", "west");
  cloud.unseen.emplace_back("east", "no access");
  refreshed(world, cloud);
  EXPECT_EQ(cloud.provider.looked_up(), std::vector<std::string>{"west/dr"});
}

TEST(Refresh, TellsDriftColumnByColumn) {
  const RefreshCase cases[] = {
      {"a network",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east", {.with = {{network_column::subnets, k_small}}});
         cloud.network("east", "app", k_large);
       },
       R"(network.app present drifted; network.app subnets: {"front":"10.2.1.0/24"} to )"
       R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"},
      {"a network made elsewhere has no drift",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east", {.existing = true, .with = {{network_column::subnets, k_small}}});
         cloud.network("east", "app", k_large);
       },
       "network.app present"},
      {"while an operation of ours runs there is none",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east",
                            {.pending = "operation 7", .with = {{network_column::subnets, k_small}}});
         cloud.network("east", "app", k_large);
       },
       "network.app present"},
      {"a half that leads elsewhere, by the name its network is wanted under",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_network("network.old", "west", {.name = "second"});
         world.want_network("network.new", "west", {.name = "second"});
         world.have_half("mapping.a.forward", "network.app", "network.dr");
         cloud.network("east", "app");
         cloud.network("west", "dr");
         cloud.network("west", "second");
         cloud.half("east/app", "west/second");
       },
       "mapping.a.forward present drifted; network.app present; network.dr present; network.old present; "
       "mapping.a.forward target: network.dr to network.new"},
      {"a network that only has another address now is no drift of the half to it",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         world.have_network("network.old", "west", {.name = "second"});
         world.want_network("network.new", "west", {.name = "second"});
         world.have_half("mapping.a.forward", "network.app", "network.old");
         cloud.network("east", "app");
         cloud.network("west", "second");
         cloud.half("east/app", "west/second");
       },
       "mapping.a.forward present; network.app present; network.old present"},
      {"nor is another name of the half, which is given once",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.with = {{half_column::name, "old"}}});
         cloud.network("east", "app");
         cloud.network("west", "dr");
         cloud.half("east/app", "west/dr", "new");
       },
       "mapping.a.forward present; network.app present; network.dr present"},
  };
  expect_refreshed(cases);
}

TEST(Refresh, AddsWhatIsFoundWhereItIsWantedAndNotRecorded) {
  const RefreshCase cases[] = {
      {"there",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.want_network("network.app", "east");
         cloud.network("east", "app");
       },
       "network.app present found"},
      {"not there: no row", [](EstateBuilder& world, ListedCloud&) { world.want_network("network.app", "east"); }, ""},
      {"not to be read",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.want_network("network.app", "east");
         cloud.provider.lookups["east/app"] = FakeProvider::error(ErrorKind::Denied);
       },
       "network.app unknown as told found"},
      {"recorded under another address: not found a second time",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.want_network("network.new", "east", {.name = "app"});
         world.have_network("network.old", "east", {.name = "app"});
         cloud.network("east", "app");
       },
       "network.old present"},
      {"after all that is recorded",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.want_network("network.a", "east");
         world.have_network("network.z", "east");
         cloud.network("east", "a");
         cloud.network("east", "z");
       },
       "network.z present; network.a present found"},
  };
  expect_refreshed(cases);
}

// The service lands the nics of a machine somewhere as soon as it is replicated.
TEST(Refresh, TakesTheFirstLandingOfAMachineThatWeEnabledForNone) {
  const auto build = [](EstateBuilder& world, ListedCloud& cloud, Had how, const std::string& ip) {
    world.settled_network("network.app", "east");
    world.settled_network("network.dr", "west");
    world.settled_vm("vm.web1", "network.app", "network.dr", std::move(how));
    world.want_nic("vm.web1.nic.eth0", "web");
    cloud.network("east", "app");
    cloud.network("west", "dr");
    cloud.vm("east/web1", "east/app", "west/dr");
    cloud.nic("east/web1", "eth0", "alpha", ip);
  };
  const auto found = [&](Had how, const std::string& ip) {
    EstateBuilder world;
    ListedCloud cloud;
    build(world, cloud, std::move(how), ip);
    return prior_text(world, refreshed(world, cloud)).find("vm.web1.nic.eth0 present found") != std::string::npos;
  };
  EXPECT_FALSE(found({}, ""));
  EXPECT_TRUE(found({}, "10.2.1.4")) << "an address is no first landing";
  EXPECT_TRUE(found({.adopted = true}, "")) << "somebody else enabled it";
  EXPECT_TRUE(found({.existing = true}, "")) << "somebody else enabled it";
}

TEST(Refresh, NotesStrangersThatUseNetworksOfTheProject) {
  const RefreshCase cases[] = {
      {"a half from and one to it, by id; none that is recorded",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
         cloud.network("east", "app");
         cloud.network("west", "dr");
         cloud.half("west/dr", "north/theirs");
         cloud.half("north/theirs", "east/app");
         cloud.half("north/theirs", "south/theirs");
         cloud.half("east/app", "west/dr");
       },
       "mapping.a.forward present; network.app present; network.dr present; "
       "mapping north/theirs>east from north/theirs to network.app; "
       "mapping west/dr>north from network.dr to north/theirs"},
      {"machines that live on a network that goes, or land there; not those of one that stays",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.old", "east");
         world.want_network("network.app", "east");
         world.have_network("network.app", "east");
         cloud.network("east", "old");
         cloud.network("east", "app");
         cloud.vm("east/db1", "east/old", "");
         cloud.vm("west/db2", "west/theirs", "east/old");
         cloud.vm("east/db3", "east/app", "");
       },
       "network.app present; network.old present; machine east/db1 on network.old; machine west/db2 on network.old"},
      {"a replication of ours lands there no more when it goes; its machine still lives there",
       [](EstateBuilder& world, ListedCloud& cloud) {
         world.have_network("network.old", "east");
         world.have_network("network.dr", "west");
         world.have_vm("vm.web1", "network.old", "network.dr");
         cloud.network("east", "old");
         cloud.network("west", "dr");
         cloud.vm("east/web1", "east/old", "west/dr");
       },
       "network.dr present; network.old present; vm.web1 present; machine east/web1 on network.old"},
  };
  expect_refreshed(cases);
}

TEST(Refresh, TakesEverythingToBeAsRecordedOffline) {
  const RefreshCase cases[] = {
      {"recorded, though nothing was listed",
       [](EstateBuilder& world, ListedCloud&) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west", {.existing = true});
         world.have_network("network.hub", "west", {.adopted = true});
         world.want_network("network.new", "east");
       },
       "network.app present ours; network.dr present; network.hub present", true},
  };
  expect_refreshed(cases);
}

TEST(Refresh, KeepsWhatIsOursToSayAsRecorded) {
  EstateBuilder world;
  ListedCloud cloud;
  world.have_network("network.app", "east", {.existing = true, .with = {{network_column::subnets, k_small}}});
  cloud.network("east", "app", k_large);
  const PriorState prior = refreshed(world, cloud);
  const PriorRow& row = prior.rows[PriorId(0U)];
  EXPECT_EQ(world.text(prior.cell(row, network_column::existing)), "true") << "no provider says that";
  EXPECT_EQ(world.text(prior.cell(row, network_column::subnets)), k_large) << "as found";
}

}  // namespace
}  // namespace pairform
