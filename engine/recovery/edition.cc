#include "engine/recovery/edition.h"

#include <array>

namespace pairform {

std::span<const Edition> all_editions() {
  static constexpr std::array<Edition, 2> editions{Edition{"2018-05", TargetRule::FixedByMapping},
                                                   Edition{"2026-02", TargetRule::FreeForEachVm}};
  return editions;
}

const Edition* find_edition(std::string_view name) {
  for (const Edition& edition : all_editions())
    if (edition.name == name) return &edition;
  return nullptr;
}

}  // namespace pairform
