#include "engine/read/region_slips.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_slip_comparisons = 1'000'000;
constexpr std::size_t k_least_letters = 5;  // of shorter words many are neighbours: "east" and "west"

std::string without_digits(std::string_view region) {
  std::string out(region);
  std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
  return out;
}

// One letter more, less or another one, or two neighbours exchanged.
bool is_one_slip(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() == 2 && b.size() == 2) return a[0] == b[1] && a[1] == b[0];
  return std::max(a.size(), b.size()) == 1;
}

bool may_be_slip(std::string_view region, std::string_view other) {
  if (std::min(region.size(), other.size()) < k_least_letters || !is_one_slip(region, other)) return false;
  return without_digits(region) != without_digits(other);
}

struct Use {
  const Declaration* stanza = nullptr;  // the first that names it
  const DeclaredValue* value = nullptr;
  std::size_t times = 0;
};

class SlipFinder {
 public:
  SlipFinder(const Configuration& config, const TypeTable& types, Diagnostics& diagnostics)
      : config_(config), types_(types), diagnostics_(diagnostics) {
    for (const Declaration& item : config.declarations.items) count(item);
    for (const Declaration& item : config.declarations.defaults) count(item);
  }

  void run() {
    std::size_t comparisons = 0;
    for (const auto& [region, use] : uses_) {
      if (use.times != 1 || !builds(use)) continue;
      comparisons += uses_.size();
      if (comparisons > k_most_slip_comparisons) return;
      const Use* meant = nullptr;
      for (const auto& [ignored, other] : uses_) {
        // Of two that both stand once, the later one is told.
        const bool counts = other.times > 1 || other.value->at < use.value->at || !builds(other);
        const bool first = meant == nullptr || view(other) < view(*meant);
        if (counts && first && may_be_slip(view(use), view(other))) meant = &other;
      }
      if (meant != nullptr) warn(use, *meant);
    }
  }

 private:
  std::string_view view(Text text) const { return config_.texts.view(text); }
  std::string_view view(const Use& use) const { return view(use.value->value); }

  void count(const Declaration& item) {
    for (std::uint32_t v = item.first_value; v < item.first_value + item.value_count; ++v) {
      const DeclaredValue& value = config_.declarations.values[v];
      const AttributeType& attribute = types_[item.type].attributes[value.attribute];
      if (attribute.kind != Kind::Region) continue;
      Use& use = uses_[value.value];
      if (++use.times == 1) use = {&item, &value, 1};
    }
  }

  // Would something be built in a region that is misspelt there?
  bool builds(const Use& use) const {
    if (use.stanza->type == k_vm_type) return use.value->attribute == vm_column::target_region;
    if (use.stanza->type != k_network_type) return false;
    std::optional<bool> existing = existing_by(*use.stanza);
    for (const FileId file : {use.stanza->at.file, FileId(0U)})  // those of its file before those of pairform.toml
      for (const Declaration& item : config_.declarations.defaults)
        if (!existing && item.type == k_network_type && item.at.file == file) existing = existing_by(item);
    return !existing.value_or(false);
  }
  std::optional<bool> existing_by(const Declaration& item) const {
    for (std::uint32_t v = item.first_value; v < item.first_value + item.value_count; ++v) {
      const DeclaredValue& value = config_.declarations.values[v];
      if (value.attribute == network_column::existing) return view(value.value) == "true";
    }
    return std::nullopt;
  }

  void warn(const Use& use, const Use& other) {
    const std::string_view region = view(use), meant = view(other);
    const auto& items = diagnostics_.items();
    const bool told = std::any_of(items.begin(), items.end(), [&](const Diagnostic& each) {
      return each.severity == Severity::Error &&
             std::any_of(each.spans.begin(), each.spans.end(),
                         [&](const Span& span) { return span.at == use.value->at; });
    });
    if (told) return;
    diagnostics_.add({Code::RegionSlip,
                      Severity::Warning,
                      fmt::format("region \"{}\" may be a slip of \"{}\"", region, meant),
                      fmt::format("The files name {} here alone, and {} {}; as they stand, these are two regions.",
                                  region, meant, other.times == 1 ? "once" : fmt::format("{} times", other.times)),
                      fmt::format("did you mean \"{}\"? if both are meant, nothing is to be done", meant),
                      {{use.value->at, use.value->length, {}}, {other.value->at, other.value->length, "the other one"}},
                      declared_address(*use.stanza, types_, config_.texts)});
  }

  const Configuration& config_;
  const TypeTable& types_;
  Diagnostics& diagnostics_;
  std::map<Text, Use> uses_;  // by region
};

}  // namespace

void warn_of_region_slips(const Configuration& config, const TypeTable& types, Diagnostics& diagnostics) {
  SlipFinder(config, types, diagnostics).run();
}

}  // namespace pairform
