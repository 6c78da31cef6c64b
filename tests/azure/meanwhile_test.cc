// Somebody edits in the portal while an apply of ours runs: between its plan and its steps, and between a read and the write
// that is made of it. What others have made is not changed, and the step that meets it says so.
#include <functional>
#include <regex>

#include "tests/azure/steps_on_azure.h"
#include "tests/azure/vault_of_vms.h"
#include "tests/support/at_terminal.h"

namespace pairform {
namespace {

// The real program has shown its plan, and asks whether to carry it out.
class AzureMeanwhile : public testing::Test {
 protected:
  void SetUp() override {
    put_networks(azure());
    for (const char* name : {"lab", "other"})
      azure().control("put", fmt::format(R"({{"network": {{"group": "rg-net-southeastasia", "name": "{}",
                                            "region": "southeastasia", "space": ["10.5.0.0/16"]}}}})",
                                         name));
    project.write({}, pair());
  }
  AzureEmulator& azure() { return project.azure(); }

  static std::string pair() {
    return existing_pair() + "\n[network.lab]\nexisting = true\nregion = \"southeastasia\"\n";
  }
  static std::string app() { return azure_network_id("rg-net-eastasia", "app"); }
  static std::string in_southeast(std::string_view name) { return azure_network_id("rg-net-southeastasia", name); }
  void put_mapping(std::string_view name, std::string_view target) {
    azure().control("put", fmt::format(R"({{"mapping": {{"name": "{}", "from": "{}", "to": "{}"}}}})", name, app(),
                                       in_southeast(target)));
  }

  // An apply that is approved after `meanwhile`; what it says.
  std::string apply_after(const std::function<void()>& meanwhile) {
    AtTerminal terminal(project.program(), {"apply", "--parallelism", "1"}, 200, 60);
    EXPECT_TRUE(terminal.wait_for("Type \"yes\": "));
    meanwhile();
    azure().forget();
    terminal.type("yes\n");
    exit_code_ = terminal.finish();
    return terminal.said();
  }
  // Of app. A request that the service refuses since its slot is taken does no harm: a list may be two seconds old.
  std::size_t mappings_written() {
    std::size_t count = 0;
    for (const EmulatedRequest& each : azure().log())
      if (each.method == "PUT" && each.status < 300 &&
          each.path.find("eastasia/replicationNetworks/") != std::string::npos)
        count += each.path.find("southeastasia/") == std::string::npos ? 1U : 0U;
    return count;
  }

  int exit_code_ = -1;
  AzureProject project;
};

TEST_F(AzureMeanwhile, AMappingMadeOnTheSlotStays) {
  const std::string said = apply_after([&] { put_mapping("by-hand", "other"); });
  EXPECT_NE(exit_code_, 0) << said;
  EXPECT_NE(said.find("SlotTaken"), std::string::npos) << said;
  EXPECT_NE(said.find("by-hand"), std::string::npos) << said;
  EXPECT_EQ(mappings_written(), 0U) << said;
  EXPECT_EQ(project.calls("DELETE", "."), 0U) << said;
}

TEST_F(AzureMeanwhile, TwoMappingsOnTheSlotStay) {
  const std::string said = apply_after([&] {
    put_mapping("by-hand", "other");
    put_mapping("by-another-hand", "lab");
  });
  EXPECT_NE(exit_code_, 0) << said;
  EXPECT_NE(said.find("TwoMappings"), std::string::npos) << said;
  EXPECT_EQ(mappings_written(), 0U) << said;
}

// The same mapping as the plan wants, made by somebody else: nothing is left to do.
TEST_F(AzureMeanwhile, AMappingMadeAsItIsPlannedIsEnough) {
  const std::string said = apply_after([&] { put_mapping("by-hand", "dr"); });
  EXPECT_EQ(exit_code_, 0) << said;
  EXPECT_EQ(mappings_written(), 0U) << said;
  EXPECT_EQ(project.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

// The recorded mapping was deleted in the portal, and is there again under another name: it is on the slot of the half that
// goes, and no row is left of it.
TEST_F(AzureMeanwhile, AHalfThatWasMadeAnewLeavesNoRowWhenItGoes) {
  ASSERT_EQ(project.run({"apply", "--auto-approve"}).exit_code, 0);
  const std::string things = azure().things();
  std::smatch own;
  ASSERT_TRUE(std::regex_search(
      things, own, std::regex(R"re("(/[^"]*default-eastasia/[^"]*/replicationNetworkMappings/[^"/]*)")re")));
  azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", own[1].str()));
  put_mapping("by-hand", "dr");
  project.write({}, {});
  const Ran ran = project.run_approved({"apply"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project.program().read("pairform.state.jsonl").find("mapping."), std::string::npos);
  EXPECT_EQ(azure().things().find("replicationNetworkMappings/"), std::string::npos);
}

// Somebody ends the replication of a machine that is recorded, and begins it anew: another item, of the same machine.
class AzureMachinesBegunAnew : public AzureMeanwhile {
 protected:
  void SetUp() override {
    AzureMeanwhile::SetUp();
    put_pair(azure());
    put_vms(azure(), 1);
    azure().control("put", R"({"group": {"name": "rg-app-asr", "region": "southeastasia"},
                               "storage": {"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}})");
    azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", item("item-0")));
    project.write(k_cache, existing_pair() + std::string(k_web0));
    const Ran ran = project.run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    own_ = own_item();
    ASSERT_FALSE(own_.empty());
    project.write(k_cache, existing_pair());
    azure().forget();
  }
  static std::string item(std::string_view name) {
    return fmt::format(
        "{}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/"
        "asr-a2a-default-eastasia-container/replicationProtectedItems/{}",
        k_azure_vault, name);
  }
  std::string own_item() {
    std::smatch name;
    const std::string things = azure().things();
    return std::regex_search(things, name, std::regex("replicationProtectedItems/([0-9a-f]{32})\"")) ? name[1].str()
                                                                                                     : std::string();
  }
  void begin_anew() {
    azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", item(own_)));
    azure().control("put", fmt::format(R"({{"item": {{"name": "theirs", "subnet": "web",
      "machine": "{}/providers/Microsoft.Compute/virtualMachines/web0"}}}})",
                                       azure_group_id("rg-app")));
  }
  void expect_theirs_stays() {
    EXPECT_EQ(project.calls("POST", "/theirs/"), 0U);
    EXPECT_EQ(project.calls("DELETE", "/theirs"), 0U);
    EXPECT_NE(azure().things().find("replicationProtectedItems/theirs"), std::string::npos);
    EXPECT_EQ(project.program().read("pairform.state.jsonl").find("vm.web0"), std::string::npos);
  }
  static constexpr const char* k_cache = R"(cache_storage_accounts = { eastasia = "rg-app/cacheeastasia1" })";
  static constexpr const char* k_web0 = "\n[vm.web0]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  std::string own_;
};

TEST_F(AzureMachinesBegunAnew, AreForgottenNotDeleted) {
  begin_anew();
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("warning PF3212: vm.web0 is forgotten, not deleted"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("its replication was ended and begun anew by somebody else"), std::string::npos) << ran.err;
  expect_theirs_stays();
}

// Whoever plans sees the deletion of their own, and answers yes.
TEST_F(AzureMachinesBegunAnew, AreLeftWhereThePlanDidNotSeeThem) {
  project.write(k_cache, existing_pair() + "\n[guards]\napprove = []\n");
  const std::string said = apply_after([&] { begin_anew(); });
  EXPECT_EQ(exit_code_, 0) << said;
  EXPECT_NE(said.find("vm.web0  disable replication"), std::string::npos) << said;
  expect_theirs_stays();
}

// Where theirs lands is their choice: what files say about it needs approval.
TEST_F(AzureMachinesBegunAnew, AreNotLandedElsewhereUnasked) {
  begin_anew();
  project.write(k_cache, existing_pair() + std::string(k_web0) + "nic.web0-front.target_subnet = \"db\"\n");
  const Ran refused = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit_code, 3) << refused.out << refused.err;
  EXPECT_NE((refused.out + refused.err).find("1 x vm.overwrite"), std::string::npos) << refused.out << refused.err;
  EXPECT_EQ(project.calls("PATCH", "/theirs"), 0U);
  const Ran ran = project.run_approved({"apply"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project.calls("PATCH", "/theirs"), 1U);
}

// A name of a network, and what it means.
class AzureNamesOfNetworks : public AzureMeanwhile {
 protected:
  void SetUp() override {
    AzureMeanwhile::SetUp();
    const Ran ran = project.run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    azure().forget();
  }
  void put_app_in(std::string_view group) {
    azure().control("put", fmt::format(R"({{"network": {{"group": "{}", "name": "app", "region": "eastasia",
                                          "space": ["10.1.0.0/16"], "subnets": {{"web": "10.1.0.0/21"}}}}}})",
                                       group));
  }
  static std::string with_group_of_app(std::string_view group) {
    std::string text = pair();
    const std::string line = "region = \"eastasia\"\n";
    return text.replace(text.find(line), line.size(), line + fmt::format("resource_group = \"{}\"\n", group));
  }
  // Said in words, and nothing follows from it, in an apply neither.
  void expect_left_alone(const std::vector<std::string>& words) {
    for (const char* command : {"plan", "apply"}) {
      const Ran ran =
          command == std::string_view("plan") ? project.run({"plan"}) : project.run({"apply", "--auto-approve"});
      EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
      for (const std::string& each : words)
        EXPECT_NE((ran.out + ran.err).find(each), std::string::npos) << each << ran.out << ran.err;
      EXPECT_NE(ran.out.find("Plan: 0 to create, 0 to update, 0 to replace, 0 to delete"), std::string::npos)
          << ran.out;
    }
    for (const char* method : {"PUT", "DELETE", "POST", "PATCH"})
      EXPECT_EQ(project.calls(method, "/subscriptions/"), 0U) << method;
  }
};

TEST_F(AzureNamesOfNetworks, ASecondOneOfANameIsANote) {
  put_app_in("rg-other");
  const Ran ran = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  project.program().remove("pairform.state.jsonl");
  expect_left_alone({"warning PF7010: network.app: 2 networks are called app in eastasia",
                     "resource_group = \"rg-net-eastasia\", or \"rg-other\""});
  project.write({}, with_group_of_app("rg-net-eastasia"));
  const Ran chosen = project.run({"plan"});
  EXPECT_EQ(chosen.exit_code, 0) << chosen.out << chosen.err;
  EXPECT_EQ(chosen.err.find("PF7010"), std::string::npos) << chosen.err;
}

TEST_F(AzureNamesOfNetworks, AStrangerDoesNotTakeThePlaceOfTheRecordedOne) {
  azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", app()));
  put_app_in("rg-other");
  expect_left_alone({"warning PF7011: network.app: the recorded network", "rg-net-eastasia", "rg-other",
                     "to go on with that one: resource_group = \"rg-other\""});
}

TEST_F(AzureNamesOfNetworks, TwoStanzasOfOneAreToldAtBoth) {
  project.write({}, pair() +
                        "\n[network.again]\nexisting = true\nregion = \"eastasia\"\nname = \"app\"\n"
                        "resource_group = \"rg-net-eastasia\"\n");
  expect_left_alone({"warning PF7012: network.app: ", "warning PF7012: network.again: ", "are one network: ",
                     "leave one of the stanzas out"});
}

// Somebody adds a subnet between our read of a network and our write of it.
class AzureOthersWrite : public StepsOnAzure {
 protected:
  // After the first `count` reads of the network, or of its subnet web.
  void let_others_write(const char* path, int count) {
    azure_.behave("others-write", fmt::format(R"("match": "{}", "prefix": "10.1.{{}}.0/24"{})", path,
                                              count == 0 ? "" : fmt::format(R"(, "count": {})", count)));
    azure_.forget();
  }
  std::size_t refused() {
    std::size_t count = 0;
    for (const EmulatedRequest& each : azure_.log()) count += each.status == 412 ? 1U : 0U;
    return count;
  }
  CloudStep move_web() const { return of_app(Operation::Update, k_space, R"({"web":"10.1.2.0/24"})"); }
};

TEST_F(AzureOthersWrite, ASubnetThatIsAddedBeforeOurWriteOfTheSpaceStays) {
  put_networks();
  const auto provider = open();
  let_others_write("/virtualNetworks/app$", 1);
  const StepEnd end = carry_out(*provider, grow_app());
  EXPECT_EQ(value(end, "address_space"), k_wider);
  EXPECT_EQ(refused(), 1U) << "our first write was made of what was old";
  for (const char* subnet : {"theirs1", "new", "web"})
    EXPECT_NE(azure_.things().find(fmt::format(R"("name":"{}")", subnet)), std::string::npos)
        << subnet << azure_.things();
}

TEST_F(AzureOthersWrite, ASubnetThatIsAddedBeforeOurWriteOfAnotherStays) {
  put_networks();
  const auto provider = open();
  let_others_write("/subnets/web$", 2);
  const StepEnd end = carry_out(*provider, move_web());
  EXPECT_NE(value(end, "subnets").find(R"("web":"10.1.2.0/24")"), std::string::npos) << value(end, "subnets");
  EXPECT_EQ(refused(), 2U);
  EXPECT_NE(azure_.things().find("theirs2"), std::string::npos) << azure_.things();
}

TEST_F(AzureOthersWrite, WhoeverKeepsWritingIsLeft) {
  for (const bool subnet : {false, true}) {
    azure_.reset();
    put_networks();
    const auto provider = open();
    let_others_write(subnet ? "/subnets/web$" : "/virtualNetworks/app$", 0);
    EXPECT_EQ(error_code(carry_out(*provider, subnet ? move_web() : grow_app())), "ChangedMeanwhile");
    EXPECT_EQ(refused(), 3U);
    EXPECT_EQ(writes("PUT", "."), 0U);
  }
}

}  // namespace
}  // namespace pairform
