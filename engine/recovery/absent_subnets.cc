#include "engine/recovery/absent_subnets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/value.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_named = 3;  // of the nics that a message is about

// "6 nics land by it: vm.v1.nic.eth0, vm.v2.nic.eth0, vm.v3.nic.eth0 and 3 more"
std::string nics_text(const std::vector<std::string>& nics, std::string_view how) {
  const std::vector<std::string> first(nics.begin(),
                                       nics.begin() + static_cast<std::ptrdiff_t>(std::min(nics.size(), k_most_named)));
  return fmt::format("{} nic{} land{} {}: {}", nics.size(), nics.size() == 1 ? "" : "s", nics.size() == 1 ? "s" : "",
                     how, list_text(first, nics.size()));
}

// What to let go so that none of them lands there: the nics, or, where they are many, all that land in the network.
std::string place_anew(const std::vector<std::string>& nics, const std::string& network) {
  if (nics.size() > k_most_named) return fmt::format("--place-anew {}", network);
  return fmt::format("--place-anew {}", fmt::join(nics, " --place-anew "));
}

}  // namespace

void AbsentSubnets::add(const AbsentSubnet& absent, Diagnostic of_one) {
  // Where a landing is the reason, no place names the subnet.
  const SourcePosition at =
      absent.by == SubnetNamedBy::Landing || of_one.spans.empty() ? SourcePosition() : of_one.spans.front().at;
  const auto [found, first] = found_.try_emplace(
      std::tuple(at, std::string(absent.network), ascii_lower(absent.subnet), std::string(absent.rule)));
  Found& one = found->second;
  one.nics.push_back(of_one.address);
  if (!first) return;
  one.by = absent.by;
  one.network = absent.network;
  one.subnet = absent.subnet;
  one.rule = absent.rule;
  one.first = std::move(of_one);
}

Diagnostic AbsentSubnets::gone(std::string_view network, std::string_view subnet, std::string_view nic,
                               const std::vector<Subnet>& has) {
  std::string names;
  for (const Subnet& each : has) names += (names.empty() ? "" : ", ") + each.name;
  return {
      Code::TargetSubnetAbsent,
      Severity::Error,
      fmt::format("{} has no subnet \"{}\" any more", network, subnet),
      fmt::format("{} lands in it; the network is not managed here. It has: {}", nic, names.empty() ? "none" : names),
      fmt::format("make the subnet again; or let the landing go: pairform plan --place-anew {}", nic),
      {},
      std::string(nic)};
}

Diagnostic AbsentSubnets::together(const Found& found) {
  Diagnostic told = found.first;
  if (found.nics.size() == 1 && found.by != SubnetNamedBy::Rule) return told;
  told.concerns = found.nics;
  if (found.by == SubnetNamedBy::Landing) {
    told.address = found.network;
    told.spans.clear();  // the network's stanza says nothing wrong, and none of the nics' is more to blame than another
    told.detail = told.detail.substr(told.detail.find(';') + 2);
    told.detail = fmt::format("{}; {}", nics_text(found.nics, "in it"), told.detail);
    told.help = fmt::format("make the subnet again; or let the landings go: pairform plan {}",
                            place_anew(found.nics, found.network));
    return told;
  }
  if (found.by == SubnetNamedBy::Rule) told.address = found.rule;
  told.summary = fmt::format("{} has no subnet \"{}\" to land in", found.network, found.subnet);
  told.detail += fmt::format("; {}", nics_text(found.nics, found.by == SubnetNamedBy::Rule ? "by it" : "so"));
  return told;
}

}  // namespace pairform
