#include "engine/recovery/missing_subnet.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/recovery/landing_text.h"

namespace pairform {
namespace {

std::string help_for(MissingSubnet& missing) {
  if (!missing.suggests) return "name a subnet that it has";
  if (missing.has.empty()) return "the network has no subnets: add it there";
  std::sort(missing.has.begin(), missing.has.end());
  if (const std::string_view near = nearest(missing.name, missing.has); !near.empty())
    return fmt::format("did you mean \"{}\"?", near);
  const std::vector<std::string> first(
      missing.has.begin(),
      missing.has.begin() + static_cast<std::ptrdiff_t>(std::min(missing.has.size(), k_most_listed)));
  return fmt::format("name one of: {}", list_text(first, missing.has.size()));
}

}  // namespace

Diagnostic missing_subnet(MissingSubnet missing) {
  std::string help = help_for(missing);
  return {Code::UnknownSubnet,
          Severity::Error,
          fmt::format("{} has no subnet \"{}\"", missing.network, missing.name),
          std::move(missing.why),
          std::move(help),
          {},
          {}};
}

}  // namespace pairform
