#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/help.h"
#include "cli/man/pages.h"
#include "cli/man/roff.h"
#include "providers/provider_set.h"
#include "tests/support/program.h"

namespace pairform {
namespace {

const ManPage& page_named(const std::vector<ManPage>& pages, const std::string& file) {
  const auto found = std::find_if(pages.begin(), pages.end(), [&](const ManPage& each) { return each.file == file; });
  if (found == pages.end()) throw std::runtime_error(file);
  return *found;
}

TEST(ManPages, NameEveryCommandAndEveryOption) {
  const std::vector<ManPage> pages = man_pages();
  ASSERT_EQ(pages.size(), commands().size() + 2);
  const std::string& general = page_named(pages, "pairform.1").text;
  for (const Command& command : commands()) {
    EXPECT_NE(general.find(roff_text(fmt::format("pairform-{}(1)", command.name))), std::string::npos) << command.name;
    const std::string& page = page_named(pages, fmt::format("pairform-{}.1", command.name)).text;
    EXPECT_NE(page.find(roff_text(command.summary)), std::string::npos) << page;
    for (const std::string_view option : command.options)
      EXPECT_NE(page.find(roff_text(fmt::format("--{}", option))), std::string::npos) << command.name << ' ' << option;
    for (const Example& example : command.examples)
      EXPECT_NE(page.find(fmt::format("\n{}\n", roff_text(example.line))), std::string::npos) << example.line;
  }
  for (const HelpRow& row : exit_code_rows()) EXPECT_NE(general.find(roff_text(row.text)), std::string::npos);
}

TEST(ManPages, OfFilesNameEveryAttribute) {
  const std::vector<ManPage> pages = man_pages();
  const std::string& page = page_named(pages, "pairform-files.5").text;
  const TypeTable types = full_type_table();
  for (const auto* tables : {&types.types, &types.directives, &types.settings})
    for (const ResourceType& type : *tables)
      for (const AttributeType& attribute : type.attributes) {
        if (attribute.where == Where::Row) continue;
        const std::string name =
            (attribute.provider.empty() ? std::string() : attribute.provider + '.') + attribute.name;
        EXPECT_NE(page.find(fmt::format("\n.TP\n\\fB{}\\fP\n", roff_text(name))), std::string::npos) << name;
      }
}

TEST(ManPages, HoldNothingThatRoffTakesForAnInstruction) {
  EXPECT_EQ(roff_text(".pairform/ and 'a' \\n"), "\\&.pairform/ and \\(aqa\\(aq \\en");
  EXPECT_EQ(roff_text("'x"), "\\(aqx");
  EXPECT_EQ(roff_text("`plan --out` of [the page](x.md)"), "\\fBplan \\-\\-out\\fP of the page");
  EXPECT_EQ(roff_argument("a \"b\""), "\"a \\(dqb\\(dq\"");
}

// As who reads them would hear of it.
TEST(ManPages, AreReadWithoutAWarning) {
  Program program;
  if (program.run_other("/bin/sh", {"-c", "command -v groff"}).exit_code != 0) GTEST_SKIP() << "there is no groff";
  for (const ManPage& page : man_pages()) {
    program.write(page.file, page.text);
    const Ran ran =
        program.run_other("/usr/bin/env", {"groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-P-cbou", page.file});
    EXPECT_EQ(ran.exit_code, 0) << page.file;
    EXPECT_EQ(ran.err, "") << page.file;
    EXPECT_NE(ran.out.find("NAME"), std::string::npos) << page.file;
  }
  program.write("wrong.1", ".TH \"X\" 1\n.SH NAME\nx \\- y\n.nonsense z\n");
  EXPECT_NE(program.run_other("/usr/bin/env", {"groff", "-ww", "-man", "-Tutf8", "wrong.1"}).err, "")
      << "warnings are off";
}

}  // namespace
}  // namespace pairform
