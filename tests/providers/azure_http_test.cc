// The HTTP client alone, against a server that misbehaves.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "providers/azure/http/client.h"
#include "providers/azure/http/pacing.h"
#include "providers/azure/http/retry.h"
#include "providers/azure/http/trace.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

HttpResult get(HttpClient& client, const std::string& url, const HttpLimits& limits = {}) {
  return client.send({.url = url}, limits);
}

TransportFailure kind_of(const HttpResult& result) {
  const auto* error = std::get_if<TransportError>(&result);
  if (error == nullptr) throw std::runtime_error("there is an answer: " + std::get<HttpAnswer>(result).body);
  return error->kind;
}

TEST(HttpClient, SendsMethodHeadersAndBody) {
  ScriptedServer server([](const ReceivedRequest&) {
    return ScriptedReply{.bytes = http_answer(201, "{\"a\":1}", {"X-Ms-Request-Id: r1", "ETag: \"x\""})};
  });
  HttpClient client("pairform/test");
  const HttpResult result = client.send(
      {.method = "PUT", .url = server.url("/a/b?c=d"), .headers = {{"content-type", "application/json"}}, .body = "{}"},
      {});
  const auto& answer = std::get<HttpAnswer>(result);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "{\"a\":1}");
  EXPECT_EQ(answer.headers.get("x-ms-request-id"), "r1");
  const ReceivedRequest sent = server.received().at(0);
  EXPECT_EQ(sent.method, "PUT");
  EXPECT_EQ(sent.target, "/a/b?c=d");
  EXPECT_EQ(sent.header("content-type"), "application/json");
  EXPECT_EQ(sent.header("user-agent"), "pairform/test");
  EXPECT_EQ(sent.header("expect"), "");
  EXPECT_EQ(sent.body, "{}");
}

TEST(HttpClient, ABodyIsSentOnlyWhereThereIsOne) {
  ScriptedServer server([](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(202, "")}; });
  HttpClient client("pairform/test");
  for (const char* method : {"GET", "DELETE", "POST"}) client.send({.method = method, .url = server.url()}, {});
  client.send({.method = "POST", .url = server.url(), .body = ""}, {});
  const std::vector<ReceivedRequest> sent = server.received();
  ASSERT_EQ(sent.size(), 4U);
  for (const ReceivedRequest& each : sent) EXPECT_EQ(each.header("content-type"), "") << each.method;
  EXPECT_EQ(sent[0].header("content-length"), "");
  EXPECT_EQ(sent[3].header("content-length"), "0");
}

TEST(HttpClient, ARedirectIsAnAnswerAndIsNotFollowed) {
  ScriptedServer elsewhere([](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, "no")}; });
  ScriptedServer server([&](const ReceivedRequest&) {
    return ScriptedReply{.bytes = http_answer(302, "", {"Location: " + elsewhere.url()})};
  });
  HttpClient client("pairform/test");
  EXPECT_EQ(std::get<HttpAnswer>(get(client, server.url())).status, 302);
  EXPECT_TRUE(elsewhere.received().empty());
}

TEST(HttpClient, TellsWhetherTheRequestLeft) {
  HttpClient client("pairform/test");
  std::string nobody;
  {
    ScriptedServer server([](const ReceivedRequest&) { return ScriptedReply{}; });
    nobody = server.url();
  }
  EXPECT_EQ(kind_of(get(client, nobody)), TransportFailure::NotSent);
  EXPECT_EQ(kind_of(get(client, "https" + nobody.substr(4))), TransportFailure::NotSent);
  EXPECT_EQ(kind_of(get(client, "file:///etc/passwd")), TransportFailure::NotSent);
  EXPECT_EQ(kind_of(get(client, "http://user:secret@127.0.0.1/")), TransportFailure::NotSent);

  ScriptedServer plain([](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, "")}; });
  EXPECT_EQ(kind_of(get(client, "https" + plain.url().substr(4))), TransportFailure::NotSent) << "no TLS there";

  for (const std::string bytes : {"", "HTTP/1.1 200 OK\r\nContent-Le",
                                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "no HTTP at all\r\n\r\n"}) {
    ScriptedServer server([&](const ReceivedRequest&) { return ScriptedReply{.bytes = bytes, .close = true}; });
    EXPECT_EQ(kind_of(get(client, server.url())), TransportFailure::Lost) << bytes;
  }
}

TEST(HttpClient, SendsAWriteOnce) {
  // Every other request is answered by the end of the connection, which is kept from the one before.
  ScriptedServer server([](const ReceivedRequest& request) {
    if (request.method == "GET") return ScriptedReply{.bytes = http_answer(200, "")};
    return ScriptedReply{.close = true};
  });
  HttpClient client("pairform/test");
  for (const char* method : {"PUT", "POST", "PATCH", "DELETE"}) {
    ASSERT_EQ(std::get<HttpAnswer>(get(client, server.url())).status, 200);
    EXPECT_EQ(kind_of(client.send({.method = method, .url = server.url(), .body = "{}"}, {})), TransportFailure::Lost);
  }
  EXPECT_EQ(server.received().size(), 8U);
}

TEST(HttpClient, GivesUpAtTheTimeoutAndAtTheDeadline) {
  ScriptedServer server([](const ReceivedRequest&) { return ScriptedReply{.before = 20s}; });
  HttpClient client("pairform/test");
  const auto began = steady_clock::now();
  EXPECT_EQ(kind_of(client.send({.url = server.url(), .timeout = 100ms}, {})), TransportFailure::Lost);
  EXPECT_EQ(kind_of(get(client, server.url(), {.deadline = steady_clock::now() + 100ms})), TransportFailure::Lost);
  EXPECT_EQ(kind_of(get(client, server.url(), {.deadline = steady_clock::now() - 1s})), TransportFailure::NotSent);
  EXPECT_LT(steady_clock::now() - began, 10s);
}

TEST(HttpClient, AReadIsStoppedOnItsWayAndAWriteIsNot) {
  ScriptedServer server(
      [](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, "done"), .before = 2s}; });
  HttpClient client("pairform/test");
  for (const bool stoppable : {true, false}) {
    std::stop_source stop;
    std::thread later([&] {
      std::this_thread::sleep_for(200ms);
      stop.request_stop();
    });
    const HttpResult result = get(client, server.url(), {.stop = stop.get_token(), .stoppable = stoppable});
    later.join();
    if (stoppable) EXPECT_EQ(kind_of(result), TransportFailure::Stopped);
    else EXPECT_EQ(std::get<HttpAnswer>(result).body, "done");
  }
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(kind_of(get(client, server.url(), {.stop = stop.get_token(), .stoppable = false})),
            TransportFailure::Stopped)
      << "what was not sent yet is never sent";
  EXPECT_EQ(server.received().size(), 2U);
}

TEST(HttpClient, DropsAnAnswerThatIsTooLarge) {
  ScriptedServer server([](const ReceivedRequest&) {
    return ScriptedReply{.bytes = http_answer(200, std::string(k_most_body_bytes + 1, 'x'))};
  });
  HttpClient client("pairform/test");
  EXPECT_EQ(kind_of(get(client, server.url())), TransportFailure::TooLarge);
}

TEST(HttpClient, SendsNoLineBreakThatCameFromElsewhere) {
  ScriptedServer server([](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, "")}; });
  HttpClient client("pairform/test");
  EXPECT_EQ(kind_of(client.send({.url = server.url(), .headers = {{"a", "b\r\nAuthorization: x"}}}, {})),
            TransportFailure::NotSent);
  EXPECT_EQ(kind_of(get(client, server.url("/a\r\nb: c"))), TransportFailure::NotSent);
  EXPECT_TRUE(server.received().empty());
}

TEST(HttpClient, KeepsConnectionsAndNoMoreThanSixteen) {
  ScriptedServer server(
      [](const ReceivedRequest&) { return ScriptedReply{.bytes = http_answer(200, "x"), .before = 20ms}; });
  HttpClient client("pairform/test");
  std::atomic<int> right = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 40; ++i)
    callers.emplace_back([&] {
      for (int n = 0; n < 3; ++n) {
        const HttpResult result = get(client, server.url());
        const auto* answer = std::get_if<HttpAnswer>(&result);
        if (answer != nullptr && answer->body == "x") ++right;
      }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, 120);
  EXPECT_LE(server.connections(), k_most_handles);
}

TEST(HttpClient, ReadsCompressedBodies) {
  // "hello" by gzip.
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00", 25);
  ScriptedServer server([&](const ReceivedRequest&) {
    return ScriptedReply{.bytes = http_answer(200, packed, {"Content-Encoding: gzip"})};
  });
  HttpClient client("pairform/test");
  EXPECT_EQ(std::get<HttpAnswer>(get(client, server.url())).body, "hello");
  EXPECT_EQ(server.received().at(0).header("accept-encoding"), "gzip");
}

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(origin_of("https://Management.Azure.com/x"), (Origin{"https", "management.azure.com", "443"}));
  EXPECT_EQ(origin_of("https://management.azure.com:443"), origin_of("https://management.azure.com/a?b"));
  EXPECT_NE(origin_of("https://management.azure.com"), origin_of("http://management.azure.com"));
  EXPECT_NE(origin_of("https://management.azure.com"), origin_of("https://management.azure.com.evil.example"));
  for (const char* wrong :
       {"", "/relative", "ftp://host/", "https://", "https://user@host/", "https://management.azure.com@evil.example/"})
    EXPECT_EQ(origin_of(wrong), std::nullopt) << wrong;
}

TEST(LocalHost, IsThisMachineAndTheMetadataService) {
  for (const char* local : {"localhost", "127.0.0.1", "127.1.2.3", "[::1]", "169.254.169.254"})
    EXPECT_TRUE(is_local_host(local)) << local;
  for (const char* remote :
       {"", "management.azure.com", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"})
    EXPECT_FALSE(is_local_host(remote)) << remote;
}

Headers headers(std::initializer_list<const char*> lines) {
  Headers out;
  for (const char* line : lines) out.add(line);
  return out;
}

TEST(Headers, HaveNoCaseAndTheLastCounts) {
  const Headers some =
      headers({"HTTP/1.1 200 OK", "Azure-AsyncOperation:  https://x \r\n", "a: 1", "A: 2", ": none", ""});
  EXPECT_EQ(some.get("azure-asyncoperation"), "https://x");
  EXPECT_EQ(some.get("a"), "2");
  EXPECT_EQ(some.get("b"), "");
}

TEST(RetryAfter, IsSecondsOrADateByTheServersClock) {
  EXPECT_EQ(retry_after(headers({"Retry-After: 30"})), 30s);
  EXPECT_EQ(retry_after(headers({"Retry-After: 0"})), 0s);
  EXPECT_EQ(retry_after(headers({"Date: Sat, 28 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 28 Nov 2026 10:01:30 GMT"})),
            90s);
  EXPECT_EQ(retry_after(headers({"Date: Sat, 28 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 28 Nov 2026 09:00:00 GMT"})),
            0s);
  EXPECT_EQ(retry_after(headers({"Retry-After: Sat, 28 Nov 2026 10:01:30 GMT"})), std::nullopt)
      << "no date to hold it against";
  for (const char* wrong : {"Retry-After: soon", "Retry-After: -1", "Retry-After: 1.5", "Retry-After:", "X: 1"})
    EXPECT_EQ(retry_after(headers({wrong})), std::nullopt) << wrong;
  EXPECT_EQ(retry_after(headers({"Retry-After: 9223372036854775807"})), 366 * 24h);
}

TEST(LeastRemaining, CountsWholeNumbersOnly) {
  EXPECT_EQ(least_remaining(headers({"x-ms-ratelimit-remaining-subscription-reads: 249",
                                     "x-ms-ratelimit-remaining-resource: Microsoft.Compute/HighCost;12,Low;3",
                                     "x-ms-ratelimit-remaining-subscription-global-reads: 3749"}),
                            "x-ms-ratelimit-remaining-"),
            249);
  EXPECT_EQ(least_remaining(headers({"a: 1"}), "x-ms-ratelimit-remaining-"), std::nullopt);
}

HttpAnswer answer(int status, std::initializer_list<const char*> lines = {}) { return {status, headers(lines), ""}; }

TEST(Pacing, LetsRequestsGoWhileManyAreLeft) {
  Pacing pacing;
  const auto now = steady_clock::now();
  pacing.learn(VerbClass::Read, answer(200, {"x-ms-ratelimit-remaining-subscription-reads: 20"}), now);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pacing.next(VerbClass::Read, now), now);
}

TEST(Pacing, SpacesThemWhereFewAreLeft) {
  Pacing pacing;
  const auto now = steady_clock::now();
  pacing.learn(VerbClass::Read, answer(200, {"x-ms-ratelimit-remaining-subscription-reads: 19"}), now);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pacing.next(VerbClass::Read, now), now + i * k_pace);
  EXPECT_EQ(pacing.next(VerbClass::Write, now), now) << "another class";
  pacing.learn(VerbClass::Read, answer(200, {"x-ms-ratelimit-remaining-subscription-reads: 250"}), now);
  EXPECT_EQ(pacing.next(VerbClass::Read, now), now + 3 * k_pace);
  EXPECT_EQ(pacing.next(VerbClass::Read, now), now + 3 * k_pace) << "enough again";
}

TEST(Pacing, OneRefusalHoldsItsWholeClass) {
  Pacing pacing;
  const auto now = steady_clock::now();
  pacing.learn(VerbClass::Write, answer(429, {"Retry-After: 17"}), now);
  EXPECT_EQ(pacing.next(VerbClass::Write, now), now + 17s);
  EXPECT_EQ(pacing.next(VerbClass::Write, now), now + 17s + k_pace);
  EXPECT_EQ(pacing.next(VerbClass::Delete, now), now);
}

TEST(Pacing, KnowsWhatAMethodDoes) {
  EXPECT_EQ(verb_class("GET"), VerbClass::Read);
  for (const char* method : {"PUT", "PATCH", "POST"}) EXPECT_EQ(verb_class(method), VerbClass::Write);
  EXPECT_EQ(verb_class("DELETE"), VerbClass::Delete);
}

const RetryPolicy k_quick{.first_pause = 1ms, .longest_pause = 4ms};

TEST(Retries, AskAgainWhatMayComeRight) {
  for (const int status : {429, 500, 502, 503, 504}) {
    std::vector<int> tries;
    const HttpResult result = read_with_retries(
        [&](int number) -> HttpResult {
          tries.push_back(number);
          return number < 3 ? answer(status) : answer(200);
        },
        k_quick, {});
    EXPECT_EQ(std::get<HttpAnswer>(result).status, 200);
    EXPECT_EQ(tries, (std::vector<int>{1, 2, 3})) << status;
  }
}

TEST(Retries, EndWithTheLastAnswer) {
  int tries = 0;
  const auto always = [&](HttpResult result) {
    tries = 0;
    return read_with_retries(
        [&, result](int) {
          ++tries;
          return result;
        },
        k_quick, {});
  };
  EXPECT_EQ(std::get<HttpAnswer>(always(answer(503))).status, 503);
  EXPECT_EQ(tries, 5);
  EXPECT_EQ(kind_of(always(TransportError{TransportFailure::Lost, ""})), TransportFailure::Lost);
  EXPECT_EQ(tries, 5);
  for (const int status : {200, 204, 302, 400, 401, 403, 404, 409, 412}) {
    always(answer(status));
    EXPECT_EQ(tries, 1) << status;
  }
  always(TransportError{TransportFailure::TooLarge, ""});
  EXPECT_EQ(tries, 1);
}

TEST(Retries, WaitAsTheServiceSaysAndNotTooLong) {
  const RetryPolicy policy;
  EXPECT_EQ(pause_before(2, policy, answer(503), 0), 1s);
  EXPECT_EQ(pause_before(4, policy, answer(503), 0), 4s);
  EXPECT_EQ(pause_before(5, policy, answer(503), 1), 9600ms);
  EXPECT_EQ(pause_before(3, policy, answer(503), -1), 1600ms);
  EXPECT_EQ(pause_before(30, policy, answer(503), 0), 30s);
  EXPECT_EQ(pause_before(2, policy, answer(429, {"Retry-After: 17"}), 0), 17s);
  EXPECT_EQ(pause_before(4, policy, answer(429, {"Retry-After: 1"}), 0), 4s);
  EXPECT_EQ(pause_before(2, policy, answer(429, {"Retry-After: 601"}), 0), std::nullopt);
  EXPECT_EQ(pause_before(2, policy, TransportError{}, 0), 1s);
}

TEST(Retries, AreStopped) {
  std::stop_source stop;
  const RetryPolicy slow{.first_pause = 1h, .longest_pause = 1h};
  std::thread later([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const HttpResult result = read_with_retries([](int) { return answer(503); }, slow, {.stop = stop.get_token()});
  later.join();
  EXPECT_EQ(kind_of(result), TransportFailure::Stopped);
  EXPECT_EQ(std::get<HttpAnswer>(
                read_with_retries([](int) { return answer(503); }, slow, {.deadline = steady_clock::now() + 1min}))
                .status,
            503)
      << "the deadline comes before the next try";
}

TEST(Trace, HasALineARequestAndNoSecret) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "trace";
  HttpRequest request{.method = "PUT",
                      .url = "https://host/a/b?api-version=1&t=signed-part",
                      .headers = {{"Authorization", "Bearer secret"}, {"if-match", "W/\"etag\""}},
                      .body = "{\"link\":\"https://x/y?a=1&t=5&s=signature\",\"b\":\"https://x?a\\u0026t=signature\"}"};
  Trace(file, false).write(request, answer(202, {"x-ms-request-id: r1", "Retry-After: 30"}), 31ms, 2);
  Trace(file, true).write(request, TransportError{TransportFailure::Lost, "no answer"}, 1ms, 1);
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(
      text.find("\"method\":\"PUT\",\"path\":\"/a/b\",\"status\":202,\"milliseconds\":31,\"bytes\":0,\"attempt\":2,"
                "\"if_match\":true,\"signed\":true,\"request_id\":\"r1\",\"retry_after\":\"30\"}\n"),
      text.npos)
      << text;
  EXPECT_NE(text.find("\"status\":0"), text.npos);
  EXPECT_NE(text.find("\"error\":\"no answer\""), text.npos);
  for (const char* secret : {"secret", "signed-part", "signature", "etag"})
    EXPECT_EQ(text.find(secret), text.npos) << text;
  std::filesystem::remove(file);
  Trace(file, false).write({.method = "GET", .url = "https://host/a"}, answer(200, {}), 1ms, 1);
  std::ifstream plain(file);
  const std::string line{std::istreambuf_iterator<char>(plain), {}};
  for (const char* member : {"if_match", "signed", "retry_after"}) EXPECT_EQ(line.find(member), line.npos) << line;
  EXPECT_THROW(Trace(directory.path() / "no" / "trace", false), std::runtime_error);
}

}  // namespace
}  // namespace pairform::azure
