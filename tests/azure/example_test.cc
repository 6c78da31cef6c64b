// The example of a vault, against a vault that is as its files say, but for what they bring about: a way back that is
// missing, a managed network with its pair, and a machine that is not replicated yet.
#include <gtest/gtest.h>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

const std::filesystem::path k_example = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "examples/azure-vault";

void replace(std::string& text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

// The example's files, with the emulator's vault in them.
void copy_example(AzureProject& project) {
  project.program().copy_in(k_example);
  std::string text = project.program().read("pairform.toml");
  const std::size_t id = text.find("\"/subscriptions/"), end = text.find('\n', id);
  ASSERT_NE(id, std::string::npos);
  replace(text, text.substr(id, end - id),
          fmt::format("\"{0}\"\ncloud = \"custom\"\narm_endpoint = \"{1}\"\nauthority = \"{1}\"", k_azure_vault,
                      project.azure().url()));
  project.program().write("pairform.toml", text);
}

std::string network(const char* group, const char* name, const char* region, int number) {
  return fmt::format(R"({{"group": "{}", "name": "{}", "region": "{}", "space": ["10.{}.0.0/16"],
                         "subnets": {{"web": "10.{}.1.0/24"}}}})",
                     group, name, region, number, number);
}

void put_mapping(AzureEmulator& azure, const std::string& from, const std::string& to) {
  azure.control("put", fmt::format(R"({{"mapping": {{"name": "from-{}", "from": "{}", "to": "{}"}}}})",
                                   from.substr(from.rfind('/') + 1), from, to));
}

void put_machine(AzureEmulator& azure, const char* group, const char* name, const std::string& vnet, const char* ip,
                 bool is_replicated = true) {
  azure.control("put", fmt::format(R"({{"machine": {{"group": "{0}", "name": "{1}", "region": "eastasia",
      "nics": [{{"name": "{1}-nic", "subnet": "{2}/subnets/web", "ip": "{3}"}}]}}}})",
                                   group, name, vnet, ip));
  if (!is_replicated) return;
  azure.control("put", fmt::format(R"({{"item": {{"name": "item-{0}", "subnet": "web",
      "machine": "{1}/providers/Microsoft.Compute/virtualMachines/{0}"}}}})",
                                   name, azure_group_id(group)));
}

void put_vault(AzureEmulator& azure) {
  azure.control("put", R"({"group": [{"name": "rg-app", "region": "eastasia"}, {"name": "rg-db", "region": "eastasia"},
      {"name": "rg-lab", "region": "eastasia"}, {"name": "rg-net-dr", "region": "southeastasia"},
      {"name": "rg-web-dr", "region": "southeastasia"}],
      "storage": {"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}})");
  azure.control(
      "put", fmt::format(
                 R"({{"network": [{}, {}, {}, {}, {}, {}],
                                       "plumbing": {{"regions": ["eastasia", "southeastasia"]}}}})",
                 network("rg-app", "app-vnet", "eastasia", 1), network("rg-net-dr", "app-dr-vnet", "southeastasia", 1),
                 network("rg-db", "db-vnet", "eastasia", 2), network("rg-lab", "db-vnet", "eastasia", 9),
                 network("rg-net-dr", "db-dr-vnet", "southeastasia", 2), network("rg-app", "web-vnet", "eastasia", 3)));
  const std::string app = azure_network_id("rg-app", "app-vnet"), db = azure_network_id("rg-db", "db-vnet");
  put_mapping(azure, app, azure_network_id("rg-net-dr", "app-dr-vnet"));
  put_mapping(azure, azure_network_id("rg-net-dr", "app-dr-vnet"), app);
  put_mapping(azure, db, azure_network_id("rg-net-dr", "db-dr-vnet"));
  put_machine(azure, "rg-app", "app1", app, "10.1.1.10");
  put_machine(azure, "rg-app", "app2", app, "10.1.1.11");
  put_machine(azure, "rg-db", "db1", db, "10.2.1.10");
  put_machine(azure, "rg-app", "web1", azure_network_id("rg-app", "web-vnet"), "10.3.1.10", false);
}

TEST(AzureExample, IsAdoptedThenRepairedAndItsMachineEnabled) {
  AzureProject project;
  put_vault(project.azure());
  copy_example(project);
  const Ran planned = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(planned.exit_code, 2) << planned.err;
  EXPECT_NE(planned.out.find("mapping.db: no way back, network.db-dr -> network.db is missing; step 8 creates it"),
            std::string::npos)
      << planned.out;
  const Ran adopted = project.run({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_NE(adopted.out.find("\nDone 14, failed 0"), std::string::npos) << adopted.out << adopted.err;
  EXPECT_EQ(project.calls("PUT", "."), 0U) << "an adoption writes nothing to Azure";
  const Ran applied = project.run({"apply", "--auto-approve"});
  EXPECT_NE(applied.out.find("\nDone 6, failed 0"), std::string::npos) << applied.out << applied.err;
  EXPECT_EQ(project.calls("PUT", "/replicationProtectedItems/[^/]+$"), 1U) << "web1 alone is enabled";
  const Ran again = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
}

}  // namespace
}  // namespace pairform
