#include "engine/provider.h"

namespace pairform {

std::string_view status_text(Status status) {
  switch (status) {
    case Status::Settled: return "settled";
    case Status::Busy: return "busy";
    case Status::FailedOver: return "failed_over";
    case Status::Reversed: return "reversed";
    case Status::Broken: return "broken";
  }
  return "";
}

std::optional<std::string_view> find_value(std::span<const NamedValue> attributes, std::string_view name) {
  for (const NamedValue& attribute : attributes)
    if (attribute.name == name) {
      if (!attribute.value) return std::nullopt;
      return std::string_view(*attribute.value);
    }
  return std::nullopt;
}

}  // namespace pairform
