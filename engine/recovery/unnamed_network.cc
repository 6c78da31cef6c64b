#include "engine/recovery/unnamed_network.h"

#include <fmt/format.h>

namespace pairform {

Diagnostic unnamed_network(const UnnamedNetwork& unnamed) {
  std::string detail = fmt::format("it is on \"{}\"", unnamed.network), help = "declare it:\n" + unnamed.stanza;
  if (!unnamed.before.empty()) {
    detail += fmt::format(", and was on {} when state was written", unnamed.before);
    help = fmt::format(
        "if it came home wrong, bring it back to {}: correct where the mapping leads, fail over and home again\n"
        "if it is to stay there, {}declare that network:\n{}",
        unnamed.before,
        unnamed.says_network ? fmt::format("name it as the network of {}, and ", unnamed.vm) : std::string(),
        unnamed.stanza);
  }
  return {
      Code::NetworkNotNamed,  Severity::Error, fmt::format("{} lives on a network that no stanza names", unnamed.vm),
      std::move(detail),      std::move(help), {},
      std::string(unnamed.vm)};
}

}  // namespace pairform
