// A word as one types it at a shell: in quotes where the shell would read it otherwise.
#pragma once
#include <string>
#include <string_view>

namespace pairform {

std::string shell_word(std::string_view word);  // p.bin, 'mapping.ea-*', 'it'\''s'

}  // namespace pairform
