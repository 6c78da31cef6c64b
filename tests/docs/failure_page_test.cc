// The page of Azure's failures is whole: a section for each row of the catalogue, none beside them, each with what an
// operator has to know.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "providers/azure/arm/failures.h"
#include "tests/docs/document.h"

namespace pairform {
namespace {

const std::filesystem::path k_page = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "docs" / "azure-failures.md";

// Heading -> what stands below it, of the sections of codes ("### 150097").
std::map<std::string, std::string> sections() {
  std::map<std::string, std::string> found;
  std::string* text = nullptr;
  for (const std::string& line : read_document(k_page).lines) {
    if (line.starts_with("### ")) {
      EXPECT_FALSE(found.contains(line.substr(4))) << line << " stands there twice";
      text = &(found[line.substr(4)] = {});
    } else if (line.starts_with('#')) {
      text = nullptr;
    } else if (text != nullptr) {
      *text += line + '\n';
    }
  }
  return found;
}

TEST(AzureFailurePage, HasASectionForEachRowAndNoOther) {
  std::set<std::string> rows, headings;
  for (const azure::Failure& failure : azure::failures()) rows.emplace(failure.name);
  for (const auto& [heading, text] : sections()) headings.insert(heading);
  EXPECT_EQ(headings, rows);
}

TEST(AzureFailurePage, EachSectionAnswersTheFourQuestions) {
  for (const auto& [heading, text] : sections()) {
    std::size_t before = 0;
    for (const char* question : {"**What it means.** ", "\n**Why.** ", "\n**Do.** ", "\n**Run again?** "}) {
      const std::size_t at = text.find(question);
      ASSERT_NE(at, std::string::npos) << heading << " does not answer" << question;
      EXPECT_GE(at, before) << heading << ": in another order";
      before = at;
    }
  }
}

// What messages name is where they say it is.
TEST(AzureFailurePage, IsWhereMessagesPointTo) {
  for (const azure::Failure& failure : azure::failures())
    EXPECT_TRUE(azure::page_of(failure).starts_with("docs/azure-failures.md#")) << failure.name;
}

}  // namespace
}  // namespace pairform
