// The real program before it has read anything of the vault: what is offline, and what stands against the first call.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>

#include "tests/support/azure_project.h"

namespace pairform {
namespace {

constexpr const char* k_nowhere = "https://127.0.0.1:1";  // nothing listens there

TEST(AzureConnecting, ValidateAsksNobody) {
  AzureProject project;
  project.write({}, "\n[network.app]\nexisting = true\nregion = \"eastasia\"\n");
  const Ran ran = project.run({"validate"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_TRUE(project.azure().log().empty());
}

struct Obstacle {
  const char* name;
  std::function<void(AzureProject&)> put;
  const char* code;
  std::vector<std::string> words;  // all of them are said
};
void PrintTo(const Obstacle& one, std::ostream* out) { *out << one.name; }

void throttle(AzureProject& project) {
  project.azure().behave("throttle", R"("match": "vaults/Vault-Dr$", "retry_after": 1200)");
}

// Nothing of AZURE_*, no az, no metadata service.
void sign_out(AzureProject& project) {
  for (const char* name : {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"})
    project.program().set_environment(name, "");
  project.program().set_environment("PATH", "/nowhere");
  project.program().set_environment("PAIRFORM_AZURE_METADATA", "http://127.0.0.1:1");
}

const Obstacle k_obstacles[] = {
    {"NoVault",
     [](AzureProject& project) { project.azure().behave("vault", R"("status": 404)"); },
     "PF7001",
     {"there is no vault Vault-Dr", k_azure_vault}},
    {"DeniedVault",
     [](AzureProject& project) { project.azure().behave("vault", R"("status": 403)"); },
     "PF7002",
     {"vault Vault-Dr may not be read", "Microsoft.RecoveryServices/vaults/read", "az role assignment create"}},
    {"NobodySignedIn", sign_out, "PF7003", {"nobody is signed in to Azure", "az login"}},
    {"NoCli",
     [](AzureProject& project) {
       sign_out(project);
       project.write("credential = \"cli\"\n", {});
     },
     "PF7003",
     {"nobody is signed in to Azure", "az login"}},
    {"WrongSecret",
     [](AzureProject& project) { project.set_secret("an-old-one~nobody-takes"); },
     "PF7004",
     {"Azure gives no token", "invalid_client", "AADSTS7000215"}},
    {"NoSuchTenant",
     [](AzureProject& project) {
       project.program().set_environment("AZURE_TENANT_ID", "33333333-0000-4000-8000-000000000009");
     },
     "PF7004",
     {"Azure gives no token", "AADSTS90002", "correct AZURE_TENANT_ID"}},
    {"AnotherCertificateAuthority",
     [](AzureProject& project) {
       project.program().set_environment("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
     },
     "PF7007",
     {"the certificate of 127.0.0.1 is not trusted", "SSL_CERT_FILE"}},
    {"ArmIsDown",
     [](AzureProject& project) { project.write_for(k_nowhere, project.azure().url()); },
     "PF7007",
     {"vault Vault-Dr cannot be read", "127.0.0.1"}},
    {"TenantIsDown",
     [](AzureProject& project) { project.write_for(project.azure().url(), k_nowhere); },
     "PF7007",
     {"vault Vault-Dr cannot be read", "no connection to 127.0.0.1"}},
    {"Throttled", throttle, "PF7006", {"Azure takes no more requests for now", "until "}},
};

class AzureObstacles : public testing::TestWithParam<Obstacle> {};

TEST_P(AzureObstacles, EndTheRunBeforeAnythingCountsAsAbsent) {
  for (const char* command : {"plan", "apply"}) {
    AzureProject project;
    GetParam().put(project);
    const Ran ran = project.run(command == std::string("plan") ? Program::Arguments{"plan"}
                                                               : Program::Arguments{"apply", "--auto-approve"});
    EXPECT_EQ(ran.exit_code, 1) << ran.out;
    EXPECT_NE(ran.err.find(GetParam().code), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("fix: "), std::string::npos) << ran.err;
    for (const std::string& word : GetParam().words) EXPECT_NE(ran.err.find(word), std::string::npos) << ran.err;
    EXPECT_FALSE(project.has_state());
    EXPECT_EQ(project.calls("GET", "/replication|/virtualNetworks"), 0U) << "what cannot be told from an empty vault";
    EXPECT_EQ(project.calls("PUT", "."), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Azure, AzureObstacles, testing::ValuesIn(k_obstacles),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(AzureConnecting, AMetadataServiceSignsAMachineIn) {
  AzureProject project;
  sign_out(project);
  project.program().set_environment("PAIRFORM_AZURE_METADATA", project.azure().http_url());
  const Ran ran = project.run({"plan"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project.calls("GET", "^/metadata/identity/oauth2/token$"), 1U);
}

// `az` that signs in at the emulator and notes each run. Its token expires an hour after the service's time.
constexpr const char* k_az = R"(#!/usr/bin/env python3
import calendar, json, os, time, urllib.parse, urllib.request
with open(os.path.join(os.path.dirname(__file__), "runs"), "a") as runs:
    runs.write("az\n")
form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": "CLIENT", "client_secret": "SECRET",
                               "scope": "https://management.azure.com/.default"}).encode()
with urllib.request.urlopen("AUTHORITY/TENANT/oauth2/v2.0/token", form) as answer:
    now = calendar.timegm(time.strptime(answer.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT"))
    print(json.dumps({"accessToken": json.load(answer)["access_token"], "expires_on": now + 3600}))
)";

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  return text.replace(text.find(word), word.size(), by);
}

// The emulator's time is another one than that of this machine: by its clock the CLI's token has expired long ago.
TEST(AzureConnecting, TheTokenOfTheCliIsJudgedByTheServicesClock) {
  AzureProject project;
  const TemporaryDirectory bin("az");
  std::string az = replaced(replaced(k_az, "AUTHORITY", project.azure().url()), "SECRET", k_azure_secret);
  az = replaced(replaced(az, "CLIENT", k_azure_client), "TENANT", k_azure_tenant);
  std::ofstream(bin.path() / "az") << az;
  std::filesystem::permissions(bin.path() / "az", std::filesystem::perms::owner_all);
  sign_out(project);
  project.program().set_environment("PATH", bin.path().string() + ":/usr/bin:/bin");
  project.write("credential = \"cli\"\n", "\n[network.app]\nexisting = true\nregion = \"eastasia\"\n");
  const Ran ran = project.run({"plan"});
  EXPECT_NE(ran.err.find("warning PF7013: the clock of this machine is "), std::string::npos) << ran.err << ran.out;
  EXPECT_GT(project.calls("GET", "."), 3U);
  EXPECT_EQ(read_whole(bin.path() / "runs"), "az\n") << "once, not for each request";
}

// A damaged libcurl: what asks nobody does not need it, and does not load it.
TEST(AzureConnecting, WithoutLibcurlOnlyTheCloudIsOutOfReach) {
  Program program;
  const TemporaryDirectory libraries("libraries");
  std::ofstream(libraries.path() / "libcurl.so.4") << "no library";
  program.set_environment("LD_LIBRARY_PATH", libraries.path().string());
  program.write("pairform.toml", R"([project]
name = "contoso-dr"
provider = "azure"

[provider.azure]
subscription = "11111111-0000-4000-8000-000000000001"
resource_group = "rg-dr"
vault = "vault-dr"

[network.app]
existing = true
region = "eastasia"
)");
  for (const Program::Arguments& offline : {Program::Arguments{"version"}, {"validate"}, {"status", "--offline"}}) {
    const Ran ran = program.run(offline);
    EXPECT_EQ(ran.exit_code, 0) << offline.front() << ran.out << ran.err;
  }
  for (const Program::Arguments& online : {Program::Arguments{"plan"}, {"apply", "--auto-approve"}, {"doctor"}}) {
    const Ran ran = program.run(online);
    EXPECT_EQ(ran.exit_code, 1) << online.front() << ran.out << ran.err;
    const std::string said = ran.out + ran.err;
    for (const char* words : {"PF7007", "vault vault-dr cannot be read: libcurl cannot be used",
                              "libcurl.so.4: file too short", "(Debian: apt install libcurl4)"})
      EXPECT_NE(said.find(words), std::string::npos) << words << " is not in: " << said;
  }
}

// The search for credentials finds one wherever it stands.
TEST(AzureConnecting, ACredentialThatIsLeftBehindIsFound) {
  AzureProject project;
  project.run({"plan"});
  EXPECT_GE(project.azure().tokens().size(), 2U);
  project.program().write("a/b", "x" + project.azure().tokens().back() + "x");
  project.program().write("c", k_azure_secret);
  EXPECT_EQ(project.leaks(), (std::vector<std::string>{"project/a/b: a token", "project/c: the client secret"}));
  for (const char* file : {"a", "c"}) project.program().remove(file);
}

}  // namespace
}  // namespace pairform
