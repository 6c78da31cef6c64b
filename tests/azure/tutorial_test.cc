// The tutorial of a vault, run as any document is, by a client that speaks to Azure itself: every host is the emulator. `sleep`
// lets the emulator's time pass.
#include <gtest/gtest.h>

#include "tests/azure/vault_of_vms.h"
#include "tests/docs/document.h"

namespace pairform {
namespace {

constexpr const char* k_sleep = R"py(#!/usr/bin/env python3
import json, os, sys, urllib.request
urllib.request.urlopen(os.environ["EMULATOR"] + "/_control/clock", json.dumps({"advance": int(sys.argv[1])}).encode())
)py";

// Two networks that are replicated and one of an equal name in a lab; web1 and sql1 are protected, web2 is not.
void put_vault(AzureEmulator& azure) {
  const std::string shop = azure_network_id("rg-shop", "shop-vnet"), dr = azure_network_id("rg-net-dr", "shop-dr-vnet");
  azure.control("put", R"({"group": [{"name": "rg-shop-asr", "region": "southeastasia"}], "network": [
    {"group": "rg-shop", "name": "shop-vnet", "region": "eastasia", "space": ["10.1.0.0/16"],
     "subnets": {"web": "10.1.1.0/24", "sql": "10.1.2.0/24"}},
    {"group": "rg-lab", "name": "shop-vnet", "region": "eastasia", "space": ["10.9.0.0/16"],
     "subnets": {"web": "10.9.1.0/24"}},
    {"group": "rg-net-dr", "name": "shop-dr-vnet", "region": "southeastasia", "space": ["10.2.0.0/16"],
     "subnets": {"web": "10.2.1.0/24", "sql": "10.2.2.0/24"}}],
    "storage": {"group": "rg-shop", "name": "shopcache", "region": "eastasia"},
    "plumbing": {"regions": ["eastasia", "southeastasia"]}})");
  azure.control("put", fmt::format(R"({{"mapping": [{{"name": "shop-to-dr", "from": "{0}", "to": "{1}"}},
                                                  {{"name": "dr-to-shop", "from": "{1}", "to": "{0}"}}]}})",
                                   shop, dr));
  const auto machine = [&](const char* name, const char* subnet, const char* ip) {
    return fmt::format(R"({{"group": "rg-shop", "name": "{0}", "region": "eastasia", "nics": [
        {{"name": "{0}-nic", "subnet": "{1}/subnets/{2}", "ip": "{3}"}}]}})",
                       name, shop, subnet, ip);
  };
  azure.control("put", fmt::format(R"({{"machine": [{}, {}, {}]}})", machine("web1", "web", "10.1.1.10"),
                                   machine("web2", "web", "10.1.1.11"), machine("sql1", "sql", "10.1.2.10")));
  const std::string machines = azure_group_id("rg-shop") + "/providers/Microsoft.Compute/virtualMachines/",
                    cache = azure_group_id("rg-shop") + "/providers/Microsoft.Storage/storageAccounts/shopcache";
  for (const auto& [name, subnet] : {std::pair("web1", "web"), {"sql1", "sql"}})
    azure.control(
        "put",
        fmt::format(R"({{"item": {{"name": "item-{0}", "machine": "{1}{0}", "subnet": "{2}", "cache": "{3}"}}}})", name,
                    machines, subnet, cache));
  azure.behave("clock-skew", R"("here": true)");  // the time of this machine
  azure.control("clock", R"({"durations": {"enable": 2160, "enable-job": 680, "enable-recovery-point": 1500,
                             "enable-disks": 1740}})");
}

TEST(AzureTutorial, ShowsWhatIsPrinted) {
  AzureEmulator& azure = AzureEmulator::shared();
  azure.reset();
  put_vault(azure);
  Surroundings around;
  around.environment = {{"SSL_CERT_FILE", azure.environment().at("SSL_CERT_FILE")},
                        {"PAIRFORM_AZURE_TIME_SCALE", "0.001"},
                        {"PAIRFORM_AZURE_METADATA", "http://127.0.0.1:1"},
                        {"HTTPS_PROXY", azure.http_url()},
                        {"NO_PROXY", "127.0.0.1"},
                        {"AZURE_CLIENT_SECRET", k_azure_secret},
                        {"EMULATOR", azure.url()}};
  around.programs["sleep"] = k_sleep;
  EXPECT_TRUE(
      expect_to_show_what_is_printed(std::string(PAIRFORM_SOURCE_DIR) + "/docs/azure-vault-tutorial.md", around));
  EXPECT_EQ(azure.mistakes(), "");
}

}  // namespace
}  // namespace pairform
