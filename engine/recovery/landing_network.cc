#include <algorithm>

#include "engine/recovery/landing.h"
#include "schema/base_types.h"

namespace pairform {

LandingNetwork landing_network(const DesiredState& desired, DesiredId network_row, const PriorRow* found,
                               const PriorState& prior, const ParsedColumns& parsed, const StringPool& texts) {
  const DesiredRow& row = desired.rows[network_row];
  Text subnets = desired.cell(row, network_column::subnets);
  if (row.existing) subnets = found == nullptr ? Text() : prior.cell(*found, network_column::subnets);
  LandingNetwork out{.name = texts.view(row.address),
                     .subnets = parsed.subnets(texts, subnets),
                     .occupied = {},
                     .delegated = found == nullptr ? TextItems() : delegated_subnets(*found, parsed, texts)};
  if (found != nullptr && found->others_subnets) {
    const std::vector<Subnet>& others = parsed.subnets(texts, found->others_subnets);
    out.subnets.insert(out.subnets.end(), others.begin(), others.end());
  }
  return out;
}

TextItems delegated_subnets(const PriorRow& network, const ParsedColumns& parsed, const StringPool& texts) {
  TextItems out = parsed.items(texts, network.delegated);
  for (auto& [subnet, service] : out) subnet = ascii_lower(subnet);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace pairform
