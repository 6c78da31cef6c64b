#include "engine/read/wrong_stanzas.h"

#include <array>
#include <map>

#include "schema/base_types.h"

namespace pairform {
namespace {

class Finder {
 public:
  Finder(const Configuration& config, const TypeTable& types, const DesiredState& desired)
      : config_(config), types_(types) {
    for (const DesiredRow& row : desired.rows)
      if (row.type == k_network_type) regions_[row.address] = desired.cell(row, network_column::region);
    for (const DesiredRow& row : desired.rows)
      if (row.type == k_mapping_type && regions_.contains(desired.cell(row, half_column::source)) &&
          regions_.contains(desired.cell(row, half_column::target)))
        mapped_.insert(row.declaration);
    for (const Declaration& item : config.declarations.items)
      if (item.type == k_network_type)
        if (const Text address = address_of(item)) declared_.insert(address);
  }

  WrongStanzas run() {
    const auto& items = config_.declarations.items;
    for (const DeclarationId d : items.ids()) {
      if (items[d].type == k_network_type) out_.networks |= !regions_.contains(address_of(items[d]));
      if (items[d].type == k_mapping_type && !mapped_.contains(d)) mapping(items[d]);
    }
    for (const std::string& address : config_.declarations.meant) {
      out_.networks |= address.starts_with("network.");
      out_.no_end_known |= address.starts_with("mapping.") || address == "defaults.mapping";
    }
    return std::move(out_);
  }

 private:
  Text address_of(const Declaration& item) const {
    return config_.texts.find(declared_address(item, types_, config_.texts));
  }
  // The network that the mapping names; none: nothing is declared under that address, or it names none itself.
  Text end(const Declaration& mapping, std::size_t attribute) const {
    for (std::uint32_t v = mapping.first_value; v < mapping.first_value + mapping.value_count; ++v) {
      const DeclaredValue& value = config_.declarations.values[v];
      if (value.attribute == attribute) return declared_.contains(value.value) ? value.value : Text();
    }
    return Text();
  }
  void mapping(const Declaration& item) {
    const std::array<Text, 2> ends{end(item, mapping_attribute::source), end(item, mapping_attribute::target)};
    for (const Text each : ends)
      if (each) out_.ends.insert(each);
    if (ends[0] && ends[1]) return;
    const auto region = regions_.find(ends[0] ? ends[0] : ends[1]);
    if (region == regions_.end()) out_.no_end_known = true;
    else out_.one_end_in.insert(region->second);
  }

  const Configuration& config_;
  const TypeTable& types_;
  std::map<Text, Text> regions_;    // of networks with a row: address -> region
  std::set<DeclarationId> mapped_;  // mappings with rows, between networks with rows
  std::set<Text> declared_;         // addresses of networks, also of those that are wrong
  WrongStanzas out_;
};

}  // namespace

WrongStanzas find_wrong_stanzas(const Configuration& config, const TypeTable& types, const DesiredState& desired) {
  return Finder(config, types, desired).run();
}

}  // namespace pairform
