// Why vms do not come home, each cause with what to do about it. A fix that is followed removes the finding: the golden
// scenarios drill-mended-* follow them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/drill/drill_reporter.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// The prefix of a subnet that holds an address; of a dynamic one the first. Null: none does.
const Prefix* prefix_of(const LandingNetwork& network, std::string_view subnet, const std::optional<Ip>& ip) {
  for (const Subnet& each : network.subnets)
    if (ascii_lower(each.name) == ascii_lower(subnet))
      for (const Prefix& prefix : each.prefixes)
        if (!prefix.base.v6 && (!ip || contains(prefix, *ip))) return &prefix;
  return nullptr;
}

// The address with the host number that `source` has at home.
Ip same_host(const Prefix& lands, const Prefix& lives, const Ip& source) {
  Ip out = lands.base;
  out.low += source.low - lives.base.low;
  return out;
}

constexpr std::string_view k_decided =
    "the service decided that when the vm was reprotected: change it there before the vm fails back";
constexpr std::string_view k_by_hand =
    "map that network back by hand: pairform leaves the mapping of a vm alone until its failover is finished";

}  // namespace

// What is to be written into the stanza of a pair, and done with it.
struct Reporter::HomeFix {
  std::string pair;                 // "mapping.app"; empty: nothing is written into a pair
  std::vector<std::string> write;   // attributes
  std::vector<std::string> others;  // sentences of their own
  bool anew = false;                // the landing is kept, and has to be let go
};

std::string Reporter::not_home_help(const std::string& vm) const {
  constexpr std::size_t k_most_fixes = 3;
  const auto at = std::lower_bound(out_.vms.begin(), out_.vms.end(), vm,
                                   [](const DrilledVm& a, const std::string& b) { return address_less(a.address, b); });
  const Lost& lost = lost_[static_cast<std::size_t>(at - out_.vms.begin())];
  if (decided_.contains(vm)) return std::string(k_decided);
  std::vector<std::string> fixes;
  for (std::size_t n = 0; n < lost.landing->nics.size(); ++n) {
    const std::size_t nic = lost.first_nic + n;
    for (std::size_t c = 0; c < nics_[nic].configurations.size(); ++c) {
      const DrillLanding& landing = out_.landings[first_landing_[nic] + c];
      if (!landing.lands || landing.home || fixes.size() == k_most_fixes) continue;
      std::string fix =
          home_fix({lost, nics_[nic], landing, ways_[nic], lost.landing->nics[n], c, lost.landing->nic_row(n)});
      if (std::find(fixes.begin(), fixes.end(), fix) == fixes.end()) fixes.push_back(std::move(fix));
    }
  }
  return fmt::format("{}", fmt::join(fixes, "\n"));
}

std::string Reporter::home_fix(const HomeCase& it) const {
  if (it.way.network == k_no_network) return fix_no_way(it);
  if (it.way.network != it.nic.source_network) return fix_other_network(it);
  HomeFix fix;
  fix.pair = it.way.half ? std::string(pair_of(text(it.way.half))) : std::string();
  if (!it.landing.failback || ascii_lower(it.landing.failback->subnet) != ascii_lower(it.landing.source.subnet))
    fix_subnet(it, fix);
  fix_address(it, fix);
  return words_of(it, fix);
}

// Nothing leads back, or what does leads to a network that no stanza names.
std::string Reporter::fix_no_way(const HomeCase& it) const {
  if (it.lost.is_away()) return std::string(k_by_hand);
  const std::string target = name(it.lost.target), source = name(it.lost.landing->network);
  if (it.way.drifted) return fmt::format("`pairform apply` leads {} to {} again", text(it.way.half), source);
  if (it.way.missing) return fmt::format("`pairform apply` makes {} again", text(it.way.half));
  const VmLanding& landing = *it.lost.landing;
  if (!landing.by_pair) {
    if (landing.reason == TargetReason::Override) return fmt::format("leave out target_network of {}", it.nic.vm);
    if (!landing.half) return fmt::format("declare a mapping of {} to {}, then: pairform apply", source, target);
    // It stays where it was when its pair was led elsewhere: vm.web1 with existing = true.
    const DesiredRow& half = world_.desired.rows[landing.half];
    const std::string_view leads_to = text(world_.desired.cell(half, half_column::target));
    if (leads_to != target)
      return fmt::format("let {} come up in {}, or lead [{}] to {} again", it.nic.vm, leads_to,
                         pair_of(text(half.address)), target);
  }
  const bool one_way = landing.half && world_.desired.rows[landing.half].declaration;
  return one_way ? fmt::format("remove mirror = false from [{}], then: pairform apply",
                               pair_of(text(world_.desired.rows[landing.half].address)))
                 : fmt::format("map {} back to {}", target, source);
}

// The way home from the network that it lands in belongs to another network, or was led elsewhere.
std::string Reporter::fix_other_network(const HomeCase& it) const {
  if (it.lost.is_away()) return std::string(k_by_hand);
  const std::string target = name(it.lost.target), source = name(it.lost.landing->network);
  if (it.way.drifted) return fmt::format("`pairform apply` leads {} to {} again", text(it.way.half), source);
  const std::string by = it.way.half ? fmt::format(", by {}", pair_of(text(it.way.half))) : std::string();
  const std::string_view home = drilled_.networks()[it.way.network].name;
  const VmLanding& landing = *it.lost.landing;
  if (!landing.by_pair)
    return fmt::format("leave out target_network of {}: {} leads home to {}{}", it.nic.vm, target, home, by);
  const bool one_way = landing.half && !world_.desired.rows[landing.half].mirror;
  return fmt::format("map {} to a network of its own{}: {} leads home to {}{}", source,
                     one_way ? ", without mirror = false" : "", target, home, by);
}

// It comes home to another subnet. One subnet there has one way home: of several that land in it only one is at home.
void Reporter::fix_subnet(const HomeCase& it, HomeFix& fix) const {
  const std::string from = ascii_lower(it.landing.target.subnet), to = ascii_lower(it.landing.source.subnet);
  std::set<std::string> sources;
  for (const DrilledNic& each : nics_)
    if (each.target_network == it.nic.target_network && each.source_network == it.nic.source_network &&
        ascii_lower(each.target_subnet) == from)
      sources.insert(ascii_lower(each.source_subnet));
  if (sources.size() > 1) {
    fix.others.push_back(fmt::format("send {} to different subnets of {}: \"{}\" has one way home",
                                     fmt::join(sources, " and "), name(it.lost.target), it.landing.target.subnet));
    return;
  }
  // An entry of `subnets` counts both ways, where no other one leads there.
  const bool forth = text(it.way.half).ends_with(".forward");
  const bool chosen = it.landing.subnet_reason == SubnetReason::First || it.landing.subnet_reason == SubnetReason::Kept;
  const DesiredId half = it.lost.landing->half;
  const bool same_pair = half && pair_of(text(world_.desired.rows[half].address)) == fix.pair;
  if (!forth && same_pair && chosen && !is_named_target(half, from))
    fix.write.push_back(fmt::format("{} = \"{}\" in subnets", it.landing.source.subnet, it.landing.target.subnet));
  else
    fix.write.push_back(fmt::format("{} = \"{}\" in {}", it.landing.target.subnet, it.landing.source.subnet,
                                    forth ? "subnets" : "reverse_subnets"));
}

bool Reporter::is_named_target(DesiredId half, std::string_view subnet) const {
  const TextItems& entries = items(world_.desired.cell(world_.desired.rows[half], half_column::subnets));
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return ascii_lower(entry.second) == subnet; });
}

// It lands dynamic and is static at home, or the other way round: by an override, or because that landing is kept. With
// existing = true what is kept gives way to an override alone.
void Reporter::fix_kind(const HomeCase& it, std::string_view attribute, const std::string& address,
                        HomeFix& fix) const {
  const bool is_static = it.nic.configurations[it.configuration].source.has_value();
  const std::string_view kind = is_static ? "static" : "dynamic";
  if (is_overridden(it)) {
    fix.others.push_back(fmt::format("leave out {} of {}: it is {} at home", attribute, it.nic.address, kind));
  } else if (row(it.lost).existing) {
    fix.others.push_back(fmt::format("write {} in {} of {}: it is {} at home, and existing = true keeps its landing",
                                     is_static ? address : "\"dhcp\"", attribute, it.nic.address, kind));
  } else {
    fix.anew = true;
  }
}

// It comes home with another address, or would in the right subnet. It is at home if it lands on its own address where
// the prefixes are equal, and else on its own host number, with addresses = "same-host".
void Reporter::fix_address(const HomeCase& it, HomeFix& fix) const {
  const DrilledConfiguration& configuration = it.nic.configurations[it.configuration];
  const LandingNetwork &there = drilled_.networks()[it.nic.target_network], &home = drilled_.networks()[it.way.network];
  const std::string_view attribute = it.configuration == 0 ? "target_ip" : "target_secondary";
  const Prefix* lands = prefix_of(there, it.landing.target.subnet, configuration.target);
  const Prefix* lives = prefix_of(home, it.landing.source.subnet, configuration.source);
  const bool equal = lands != nullptr && lives != nullptr && *lands == *lives;
  if (configuration.source && !equal && !is_same_host(it)) fix.write.emplace_back("addresses = \"same-host\"");
  if (configuration.source.has_value() != configuration.target.has_value()) {
    const bool known = configuration.source && lands != nullptr && lives != nullptr;
    const Ip wanted = known ? same_host(*lands, *lives, *configuration.source) : Ip();
    const bool fits = known && contains(*lands, wanted) && !is_reserved(*lands, wanted);
    fix_kind(it, attribute, fits ? to_text(wanted) : "an address", fix);
  }
  if (!configuration.source || !configuration.target || lands == nullptr || lives == nullptr) return;
  const Ip wanted = same_host(*lands, *lives, *configuration.source);
  if (wanted == *configuration.target) {
    if (const std::string holder = home_holder(it); (equal || is_same_host(it)) && !holder.empty())
      fix.others.push_back(
          fmt::format("free {} in {}: it is taken there ({})", it.landing.source.ip, home.name, holder));
    return;
  }
  fix.anew |= it.landing.ip_reason == IpReason::Kept;
  if (!contains(*lands, wanted) || is_reserved(*lands, wanted)) {
    fix.others.push_back(fmt::format("make \"{}\" of {} as large as \"{}\": it has no room for the host number of {}",
                                     it.landing.target.subnet, there.name, it.landing.source.subnet,
                                     it.landing.source.ip));
    return;
  }
  if (const std::string holder = target_holder(it, wanted); !holder.empty())
    fix.others.push_back(fmt::format("free {} in {}: it is taken there ({})", to_text(wanted), there.name, holder));
  // Where no pair counts for the landing, only an override can say it.
  if (is_overridden(it) || (!it.lost.landing->by_pair && !equal))
    fix.others.push_back(fmt::format("write {} in {} of {}", to_text(wanted), attribute, it.nic.address));
}

// Do files give its address? Of a vm that is failed over the service's word counts, whatever files say.
bool Reporter::is_overridden(const HomeCase& it) const {
  const DeclaredNicId stanza = it.facts.declared;
  const DeclaredNic& wanted = stanza ? world_.desired.nics[stanza] : declared(it.lost).nic_defaults;
  if (it.configuration == 0) return static_cast<bool>(wanted.target_ip);
  const TextItems& given = items(wanted.target_secondary);
  return std::any_of(given.begin(), given.end(), [&](const auto& entry) {
    return ascii_lower(entry.first) == ascii_lower(it.landing.configuration);
  });
}

bool Reporter::is_same_host(const HomeCase& it) const {
  return it.nic.home_rule != k_no_rule && drilled_.rules()[it.nic.home_rule].same_host;
}

// Who has an address where a configuration lands; "": nobody else.
std::string Reporter::target_holder(const HomeCase& it, const Ip& ip) const {
  for (const Occupant& one : drilled_.networks()[it.nic.target_network].occupied)
    if (one.ip == ip) return std::string(one.owner);
  for (const DrilledNic& each : nics_)
    for (const DrilledConfiguration& other : each.configurations)
      if (each.target_network == it.nic.target_network && other.target == ip) return std::string(each.address);
  return {};
}

// Who has its source address at home once it is lost; "": nobody else.
std::string Reporter::home_holder(const HomeCase& it) const {
  const std::optional<Ip>& source = it.nic.configurations[it.configuration].source;
  for (const Occupant& one : drilled_.networks()[it.way.network].occupied)
    if (one.ip == *source) return std::string(one.owner);
  for (const DrillLanding& other : out_.landings)
    if (&other != &it.landing && other.failback && other.failback->network == it.landing.source.network &&
        other.failback->ip == it.landing.source.ip)
      return other.nic;
  return {};
}

// "in [mapping.app] write addresses = "same-host"; then: pairform apply --place-anew mapping.app"
std::string Reporter::words_of(const HomeCase& it, const HomeFix& fix) const {
  std::vector<std::string> parts;
  if (!fix.write.empty()) {
    const bool declared = is_declared_pair(fix.pair);
    parts.push_back(fix.pair.empty() ? fmt::format("declare the mapping, and write {}", fmt::join(fix.write, " and "))
                    : declared       ? fmt::format("in [{}] write {}", fix.pair, fmt::join(fix.write, " and "))
                                     : fmt::format("declare {} (pairform promote {} prints it), and write {}", fix.pair,
                                                   fix.pair, fmt::join(fix.write, " and ")));
  }
  parts.insert(parts.end(), fix.others.begin(), fix.others.end());
  if (parts.empty() && !fix.anew) return "see why: nothing in the files brings it home";
  if (fix.anew) {
    const auto kept = request_.kept.find(it.nic_row);
    const std::string anew = kept != request_.kept.end() ? kept->second
                             : fix.pair.empty()          ? name(it.lost.target)
                                                         : fix.pair;
    parts.push_back(fmt::format("{}pairform apply --place-anew {}",
                                parts.empty() ? "the rules would choose another landing now: " : "then: ", anew));
  }
  return fmt::format("{}{}", it.lost.is_away() ? "once its failover is finished: " : "", fmt::join(parts, "; "));
}

bool Reporter::is_declared_pair(std::string_view pair) const {
  return std::any_of(world_.desired.rows.begin(), world_.desired.rows.end(), [&](const DesiredRow& row) {
    return row.type == k_mapping_type && row.declaration && pair_of(text(row.address)) == pair;
  });
}

}  // namespace pairform
