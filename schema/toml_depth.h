// A guard before the parser: toml++ limits the depth of arrays and inline tables, but not that of dotted keys, and
// takes its tree apart by recursion: a key of fifty thousand parts ends the program. So such a text is refused before.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace pairform {

// Line of the first key or number with more than `most` dots outside strings and comments; none: all are shallow.
// O(text); about 1 GB/s.
std::optional<std::uint32_t> find_deep_key(std::string_view text, std::size_t most);

}  // namespace pairform
