#include "engine/model/group_words.h"

#include <fmt/format.h>

#include <array>

#include "schema/value.h"

namespace pairform {

std::string own_subscription(const ProjectSettings& settings) {
  std::string out;
  for (const ProviderSetting& each : settings.provider_settings)
    if (each.name == "subscription" || each.name == "vault") out += ascii_lower(each.value) + ' ';
  return out;
}

std::string did_you_mean_group(GroupOf said, GroupOf there, std::string_view own) {
  if (said.subscription.empty() && own.find(ascii_lower(there.subscription)) != own.npos) there.subscription = {};
  struct Part {
    std::string_view attribute, said, there;
  };
  const std::array<Part, 2> parts{{{"resource_group", said.resource_group, there.resource_group},
                                   {"subscription", said.subscription, there.subscription}}};
  std::string write, leave;
  for (const Part& part : parts) {
    if (ascii_lower(part.said) == ascii_lower(part.there)) continue;
    if (part.there.empty()) leave += fmt::format("{}{}", leave.empty() ? "" : " and ", part.attribute);
    else write += fmt::format("{}{} = \"{}\"", write.empty() ? "" : " and ", part.attribute, part.there);
  }
  if (write.empty()) return leave.empty() ? std::string() : fmt::format("did you mean it without {}?", leave);
  return fmt::format("did you mean {}{}?", write, leave.empty() ? "" : fmt::format(", without {}", leave));
}

}  // namespace pairform
