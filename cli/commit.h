// The commit that the program was built from. The build writes it (cli/commit.cmake).
#pragma once
#include <string_view>

namespace pairform {

// 40 hexadecimal digits, "-dirty" behind them where a file had been changed; empty: not built from a git working copy.
std::string_view commit();

}  // namespace pairform
