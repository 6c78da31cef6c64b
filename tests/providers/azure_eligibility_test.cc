// Which machines replication can be enabled of, and with which disks.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "providers/azure/eligibility.h"
#include "tests/support/azure_item.h"
#include "tests/support/changed_json.h"

namespace pairform::azure {
namespace {

std::string disk_id(const std::string& name) {
  return fmt::format("{}/providers/Microsoft.Compute/disks/{}", k_group, name);
}

Json disk(const std::string& name) {
  Json out;
  out["name"] = name;
  out["managedDisk"]["id"] = disk_id(name);
  return out;
}

// The recorded machine, with two data disks.
Json machine_json() {
  Json machine = recorded("vm-get");
  Json& storage = machine["properties"]["storageProfile"];
  storage["osDisk"]["name"] = "os";
  storage["osDisk"]["managedDisk"]["id"] = disk_id("os");
  storage["dataDisks"] = Json::list({disk("data1"), disk("data2")});
  return machine;
}

VirtualMachine decoded(const Json& json) {
  const Parsed parsed(json);
  auto machine = decode_machine(parsed);
  EXPECT_TRUE(machine.thing) << machine.wrong;
  return machine.thing ? *machine.thing : VirtualMachine{};
}

// "CODE: message"; conflicts with a "?" after it.
std::string told(const std::optional<ProviderError>& error) {
  if (!error) return {};
  EXPECT_FALSE(error->help.empty()) << error->code;
  return fmt::format("{}{}: {}", error->code, error->kind == ErrorKind::Conflict ? "?" : "", error->message);
}

TEST(ProtectedDisks, AreAllButThoseExcluded) {
  const VirtualMachine machine = decoded(machine_json());
  const auto disks = [&](const std::vector<std::string>& excluded) {
    const auto found = protected_disks(machine, excluded);
    if (const auto* error = std::get_if<ProviderError>(&found)) return told(*error);
    std::string out;
    for (const std::string& each : std::get<0>(found)) out += each.substr(each.rfind('/') + 1) + " ";
    return out;
  };
  EXPECT_EQ(disks({}), "os data1 data2 ");
  EXPECT_EQ(disks({"DATA1"}), "os data2 ");
  EXPECT_EQ(disks({"data1", "data2"}), "os ");
  EXPECT_EQ(disks({"data3"}), "NoSuchDisk: the machine SRsourcevm has no data disk data3; it has: data1, data2");
  EXPECT_EQ(disks({"os"}), "NoSuchDisk: the machine SRsourcevm has no data disk os; it has: data1, data2");
}

struct Case {
  const char* what;
  void (*edit)(Json& machine);
  std::string told;
};

const std::string k_not = "MachineNotSupported: pairform cannot enable replication of SRsourcevm: ";
const std::string k_state = "machine SRsourcevm is in provisioning state ";
const std::string k_only = ", and its replication can be enabled only in state Succeeded";

Json& storage(Json& machine) { return machine["properties"]["storageProfile"]; }
Json& data_disk(Json& machine, std::size_t which) { return storage(machine)["dataDisks"].items()[which]; }
void add_extension(Json& machine, const std::string& publisher, const std::string& type) {
  Json extension;
  extension["properties"]["publisher"] = publisher;
  extension["properties"]["type"] = type;
  machine["resources"] = Json::list({Json::parse("{}"), extension});
}

TEST(RefusedMachines, AreToldWhy) {
  const Case cases[] = {
      {"as recorded", [](Json&) {}, ""},
      {"an unmanaged disk of the system",
       [](Json& it) {
         storage(it)["osDisk"].remove("managedDisk");
         storage(it)["osDisk"]["vhd"]["uri"] = "https://account/vhds/os.vhd";
       },
       k_not + "it has unmanaged disks: os"},
      {"unmanaged data disks",
       [](Json& it) {
         data_disk(it, 0)["managedDisk"] = Json();
         data_disk(it, 1).remove("managedDisk");
       },
       k_not + "it has unmanaged disks: data1, data2"},
      {"no disk of the system", [](Json& it) { storage(it).remove("osDisk"); },
       k_not + "Azure shows no disk of its system"},
      {"encrypted with keys in its settings",
       [](Json& it) { storage(it)["osDisk"]["encryptionSettings"]["enabled"] = true; },
       k_not + "it is encrypted by Azure Disk Encryption"},
      {"encryption that is off", [](Json& it) { storage(it)["osDisk"]["encryptionSettings"]["enabled"] = false; }, ""},
      {"encrypted by an extension",
       [](Json& it) { add_extension(it, "Microsoft.Azure.Security", "AzureDiskEncryptionForLinux"); },
       k_not + "it is encrypted by Azure Disk Encryption"},
      {"another extension", [](Json& it) { add_extension(it, "Microsoft.Azure.Security", "IaaSAntimalware"); }, ""},
      {"an extension of another publisher", [](Json& it) { add_extension(it, "Contoso", "AzureDiskEncryption"); }, ""},
      {"a key of one's own on the system",
       [](Json& it) { storage(it)["osDisk"]["managedDisk"]["diskEncryptionSet"]["id"] = "/subscriptions/s/des"; },
       k_not + "it has disks with a key of your own: os"},
      {"a key on a data disk",
       [](Json& it) { data_disk(it, 0)["managedDisk"]["diskEncryptionSet"]["id"] = "/subscriptions/s/des"; },
       k_not + "it has disks with a key of your own: data1"},
      {"a key on a data disk that is excluded",
       [](Json& it) { data_disk(it, 1)["managedDisk"]["diskEncryptionSet"]["id"] = "/subscriptions/s/des"; }, ""},
      {"in an edge zone", [](Json& it) { it["extendedLocation"]["name"] = "losangeles"; },
       k_not + "it is in the edge zone losangeles"},
      {"of a scale set", [](Json& it) { it["properties"]["virtualMachineScaleSet"]["id"] = "/subscriptions/s/scale1"; },
       k_not + "it is an instance of the scale set scale1"},
      {"several reasons",
       [](Json& it) {
         it["extendedLocation"]["name"] = "losangeles";
         it["properties"]["provisioningState"] = "Failed";
         data_disk(it, 0).remove("managedDisk");
       },
       k_not + "it has unmanaged disks: data1; it is in the edge zone losangeles"},
      {"changed just now", [](Json& it) { it["properties"]["provisioningState"] = "Updating"; },
       "MachineNotReady?: " + k_state + "Updating" + k_only},
      {"failed", [](Json& it) { it["properties"]["provisioningState"] = "Failed"; },
       "MachineNotReady: " + k_state + "Failed" + k_only},
      {"no state", [](Json& it) { it["properties"]["provisioningState"] = Json(); },
       "MachineNotReady: " + k_state + "unknown" + k_only},
      {"another case", [](Json& it) { it["properties"]["provisioningState"] = "succeeded"; }, ""},
  };
  for (const Case& each : cases) {
    Json machine = machine_json();
    each.edit(machine);
    EXPECT_EQ(told(refuse_machine(decoded(machine), {"data2"})), each.told) << each.what;
  }
}

Json eligibility(const std::vector<std::vector<std::string>>& errors) {
  Json out;
  std::vector<Json> all;
  for (const std::vector<std::string>& each : errors) {
    Json error;
    error["code"] = each[0];
    error["message"] = each[1];
    error["possibleCauses"] = each[2].empty() ? Json() : Json(each[2]);
    error["recommendedAction"] = each[3];
    error["status"] = "Error";
    all.push_back(error);
  }
  out["properties"]["clientRequestId"] = "guid";
  out["properties"]["errors"] = Json::list(all);
  return out;
}

TEST(Eligibility, AllErrorsAreInOneMessage) {
  const auto read = [](const Json& body) { return read_eligibility(Parsed(body), "web1"); };
  EXPECT_FALSE(read(eligibility({})));
  Json none = eligibility({});
  none["properties"]["errors"] = Json();
  EXPECT_FALSE(read(none));
  const auto two =
      read(eligibility({{"A2AOperatingSystemNotSupported", "It is too old.", "An old kernel.", "Update it."},
                        {"A2ADisk", "It is too large", "", "Update it."},
                        {"", "Something else.", "", "Ask."}}));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->kind, ErrorKind::Invalid);
  EXPECT_EQ(two->code, "A2AOperatingSystemNotSupported");
  for (const char* part :
       {"machine web1 cannot be replicated: It is too old", "A2ADisk", "It is too large", "Something else."})
    EXPECT_NE(two->message.find(part), std::string::npos) << two->message;
  EXPECT_NE(two->causes.find("An old kernel."), std::string::npos) << two->causes;
  for (const char* part : {"Update it", "Ask"}) EXPECT_NE(two->help.find(part), std::string::npos) << two->help;
  EXPECT_EQ(read(eligibility({{"", "No.", "", ""}}))->code, "NotEligible");
  Json wrong = eligibility({});
  wrong["properties"]["errors"] = "none";
  EXPECT_EQ(read(wrong)->message, "properties.errors: expected a list, found a text");
}

// Never eligible because something is of another kind.
TEST(Eligibility, AWrongKindIsNoYes) {
  const Parsed body(eligibility({{"A2ADisk", "It is too large", "It is.", "Shrink it."}}));
  with_each_change(body, [](element changed, Change change, const std::string& text) {
    const bool refused = read_eligibility(changed, "web1").has_value();
    EXPECT_TRUE(refused || change != Change::OtherKind) << text;
  });
}

}  // namespace
}  // namespace pairform::azure
