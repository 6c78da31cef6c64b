// Spaces and subnets of a network as one line of text: what the simulator's database holds and its table
// shows.
//   prefixes  10.0.0.0/16 10.1.0.0/16                      by blanks
//   subnets   alpha=10.0.0.0/24 web=10.0.1.0/24,fd00::/64  by blanks; names hold neither blanks nor =
// Reading throws DatabaseError where it finds what writing never wrote: a database that was damaged, or made by hand.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/rules.h"

namespace pairform::simulator {

std::string prefixes_text(const std::vector<Prefix>& prefixes, char separator = ' ');
std::string subnets_text(const std::vector<SimulatedSubnet>& subnets);
std::vector<Prefix> read_prefixes(std::string_view text, char separator = ' ');
std::vector<SimulatedSubnet> read_subnets(std::string_view text);

Ip read_ip(std::string_view text);

// What the database holds is not `what` it should be.
[[noreturn]] void damaged(std::string_view text, std::string_view what);

// The words of a text between separators; none of an empty text.
std::vector<std::string_view> split_words(std::string_view text, char separator);

}  // namespace pairform::simulator
