// Every example is run, as far as that goes without a cloud.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "tests/support/program.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
const fs::path k_source = PAIRFORM_SOURCE_DIR;

TEST(Examples, EachIsTestedHere) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(k_source / "examples"))
    found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"azure-vault", "brownfield", "bulk", "ci", "contoso-failover",
                                             "hub-and-spoke", "retarget-and-swap", "static-addresses", "test-failover",
                                             "three-regions", "two-regions"}));
}

// What setup.sh makes, all of it planned and applied; the summary line of the plan, and nothing left to do after it.
void expect_applies(Program& program, const std::string& counts) {
  const std::string plan = program.done({"plan"});
  EXPECT_NE(plan.find("\nPlan: " + counts), std::string::npos) << plan;
  const Ran applied = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

void set_up(Program& program, const Program::Arguments& arguments) {
  const Ran ran = program.run_other(program.directory() / "setup.sh", arguments);
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

// What else its README shows needs a vault: tests/azure/example_test.cc plays it on the emulator.
TEST(Examples, AzureVaultIsValidWithoutACloud) {
  Program program;
  program.copy_in(k_source / "examples/azure-vault");
  const Ran ran = program.run({"validate"});
  EXPECT_EQ(ran.out, "The files are valid: 16 resources.\n");
  EXPECT_EQ(ran.err, "");
}

TEST(Examples, HubAndSpokeKeepsTheMappingOfItsHubs) {
  Program program;
  program.copy_in(k_source / "examples/hub-and-spoke");
  set_up(program, {});
  expect_applies(
      program,
      "14 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  std::string text = program.read("pairform.toml");
  const std::size_t hub = text.find("[mapping.hub]");
  text.erase(hub, text.find("[mapping.orders]") - hub);
  program.write("pairform.toml", text);
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit_code, 3) << "protected, also without its stanza";
}

TEST(Examples, ThreeRegionsAreATriangle) {
  Program program;
  program.copy_in(k_source / "examples/three-regions");
  set_up(program, {});
  expect_applies(
      program, "6 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 3 to adopt, 0 unchanged.");
  program.done({"sim", "deny", "francecentral"});
  EXPECT_EQ(program.run({"plan"}).exit_code, 1) << "what cannot be read is unknown";
  program.done({"sim", "allow", "francecentral"});
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

TEST(Examples, RetargetAndSwapIsOnePlan) {
  Program program;
  program.copy_in(k_source / "examples/retarget-and-swap");
  program.copy_in(k_source / "examples/retarget-and-swap/before");
  set_up(program, {});
  expect_applies(
      program, "6 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 7 to adopt, 0 unchanged.");
  for (const char* file : {"pairform.toml", "networks.toml"})
    program.write(file, read_whole(k_source / "examples/retarget-and-swap/after" / file));
  expect_applies(
      program, "0 to create, 3 to update, 3 to replace, 0 to delete, 0 to move, 0 to forget, 0 to adopt, 7 unchanged.");
}

TEST(Examples, TwoRegionsIsRepairedHalfByHalf) {
  Program program;
  program.copy_in(k_source / "examples/two-regions");
  set_up(program, {});
  EXPECT_EQ(program.done({"validate"}), "The files are valid: 4 resources.\n");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 2);
  program.done({"apply", "--auto-approve"});
  const std::string state = program.read("pairform.state.jsonl");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);

  program.done({"sim", "put", "mapping", "eastasia/app-vnet", "southeastasia/scratch-vnet"});
  const Ran drift = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(drift.exit_code, 8) << "files ask for nothing new";
  EXPECT_NE(drift.out.find("mapping.app.forward target: recorded network.app-dr, found southeastasia/scratch-vnet"),
            std::string::npos);
  EXPECT_NE(program.done({"apply", "--auto-approve"}).find("\nDone 1, failed 0"), std::string::npos);
  EXPECT_EQ(program.read("pairform.state.jsonl"), state);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

// What the service has recorded of every nic: `<id> <source>; to <landing>` a line.
std::string landings(const Program& program) {
  std::istringstream list(program.done({"sim", "list"}));
  std::string out;
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with("nic ")) continue;
    const std::size_t id = line.find_first_not_of(' ', 4), status = line.find(" settled  ");
    out += line.substr(id, line.find(' ', id) - id) + ' ' + line.substr(status + 10) + '\n';
  }
  return out;
}

std::string digest_of(const Program& program) {
  const std::string plan = program.done({"plan"});
  return plan.substr(plan.find("\nDigest: ") + 9, 71);
}

TEST(Examples, ContosoEnablesWithNothingMappedThenModifiesBothWays) {
  Program program;
  const fs::path example = k_source / "examples/contoso-failover";
  program.copy_in(example);
  program.copy_in(example / "1-enable");
  set_up(program, {});
  expect_applies(
      program,
      "10 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 1 to adopt, 0 unchanged.");
  EXPECT_EQ(landings(program),
            "eastasia/sql1/backup db dhcp; to db dhcp\n"
            "eastasia/sql1/eth0 db 10.1.2.10 listener=10.1.2.11; to db 10.1.2.10 listener=10.1.2.11\n"
            "eastasia/web1/eth0 web 10.1.1.10; to web 10.1.1.10\n"
            "eastasia/web2/eth0 web 10.1.1.11; to web 10.1.1.11\n");

  program.write("pairform.toml", read_whole(example / "3-modify/pairform.toml"));
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit_code, 3) << "the derived network goes";
  const Ran applied = program.run({"apply", "--approve", digest_of(program)});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(landings(program),
            "eastasia/sql1/backup db dhcp; to data dhcp\n"
            "eastasia/sql1/eth0 db 10.1.2.10 listener=10.1.2.11; to data 10.2.2.4 listener=10.2.2.5\n"
            "eastasia/web1/eth0 web 10.1.1.10; to web 10.2.1.4\n"
            "eastasia/web2/eth0 web 10.1.1.11; to web 10.2.1.5\n");
  const std::string list = program.done({"sim", "list"});
  EXPECT_EQ(list.find("contoso-vnet-asr"), std::string::npos) << list;
  EXPECT_NE(list.find("southeastasia/contoso-dr-vnet:eastasia"), std::string::npos) << "the way home is modified, too";
}

TEST(Examples, ContosoCustomizesBeforeTheFirstMachine) {
  Program program;
  const fs::path example = k_source / "examples/contoso-failover";
  program.copy_in(example);
  program.copy_in(example / "2-customize");
  set_up(program, {});
  expect_applies(
      program, "9 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  const std::string state = program.read("pairform.state.jsonl");
  EXPECT_NE(state.find("{\"address\":\"mapping.contoso-to-southeastasia.forward\""), std::string::npos) << state;
  EXPECT_NE(state.find("\"because\":\"vm.sql1\""), std::string::npos) << state;
}

TEST(Examples, StaticAddressesAreGivenByEveryRule) {
  Program program;
  program.copy_in(k_source / "examples/static-addresses");
  set_up(program, {});
  expect_applies(
      program,
      "22 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  const std::string landed = landings(program);
  EXPECT_EQ(landed,
            "eastasia/dynamic-to-static/eth0 web dhcp; to web 10.0.1.200\n"
            "eastasia/dynamic/eth0 web dhcp; to web dhcp\n"
            "eastasia/other-size/eth0 app 10.0.5.10; to app 10.9.4.4\n"
            "eastasia/other-space/eth0 db 10.0.2.10; to db 10.9.2.10\n"
            "eastasia/override/eth0 web 10.0.1.30; to db 10.9.2.200\n"
            "eastasia/same-space/eth0 web 10.0.1.10; to web 10.0.1.10\n"
            "eastasia/secondaries/eth0 web 10.0.1.40 cluster=10.0.1.41 vip=10.0.1.42; "
            "to web 10.0.1.40 cluster=10.0.1.41 vip=10.0.1.150\n"
            "eastasia/taken/eth0 web 10.0.1.20; to web 10.0.1.4\n"
            "eastasia/tiny1/eth0 tiny 10.0.3.4; to tiny 10.9.3.4\n"
            "eastasia/tiny2/eth0 tiny 10.0.3.5; to tiny 10.9.3.6\n");

  program.done({"sim", "put", "vm", "eastasia/tiny3", "network=prod", "nic.eth0=tiny:10.0.3.6"});
  program.append("pairform.toml", "\n[vm.tiny3]\n");
  const Ran full = program.run({"plan"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_NE(
      full.err.find("it holds 3: 10.9.3.4 (vm.tiny1.nic.eth0), 10.9.3.5 (in use) and 10.9.3.6 (vm.tiny2.nic.eth0)"),
      std::string::npos)
      << full.err;
}

TEST(Examples, TestFailoverComesUpWhereTheDrillSays) {
  Program program;
  program.copy_in(k_source / "examples/test-failover");
  set_up(program, {});
  expect_applies(
      program,
      "13 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  const std::string drill = program.done({"drill", "eastasia", "--test"});
  EXPECT_TRUE(drill.starts_with("4 of 4 vms come up in southeastasia and come home.\n")) << drill;
  for (const char* tested :
       {"test  network.lab   db     10.9.2.254  same-name, kept", "test  network.lab   tools  dhcp        override",
        "test  network.lab   tools  10.9.4.254  override, kept",
        "test  network.lab   web    10.9.1.254  same-name, kept",
        "test  network.lab   web    10.9.1.20   same-name, override"})
    EXPECT_NE(drill.find(tested), std::string::npos) << tested << '\n' << drill;
  EXPECT_EQ(program.done({"sim", "failover", "eastasia", "--test"}),
            "would fail over vm @-/db/eastasia/db1 to southeastasia/lab\n"
            "  eth0 primary: db 10.0.2.10 -> db 10.9.2.254\n"
            "would fail over vm @-/db/eastasia/db2 to southeastasia/lab\n"
            "  backup primary: db dhcp -> tools 10.9.4.4\n"
            "  eth0 primary: db 10.0.2.11 -> tools 10.9.4.254\n"
            "would fail over vm @-/web/eastasia/web1 to southeastasia/lab\n"
            "  eth0 primary: web 10.0.1.10 -> web 10.9.1.254\n"
            "would fail over vm @-/web/eastasia/web2 to southeastasia/lab\n"
            "  eth0 primary: web 10.0.1.11 -> web 10.9.1.20\n");
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// From nothing to an empty plan in four commands. No address moves, and a half is made when it is asked for.
TEST(Examples, BrownfieldIsTakenOverInFourCommands) {
  Program program;
  program.copy_in(k_source / "examples/brownfield");
  set_up(program, {});
  const std::string before = program.done({"sim", "list", "--json"}), landed = landings(program);
  EXPECT_EQ(count_of(before, "\"kind\":\"mapping\""), 40U);
  EXPECT_EQ(std::count(landed.begin(), landed.end(), '\n'), 80);

  const Ran found = program.run({"discover", "--out", "."});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_NE(found.err.find("46 networks, 25 pairs (15 whole, 6 half, 4 one way), 80 vms."), std::string::npos)
      << found.err;
  const std::string plan = program.done({"plan"});
  EXPECT_NE(
      plan.find("\nPlan: 6 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 246 to adopt, "
                "0 unchanged."),
      std::string::npos)
      << plan;
  const std::string drill = program.run({"drill", "eastasia"}).out;
  program.done({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_EQ(program.done({"sim", "list", "--json"}), before) << "adopting changes nothing";
  EXPECT_EQ(program.run({"drill", "eastasia"}).out, drill);
  EXPECT_NE(program.done({"apply", "--target", "mapping.Kiosk", "--auto-approve"}).find("\nDone 1, "),
            std::string::npos);
  EXPECT_EQ(count_of(program.done({"sim", "list", "--json"}), "\"kind\":\"mapping\""), 41U);
  program.done({"apply", "--auto-approve"});
  EXPECT_EQ(count_of(program.done({"sim", "list", "--json"}), "\"kind\":\"mapping\""), 46U);
  EXPECT_EQ(landings(program), landed);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(program.done({"discover"}), "");
}

TEST(Examples, BulkIsThreeFilesAndNoAddress) {
  const fs::path example = k_source / "examples/bulk";
  Program program;
  program.copy_in(example);
  ASSERT_EQ(program.run_other(program.directory() / "generate.sh", {}).exit_code, 0);
  for (const char* file : {"vms/app.toml", "vms/db.toml", "vms/web.toml"})
    EXPECT_EQ(program.read(file), read_whole(example / file)) << "as generate.sh writes it";
  set_up(program, {});
  expect_applies(
      program,
      "602 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 2 to adopt, 0 unchanged.");
  const std::string landed = landings(program);
  EXPECT_NE(landed.find("eastasia/app-100/eth0 app 10.20.2.109; to app 10.20.2.109\n"), std::string::npos);
  EXPECT_NE(landed.find("eastasia/db-050/eth0 db 10.20.3.59; to data 10.30.3.59\n"), std::string::npos);
  EXPECT_EQ(std::count(landed.begin(), landed.end(), '\n'), 300);

  program.done({"sim", "put", "vm", "eastasia/app-000", "network=prod", "nic.eth0=app:10.20.2.200"});
  program.append("vms/app.toml", "app-000 = {}\n");
  expect_applies(
      program,
      "2 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 0 to adopt, 604 unchanged.");
}

}  // namespace
}  // namespace pairform
