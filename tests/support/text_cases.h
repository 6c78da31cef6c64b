// A table of texts and what is said about each, compared whole.
#pragma once
#include <gtest/gtest.h>

#include <span>
#include <string>

namespace pairform {

struct TextCase {
  const char* name;
  const char* text;
  const char* expected;
};

// `said` is called with the text of each case.
template <class Said>
void expect_said(std::span<const TextCase> cases, Said said) {
  for (const TextCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(std::string(said(item.text)), item.expected);
  }
}

}  // namespace pairform
