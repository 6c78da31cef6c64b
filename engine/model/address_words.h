// Words that name resources on a command line: an address, `mapping.app`, or a pattern of addresses, `mapping.ea-*`,
// with * ? [..] as in a shell; no key has such a character, so a word is one or the other. A pattern names whole pairs
// where it matches one of their halves. Pure; a pattern costs one comparison an address.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

bool is_address_pattern(std::string_view word);
// Does a word, pattern or not, name that address: itself, the pair it is a half of, the vm it is a nic of?
bool names_address(const std::string& word, std::string_view address);

// The words with every pattern replaced by the addresses of `known` that it matches, each once. A pattern that matches
// none stays: nothing has such an address.
std::vector<std::string> expand_address_patterns(const std::vector<std::string>& words,
                                                 const std::vector<std::string_view>& known);

// What was probably meant by a word that names none of `known`: "did you mean network.app?". A bare key is looked for
// in all types. Where nothing is near: the commands that show which addresses there are.
std::string suggest_addresses(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace pairform
