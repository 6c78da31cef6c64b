#include "cli/diagnostic_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace pairform {
namespace {

std::string document_of(Code code) {
  std::ifstream file(std::string(PAIRFORM_SOURCE_DIR) + "/docs/diagnostics/" + code_text(code) + ".md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(DiagnosticPagesInTheProgram, AreTheDocumentsOfAllCodes) {
  ASSERT_EQ(diagnostic_pages().size(), all_codes().size());
  std::set<Code> codes;
  for (const DiagnosticPage& page : diagnostic_pages()) {
    codes.insert(page.code);
    EXPECT_EQ(page.text, document_of(page.code)) << code_text(page.code);
  }
  for (const CodeInfo& each : all_codes()) EXPECT_TRUE(codes.contains(each.code)) << code_text(each.code);
}

TEST(DiagnosticPagesInTheProgram, AreShownWithoutMarksOfMarkdown) {
  for (const DiagnosticPage& page : diagnostic_pages()) {
    const std::string text = page_text(page.text, 80, false);
    EXPECT_TRUE(text.starts_with(code_text(page.code) + ": " + std::string(code_title(page.code)) + '\n')) << text;
    EXPECT_EQ(text.find("\n```"), std::string::npos) << text;
    EXPECT_EQ(text.find(".md)"), text.find("docs/") == std::string::npos ? std::string::npos : text.find(".md)"))
        << text;
    EXPECT_EQ(text.find("**"), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  }
}

TEST(DiagnosticPagesInTheProgram, NameWhatTheirLinksLeadTo) {
  const std::string_view page =
      "# PF1: a title\n\nOne that [says so](PF3004.md), [PF3311](PF3311.md) and [signing "
      "in](../azure.md#signing-in).\n\n"
      "**Fix it** with `**`.\n\n```console\n$ pairform plan [x](y)\n```\n";
  EXPECT_EQ(page_text(page, 0, false),
            "PF1: a title\n\nOne that says so (PF3004), PF3311 and signing in (docs/azure.md).\n\nFix it with ``.\n\n"
            "  $ pairform plan [x](y)\n");
  EXPECT_TRUE(page_text(page, 0, true).starts_with("\x1b[1mPF1: a title\x1b[0m\n"));
  EXPECT_NE(page_text(page, 30, false).find("One that says so (PF3004),\n"), std::string::npos);
}

}  // namespace
}  // namespace pairform
