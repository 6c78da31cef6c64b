#include "providers/simulator/shape_text.h"

#include <fmt/format.h>

#include "providers/simulator/database.h"
#include "schema/terminal_text.h"

namespace pairform::simulator {

void damaged(std::string_view text, std::string_view what) {
  throw DatabaseError(
      fmt::format("the simulator's database is damaged: \"{}\" is not {}", escape_for_terminal(text), what), false);
}

Ip read_ip(std::string_view text) {
  const auto ip = parse_ip(text);
  if (!ip) damaged(text, "an address");
  return *ip;
}

std::vector<std::string_view> split_words(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) words.push_back(text);
  }
  return words;
}

std::string prefixes_text(const std::vector<Prefix>& prefixes, char separator) {
  std::string out;
  for (const Prefix& prefix : prefixes) {
    if (!out.empty()) out += separator;
    out += to_text(prefix);
  }
  return out;
}

std::string subnets_text(const std::vector<SimulatedSubnet>& subnets) {
  std::string out;
  for (const SimulatedSubnet& subnet : subnets) {
    if (!out.empty()) out += ' ';
    out += subnet.name;
    out += '=';
    out += prefixes_text(subnet.prefixes, ',');
  }
  return out;
}

std::vector<Prefix> read_prefixes(std::string_view text, char separator) {
  std::vector<Prefix> prefixes;
  for (const std::string_view word : split_words(text, separator)) {
    const auto parsed = parse_prefix(word);
    if (!parsed) damaged(word, "a prefix");
    prefixes.push_back(parsed->prefix);
  }
  return prefixes;
}

std::vector<SimulatedSubnet> read_subnets(std::string_view text) {
  std::vector<SimulatedSubnet> subnets;
  for (const std::string_view word : split_words(text, ' ')) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) damaged(word, "a subnet");
    subnets.push_back({std::string(word.substr(0, equals)), read_prefixes(word.substr(equals + 1), ',')});
  }
  return subnets;
}

}  // namespace pairform::simulator
