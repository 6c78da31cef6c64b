// Operations that outlast their request: what each answer means.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "providers/azure/arm/long_running.h"
#include "providers/azure/json_in.h"
#include "providers/azure/underway.h"
#include "tests/support/azure_recording.h"
#include "tests/support/changed_json.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;

HttpAnswer answer(int status, const std::string& body = "", std::initializer_list<const char*> lines = {}) {
  HttpAnswer out{status, {}, body};
  for (const char* line : lines) out.headers.add(line);
  return out;
}

std::string word(Progress progress) {
  return progress == Progress::Running ? "running" : progress == Progress::Done ? "done" : "failed";
}

std::string told(const PendingWrite& write) {
  return word(write.progress) + " " + (write.link.empty() ? "-" : write.link) +
         (write.status_link ? " status" : " result") + (write.job.empty() ? "" : " job " + write.job) +
         (write.retry_after ? " in " + std::to_string(write.retry_after->count() / 1000) : "");
}

struct WriteCase {
  const char* name;
  HttpAnswer answer;
  const char* told;
};

const char* const k_status = "Azure-AsyncOperation: https://m/op/J?t=1";
const char* const k_result = "Location: https://m/operationresults/L";

TEST(Writes, AreDoneOrUnderWay) {
  const WriteCase cases[] = {
      {"both links", answer(202, "", {k_status, k_result, "Retry-After: 30"}),
       "running https://m/op/J?t=1 status job J in 30"},
      {"only the status", answer(202, "", {k_status}), "running https://m/op/J?t=1 status job J"},
      {"only the result", answer(202, "", {k_result}), "running https://m/operationresults/L result job L"},
      {"neither", answer(202), "running - result"},
      {"201 that goes on", answer(201, R"({"properties":{"provisioningState":"Updating"}})", {k_status}),
       "running https://m/op/J?t=1 status job J"},
      {"201 that is done", answer(201, R"({"properties":{"provisioningState":"Succeeded"}})"), "done - result"},
      {"200", answer(200, "{}"), "done - result"},
      {"200 with links", answer(200, "{}", {k_status}), "done https://m/op/J?t=1 status job J"},
      {"200 that goes on", answer(200, R"({"properties":{"provisioningState":"Updating"}})", {k_status}),
       "running https://m/op/J?t=1 status job J"},
      {"a state of the other kind", answer(200, R"({"properties":{"provisioningState":7}})"), "done - result"},
      {"204", answer(204), "done - result"},
      {"201 without a body", answer(201), "running - result"},
      {"retry at once", answer(202, "", {k_result, "Retry-After: 0"}),
       "running https://m/operationresults/L result job L in 0"},
  };
  for (const WriteCase& each : cases) EXPECT_EQ(told(after_write(each.answer)), each.told) << each.name;
  const std::string long_link = "Location: https://m/" + std::string(k_most_link, 'x');
  EXPECT_EQ(after_write(answer(202, "", {long_link.c_str()})).link, "") << "then the resource itself is asked";
  const std::string signed_link = "Azure-AsyncOperation: https://m/op/J?t=" + std::string(4000, 's');
  EXPECT_EQ(after_write(answer(202, "", {signed_link.c_str()})).job, "J");
}

std::string told(const Look& look) {
  return word(look.progress) + (look.error ? " " + look.error->code + ": " + look.error->message : "");
}

struct LookCase {
  const char* name;
  HttpAnswer answer;
  bool status_link;
  std::chrono::seconds since;
  const char* told;
};

TEST(Looks, SayWhetherItHasEnded) {
  const LookCase cases[] = {
      {"in progress", answer(200, R"({"error":null,"status":"InProgress","percentComplete":null})"), true, 5s,
       "running"},
      {"an unknown word", answer(200, R"({"status":"Weaving"})"), true, 5s, "running"},
      {"succeeded", answer(200, R"({"status":"Succeeded"})"), true, 5s, "done"},
      {"in another case", answer(200, R"({"status":"SUCCEEDED"})"), true, 5s, "done"},
      {"failed",
       answer(200, R"({"status":"Failed","error":{"code":"28020","message":"The requested operation failed"}})"), true,
       5s, "failed 28020: The requested operation failed"},
      {"canceled, without a word", answer(200, R"({"status":"Canceled","error":null})"), true, 5s,
       "failed OperationFailed: the operation ended as Canceled"},
      {"not visible yet", answer(404), true, 119s, "running"},
      {"forgotten", answer(404), true, 120s, "failed Status404: the service answered with status 404"},
      {"no document", answer(200, "<html>"), true, 5s,
       "failed AnswerNotUnderstood: the answer about an operation has no status"},
      {"no status", answer(200, "{}"), true, 5s,
       "failed AnswerNotUnderstood: the answer about an operation has no status"},
      {"204", answer(204), true, 5s, "done"},
      {"the result is not there yet", answer(202), false, 5s, "running"},
      {"the result", answer(200, "{}"), false, 5s, "done"},
      {"the result of a deletion", answer(204), false, 5s, "done"},
      {"the resource goes on", answer(200, R"({"properties":{"provisioningState":"Updating"}})"), false, 5s, "running"},
      {"the resource has failed", answer(200, R"({"properties":{"provisioningState":"Failed"}})"), false, 5s,
       "failed OperationFailed: the operation ended as Failed"},
      {"denied", answer(403, R"({"error":{"code":"AuthorizationFailed","message":"no"}})"), true, 5s,
       "failed AuthorizationFailed: no"},
  };
  for (const LookCase& each : cases)
    EXPECT_EQ(told(after_look(each.answer, each.status_link, each.since)), each.told) << each.name;
}

std::string recorded(const std::string& name) { return simdjson::minify(Recording(name).body()); }

std::string told(const std::optional<Job>& job) {
  if (!job) return "no job";
  return word(job->progress) + " " + job->state +
         (job->progress == Progress::Failed
              ? " " + job->error.code + ": " + job->error.message + " | " + job->error.causes + " | " + job->error.help
              : "");
}

TEST(Jobs, SayWhatWentWrongInTheServicesWords) {
  EXPECT_EQ(told(read_job(recorded("job-notstarted"))), "running NotStarted");
  EXPECT_EQ(told(read_job(recorded("job-network-pairing-inprogress"))), "running InProgress");
  EXPECT_EQ(told(read_job(recorded("job-network-pairing-succeeded"))), "done Succeeded");
  EXPECT_EQ(read_job(recorded("job-notstarted"))->error.job.size(), 36U);
  EXPECT_EQ(told(read_job(R"({"name":"J","properties":{"state":"Failed","errors":[
      {"serviceErrorDetails":{"code":"150097","message":"no","possibleCauses":"quota","recommendedAction":"ask"}},
      {"providerErrorDetails":{"errorCode":28020,"errorMessage":"failed"}}]}})")),
            "failed Failed 150097: no; 28020: failed | quota | ask; raise the quota of the target region, or choose a "
            "target_size that takes as many NICs");
  EXPECT_EQ(
      told(read_job(R"({"properties":{"state":"Cancelled","errors":[]}})")),
      "failed Cancelled JobFailed: the job ended as Cancelled |  | read the job in the portal, Site Recovery jobs");
  EXPECT_EQ(told(read_job(R"({"properties":{"state":"Suspended"}})")), "running Suspended");
  EXPECT_EQ(told(read_job(R"({"properties":{"state":"Failed","errors":null}})")),
            "failed Failed JobFailed: the job ended as Failed |  | read the job in the portal, Site Recovery jobs");
  for (const char* none : {"", "[]", "{}", R"({"properties":{"state":7}})", "<html>"})
    EXPECT_EQ(told(read_job(none)), "no job") << none;
}

// Of every error every word, once: those of the service, and those of the replication itself that add something.
TEST(Jobs, SayAllThatTheirErrorsSay) {
  const auto job = read_job(R"({"name":"J","properties":{"state":"Failed","errors":[
      {"serviceErrorDetails":{"code":90001,"message":"The job\nhas  failed.","possibleCauses":"A.","recommendedAction":"B."},
       "providerErrorDetails":{"errorCode":31389,"errorMessage":"The disk is gone.","possibleCauses":"A.",
                               "recommendedAction":"C."}},
      {"serviceErrorDetails":{"code":"90002","message":"No disk.","possibleCauses":"D.","recommendedAction":"B."}},
      {"serviceErrorDetails":null,"providerErrorDetails":{"errorCode":7,"errorMessage":null}},
      {"serviceErrorDetails":{"code":"90003","message":"The disk is gone.","possibleCauses":null,
                              "recommendedAction":"E."}}]}})");
  ASSERT_TRUE(job);
  EXPECT_EQ(error_text(job->error), "90001: The job has failed. The disk is gone; 90002: No disk. (job J)");
  EXPECT_EQ(job->error.causes, "A; 90002: D.");
  EXPECT_EQ(job->error.help, "B. C; 90003: E.");
  EXPECT_EQ(error_line(job->error),
            "90001: The job has failed. The disk is gone; 90002: No disk. (job J); possible causes: A; 90002: D; B. C; "
            "90003: E.");
  EXPECT_EQ(error_detail(job->error),
            "90001: The job has failed. The disk is gone; 90002: No disk. (job J)\npossible causes: A; 90002: D.");
}

// A service that asks for a day, or for nothing, is asked again in ten minutes, or in a moment.
TEST(Polls, ComeNeitherTooLateNorTooSoon) {
  const Session session({}, [](const char*) { return std::string(); });
  Underway network{.service = Underway::Service::Network}, mapping{.service = Underway::Service::SiteRecovery};
  EXPECT_EQ(pause_before_ask(session, network), 2s);
  EXPECT_EQ(pause_before_ask(session, mapping), 2s);
  mapping.looks = 1;
  EXPECT_EQ(pause_before_ask(session, mapping), 5s);
  mapping.looks = 2;
  EXPECT_EQ(pause_before_ask(session, mapping), 10s);
  for (Underway* each : {&network, &mapping}) {
    each->write.retry_after = 30s;
    EXPECT_EQ(pause_before_ask(session, *each), 30s);
    each->write.retry_after = 24h;
    EXPECT_EQ(pause_before_ask(session, *each), 10min);
    each->write.retry_after = 0s;
    EXPECT_EQ(pause_before_ask(session, *each), 40ms);
  }
}

// Whatever is taken out of a job, nulled, of another kind or of another case: it has never succeeded by accident, and it has
// failed only where it says so.
TEST(RecordedJobs, NeverSucceedByAccident) {
  std::size_t looked_at = 0;
  for (const char* name :
       {"job-enable-inprogress", "job-network-pairing-inprogress", "job-network-pairing-succeeded", "job-notstarted",
        "job-seeding-finished", "job-switch-protection-inprogress", "job-test-failover-cleanup-inprogress",
        "job-unplanned-failover-inprogress", "job-update-vm-inprogress"}) {
    const Recording recording(name);
    const auto whole = read_job(simdjson::minify(recording.body()));
    ASSERT_TRUE(whole) << name;
    with_each_change(recording.body(), [&](simdjson::dom::element, Change change, const std::string& text) {
      ++looked_at;
      const auto job = read_job(text);
      if (!job) return;
      EXPECT_EQ(word(job->progress), word(whole->progress)) << name << ": " << text;
      EXPECT_TRUE(change != Change::OtherCase || same_word(job->state, whole->state)) << text;
    });
  }
  EXPECT_GT(looked_at, 500U);
  EXPECT_EQ(told(read_job(R"({"properties":{"state":"Failed","errors":{"a":1}}})")),
            "failed Failed JobFailed: the job ended as Failed |  | read the job in the portal, Site Recovery jobs");
}

// The status of an operation, likewise.
TEST(RecordedOperations, NeverSucceedByAccident) {
  for (const char* name : {"operation-status-inprogress", "operation-status-succeeded",
                           "operation-status-network-mapping", "network-operation-inprogress"}) {
    const Recording recording(name);
    const auto whole = after_look(answer(200, simdjson::minify(recording.body())), true, 5s);
    with_each_change(recording.body(), [&](simdjson::dom::element, Change, const std::string& text) {
      const Look look = after_look(answer(200, text), true, 5s);
      EXPECT_TRUE(look.progress == whole.progress || look.error) << name << ": " << text;
    });
  }
}

}  // namespace
}  // namespace pairform::azure
