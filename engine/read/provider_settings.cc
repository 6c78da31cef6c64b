#include "engine/read/provider_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pairform {

std::vector<NamedValue> settings_of(const Project& project) {
  std::vector<NamedValue> settings;
  for (const ProviderSetting& setting : project.config.settings.provider_settings)
    settings.push_back({setting.name, setting.value});
  return settings;
}

void check_provider(const Project& project, Diagnostics& diagnostics) {
  const ProjectSettings& settings = project.config.settings;
  const auto report = [&](Code code, SourcePosition at, std::uint16_t length, SettingProblem problem) {
    Diagnostic refused =
        error(code, at, length, std::move(problem.summary), std::move(problem.detail), std::move(problem.help));
    if (!at.file) refused.spans.clear();
    diagnostics.add(std::move(refused));
  };
  if (project.entry->check != nullptr)
    for (SettingProblem& problem : project.entry->check(settings_of(project))) {
      ProviderSetting place;  // nowhere: no such setting is given
      for (const ProviderSetting& setting : settings.provider_settings)
        if (setting.name == problem.setting) place = setting;
      report(Code::BadSetting, place.at, place.length, std::move(problem));
    }
  const std::vector<std::string>& honoured = project.entry->editions;
  if (std::find(honoured.begin(), honoured.end(), project.edition) != honoured.end()) return;
  report(Code::EditionNotHonoured, settings.edition_at, 1,
         {{},
          fmt::format("edition \"{}\" is not honoured by provider \"{}\"", project.edition, project.entry->name),
          {},
          fmt::format("choose one of: {}", fmt::join(honoured, ", "))});
}

}  // namespace pairform
