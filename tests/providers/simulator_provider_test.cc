// What the simulator does beyond what every provider must: awkwardness, faults, time.
#include <fstream>

#include "providers/simulator/faults.h"
#include "providers/simulator/provider.h"
#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

using namespace std::chrono_literals;

const char* const k_slot = "eastasia/app:southeastasia";

CloudStep make_app_half(const std::string& target = "southeastasia/dr") {
  return mapping_step(Operation::Create, k_slot, "app-to-southeastasia", "eastasia/app", target);
}
CloudStep make_lab() {
  return network_step(Operation::Create, "eastasia", "lab", "eastasia/lab", R"(["10.1.0.0/16"])",
                      R"({"db":"10.1.2.0/24","web":"10.1.1.0/24"})");
}

TEST(ProviderSet, NamesItsProvidersAndTheirSettings) {
  ASSERT_EQ(provider_entries().size(), 2U);
  EXPECT_EQ(provider_entries()[0].name, "simulator") << "of projects that name none";
  EXPECT_EQ(provider_entries()[1].name, "azure");
  const TypeTable table = full_type_table();
  EXPECT_EQ(table.providers, (std::vector<std::string>{"azure", "simulator"}));
  EXPECT_NE(table.find_settings("provider.azure"), nullptr);
  const ResourceType* settings = table.find_settings("provider.simulator");
  ASSERT_NE(settings, nullptr);
  std::string defaults;
  for (const AttributeType& attribute : settings->attributes) {
    defaults += attribute.name + '=' + attribute.default_value + ' ';
    EXPECT_FALSE(attribute.doc.empty()) << attribute.name;
    EXPECT_EQ(attribute.provider, "simulator");
  }
  EXPECT_EQ(defaults,
            "database=.pairform/simulator.db latency=0 jitter=0 seed=1 fault_rate=0 throttle_per_second=0 "
            "polls=0 unseen_looks=0 ");
}

TEST(SimulatorDatabase, LiesInsideTheProject) {
  const SimulatorWorld world;
  EXPECT_EQ(database_path(world.directory(), ".pairform/simulator.db"), world.database());
  EXPECT_EQ(database_path(world.directory(), "a/../b.db"), world.directory() / "b.db");
  std::filesystem::create_directory_symlink("/tmp", world.directory() / "link");
  for (const std::string outside : {"../x.db", "/tmp/x.db", "", ".", "a/../../x.db", "link/x.db"})
    EXPECT_THROW(database_path(world.directory(), outside), std::runtime_error) << outside;
}

TEST(SimulatorDatabase, TheEnvironmentMayNameOneElsewhere) {
  const SimulatorWorld world, elsewhere;
  setenv("PAIRFORM_SIMULATOR_DB", elsewhere.database().c_str(), 1);
  EXPECT_THROW(database_path(world.directory(), "../x.db"), std::runtime_error) << "no such directory";
  std::filesystem::create_directories(elsewhere.database().parent_path());
  EXPECT_EQ(database_path(world.directory(), "../x.db"), elsewhere.database());
  run_step(*world.open(), make_lab());
  setenv("PAIRFORM_SIMULATOR_DB", "", 1);
  EXPECT_EQ(database_path(world.directory(), "x.db"), world.directory() / "x.db");
  unsetenv("PAIRFORM_SIMULATOR_DB");
  EXPECT_TRUE(std::filesystem::exists(elsewhere.database()));
  EXPECT_FALSE(std::filesystem::exists(world.database()));
}

TEST(SimulatorDatabase, IsMadeByAWriteAndByNoRead) {
  const SimulatorWorld world;
  const auto provider = world.open();
  EXPECT_TRUE(observe_all(*provider, {"eastasia"}).rows.empty());
  EXPECT_EQ(find_text(*provider, "network", "eastasia/lab"), "absent");
  EXPECT_FALSE(std::filesystem::exists(world.database().parent_path()));
  run_step(*provider, make_lab());
  EXPECT_EQ(observe_all(*provider, {"eastasia"}).rows.size(), 1U);
}

TEST(Simulator, RefusesSettingsOutOfRange) {
  const SimulatorWorld world;
  for (const NamedValue& setting :
       {NamedValue{"fault_rate", "1.5"}, {"polls", "-1"}, {"seed", "x"}, {"latency", "2ms"}})
    EXPECT_THROW(world.open({setting}), std::runtime_error) << setting.name;
  try {
    world.open({{"fault_rate", "1.5"}});
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "[provider.simulator] fault_rate must be between 0 and 1, not 1.5");
  }
}

TEST(Simulator, RefusesADatabaseOfAnotherKind) {
  const SimulatorWorld world;
  std::filesystem::create_directories(world.database().parent_path());
  std::ofstream(world.database()) << std::string(4096, 'x');
  try {
    world.open();
    ADD_FAILURE() << "opened";
  } catch (const std::runtime_error& failure) {
    EXPECT_EQ(failure.what(),
              "the simulator's database " + world.database().string() + " cannot be opened: file is not a database");
  }
}

TEST(Simulator, IdsComeBackLowerCasedAndNamesAsTheyWereMade) {
  const SimulatorWorld world;
  const auto provider = world.open();
  CloudStep step = network_step(Operation::Create, "eastasia", "App-Vnet", "@sub-1/rg/eastasia/app-vnet",
                                R"(["10.1.0.0/16"])", "{}");
  step.attributes.push_back({"resource_group", "RG"});
  step.attributes.push_back({"subscription", "Sub-1"});
  EXPECT_EQ(row_text(run_step(*provider, step).row.value()),
            "network @sub-1/rg/eastasia/app-vnet region=eastasia name=App-Vnet address_space=[\"10.1.0.0/16\"] "
            "subnets={} resource_group=RG subscription=Sub-1 owner=contoso-dr");
}

TEST(Simulator, LabelsSurviveAnUpdate) {
  const SimulatorWorld world;
  const auto provider = world.open();
  run_step(*provider, make_lab());
  world.done({"put", "network", "eastasia/lab", "extra.ddos=on", "tag.owner=me"});
  EXPECT_EQ(error_code(run_step(*provider, network_step(Operation::Update, "eastasia", "lab", "eastasia/lab",
                                                        R"(["10.1.0.0/16"])", "{}"))),
            "");
  EXPECT_NE(world.done({"list", "--json"})
                .find(R"("tags":{"owner":"me","pairform-project":"contoso-dr"},"extra":{"ddos":"on"})"),
            std::string::npos);
}

TEST(Simulator, DenyingANetworkDoesNotDenyMappingsOnIt) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"deny", "eastasia/app"});
  const auto provider = world.open();
  EXPECT_EQ(error_code(run_step(*provider, make_app_half())), "");
  EXPECT_EQ(observe_all(*provider, {"eastasia"}).rows.size(), 1U);
  world.done({"deny", k_slot});
  EXPECT_TRUE(observe_all(*provider, {"eastasia"}).rows.empty());
  EXPECT_EQ(find_text(*provider, "mapping", k_slot), "AuthorizationFailed");
}

TEST(Simulator, InjectedFaultsPassThenFailThenPass) {
  const SimulatorWorld world;
  put_example_networks(world);
  EXPECT_EQ(world.done({"fail", "update", "mapping", "--after=1", "--times", "2", "--error", "throttled"}),
            "update mapping will fail 2 times (throttled), after 1\n");
  const auto provider = world.open();
  EXPECT_EQ(error_code(run_step(*provider, make_app_half())), "");
  std::string codes;
  for (int i = 0; i < 5; ++i)
    codes += error_code(run_step(*provider,
                                 mapping_step(Operation::Update, k_slot, "", "eastasia/app", "southeastasia/dr2"))) +
             ',';
  EXPECT_EQ(codes, ",TooManyRequests,TooManyRequests,,,");
}

TEST(Simulator, AShrinkCountsAsAnUpdate) {
  const SimulatorWorld world;
  const auto provider = world.open();
  run_step(*provider, make_lab());
  world.done({"fail", "update", "network"});
  const auto shrink = network_step(Operation::Shrink, "eastasia", "lab", "eastasia/lab", R"(["10.1.0.0/16"])", "{}");
  EXPECT_EQ(error_code(run_step(*provider, shrink)), "ServiceUnavailable");
  EXPECT_EQ(error_code(run_step(*provider, shrink)), "");
}

TEST(Simulator, EveryInjectedErrorHasItsKind) {
  const SimulatorWorld world;
  const auto provider = world.open();
  for (const auto& [word, kind] : {std::pair("throttled", ErrorKind::Throttled),
                                   {"unavailable", ErrorKind::Unavailable},
                                   {"conflict", ErrorKind::Conflict},
                                   {"denied", ErrorKind::Denied}}) {
    world.done({"fail", "create", "network", "--error", word});
    const StepEnd end = run_step(*provider, make_lab());
    ASSERT_TRUE(end.error.has_value()) << word;
    EXPECT_EQ(end.error->kind, kind) << word;
    EXPECT_EQ(end.error->retry_after.has_value(), kind == ErrorKind::Throttled);
    EXPECT_EQ(find_text(*provider, "network", "eastasia/lab"), "absent");
  }
}

TEST(Simulator, ALostDeleteIsDone) {
  const SimulatorWorld world;
  const auto provider = world.open();
  run_step(*provider, make_lab());
  world.done({"fail", "delete", "network", "--error", "lost"});
  EXPECT_EQ(error_code(run_step(*provider, delete_step("network", "eastasia/lab"))), "ConnectionLost");
  EXPECT_EQ(find_text(*provider, "network", "eastasia/lab"), "absent");
}

TEST(Simulator, AWrongWriteStoresAnotherValue) {
  for (const char* polls : {"0", "2"}) {
    const SimulatorWorld world;
    put_example_networks(world);
    const auto provider = world.open({{"polls", polls}});
    world.done({"fail", "create", "mapping", "--error", "wrong"});
    world.done({"fail", "create", "network", "--error", "wrong"});
    EXPECT_EQ(row_text(run_step(*provider, make_app_half()).row.value()),
              "mapping eastasia/app:southeastasia name=app-to-southeastasia source=eastasia/app "
              "target=southeastasia/dr2");
    EXPECT_EQ(row_text(run_step(*provider, make_lab()).row.value()),
              "network eastasia/lab region=eastasia name=lab address_space=[\"10.1.0.0/16\"] "
              "subnets={\"db\":\"10.1.2.0/24\"} owner=contoso-dr");
  }
}

TEST(Simulator, AWrongWriteWithNothingElseToStoreIsRight) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"delete", "network", "southeastasia/dr2"});
  world.done({"fail", "create", "mapping", "--error", "wrong"});
  const auto provider = world.open();
  EXPECT_EQ(find_value(run_step(*provider, make_app_half()).row.value().attributes, "target"), "southeastasia/dr");
}

TEST(Simulator, AReadThatFailsIsUnseen) {
  const SimulatorWorld world;
  put_example_networks(world);
  const auto provider = world.open();
  world.done({"fail", "read", "network"});
  EXPECT_EQ(find_text(*provider, "network", "eastasia/app"), "ServiceUnavailable");
  world.done({"fail", "read", "mapping", "--error", "throttled"});
  const Listing listing = observe_all(*provider, {"southeastasia", "eastasia"});
  EXPECT_EQ(listing.unseen, std::vector<std::string>{"eastasia TooManyRequests"});
  EXPECT_EQ(listing.rows.size(), 2U);
  EXPECT_EQ(observe_all(*provider, {"southeastasia", "eastasia"}).rows.size(), 3U);
}

TEST(Simulator, AnAcceptedWriteShowsWhenItSettles) {
  const SimulatorWorld world;
  const auto provider = world.open({{"polls", "3"}});
  const auto step = make_lab();
  const auto answer = provider->begin(std::span(&step, 1), {}).at(0);
  const std::string handle = std::get<Accepted>(answer).handle;
  EXPECT_EQ(handle, "1:eastasia/lab");
  for (const auto& [percent, text] : {std::pair(33, "polled 1 of 3 times"), {66, "polled 2 of 3 times"}}) {
    const Running running = std::get<Running>(provider->poll(handle, {}));
    EXPECT_EQ(running.percent, percent);
    EXPECT_EQ(running.text, text);
    EXPECT_EQ(find_text(*provider, "network", "eastasia/lab"), "absent");
  }
  const std::string settled = row_text(std::get<Done>(provider->poll(handle, {})).row.value());
  EXPECT_EQ(settled, find_text(*provider, "network", "eastasia/lab"));
}

TEST(Simulator, AnAcceptedWriteIsCheckedWhenSentAndWhenItSettles) {
  const SimulatorWorld world;
  put_example_networks(world);
  const auto provider = world.open({{"polls", "1"}});
  EXPECT_EQ(error_code(run_step(*provider, make_app_half("southeastasia/none"))), "NetworkNotFound");
  const auto step = make_app_half();
  const std::string handle = std::get<Accepted>(provider->begin(std::span(&step, 1), {}).at(0)).handle;
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr2"});
  for (int time = 1; time <= 2; ++time)  // how it ended stays known
    EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).code, "SlotTaken");
  EXPECT_EQ(find_value(std::get<CloudRow>(provider->lookup({"mapping", k_slot}, {})).attributes, "target"),
            "southeastasia/dr2");
}

TEST(Simulator, APollMayFail) {
  const SimulatorWorld world;
  const auto provider = world.open({{"polls", "1"}});
  const auto step = make_lab();
  const std::string handle = std::get<Accepted>(provider->begin(std::span(&step, 1), {}).at(0)).handle;
  world.done({"fail", "poll", "network"});
  EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).kind, ErrorKind::Unavailable);
  EXPECT_EQ(find_text(*provider, "network", "eastasia/lab"), "absent");
  world.done({"fail", "poll", "network", "--error", "lost"});
  EXPECT_EQ(std::get<ProviderError>(provider->poll(handle, {})).kind, ErrorKind::Lost);
  EXPECT_NE(find_text(*provider, "network", "eastasia/lab"), "absent");
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll(handle, {})));
}

// The networks of 200 whose creation fails the first time, by number.
std::vector<int> unlucky(const std::string& seed, const std::string& rate) {
  const SimulatorWorld world;
  const auto provider = world.open({{"fault_rate", rate}, {"seed", seed}});
  std::vector<int> failing;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "net" + std::to_string(i), id = "eastasia/" + name;
    const auto step = network_step(Operation::Create, "eastasia", name, id, R"(["10.1.0.0/16"])", "{}");
    if (error_code(run_step(*provider, step)) == "ServiceUnavailable") {
      failing.push_back(i);
      EXPECT_EQ(error_code(run_step(*provider, step)), "");
    }
  }
  return failing;
}

TEST(Simulator, AShareOfWritesFailsOnceByTheSeed) {
  const auto seven = unlucky("7", "0.25");
  EXPECT_EQ(seven, unlucky("7", "0.25"));
  EXPECT_NE(seven, unlucky("8", "0.25"));
  EXPECT_GT(seven.size(), 30U);
  EXPECT_LT(seven.size(), 70U);
  EXPECT_EQ(unlucky("7", "1").size(), 200U);
  EXPECT_TRUE(unlucky("7", "0").empty());
}

TEST(SimulatorFaults, ThrottleLetsInSoManyASecond) {
  const SimulatorWorld world;
  put_example_networks(world);
  Database database(world.database());
  const auto at = [&](std::chrono::milliseconds ms) {
    return throttle(database, 2, std::chrono::system_clock::time_point(ms));
  };
  EXPECT_EQ(at(10'100ms), std::nullopt);
  EXPECT_EQ(at(10'200ms), std::nullopt);
  EXPECT_EQ(at(10'300ms), 700ms);
  EXPECT_EQ(at(10'999ms), 1ms);
  EXPECT_EQ(at(11'000ms), std::nullopt);
  EXPECT_EQ(throttle(database, 0, std::chrono::system_clock::time_point(11'000ms)), std::nullopt);
}

TEST(Simulator, ThrottlesWrites) {
  const SimulatorWorld world;
  const auto provider = world.open({{"throttle_per_second", "1"}});
  int throttled = 0;
  for (int i = 0; i < 4; ++i) {
    const StepEnd end = run_step(*provider, delete_step("network", "eastasia/lab"));
    if (!end.error) continue;
    EXPECT_EQ(end.error->kind, ErrorKind::Throttled);
    EXPECT_LE(end.error->retry_after.value(), 1000ms);
    ++throttled;
  }
  EXPECT_GE(throttled, 1);
}

TEST(Simulator, CallsTakeTheirTime) {
  const SimulatorWorld world;
  const auto provider = world.open({{"latency", "30"}, {"jitter", "10"}});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) static_cast<void>(provider->lookup({"network", "eastasia/lab"}, {}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 90ms);
}

}  // namespace
}  // namespace pairform::simulator
