// The page of Azure's failures is whole: a section for each row of the catalogue, none beside them, each with what an
// operator has to know.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
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

// Is a word in quotes, which stands behind this text, the code of an error? invalid("NameInUse", …), error.code = "NetworkBusy",
// {ErrorKind::Lost, "NoAnswer", …}, a constant.
bool leads_to_a_code(std::string_view before) {
  while (!before.empty() && (before.back() == ' ' || before.back() == '\n')) before.remove_suffix(1);
  if (before.ends_with("invalid(") || before.ends_with("code =")) return true;
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const std::size_t kind = line.rfind("ErrorKind::");
  return (before.ends_with(',') && kind != line.npos && line.find(',', kind) == line.size() - 1) ||
         (before.ends_with('=') && line.find("constexpr std::string_view k_") != line.npos);
}

// "NameInUse"
bool may_be_code(std::string_view word) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_letter = [&](char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); };
  return !word.empty() && is_capital(word.front()) && !is_capital(word.back()) &&
         std::all_of(word.begin(), word.end(), is_letter);
}

std::set<std::string> own_codes() {
  // Those of bindings (binding.cc), some of which are put together of two words.
  std::set<std::string> found{"AmbiguousName",    "BoundTwice",   "NetworkElsewhere",
                              "MachineElsewhere", "NetworkMoved", "MachineMoved"};
  const auto sources = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "providers" / "azure";
  for (const auto& file : std::filesystem::recursive_directory_iterator(sources)) {
    if (file.path().extension() != ".cc" && file.path().extension() != ".h") continue;
    const std::string text = read_text(file.path());
    for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
      const std::size_t end = text.find('"', at + 1);
      if (end == text.npos) break;
      const std::string_view word = std::string_view(text).substr(at + 1, end - at - 1);
      if (may_be_code(word) && leads_to_a_code(std::string_view(text).substr(0, at))) found.emplace(word);
    }
  }
  found.erase("Stopped");  // of an interrupted run, which is told as such
  return found;
}

TEST(AzureFailurePage, HasEachCodeOfTheSource) {
  const std::set<std::string> codes = own_codes();
  for (const std::string& code : codes)
    EXPECT_NE(azure::find_failure(code), nullptr) << code << " has no row and section";
  EXPECT_GT(codes.size(), 50U);
  // What pairform says itself is said somewhere.
  bool is_own = false;
  for (const std::string& line : read_document(k_page).lines) {
    if (line.starts_with("## ")) is_own = line == "## What pairform says itself";
    const bool is_said = !is_own || !line.starts_with("### ") || codes.contains(line.substr(4));
    EXPECT_TRUE(is_said) << line << " is never said";
  }
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
