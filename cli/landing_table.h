// Landings as people read them: a table with a reason for every subnet and address, and below it what those reasons
// mean. Where the terminal is too narrow for the table, each landing is a few short lines.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

// One IP configuration of one nic. All texts are escaped already.
struct LandingLine {
  std::string nic;            // "vm.web1.nic.eth0"
  std::string configuration;  // "primary", or a secondary's name
  std::string from_subnet;    // empty: not known
  std::string from_ip;        // an address, or "dhcp"; empty: not known
  std::string subnet;         // where it lands
  std::string ip;             // empty: dynamic
  std::string subnet_reason;  // "same-name"; empty: not known (recorded landings)
  std::string ip_reason;
};

// `width`: columns of the terminal; 0: none.
std::string landing_table(const std::vector<LandingLine>& lines, std::size_t width);

}  // namespace pairform
