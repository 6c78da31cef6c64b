// Words that placement and drill share, so that a configuration and a list are told alike wherever they are told.
// Pure; texts carry names as they were given: the command line escapes what must not reach a terminal.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

// Of a list in a message no more than these are named.
constexpr std::size_t k_most_listed = 10;

// "a, b and c" of `count` = 3; where there are more than the first few, "a, b and 3 more".
std::string list_text(const std::vector<std::string>& first, std::size_t count);

// A NIC's own configuration, the first, by the NIC's address: vm.web1.nic.eth0. Others: vm.web1.nic.eth0 "vip".
std::string configuration_text(std::string_view nic, std::size_t configuration, std::string_view name);

}  // namespace pairform
