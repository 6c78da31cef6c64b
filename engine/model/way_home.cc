#include "engine/model/way_home.h"

#include <map>
#include <set>

#include "schema/value.h"

namespace pairform {

TextItems way_home_items(const TextItems& subnets, TextItems reverse_subnets) {
  std::set<std::string> said;
  for (const auto& entry : reverse_subnets) said.insert(ascii_lower(entry.first));
  std::map<std::string, std::size_t> named;
  for (const auto& entry : subnets) ++named[ascii_lower(entry.second)];
  for (const auto& [from, to] : subnets)
    if (named.at(ascii_lower(to)) == 1 && !said.contains(ascii_lower(to))) reverse_subnets.emplace_back(to, from);
  return reverse_subnets;
}

std::string way_home(const TextItems& subnets, TextItems reverse_subnets) {
  TextItems items = way_home_items(subnets, std::move(reverse_subnets));
  return items.empty() ? std::string() : canonical_text_map(std::move(items));
}

}  // namespace pairform
