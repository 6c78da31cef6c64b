// Azure refuses a write, or accepts it and its job fails: each code of the catalogue where it can happen. The kind tells the
// engine what to do, the rest the operator; nothing is sent twice that will not be accepted.
#include <iterator>
#include <span>

#include "providers/azure/arm/failures.h"
#include "tests/azure/every_write.h"

namespace pairform {
namespace {

struct Refused {
  int status;
  const char* code;
  ErrorKind kind;
};

// Codes that any write may meet, those of networks, and those of machines that are replicated.
constexpr Refused k_any[] = {{403, "AuthorizationFailed", ErrorKind::Denied},
                             {403, "LinkedAuthorizationFailed", ErrorKind::Denied},
                             {409, "ScopeLocked", ErrorKind::Denied},
                             {403, "RequestDisallowedByPolicy", ErrorKind::Invalid},
                             {409, "MissingSubscriptionRegistration", ErrorKind::Invalid}};
constexpr Refused k_of_networks[] = {{400, "InUseSubnetCannotBeDeleted", ErrorKind::Invalid},
                                     {409, "InUseRouteTableCannotBeDeleted", ErrorKind::Invalid},
                                     {400, "NetcfgInvalidSubnet", ErrorKind::Invalid},
                                     {400, "NetcfgSubnetRangesOverlap", ErrorKind::Invalid},
                                     {400, "NetcfgSubnetRangeOutsideVnet", ErrorKind::Invalid}};
constexpr Refused k_of_machines[] = {{400, "150019", ErrorKind::Invalid},
                                     {400, "28020", ErrorKind::Invalid},
                                     {400, "PrivateIPAddressIsAllocated", ErrorKind::Invalid}};

class AzureRefusedWrites : public EveryWriteOnAzure {
 protected:
  void expect_refused(const Refused& by) {
    SCOPED_TRACE(by.code);
    const auto provider = open_world();
    const StepEnd end = carry_out_while(*provider, "refuse",
                                        fmt::format(R"("status": {}, "code": "{}",
      "message": "It is not allowed.", "details": [{{"code": "Because", "message": "Somebody forbids it.",
      "possibleCauses": "A rule.", "recommendedAction": "Ask."}}])",
                                                    by.status, by.code));
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, by.kind);
    EXPECT_EQ(end.error->code, by.code);
    // Of a change of an item 28020 says nothing else: it is told what was asked for.
    const std::string words = "It is not allowed; Somebody forbids it. (Because)";
    const bool is_change = GetParam().method == std::string_view("PATCH");
    if (is_change && std::string_view(by.code) == "28020")
      EXPECT_TRUE(end.error->message.starts_with(words + "; asked for: ")) << end.error->message;
    else EXPECT_EQ(end.error->message, words);
    EXPECT_EQ(end.error->causes, "A rule.");
    EXPECT_TRUE(end.error->help.starts_with("Ask; ")) << end.error->help;
    EXPECT_EQ(end.error->page, azure::page_of(*azure::find_failure(by.code)));
    EXPECT_EQ(times_sent(), 1U);
  }
};

TEST_P(AzureRefusedWrites, AreToldByTheirCode) {
  // One function sends all plumbing.
  const bool few = GetParam().is_plumbing() && GetParam().is_of_machine();
  for (const Refused& each : std::span(k_any).first(few ? 1 : std::size(k_any))) expect_refused(each);
  if (GetParam().is_of_networks())
    for (const Refused& each : k_of_networks) expect_refused(each);
  if (GetParam().is_about("/replicationProtectedItems/"))
    for (const Refused& each : k_of_machines) expect_refused(each);
}

INSTANTIATE_TEST_SUITE_P(, AzureRefusedWrites, testing::ValuesIn(kinds_of_writes()),
                         [](const auto& of) { return of.param.name; });

class AzureFailedWrites : public StepsOnAzure {};

// Whatever the code means of a request: the job has failed, and is not begun again.
TEST_F(AzureFailedWrites, AreToldByTheCodeOfTheirJob) {
  for (const azure::Failure& failure : azure::failures()) {
    // No job says the words of pairform's own; the catalogue has but their names.
    const bool is_own = failure.name == "JobFailed" || (failure.help.empty() && failure.why.empty() && !failure.kind);
    if (!failure.words.empty() || failure.name.ends_with("…") || is_own) continue;
    SCOPED_TRACE(failure.name);
    azure_.reset();
    put_networks();
    azure_.control("put", R"({"plumbing": {"regions": ["eastasia", "southeastasia"]}})");
    azure_.behave("operation-ends", fmt::format(R"("status": "Failed", "code": "{}", "message": "no such luck",
      "match": "replicationNetworkMappings")",
                                                failure.name));
    const StepEnd end = carry_out(*open(), create_half());
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
    EXPECT_EQ(end.error->code, failure.name);
    EXPECT_EQ(end.error->job.size(), 36U);
    EXPECT_EQ(end.error->page, azure::page_of(failure));
    EXPECT_TRUE(end.error->help.starts_with("Correct what the message names")) << end.error->help;
    EXPECT_TRUE(end.error->help.ends_with(failure.help)) << end.error->help;
    EXPECT_EQ(writes("PUT", k_mapping_path), 1U);
  }
}

// The job has no word about it: those of the operation stand.
TEST_F(AzureFailedWrites, AreToldByTheirOperationWhereTheJobSaysNothing) {
  put_networks();
  azure_.behave("operation-ends", R"("status": "Failed", "code": "28020", "message": "no such luck",
    "match": "replicationNetworkMappings", "errors": [{"code": null, "message": null}])");
  const StepEnd end = carry_out(*open(), create_half());
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code, "28020");
  EXPECT_EQ(end.error->message, "no such luck");
  EXPECT_EQ(end.error->job.size(), 36U);
}

}  // namespace
}  // namespace pairform
