// Messages about landings: at the value they are about, and some of their words.
// Cost: a look-up each; the tables of defaults are indexed once something is told.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/model/columns.h"
#include "engine/model/places.h"
#include "engine/recovery/derive.h"

namespace pairform {

class LandingPlaces {
 public:
  static constexpr std::size_t k_no_attribute = SIZE_MAX;

  LandingPlaces(const Configuration& config, const DesiredState& desired, const ParsedColumns& parsed,
                const StringPool& texts)
      : config_(config), desired_(desired), parsed_(parsed), texts_(texts) {}

  // Where the value of the nic stands, of `target_secondary` the entry of that name; without one, or where nothing gives
  // it, the table of the nic, or else of its vm.
  void point(Diagnostic& diagnostic, DesiredId nic_row, const VmLanding& landing,
             std::size_t attribute = k_no_attribute, std::string_view entry = {}, EntryPart part = EntryPart::Value);
  // At the header of a stanza.
  void point_at(Diagnostic& diagnostic, DeclarationId stanza) { places().point(diagnostic, nullptr, stanza); }
  // At an override of another nic, if files give it.
  void point_at_override(Diagnostic& diagnostic, DesiredId nic_row, const VmLanding& landing, std::size_t attribute,
                         std::string_view entry, std::string label);
  // At the entry of the pair by which it lands from that subnet. False: no file says so.
  bool point_at_rule(Diagnostic& diagnostic, const VmLanding& landing, std::string_view source_subnet);
  // Every configuration that `target_secondary` names must be there: an override that is dropped would land elsewhere
  // without a word.
  void check_configurations(const TextItems& given, const TextItems& has, DesiredId nic_row, const VmLanding& landing,
                            Diagnostics& diagnostics);

 private:
  const Places& places();
  // Where the entry of a map stands that has `name` as its name, or as its value; the map, if none has.
  Span entry(const DeclaredValue& map, std::string_view name, EntryPart named_by, EntryPart part) const;
  std::string_view text(Text value) const { return texts_.view(value); }

  const Configuration& config_;
  const DesiredState& desired_;
  const ParsedColumns& parsed_;
  const StringPool& texts_;
  std::optional<Places> places_;
};

// The nics of one pair, or one network, that are kept although the rules would choose otherwise now.
class KeptNics {
 public:
  void add(std::uint32_t nic, const Diagnostic& why);
  // `place`: what to let go, the pair or the network.
  Diagnostic note(const std::string& place) const;

 private:
  std::set<std::uint32_t> nics_;
  std::size_t count_ = 0;  // of configurations
  std::vector<std::string> named_;
};

}  // namespace pairform
