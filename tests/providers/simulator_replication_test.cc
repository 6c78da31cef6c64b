// What the simulator does with a project's steps for vms and nics beyond what every provider must.
#include "schema/base_types.h"
#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

const char* const k_web1 = "eastasia/web1";
const char* const k_eth0 = "eastasia/web1/eth0";

CloudStep enable(const std::string& seeding_polls = "") {
  CloudStep step =
      vm_step(Operation::Create, k_web1, "eastasia", "web1", "eastasia/app", "southeastasia", "southeastasia/dr");
  if (!seeding_polls.empty()) step.extras = {{"seeding_polls", seeding_polls}};
  return step;
}

CloudStep with_facts(CloudStep step, const std::string& subnet, const std::string& ip) {
  step.attributes.push_back({"subnet", subnet});
  step.attributes.push_back({"ip", ip});
  return step;
}

// The example networks, mapped both ways.
void put_pair(const SimulatorWorld& world) {
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  world.done({"put", "mapping", "southeastasia/dr", "eastasia/app"});
}
void put_web1(const SimulatorWorld& world) {
  world.done({"put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.20,vip:10.0.1.21"});
}
std::string handle_of(const BeginAnswer& answer) { return std::get<Accepted>(answer).handle; }

TEST(SimulatorReplication, AVmThatNobodyPutThereIsMadeUp) {
  const SimulatorWorld world;
  put_pair(world);
  const auto provider = world.open();
  EXPECT_EQ(row_text(run_step(*provider, enable()).row.value()),
            "vm eastasia/web1 region=eastasia name=web1 network=eastasia/app target_region=southeastasia "
            "target_network=southeastasia/dr made_up");
  CloudStep eth0 =
      with_facts(nic_step(Operation::Create, k_eth0, "WEB", "10.0.1.20", R"({"vip":"10.0.1.21"})"), "web", "10.0.1.20");
  eth0.attributes.push_back({"secondary", R"({"vip":"10.0.1.21"})"});
  const auto ends = run_steps(
      *provider, {eth0, with_facts(nic_step(Operation::Create, "eastasia/web1/eth1", "db", ""), "alpha", "dhcp")});
  EXPECT_EQ(row_text(ends.at(0).row.value()),
            "nic eastasia/web1/eth0 vm=eastasia/web1 name=eth0 subnet=web ip=10.0.1.20 "
            "secondary={\"vip\":\"10.0.1.21\"} "
            "target_subnet=web target_ip=10.0.1.20 target_secondary={\"vip\":\"10.0.1.21\"}");
  EXPECT_EQ(row_text(ends.at(1).row.value()),
            "nic eastasia/web1/eth1 vm=eastasia/web1 name=eth1 subnet=alpha ip=dhcp target_subnet=db");
  EXPECT_EQ(error_code(run_step(*provider, delete_step("vm", k_web1))), "");
  EXPECT_EQ(find_text(*provider, "vm", k_web1),
            "vm eastasia/web1 region=eastasia name=web1 network=eastasia/app facts_only made_up");
  EXPECT_NE(find_text(*provider, "nic", k_eth0), "absent");
}

TEST(SimulatorReplication, AMachineThatSomebodyPutThereKeepsItsFacts) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  CloudStep step = enable();
  for (NamedValue& attribute : step.attributes)
    if (attribute.name == "network") attribute.value = "eastasia/elsewhere";
  EXPECT_EQ(find_value(run_step(*provider, step).row.value().attributes, "network"), "eastasia/app");
  EXPECT_EQ(error_code(run_step(
                *provider, with_facts(nic_step(Operation::Create, "eastasia/web1/eth9", "web", ""), "web", "dhcp"))),
            "NicNotFound");
  EXPECT_EQ(find_value(run_step(*provider, with_facts(nic_step(Operation::Create, k_eth0, "web", ""), "alpha", "dhcp"))
                           .row.value()
                           .attributes,
                       "ip"),
            "10.0.1.20");
}

TEST(SimulatorReplication, SettlesAfterItsPolls) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  const CloudStep step = enable("5");
  const std::string handle = handle_of(provider->begin(std::span(&step, 1), {}).at(0));
  EXPECT_EQ(handle, "vm1:eastasia/web1");
  const std::string busy =
      "vm eastasia/web1 region=eastasia name=web1 network=eastasia/app target_region=southeastasia "
      "target_network=southeastasia/dr";
  for (const auto& [percent, text] :
       {std::pair(20, "polled 1 of 5 times"), {60, "polled 3 of 5 times"}}) {  // looked up between
    const Running running = std::get<Running>(world.open()->poll(handle, {}));
    EXPECT_EQ(running.percent, percent);
    EXPECT_EQ(running.text, text);
    EXPECT_EQ(find_text(*provider, "vm", k_web1), busy + " busy");
    EXPECT_EQ(error_code(run_step(*provider, nic_step(Operation::Create, k_eth0, "web", ""))), "VmNotProtected");
  }
  EXPECT_EQ(row_text(std::get<Done>(provider->poll(handle, {})).row.value()), busy);
  EXPECT_EQ(find_text(*provider, "vm", k_web1), busy);
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll(handle, {})));  // settled stays settled
}

// As a service does, whoever has the handle: nobody, where the client was killed before it was written down.
TEST(SimulatorReplication, SettlesByWhateverReadsIt) {
  for (const bool listed : {false, true}) {
    const SimulatorWorld world;
    put_pair(world);
    put_web1(world);
    const auto provider = world.open();
    const CloudStep step = enable("3");
    static_cast<void>(provider->begin(std::span(&step, 1), {}));
    int reads = 0;
    std::string read;
    do {
      read.clear();
      if (listed)
        for (const std::string& row : observe_all(*provider, {"eastasia"}).rows) read += row + '\n';
      else read = find_text(*provider, "vm", k_web1);
    } while (++reads < 10 && read.find(" busy") != std::string::npos);
    EXPECT_EQ(reads, 3) << read;
    EXPECT_NE(read.find("target_network=southeastasia/dr"), std::string::npos) << read;
  }
}

// What may not be read does not go on by being asked for.
TEST(SimulatorReplication, DoesNotGoOnWhereItMayNotBeRead) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  const CloudStep step = enable("1");
  static_cast<void>(provider->begin(std::span(&step, 1), {}));
  world.done({"deny", std::string(k_web1)});
  observe_all(*provider, {"eastasia"});
  EXPECT_EQ(find_text(*provider, "vm", k_web1).find("busy"), std::string::npos);
  world.done({"allow", std::string(k_web1)});
  EXPECT_NE(world.done({"list"}).find("busy"), std::string::npos);
}

TEST(SimulatorReplication, PollsAsTheProjectSaysUnlessItsStanzaDoes) {
  for (const auto& [polls, seeding, expected] :
       {std::tuple("2", "", 2), {"2", "5", 5}, {"2", "0", 0}, {"0", "", 0}, {"0", "4", 4}}) {
    const SimulatorWorld world;
    put_pair(world);
    const auto provider = world.open({{"polls", polls}});
    EXPECT_EQ(run_step(*provider, enable(seeding)).polls, expected) << polls << ' ' << seeding;
  }
}

TEST(SimulatorReplication, AFailedEnableLeavesNone) {
  const SimulatorWorld world;
  put_pair(world);
  const auto provider = world.open();
  const CloudStep step = enable("2");
  const std::string handle = handle_of(provider->begin(std::span(&step, 1), {}).at(0));
  world.done({"fail", "poll", "vm"});
  EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).kind, ErrorKind::Unavailable);  // asking failed
  EXPECT_TRUE(find_text(*provider, "vm", k_web1).ends_with(" made_up busy"));
  world.done({"fail", "poll", "vm", "--error", "denied"});
  EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).kind, ErrorKind::Invalid);  // it has failed
  EXPECT_TRUE(find_text(*provider, "vm", k_web1).ends_with(" facts_only made_up"));
  EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).code, "AuthorizationFailed");  // stays known
  EXPECT_EQ(error_code(run_step(*provider, enable())), "");
}

TEST(SimulatorReplication, IsCheckedAgainWhenItSettles) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  const CloudStep step = enable("1");
  const std::string first = handle_of(provider->begin(std::span(&step, 1), {}).at(0));
  world.done({"delete", "mapping", "eastasia/app", "southeastasia"});
  const auto answer = provider->poll(first, {});
  EXPECT_EQ(std::get<ProviderError>(answer).code, "TargetNetworkNotConfigured");
  EXPECT_EQ(std::get<ProviderError>(answer).message,
            "Target network settings are not configured for virtual machine eastasia/web1: there is no mapping of "
            "eastasia/app to southeastasia.");
  EXPECT_TRUE(find_text(*provider, "vm", k_web1).ends_with(" facts_only"));
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  const std::string second = handle_of(provider->begin(std::span(&step, 1), {}).at(0));
  world.done({"delete", "vm", k_web1});
  EXPECT_EQ(std::get<ProviderError>(provider->poll(second, {})).code, "ReplicationDisabled");
}

TEST(SimulatorReplication, ARequestSettlesWhole) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  run_step(*world.open(), enable());
  const auto provider = world.open({{"polls", "2"}});
  const std::vector<CloudStep> steps{
      vm_step(Operation::Update, k_web1, "eastasia", "web1", "eastasia/app", "southeastasia", "southeastasia/dr"),
      nic_step(Operation::Create, k_eth0, "web", "10.0.1.30")};
  const auto answers = provider->begin(steps, {});
  const std::string vm = handle_of(answers.at(0)), nic = handle_of(answers.at(1));
  EXPECT_TRUE(std::holds_alternative<Running>(provider->poll(nic, {})));
  EXPECT_TRUE(find_text(*provider, "nic", k_eth0).ends_with(" facts_only"));
  EXPECT_TRUE(std::holds_alternative<Running>(provider->poll(vm, {})));
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll(nic, {})));
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll(vm, {})));
  EXPECT_TRUE(find_text(*provider, "nic", k_eth0).ends_with(" target_subnet=web target_ip=10.0.1.30"));
}

TEST(SimulatorReplication, OneFaultStopsTheWholeRequest) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  run_step(*provider, enable());
  const std::vector<CloudStep> steps{
      vm_step(Operation::Update, k_web1, "eastasia", "web1", "eastasia/app", "southeastasia", "southeastasia/dr2"),
      nic_step(Operation::Create, k_eth0, "web", "10.0.1.30")};
  world.done({"fail", "create", "nic", "--error", "throttled"});
  for (const StepEnd& end : run_steps(*provider, steps)) EXPECT_EQ(error_code(end), "TooManyRequests");
  EXPECT_TRUE(find_text(*provider, "vm", k_web1).ends_with(" target_network=southeastasia/dr"));
  world.done({"deny", k_eth0});
  for (const StepEnd& end : run_steps(*provider, steps)) EXPECT_EQ(error_code(end), "AuthorizationFailed");
}

TEST(SimulatorReplication, AWrongWriteStoresAnotherValue) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  world.done({"fail", "create", "vm", "--error", "wrong"});
  EXPECT_EQ(find_value(run_step(*provider, enable()).row.value().attributes, "target_network"), "southeastasia/dr2");
  run_step(*provider, delete_step("vm", k_web1));
  run_step(*provider, enable());
  world.done({"fail", "create", "nic", "--error", "wrong"});
  const StepEnd end = run_step(*provider, nic_step(Operation::Create, k_eth0, "web", "10.0.1.30"));
  EXPECT_EQ(find_value(end.row.value().attributes, "target_ip"), std::nullopt);
}

TEST(SimulatorReplication, LandingsMayCoincideUntilAFailover) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  world.done({"put", "vm", "eastasia/web2", "network=app", "nic.eth0=web:10.0.1.22"});
  const auto provider = world.open();
  run_step(*provider, enable());
  run_step(*provider, vm_step(Operation::Create, "eastasia/web2", "eastasia", "web2", "eastasia/app", "southeastasia",
                              "southeastasia/dr"));
  for (const std::string nic : {"eastasia/web1/eth0", "eastasia/web2/eth0"})
    EXPECT_EQ(error_code(run_step(*provider, nic_step(Operation::Create, nic, "web", "10.0.1.30"))), "");
  const StepEnd twice =
      run_step(*provider, nic_step(Operation::Create, k_eth0, "web", "10.0.1.31", R"({"vip":"10.0.1.31"})"));
  EXPECT_EQ(twice.error.value().message, "Address 10.0.1.31 is given twice for eastasia/web1.");
  EXPECT_EQ(run_step(*provider, nic_step(Operation::Create, k_eth0, "web", "", R"({"other":"10.0.1.31"})"))
                .error.value()
                .message,
            "Nic eastasia/web1/eth0 has no IP configuration other.");
}

TEST(SimulatorReplication, MovesAlongWithItsMapping) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  world.done({"put", "vm", "eastasia/web2", "network=app", "nic.eth0=alpha:10.0.0.20"});
  world.done({"put", "network", "southeastasia/dr2", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  const auto provider = world.open();
  for (const std::string name : {"web1", "web2"})
    run_step(*provider, vm_step(Operation::Create, "eastasia/" + name, "eastasia", name, "eastasia/app",
                                "southeastasia", "southeastasia/dr"));
  run_step(*provider, nic_step(Operation::Create, k_eth0, "db", "10.9.0.20", R"({"vip":"10.9.0.21"})"));
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr2"});
  for (const std::string name : {"web1", "web2"})
    EXPECT_TRUE(find_text(*provider, "vm", "eastasia/" + name).ends_with(" target_network=southeastasia/dr2"));
  EXPECT_TRUE(find_text(*provider, "nic", k_eth0)
                  .ends_with(" target_subnet=web target_ip=10.0.1.20 target_secondary={\"vip\":\"10.0.1.21\"}"));
  EXPECT_TRUE(find_text(*provider, "nic", "eastasia/web2/eth0").ends_with(" facts_only"));  // never had a landing
  world.done({"put", "network", "southeastasia/empty", "address_space=10.7.0.0/16"});
  world.done({"put", "mapping", "eastasia/app", "southeastasia/empty"});
  EXPECT_TRUE(find_text(*provider, "nic", k_eth0).ends_with(" facts_only"));  // nowhere to land
}

TEST(SimulatorReplication, WhoWasSentElsewhereStaysThere) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  run_step(*provider, enable());
  run_step(*provider, vm_step(Operation::Update, k_web1, "eastasia", "web1", "eastasia/app", "southeastasia",
                              "southeastasia/dr2"));
  world.done({"put", "network", "southeastasia/dr3", "address_space=10.7.0.0/16"});
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr3"});
  EXPECT_TRUE(find_text(*provider, "vm", k_web1).ends_with(" target_network=southeastasia/dr2"));
}

TEST(SimulatorReplication, NewFactsLeaveItsLandings) {
  const SimulatorWorld world;
  put_pair(world);
  put_web1(world);
  const auto provider = world.open();
  run_step(*provider, enable());
  run_step(*provider, nic_step(Operation::Create, k_eth0, "web", "10.0.1.30", R"({"vip":"10.0.1.31"})"));
  world.done({"put", "vm", "eastasia/web1", "network=app", "nic.eth0=alpha:10.0.0.20", "nic.eth1=web"});
  EXPECT_EQ(find_text(*provider, "nic", k_eth0),
            "nic eastasia/web1/eth0 vm=eastasia/web1 name=eth0 subnet=alpha ip=10.0.0.20 target_subnet=web "
            "target_ip=10.0.1.30");
  EXPECT_EQ(find_text(*provider, "nic", "eastasia/web1/eth1"),
            "nic eastasia/web1/eth1 vm=eastasia/web1 name=eth1 subnet=web ip=dhcp facts_only");
}

TEST(SimulatorReplication, IsAddedToTheTypeTable) {
  const TypeTable table = full_type_table();
  const ResourceType& vm = table[table.find_type("vm")];
  std::string added;
  for (const AttributeType& attribute : vm.attributes)
    if (attribute.provider == "simulator") added += attribute.name + ' ';
  EXPECT_EQ(added, "seeding_polls ");
  EXPECT_EQ(vm.columns.size(), base_type_table()[table.find_type("vm")].columns.size());
}

}  // namespace
}  // namespace pairform::simulator
