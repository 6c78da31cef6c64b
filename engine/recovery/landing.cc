#include "engine/recovery/landing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/recovery/absent_subnets.h"
#include "engine/recovery/kept_landings.h"
#include "engine/recovery/landing_places.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

std::optional<Ip> ip_of(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6 ? ip : std::nullopt;
}

// Does its mapping say which subnet it lands in, if anything does?
bool is_by_rule(const LandingRequest& request) { return request.override_subnet.empty() && request.rule != k_no_rule; }

// Where the mapping sends a source subnet; empty: it says nothing of it.
std::string_view mapped_subnet(const MappingRule& rule, std::string_view source) {
  for (const auto& [from, to] : rule.subnets)
    if (ascii_lower(from) == ascii_lower(source)) return to;
  return {};
}

// Has it the address that it is to have, or none to have?
bool is_placed(const ConfigurationRequest& wanted, const PlacedAddress& placed) {
  if (placed.ip || placed.reason == IpReason::Override) return true;
  return !wanted.source && !wanted.override_ip;
}

using NetworkNumber = Id<struct LandingNetworkTag>;  // PlacementInput::networks

class Lander {
 public:
  Lander(const LandingInput& input, DesiredState& desired, PriorState& prior, StringPool& texts,
         Diagnostics& diagnostics)
      : input_(input),
        desired_(desired),
        prior_(prior),
        texts_(texts),
        diagnostics_(diagnostics),
        desired_network_(texts.size()),
        places_(input.config, desired, input.parsed, texts),
        network_at_(texts.size()),
        rule_at_(desired.rows.size()) {
    for (const auto p : prior.rows.ids()) prior_at_.set_first(prior.rows[p].key(), p);
    for (const auto d : desired.rows.ids())
      if (desired.rows[d].type == k_network_type) {
        desired_network_.set(desired.rows[d].identity, d);
        identity_at_.set(desired.rows[d].address, desired.rows[d].identity);
      }
    for (const std::string& address : input.place_anew) anew_.insert(pair_of(address));
  }

  std::vector<PlacementRow> run() {
    const Placement placed = place(make_requests());
    std::vector<PlacementRow> rows;
    for (std::uint32_t r = 0; r < requests_.size(); ++r) write(r, placed.nics[r], rows);
    for (const PlacementProblem& problem : placed.problems)
      if (problem.diagnostic.code != Code::KeptLandings) report(problem);
    absent_.tell(diagnostics_, [&](Diagnostic& told, std::string_view network) { point_at_network(told, network); });
    note_kept(placed);
    return rows;
  }

  std::map<DesiredId, std::string> kept() {
    std::map<DesiredId, std::string> out;
    for (const PlacementProblem& problem : place(make_requests()).problems)
      if (problem.diagnostic.code == Code::KeptLandings)
        out.emplace(request_rows_[problem.request].nic_row, kept_by(problem.request));
    return out;
  }

  std::optional<LandingReasons> reasons(DesiredId nic_row) {
    const PlacementInput input = make_requests();
    for (std::uint32_t r = 0; r < request_rows_.size(); ++r)
      if (request_rows_[r].nic_row == nic_row) return explain(input, place(input), r);
    return std::nullopt;
  }

 private:
  // What is known of one request beside what placement is told.
  struct RequestRows {
    DeclaredVmId landing;
    DesiredId nic_row;
    PriorId prior;
    Text target;
  };

  PlacementInput make_requests() {
    for (const VmLanding& landing : input_.landings) request(landing);
    occupy();
    return {networks_, rules_, requests_, input_.config.settings.strict_subnets,
            input_.config.settings.strict_addresses};
  }
  std::string_view text(Text value) const { return texts_.view(value); }
  const TextItems& items(Text map) const { return input_.parsed.items(texts_, map); }
  const PriorRow* prior_of(TypeId type, Text identity) const {
    const PriorId p = prior_at_[{type, identity}];
    return p ? &prior_.rows[p] : nullptr;
  }
  bool is_held(const PriorRow* row) const { return row != nullptr && (row->pending || row->status != Status::Settled); }
  std::uint32_t network(Text identity);
  bool is_seen(Text identity) const;
  std::uint32_t rule(const VmLanding& landing);
  bool lets_go(const VmLanding& landing, Text nic) const;
  void request(const VmLanding& landing);
  void nic_request(const VmLanding& landing, std::size_t n, const PriorRow* vm, bool fixed);
  // The value of one item of a map, whose names count without case; none: it is not there.
  Text find_item(const TextItems& in, const std::string& name) {
    for (const auto& [key, value] : in)
      if (key == name || ascii_lower(key) == ascii_lower(name)) return texts_.intern(value);
    return {};
  }
  Text kept_network(const VmLanding& landing, const PriorRow* vm) const;
  bool had_subnet(Text network, std::string_view subnet);
  void check_kept_subnet(const LandingRequest& request, DesiredId nic_row, Text target, const VmLanding& landing,
                         bool as_found);
  void occupy();
  void occupants(Text identity, LandingNetwork& network);
  void write(std::uint32_t r, const PlacedNic& placed, std::vector<PlacementRow>& rows);
  void point(Diagnostic& diagnostic, const PlacementProblem& problem);
  void point_at_other(Diagnostic& diagnostic, const ConfigurationPlace& other);
  std::string kept_by(std::uint32_t request) const;
  void note_kept(const Placement& placed);
  void report(const PlacementProblem& problem);
  void point_at_network(Diagnostic& diagnostic, std::string_view network);
  void lost(const PlacementProblem& problem);

  const LandingInput& input_;
  DesiredState& desired_;
  PriorState& prior_;
  StringPool& texts_;
  Diagnostics& diagnostics_;
  KeyMap<PriorId> prior_at_;
  TextMap<DesiredId> desired_network_;  // identity -> desired row
  TextMap<Text> identity_at_;           // desired network address -> identity
  LandingPlaces places_;
  TextMap<NetworkNumber> network_at_;           // identity -> networks_
  DenseMap<DesiredId, std::uint32_t> rule_at_;  // of a half, one more than its place in rules_; 0: none yet
  std::set<std::string_view> anew_;
  std::set<Text> own_;  // identities of the project's nics
  std::vector<LandingNetwork> networks_;
  std::vector<Text> network_identity_;
  std::vector<MappingRule> rules_;
  std::vector<LandingRequest> requests_;
  std::vector<RequestRows> request_rows_;
  std::map<std::uint32_t, std::set<std::string>> has_subnets_;  // by networks_: lower-case names, where asked
  std::map<Text, std::set<std::string>> had_subnets_;           // by identity: when state was written
  AbsentSubnets absent_;
  std::map<std::pair<Text, std::optional<std::size_t>>, std::uint32_t>
      drift_at_;  // address and column -> item, once asked
};

std::uint32_t Lander::network(Text identity) {
  if (const NetworkNumber known = network_at_[identity]) return known.value;
  const auto at = static_cast<std::uint32_t>(networks_.size());
  network_at_.set(identity, NetworkNumber(at));
  const DesiredId row = desired_network_[identity];
  networks_.push_back(
      !row ? LandingNetwork{.name = text(input_.names.name(identity)), .subnets = {}, .occupied = {}}
           : landing_network(desired_, row, prior_of(k_network_type, identity), prior_, input_.parsed, texts_));
  network_identity_.push_back(identity);
  return at;
}

// Is the network's shape known?
bool Lander::is_seen(Text identity) const {
  const DesiredId row = desired_network_[identity];
  if (!row || desired_.rows[row].unknown) return false;
  if (!desired_.rows[row].existing) return true;
  const PriorRow* found = prior_of(k_network_type, identity);
  return found != nullptr && found->presence == Existence::Present;
}

std::uint32_t Lander::rule(const VmLanding& landing) {
  if (!landing.by_pair) return k_no_rule;
  if (rule_at_[landing.half] != 0) return rule_at_[landing.half] - 1;
  const DesiredRow& half = desired_.rows[landing.half];
  MappingRule rule{.name = pair_of(text(half.address)),
                   .subnets = items(desired_.cell(half, half_column::subnets)),
                   .same_host = false};
  if (const Text addresses = desired_.cell(half, half_column::addresses))
    rule.same_host = text(addresses) == "same-host";
  rules_.push_back(std::move(rule));
  rule_at_[landing.half] = static_cast<std::uint32_t>(rules_.size());
  return rule_at_[landing.half] - 1;
}

// The recovery network in which the current target addresses of the vm were assigned, `network.dr` of `vm.web1`: as
// the cloud has it for a replication that exists or is not recorded, else as state has it, also while the replication is
// missing from the cloud (spec section 11, Memory). None: it was never replicated. Addresses are kept only where this is
// the network that is planned now.
Text Lander::kept_network(const VmLanding& landing, const PriorRow* vm) const {
  if (vm == nullptr) return Text();
  const bool as_found = !vm->recorded || desired_.rows[landing.row].existing || is_held(vm);
  if (as_found && vm->presence == Existence::Absent) return Text();
  const Text name = as_found ? prior_.cell(*vm, vm_column::target_network)
                             : input_.recorded.cell(input_.recorded.rows[vm->recorded], vm_column::target_network);
  if (!as_found) return input_.names.recorded_identity(name);
  return identity_at_.contains(name) ? identity_at_[name] : name;
}

bool Lander::lets_go(const VmLanding& landing, Text nic) const {
  if (anew_.empty()) return false;
  if (anew_.contains(text(nic)) || anew_.contains(vm_of_nic(text(nic)))) return true;
  if (landing.half && landing.by_pair && anew_.contains(pair_of(text(desired_.rows[landing.half].address))))
    return true;
  return anew_.contains(text(input_.names.name(landing.target)));
}

void Lander::request(const VmLanding& landing) {
  const DesiredRow& row = desired_.rows[landing.row];
  const PriorRow* vm = prior_of(k_vm_type, row.identity);
  const bool unseen = row.unknown || desired_.vms[landing.declared].left_out ||
                      (vm != nullptr && vm->presence == Existence::Unknown) || !landing.target ||
                      !is_seen(landing.target) || !is_seen(landing.network);
  // A nic that is fixed is not placed; it keeps the target address it has: of a vm whose facts, presence or networks are
  // not known, that is left out, or that is failed over, reversed or broken. Not of one that is busy: its replication may
  // be being enabled still, and a nic without a landing is placed as it will be.
  const bool fixed = unseen || (is_held(vm) && !(vm->pending || vm->status == Status::Busy));
  if (!landing.target && kept_network(landing, vm) == Text()) return;
  for (std::size_t n = 0; n < landing.nics.size(); ++n) nic_request(landing, n, vm, fixed);
}

void Lander::nic_request(const VmLanding& landing, std::size_t n, const PriorRow* vm, bool fixed) {
  const NicFacts& facts = landing.nics[n];
  const DesiredId nic_row = landing.nic_row(n);
  const DeclaredNic& wanted =
      !facts.declared ? desired_.vms[landing.declared].nic_defaults : desired_.nics[facts.declared];
  const PriorRow* nic = prior_of(k_nic_type, facts.identity);
  const Text was_in = kept_network(landing, vm);
  const bool landed = nic != nullptr && nic->presence != Existence::Absent;
  fixed |= static_cast<bool>(facts.why) || (nic != nullptr && nic->presence == Existence::Unknown) ||
           (is_held(vm) && landed);
  const Text target = fixed && was_in ? was_in : landing.target;
  LandingRequest request{.address = text(desired_.rows[nic_row].address),
                         .source_network = landing.network ? network(landing.network) : network(target),
                         .target_network = network(target),
                         .rule = rule(landing),
                         .source_subnet = text(facts.subnet),
                         .override_subnet = text(wanted.target_subnet),
                         .kept_subnet = {},
                         .fixed = fixed,
                         .keep_first = desired_.rows[landing.row].existing,
                         .configurations = {}};
  // A vm that is held came up where the service has it, whatever state remembers, and its copy holds that address.
  const bool as_found = landed && (!nic->recorded || request.keep_first || is_held(vm));
  const bool remembered = nic != nullptr && nic->recorded && !request.keep_first;
  const bool kept =
      (landed || remembered) && was_in == target && (fixed || !lets_go(landing, desired_.rows[nic_row].address));
  const auto was = [&](std::size_t column) {
    if (!kept || as_found) return kept ? prior_.cell(*nic, column) : Text();
    return input_.recorded.cell(input_.recorded.rows[nic->recorded], column);
  };
  request.kept_subnet = text(was(nic_column::target_subnet));
  // An older state may remember a subnet that the landing has left since.
  if (!fixed && landed && !request.kept_subnet.empty() &&
      ascii_lower(text(prior_.cell(*nic, nic_column::target_subnet))) == ascii_lower(request.kept_subnet))
    check_kept_subnet(request, nic_row, target, landing, as_found);
  const auto configuration = [&](std::string_view name, Text source, Text given, Text was_source, Text was_target) {
    const Text kept_target = fixed || was_source == source ? was_target : Text();
    request.configurations.push_back(
        {.name = name,
         .source = source && text(source) != k_dynamic ? ip_of(text(source)) : std::nullopt,
         .override_ip = given ? ip_of(text(given)) : std::nullopt,
         .override_dynamic = given && text(given) == k_dynamic,
         .kept = kept_target ? ip_of(text(kept_target)) : std::nullopt,
         .kept_dynamic = kept && landed && !kept_target});
  };
  configuration("primary", facts.ip, wanted.target_ip, was(nic_column::ip), was(nic_column::target_ip));
  const TextItems &given = items(wanted.target_secondary), &was_sources = items(was(nic_column::secondary)),
                  &was_targets = items(was(nic_column::target_secondary));
  if (!fixed) places_.check_configurations(given, items(facts.secondary), nic_row, landing, diagnostics_);
  for (const auto& [name, source] : items(facts.secondary))
    configuration(text(texts_.intern(name)), texts_.intern(source), find_item(given, name),
                  find_item(was_sources, name), find_item(was_targets, name));
  request_rows_.push_back({landing.declared, nic_row, nic == nullptr ? PriorId() : prior_.rows.id_of(*nic), target});
  requests_.push_back(std::move(request));
}

// Did the network have this subnet when state was written? If not, the kept subnet may be one of the network in which
// the vm came up before.
bool Lander::had_subnet(Text network, std::string_view subnet) {
  const auto [had, first] = had_subnets_.try_emplace(network);
  for (const StateRow& row : input_.recorded.rows) {
    if (!first) break;
    if (row.type != k_network_type || input_.names.recorded_identity(row.address) != network) continue;
    for (const Subnet& each : input_.parsed.subnets(texts_, input_.recorded.cell(row, network_column::subnets)))
      had->second.insert(ascii_lower(each.name));
    break;
  }
  return had->second.contains(ascii_lower(subnet));
}

// An existing network is not managed here. Where the subnet of a landing has disappeared from it, that is an error: no
// other subnet is chosen.
void Lander::check_kept_subnet(const LandingRequest& request, DesiredId nic_row, Text target, const VmLanding& landing,
                               bool as_found) {
  const DesiredId row = desired_network_[target];
  if (!row || !desired_.rows[row].existing || !request.override_subnet.empty()) return;
  const std::vector<Subnet>& subnets = networks_[request.target_network].subnets;
  const auto [has_it, first] = has_subnets_.try_emplace(request.target_network);
  if (first)
    for (const Subnet& subnet : subnets) has_it->second.insert(ascii_lower(subnet.name));
  if (has_it->second.contains(ascii_lower(request.kept_subnet))) return;
  if (request.rule != k_no_rule && !mapped_subnet(rules_[request.rule], request.source_subnet).empty()) return;
  if (!as_found && !had_subnet(target, request.kept_subnet)) return;
  const std::string_view network = text(desired_.rows[row].address);
  Diagnostic gone = AbsentSubnets::gone(network, request.kept_subnet, request.address, subnets);
  places_.point(gone, nic_row, landing);
  absent_.add({SubnetNamedBy::Landing, network, request.kept_subnet, {}}, std::move(gone));
}

// Addresses that are taken, or promised to strangers: the source addresses of the project's nics that live in the network,
// and what the cloud reports there. Not what it reports for a nic of the project: its source address is taken already, and
// the address of its copy after a failover is what its own request keeps.
void Lander::occupy() {
  for (std::size_t n = 0; n < networks_.size(); ++n) occupants(network_identity_[n], networks_[n]);
  for (const PromisedAddresses& one : prior_.promised) {
    const NetworkNumber number = network_at_[one.network];
    if (!number) continue;
    const auto promise = [&](std::string_view address) {
      if (const auto ip = ip_of(address))
        networks_[number.index()].occupied.push_back({*ip, text(one.owner), true, true});
    };
    if (one.ip) promise(text(one.ip));
    for (const auto& [name, address] : items(one.secondary)) promise(address);
  }
  const auto add = [&](std::uint32_t at, Text source, std::string_view owner) {
    if (const auto ip = ip_of(text(source))) networks_[at].occupied.push_back({*ip, owner, false});
  };
  for (const VmLanding& landing : input_.landings) {
    const NetworkNumber number = network_at_[landing.network];
    if (!number) continue;
    const std::uint32_t at = number.value;
    for (std::size_t n = 0; n < landing.nics.size(); ++n) {
      const std::string_view owner = text(desired_.rows[landing.nic_row(n)].address);
      add(at, landing.nics[n].ip, owner);
      for (const auto& [name, ip] : items(landing.nics[n].secondary)) add(at, texts_.intern(ip), owner);
    }
  }
}

void Lander::occupants(Text identity, LandingNetwork& network) {
  const PriorRow* found = prior_of(k_network_type, identity);
  if (found == nullptr || found->in_use_count == 0) return;
  if (own_.empty())
    for (const VmLanding& landing : input_.landings)
      for (const NicFacts& nic : landing.nics) own_.insert(nic.identity);
  for (const AddressInUse& use : prior_.in_use_of(*found)) {
    if (use.ip.v6 || own_.contains(use.owner)) continue;
    network.occupied.push_back({use.ip, text(use.owner), true});
  }
}

void Lander::write(std::uint32_t r, const PlacedNic& placed, std::vector<PlacementRow>& rows) {
  const LandingRequest& request = requests_[r];
  const RequestRows& asked = request_rows_[r];
  if (request.fixed && placed.subnet.empty()) return;  // nothing is known of it
  const std::uint32_t first = desired_.rows[asked.nic_row].first_cell;
  const Text subnet = placed.subnet.empty() ? Text() : texts_.intern(placed.subnet);
  desired_.cells[first + nic_column::target_subnet] = subnet;
  TextItems secondary;
  for (std::size_t c = 0; c < placed.addresses.size(); ++c) {
    const PlacedAddress& address = placed.addresses[c];
    const Text ip = address.ip ? texts_.intern(to_text(*address.ip)) : Text();
    if (c == 0) desired_.cells[first + nic_column::target_ip] = ip;
    else if (ip) secondary.emplace_back(request.configurations[c].name, text(ip));
    rows.push_back({input_.landings[asked.landing].row, asked.nic_row, texts_.intern(request.configurations[c].name),
                    input_.names.name(asked.target), subnet, ip, placed.reason, address.reason, request.fixed,
                    is_placed(request.configurations[c], address)});
  }
  if (!secondary.empty())
    desired_.cells[first + nic_column::target_secondary] = texts_.intern(canonical_text_map(std::move(secondary)));
}

// Another machine uses the recorded target address: it can be kept no more, which is drift of the nic, though the service
// still has it so. `found` is what the service has, `lost_to` says who has the address.
void Lander::lost(const PlacementProblem& problem) {
  const RequestRows& asked = request_rows_[problem.request];
  PriorRow* row = !asked.prior ? nullptr : &prior_.rows[asked.prior];
  if (row == nullptr || !row->recorded) return;
  const std::size_t column =
      problem.configuration.value_or(0) == 0 ? std::size_t{nic_column::target_ip} : nic_column::target_secondary;
  row->drifted = true;
  if (drift_at_.empty())
    for (std::uint32_t i = 0; i < prior_.drift.size(); ++i)
      drift_at_.try_emplace({prior_.drift[i].address, prior_.drift[i].column}, i);
  const auto [at, first] =
      drift_at_.try_emplace({row->address, column}, static_cast<std::uint32_t>(prior_.drift.size()));
  if (first)
    prior_.drift.push_back({row->address, column, row->type,
                            input_.recorded.cell(input_.recorded.rows[row->recorded], column),
                            prior_.cell(*row, column)});
  Text& lost_to = prior_.drift[at->second].lost_to;
  lost_to = texts_.intern(lost_to ? fmt::format("{}, {}", text(lost_to), problem.lost_to) : problem.lost_to);
}

// At the value that cannot be: an override, or what the pair says of the subnet.
void Lander::point(Diagnostic& diagnostic, const PlacementProblem& problem) {
  const LandingRequest& request = requests_[problem.request];
  const RequestRows& asked = request_rows_[problem.request];
  const VmLanding& landing = input_.landings[asked.landing];
  std::size_t attribute = LandingPlaces::k_no_attribute;
  if (!request.override_subnet.empty() && diagnostic.severity == Severity::Error) attribute = nic_column::target_subnet;
  if (diagnostic.code == Code::OverrideUnusable)
    attribute =
        problem.configuration.value_or(0) == 0 ? std::size_t{nic_column::target_ip} : nic_column::target_secondary;
  const bool by_rule = diagnostic.code == Code::TargetSubnetAbsent && is_by_rule(request);
  const std::string_view configuration = request.configurations[problem.configuration.value_or(0)].name;
  if (!by_rule || !places_.point_at_rule(diagnostic, landing, request.source_subnet))
    places_.point(diagnostic, asked.nic_row, landing, attribute, configuration);
  if (problem.other) point_at_other(diagnostic, *problem.other);
}

// At what another configuration of this plan was given, where files say that.
void Lander::point_at_other(Diagnostic& diagnostic, const ConfigurationPlace& other) {
  const ConfigurationRequest& has = requests_[other.request].configurations[other.configuration];
  if (!has.override_ip) return;
  const RequestRows& rows = request_rows_[other.request];
  const VmLanding& landing = input_.landings[rows.landing];
  places_.point_at_override(
      diagnostic, rows.nic_row, landing,
      other.configuration == 0 ? std::size_t{nic_column::target_ip} : nic_column::target_secondary, has.name,
      fmt::format("given to {}", configuration_text(requests_[other.request].address, other.configuration, has.name)));
}

void Lander::report(const PlacementProblem& problem) {
  Diagnostic diagnostic = problem.diagnostic;
  point(diagnostic, problem);
  if (diagnostic.code == Code::TargetSubnetAbsent) {
    const LandingRequest& request = requests_[problem.request];
    const std::string_view network = networks_[request.target_network].name;
    const MappingRule* rule = is_by_rule(request) ? &rules_[request.rule] : nullptr;
    AbsentSubnet absent{SubnetNamedBy::Override, network, request.override_subnet, {}};
    if (rule != nullptr)
      absent = {SubnetNamedBy::Rule, network, mapped_subnet(*rule, request.source_subnet), rule->name};
    return absent_.add(absent, std::move(diagnostic));
  }
  if (diagnostic.code == Code::AddressLost) lost(problem);
  diagnostics_.add(std::move(diagnostic));
}

void Lander::point_at_network(Diagnostic& diagnostic, std::string_view network) {
  for (const DesiredRow& row : desired_.rows)
    if (row.type == k_network_type && text(row.address) == network) places_.point_at(diagnostic, row.declaration);
}

// The address to let go with --place-anew.
std::string Lander::kept_by(std::uint32_t request) const {
  const RequestRows& asked = request_rows_[request];
  const VmLanding& landing = input_.landings[asked.landing];
  if (landing.by_pair && landing.half) return std::string(pair_of(text(desired_.rows[landing.half].address)));
  return std::string(text(input_.names.name(asked.target)));
}

// One note a pair or network.
void Lander::note_kept(const Placement& placed) {
  std::map<std::string, KeptNics> by_place;
  for (const PlacementProblem& problem : placed.problems)
    if (problem.diagnostic.code == Code::KeptLandings)
      by_place[kept_by(problem.request)].add(problem.request, problem.diagnostic);
  for (const auto& [place, kept] : by_place) diagnostics_.add(kept.note(place));
}

}  // namespace

std::vector<PlacementRow> place_landings(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                         StringPool& texts, Diagnostics& diagnostics) {
  if (input.landings.empty()) return {};
  std::vector<PlacementRow> rows = Lander(input, desired, prior, texts, diagnostics).run();
  std::stable_sort(prior.drift.begin(), prior.drift.end(), [&](const DriftItem& a, const DriftItem& b) {
    return a.address != b.address && address_less(texts.view(a.address), texts.view(b.address));
  });
  return rows;
}

std::optional<LandingReasons> explain_landing(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                              StringPool& texts, DesiredId nic_row) {
  Diagnostics told;  // by place_landings
  return Lander(input, desired, prior, texts, told).reasons(nic_row);
}

std::map<DesiredId, std::string> kept_otherwise(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                                StringPool& texts) {
  Diagnostics told;  // by place_landings
  return Lander(input, desired, prior, texts, told).kept();
}

}  // namespace pairform
