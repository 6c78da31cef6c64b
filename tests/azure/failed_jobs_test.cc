// An operation that Azure accepted ends as failed, and its job says why in several errors: all of that is told, wherever it
// surfaces, fit for a terminal. The real program, on the emulator.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "schema/terminal_text.h"
#include "tests/azure/vault_of_vms.h"
#include "tests/support/at_terminal.h"

namespace pairform {
namespace {

// Three errors; an ESC, a newline, and two marks that turn the reading direction round.
constexpr const char* k_fails = R"("status": "Failed", "code": "45005", "message": "Protection couldn't be enabled.",
  "match": "replicationNetworkMappings", "errors": [
    {"code": "150097", "message": "Replication couldn't be enabled\nfor the \u202evirtual machine\u202c.",
     "causes": "Your subscription isn't enabled to create machines in the target region\u001b[31m. Or it has no quota there.",
     "action": "Contact Azure billing support. Then retry the failed operation."},
    {"code": "151196", "message": "Site Recovery configuration failed.", "causes": "Entra can't be reached.",
     "action": "Allow the service tag."},
    {"code": "99", "message": "The disk web1_OsDisk was not found.", "causes": null, "action": null}])";

// Of a step that failed.
constexpr const char* k_why =
    "  why:  150097: Replication couldn't be enabled for the \\u{202e}virtual machine\\u{202c}; 151196: Site Recovery "
    "configuration failed; 99: The disk web1_OsDisk was not found. (job GUID)\n"
    "        possible causes: Your subscription isn't enabled to create machines in the target region\\x1b[31m. Or it "
    "has no "
    "quota there; 151196: Entra can't be reached.\n";
constexpr const char* k_helps =
    "Contact Azure billing support. Then retry the failed operation; 151196: Allow the service tag; raise the quota of "
    "the "
    "target region, or choose a target_size that takes as many NICs";
constexpr const char* k_page = "        see docs/azure-failures.md#150097\n";

std::string without_guids(const std::string& text) {
  return std::regex_replace(text, std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "GUID");
}

// Mappings fail; what they stand on is there.
void make_project(AzureProject& project) {
  put_networks(project.azure());
  project.azure().behave("operation-ends", k_fails);
  project.write({}, existing_pair());
}

void expect_harmless(const std::string& text) {
  for (const char* each : {"\x1b", "\xe2\x80\xae", "\xe2\x80\xac"})
    EXPECT_EQ(text.find(each), std::string::npos) << text;
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\n--- lacks ---\n" << part;
}

TEST(AzureFailedJobs, AreToldWithAllTheirWords) {
  AzureProject project;
  make_project(project);
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 4);
  expect_harmless(ran.out + ran.err);
  const std::string out = without_guids(ran.out), err = without_guids(ran.err);
  expect_in(out,
            "create mapping.app.forward: 150097: Replication couldn't be enabled for the \\u{202e}virtual machine");
  expect_in(out, "(job GUID); possible causes: Your subscription isn't enabled");
  expect_in(out, "; see docs/azure-failures.md#150097\n");
  expect_in(err, std::string(k_why) + "  fix:  " + k_helps + ", then run it again\n" + k_page);
}

TEST(AzureFailedJobs, AreToldToMachinesMemberByMember) {
  AzureProject project;
  make_project(project);
  const Ran ran = project.run({"apply", "--auto-approve", "--json"});
  EXPECT_EQ(ran.exit_code, 4);
  expect_harmless(ran.out + ran.err);
  const std::string out = without_guids(ran.out);
  expect_in(out, R"("error":"150097: Replication couldn't be enabled for the \u202evirtual machine\u202c; 151196: )");
  expect_in(out, R"~(was not found. (job GUID)","help":"Contact Azure billing support. Then retry)~");
  expect_in(
      out, R"("causes":"Your subscription isn't enabled to create machines in the target region\u001b[31m. Or it has)");
  expect_in(out, R"("page":"docs/azure-failures.md#150097"})");
  expect_in(out, R"(\npossible causes: Your subscription)");  // in the diagnostic
}

TEST(AzureFailedJobs, AreToldOnEightyColumns) {
  AzureProject project;
  make_project(project);
  AtTerminal terminal(project.program(), {"apply", "--auto-approve", "--no-color"}, 80, 60);
  EXPECT_EQ(terminal.finish(), 4);
  std::string said = terminal.said();
  said.erase(std::remove(said.begin(), said.end(), '\r'), said.end());
  const std::size_t report = said.find("\nDone ");
  ASSERT_NE(report, std::string::npos) << said;
  std::string told = said.substr(report);
  expect_harmless(told);
  for (std::size_t at = 0, end = 0; at < told.size(); at = end + 1) {
    end = std::min(told.find('\n', at), told.size());
    EXPECT_LE(count_characters(std::string_view(told).substr(at, end - at)), 80U) << told.substr(at, end - at);
  }
  expect_in(told, "\n        see docs/azure-failures.md#150097\n");
  told = std::regex_replace(without_guids(told), std::regex("\n        (?!possible|see)"), " ");
  expect_in(told, std::string(k_why) + "  fix:  " + k_helps + ", then run it again\n" + k_page);
}

// It failed while nobody watched: the next plan tells it.
TEST(AzureFailedJobs, AreToldByTheNextPlan) {
  AzureProject project;
  make_project(project);
  EXPECT_EQ(project.run({"apply", "--auto-approve", "--wait", "0s"}).exit_code, 7);
  Ran plan = project.run({"plan"});
  for (int more = 0; more < 20 && plan.err.find("PF4001") == std::string::npos; ++more) plan = project.run({"plan"});
  expect_harmless(plan.out + plan.err);
  expect_in(without_guids(plan.err),
            "warning PF4001: an operation on mapping.app.forward that was accepted earlier has failed\n" +
                std::string(k_why) + "  fix:  " + k_helps + "\n" + k_page);
}

}  // namespace
}  // namespace pairform
