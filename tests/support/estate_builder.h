// Estates made by hand, for tests of the passes between reading the cloud and the plan.
// A test says what is wanted and what was there, in any order; the builder makes the sorted rows, identities, names and
// relations of it when they are first asked for, and nothing may be added after that:
//
//   EstateBuilder world;
//   world.want_network("network.app", "eastasia");
//   world.have_network("network.app", "eastasia", {.status = Status::Busy});
//   world.want_pair("mapping.app", "network.app", "network.dr", {.protect = true});
//   world.have_pair("mapping.app", "network.app", "network.dr", {.because = "vm.web1"});
//
// The fake cloud's identities are texts: "eastasia/app" (a network or vm, by region and name), "eastasia/app>dr" (the
// slot of a half towards region dr), "eastasia/web1/eth0" (a nic). A network outside the project is named by its
// identity. An id is the identity. The name of a network or vm is the key of its address if not said otherwise.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/columns.h"
#include "engine/model/diff.h"
#include "engine/model/estate.h"
#include "engine/model/names.h"
#include "engine/model/relations.h"
#include "engine/read/directives.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {

using CellValues = std::vector<std::pair<std::size_t, std::string>>;  // column and text; "": none

// How a wanted row differs from an ordinary one.
struct Wanted {
  std::string name = {};  // of a network or vm in the cloud; empty: the key
  bool existing = false, protect = false, follows_fact = false, as_is = false;
  std::string because = {}, unknown = {};
  CellValues with = {};  // further cells
};

// How a prior row differs from one that is recorded, and was found as it is recorded.
struct Had {
  std::string name = {};
  Existence presence = Existence::Present;
  Status status = Status::Settled;
  bool existing = false, protect = false, adopted = false;
  bool ours = false;        // carries the tag of the project, as what is recorded as made by pairform does without it
  bool anew = false;        // found with another id than is recorded
  bool untagged = false;    // recorded as made by pairform, and found without the tag
  bool only_found = false;  // not recorded; its address is the desired one, references are names
  std::string because = {}, pending = {}, why_unknown = {};
  std::string in_use_by = {};  // of a network: who holds an address of it; empty: nobody
  std::string in_use_ip = "10.2.1.4";
  CellValues with = {};   // further cells
  CellValues found = {};  // what the cloud holds in the place of what is recorded: the row has drifted
};

class EstateBuilder {
 public:
  EstateBuilder() = default;
  EstateBuilder(const EstateBuilder&) = delete;
  EstateBuilder& operator=(const EstateBuilder&) = delete;

  void want_network(const std::string& address, const std::string& region, Wanted how = {}) {
    want(address, k_network_type, {{network_column::region, region}}, std::move(how));
  }
  void want_half(const std::string& address, const std::string& source, const std::string& target, Wanted how = {}) {
    want(address, k_mapping_type, half_cells(source, target), std::move(how));
  }
  void want_pair(const std::string& address, const std::string& source, const std::string& target, Wanted how = {}) {
    want_half(address + ".forward", source, target, how);
    want_half(address + ".reverse", target, source, how);
  }
  // Regions are those of the networks, unless `with` says otherwise.
  void want_vm(const std::string& address, const std::string& network, const std::string& target, Wanted how = {}) {
    want(address, k_vm_type, vm_cells(network, target), std::move(how));
  }
  void want_nic(const std::string& address, const std::string& target_subnet, Wanted how = {}) {
    want(address, k_nic_type, {{nic_column::target_subnet, target_subnet}}, std::move(how));
  }

  void have_network(const std::string& address, const std::string& region, Had how = {}) {
    have(address, k_network_type, {{network_column::region, region}}, std::move(how));
  }
  void have_half(const std::string& address, const std::string& source, const std::string& target, Had how = {}) {
    have(address, k_mapping_type, half_cells(source, target), std::move(how));
  }
  void have_pair(const std::string& address, const std::string& source, const std::string& target, Had how = {}) {
    have_half(address + ".forward", source, target, how);
    have_half(address + ".reverse", target, source, how);
  }
  void have_vm(const std::string& address, const std::string& network, const std::string& target, Had how = {}) {
    have(address, k_vm_type, vm_cells(network, target), std::move(how));
  }
  void have_nic(const std::string& address, const std::string& target_subnet, Had how = {}) {
    have(address, k_nic_type, {{nic_column::target_subnet, target_subnet}}, std::move(how));
  }

  // Both at once: wanted as it was found.
  void settled_network(const std::string& address, const std::string& region, Had how = {}) {
    want_network(address, region,
                 {.name = how.name, .existing = how.existing, .because = how.because, .with = how.with});
    have_network(address, region, std::move(how));
  }
  void settled_half(const std::string& address, const std::string& source, const std::string& target, Had how = {}) {
    want_half(address, source, target, {.because = how.because, .with = how.with});
    have_half(address, source, target, std::move(how));
  }
  void settled_pair(const std::string& address, const std::string& source, const std::string& target, Had how = {}) {
    want_pair(address, source, target, {.because = how.because, .with = how.with});
    have_pair(address, source, target, std::move(how));
  }
  void settled_vm(const std::string& address, const std::string& network, const std::string& target, Had how = {}) {
    want_vm(address, network, target, {.name = how.name, .existing = how.existing, .with = how.with});
    have_vm(address, network, target, std::move(how));
  }
  void settled_nic(const std::string& address, const std::string& target_subnet, Had how = {}) {
    want_nic(address, target_subnet, {.with = how.with});
    have_nic(address, target_subnet, std::move(how));
  }

  void moved(const std::string& from, const std::string& to) {
    directives_.moved.emplace_back(texts_.intern(from), texts_.intern(to));
  }
  void removed(const std::string& address) { directives_.removed.push_back(texts_.intern(address)); }
  void imported(const std::string& address) { directives_.imported.push_back(texts_.intern(address)); }
  // What has an error and is left out: a vm, a half, a network.
  void leave_out(const std::string& address, const std::string& why) { left_out_.emplace_back(address, why); }
  std::vector<LeftOutItem> left_out() {
    std::vector<LeftOutItem> out;
    for (const auto& [address, why] : left_out_) out.push_back({estate().find(texts_.intern(address)), why});
    return out;
  }
  // A half of somebody else's between these networks, by name: an address of the project, or an identity.
  void foreign_half(const std::string& source, const std::string& target) {
    prior_.foreign.push_back({texts_.intern("theirs"), texts_.intern(source), texts_.intern(target)});
  }
  // A vm of somebody else's that uses this network of the project.
  void foreign_vm(const std::string& id, const std::string& network) {
    prior_.replications.push_back({texts_.intern(id), texts_.intern(network)});
  }

  const DesiredState& desired() { return ready().desired_; }
  const RecordedState& recorded() { return ready().recorded_; }
  const PriorState& prior() { return ready().prior_; }
  const Estate& estate() { return ready().estate_; }
  const NetworkNames& names() { return *ready().names_; }
  const Directives& directives() { return ready().directives_; }
  RelationSet& relations() { return *ready().relations_; }
  const ParsedColumns& parsed() const { return parsed_; }
  const IdentityMaker& identities() const { return identities_; }
  const TypeTable& types() const { return types_; }
  StringPool& texts() { return texts_; }

  std::string text(Text text) const { return std::string(texts_.view(text)); }
  std::string address(ResourceId resource) { return resource ? text(estate().address(resource)) : "none"; }
  std::string address(PriorId prior) { return prior ? text(this->prior().rows[prior].address) : "none"; }
  std::string address(DesiredId wanted) { return wanted ? text(desired().rows[wanted].address) : "none"; }

 private:
  template <class How>
  struct Line {
    std::string address;
    TypeId type;
    CellValues cells;
    How how;
  };
  using Values = std::vector<std::string>;  // by column

  static CellValues half_cells(const std::string& source, const std::string& target) {
    return {{half_column::source, source}, {half_column::target, target}};
  }
  static CellValues vm_cells(const std::string& network, const std::string& target) {
    return {{vm_column::network, network}, {vm_column::target_network, target}};
  }
  void want(const std::string& address, TypeId type, CellValues cells, Wanted how) {
    ASSERT_FALSE(names_) << address << " comes too late";
    wanted_.push_back({address, type, std::move(cells), std::move(how)});
  }
  void have(const std::string& address, TypeId type, CellValues cells, Had how) {
    ASSERT_FALSE(names_) << address << " comes too late";
    had_.push_back({address, type, std::move(cells), std::move(how)});
  }

  static std::string fake_identity(std::string_view type, std::span<const NamedView> attributes) {
    std::string out(attributes[0].value);
    for (const NamedView& attribute : attributes.subspan(1))
      if (!attribute.value.empty()) out.append(type == "mapping" ? ">" : "/").append(attribute.value);
    return out;
  }

  EstateBuilder& ready() {
    if (!names_) build();
    return *this;
  }

  void build() {
    std::stable_sort(wanted_.begin(), wanted_.end(),
                     [](const auto& a, const auto& b) { return address_less(a.address, b.address); });
    std::stable_sort(had_.begin(), had_.end(), [](const auto& a, const auto& b) {
      return a.how.only_found != b.how.only_found ? b.how.only_found : address_less(a.address, b.address);
    });
    note_networks(wanted_, wanted_identity_);
    note_networks(had_, had_identity_);
    for (const Line<Wanted>& line : wanted_) add_desired(line);
    link_mirrors();
    for (const Line<Had>& line : had_)
      if (!line.how.only_found) add_recorded(line);
    names_.emplace(desired_, recorded_, identities_, texts_);
    estate_ = index_resources(desired_, recorded_, texts_);
    for (const Line<Had>& line : had_) add_prior(line);
    relations_.emplace(desired_, prior_, estate_, *names_, texts_);
  }

  static std::string key(const std::string& address) { return address.substr(address.find('.') + 1); }
  template <class How>
  static std::string name_of(const Line<How>& line) {
    return line.how.name.empty() ? key(line.address) : line.how.name;
  }
  template <class How>
  static void note_networks(const std::vector<Line<How>>& lines, std::map<std::string, std::string>& identity) {
    for (const Line<How>& line : lines)
      if (line.type == k_network_type) identity[line.address] = line.cells[0].second + "/" + name_of(line);
  }

  // The identity of a network that a wanted, recorded or only found row refers to.
  std::string network_of(const std::string& reference, bool wanted) const {
    const auto& first = wanted ? wanted_identity_ : had_identity_;
    const auto& second = wanted ? had_identity_ : wanted_identity_;
    if (const auto at = first.find(reference); at != first.end()) return at->second;
    const auto at = second.find(reference);
    return at != second.end() ? at->second : reference;
  }
  static std::string region_of(const std::string& identity) { return identity.substr(0, identity.find('/')); }

  template <class How>
  Values values(const Line<How>& line, bool wanted) const {
    Values cells(types_[line.type].columns.size());
    for (const auto& [column, value] : line.cells) cells[column] = value;
    if (const auto column = existing_column(line.type)) cells[*column] = line.how.existing ? "true" : "false";
    if (line.type == k_network_type) cells[network_column::name] = name_of(line);
    if (line.type == k_vm_type) {
      cells[vm_column::name] = name_of(line);
      cells[vm_column::region] = region_of(network_of(cells[vm_column::network], wanted));
      cells[vm_column::target_region] = region_of(network_of(cells[vm_column::target_network], wanted));
    }
    for (const auto& [column, value] : line.how.with) cells[column] = value;
    return cells;
  }

  template <class How>
  std::string identity(const Line<How>& line, const std::vector<Line<How>>& lines, bool wanted) const {
    const Values cells = values(line, wanted);
    if (line.type == k_network_type) return cells[network_column::region] + "/" + cells[network_column::name];
    if (line.type == k_vm_type) {
      const std::string& group = cells[vm_column::resource_group];
      return cells[vm_column::region] + "/" + cells[vm_column::name] + (group.empty() ? "" : "/" + group);
    }
    if (line.type == k_mapping_type)
      return network_of(cells[half_column::source], wanted) + ">" +
             region_of(network_of(cells[half_column::target], wanted));
    for (const Line<How>& vm : lines)
      if (vm.type == k_vm_type && vm.address == vm_of_nic(line.address))
        return identity(vm, lines, wanted) + "/" + std::string(parse_address(line.address)->nic);
    return line.address;
  }

  Text intern(const std::string& value) { return value.empty() ? Text() : texts_.intern(value); }
  std::uint32_t add_cells(std::vector<Text>& cells, const Values& values) {
    const auto first = static_cast<std::uint32_t>(cells.size());
    for (const std::string& value : values) cells.push_back(intern(value));
    return first;
  }

  void add_desired(const Line<Wanted>& line) {
    const Wanted& how = line.how;
    desired_.rows.push_back({.address = intern(line.address),
                             .type = line.type,
                             .identity = intern(identity(line, wanted_, true)),
                             .first_cell = add_cells(desired_.cells, values(line, true)),
                             .because = intern(how.because),
                             .unknown = intern(how.unknown),
                             .protect = how.protect,
                             .existing = how.existing,
                             .follows_fact = how.follows_fact,
                             .as_is = how.as_is});
  }

  void link_mirrors() {
    for (const DesiredId d : desired_.rows.ids()) {
      const DesiredId next(d.value + 1);
      if (next >= desired_.rows.next() || desired_.rows[d].type != k_mapping_type) continue;
      if (pair_of(texts_.view(desired_.rows[d].address)) != pair_of(texts_.view(desired_.rows[next].address))) continue;
      desired_.rows[d].mirror = next;
      desired_.rows[next].mirror = d;
    }
  }

  void add_recorded(const Line<Had>& line) {
    const Had& how = line.how;
    recorded_.rows.push_back({.address = intern(line.address),
                              .type = line.type,
                              .id = intern(identity(line, had_, false)),
                              .first_cell = add_cells(recorded_.cells, values(line, false)),
                              .because = intern(how.because),
                              .pending = intern(how.pending),
                              .protect = how.protect,
                              .adopted = how.adopted});
  }

  void add_prior(const Line<Had>& line) {
    const Had& how = line.how;
    const Text address = intern(line.address), id = intern(identity(line, had_, false));
    PriorRow row{.address = address,
                 .type = line.type,
                 .identity = id,
                 .id = id,
                 .resource = estate_.find(address),
                 .first_cell = add_cells(prior_.cells, values(line, false)),
                 .presence = how.presence,
                 .status = how.status,
                 .drifted = how.presence == Existence::Absent || !how.found.empty(),
                 .ours = how.ours || !(how.only_found || how.existing || how.adopted || how.untagged),
                 .anew = how.anew,
                 .protect = how.protect,
                 .adopted = how.adopted,
                 .because = intern(how.because),
                 .pending = intern(how.pending),
                 .why_unknown = intern(how.why_unknown)};
    if (!how.only_found) {
      row.recorded = RecordedId(prior_.rows.size());
      row.identity = identity_of(recorded_.rows[row.recorded], recorded_, *names_, identities_, texts_);
    }
    for (std::size_t c = 0; c < types_[line.type].columns.size(); ++c) {
      Text& cell = prior_.cells[row.first_cell + c];
      const bool reference = types_[line.type].column(c).kind == Kind::Reference;
      if (reference && cell && !how.only_found) cell = names_->name(names_->recorded_identity(cell));
    }
    for (const auto& [column, value] : how.found) prior_.cells[row.first_cell + column] = intern(value);
    EXPECT_TRUE(row.resource) << line.address << " is only found, and nothing is wanted there";
    if (!how.in_use_by.empty()) {
      row.first_in_use = static_cast<std::uint32_t>(prior_.in_use.size());
      row.in_use_count = 1;
      prior_.in_use.push_back({parse_ip(how.in_use_ip).value(), texts_.intern(how.in_use_by)});
    }
    prior_.rows.push_back(row);
  }

  TypeTable types_ = base_type_table();
  StringPool texts_;
  ParsedColumns parsed_;
  const ProviderEntry provider_{"fake", "1", {"1"}, nullptr, fake_identity, nullptr, nullptr};
  const IdentityMaker identities_{provider_};
  std::vector<Line<Wanted>> wanted_;
  std::vector<std::pair<std::string, std::string>> left_out_;  // address, why
  std::vector<Line<Had>> had_;
  std::map<std::string, std::string> wanted_identity_, had_identity_;  // of networks, by address
  Directives directives_;
  DesiredState desired_;
  RecordedState recorded_;
  PriorState prior_;
  Estate estate_;
  std::optional<NetworkNames> names_;
  std::optional<RelationSet> relations_;
};

}  // namespace pairform
