// What was listed, as rows in a project's terms; and what could not be read, which is never absent by accident.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "providers/azure/view.h"
#include "tests/support/azure_recording.h"
#include "tests/support/provider_steps.h"

namespace pairform::azure {
namespace {

const std::string k_sub = "00000000-0000-4000-8000-000000000001";

std::string arm(const std::string& group, const std::string& type, const std::string& name,
                const std::string& subscription = k_sub) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/{}", subscription, group, type, name);
}
std::string vnet(const std::string& group, const std::string& name, const std::string& subscription = k_sub) {
  return arm(group, "Microsoft.Network/virtualNetworks", name, subscription);
}
std::string vm(const std::string& name) { return arm("rg-vm", "Microsoft.Compute/virtualMachines", name); }
std::string nic(const std::string& name) { return arm("rg-vm", "Microsoft.Network/networkInterfaces", name); }

ProviderError denied() {
  ProviderError out;
  out.kind = ErrorKind::Denied;
  out.code = "AuthorizationFailed";
  out.message = "no right to read";
  return out;
}

// A vault with networks App (eastasia, rg-net) and dr (southeastasia, rg-dr), a mapping there and back, and machine Web1 on
// App with a static address, replicated into dr.
class Vault {
 public:
  Vault() {
    settings.vault = "vault-dr";
    settings.resource_group = "rg-dr";
    settings.subscription = k_sub;
    contents().networks.emplace();
    contents().machines.emplace();
    contents().interfaces.emplace();
    add_network("rg-net", "App", "eastasia");
    add_network("rg-dr", "dr", "southeastasia");
    add_mapping("app-to-dr", vnet("rg-net", "app"), "eastasia", vnet("rg-dr", "dr"), "southeastasia");
    add_mapping("dr-to-app", vnet("rg-dr", "dr"), "southeastasia", vnet("rg-net", "app"), "eastasia");
    add_machine("Web1", "10.1.1.20");
    add_item("Web1");
  }
  SubscriptionContents& contents() { return inventory.subscriptions[k_sub]; }
  VirtualNetwork& add_network(const std::string& group, const std::string& name, const std::string& region) {
    VirtualNetwork network;
    network.id = vnet(group, name);
    network.name = name;
    network.region = region;
    network.address_space = {"10.1.0.0/16"};
    network.subnets = {{"Web", {"10.1.1.0/24"}, {}, {}}};
    contents().networks->things.push_back(network);
    return contents().networks->things.back();
  }
  void add_mapping(const std::string& name, const std::string& from, const std::string& from_region,
                   const std::string& to, const std::string& to_region) {
    inventory.mappings.things.push_back({arm("rg-dr", "Microsoft.RecoveryServices/vaults",
                                             "vault-dr/replicationFabrics/" + from_region +
                                                 "/replicationNetworks/azureNetwork/"
                                                 "replicationNetworkMappings/" +
                                                 name),
                                         name, from, to, from_region, to_region, "Paired"});
  }
  void add_machine(const std::string& name, const std::string& ip) {
    VirtualMachine machine;
    machine.id = vm(name);
    machine.name = name;
    machine.region = "eastasia";
    machine.nics = {nic(name + "-nic")};
    contents().machines->things.push_back(machine);
    contents().interfaces->things.push_back({nic(name + "-nic"),
                                             name + "-nic",
                                             "eastasia",
                                             vm(name),
                                             true,
                                             {{nic(name + "-nic") + "/ipConfigurations/primary", "primary",
                                               vnet("rg-net", "App") + "/subnets/web", ip, true, false, true}}});
  }
  ProtectedItem& add_item(const std::string& machine) {
    ProtectedItem item;
    item.id = arm("rg-dr", "Microsoft.RecoveryServices/vaults", "vault-dr/items/" + machine + "-item");
    item.name = machine + "-item";
    item.friendly_name = machine;
    item.machine = ascii_lower(vm(machine));
    item.primary_region = item.initial_primary_region = "eastasia";
    item.recovery_region = item.initial_recovery_region = "southeastasia";
    item.recovery_name = machine;
    item.recovery_group = fmt::format("/subscriptions/{}/resourceGroups/rg-vm-asr", k_sub);
    item.selected_network = vnet("rg-dr", "dr");
    item.recovery_health = "Normal";
    item.status.status = Status::Settled;
    item.nics = {{nic(machine + "-nic"),
                  vnet("rg-net", "App"),
                  vnet("rg-dr", "dr"),
                  {},
                  {{"primary", true, "web", "10.1.1.20", false, "WEB", "10.1.1.20", {}, {}}}}};
    inventory.items.things.push_back(item);
    return inventory.items.things.back();
  }
  // What is told: rows, then what is unseen.
  std::string told(std::vector<KnownName> known, bool whole = false) {
    View view;
    view.inventory = inventory;
    view.names = std::make_unique<const ProjectNames>(std::move(known), view.inventory, settings);
    view.nic_owners = nic_owners(view.inventory, *view.names);
    index_vms(view, settings);
    view.gone = gone;
    const std::vector<std::string> regions{"eastasia", "southeastasia"};
    const Observation seen = observation_of(view, settings, regions, whole);
    std::string out;
    for (const CloudRow& row : seen.rows) {
      out += row.type + ' ' + row.identity;
      for (const NamedValue& each : row.attributes)
        if (each.value && shows(each.name)) out += ' ' + each.name + '=' + *each.value;
      for (const Occupied& use : row.in_use) out += " use=" + use.ip + " by " + use.owner;
      if (row.facts_only) out += " facts_only";
      if (row.status != Status::Settled) out += ' ' + std::string(status_text(row.status));
      if (row.home) out += fmt::format(" home={} {} {}", row.home->network, row.home->subnet, row.home->ip);
      if (!row.note.empty()) out += " note=" + row.note;
      out += '\n';
    }
    for (const Unseen& each : seen.unseen) out += fmt::format("unseen {}: {}\n", each.scope, each.error.code);
    return out;
  }

  AzureSettings settings;
  Inventory inventory;
  std::set<std::string> gone;

 private:
  static bool shows(const std::string& name) {
    return name != "region" && name != "address_space" && name != "subnets" && name != "vm";
  }
};

const std::vector<KnownName> k_known{
    {"network", "eastasia/app", ""}, {"network", "southeastasia/dr", ""}, {"vm", "eastasia/web1", ""}};

const char* const k_networks =
    "network eastasia/app name=App use=10.1.1.20 by eastasia/web1/web1-nic\n"
    "network southeastasia/dr name=dr\n";
const char* const k_halves =
    "mapping eastasia/app:southeastasia name=app-to-dr source=eastasia/app target=southeastasia/dr\n"
    "mapping southeastasia/dr:eastasia name=dr-to-app source=southeastasia/dr target=eastasia/app\n";
const char* const k_vm =
    "vm eastasia/web1 name=Web1 network=eastasia/app target_region=southeastasia target_network=southeastasia/dr\n"
    "nic eastasia/web1/web1-nic name=Web1-nic subnet=Web ip=10.1.1.20 target_subnet=Web target_ip=10.1.1.20\n";

TEST(AzureView, SpeaksTheTermsOfTheProject) {
  Vault vault;
  EXPECT_EQ(vault.told(k_known), std::string(k_networks) + k_halves + k_vm);
}

TEST(AzureView, GivesWhatNobodyNamesItsLongIdentity) {
  Vault vault;
  const std::string told = vault.told({});
  EXPECT_NE(
      told.find("network @" + k_sub + "/rg-net/eastasia/app name=App resource_group=rg-net subscription=" + k_sub),
      told.npos)
      << told;
  EXPECT_NE(told.find("mapping @" + k_sub + "/rg-net/eastasia/app:southeastasia"), told.npos) << told;
  EXPECT_NE(told.find("vm @" + k_sub + "/rg-vm/eastasia/web1"), told.npos) << told;
}

TEST(AzureView, IsTheSameInWhateverOrderThingsAreListed) {
  Vault vault;
  vault.add_machine("Web2", "10.1.1.21");
  const std::string before = vault.told(k_known, true);
  std::reverse(vault.contents().networks->things.begin(), vault.contents().networks->things.end());
  std::reverse(vault.contents().interfaces->things.begin(), vault.contents().interfaces->things.end());
  std::reverse(vault.contents().machines->things.begin(), vault.contents().machines->things.end());
  std::reverse(vault.inventory.mappings.things.begin(), vault.inventory.mappings.things.end());
  EXPECT_EQ(vault.told(k_known, true), before);
}

TEST(AzureView, ShowsMachinesThatAreNotReplicatedAsFactsWhereTheyAreNamed) {
  Vault vault;
  vault.add_machine("Web2", "10.1.1.21");
  std::vector<KnownName> known = k_known;
  EXPECT_EQ(vault.told(known).find("web2 "), std::string::npos) << "nobody names it";
  known.push_back({"vm", "eastasia/web2", ""});
  EXPECT_NE(vault.told(known).find("vm eastasia/web2 name=Web2 network=eastasia/app facts_only\n"
                                   "nic eastasia/web2/web2-nic name=Web2-nic subnet=Web ip=10.1.1.21 facts_only\n"),
            std::string::npos);
}

TEST(AzureView, TellsTwoOfANameAndBindsToTheRecordedOne) {
  Vault vault;
  vault.add_network("rg-other", "app", "eastasia");
  const std::string two = vault.told(k_known);
  EXPECT_NE(two.find("unseen eastasia/app: AmbiguousName\n"), two.npos) << two;
  EXPECT_EQ(two.find("network @"), two.npos) << "neither is somebody else's: " << two;
  EXPECT_NE(two.find(k_halves), two.npos) << two;
  EXPECT_NE(two.find(k_vm), two.npos) << "what is on it is on an unknown network: " << two;
  std::vector<KnownName> recorded = k_known;
  recorded[0].id = ascii_lower(vnet("rg-net", "app"));
  const std::string told = vault.told(recorded);
  EXPECT_EQ(told.find("unseen"), told.npos) << told;
  EXPECT_NE(
      told.find("network eastasia/app name=App use=10.1.1.20 by eastasia/web1/web1-nic note=others have this name"),
      told.npos)
      << told;
  vault.contents().networks->things.erase(vault.contents().networks->things.begin());
  vault.gone.insert(ascii_lower(vnet("rg-net", "app")));
  EXPECT_NE(vault.told(recorded).find("unseen eastasia/app: NetworkMoved\n"), std::string::npos);
}

TEST(AzureView, TellsTwoStanzasForOneNetwork) {
  Vault vault;
  std::vector<KnownName> known = k_known;
  known.push_back({"network", "@-/rg-net/eastasia/app", ""});
  const std::string told = vault.told(known);
  EXPECT_NE(told.find("unseen eastasia/app: BoundTwice\n"), told.npos) << told;
  EXPECT_NE(told.find("unseen @-/rg-net/eastasia/app: BoundTwice\n"), told.npos) << told;
}

TEST(AzureView, TellsTwoMappingsOnOneSlotAndBelievesNeither) {
  Vault vault;
  vault.add_mapping("second", vnet("rg-net", "APP"), "eastasia", vnet("rg-dr", "dr2"), "southeastasia");
  const std::string told = vault.told(k_known);
  EXPECT_NE(told.find("unseen eastasia/app:southeastasia: TwoMappings\n"), told.npos) << told;
  EXPECT_EQ(told.find("mapping eastasia/app:southeastasia"), told.npos) << told;
}

// A network that may not be read is left out of the listing in silence: its halves still carry the name that the project has
// for it, and no row says that it is there or gone.
TEST(AzureView, KeepsTheNameOfANetworkThatIsNotListed) {
  Vault vault;
  auto& networks = vault.contents().networks->things;
  networks.erase(networks.begin());
  for (const std::string& id : {std::string(), ascii_lower(vnet("rg-net", "app"))}) {
    std::vector<KnownName> known = k_known;
    known[0].id = id;
    const std::string told = vault.told(known);
    EXPECT_NE(told.find(k_halves), told.npos) << told;
    EXPECT_EQ(told.find("network eastasia/app"), told.npos) << told;
    EXPECT_EQ(told.find("unseen"), told.npos) << told;
  }
}

TEST(AzureView, TellsWhatAFailedListingHides) {
  Vault mappings;
  mappings.inventory.mappings = {{}, {}, denied()};
  EXPECT_EQ(mappings.told(k_known), std::string(k_networks) + k_vm +
                                        "unseen eastasia: AuthorizationFailed\n"
                                        "unseen southeastasia: AuthorizationFailed\n");
  Vault items;
  items.inventory.items = {{}, {}, denied()};
  EXPECT_EQ(items.told(k_known), std::string(k_networks) + k_halves +
                                     "unseen eastasia: AuthorizationFailed\n"
                                     "unseen southeastasia: AuthorizationFailed\n")
      << "a machine that may be replicated is not told to be none";
  Vault networks;
  networks.contents().networks = Listed<VirtualNetwork>{{}, {}, denied()};
  const std::string told = networks.told(k_known);
  EXPECT_NE(told.find(k_halves), told.npos) << told;
  EXPECT_NE(told.find("unseen eastasia/app: AuthorizationFailed\nunseen southeastasia/dr: AuthorizationFailed\n"),
            told.npos)
      << told;
}

TEST(AzureView, TakesTheFactsOfAReplicatedMachineFromItsItemWhereNothingElseMayBeRead) {
  Vault vault;
  vault.contents().machines = Listed<VirtualMachine>{{}, {}, denied()};
  vault.contents().interfaces = Listed<NetworkInterface>{{}, {}, denied()};
  const std::string told = vault.told(k_known);
  EXPECT_NE(told.find(k_vm), told.npos) << told;
  vault.inventory.items.things.clear();
  const std::string unread = vault.told(k_known);
  EXPECT_NE(unread.find("unseen eastasia/web1: AuthorizationFailed\n"), unread.npos) << unread;
}

TEST(AzureView, DoesNotTakeAMachineForOneWithoutNics) {
  Vault vault;
  vault.inventory.items.things.clear();
  vault.contents().interfaces->things.clear();
  const std::string told = vault.told(k_known);
  EXPECT_NE(told.find("unseen eastasia/web1: NicUnread\n"), told.npos) << told;
  EXPECT_EQ(told.find("vm eastasia/web1"), told.npos) << told;
}

// An item that is not understood protects some machine: no vm that is not known to be replicated may look as if it were not.
TEST(AzureView, DoesNotTakeAMachineForUnreplicatedWhereAnItemIsNotUnderstood) {
  Vault vault;
  const std::string id = ascii_lower(vault.inventory.items.things[0].id);
  vault.inventory.items.things.clear();
  vault.inventory.items.misread = {{id, denied()}};
  for (const std::string& recorded : {std::string(), std::string("vault-dr/web1-item")}) {
    std::vector<KnownName> known = k_known;
    known[2].id = recorded;
    const std::string told = vault.told(known);
    EXPECT_NE(told.find("unseen eastasia/web1: AuthorizationFailed\n"), told.npos) << told;
    EXPECT_EQ(told.find("vm eastasia/web1"), told.npos) << told;
  }
}

TEST(AzureView, SaysNothingOfLandingsWhileAMachineIsSeeded) {
  Vault vault;
  ProtectedItem& item = vault.inventory.items.things[0];
  item.status = {Status::Busy, "InitialReplicationInProgress", false};
  item.nics.clear();
  item.selected_network.clear();
  const std::string told = vault.told(k_known);
  EXPECT_NE(told.find("vm eastasia/web1 name=Web1 network=eastasia/app target_region=southeastasia busy "
                      "note=InitialReplicationInProgress\n"
                      "nic eastasia/web1/web1-nic name=Web1-nic subnet=Web ip=10.1.1.20 facts_only\n"),
            told.npos)
      << told;
}

// web1 was failed over, committed and protected the other way round: the copy is what the item protects, and the way home is
// where it lands. It is called by where it came from, recorded or not.
TEST(AzureView, KnowsAReversedMachineByWhereItCameFrom) {
  for (const bool source_is_there : {true, false})
    for (const std::string& recorded : {std::string(), std::string("vault-dr/web1-item")}) {
      Vault vault;
      ProtectedItem& item = vault.inventory.items.things[0];
      item.machine = ascii_lower(arm("rg-vm-asr", "Microsoft.Compute/virtualMachines", "web1"));
      item.primary_region = "southeastasia";
      item.recovery_region = "eastasia";
      item.recovery_group = fmt::format("/subscriptions/{}/resourceGroups/rg-vm", k_sub);
      item.selected_network = vnet("rg-net", "App");
      item.status.status = Status::Reversed;
      item.nics = {{arm("rg-vm-asr", "Microsoft.Network/networkInterfaces", "web1-nic"),
                    vnet("rg-dr", "dr"),
                    vnet("rg-net", "App"),
                    {},
                    {{"primary", true, "web", "10.1.1.30", false, "web", "10.1.1.20", {}, {}}}}};
      if (!source_is_there) {
        vault.contents().machines->things.clear();
        vault.contents().interfaces->things.clear();
      }
      std::vector<KnownName> known = k_known;
      known[2].id = recorded;
      const std::string told = vault.told(known);
      const std::string facts = source_is_there ? " network=eastasia/app" : "";
      EXPECT_NE(told.find("vm eastasia/web1 name=Web1" + facts +
                          " target_region=southeastasia target_network=southeastasia/dr reversed\n"),
                told.npos)
          << told;
      EXPECT_NE(told.find(" target_subnet=Web target_ip=10.1.1.30 home=eastasia/app Web 10.1.1.20\n"), told.npos)
          << told;
      EXPECT_EQ(told.find("unseen"), told.npos) << told;
    }
}

TEST(AzureView, SaysHowReplicationIs) {
  Vault vault;
  vault.inventory.items.things[0].recovery_health = "Critical";
  EXPECT_NE(vault.told(k_known).find("target_network=southeastasia/dr note=replication health: Critical\n"),
            std::string::npos);
}

TEST(AzureView, TellsAddressesOfWhatIsNoNic) {
  Vault vault;
  VirtualNetwork expanded = vault.contents().networks->things[0];
  expanded.subnets[0].users = {
      {ascii_lower(arm("rg-net", "Microsoft.Network/loadBalancers", "LB")) + "/frontendIPConfigurations/F",
       "10.1.1.99"}};
  const Occupancy held = occupancy_of(vault.inventory, {}, {expanded});
  const auto& app = held.at(ascii_lower(vnet("rg-net", "app")));
  ASSERT_EQ(app.size(), 2U);
  EXPECT_EQ(app[1].ip + ' ' + app[1].owner,
            "10.1.1.99 " + ascii_lower(arm("rg-net", "Microsoft.Network/loadBalancers", "lb")));
}

TEST(NicNames, AreToldApartByTheirGroups) {
  EXPECT_EQ(nic_names({nic("a"), arm("rg-2", "Microsoft.Network/networkInterfaces", "A"), nic("b")}),
            (std::vector<std::string>{"a", "A@rg-2", "b"}));
}

// The items that were recorded, as rows.
TEST(RecordedItems, AreTheRowsThatTheyMean) {
  struct Case {
    const char *recording, *told;
  };
  const Case cases[] = {
      {"item-protected", "settled @00000000-0000-0000-0000-000000000000/cli.test.rg.srvm/eastus2/srsourcevm"},
      {"item-reversed-protected", "reversed @00000000-0000-0000-0000-000000000000/cli.test.rg.srvm/eastus2/srsourcevm"},
      {"item-reprotecting", "busy @00000000-0000-0000-0000-000000000000/cli.test.rg.srvm/eastus2/srsourcevm"},
      {"item-unplanned-failover-committed",
       "failed_over @00000000-0000-0000-0000-000000000001/rg_machines1/eastus/vm-failed-over-1"},
      {"item-test-failover-marked-for-deletion",
       "broken @00000000-0000-0000-0000-000000000001/rg_machines1/eastus/vm-cancelled-failover"}};
  for (const Case& each : cases) {
    const Recording recording(each.recording);
    auto item = decode_item(recording.body());
    ASSERT_TRUE(item.thing) << each.recording << ": " << item.wrong;
    View view;
    view.inventory.items.things.push_back(*item.thing);
    AzureSettings settings;
    settings.vault = "v";
    view.names = std::make_unique<const ProjectNames>(std::vector<KnownName>{}, view.inventory, settings);
    index_vms(view, settings);
    const Observation seen = observation_of(view, settings, {}, true);
    ASSERT_FALSE(seen.rows.empty()) << each.recording;
    EXPECT_EQ(fmt::format("{} {}", status_text(seen.rows[0].status), seen.rows[0].identity), each.told)
        << each.recording;
    EXPECT_EQ(seen.rows[0].id, ascii_lower("v/" + item.thing->name));
  }
}

}  // namespace
}  // namespace pairform::azure
