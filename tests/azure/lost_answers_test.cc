// Every kind of write is carried out by the service, and its answer is lost on the way.
#include "tests/azure/every_write.h"

namespace pairform {
namespace {

class AzureLostAnswers : public EveryWriteOnAzure {
 protected:
  // Requests of this kind of write whose answer came, and all of them.
  void expect_sent_once() {
    EXPECT_EQ(times_sent(), 1U);
    const std::regex path(GetParam().path, std::regex::icase);
    std::size_t lost = 0;
    for (const EmulatedRequest& each : azure_.log())
      if (each.method == GetParam().method && std::regex_search(each.path, path)) lost += each.is_lost ? 1U : 0U;
    EXPECT_EQ(lost, 1U) << "its answer did come";
  }
};

TEST_P(AzureLostAnswers, WhatWasDoneIsLookedUpAndNotDoneAgain) {
  const auto provider = open_world();
  const StepEnd end = carry_out_while(*provider, "lose-answer", R"("count": 1)");
  expect_sent_once();
  expect_done(end);
}

INSTANTIATE_TEST_SUITE_P(, AzureLostAnswers, testing::ValuesIn(kinds_of_writes()),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pairform
