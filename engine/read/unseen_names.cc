#include "engine/read/unseen_names.h"

#include <map>

namespace pairform {

void tell_unseen(const Configuration& config, const DesiredState& desired, const Observed& observed,
                 const StringPool& texts, Diagnostics& diagnostics) {
  std::map<Text, const UnseenScope*> told;
  for (const UnseenScope& scope : observed.unseen)
    if (scope.code) told.emplace(scope.scope, &scope);
  if (told.empty()) return;
  const auto tell = [&](Text address, Text identity, DeclarationId declared) {
    const auto at = told.find(identity);
    if (at == told.end() || !declared) return;
    const Declaration& stanza = config.declarations.items[declared];
    diagnostics.add({*at->second->code,
                     Severity::Warning,
                     std::string(texts.view(address)) + ": " + std::string(texts.view(at->second->why)),
                     "nothing is done about it until it is known which one is meant",
                     std::string(texts.view(at->second->help)),
                     {{stanza.at, stanza.length, {}}},
                     std::string(texts.view(address))});
  };
  for (const DesiredRow& row : desired.rows) tell(row.address, row.identity, row.declaration);
  for (const DeclaredVm& vm : desired.vms) tell(vm.address, vm.identity, vm.declaration);
}

}  // namespace pairform
