// What a user is told where the vault cannot be read: each code has a page, which shows the message as it is printed here.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "providers/azure/binding.h"
#include "providers/azure/connecting.h"
#include "schema/diagnostic_text.h"
#include "tests/support/scripted_server.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;

AzureSettings settings() {
  AzureSettings out;
  out.subscription = "5a1e0000-0000-4000-8000-000000000001";
  out.resource_group = "rg-dr";
  out.vault = "vault-dr";
  return out;
}

ProviderError failure(ErrorKind kind, std::string code, std::string message, std::string help = {}) {
  ProviderError out;
  out.kind = kind;
  out.code = std::move(code);
  out.message = std::move(message);
  out.help = std::move(help);
  return out;
}

std::string told(const Diagnostic& diagnostic) { return diagnostic_text(diagnostic, SourceFiles(), false); }

constexpr const char* k_may_not =
    "The client 'ana' with object id '0b1d' does not have authorization to perform action "
    "'Microsoft.RecoveryServices/vaults/read'";
constexpr const char* k_no_subject =
    "invalid_client: AADSTS700213: No matching federated identity record found for presented assertion subject "
    "'repo:contoso/dr:pull_request'. (correlation id 7e1c)";
const std::string k_vault =
    "/subscriptions/5a1e0000-0000-4000-8000-000000000001/resourceGroups/rg-dr/providers/"
    "Microsoft.RecoveryServices/vaults/vault-dr";
const std::string k_may_not_be_read = "error PF7002: vault vault-dr may not be read\n";
const std::string k_grant = "  fix:  az role assignment create --assignee OBJECT-ID --role Reader --scope " + k_vault +
                            "\n        OBJECT-ID is that of who is signed in\n";
const std::string k_look = "  fix:  look at the network and the proxy, and at status.azure.com; then run it again\n";

struct Case {
  const char* name;
  ProviderError error;
  std::string text;
  const char* page = "";  // which shows it; empty: none does
};

std::vector<Case> refusals() {
  return {
      {"the role is missing", failure(ErrorKind::Denied, "AuthorizationFailed", k_may_not, "grant the action"),
       k_may_not_be_read + "  why:  AuthorizationFailed: " + k_may_not + "\n" + k_grant, "PF7002"},
      {"another tenant", failure(ErrorKind::Denied, "SubscriptionNotFound", "The subscription was not found."),
       k_may_not_be_read + "  why:  SubscriptionNotFound: The subscription was not found.\n" +
           "  fix:  correct subscription of [provider.azure], or sign in to its tenant: az login --tenant TENANT\n"},
      {"a token that is not taken", failure(ErrorKind::Denied, "InvalidAuthenticationToken", "The token is invalid."),
       k_may_not_be_read + "  why:  InvalidAuthenticationToken: The token is invalid.\n" +
           "  fix:  sign in again: az login; see that cloud of [provider.azure] is the vault's\n"},
      {"no words", failure(ErrorKind::Denied, "Status403", "the service answered with status 403"),
       k_may_not_be_read + "  why:  the service answered with status 403\n" + k_grant},
      {"nobody is signed in",
       failure(ErrorKind::Denied, "NobodySignedIn", "no credentials: there is no `az`", "sign in"),
       "error PF7003: nobody is signed in to Azure\n  why:  no credentials: there is no `az`\n  fix:  sign in\n"},
      {"a secret that has expired",
       failure(ErrorKind::Denied, "NoToken", "invalid_client: AADSTS7000222: expired", "make a new secret"),
       "error PF7004: Azure gives no token for this credential\n"
       "  why:  invalid_client: AADSTS7000222: expired\n  fix:  make a new secret\n"},
      {"a token that is no help", failure(ErrorKind::Denied, "NoToken", "`az` did not answer with a token"),
       "error PF7004: Azure gives no token for this credential\n  why:  `az` did not answer with a token\n"
       "  fix:  renew the secret, or use a federated credential\n"},
      {"a subject that the tenant does not trust",
       failure(ErrorKind::Denied, "NoToken", k_no_subject, "give that client a federated credential"),
       "error PF7005: the tenant trusts no federated credential for this issuer and subject\n  why:  " +
           std::string(k_no_subject) +
           "\n  fix:  add one to the app registration, with the issuer and the subject of that token\n",
       "PF7005"},
  };
}

std::vector<Case> failures() {
  return {
      {"throttled", failure(ErrorKind::Throttled, "TooManyRequests", "The number of requests is over the limit."),
       "error PF7006: Azure takes no more requests for now\n"
       "  why:  TooManyRequests: The number of requests is over the limit.\n  fix:  run it again later\n"},
      {"throttled for more than is waited for",
       failure(ErrorKind::Invalid, "ThrottledForLong", "the service takes no more requests until 04:10 UTC",
               "run it again then; a smaller --parallelism asks less at once"),
       "error PF7006: Azure takes no more requests for now\n"
       "  why:  the service takes no more requests until 04:10 UTC\n"
       "  fix:  run it again then; a smaller --parallelism asks less at once\n",
       "PF7006"},
      {"no connection",
       failure(ErrorKind::Unavailable, "Unavailable",
               "no connection to management.azure.com: Could not resolve host: management.azure.com"),
       "error PF7007: vault vault-dr cannot be read\n"
       "  why:  no connection to management.azure.com: Could not resolve host: management.azure.com\n" +
           k_look,
       "PF7007"},
      {"a proxy with a certificate of its own",
       failure(ErrorKind::Invalid, "NotTrusted",
               "the certificate of management.azure.com is not trusted: unable to get local issuer certificate",
               "set SSL_CERT_FILE"),
       "error PF7007: vault vault-dr cannot be read\n"
       "  why:  the certificate of management.azure.com is not trusted: unable to get local issuer certificate\n"
       "  fix:  set SSL_CERT_FILE\n"},
      {"no connection for a token",
       failure(ErrorKind::Unavailable, "NoToken", "no connection to login.microsoftonline.com: Timeout was reached"),
       "error PF7007: vault vault-dr cannot be read\n"
       "  why:  no connection to login.microsoftonline.com: Timeout was reached\n" +
           k_look},
      {"an error of the service", failure(ErrorKind::Unavailable, "InternalServerError", "Try again."),
       "error PF7007: vault vault-dr cannot be read\n  why:  InternalServerError: Try again.\n" + k_look},
      {"a proxy that wants a sign-in",
       failure(ErrorKind::Invalid, "Redirect", "the service sends on to proxy.example, which is not followed",
               "correct HTTPS_PROXY"),
       "error PF7007: vault vault-dr cannot be read\n"
       "  why:  Redirect: the service sends on to proxy.example, which is not followed\n  fix:  correct HTTPS_PROXY\n"},
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> out = refusals();
  for (Case& each : failures()) out.push_back(std::move(each));
  return out;
}

TEST(AzureRefusals, SaysWhyTheVaultCannotBeReadAndWhatToDo) {
  for (const Case& each : all_cases())
    EXPECT_EQ(told(vault_unreadable(each.error, settings())), each.text) << each.name;
}

TEST(AzureRefusals, SaysWhenToComeBack) {
  ProviderError error = failure(ErrorKind::Throttled, "TooManyRequests", "Slow down.");
  error.retry_after = 90s;
  const std::string text = told(vault_unreadable(error, settings()));
  EXPECT_TRUE(std::regex_search(text, std::regex("\n  fix:  run it again after [0-2][0-9]:[0-5][0-9] UTC\n"))) << text;
}

std::string page(const std::string& code) {
  std::ifstream in(std::string(PAIRFORM_SOURCE_DIR) + "/docs/diagnostics/" + code + ".md");
  return {std::istreambuf_iterator<char>(in), {}};
}

// Their examples cannot be run without Azure, so they are held against what is said here.
TEST(AzureRefusals, PagesShowWhatIsSaid) {
  for (const Case& each : all_cases()) {
    const std::string shown = *each.page == '\0' ? each.text : page(each.page);
    EXPECT_NE(shown.find(each.text), std::string::npos) << each.page << each.text;
  }
}

TEST(AzureRefusals, PagesShowWhatIsSaidOfNames) {
  const auto id = [](const std::string& group) {
    return "/subscriptions/s/resourcegroups/" + group + "/providers/microsoft.network/virtualnetworks/app-vnet";
  };
  const std::string name = "eastasia/app-vnet", longer = "@-/rg-app/eastasia/app-vnet";
  const std::pair<const char*, Binding> cases[] = {
      {"PF7010", {Bound::Ambiguous, "", {id("rg-app"), id("rg-lab")}}},
      {"PF7011", {Bound::Moved, id("rg-lab"), {id("rg-lab")}}},
      {"PF7012", {Bound::Twice, id("rg-app"), {name, longer}}},
  };
  for (const auto& [code, binding] : cases) {
    const BindingProblem problem = problem_of(name, binding, id("rg-app"), "network");
    EXPECT_NE(page(code).find("warning " + std::string(code) + ": network.app: " + problem.message + "\n"),
              std::string::npos)
        << code << problem.message;
    EXPECT_NE(page(code).find("\n  fix:  " + problem.help + "\n"), std::string::npos) << code << problem.help;
  }
}

// The vault, and whoever gives tokens, on loopback.
class AzureFirstCall : public testing::Test {
 protected:
  std::string told_of(int status, const std::string& body) {
    const ScriptedServer server([&](const ReceivedRequest& request) {
      const bool for_token = request.target.find("/oauth2/") != std::string::npos;
      return ScriptedReply{.bytes = for_token ? http_answer(200, R"({"access_token":"t","expires_in":3600})")
                                              : http_answer(status, body)};
    });
    AzureSettings here = settings();
    here.arm_endpoint = here.authority = server.url("");
    Session session(here, [](const char* name) {
      const std::string_view asked = name;
      return asked == "AZURE_TENANT_ID" || asked == "AZURE_CLIENT_ID" || asked == "AZURE_CLIENT_SECRET" ? "x" : "";
    });
    const auto refused = read_vault(session, {});
    const auto received = server.received();
    EXPECT_EQ(received.back().target, k_vault + "?api-version=2024-04-01");
    EXPECT_EQ(received.back().header("authorization"), "Bearer t");
    std::string out;
    for (const Diagnostic& each : refused) out += told(each);
    return out.empty() ? "read" : out;
  }
};

TEST_F(AzureFirstCall, IsReadBeforeAnythingElse) {
  EXPECT_EQ(told_of(200, R"({"id":"x"})"), "read");
  EXPECT_EQ(told_of(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})"),
            k_may_not_be_read + "  why:  AuthorizationFailed: No.\n" + k_grant);
}

// A vault that is being changed can be read; so can one from a machine whose clock is wrong.
TEST_F(AzureFirstCall, WarnsOfWhatIsUnusual) {
  const std::string updating = R"({"properties":{"provisioningState":"Updating"}})";
  const std::string warning = told_of(200, updating);
  EXPECT_TRUE(warning.starts_with("warning PF7009: vault vault-dr is in state Updating\n")) << warning;
  EXPECT_NE(page("PF7009").find("```text\n" + warning + "```\n"), std::string::npos) << warning;
  EXPECT_EQ(told_of(200, R"({"properties":{"provisioningState":"succeeded"}})"), "read");
  EXPECT_EQ(told_of(200, R"({"properties":{"provisioningState":7}})"), "read");
  const auto fast = vault_remarks(settings(), "{}", 2h + 5s), slow = vault_remarks(settings(), "{}", -90s);
  ASSERT_EQ(fast.size(), 1U);
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_NE(page("PF7013").find("```text\n" + told(fast[0]) + "```\n"), std::string::npos) << told(fast[0]);
  EXPECT_EQ(slow[0].summary, "the clock of this machine is 1 min slow");
}

TEST_F(AzureFirstCall, IsNotThere) {
  const std::string gone = "error PF7001: there is no vault vault-dr\n  why:  nothing answers to " + k_vault +
                           "\n  fix:  correct vault, resource_group and subscription of [provider.azure]\n";
  EXPECT_EQ(told_of(404, R"({"error":{"code":"ResourceNotFound","message":"Not found."}})"), gone);
  EXPECT_EQ(told_of(404, R"({"error":{"code":"ResourceGroupNotFound","message":"Not found."}})"), gone);
  EXPECT_NE(page("PF7001").find("```text\n" + gone + "```\n"), std::string::npos);
}

// Nothing is known of what is in a subscription that is not seen, and an answer of who knows what is no answer.
TEST_F(AzureFirstCall, IsNotGoneBecauseSomethingElseIs) {
  EXPECT_TRUE(
      told_of(404, R"({"error":{"code":"SubscriptionNotFound","message":"No."}})").starts_with(k_may_not_be_read));
  EXPECT_TRUE(told_of(404, "<html>").starts_with("error PF7007: vault vault-dr cannot be read\n"));
}

}  // namespace
}  // namespace pairform::azure
