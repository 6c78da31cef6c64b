#include "engine/recovery/landing_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/recovery/landing_text.h"

namespace pairform {
namespace {

const Subnet* find_subnet(const LandingNetwork& network, std::string_view name) {
  const std::string wanted = ascii_lower(name);
  for (const Subnet& subnet : network.subnets)
    if (ascii_lower(subnet.name) == wanted) return &subnet;
  return nullptr;
}

class Explainer {
 public:
  Explainer(const PlacementInput& input, const Placement& placed, std::uint32_t number)
      : input_(input),
        placed_(placed),
        asked_(input.requests[number]),
        nic_(placed.nics[number]),
        number_(number),
        target_(input.networks[asked_.target_network]) {}

  LandingReasons run() {
    out_.fixed = asked_.fixed;
    out_.addresses.resize(asked_.configurations.size());
    if (asked_.fixed) return std::move(out_);
    subnet();
    for (std::size_t c = 0; c < asked_.configurations.size(); ++c) address(c);
    return std::move(out_);
  }

 private:
  void subnet();
  std::string subnet_text(SubnetReason rule, bool applies) const;
  void address(std::size_t c);
  std::string address_text(IpReason rule, std::size_t c, bool applies) const;
  std::string kept_text(std::size_t c, bool applies) const;
  std::string same_address_text(std::size_t c, bool applies) const;
  std::string same_host_text(std::size_t c, bool applies) const;
  std::string not_free(const Ip& ip, std::size_t c) const;
  const Prefix* source_prefix(std::size_t c) const;
  const MappingRule* rule() const { return asked_.rule == k_no_rule ? nullptr : &input_.rules[asked_.rule]; }
  std::string prefixes_text() const;

  const PlacementInput& input_;
  const Placement& placed_;
  const LandingRequest& asked_;
  const PlacedNic& nic_;
  std::uint32_t number_;
  const LandingNetwork& target_;
  LandingReasons out_;
};

// Each rule that was passed over, with its reason, up to the one that applied. Where the nic found no subnet: all of
// them.
void Explainer::subnet() {
  for (const SubnetReason rule : subnet_rules(asked_.keep_first)) {
    const bool applies = !nic_.subnet.empty() && nic_.reason == rule;
    out_.subnet.push_back({reason_text(rule), subnet_text(rule, applies), applies});
    if (applies) return;
  }
}

std::string Explainer::subnet_text(SubnetReason which, bool applies) const {
  switch (which) {
    case SubnetReason::Override: return applies ? "target_subnet names it" : "no target_subnet is given";
    case SubnetReason::Mapped:
      if (rule() == nullptr) return "it does not land where a mapping leads";
      return applies ? fmt::format("the subnets of {} send \"{}\" to it", rule()->name, asked_.source_subnet)
                     : fmt::format("the subnets of {} do not name \"{}\"", rule()->name, asked_.source_subnet);
    case SubnetReason::SameName:
      return fmt::format("{} has {} subnet of the name \"{}\"", target_.name, applies ? "a" : "no",
                         asked_.source_subnet);
    case SubnetReason::Kept:
      if (asked_.kept_subnet.empty()) return fmt::format("it has no landing in {} yet", target_.name);
      return applies ? fmt::format("it lands there already, and {} still has it", target_.name)
                     : fmt::format("it landed in \"{}\", which {} has no more", asked_.kept_subnet, target_.name);
    case SubnetReason::First: return fmt::format("it is the first subnet of {} by name", target_.name);
  }
  return {};
}

void Explainer::address(std::size_t c) {
  if (nic_.subnet.empty()) return;
  const PlacedAddress& given = nic_.addresses[c];
  // A machine whose address is dynamic is given one by an override alone, or keeps the one it has.
  const bool pinned = asked_.configurations[c].source || given.reason == IpReason::Kept;
  const bool made_dynamic = asked_.configurations[c].override_dynamic || asked_.configurations[c].kept_dynamic;
  for (const IpReason rule : k_ip_rules) {
    if (pinned ? rule == IpReason::Dynamic : rule != IpReason::Override && rule != IpReason::Dynamic) continue;
    const bool applies = given.reason == rule && (given.ip || made_dynamic || rule == IpReason::Dynamic);
    out_.addresses[c].push_back({reason_text(rule), address_text(rule, c, applies), applies});
    if (applies) return;
  }
}

std::string Explainer::address_text(IpReason which, std::size_t c, bool applies) const {
  const std::string_view attribute = c == 0 ? "target_ip" : "target_secondary";
  switch (which) {
    case IpReason::Override:
      if (applies && asked_.configurations[c].override_dynamic) return "target_ip = \"dhcp\" makes it dynamic";
      return fmt::format("{}{} {}", applies ? "" : "no ", attribute, applies ? "gives it" : "is given");
    case IpReason::Dynamic: return "the machine's address is dynamic, so none is pinned";
    case IpReason::Kept: return kept_text(c, applies);
    case IpReason::SameAddress: return same_address_text(c, applies);
    case IpReason::SameHost: return same_host_text(c, applies);
    case IpReason::NextAvailable:
      return applies ? fmt::format("it is the lowest free address of \"{}\" ({})", nic_.subnet, prefixes_text())
                     : fmt::format("no address of \"{}\" ({}) is free", nic_.subnet, prefixes_text());
  }
  return {};
}

// An address is kept only in the subnet in which it was kept, and only while nobody else has it.
std::string Explainer::kept_text(std::size_t c, bool applies) const {
  const ConfigurationRequest& wanted = asked_.configurations[c];
  if (applies && !wanted.kept) return "it comes up with a dynamic address already, and existing = true keeps that";
  if (applies) return "it has it already, from the same source address";
  if (!wanted.kept) return fmt::format("it has no address from {} in {} yet", to_text(*wanted.source), target_.name);
  if (ascii_lower(asked_.kept_subnet) != ascii_lower(nic_.subnet))
    return fmt::format("it had {}, in the subnet \"{}\"", to_text(*wanted.kept), asked_.kept_subnet);
  return not_free(*wanted.kept, c);
}

std::string Explainer::same_address_text(std::size_t c, bool applies) const {
  const Prefix* from = source_prefix(c);
  const Ip& source = *asked_.configurations[c].source;
  if (from == nullptr) return fmt::format("not possible: the prefix that {} comes from is not known", to_text(source));
  if (applies)
    return fmt::format("\"{}\" has the same prefix, {}, and the address is free", nic_.subnet, to_text(*from));
  const std::vector<Prefix>& to = find_subnet(target_, nic_.subnet)->prefixes;
  if (std::find(to.begin(), to.end(), *from) == to.end())
    return fmt::format("not possible: \"{}\" is {}, and {} comes from {}", nic_.subnet, prefixes_text(),
                       to_text(source), to_text(*from));
  return "not possible: " + not_free(source, c);
}

std::string Explainer::same_host_text(std::size_t c, bool applies) const {
  if (rule() == nullptr) return "it does not land where a mapping leads";
  if (!rule()->same_host) return fmt::format("{} does not say addresses = \"same-host\"", rule()->name);
  if (applies) return fmt::format("{} keeps the host number, and the address is free", rule()->name);
  const Prefix* from = source_prefix(c);
  if (from == nullptr) return "not possible: the prefix that it comes from is not known";
  const std::uint64_t host = asked_.configurations[c].source->low - from->base.low;
  const Prefix* to = nullptr;
  for (const Prefix& prefix : find_subnet(target_, nic_.subnet)->prefixes)
    if (!prefix.base.v6 && host <= last_address(prefix).low - prefix.base.low && (to == nullptr || prefix < *to))
      to = &prefix;
  if (to == nullptr)
    return fmt::format("not possible: \"{}\" is {}, without room for host number {} of {}", nic_.subnet,
                       prefixes_text(), host, to_text(*from));
  return "not possible: " + not_free(Ip{false, 0, to->base.low + host}, c);
}

// Why a configuration could not have an address: who has it, or what it is.
std::string Explainer::not_free(const Ip& ip, std::size_t c) const {
  const Occupant* holder = nullptr;
  for (const Occupant& each : target_.occupied)
    if (each.ip == ip &&
        (holder == nullptr || std::pair(each.stranger, each.owner) < std::pair(holder->stranger, holder->owner)))
      holder = &each;
  if (holder != nullptr)
    return holder->stranger
               ? fmt::format("{} is taken in {} ({})", to_text(ip), target_.name, holder->owner)
               : fmt::format("{} is taken by {}, which lives on {}", to_text(ip), holder->owner, target_.name);
  for (std::size_t r = 0; r < input_.requests.size(); ++r) {
    const LandingRequest& other = input_.requests[r];
    for (std::size_t i = 0; i < other.configurations.size(); ++i)
      if (other.target_network == asked_.target_network && placed_.nics[r].addresses[i].ip == ip &&
          (r != number_ || i != c))
        return fmt::format("{} is given to {}", to_text(ip),
                           configuration_text(other.address, i, other.configurations[i].name));
  }
  for (const Prefix& prefix : find_subnet(target_, nic_.subnet)->prefixes)
    if (contains(prefix, ip)) return fmt::format("{} is the platform's own", to_text(ip));
  return fmt::format("{} is not in \"{}\", which is {}", to_text(ip), nic_.subnet, prefixes_text());
}

const Prefix* Explainer::source_prefix(std::size_t c) const {
  const Subnet* source = find_subnet(input_.networks[asked_.source_network], asked_.source_subnet);
  if (source == nullptr) return nullptr;
  for (const Prefix& prefix : source->prefixes)
    if (!prefix.base.v6 && contains(prefix, *asked_.configurations[c].source)) return &prefix;
  return nullptr;
}

std::string Explainer::prefixes_text() const {
  std::vector<Prefix> prefixes = find_subnet(target_, nic_.subnet)->prefixes;
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<std::string> texts;
  texts.reserve(prefixes.size());
  for (const Prefix& prefix : prefixes) texts.push_back(to_text(prefix));
  return list_text(texts, texts.size());
}

}  // namespace

LandingReasons explain(const PlacementInput& input, const Placement& placed, std::uint32_t request) {
  return Explainer(input, placed, request).run();
}

}  // namespace pairform
