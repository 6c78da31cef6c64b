#include "engine/provider.h"

namespace pairform {

std::optional<std::string_view> find_value(std::span<const NamedValue> attributes, std::string_view name) {
  for (const NamedValue& attribute : attributes)
    if (attribute.name == name) {
      if (!attribute.value) return std::nullopt;
      return std::string_view(*attribute.value);
    }
  return std::nullopt;
}

}  // namespace pairform
