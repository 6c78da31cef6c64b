// Requests to Azure Resource Manager, and what its answers mean.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "providers/azure/arm/arm_client.h"
#include "providers/azure/arm/error.h"
#include "tests/support/scripted_server.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class Arm : public testing::Test {
 protected:
  using Script = std::function<ScriptedReply(const ReceivedRequest&)>;
  static ScriptedReply reply(int status, const std::string& body = "", const std::vector<std::string>& headers = {}) {
    return {.bytes = http_answer(status, body, headers)};
  }
  ArmResult read(const std::string& path = "/subscriptions/s", const CallLimits& limits = {}) {
    return client().read({.path = path, .api_version = "2024-04-01"}, limits);
  }
  ArmResult write(const std::string& method = "PUT") {
    return client().write({.method = method, .path = "/subscriptions/s/x/y", .api_version = "1", .body = "{}"}, {});
  }
  // "1 2 3": the rows, or the error of a listing.
  std::string list() {
    std::string out;
    const auto error = client().list({.path = "/list", .api_version = "1"},
                                     [&](simdjson::dom::element row) { out += simdjson::minify(row) + " "; }, {});
    return error ? error->code + ": " + error->message : out;
  }
  ArmClient& client() {
    if (!client_)
      client_.emplace(ArmSettings{.endpoint = server_.url("").substr(0, server_.url("").size()),
                                  .retries = {.first_pause = 1ms, .longest_pause = 2ms}},
                      http_, tokens_, trace_);
    return *client_;
  }

  Script script_ = [](const ReceivedRequest&) { return reply(200, "{}"); };
  ScriptedServer server_{[this](const ReceivedRequest& request) { return script_(request); }};
  HttpClient http_{"pairform/test"};
  std::atomic<int> tokens_given_ = 0;
  TokenCache tokens_{[this](const HttpLimits&) -> TokenResult {
    ++tokens_given_;
    const auto now = steady_clock::now();
    return Token{Secret("token" + std::to_string(tokens_given_)), now + 1h, now + 1h};
  }};
  Trace trace_{"", false};
  std::optional<ArmClient> client_;
};

std::string kind(const ProviderError& error) {
  switch (error.kind) {
    case ErrorKind::Throttled: return "throttled";
    case ErrorKind::Unavailable: return "unavailable";
    case ErrorKind::Conflict: return "conflict";
    case ErrorKind::Lost: return "lost";
    case ErrorKind::Denied: return "denied";
    case ErrorKind::Invalid: return "invalid";
    case ErrorKind::Stopped: return "stopped";
  }
  return "";
}

std::string told(const ArmResult& result) {
  if (const auto* answer = std::get_if<HttpAnswer>(&result)) return std::to_string(answer->status);
  const auto& error = std::get<ProviderError>(result);
  return kind(error) + " " + error.code;
}

TEST_F(Arm, ARequestIsSignedAndHasTheHeaders) {
  EXPECT_EQ(told(read("/subscriptions/a%20b")), "200");
  const ReceivedRequest sent = server_.received().at(0);
  EXPECT_EQ(sent.target, "/subscriptions/a%20b?api-version=2024-04-01");
  EXPECT_EQ(sent.header("authorization"), "Bearer token1");
  EXPECT_EQ(sent.header("accept"), "application/json");
  EXPECT_EQ(sent.header("x-ms-return-client-request-id"), "true");
  EXPECT_EQ(sent.header("x-ms-client-request-id").size(), 36U);
  EXPECT_EQ(sent.header("content-type"), "");
  client().write({.method = "PUT",
                  .path = "/p",
                  .api_version = "1",
                  .query = "$a=b",
                  .body = "{}",
                  .if_match = "\"e\"",
                  .only_if_new = true},
                 {});
  const ReceivedRequest written = server_.received().at(1);
  EXPECT_EQ(written.target, "/p?api-version=1&$a=b");
  EXPECT_EQ(written.header("content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(written.header("if-match"), "\"e\"");
  EXPECT_EQ(written.header("if-none-match"), "*");
  EXPECT_EQ(written.header("x-ms-correlation-request-id"), sent.header("x-ms-correlation-request-id"));
  EXPECT_NE(written.header("x-ms-client-request-id"), sent.header("x-ms-client-request-id"));
}

TEST_F(Arm, ATokenThatIsRefusedIsReplacedOnce) {
  script_ = [](const ReceivedRequest& request) {
    if (request.header("authorization") == "Bearer token1")
      return reply(401, R"({"error":{"code":"ExpiredAuthenticationToken","message":"expired"}})");
    return reply(200, "{}");
  };
  EXPECT_EQ(told(read()), "200");
  EXPECT_EQ(tokens_given_, 2);
  script_ = [](const ReceivedRequest&) {
    return reply(401, R"({"error":{"code":"InvalidAuthenticationToken","message":"no"}})");
  };
  const std::size_t before = server_.received().size();
  EXPECT_EQ(told(write()), "denied InvalidAuthenticationToken");
  EXPECT_EQ(server_.received().size(), before + 2);
  script_ = [](const ReceivedRequest&) {
    return reply(401, "{}", {"WWW-Authenticate: Bearer error=\"insufficient_claims\", claims=\"x\""});
  };
  EXPECT_EQ(told(read()), "401");
  EXPECT_EQ(server_.received().size(), before + 3) << "another token of the same sign-in would not help";
}

TEST_F(Arm, AReadIsTriedAgainAndAWriteIsNot) {
  script_ = [](const ReceivedRequest& request) { return reply(request.number < 2 ? 502 : 200, "{}"); };
  EXPECT_EQ(told(read()), "200");
  EXPECT_EQ(server_.received().size(), 3U);
  script_ = [](const ReceivedRequest&) { return reply(502, "<html>proxy</html>"); };
  EXPECT_EQ(told(write()), "lost Status502");
  EXPECT_EQ(server_.received().size(), 4U);
  EXPECT_EQ(told(read()), "unavailable Status502");
  EXPECT_EQ(server_.received().size(), 9U);
  script_ = [](const ReceivedRequest&) { return ScriptedReply{.close = true}; };
  EXPECT_EQ(told(write("POST")), "lost NoAnswer");
  EXPECT_EQ(server_.received().size(), 10U);
}

TEST_F(Arm, NoTokenGoesToAnotherPlace) {
  ScriptedServer elsewhere([](const ReceivedRequest&) { return reply(200, R"({"value":[]})"); });
  script_ = [&](const ReceivedRequest&) {
    return reply(200, R"({"value":[1],"nextLink":")" + elsewhere.url("/next") + "\"}");
  };
  EXPECT_EQ(list(), "ForeignLink: the service names a link to 127.0.0.1, which is not followed");
  for (const char* link : {"/relative", "javascript:x", "https://"}) {
    script_ = [link](const ReceivedRequest&) {
      return reply(200, R"({"value":[1],"nextLink":")" + std::string(link) + "\"}");
    };
    EXPECT_EQ(list(), "ForeignLink: the service names a link to another place, which is not followed") << link;
  }
  script_ = [&](const ReceivedRequest&) { return reply(307, "", {"Location: " + elsewhere.url()}); };
  EXPECT_EQ(told(read()), "invalid Redirect");
  EXPECT_EQ(told(write()), "invalid Redirect");
  EXPECT_TRUE(elsewhere.received().empty());
}

TEST(ArmHosts, AreTheOneConfiguredAndThoseBelow) {
  HttpClient http("t");
  TokenCache tokens([](const HttpLimits&) -> TokenResult { return CredentialError{}; });
  Trace trace("", false);
  const ArmClient client({.endpoint = "https://management.azure.com"}, http, tokens, trace);
  for (const char* ours : {"https://management.azure.com/x", "https://MANAGEMENT.azure.com:443/x",
                           "https://westeurope.management.azure.com/"})
    EXPECT_TRUE(client.is_arm(ours)) << ours;
  for (const char* other :
       {"http://management.azure.com/", "https://management.azure.com:8443/", "https://evilmanagement.azure.com/",
        "https://management.azure.com.evil.example/", "https://evil.example/management.azure.com", "x"})
    EXPECT_FALSE(client.is_arm(other)) << other;
}

TEST_F(Arm, AListingIsAllItsPages) {
  script_ = [this](const ReceivedRequest& request) {
    const auto page = [&](const std::string& rows, const std::string& next) {
      return reply(200, R"({"value":[)" + rows + R"(],"nextLink":)" +
                            (next.empty() ? "null" : "\"" + server_.url(next) + "\"") + "}");
    };
    if (request.target == "/list?api-version=1") return page("1,2", "/list?api-version=1&skipToken=a%2Fb");
    if (request.target == "/list?api-version=1&skipToken=a%2Fb") return page("", "/list?skipToken=c");
    return page("3", "");
  };
  EXPECT_EQ(list(), "1 2 3 ");
}

TEST_F(Arm, AListingThatDoesNotEndOrIsNoneIsAnError) {
  script_ = [this](const ReceivedRequest&) {
    return reply(200, R"({"value":[1],"nextLink":")" + server_.url("/list?again") + "\"}");
  };
  EXPECT_EQ(list(), "PagingLoop: the pages of GET /list do not end");
  for (const char* body : {"", "[]", "{}", R"({"value":{}})", "<html>", "{\"value\":[1]"}) {
    script_ = [body](const ReceivedRequest&) { return reply(200, body); };
    EXPECT_EQ(list(), "AnswerNotUnderstood: the answer to GET /list is no list") << body;
  }
  for (const char* link : {"7", "{}", "[]", "true"}) {
    const std::string body = fmt::format(R"({{"value":[1],"nextLink":{}}})", link);
    script_ = [body](const ReceivedRequest&) { return reply(200, body); };
    EXPECT_EQ(list(), "AnswerNotUnderstood: nextLink of GET /list is no text") << link;
  }
  std::string deep(10'000, '[');
  script_ = [&](const ReceivedRequest&) { return reply(200, deep); };
  EXPECT_EQ(list(), "AnswerNotUnderstood: the answer to GET /list is no list");
  // A page that fails makes the whole fail: it is never shorter in silence.
  script_ = [this](const ReceivedRequest& request) {
    if (request.target != "/list?api-version=1")
      return reply(403, R"({"error":{"code":"AuthorizationFailed","message":"no right"}})");
    return reply(200, R"({"value":[1],"nextLink":")" + server_.url("/list?2") + "\"}");
  };
  EXPECT_EQ(list(), "AuthorizationFailed: no right");
}

TEST_F(Arm, AStormCostsOneRefusal) {
  std::atomic<int> refused = 0;
  std::atomic<bool> storm = true;
  script_ = [&](const ReceivedRequest&) {
    if (!storm) return reply(200, "{}");
    ++refused;
    storm = false;
    return reply(429, R"({"error":{"code":"TooManyRequests"}})", {"Retry-After: 1"});
  };
  EXPECT_EQ(told(read()), "200");
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) callers.emplace_back([&] { EXPECT_EQ(told(read()), "200"); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 1);
}

TEST_F(Arm, WhoIsNotSignedInSendsNothing) {
  TokenCache none([](const HttpLimits&) -> TokenResult {
    return CredentialError{CredentialError::Kind::Refused, "no credentials", "run `az login`"};
  });
  ArmClient client({.endpoint = server_.url("").substr(0, server_.url("").size())}, http_, none, trace_);
  const ArmResult result = client.read({.path = "/x", .api_version = "1"}, {});
  EXPECT_EQ(told(result), "denied NoToken");
  EXPECT_EQ(std::get<ProviderError>(result).help, "run `az login`");
  EXPECT_TRUE(server_.received().empty());
}

TEST_F(Arm, IsStoppedAndKeepsItsDeadline) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(told(read("/x", {.stop = stop.get_token()})), "stopped Stopped");
  EXPECT_EQ(told(read()), "200");
  EXPECT_EQ(told(read("/x", {.stop = stop.get_token()})), "stopped Stopped");
  script_ = [](const ReceivedRequest&) { return reply(503, ""); };
  EXPECT_EQ(told(read("/x", {.deadline = steady_clock::now() + 300ms})).substr(0, 11), "unavailable");
}

// One request was refused for an hour: the others do not wait for that hour either.
TEST_F(Arm, WhatMayNotStartForLongIsNotWaitedFor) {
  script_ = [](const ReceivedRequest& request) {
    return request.number == 0 ? reply(429, "{}", {"Retry-After: 3600"}) : reply(200, "{}");
  };
  for (int time = 1; time <= 2; ++time) {
    const ArmResult result = read();
    EXPECT_EQ(told(result), "invalid ThrottledForLong");
    EXPECT_GT(std::get<ProviderError>(result).retry_after, 3500s);
  }
  EXPECT_EQ(server_.received().size(), 1U);
  EXPECT_EQ(told(write()), "200") << "writes are counted apart";
}

struct FailureCase {
  const char* name;
  int status;
  const char* body;
  const char* as_write;  // "kind code retry_after"
  const char* as_read;
};
const FailureCase k_failures[] = {
    {"throttled", 429, R"({"error":{"code":"TooManyRequests","message":"slow"}})", "throttled TooManyRequests 10",
     "throttled TooManyRequests 10"},
    {"another operation by 429", 429, R"({"error":{"code":"RetryableErrorDueToAnotherOperation"}})",
     "conflict RetryableErrorDueToAnotherOperation 30", "throttled RetryableErrorDueToAnotherOperation 10"},
    {"another operation by 400", 400, R"({"error":{"code":"AnotherOperationInProgress"}})",
     "conflict AnotherOperationInProgress 30", "invalid AnotherOperationInProgress"},
    {"conflict", 409, "", "conflict Status409 30", "invalid Status409"},
    {"precondition", 412, "{}", "conflict Status412 30", "invalid Status412"},
    {"not registered", 409, R"({"error":{"code":"MissingSubscriptionRegistration"}})",
     "invalid MissingSubscriptionRegistration", "invalid MissingSubscriptionRegistration"},
    {"locked", 409, R"({"error":{"code":"ScopeLocked"}})", "denied ScopeLocked", "denied ScopeLocked"},
    {"unavailable", 503, "", "unavailable Status503 5", "unavailable Status503"},
    {"lost by 500", 500, "", "lost Status500", "unavailable Status500"},
    {"lost by 504", 504, "", "lost Status504", "unavailable Status504"},
    {"lost by 408", 408, "", "lost Status408", "invalid Status408"},
    {"denied", 403, R"({"error":{"code":"AuthorizationFailed"}})", "denied AuthorizationFailed",
     "denied AuthorizationFailed"},
    {"by policy", 403, R"({"error":{"code":"RequestDisallowedByPolicy"}})", "invalid RequestDisallowedByPolicy",
     "invalid RequestDisallowedByPolicy"},
    {"invalid", 400, R"({"error":{"code":"InvalidParameter"}})", "invalid InvalidParameter",
     "invalid InvalidParameter"},
    {"no subscription", 404, R"({"error":{"code":"SubscriptionNotFound"}})", "invalid SubscriptionNotFound",
     "denied SubscriptionNotFound"},
    {"another tenant", 404, R"({"error":{"code":"InvalidAuthenticationTokenTenant"}})",
     "invalid InvalidAuthenticationTokenTenant", "denied InvalidAuthenticationTokenTenant"},
    {"locked by details", 409, R"({"error":{"code":"Conflict","details":[{"code":"ScopeLocked"}]}})",
     "denied ScopeLocked", "denied ScopeLocked"},
    {"in use by 409", 409, R"({"error":{"code":"InUseRouteTableCannotBeDeleted"}})",
     "invalid InUseRouteTableCannotBeDeleted", "invalid InUseRouteTableCannotBeDeleted"},
    {"full by 429", 429, R"({"error":{"code":"SubnetIsFull"}})", "invalid SubnetIsFull", "throttled SubnetIsFull 10"},
    {"linked", 403, R"({"error":{"code":"LinkedAuthorizationFailed"}})", "denied LinkedAuthorizationFailed",
     "denied LinkedAuthorizationFailed"},
    {"known, of a service that is broken", 500, R"({"error":{"code":"SubnetIsFull"}})", "lost SubnetIsFull",
     "unavailable SubnetIsFull"},
    {"another operation by 500", 500, R"({"error":{"code":"AnotherOperationInProgress"}})",
     "conflict AnotherOperationInProgress 30", "unavailable AnotherOperationInProgress"},
    {"HTML", 400, "<html>go away</html>", "invalid Status400", "invalid Status400"},
};

std::string failure(const ProviderError& error) {
  std::string out = kind(error) + " " + error.code;
  if (error.retry_after) out += " " + std::to_string(error.retry_after->count() / 1000);
  return out;
}

TEST(ArmFailures, AreWhatTheEngineNeedsToKnow) {
  for (const FailureCase& each : k_failures) {
    EXPECT_EQ(failure(write_failure(HttpAnswer{each.status, {}, each.body})), each.as_write) << each.name;
    EXPECT_EQ(failure(read_failure(HttpAnswer{each.status, {}, each.body})), each.as_read) << each.name;
  }
  Headers long_wait;
  long_wait.add("Retry-After: 3600");
  const ProviderError error = write_failure(HttpAnswer{429, long_wait, ""});
  EXPECT_EQ(failure(error), "invalid ThrottledForLong 3600");
  EXPECT_TRUE(error.message.starts_with("the service takes no more requests until ")) << error.message;
  EXPECT_TRUE(error.message.ends_with(" UTC")) << error.message;
  EXPECT_EQ(failure(write_failure(TransportError{TransportFailure::NotSent, "m"})), "unavailable Unavailable 5");
  EXPECT_EQ(failure(read_failure(TransportError{TransportFailure::TooLarge, "m"})), "invalid AnswerTooLarge");
}

TEST(ArmErrors, AreReadInEveryForm) {
  struct Case {
    const char *body, *told;
  };
  for (
      const Case& each :
      {Case{R"({"error":{"code":"A","message":"b","details":[{"code":"C"}]}})", "A|C|b"},
       Case{R"({"error":{"code":28020,"message":"b","details":null}})", "28020||b"},
       Case{R"({"code":"A","message":"b"})", "A||b"}, Case{R"({"error":"plain words"})", "||plain words"},
       Case{R"({"ErrorCode":"A","Message":{"Lang":"en","Value":"b"}})", "A||b"},
       Case{R"({"ErrorCode":"A","Message":{"lang":"en","value":"b"}})", "A||b"},
       Case{R"({"error":{"code":"A","message":"","details":[{"code":"C","message":"b"}]}})", "A|C|b"},
       Case{R"({"error":{"code":"A","message":"b","details":[{"code":"C","message":"b"}]}})", "A|C|b"},
       Case{
           R"({"error":{"code":"A","message":"b.","details":[{"code":"C","message":"c."},{"code":"D","message":"d"}]}})",
           "A|C|b; c; D: d"},
       Case{R"({"error":null,"code":"A"})", "A||"},
       Case{R"({"error":{"code":"A","message":"two\r\n  lines "}})", "A||two lines"},
       Case{R"({"error":{"code":{},"message":[1],"details":{}}})", "||"}, Case{"", "||"}, Case{"[]", "||"},
       Case{"\"x\"", "||x"}, Case{"<html>", "||"}, Case{"{\"error\":", "||"}}) {
    const ArmError error = read_error(each.body);
    EXPECT_EQ(error.code + "|" + error.detail + "|" + error.message, each.told) << each.body;
  }
  std::string message;
  for (std::size_t i = 0; i < k_most_message; ++i) message += "ä";
  const std::string cut = read_error(R"({"error":{"message":")" + message + "\"}}").message;
  EXPECT_EQ(cut.size(), k_most_message);
  EXPECT_EQ(cut, message.substr(0, k_most_message)) << "no half letter at its end";
}

// Site Recovery explains what it refuses in the details [terraform-provider-azurerm 11180]; also where it may be tried
// again.
TEST(ArmErrors, AreExplainedByTheirDetails) {
  const std::string body = R"({"error":{"code":"BadRequest","message":"","details":[{"code":"Sunspots",
      "message":"There are sunspots.","possibleCauses":"The\n sun.","recommendedAction":"Wait for the night."}]}})";
  Headers headers;
  headers.add("Azure-AsyncOperation: https://m/x/replicationOperationStatus/job-1?api-version=1");
  for (const int status : {400, 403, 409, 412, 429, 500, 502, 503, 504}) {
    const ProviderError error = write_failure(HttpAnswer{status, headers, body});
    EXPECT_EQ(error_line(error),
              "BadRequest: There are sunspots. (Sunspots) (job job-1); possible causes: The sun; Wait for the night.")
        << status;
  }
}

TEST(ArmErrors, OnlyTheThingItselfIsAbsent) {
  const auto absent = [](int status, const char* code, const char* detail = nullptr) {
    std::string body = R"({"error":{"code":")" + std::string(code) + "\"";
    if (detail != nullptr) body += R"(,"details":[{"code":")" + std::string(detail) + "\"}]";
    return says_absent({status, {}, body + "}}"});
  };
  EXPECT_TRUE(absent(404, "ResourceNotFound"));
  EXPECT_TRUE(absent(404, "ResourceGroupNotFound"));
  EXPECT_TRUE(absent(404, "NotFound", "FabricArmEntityMissing"));
  EXPECT_TRUE(absent(400, "BadRequest", "SubscriptionIdNotRegisteredWithSrs"));
  EXPECT_FALSE(absent(404, "SubscriptionNotFound"));
  EXPECT_FALSE(absent(404, "InvalidAuthenticationTokenTenant"));
  EXPECT_FALSE(absent(404, "Whatever")) << "an unknown word is no proof";
  EXPECT_FALSE(absent(403, "ResourceNotFound"));
  EXPECT_FALSE(absent(400, "BadRequest"));
  EXPECT_FALSE(says_absent({404, {}, "<html>no such page</html>"})) << "of a proxy";
}

TEST(ArmJobs, AreTheEndOfTheLink) {
  Headers both, location, none;
  both.add("Azure-AsyncOperation: https://m/subscriptions/s/replicationOperationStatus/job-1?api-version=1&t=x/y");
  both.add("Location: https://m/x/operationresults/job-2");
  location.add("Location: https://m/x/operationresults/job-2?a=b");
  none.add("x-ms-request-id: 1 8/29/2023 1:12:02 AM");
  EXPECT_EQ(job_of(both), "job-1");
  EXPECT_EQ(job_of(location), "job-2");
  EXPECT_EQ(job_of(none), "");
}

}  // namespace
}  // namespace pairform::azure
