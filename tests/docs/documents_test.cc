// Every command in the documents runs, and prints what the document shows. ACCEPT_GOLDEN=1 writes what is printed into
// the documents instead; read the difference before you commit it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/docs/document.h"

namespace pairform {
namespace {

void expect_all_below(std::string_view folder) {
  const std::string prefix = std::string(PAIRFORM_SOURCE_DIR) + std::string(folder);
  std::size_t count = 0;
  for (const auto& path : all_documents())
    if (path.string().starts_with(prefix) && expect_to_show_what_is_printed(path)) ++count;
  EXPECT_GT(count, 0U) << "no document shows anything";
}

TEST(Documents, ReadmeShowsWhatIsPrinted) { expect_all_below("/README.md"); }
TEST(Documents, CommandLineShowsWhatIsPrinted) { expect_all_below("/docs/commands.md"); }
TEST(Documents, EditorsShowWhatIsPrinted) { expect_all_below("/docs/editors.md"); }
TEST(Documents, GuideShowsWhatIsPrinted) { expect_all_below("/docs/how-a-plan-is-made.md"); }
TEST(Documents, TutorialShowsWhatIsPrinted) { expect_all_below("/docs/tutorial.md"); }
TEST(Documents, RulesOfALandingShowWhatIsPrinted) { expect_all_below("/docs/where-a-nic-lands.md"); }
TEST(Documents, PipelinesShowWhatIsPrinted) { expect_all_below("/docs/in-a-pipeline.md"); }
TEST(Documents, TakingOverShowsWhatIsPrinted) {
  const std::string root = PAIRFORM_SOURCE_DIR;
  expect_to_show_what_is_printed(root + "/docs/taking-over.md", {{{"examples", root + "/examples"}}, {}});
}
TEST(Documents, StateInGitShowsWhatIsPrinted) { expect_all_below("/docs/state-in-git.md"); }
TEST(Documents, RunbookShowsWhatIsPrinted) { expect_all_below("/docs/runbook.md"); }
TEST(Documents, TestFailoversShowWhatIsPrinted) { expect_all_below("/docs/test-failovers.md"); }
TEST(Documents, LeavingTerraformShowsWhatIsPrinted) { expect_all_below("/docs/leaving-terraform.md"); }
TEST(Documents, EditionsShowWhatIsPrinted) { expect_all_below("/docs/editions.md"); }
TEST(Documents, DayOfTheFailoverShowsWhatIsPrinted) { expect_all_below("/docs/the-day-of-the-failover.md"); }
TEST(Documents, AzureShowsWhatIsPrinted) { expect_all_below("/docs/azure.md"); }
TEST(Documents, FormatsShowWhatIsPrinted) { expect_all_below("/docs/formats/"); }
TEST(Documents, FilePagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF1"); }
TEST(Documents, StatePagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF2"); }
TEST(Documents, PlanningPagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF3"); }
TEST(Documents, ApplyPagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF4"); }
TEST(Documents, CommandLinePagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF5"); }
TEST(Documents, PortalPagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF6"); }
TEST(Documents, FirstCallPagesShowWhatIsPrinted) { expect_all_below("/docs/diagnostics/PF7"); }

// The comparison itself: it must be able to fail.
TEST(Documents, IndependentStepsMayEndInAnyOrder) {
  const std::vector<std::string> shown{"Digest",
                                       "  start       1  adopt a",
                                       "  start       2  adopt b",
                                       "  accepted    1  adopt a",
                                       "  accepted    2  adopt b",
                                       "Done 2"};
  std::vector<std::string> printed = shown;
  std::swap(printed[3], printed[4]);
  EXPECT_TRUE(shows(shown, printed));
  printed.erase(printed.begin() + 3);
  EXPECT_FALSE(shows(shown, printed)) << "each line must be there";
  EXPECT_FALSE(shows({"a", "b"}, {"b", "a"})) << "what is no progress keeps its order";
}
TEST(Documents, AnEllipsisStandsForAnyLinesOrAnyPartOfOne) {
  EXPECT_TRUE(shows({"a", "…", "c"}, {"a", "c"}));
  EXPECT_TRUE(shows({"a", "…", "c"}, {"a", "b", "b", "c", ""}));
  EXPECT_TRUE(shows({"since … by …"}, {"since 12:00 by ana"}));
  EXPECT_FALSE(shows({"a", "…", "c"}, {"a", "b"}));
  EXPECT_FALSE(shows({"a"}, {"a", "b"}));
  EXPECT_FALSE(shows({"a", "b"}, {"a"}));
  EXPECT_FALSE(shows({"since … by ana"}, {"since 12:00 by bob"}));
}

}  // namespace
}  // namespace pairform
