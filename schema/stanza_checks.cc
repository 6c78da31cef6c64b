#include "schema/stanza_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "schema/base_types.h"
#include "schema/value_reader.h"

namespace pairform {
namespace {

namespace network = network_column;  // a network stanza's attributes stand in column order
namespace mapping = mapping_attribute;

constexpr int k_longest_subnet = 29;  // smaller subnets hold no address beside the five reserved ones

void check_name(const StanzaValues& stanza, StanzaReport& report) {
  const GivenValue& name = stanza.given[network::name];
  if (name.node != nullptr) {
    if (name.good && !is_cloud_name(name.node->text, k_network_name_least, k_name_most))
      report.error(Code::BadName, stanza.document.place(*name.node),
                   fmt::format("network name not valid: \"{}\"", name.node->text),
                   cloud_name_problem(name.node->text, k_network_name_least, k_name_most),
                   "write the name that the cloud shows");
    return;
  }
  if (is_cloud_name(stanza.table.key, k_network_name_least, k_name_most)) return;
  report.error(Code::BadName, stanza.document.place(stanza.table),
               fmt::format("network name not valid: \"{}\", the key, which is the name by default", stanza.table.key),
               cloud_name_problem(stanza.table.key, k_network_name_least, k_name_most),
               "add name = \"…\", or use another key");
}

// One of check_scopes: `resource_group`, or the subscription.
void check_scope(const StanzaValues& stanza, std::size_t attribute, std::string_view word, StanzaReport& report) {
  const GivenValue& value = stanza.given[attribute];
  if (!value.good) return;
  const std::string_view text = value.node->text;
  const bool bad = text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
                     return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/';
                   });
  if (bad)
    report.error(Code::BadName, stanza.document.place(*value.node), fmt::format("{} not valid: \"{}\"", word, text),
                 "It is a name, not empty, without '/' and control characters.",
                 fmt::format("write its name, or leave {} out", word));
  else if (word == "resource_group" && text.find(' ') != std::string_view::npos)
    report.error(Code::BadName, stanza.document.place(*value.node), fmt::format("{} not valid: \"{}\"", word, text),
                 "The name of a resource group has no blank.", "write the name as the cloud spells it");
}

bool refuse_version_6(const StanzaValues& stanza, const PlacedPrefix& placed, StanzaReport& report) {
  if (!placed.prefix.base.v6) return false;
  report.error(Code::BadPrefix, stanza.document.place(*placed.node),
               fmt::format("IPv6 prefix in a managed network: {}", placed.node->text),
               "pairform makes IPv4 networks; existing ones may hold both.", "leave it out");
  return true;
}

std::string quoted(const PlacedPrefix& subnet) { return fmt::format("\"{}\" {}", subnet.node->key, subnet.node->text); }

// Sorted by (base, length), a prefix overlaps an earlier one only if it lies in the last that lay in no other. Each
// is reported once, at the one of the two that the file gives later.
void check_disjoint(const StanzaValues& stanza, std::vector<const PlacedPrefix*>& prefixes, Code code,
                    StanzaReport& report) {
  std::stable_sort(prefixes.begin(), prefixes.end(),
                   [](const PlacedPrefix* a, const PlacedPrefix* b) { return a->prefix < b->prefix; });
  const bool subnets = code == Code::SubnetsOverlap;
  for (std::size_t outer = 0, i = 1; i < prefixes.size(); ++i) {
    if (!overlap(prefixes[outer]->prefix, prefixes[i]->prefix)) {
      outer = i;
      continue;
    }
    const PlacedPrefix *early = prefixes[outer], *late = prefixes[i];
    if (stanza.document.place(*late->node).at < stanza.document.place(*early->node).at) std::swap(early, late);
    report.error(code, stanza.document.place(*late->node), stanza.document.place(*early->node), "overlaps this one",
                 subnets ? fmt::format("subnets overlap: {} and {}", quoted(*late), quoted(*early))
                         : fmt::format("address spaces overlap: {} and {}", late->node->text, early->node->text),
                 "An address belongs to one of them only.", "choose ranges that have no address in common");
  }
}

bool refuse_range(const StanzaValues& stanza, const PlacedPrefix& space, StanzaReport& report) {
  const auto range = forbidden_range(space.prefix);
  if (!range) return false;
  report.error(Code::ForbiddenRange, stanza.document.place(*space.node),
               fmt::format("address range not allowed: {}", space.node->text),
               fmt::format("It overlaps {}, which the service refuses as address space.", *range),
               fmt::format("choose a range outside {}", *range));
  return true;
}

// True if every space is as it must be, so that subnets can be held against them. The wrong ones are taken out.
bool check_spaces(const StanzaValues& stanza, std::vector<const PlacedPrefix*>& spaces, StanzaReport& report) {
  const bool good = std::erase_if(spaces, [&](const PlacedPrefix* space) {
                      return refuse_version_6(stanza, *space, report) || refuse_range(stanza, *space, report);
                    }) == 0;
  if (spaces.size() > 1) check_disjoint(stanza, spaces, Code::SpacesOverlap, report);
  return good;
}

// The spaces that lie in no other, sorted.
std::vector<Prefix> outer_spaces(const std::vector<const PlacedPrefix*>& spaces) {
  std::vector<Prefix> sorted;
  sorted.reserve(spaces.size());
  for (const PlacedPrefix* space : spaces) sorted.push_back(space->prefix);
  std::sort(sorted.begin(), sorted.end());
  std::vector<Prefix> outer;
  for (const Prefix& space : sorted)
    if (outer.empty() || !contains(outer.back(), space)) outer.push_back(space);
  return outer;
}

bool refuse_outside(const StanzaValues& stanza, const std::vector<Prefix>& spaces, const PlacedPrefix& subnet,
                    StanzaReport& report) {
  const auto after = std::upper_bound(spaces.begin(), spaces.end(), subnet.prefix);
  if (after != spaces.begin() && contains(*std::prev(after), subnet.prefix)) return false;
  report.error(Code::SubnetOutside, stanza.document.place(*subnet.node),
               stanza.document.place(*stanza.given[network::address_space].node), "the address space",
               fmt::format("subnet outside the address space: {}", quoted(subnet)),
               "A subnet lies in one of the prefixes of its network.",
               "move the subnet, or add a prefix that holds it to address_space");
  return true;
}

// Without good spaces nothing can be said of what lies in them.
void check_subnets(const StanzaValues& stanza, const std::vector<const PlacedPrefix*>& spaces, bool spaces_good,
                   std::vector<const PlacedPrefix*>& subnets, StanzaReport& report) {
  for (const PlacedPrefix* subnet : subnets)
    if (!subnet->prefix.base.v6 && subnet->prefix.length > k_longest_subnet)
      report.error(Code::SubnetTooSmall, stanza.document.place(*subnet->node),
                   fmt::format("subnet too small: {}", quoted(*subnet)),
                   "The platform keeps five addresses of every subnet; /29 is the smallest it takes.",
                   fmt::format("make it /{} or larger", k_longest_subnet));
  const std::vector<Prefix> outer = outer_spaces(spaces);
  std::erase_if(subnets, [&](const PlacedPrefix* subnet) {
    return refuse_version_6(stanza, *subnet, report) || (spaces_good && refuse_outside(stanza, outer, *subnet, report));
  });
  if (subnets.size() > 1) check_disjoint(stanza, subnets, Code::SubnetsOverlap, report);
}

void check_managed(const StanzaValues& stanza, StanzaReport& report) {
  const GivenValue &space = stanza.given[network::address_space], &subnet = stanza.given[network::subnets];
  std::string missing, help;
  const auto need = [&](const GivenValue& value, std::string_view name, std::string_view example) {
    if (value.node != nullptr) return;
    help += fmt::format("{} {} = {}", missing.empty() ? "add" : " and", name, example);
    missing += fmt::format("{}{}", missing.empty() ? "" : " and ", name);
  };
  need(space, "address_space", example_of(Kind::PrefixList));
  need(subnet, "subnets", example_of(Kind::SubnetMap));
  if (!missing.empty())
    report.error_needing("defaults.network", Code::ManagedNeeds, stanza.document.place(stanza.table),
                         fmt::format("managed network without {}", missing),
                         "A network that pairform makes needs its address space and its subnets.",
                         help + ",\nor existing = true if it is made elsewhere");
  std::vector<const PlacedPrefix*> spaces, subnets;
  for (const PlacedPrefix& placed : stanza.prefixes)
    (placed.attribute->kind == Kind::PrefixList ? spaces : subnets).push_back(&placed);
  const bool empty = space.good && spaces.empty();
  const bool spaces_good = check_spaces(stanza, spaces, report) && space.good && !empty;
  if (empty)
    report.error(Code::ManagedNeeds, stanza.document.place(*space.node), "address_space is empty",
                 "A network that pairform makes has at least one prefix.", "write address_space = [\"10.1.0.0/16\"]");
  check_subnets(stanza, spaces, spaces_good, subnets, report);
}

void check_existing(const StanzaValues& stanza, const Place& existing, StanzaReport& report) {
  for (const std::size_t attribute : {network::address_space, network::subnets}) {
    const RawNode* node = stanza.given[attribute].node;
    if (!stanza.given[attribute].good) continue;
    report.error(Code::ExistingRefuses, stanza.document.key_place(*node), existing, "made elsewhere",
                 fmt::format("an existing network takes no {}", node->key),
                 "It is made elsewhere: its shape is read from the cloud.",
                 fmt::format("remove {}, or write existing = false if pairform is to make the network", node->key));
  }
}

void check_half_name(const StanzaValues& stanza, std::size_t attribute, StanzaReport& report) {
  const GivenValue& value = stanza.given[attribute];
  if (!value.good || is_cloud_name(value.node->text, 1, k_name_most)) return;
  report.error(Code::BadName, stanza.document.place(*value.node),
               fmt::format("{} not valid: \"{}\"", value.node->key, value.node->text),
               cloud_name_problem(value.node->text, 1, k_name_most), "choose another name, or leave it out");
}

// The place of `mirror = false`, in the stanza or in the defaults; none: the pair has both halves, or that is not known.
std::optional<Place> no_mirror(const StanzaValues& stanza) {
  const GivenValue& mirror = stanza.given[mapping::mirror];
  if (mirror.node != nullptr)
    return mirror.good && mirror.node->integer == 0 ? std::optional(stanza.document.place(*mirror.node)) : std::nullopt;
  if (stanza.defaults.empty() || stanza.defaults[mapping::mirror].flag != false) return std::nullopt;
  return stanza.defaults[mapping::mirror].place;
}

void check_addresses(const StanzaValues& stanza, StanzaReport& report) {
  const GivenValue& addresses = stanza.given[mapping::addresses];
  if (addresses.good && addresses.node->text != "same-host")
    report.error(Code::BadAddresses, stanza.document.place(*addresses.node),
                 fmt::format("addresses rule not valid: \"{}\"", addresses.node->text),
                 "\"same-host\" keeps the host number where prefixes differ; there is no other rule.",
                 "write addresses = \"same-host\", or leave it out");
}

void warn_of_no_mirror(const StanzaValues& stanza, std::string summary, StanzaReport& report) {
  const GivenValue& mirror = stanza.given[mapping::mirror];
  if (!mirror.good || mirror.node->integer != 0) return;
  const Place place = stanza.document.place(*mirror.node);
  report.add({Code::NoMirror,
              Severity::Warning,
              std::move(summary),
              "mirror = false makes the forward half only: what fails over by it does not come home by it.",
              "remove mirror = false unless that is meant",
              {{place.at, place.length, {}}},
              {}});
}

}  // namespace

void check_scopes(const StanzaValues& stanza, std::size_t resource_group, std::size_t subscription,
                  StanzaReport& report) {
  check_scope(stanza, resource_group, "resource_group", report);
  check_scope(stanza, subscription, "subscription", report);
}

void check_network(const StanzaValues& stanza, StanzaReport& report) {
  check_name(stanza, report);
  check_scopes(stanza, network::resource_group, network::subscription, report);
  const GivenValue& existing = stanza.given[network::existing];
  if (existing.node != nullptr && !existing.good) return;  // managed or not: that is not known
  if (existing.node != nullptr && existing.node->integer != 0)
    return check_existing(stanza, stanza.document.place(*existing.node), report);
  if (existing.node == nullptr && !stanza.defaults.empty() && stanza.defaults[network::existing].given) {
    const GivenDefault& by_default = stanza.defaults[network::existing];
    if (!by_default.flag) return;
    if (*by_default.flag) return check_existing(stanza, by_default.place, report);
  }
  check_managed(stanza, report);
}

void check_mapping(const StanzaValues& stanza, StanzaReport& report) {
  check_half_name(stanza, mapping::name, report);
  check_half_name(stanza, mapping::reverse_name, report);
  check_addresses(stanza, report);
  warn_of_no_mirror(stanza, fmt::format("mapping.{} has no way back", stanza.table.key), report);
  const std::optional<Place> mirror = no_mirror(stanza);
  if (!mirror) return;
  for (const std::size_t attribute : {mapping::reverse_name, mapping::reverse_subnets, mapping::reverse_test_network}) {
    const GivenValue& value = stanza.given[attribute];
    if (!value.good) continue;
    report.error(Code::NoReverse, stanza.document.key_place(*value.node), *mirror, "no reverse half",
                 fmt::format("{} {} a half that is not made", value.node->key,
                             attribute == mapping::reverse_name ? "names" : "is about"),
                 "mirror = false makes no reverse half.", fmt::format("remove {}, or mirror = false", value.node->key));
  }
}

void check_mapping_defaults(const StanzaValues& stanza, StanzaReport& report) {
  check_addresses(stanza, report);
  warn_of_no_mirror(stanza, "mappings have no way back by default", report);
}

}  // namespace pairform
