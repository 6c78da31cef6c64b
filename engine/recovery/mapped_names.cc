#include "engine/recovery/mapped_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/places.h"
#include "engine/recovery/missing_subnet.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

struct SubnetNames {
  bool known = false;  // the network is made elsewhere, and was read or is remembered
  std::string_view network;
  std::vector<std::string> folded;        // sorted
  std::vector<std::string_view> spelled;  // as the network spells them
  bool has(std::string_view name) const { return std::binary_search(folded.begin(), folded.end(), ascii_lower(name)); }
};

class Checker {
 public:
  Checker(const LandingInput& input, const DesiredState& desired, const PriorState& prior, const StringPool& texts,
          Diagnostics& diagnostics)
      : input_(input), desired_(desired), prior_(prior), texts_(texts), diagnostics_(diagnostics) {}

  void run() {
    for (const DesiredRow& row : desired_.rows) {
      if (row.type != k_mapping_type || !row.declaration || !text(row.address).ends_with(".forward")) continue;
      const Declaration& stanza = input_.config.declarations.items[row.declaration];
      for (std::uint32_t v = stanza.first_value; v < stanza.first_value + stanza.value_count; ++v) {
        const DeclaredValue& value = input_.config.declarations.values[v];
        if (value.attribute == mapping_attribute::subnets)
          entries(row, value, half_column::source, half_column::target);
        if (value.attribute == mapping_attribute::reverse_subnets)
          entries(row, value, half_column::target, half_column::source);
      }
    }
  }

 private:
  std::string_view text(Text value) const { return texts_.view(value); }
  void entries(const DesiredRow& half, const DeclaredValue& given, std::size_t from, std::size_t to);
  const SubnetNames& names_of(Text network);
  void index_once();
  struct EntryPlace {
    std::size_t entry;
    EntryPart part;
  };
  void missing(const DesiredRow& half, const DeclaredValue& given, const SubnetNames& network, std::string_view name,
               EntryPlace place);

  const LandingInput& input_;
  const DesiredState& desired_;
  const PriorState& prior_;
  const StringPool& texts_;
  Diagnostics& diagnostics_;
  std::map<Text, SubnetNames> names_;                          // by name of the network
  std::map<Text, DesiredId> network_at_;                       // address -> row
  std::map<Text, PriorId> found_;                              // identity -> row
  std::set<std::pair<std::string, std::string>> landed_from_;  // half, source subnet: some nic lands by the entry
  bool indexed_ = false;
  std::size_t suggestions_ = 0;
};

// Networks by address and identity, and the entries by which nics land: made when the first mapping with such names is
// met, since most projects have none.
void Checker::index_once() {
  if (std::exchange(indexed_, true)) return;
  for (const DesiredId d : desired_.rows.ids())
    if (desired_.rows[d].type == k_network_type) network_at_.emplace(desired_.rows[d].address, d);
  for (const PriorId p : prior_.rows.ids())
    if (prior_.rows[p].type == k_network_type) found_.emplace(prior_.rows[p].identity, p);
  for (const VmLanding& landing : input_.landings) {
    if (!landing.by_pair || !landing.half) continue;
    for (const NicFacts& nic : landing.nics) {
      const DeclaredNic& wanted =
          !nic.declared ? desired_.vms[landing.declared].nic_defaults : desired_.nics[nic.declared];
      if (!wanted.target_subnet)
        landed_from_.emplace(text(desired_.rows[landing.half].address), ascii_lower(text(nic.subnet)));
    }
  }
}

const SubnetNames& Checker::names_of(Text network) {
  const auto [at, first] = names_.try_emplace(network);
  SubnetNames& names = at->second;
  if (!first) return names;
  const auto row = network_at_.find(network);
  if (row == network_at_.end() || !desired_.rows[row->second].existing) return names;
  const auto found = found_.find(desired_.rows[row->second].identity);
  if (found == found_.end() || prior_.rows[found->second].presence != Existence::Present) return names;
  names.known = true;
  names.network = text(network);
  const Text subnets = prior_.cell(prior_.rows[found->second], network_column::subnets);
  for (const Subnet& subnet : input_.parsed.subnets(texts_, subnets)) {
    names.folded.push_back(ascii_lower(subnet.name));
    names.spelled.push_back(subnet.name);
  }
  std::sort(names.folded.begin(), names.folded.end());
  return names;
}

void Checker::entries(const DesiredRow& half, const DeclaredValue& given, std::size_t from, std::size_t to) {
  index_once();
  const SubnetNames &source = names_of(desired_.cell(half, from)), &target = names_of(desired_.cell(half, to));
  const std::string by = fmt::format("{}.{}", pair_of(text(half.address)),
                                     given.attribute == mapping_attribute::subnets ? "forward" : "reverse");
  std::set<std::string> told;
  std::size_t at = 0;
  for (const auto& [key, value] : input_.parsed.items(texts_, given.value)) {
    const std::size_t entry = at++;
    if (source.known && !source.has(key)) missing(half, given, source, key, {entry, EntryPart::Name});
    if (!target.known || target.has(value) || landed_from_.contains({by, ascii_lower(key)})) continue;
    if (told.insert(ascii_lower(value)).second) missing(half, given, target, value, {entry, EntryPart::Value});
  }
}

void Checker::missing(const DesiredRow& half, const DeclaredValue& given, const SubnetNames& network,
                      std::string_view name, EntryPlace place) {
  const std::string_view pair = pair_of(text(half.address));
  const bool suggests = ++suggestions_ <= k_most_suggestions;
  Diagnostic unknown = missing_subnet(
      {network.network, name, suggests ? network.spelled : std::vector<std::string_view>(), suggests,
       fmt::format("{} of {} name it; the network is made elsewhere, and this is what the cloud says",
                   given.attribute == mapping_attribute::subnets ? "subnets" : "reverse_subnets", pair)});
  unknown.address = pair;
  unknown.spans.push_back(entry_span(input_.config.declarations, given, place.entry, place.part));
  diagnostics_.add(std::move(unknown));
}

}  // namespace

void check_mapped_names(const LandingInput& input, const DesiredState& desired, const PriorState& prior,
                        const StringPool& texts, Diagnostics& diagnostics) {
  Checker(input, desired, prior, texts, diagnostics).run();
}

}  // namespace pairform
