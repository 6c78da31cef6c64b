// Every answer that was recorded from the live service decodes to what it says; and whatever is removed from it, nulled, of
// another kind or of another case, it is never taken for settled, nor for absent, by accident.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "providers/azure/arm_id.h"
#include "providers/azure/half.h"
#include "providers/azure/item.h"
#include "providers/azure/json_in.h"
#include "providers/azure/machine.h"
#include "providers/azure/network.h"
#include "schema/value.h"
#include "tests/support/azure_recording.h"
#include "tests/support/changed_json.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

std::string last(const std::string& id) { return id.empty() ? "-" : std::string(last_segment(id)); }

std::string told(const Decoded<ProtectedItem>& item) {
  if (!item.thing) return item.wrong.empty() ? "not ours" : "wrong: " + item.wrong;
  const ProtectedItem& i = *item.thing;
  std::string out = fmt::format("{} {} {}->{} into {} {}", i.name, last(i.machine), i.primary_region, i.recovery_region,
                                last(i.selected_network), status_text(i.status.status));
  if (!i.status.because.empty()) out += fmt::format(" ({})", i.status.because);
  for (const ItemNic& nic : i.nics) {
    out += fmt::format("; {} on {} to {}", last(nic.source), last(nic.network), last(nic.recovery_network));
    for (const ItemConfiguration& c : nic.configurations)
      out += fmt::format(" [{} {}{} -> {} {}]", c.subnet, c.address, c.dynamic ? " dynamic" : "", c.recovery_subnet,
                         c.recovery_address.empty() ? "dynamic" : c.recovery_address);
  }
  return out;
}

struct ItemCase {
  const char* recording;
  const char* told;
};
const ItemCase k_items[] = {
    {"item-protected",
     "cli-test-protected-item-A2A-1 srsourcevm eastus2->eastus into cli-test-vnet-A2A-2 settled; SRsourcevmVMNic on "
     "SRsourcevmVNET to cli-test-vnet-A2A-2 [SRsourcevmSubnet 10.0.0.4 dynamic -> MySubnet dynamic]"},
    {"item-protected-by-mapping",
     "a2aVM330 a2avm330 eastus->westcentralus into a2arecoverynetwork330 settled; a2aVM330 on a2aVM330 to "
     "a2arecoverynetwork330 [a2aVM330 192.168.1.4 dynamic -> frontendSubnet dynamic]"},
    {"item-after-nic-patch",
     "a2aVM330 a2avm330 eastus->westcentralus into a2arecoverynetwork330 settled; a2aVM330 on a2aVM330 to "
     "a2arecoverynetwork330 [a2aVM330 192.168.1.4 dynamic -> frontendSubnet dynamic]"},
    {"item-initial-replication-in-progress",
     "replicatedvmtest3 vm-seeding eastus->westus2 into - busy (InitialReplicationInProgress)"},
    {"item-waiting-for-recovery-point",
     "cli-test-protected-item-A2A-1 srsourcevm eastus2->eastus into - busy "
     "(InitialReplicationRecoveryCompletionPending)"},
    {"item-waiting-disks-protected",
     "cli-test-protected-item-A2A-1 srsourcevm eastus2->eastus into - busy "
     "(InitialReplicationRecoveryCompletionPending)"},
    {"item-reprotecting",
     "cli-test-protected-item-A2A-1 srsourcevm eastus->eastus2 into - busy (InitialReplicationInProgress); "
     "srsourcevmvmnic on - to SRsourcevmVNET [  dynamic -> SRsourcevmSubnet dynamic]"},
    {"item-reprotecting-9-percent",
     "cli-test-protected-item-A2A-1 srsourcevm eastus->eastus2 into - busy (InitialReplicationInProgress); "
     "srsourcevmvmnic on - to SRsourcevmVNET [  dynamic -> SRsourcevmSubnet dynamic]"},
    {"item-reprotecting-waiting",
     "cli-test-protected-item-A2A-1 srsourcevm eastus->eastus2 into - busy "
     "(InitialReplicationRecoveryCompletionPending); srsourcevmvmnic on - to SRsourcevmVNET [  dynamic -> "
     "SRsourcevmSubnet dynamic]"},
    {"item-reprotecting-disk-unavailable",
     "cli-test-protected-item-A2A-1 srsourcevm eastus->eastus2 into - busy (InitialReplicationInProgress); "
     "srsourcevmvmnic on - to SRsourcevmVNET [  dynamic -> SRsourcevmSubnet dynamic]"},
    {"item-reversed-protected",
     "cli-test-protected-item-A2A-1 srsourcevm eastus->eastus2 into SRsourcevmVNET reversed; SRsourcevmVMNic on "
     "cli-test-vnet-A2A-2 to SRsourcevmVNET [MySubnet 10.0.0.4 dynamic -> SRsourcevmSubnet dynamic]"},
    {"item-test-failover-marked-for-deletion",
     "replicatedvmtestcheckfail vm-cancelled-failover eastus->westus2 into a2arecoveryvnet broken "
     "(UnplannedFailoverFailed); vm-cancelled-failover956_z1 on vnet-testing-0001 to a2arecoveryvnet [default "
     "10.31.0.10 dynamic -> default dynamic]"},
    {"item-unplanned-failover-commit-pending",
     "vm0001ProtectedVmx demovm eastus->westus2 into a2arecoveryvnet failed_over "
     "(UnplannedFailoverCommitPendingStatesBegin); demovm319_z1 on vnet-testing-0001 to a2arecoveryvnet [default "
     "10.31.0.11 dynamic -> default dynamic]"},
    {"item-unplanned-failover-committed",
     "replicatedvmtestcheck vm-failed-over-1 eastus->westus2 into a2arecoveryvnet failed_over "
     "(UnplannedFailoverCommitted); vm-failed-over-1409_z1 on vnet-testing-0001 to a2arecoveryvnet [default 10.31.0.9 "
     "dynamic -> default dynamic]"},
    {"item-unplanned-failover-failed",
     "replicatedvmtestcheckfail vm-cancelled-failover eastus->westus2 into a2arecoveryvnet broken "
     "(UnplannedFailoverFailed); vm-cancelled-failover956_z1 on vnet-testing-0001 to a2arecoveryvnet [default "
     "10.31.0.10 dynamic -> default dynamic]"},
};

TEST(RecordedItems, DecodeToWhatTheySay) {
  for (const ItemCase& each : k_items) {
    const Recording recording(each.recording);
    EXPECT_EQ(told(decode_item(recording.body())), each.told) << each.recording;
  }
}

// Where each NIC of a protected item lands, without case; of a reversed one where it lives besides.
std::string landings(const ProtectedItem& item) {
  std::string out;
  for (const ItemNic& nic : item.nics) {
    out += fmt::format("{} to {}", nic.lands() ? "lands" : "nowhere", nic.recovery_network);
    if (item.reversed()) out += " from " + nic.network;
    for (const ItemConfiguration& c : nic.configurations) {
      out += fmt::format(" [{} {}]", c.recovery_subnet, c.recovery_address);
      if (item.reversed()) out += fmt::format(" [{} {}]", c.subnet, c.dynamic ? "" : c.address);
    }
  }
  return ascii_lower(out);
}

TEST(RecordedItems, AreNeverSettledNorAbsentByAccident) {
  std::size_t looked_at = 0;
  for (const ItemCase& each : k_items) {
    const Recording recording(each.recording);
    const auto whole = decode_item(recording.body());
    ASSERT_TRUE(whole.thing) << each.recording;
    with_each_change(recording.body(), [&](element body, Change change, const std::string& text) {
      ++looked_at;
      const auto changed = decode_item(body);
      EXPECT_TRUE(changed.thing || !changed.wrong.empty()) << each.recording << ": absent by accident: " << text;
      if (!changed.thing) return;
      const Status status = changed.thing->status.status;
      const bool was_settled = whole.thing->status.status == Status::Settled;
      EXPECT_TRUE(was_settled || status != Status::Settled) << each.recording << ": settled by accident: " << text;
      // Where it still is, its landings are those that it has.
      if (status == Status::Settled || status == Status::Reversed) {
        EXPECT_EQ(landings(*changed.thing), landings(*whole.thing)) << each.recording << ": " << text;
      }
      EXPECT_TRUE(change != Change::OtherCase || status == whole.thing->status.status) << text;
    });
  }
  EXPECT_GT(looked_at, 5000U);
}

// One member of the NIC of a protected item at a time, or two: it lands nowhere, or is not understood.
TEST(RecordedItems, LandNowhereOnlyWhereTheySaySo) {
  const Recording recording("item-protected-by-mapping");
  const std::string body = simdjson::minify(recording.body());
  using Edits = std::vector<std::pair<std::string, std::string>>;
  const auto edited = [&](const Edits& edits) {
    std::string text = body;
    for (const auto& [from, to] : edits) {
      EXPECT_NE(text.find(from), text.npos) << from;
      text.replace(text.find(from), from.size(), to);
    }
    simdjson::dom::parser parser;
    element root;
    EXPECT_EQ(parser.parse(text).get(root), simdjson::SUCCESS) << text;
    const auto item = decode_item(root);
    return item.thing ? std::string(item.thing->nics[0].lands() ? "lands" : "nowhere") : item.wrong;
  };
  const std::string vnet =
      R"("recoveryVMNetworkId":"/subscriptions/00000000-0000-0000-0000-000000000003/resourcegroups/recrg330/providers/)"
      R"(microsoft.network/virtualnetworks/a2arecoverynetwork330")";
  const std::pair<std::string, std::string> no_subnet(R"("recoverySubnetName":"frontendSubnet")",
                                                      R"("recoverySubnetName":null)"),
      no_network(vnet, R"("recoveryVMNetworkId":null)"),
      deselected(R"("selectionType":"SelectedByDefault")", R"("selectionType":"NotSelected")"),
      primary_deselected(R"("isSeletedForFailover":true)", R"("isSeletedForFailover":false)");
  EXPECT_EQ(edited({}), "lands");
  EXPECT_EQ(edited({deselected}), "nowhere");
  EXPECT_EQ(edited({primary_deselected}), "nowhere");
  EXPECT_EQ(edited({deselected, no_subnet}), "nowhere") << "as the service leaves a NIC that is not sent along";
  EXPECT_EQ(edited({no_subnet, no_network}), "nowhere") << "nothing is said of it";
  EXPECT_EQ(edited({no_subnet}),
            "properties.providerSpecificDetails.vmNics[].ipConfigs[].recoverySubnetName: not given");
  EXPECT_EQ(edited({no_network}), "properties.providerSpecificDetails.vmNics[].recoveryVMNetworkId: not given");
  EXPECT_EQ(edited({{vnet, R"("recoveryVMNetworkId":"somewhere")"}}),
            "properties.providerSpecificDetails.vmNics[].recoveryVMNetworkId: not given");
  EXPECT_EQ(edited({{R"("recoveryIPAddressType":"Dynamic")", R"("recoveryIPAddressType":"Static")"}}),
            "properties.providerSpecificDetails.vmNics[].ipConfigs[].recoveryStaticIPAddress: not given");
  EXPECT_EQ(edited({{R"("ipAddressType":"Dynamic")", R"("ipAddressType":null)"}}),
            "properties.providerSpecificDetails.vmNics[].ipConfigs[].ipAddressType: not given");
}

std::string told(const Decoded<NetworkMapping>& mapping) {
  if (!mapping.thing) return mapping.wrong.empty() ? "not ours" : "wrong: " + mapping.wrong;
  const NetworkMapping& m = *mapping.thing;
  return fmt::format("{} {} {} -> {} {} {}", m.name, m.primary_region, last(m.primary_network), m.recovery_region,
                     last(m.recovery_network), m.state);
}

TEST(RecordedMappings, DecodeToWhatTheySay) {
  EXPECT_EQ(told(decode_network_mapping(Recording("network-mapping-get").body())),
            "cli-test-network-mapping-A2A-1 eastus2 srsourcevmvnet -> eastus cli-test-vnet-a2a-2 Paired");
  const Recording list("network-mappings-list"), other("network-mappings-list-vmm");
  for (const element each : simdjson::dom::array(list.body()["value"]))
    EXPECT_EQ(told(decode_network_mapping(each)),
              "cli-test-network-mapping-A2A-1 eastus2 srsourcevmvnet -> eastus cli-test-vnet-a2a-2 Paired");
  std::size_t others = 0;
  for (const element each : simdjson::dom::array(other.body()["value"])) {
    EXPECT_EQ(told(decode_network_mapping(each)), "not ours");
    ++others;
  }
  EXPECT_GT(others, 0U);
}

TEST(RecordedMappings, AreNeverAbsentNorElsewhereByAccident) {
  const Recording recording("network-mapping-get");
  const auto whole = decode_network_mapping(recording.body());
  with_each_change(recording.body(), [&](element body, Change, const std::string& text) {
    const auto changed = decode_network_mapping(body);
    ASSERT_TRUE(changed.thing || !changed.wrong.empty()) << text;
    if (!changed.thing) return;
    EXPECT_EQ(ascii_lower(changed.thing->primary_network), whole.thing->primary_network) << text;
    EXPECT_EQ(ascii_lower(changed.thing->recovery_network), whole.thing->recovery_network) << text;
    EXPECT_EQ(changed.thing->recovery_region, whole.thing->recovery_region) << text;
  });
}

TEST(RecordedNetworks, DecodeToWhatTheySay) {
  const auto network = decode_network(Recording("vnet-get-with-nic").body());
  ASSERT_TRUE(network.thing) << network.wrong;
  EXPECT_EQ(network.thing->name, "SRsourcevmVNET");
  EXPECT_EQ(network.thing->region, "eastus2");
  EXPECT_EQ(network.thing->address_space, std::vector<std::string>{"10.0.0.0/16"});
  ASSERT_EQ(network.thing->subnets.size(), 1U);
  EXPECT_EQ(network.thing->subnets[0].name, "SRsourcevmSubnet");
  EXPECT_EQ(network.thing->subnets[0].prefixes, std::vector<std::string>{"10.0.0.0/24"});
  EXPECT_EQ(network.thing->subnets[0].users.size(), 1U);
  EXPECT_TRUE(decode_network(Recording("vnet-get-created").body()).thing);
  EXPECT_TRUE(decode_network(Recording("vnet-put-201").body()).thing);

  const auto nic = decode_interface(Recording("nic-get").body());
  ASSERT_TRUE(nic.thing) << nic.wrong;
  EXPECT_EQ(last(nic.thing->machine), "SRsourcevm");
  EXPECT_TRUE(nic.thing->primary);
  ASSERT_EQ(nic.thing->configurations.size(), 1U);
  EXPECT_EQ(nic.thing->configurations[0].address, "10.0.0.4");
  EXPECT_FALSE(nic.thing->configurations[0].is_static);
  EXPECT_EQ(last(nic.thing->configurations[0].subnet), "SRsourcevmSubnet");

  const auto machine = decode_machine(Recording("vm-get").body());
  ASSERT_TRUE(machine.thing) << machine.wrong;
  EXPECT_EQ(machine.thing->name, "SRsourcevm");
  ASSERT_EQ(machine.thing->nics.size(), 1U);
  EXPECT_EQ(last(machine.thing->nics[0]), "SRsourcevmVMNic");
  ASSERT_EQ(machine.thing->disks.size(), 1U);
  EXPECT_TRUE(machine.thing->disks[0].os);
}

std::string shape(const VirtualNetwork& network) {
  std::string out = fmt::format("{} {}", network.region, fmt::join(network.address_space, ","));
  for (const AzureSubnet& subnet : network.subnets) {
    out += fmt::format(" [{} {} {}]", subnet.name, fmt::join(subnet.prefixes, ","), fmt::join(subnet.delegations, ","));
    for (const SubnetUser& user : subnet.users) out += fmt::format(" {} {}", user.id, user.address);
  }
  return ascii_lower(out);
}

// Whatever still decodes has its shape. The list of what sits in a subnet is left out where nothing does; then a NIC says that
// it sits there, or the network is read with what sits in it.
TEST(RecordedNetworks, AreNeverAbsentNorEmptyByAccident) {
  const Recording network("vnet-get-with-nic"), nic("nic-get"), machine("vm-get");
  const std::string whole = shape(*decode_network(network.body()).thing);
  std::size_t without_users = 0;
  with_each_change(network.body(), [&](element body, Change change, const std::string& text) {
    const auto changed = decode_network(body);
    ASSERT_TRUE(changed.thing || !changed.wrong.empty()) << text;
    if (!changed.thing || shape(*changed.thing) == whole) return;
    EXPECT_EQ(change, Change::Remove) << text;
    const auto& subnets = changed.thing->subnets;
    EXPECT_TRUE(subnets.empty() || subnets[0].users.empty()) << text;  // an element of a list was taken out
    ++without_users;
  });
  EXPECT_EQ(without_users, 3U) << "the subnet, its users, the list of them";
  const auto holds = [](const NetworkInterface& each) {
    std::string out = each.machine;
    for (const AzureIpConfiguration& c : each.configurations)
      out += fmt::format(" {} {} {}", c.subnet, c.address, c.is_static);
    return ascii_lower(out);
  };
  const std::string held = holds(*decode_interface(nic.body()).thing);
  std::set<std::string> lost;
  with_each_change(nic.body(), [&](element body, Change change, const std::string& text) {
    const auto changed = decode_interface(body);
    ASSERT_TRUE(changed.thing || !changed.wrong.empty()) << text;
    if (!changed.thing || holds(*changed.thing) == held) return;
    const AzureIpConfiguration& c = changed.thing->configurations.at(0);
    EXPECT_NE(change, Change::OtherKind) << text;
    lost.insert(changed.thing->machine.empty() ? "machine" : c.subnet.empty() ? "subnet" : "address");
    EXPECT_TRUE(changed.thing->machine.empty() || c.subnet.empty() || c.address.empty()) << text;
  });
  EXPECT_EQ(lost, (std::set<std::string>{"machine", "subnet", "address"}))
      << "then the network is asked who sits in it";
  with_each_change(machine.body(), [&](element body, Change, const std::string& text) {
    const auto changed = decode_machine(body);
    ASSERT_TRUE(changed.thing || !changed.wrong.empty()) << text;
    EXPECT_TRUE(!changed.thing || changed.thing->nics.size() == 1) << text;
  });
}

element parsed(simdjson::dom::parser& parser, const std::string& text) {
  element root;
  if (parser.parse(text).get(root) != simdjson::SUCCESS) throw std::runtime_error(text);
  return root;
}

TEST(JsonIn, NamesTheFirstMemberOfTheWrongKind) {
  simdjson::dom::parser parser;
  std::string wrong;
  const JsonIn root(
      parsed(parser, R"({"a":{"list":[{"x":"1"},{"x":{}}],"n":"17","m":17,"e":"","f":"no"},"t":{"k":"v","z":1}})"),
      wrong);
  const JsonIn a = root.object("a");
  EXPECT_EQ(a.number("n"), 17);
  EXPECT_EQ(a.number("m"), 17);
  EXPECT_EQ(a.number("e"), std::nullopt);
  EXPECT_EQ(a.number("none"), std::nullopt);
  EXPECT_EQ(a.text("e"), "");
  EXPECT_FALSE(a.object("none").present());
  EXPECT_TRUE(a.object("none").list("x").empty());
  EXPECT_TRUE(wrong.empty()) << wrong;
  for (const JsonIn& each : a.list("list")) each.text("x");
  EXPECT_EQ(wrong, "a.list[1].x: expected a text, found an object");
  a.flag("f");
  EXPECT_EQ(wrong, "a.list[1].x: expected a text, found an object") << "the first one stays";
  wrong.clear();
  EXPECT_EQ(root.entries("t").size(), 1U);
  EXPECT_EQ(wrong, "t.z: expected a text, found a number");
  wrong.clear();
  const JsonIn list(parsed(parser, "[]"), wrong);
  EXPECT_EQ(wrong, "expected an object, found a list");
  EXPECT_EQ(list.text("a"), "");
}

TEST(ArmId, HasNoCaseAndKeepsItsSpelling) {
  const auto id =
      parse_arm_id("/Subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/App/subnets/Web");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->subscription, "S");
  EXPECT_EQ(id->resource_group, "G");
  EXPECT_TRUE(id->is("microsoft.network", "SUBNETS"));
  EXPECT_FALSE(id->is("Microsoft.Network", "virtualNetworks"));
  EXPECT_EQ(id->name(), "Web");
  EXPECT_EQ(id->name_of("virtualnetworks"), "App");
  EXPECT_EQ(id->name_of("routes"), "");
  EXPECT_TRUE(parse_arm_id("/subscriptions/s/resourceGroups/g"));
  EXPECT_TRUE(parse_arm_id("/subscriptions/s"));
  for (const char* wrong :
       {"", "/", "//", "subscriptions/s", "/subscriptions", "/subscriptions/", "/subscriptions/s/resourceGroups",
        "/subscriptions/s/resourceGroups/g/", "/subscriptions/s/x/y", "/subscriptions/s/providers/p",
        "/subscriptions/s/providers/p/t", "/subscriptions/s/resourceGroups/../providers/p/t/n",
        "/subscriptions/s/resourceGroups/g/providers/p/t/n?x", "/subscriptions/s/resourceGroups/g/providers/p/t/n#",
        "/subscriptions/s/resourceGroups/a b", "/subscriptions/s/resourceGroups/g/providers/p/t/n%2f"})
    EXPECT_FALSE(parse_arm_id(wrong)) << wrong;
  EXPECT_EQ(parent_of("/a/b/c/d"), "/a/b");
  EXPECT_EQ(parent_of("/a"), "");
  EXPECT_EQ(last_segment("/a/b"), "b");
  EXPECT_EQ(last_segment("b"), "b");
}

}  // namespace
}  // namespace pairform::azure
