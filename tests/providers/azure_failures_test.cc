// The catalogue of failures: what each row makes of an answer or of a job.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm/failures.h"
#include "providers/azure/arm/long_running.h"

namespace pairform::azure {
namespace {

std::string code_of(const Failure& failure) {
  if (!failure.words.empty()) return "BadRequest";
  const std::size_t any = failure.name.find("…");
  return std::string(failure.name.substr(0, any)) + (any == failure.name.npos ? "" : "SubnetCannotBeDeleted");
}

std::string message_of(const Failure& failure) {
  return failure.words.empty() ? "no." : fmt::format("{} are not configured.", failure.words);
}

void expect_explained(const ProviderError& error, const Failure& failure) {
  EXPECT_EQ(error.code, code_of(failure));
  EXPECT_EQ(error.page, page_of(failure)) << error.code;
  EXPECT_EQ(error.causes, failure.why) << error.code;
  EXPECT_EQ(error.help, failure.help) << error.code;
}

TEST(Failures, EachIsFoundByItsCode) {
  std::set<std::string_view> names;
  for (const Failure& failure : failures()) {
    EXPECT_TRUE(names.insert(failure.name).second) << failure.name;
    EXPECT_EQ(find_failure(code_of(failure), message_of(failure)), &failure) << failure.name;
    EXPECT_FALSE(failure.help.ends_with('.') || failure.why.ends_with('.')) << failure.name;
    // A bare number says nothing.
    const bool is_number = failure.name.find_first_not_of("0123456789") == failure.name.npos;
    EXPECT_FALSE(is_number && (failure.why.empty() || failure.help.empty())) << failure.name;
  }
  EXPECT_EQ(find_failure("PRIVATEIPADDRESSNOTINSUBNET"), find_failure("PrivateIPAddressNotInSubnet"));
  EXPECT_EQ(find_failure("InUse"), nullptr);
  EXPECT_EQ(find_failure("Sunspots", "there are sunspots"), nullptr);
  EXPECT_EQ(find_failure(""), nullptr);
  EXPECT_EQ(page_of(*find_failure("InUseSubnetCannotBeDeleted")), "docs/azure-failures.md#inuse");
  EXPECT_EQ(page_of(*find_failure("", "Target network settings were either removed or are not configured")),
            "docs/azure-failures.md#target-network-settings");
}

TEST(Failures, EachIsExplainedInAnAnswer) {
  for (const Failure& failure : failures()) {
    const std::string error = fmt::format(R"("code":"{}","message":"{}")", code_of(failure), message_of(failure));
    for (const std::string& body :
         {fmt::format(R"({{"error":{{{}}}}})", error),
          fmt::format(R"({{"error":{{"code":"BadRequest","message":"{}","details":[{{{}}}]}}}})", message_of(failure),
                      error)}) {
      const ProviderError refused = write_failure(HttpAnswer{400, {}, body});
      expect_explained(refused, failure);
      EXPECT_EQ(refused.kind, failure.kind.value_or(ErrorKind::Invalid)) << failure.name;
      EXPECT_EQ(refused.message, message_of(failure));
    }
  }
}

// A job that has failed has failed, whatever its code means elsewhere.
TEST(Failures, EachIsExplainedInAJob) {
  for (const Failure& failure : failures()) {
    const auto job = read_job(fmt::format(R"({{"name":"J","properties":{{"state":"Failed","errors":[
          {{"serviceErrorDetails":{{"code":"{}","message":"{}"}}}}]}}}})",
                                          code_of(failure), message_of(failure)));
    ASSERT_TRUE(job);
    expect_explained(job->error, failure);
    EXPECT_EQ(job->error.kind, ErrorKind::Invalid);
    EXPECT_EQ(job->error.job, "J");
  }
}

TEST(Failures, TheWordsOfTheServiceComeFirst) {
  const auto job = read_job(R"({"name":"J","properties":{"state":"Failed","errors":[{"serviceErrorDetails":{
      "code":"150161","message":"A replica disk exists.","possibleCauses":"It was left.",
      "recommendedAction":"Delete the disk."}}]}})");
  ASSERT_TRUE(job);
  EXPECT_EQ(
      error_line(job->error),
      "150161: A replica disk exists. (job J); possible causes: It was left; Delete the disk; delete the replica disk "
      "that the message names; see docs/azure-failures.md#150161");
  EXPECT_EQ(help_with_page(job->error.help, job->error),
            "Delete the disk; delete the replica disk that the message names\nsee docs/azure-failures.md#150161");
}

TEST(Failures, AMachineIsWaitedForOnlyWhileSomethingIsAtWorkOnIt) {
  const ProviderError updating = machine_not_ready("web1", "Updating"), failed = machine_not_ready("web1", "Failed");
  EXPECT_EQ(updating.kind, ErrorKind::Conflict);
  EXPECT_TRUE(updating.retry_after);
  EXPECT_EQ(failed.kind, ErrorKind::Invalid);
  EXPECT_EQ(
      error_line(failed),
      "MachineNotReady: machine web1 is in provisioning state Failed, and its replication can be enabled only in state "
      "Succeeded; repair the machine; see docs/azure-failures.md#machinenotready");
  EXPECT_NE(machine_not_ready("web1", "").message.find("state unknown"), std::string::npos);
}

TEST(Failures, AMachineThatIsNotEligibleHasAllItsReasons) {
  const ProviderError error = not_eligible(
      "web1", {{"A2AOperatingSystemNotSupported", "Ubuntu 18.04 is not supported.", "OS version.", "Update it."},
               {"A2ADiskEncrypted", "The OS disk is encrypted.", "", "Decrypt it."}});
  EXPECT_EQ(error.kind, ErrorKind::Invalid);
  EXPECT_EQ(error.code, "A2AOperatingSystemNotSupported");
  EXPECT_EQ(
      error.message,
      "machine web1 cannot be replicated: Ubuntu 18.04 is not supported; A2ADiskEncrypted: The OS disk is encrypted.");
  EXPECT_EQ(error.causes, "OS version.");
  EXPECT_TRUE(error.help.starts_with("Update it; A2ADiskEncrypted: Decrypt it; ")) << error.help;
  EXPECT_EQ(error.page, "docs/azure-failures.md#a2aoperatingsystemnotsupported");
  const ProviderError unknown = not_eligible("web1", {{"Sunspots", "", "", ""}});
  EXPECT_EQ(error_line(unknown), "Sunspots: machine web1 cannot be replicated; see docs/azure-failures.md#noteligible");
  EXPECT_EQ(not_eligible("web1", {}).code, "NotEligible");
}

}  // namespace
}  // namespace pairform::azure
