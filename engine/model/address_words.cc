#include "engine/model/address_words.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "schema/address.h"
#include "schema/diagnostic.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_known = 20000;  // a suggestion is not worth seconds
constexpr std::size_t k_most_suggested = 3;

std::string_view key_of(std::string_view address) {
  const std::size_t dot = address.find('.');
  return dot == std::string_view::npos ? std::string_view() : address.substr(dot + 1);
}

bool matches(const std::string& pattern, std::string_view address) {
  return ::fnmatch(pattern.c_str(), std::string(address).c_str(), FNM_NOESCAPE) == 0;
}

// The addresses, without halves, whose key is the word's or nearest to it.
std::vector<std::string_view> of_key(std::string_view word, const std::vector<std::string_view>& known) {
  std::vector<std::string_view> keys;
  keys.reserve(known.size());
  for (const std::string_view address : known) keys.push_back(key_of(pair_of(address)));
  const std::string_view key = nearest(word, keys);
  std::set<std::string_view> found;
  for (const std::string_view address : known)
    if (!key.empty() && key_of(pair_of(address)) == key) found.insert(pair_of(address));
  return {found.begin(), found.end()};
}

// mapping.app.revers, vm.web1.nics.eth0: the last parts of an address whose first two name something. Of such there may be
// halves, nics, or only the whole. Empty: the word has no more than two parts, or they name nothing.
std::string_view of_part(std::string_view word, const std::vector<std::string_view>& known) {
  const std::size_t end = word.find('.', word.find('.') + 1);
  if (end == std::string_view::npos) return {};
  const std::string_view whole = word.substr(0, end);
  std::vector<std::string_view> parts;
  std::string_view found;
  for (const std::string_view address : known) {
    if (address != whole && !(address.starts_with(whole) && address[end] == '.')) continue;
    found = whole;
    if (address != whole) parts.push_back(address);
  }
  const std::string_view near = nearest(word, parts);
  return near.empty() ? found : near;
}

}  // namespace

bool is_address_pattern(std::string_view word) { return word.find_first_of("*?[") != std::string_view::npos; }

bool names_address(const std::string& word, std::string_view address) {
  for (const std::string_view name : {address, pair_of(address), vm_of_nic(address)})
    if (is_address_pattern(word) ? matches(word, name) : word == name) return true;
  return false;
}

std::vector<std::string> expand_address_patterns(const std::vector<std::string>& words,
                                                 const std::vector<std::string_view>& known) {
  std::vector<std::string> out;
  for (const std::string& word : words) {
    std::set<std::string_view> found;
    if (is_address_pattern(word))
      for (const std::string_view address : known)
        if (matches(word, address) || matches(word, pair_of(address))) found.insert(pair_of(address));
    if (found.empty()) out.push_back(word);
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

std::string suggest_addresses(std::string_view word, const std::vector<std::string_view>& known) {
  std::vector<std::string_view> near;
  if (known.size() <= k_most_known && !is_address_pattern(word)) {
    if (word.find('.') == std::string_view::npos) near = of_key(word, known);
    else if (const std::string_view part = of_part(word, known); !part.empty()) near.push_back(part);
    else if (const std::string_view one = nearest_address(word, known); !one.empty()) near.push_back(one);
  }
  if (near.size() > k_most_suggested) near.resize(k_most_suggested);
  if (!near.empty()) return fmt::format("did you mean {}?", fmt::join(near, " or "));
  return "`pairform plan` shows what is declared, `pairform state list` what is recorded";
}

}  // namespace pairform
