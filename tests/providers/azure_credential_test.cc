// Tokens from every source, from services that refuse, are late or talk nonsense; and that no secret is told.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "providers/azure/credential/answer.h"
#include "providers/azure/credential/source.h"
#include "providers/azure/credential/token_cache.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Kind = CredentialError::Kind;
using Variables = std::map<std::string, std::string>;

Environment environment(Variables values) {
  return [values](const char* name) {
    const auto at = values.find(name);
    return at == values.end() ? std::string() : at->second;
  };
}

const Variables k_secret{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_CLIENT_SECRET", "hush+1/2="}};

std::string names(const std::variant<std::vector<SourceChoice>, CredentialError>& choice) {
  if (const auto* error = std::get_if<CredentialError>(&choice)) return "error: " + error->message;
  std::string out;
  for (const SourceChoice& each : std::get<0>(choice)) out += (out.empty() ? "" : " ") + each.name;
  return out;
}

constexpr const char* k_no_proof =
    "error: AZURE_TENANT_ID and AZURE_CLIENT_ID are set, and nothing proves that client: AZURE_CLIENT_SECRET, "
    "AZURE_FEDERATED_TOKEN_FILE and GitHub's token are missing";

struct ChoiceCase {
  const char* name;
  const char* pinned;
  Variables variables;
  const char* chosen;
};
const ChoiceCase k_choices[] = {
    {"nothing", "auto", {}, "cli managed"},
    {"secret", "auto", k_secret, "environment"},
    {"secret of Terraform",
     "auto",
     {{"ARM_TENANT_ID", "t"}, {"ARM_CLIENT_ID", "c"}, {"ARM_CLIENT_SECRET", "s"}},
     "environment"},
    {"secret and a half",
     "auto",
     {{"AZURE_TENANT_ID", "t"}, {"ARM_CLIENT_ID", "c"}, {"ARM_CLIENT_SECRET", "s"}},
     "environment"},
    {"no client",
     "auto",
     {{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_SECRET", "s"}},
     "error: AZURE_CLIENT_SECRET is set, and AZURE_CLIENT_ID is not"},
    {"no tenant",
     "auto",
     {{"AZURE_CLIENT_ID", "c"}, {"AZURE_CLIENT_SECRET", "s"}},
     "error: AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID is not"},
    {"certificate",
     "auto",
     {{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_CLIENT_CERTIFICATE_PATH", "p"}},
     "error: AZURE_CLIENT_CERTIFICATE_PATH is set: a client certificate is not supported in this version"},
    {"kubernetes",
     "auto",
     {{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_FEDERATED_TOKEN_FILE", "f"}},
     "workload"},
    {"github",
     "auto",
     {{"AZURE_TENANT_ID", "t"},
      {"AZURE_CLIENT_ID", "c"},
      {"ACTIONS_ID_TOKEN_REQUEST_URL", "u"},
      {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "b"}},
     "github"},
    {"a GitHub job that does not mean Azure",
     "auto",
     {{"ACTIONS_ID_TOKEN_REQUEST_URL", "u"}, {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "b"}},
     "cli managed"},
    {"app service",
     "auto",
     {{"IDENTITY_ENDPOINT", "u"}},
     "error: IDENTITY_ENDPOINT is set: the identity of App Service and Container Apps is not supported in this "
     "version"},
    {"an identity of the user's", "auto", {{"AZURE_CLIENT_ID", "c"}}, "cli managed"},
    {"a client without its secret", "auto", {{"AZURE_CLIENT_ID", "c"}, {"AZURE_TENANT_ID", "t"}}, k_no_proof},
    {"the same by Terraform's names", "auto", {{"ARM_CLIENT_ID", "c"}, {"ARM_TENANT_ID", "t"}}, k_no_proof},
    {"a client without its secret, pinned to the CLI",
     "cli",
     {{"AZURE_CLIENT_ID", "c"}, {"AZURE_TENANT_ID", "t"}},
     "cli"},
    {"pinned to the CLI", "cli", k_secret, "cli"},
    {"pinned to the machine", "managed", k_secret, "managed"},
    {"pinned and not configured", "workload", k_secret, "error: credential = \"workload\" is not configured"},
};

TEST(CredentialSources, TheFirstThatIsConfiguredIsUsed) {
  for (const ChoiceCase& each : k_choices)
    EXPECT_EQ(names(choose_sources({.pinned = each.pinned}, environment(each.variables))), each.chosen) << each.name;
  const auto with_tenant =
      choose_sources({.tenant = "of-settings"}, environment({{"AZURE_CLIENT_ID", "c"}, {"AZURE_CLIENT_SECRET", "s"}}));
  EXPECT_EQ(std::get<ClientSecret>(std::get<0>(with_tenant).at(0).how).tenant, "of-settings");
}

// A tenant, a metadata service and a GitHub in one, which answers as the test says.
class Tokens : public testing::Test {
 protected:
  SignIn sign_in(const char* pinned = "auto") const {
    return {.authority = server_.url("").substr(0, server_.url("").size()),
            .audience = "https://management.azure.com",
            .pinned = pinned,
            .metadata = server_.url(""),
            .retries = {.first_pause = 1ms, .longest_pause = 4ms},
            .cli_limit = 500ms,
            .not_ready_limit = not_ready_limit_};
  }
  TokenResult fetch(const Variables& variables, const char* pinned = "auto", const HttpLimits& limits = {}) {
    const auto chosen = choose_sources(sign_in(pinned), environment(variables));
    if (const auto* error = std::get_if<CredentialError>(&chosen)) return *error;
    return first_token(std::get<0>(chosen), sign_in(pinned), client_, limits);
  }
  static std::string good(const std::string& token = "abc") {
    return http_answer(200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + token + "\"}");
  }
  std::chrono::milliseconds not_ready_limit_{100};
  std::function<ScriptedReply(const ReceivedRequest&)> script_ = [](const ReceivedRequest&) {
    return ScriptedReply{.bytes = good()};
  };
  ScriptedServer server_{[this](const ReceivedRequest& request) { return script_(request); }};
  HttpClient client_{"pairform/test"};
};

std::string told(const TokenResult& result) {
  if (const auto* error = std::get_if<CredentialError>(&result)) return error->message;
  return "token " + std::get<Token>(result).text.reveal();
}

TEST_F(Tokens, AreAskedOfTheTenantWithTheSecret) {
  EXPECT_EQ(told(fetch(k_secret)), "token abc");
  const ReceivedRequest sent = server_.received().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/t/oauth2/v2.0/token");
  EXPECT_EQ(sent.header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(sent.body,
            "grant_type=client_credentials&client_id=c&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&"
            "client_secret=hush%2B1%2F2%3D");
}

TEST_F(Tokens, ARefusalIsToldWithoutTheSecret) {
  script_ = [](const ReceivedRequest&) {
    return ScriptedReply{
        .bytes = http_answer(401,
                             "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client "
                             "secret provided.\\r\\nTrace ID: 1\",\"correlation_id\":\"cc\"}")};
  };
  const TokenResult result = fetch(k_secret);
  EXPECT_EQ(told(result),
            "tenant t gives no token to client c: invalid_client: AADSTS7000215: Invalid client secret provided. "
            "(correlation id cc)");
  EXPECT_EQ(std::get<CredentialError>(result).kind, Kind::Refused);
  EXPECT_EQ(server_.received().size(), 1U) << "a refusal is not asked about again";
}

TEST_F(Tokens, ATenantThatStumblesIsAskedAgain) {
  script_ = [](const ReceivedRequest& request) {
    return ScriptedReply{.bytes = request.number < 3 ? http_answer(503, "<html>") : good()};
  };
  EXPECT_EQ(told(fetch(k_secret)), "token abc");
  script_ = [](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(503, "<html>")}; };
  const TokenResult result = fetch(k_secret);
  EXPECT_EQ(told(result), "tenant t gives no token to client c: status 503");
  EXPECT_EQ(std::get<CredentialError>(result).kind, Kind::Unreachable);
}

TEST_F(Tokens, AnAnswerWithoutATokenIsNone) {
  for (const char* body : {"", "{}", "[]", "null", "{\"access_token\":1,\"expires_in\":5}", "{\"access_token\":\"a\"}",
                           "{\"access_token\":\"a\",\"expires_in\":\"soon\"}", "\xff\xfe"}) {
    script_ = [body](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, body)}; };
    EXPECT_EQ(told(fetch(k_secret)), "the token service did not answer with a token") << body;
  }
}

TEST_F(Tokens, OfKubernetesAreReadFromTheFileEachTime) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "token";
  const Variables variables{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_FEDERATED_TOKEN_FILE", file}};
  EXPECT_EQ(told(fetch(variables)), file + " cannot be read, or is empty");
  for (const char* proof : {"one", "two"}) {
    std::ofstream(file) << proof << '\n';
    EXPECT_EQ(told(fetch(variables)), "token abc");
    EXPECT_NE(server_.received().back().body.find(
                  "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A"
                  "jwt-bearer&client_assertion=" +
                  std::string(proof)),
              std::string::npos);
  }
}

TEST_F(Tokens, OfGitHubAreExchanged) {
  script_ = [](const ReceivedRequest& request) {
    return ScriptedReply{.bytes = request.method == "GET" ? http_answer(200, "{\"value\":\"from-github\"}") : good()};
  };
  const Variables variables{{"AZURE_TENANT_ID", "t"},
                            {"AZURE_CLIENT_ID", "c"},
                            {"ACTIONS_ID_TOKEN_REQUEST_URL", server_.url("/oidc?api=1")},
                            {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-token"}};
  EXPECT_EQ(told(fetch(variables)), "token abc");
  const auto sent = server_.received();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].target, "/oidc?api=1&audience=api%3A%2F%2FAzureADTokenExchange");
  EXPECT_EQ(sent[0].header("authorization"), "Bearer job-token");
  EXPECT_NE(sent[1].body.find("client_assertion=from-github"), std::string::npos);
  script_ = [](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(403, "no")}; };
  EXPECT_EQ(told(fetch(variables)), "GitHub gives no token for this job: status 403");
  Variables elsewhere = variables;
  elsewhere["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://evil.example/";
  EXPECT_EQ(told(fetch(elsewhere)), "ACTIONS_ID_TOKEN_REQUEST_URL is no https address");
}

TEST_F(Tokens, OfAMachineComeFromItsMetadataService) {
  script_ = [](const ReceivedRequest&) {
    return ScriptedReply{
        .bytes = http_answer(200, "{\"access_token\":\"abc\",\"expires_in\":\"86399\",\"refresh_in\":\"43199\"}")};
  };
  const TokenResult result = fetch({{"AZURE_CLIENT_ID", "mine"}}, "managed");
  EXPECT_EQ(told(result), "token abc");
  const auto lasts = std::get<Token>(result).refresh - steady_clock::now();
  EXPECT_GT(lasts, 43100s);
  EXPECT_LE(lasts, 43199s);
  const ReceivedRequest sent = server_.received().at(0);
  EXPECT_EQ(sent.target,
            "/metadata/identity/oauth2/"
            "token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id=mine");
  EXPECT_EQ(sent.header("metadata"), "true");
}

TEST_F(Tokens, AMachineThatIsNotReadyYetIsWaitedForAndNotForEver) {
  script_ = [](const ReceivedRequest& request) {
    return ScriptedReply{.bytes = request.number < 4 ? http_answer(request.number % 2 == 0 ? 404 : 410, "") : good()};
  };
  not_ready_limit_ = 60s;
  EXPECT_EQ(told(fetch({}, "managed")), "token abc");
  not_ready_limit_ = 100ms;
  script_ = [](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(410, "")}; };
  const TokenResult never = fetch({}, "managed");
  EXPECT_EQ(told(never), "the identity of this machine gets no token: status 410");
  EXPECT_EQ(std::get<CredentialError>(never).kind, Kind::Unreachable);
  script_ = [](const ReceivedRequest&) {
    return ScriptedReply{
        .bytes = http_answer(400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}")};
  };
  const TokenResult refused = fetch({}, "managed");
  EXPECT_EQ(told(refused), "the identity of this machine gets no token: invalid_request: Identity not found");
  EXPECT_EQ(std::get<CredentialError>(refused).kind, Kind::Refused);
}

TEST_F(Tokens, TheMetadataServiceOfAnotherCloudIsNone) {
  for (const ScriptedReply& reply : {ScriptedReply{.bytes = http_answer(404, "<html>Not Found</html>")},
                                     ScriptedReply{.bytes = http_answer(403, "")}}) {
    script_ = [&](const ReceivedRequest&) { return reply; };
    const std::size_t asked = server_.received().size();
    const TokenResult result = first_token({{"managed", ManagedIdentity{}}}, sign_in(), client_, {});
    EXPECT_EQ(told(result), "no credentials: the metadata service of this machine is not that of Azure");
    EXPECT_EQ(std::get<CredentialError>(result).kind, Kind::NotThere);
    EXPECT_EQ(server_.received().size(), asked + 1) << "it is asked once";
  }
}

// An `az` that does what the script says, first on the PATH.
class WithCli : public Tokens {
 protected:
  void SetUp() override {
    path_ = std::getenv("PATH");
    setenv("PATH", (directory_.path().string() + ":" + path_).c_str(), 1);
  }
  void TearDown() override { setenv("PATH", path_.c_str(), 1); }
  void az(const std::string& script) const {
    const std::string file = directory_.path() / "az";
    std::ofstream(file) << "#!/bin/sh\n" << script << '\n';
    chmod(file.c_str(), 0755);
  }
  TemporaryDirectory directory_;
  std::string path_;
};

TEST_F(WithCli, ATokenIsAskedWithTheScopeAndWithoutAShell) {
  az("echo 'A new version is available.'; echo \"$@\" > \"$(dirname \"$0\")/arguments\"; "
     "printf '{\"accessToken\":\"abc\",\"expires_on\":%s}' $(($(date +%s) + 3600))");
  SignIn who = sign_in("cli");
  who.subscription = "s; touch /tmp/x";
  const TokenResult result = fetch_token({"cli", AzureCli{}}, who, client_, {});
  EXPECT_EQ(told(result), "token abc");
  const auto lasts = std::get<Token>(result).expires - steady_clock::now();
  EXPECT_GT(lasts, 3500s);
  EXPECT_LE(lasts, 3600s);
  std::ifstream in(directory_.path() / "arguments");
  std::string arguments;
  std::getline(in, arguments);
  EXPECT_EQ(arguments,
            "account get-access-token --output json --scope https://management.azure.com/.default --subscription s; "
            "touch /tmp/x");
}

TEST_F(WithCli, OlderVersionsGiveLocalTime) {
  az("printf '{\"accessToken\":\"abc\",\"expiresOn\":\"%s\"}' \"$(date -d '+1 hour' '+%Y-%m-%d %H:%M:%S.000000')\"");
  const TokenResult result = fetch({}, "cli");
  ASSERT_EQ(told(result), "token abc");
  EXPECT_GT(std::get<Token>(result).expires - steady_clock::now(), 3500s);
}

TEST_F(WithCli, OneThatIsNotSignedInIsPassedOverAndOneThatFailsIsNot) {
  az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
  EXPECT_EQ(told(fetch({})), "token abc") << "the machine's";
  EXPECT_EQ(told(fetch({}, "cli")), "no credentials: nobody is signed in with `az`");
  az("echo 'warning' >&2; echo 'ERROR: AADSTS50173: expired' >&2; exit 1");
  EXPECT_EQ(told(fetch({})), "`az` failed: ERROR: AADSTS50173: expired");
  az("exit 0");
  EXPECT_EQ(told(fetch({}, "cli")), "`az` did not answer with a token");
}

TEST_F(WithCli, OneThatHangsIsEnded) {
  az("sleep 60 & sleep 60");
  const auto began = steady_clock::now();
  EXPECT_EQ(told(fetch({}, "cli")), "`az` gave no token within 0 s");
  EXPECT_LT(steady_clock::now() - began, 10s);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(std::get<CredentialError>(fetch({}, "cli", {.stop = stop.get_token()})).kind, Kind::Stopped);
}

TEST(TokenCache, FetchesOnceForAll) {
  std::atomic<int> fetched = 0;
  TokenCache cache([&](const HttpLimits&) {
    std::this_thread::sleep_for(50ms);
    ++fetched;
    const auto now = steady_clock::now();
    return Token{Secret("t" + std::to_string(fetched)), now + 1h, now + 30min};
  });
  std::vector<std::thread> callers;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      if (told(cache.get({})) == "token t1") ++right;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(fetched, 1);
  EXPECT_EQ(right, 8);
  cache.reject(Secret("another"));
  EXPECT_EQ(told(cache.get({})), "token t1");
  cache.reject(Secret("t1"));
  EXPECT_EQ(told(cache.get({})), "token t2");
}

TEST(TokenCache, TheOldOneServesWhileANewOneIsFetchedAndIfThatFails) {
  std::atomic<int> fetched = 0;
  TokenCache cache([&](const HttpLimits&) -> TokenResult {
    if (++fetched > 1) {
      std::this_thread::sleep_for(200ms);
      return CredentialError{Kind::Unreachable, "no answer", {}};
    }
    const auto now = steady_clock::now();
    return Token{Secret("old"), now + 1h, now};
  });
  EXPECT_EQ(told(cache.get({})), "token old");
  std::thread refreshing([&] { EXPECT_EQ(told(cache.get({})), "token old"); });
  while (fetched < 2) std::this_thread::sleep_for(1ms);
  const auto began = steady_clock::now();
  EXPECT_EQ(told(cache.get({})), "token old");
  EXPECT_LT(steady_clock::now() - began, 150ms) << "nobody waits for the other's refresh";
  refreshing.join();
  EXPECT_EQ(told(cache.get({})), "token old");
  EXPECT_EQ(fetched, 2) << "the next try comes later";
}

// A fetch that throws, or a caller that waits for another one's fetch longer than it may.
TEST(TokenCache, NobodyWaitsForAFetchThatIsOver) {
  std::atomic<int> fetched = 0;
  TokenCache cache([&](const HttpLimits&) -> TokenResult {
    if (++fetched == 1) throw std::bad_alloc();
    std::this_thread::sleep_for(300ms);
    const auto now = steady_clock::now();
    return Token{Secret("late"), now + 1h, now + 30min};
  });
  EXPECT_THROW(cache.get({}), std::bad_alloc);
  std::thread fetching([&] { EXPECT_EQ(told(cache.get({})), "token late"); });
  while (fetched < 2) std::this_thread::sleep_for(1ms);
  const TokenResult in_a_hurry = cache.get({.deadline = steady_clock::now() + 10ms});
  fetching.join();
  ASSERT_TRUE(std::holds_alternative<CredentialError>(in_a_hurry));
  EXPECT_EQ(std::get<CredentialError>(in_a_hurry).kind, Kind::Unreachable);
}

// A token of the Azure CLI says when it expires. The clock here is two hours fast: the token seems to have expired, and serves
// until an answer of the service tells the time.
TEST(TokenCache, AClockThatIsWrongIsCorrectedByTheService) {
  const auto here = std::chrono::system_clock::now(), service = here - 2h;
  int fetched = 0;
  TokenCache cache([&](const HttpLimits&) {
    ++fetched;
    Token token{.text = Secret("cli"), .expires_at = service + 1h};
    set_times(token, steady_clock::now(), here);
    return token;
  });
  EXPECT_EQ(told(cache.get({})), "token cli");
  EXPECT_EQ(cache.corrected(), 0s);
  cache.learn_clock(service, here);
  EXPECT_NEAR(static_cast<double>(cache.corrected().count()), 7200, 2);
  TokenResult result = cache.get({});
  const auto left = std::get<Token>(result).expires - steady_clock::now();
  EXPECT_GT(left, 58min);
  EXPECT_LT(left, 61min);
  EXPECT_EQ(fetched, 1) << "`az` is not run for each request";
  // A token that is fetched later is corrected at once.
  cache.reject(Secret("cli"));
  result = cache.get({});
  EXPECT_GT(std::get<Token>(result).expires - steady_clock::now(), 58min);
  cache.learn_clock(here, here);
  EXPECT_EQ(cache.corrected(), 0s);
}

// Half a minute is a slow network.
TEST(TokenCache, ASmallDifferenceOfClocksIsNone) {
  const auto here = std::chrono::system_clock::now();
  TokenCache cache([&](const HttpLimits&) {
    Token token{.text = Secret("cli"), .expires_at = here + 1h};
    set_times(token, steady_clock::now(), here);
    return token;
  });
  cache.learn_clock(here - 30s, here);
  EXPECT_EQ(told(cache.get({})), "token cli");
  EXPECT_EQ(cache.corrected(), 0s);
}

TEST(TokenCache, AFailureIsEverybodys) {
  TokenCache cache([](const HttpLimits&) -> TokenResult { return CredentialError{Kind::Refused, "no", {}}; });
  EXPECT_EQ(told(cache.get({})), "no");
  EXPECT_EQ(told(cache.get({})), "no");
}

}  // namespace
}  // namespace pairform::azure
