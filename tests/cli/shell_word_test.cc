#include "cli/shell_word.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

TEST(ShellWord, IsQuotedWhereAShellWouldReadItOtherwise) {
  for (const char* same : {"p.bin", "network.app", "@targets.txt", "../a/b_c", "30s", "a=b", "x:y,z"})
    EXPECT_EQ(shell_word(same), same);
  EXPECT_EQ(shell_word("mapping.ea-*"), "'mapping.ea-*'");
  EXPECT_EQ(shell_word("my plan"), "'my plan'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace pairform
