#include "engine/recovery/landing_places.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/value.h"

namespace pairform {

const Places& LandingPlaces::places() {
  if (!places_) places_.emplace(config_);
  return *places_;
}

Span LandingPlaces::entry(const DeclaredValue& map, std::string_view name, EntryPart named_by, EntryPart part) const {
  std::size_t at = 0;
  for (const auto& [key, value] : parsed_.items(texts_, map.value)) {
    if (ascii_lower(named_by == EntryPart::Name ? key : value) == ascii_lower(name))
      return entry_span(config_.declarations, map, at, part);
    ++at;
  }
  return {map.at, map.length, {}};
}

void LandingPlaces::point(Diagnostic& diagnostic, DesiredId nic_row, const VmLanding& landing, std::size_t attribute,
                          std::string_view name, EntryPart part) {
  const DeclarationId own = desired_.rows[nic_row].declaration, vm = desired_.rows[landing.row].declaration;
  const DeclaredValue* given = attribute == k_no_attribute ? nullptr : places().nic_value(own, vm, attribute);
  if (given != nullptr && attribute == nic_column::target_secondary)
    diagnostic.spans.push_back(entry(*given, name, EntryPart::Name, part));
  else places().point(diagnostic, given, own ? own : vm);
}

void LandingPlaces::point_at_override(Diagnostic& diagnostic, DesiredId nic_row, const VmLanding& landing,
                                      std::size_t attribute, std::string_view name, std::string label) {
  const DeclaredValue* value =
      places().nic_value(desired_.rows[nic_row].declaration, desired_.rows[landing.row].declaration, attribute);
  if (value == nullptr) return;
  Span span = attribute == nic_column::target_secondary ? entry(*value, name, EntryPart::Name, EntryPart::Value)
                                                        : Span{value->at, value->length, {}};
  span.label = std::move(label);
  diagnostic.spans.push_back(std::move(span));
}

// The way home is said by `reverse_subnets`, else by `subnets` backwards.
bool LandingPlaces::point_at_rule(Diagnostic& diagnostic, const VmLanding& landing, std::string_view source_subnet) {
  if (!landing.half) return false;
  const DesiredRow& half = desired_.rows[landing.half];
  const bool reverse = text(half.address).ends_with(".reverse");
  const DeclaredValue* forth = places().value(half.declaration, mapping_attribute::subnets);
  const DeclaredValue* back = reverse ? places().value(half.declaration, mapping_attribute::reverse_subnets) : nullptr;
  if (back != nullptr) {
    Span span = entry(*back, source_subnet, EntryPart::Name, EntryPart::Value);
    if (span.at != back->at || forth == nullptr) {
      diagnostic.spans.push_back(std::move(span));
      return true;
    }
  }
  if (forth == nullptr) return false;
  diagnostic.spans.push_back(reverse ? entry(*forth, source_subnet, EntryPart::Value, EntryPart::Name)
                                     : entry(*forth, source_subnet, EntryPart::Name, EntryPart::Value));
  return true;
}

void LandingPlaces::check_configurations(const TextItems& given, const TextItems& has, DesiredId nic_row,
                                         const VmLanding& landing, Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  names.reserve(has.size());
  for (const auto& item : has) names.push_back(item.first);
  for (const auto& [name, ip] : given) {
    const auto same = [&wanted = name](std::string_view each) { return ascii_lower(each) == ascii_lower(wanted); };
    if (std::any_of(names.begin(), names.end(), same)) continue;
    const std::string_view near = nearest(name, names);
    Diagnostic unknown{Code::BadSecondary,
                       Severity::Error,
                       fmt::format("{} has no configuration \"{}\"", text(desired_.rows[nic_row].address), name),
                       names.empty()
                           ? std::string("target_secondary names it, and the NIC has only its own")
                           : fmt::format("target_secondary names it, and the NIC has {}", fmt::join(names, ", ")),
                       !near.empty()   ? fmt::format("did you mean \"{}\"?", near)
                       : names.empty() ? std::string("leave it out, or write target_ip for the NIC's own")
                                       : std::string("name one of them, or leave it out"),
                       {},
                       std::string(text(desired_.rows[nic_row].address))};
    point(unknown, nic_row, landing, nic_column::target_secondary, name, EntryPart::Name);
    diagnostics.add(std::move(unknown));
  }
}

void KeptNics::add(std::uint32_t nic, const Diagnostic& why) {
  constexpr std::size_t k_most_named = 3;
  nics_.insert(nic);
  if (++count_ <= k_most_named) named_.push_back(fmt::format("{}, {}", why.summary, why.detail));
}

Diagnostic KeptNics::note(const std::string& place) const {
  std::string which = fmt::format("{}", fmt::join(named_, "; "));
  if (count_ > named_.size()) which += fmt::format("; and {} more", count_ - named_.size());
  const bool one = nics_.size() == 1;
  return {Code::KeptLandings,
          Severity::Note,
          fmt::format("{} nic{} of {} keep{} a landing that the rules would now choose otherwise", nics_.size(),
                      one ? "" : "s", place, one ? "s" : ""),
          std::move(which),
          fmt::format("what is placed stays; to place it anew: pairform apply --place-anew {}", place),
          {},
          place};
}

}  // namespace pairform
