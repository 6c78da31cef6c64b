#include "schema/diagnostic.h"

#include <algorithm>
#include <utility>

#include "schema/value.h"

namespace pairform {

void Diagnostics::append(Diagnostics&& other) {
  for (Diagnostic& item : other.items_) add(std::move(item));
  other.items_.clear();
  other.errors_ = 0;
}

void Diagnostics::sort() {
  const auto place = [](const Diagnostic& d) { return d.spans.empty() ? SourcePosition() : d.spans.front().at; };
  std::stable_sort(items_.begin(), items_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    const SourcePosition at_a = place(a), at_b = place(b);
    return at_a != at_b ? at_a < at_b : a.address < b.address;
  });
  const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    return place(a) == place(b) && a.code == b.code && a.severity == b.severity && a.summary == b.summary &&
           a.address == b.address && a.detail == b.detail;
  };
  items_.erase(std::unique(items_.begin(), items_.end(), same), items_.end());
  count_errors();
}

void Diagnostics::count_errors() {
  errors_ = static_cast<std::size_t>(
      std::count_if(items_.begin(), items_.end(), [](const Diagnostic& d) { return d.severity == Severity::Error; }));
}

Diagnostic error(Code code, SourcePosition at, std::uint32_t length, std::string summary, std::string detail,
                 std::string help) {
  return {code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {{at, length, {}}}, {}};
}

namespace {
// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

// Of two that are equally near, the one that begins as the word does is meant: "lab" by "la", not "aa".
std::size_t common_start(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  return same;
}
}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = SIZE_MAX;
  if (word.size() > 200) return best;
  for (std::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t allowed = std::max<std::size_t>(1, longer / 3);
    const std::size_t gap = longer - std::min(word.size(), candidate.size());
    if (gap > allowed) continue;
    const std::size_t d = distance(ascii_lower(word), ascii_lower(candidate));  // capitals are a slip too
    const auto rank = [&](std::string_view each) { return std::pair(~common_start(word, each), each); };
    if (d <= allowed && (d < best_distance || (d == best_distance && rank(candidate) < rank(best)))) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string_view nearest_address(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t k_most_compared = 20000;
  if (candidates.size() > k_most_compared) return {};
  const auto type_of = [](std::string_view address) { return address.substr(0, address.find('.')); };
  const auto key_of = [](std::string_view address) {
    const std::size_t dot = address.find('.');
    return dot == std::string_view::npos ? std::string_view() : address.substr(dot + 1);
  };
  const std::string_view type = nearest(type_of(word), {"mapping", "network", "vm"});
  std::vector<std::string_view> keys;
  for (const std::string_view candidate : candidates)
    if (type_of(candidate) == type) keys.push_back(key_of(candidate));
  const std::string_view key = nearest(key_of(word), keys);
  if (key.empty()) return {};
  for (const std::string_view candidate : candidates)
    if (type_of(candidate) == type && key_of(candidate) == key) return candidate;
  return {};
}

}  // namespace pairform
