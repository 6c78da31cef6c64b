// The simulator between processes: many at once, and one that is killed.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "providers/simulator/database.h"
#include "tests/support/provider_steps.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

CloudStep make_network(const std::string& name) {
  return network_step(Operation::Create, "eastasia", name, "eastasia/" + name, R"(["10.1.0.0/16"])", "{}");
}

int exit_code_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// 0: it was done, 1: it was refused with this code, 2: anything else.
int exit_code_for(const StepEnd& end, std::string_view refused) {
  if (!end.error) return 0;
  return end.error->code == refused ? 1 : 2;
}

// Runs it in eight processes at once; how many of them ended with 0, 1 and 2.
template <class Work>
std::vector<int> exit_codes_of_eight(Work work) {
  std::vector<pid_t> children;
  for (int process = 0; process < 8; ++process) {
    const pid_t child = fork();
    if (child == 0) _exit(work(process));
    children.push_back(child);
  }
  std::vector<int> counts(3);
  for (const pid_t child : children) {
    const int code = exit_code_of(child);
    EXPECT_GE(code, 0);
    if (code >= 0) ++counts.at(static_cast<std::size_t>(code));
  }
  return counts;
}

TEST(SimulatorProcesses, ManyMayStartOnANewDatabase) {
  const SimulatorWorld world;
  std::vector<pid_t> children;
  for (int p = 0; p < 8; ++p) {
    const pid_t child = fork();
    if (child == 0) {
      const auto provider = world.open();
      int failed = 0;
      for (int i = 0; i < 20; ++i)
        if (run_step(*provider, make_network("net-" + std::to_string(p) + '-' + std::to_string(i))).error) ++failed;
      _exit(failed);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) EXPECT_EQ(exit_code_of(child), 0);
  EXPECT_EQ(observe_all(*world.open(), {"eastasia"}).rows.size(), 160U);
}

TEST(SimulatorProcesses, OnlyOneGetsTheSlot) {
  const SimulatorWorld world;
  put_example_networks(world);
  EXPECT_EQ(exit_codes_of_eight([&](int process) {
              const std::string target = process % 2 == 0 ? "southeastasia/dr" : "southeastasia/dr2";
              const CloudStep half =
                  mapping_step(Operation::Create, "eastasia/app:southeastasia", "half", "eastasia/app", target);
              return exit_code_for(run_step(*world.open(), half), "SlotTaken");
            }),
            (std::vector<int>{1, 7, 0}));
}

TEST(SimulatorProcesses, AHandleIsPolledByAnother) {
  const SimulatorWorld world;
  const pid_t child = fork();
  if (child == 0) {
    const auto provider = world.open({{"polls", "2"}});
    const auto step = make_network("lab");
    const auto answer = provider->begin(std::span(&step, 1), {}).at(0);
    _exit(std::holds_alternative<Accepted>(answer) ? 0 : 1);
  }
  ASSERT_EQ(exit_code_of(child), 0);
  const auto provider = world.open();
  EXPECT_TRUE(std::holds_alternative<Running>(provider->poll("1:eastasia/lab", {})));
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll("1:eastasia/lab", {})));
}

CloudStep enable_web1() {
  return vm_step(Operation::Create, "eastasia/web1", "eastasia", "web1", "eastasia/app", "southeastasia",
                 "southeastasia/dr");
}

TEST(SimulatorProcesses, OnlyOneEnablesAMachine) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  EXPECT_EQ(exit_codes_of_eight(
                [&](int) { return exit_code_for(run_step(*world.open(), enable_web1()), "AlreadyProtected"); }),
            (std::vector<int>{1, 7, 0}));
}

TEST(SimulatorProcesses, SeedingGoesOnInAnother) {
  const SimulatorWorld world;
  put_example_networks(world);
  world.done({"put", "mapping", "eastasia/app", "southeastasia/dr"});
  const pid_t child = fork();
  if (child == 0) {
    const auto provider = world.open({{"polls", "3"}});
    const CloudStep step = enable_web1();
    const auto answer = provider->begin(std::span(&step, 1), {}).at(0);
    _exit(std::holds_alternative<Accepted>(answer) ? 0 : 1);
  }
  ASSERT_EQ(exit_code_of(child), 0);
  const auto provider = world.open();
  EXPECT_TRUE(find_text(*provider, "vm", "eastasia/web1").ends_with(" busy"));
  EXPECT_TRUE(std::holds_alternative<Running>(provider->poll("vm1:eastasia/web1", {})));
  EXPECT_TRUE(std::holds_alternative<Done>(provider->poll("vm1:eastasia/web1", {})));
  EXPECT_FALSE(find_text(*provider, "vm", "eastasia/web1").ends_with(" busy"));
}

// Somebody has the database: a write gives up after a while, and at once where it is asked to stop.
TEST(SimulatorProcesses, ADatabaseThatIsBusyIsNotWaitedForWithoutEnd) {
  const SimulatorWorld world;
  world.done({"put", "network", "eastasia/app", "address_space=10.1.0.0/16"});
  const auto provider = world.open();
  Database other(world.database());
  const Transaction holding(other, TransactionKind::Write);
  const CloudStep step = make_network("n1");
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::thread> threads;
    std::atomic<int> busy = 0;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        const auto answer = provider->begin(std::span(&step, 1), {}).at(0);
        const auto* error = std::get_if<ProviderError>(&answer);
        busy += error != nullptr && error->code == "ServerBusy" && error->kind == ErrorKind::Unavailable;
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(busy, 4);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15)) << "one does not wait behind the other";
  std::stop_source stop;
  std::thread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  const auto asked = std::chrono::steady_clock::now();
  const auto answer = provider->begin(std::span(&step, 1), {stop.get_token()}).at(0);
  soon.join();
  EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Stopped) << "it was not sent";
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(3));
}

TEST(SimulatorProcesses, WhatWasAnsweredSurvivesAKill) {
  const SimulatorWorld world;
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto provider = world.open();
      for (int i = 0;; ++i) {
        const std::string name = "net-" + std::to_string(round) + '-' + std::to_string(i);
        if (run_step(*provider, make_network(name)).error) _exit(1);
        if (write(ends[1], "x", 1) != 1) _exit(1);  // only now it counts as answered
      }
    }
    close(ends[1]);
    int answered = 0;
    char byte = 0;
    while (answered < 20 + round * 7 && read(ends[0], &byte, 1) == 1) ++answered;
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    close(ends[0]);
    const auto provider = world.open();
    for (int i = 0; i < answered; ++i)
      EXPECT_NE(find_text(*provider, "network", "eastasia/net-" + std::to_string(round) + '-' + std::to_string(i)),
                "absent");
  }
}

TEST(SimulatorScale, ListsAHundredThousandRowsInPages) {
  const SimulatorWorld world;
  world.done({"allow", "eastasia"});  // makes the file
  {
    Database database(world.database());
    database.execute(R"sql(
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 24999)
      INSERT INTO network SELECT r.column1 || '/net' || i, r.column1, 'net' || i, '', '', '10.0.0.0/16',
        'db=10.0.2.0/24 web=10.0.1.0/24' FROM n, (VALUES('eastasia'), ('westus')) r;
      INSERT INTO mapping SELECT id || ':westus', name, region, id, 'westus/' || name, 'westus' FROM network
        WHERE region = 'eastasia';
      INSERT INTO mapping SELECT id || ':eastasia', name, region, id, 'eastasia/' || name, 'eastasia' FROM network
        WHERE region = 'westus';
    )sql");
  }
  const auto provider = world.open();
  std::size_t rows = 0, longest = 0;
  const auto take = [&](Observation&& page) {
    rows += page.rows.size();
    longest = std::max(longest, page.rows.size());
  };
  const std::vector<std::string> regions{"eastasia", "westus"};
  provider->observe({regions, {}, false}, take, {});
  EXPECT_EQ(rows, 100'000U);
  EXPECT_EQ(longest, 1000U);
}

TEST(SimulatorScale, ListsTenThousandMachinesAndTheirNics) {
  const SimulatorWorld world;
  world.done({"put", "network", "eastasia/app", "address_space=10.0.0.0/8", "subnet.web=10.0.0.0/8"});
  world.done({"put", "network", "westus/dr", "address_space=10.0.0.0/8", "subnet.web=10.0.0.0/8"});
  {
    Database database(world.database());
    database.execute(R"sql(
      BEGIN;
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
      INSERT INTO vm SELECT 'eastasia/vm' || i, 'eastasia/vm' || i, 'eastasia', 'vm' || i, 'eastasia/app', 0, 'settled',
        'westus', 'westus/dr', NULL, NULL FROM n;
      INSERT INTO nic SELECT identity, c.column1, c.column1, 'web 10.' || c.column2 || '.' || (substr(name, 3) / 200) ||
        '.' || (10 + substr(name, 3) % 200), 'web dhcp', '', '', '' FROM vm, (VALUES('a', 1), ('b', 2)) c;
      INSERT INTO nic_use SELECT 'eastasia/app', substr(home, 5), vm, id FROM nic;
      COMMIT)sql");
  }
  const auto provider = world.open();
  EXPECT_EQ(observe_all(*provider, {"eastasia"}).rows.size(), 30'001U);
  for (int m = 0; m < 100; ++m) {
    const std::string nic = "eastasia/vm" + std::to_string(m) + "/a";
    EXPECT_EQ(error_code(run_step(*provider, nic_step(Operation::Update, nic, "web", "10.3.0.9"))), "");
  }
}

}  // namespace
}  // namespace pairform::simulator
