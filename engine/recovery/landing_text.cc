#include "engine/recovery/landing_text.h"

#include <fmt/format.h>

namespace pairform {

std::string list_text(const std::vector<std::string>& first, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < first.size(); ++i) out += (i == 0 ? "" : i + 1 == count ? " and " : ", ") + first[i];
  if (count > first.size()) out += fmt::format(" and {} more", count - first.size());
  return out;
}

std::string configuration_text(std::string_view nic, std::size_t configuration, std::string_view name) {
  return configuration == 0 ? std::string(nic) : fmt::format("{} \"{}\"", nic, name);
}

}  // namespace pairform
