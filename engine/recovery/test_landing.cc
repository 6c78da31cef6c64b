#include "engine/recovery/test_landing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/recovery/landing_places.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::uint32_t k_unplaced = UINT32_MAX;

std::optional<Ip> tested_ip(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6 ? ip : std::nullopt;
}

using TestNetworkId = Id<struct TestNetworkTag>;  // TestInput::networks

class TestLander {
 public:
  TestLander(const LandingInput& input, const std::vector<PlacementRow>& placed, DesiredState& desired,
             PriorState& prior, StringPool& texts, Diagnostics& diagnostics)
      : input_(input),
        placed_(placed),
        desired_(desired),
        prior_(prior),
        texts_(texts),
        diagnostics_(diagnostics),
        places_(input.config, desired, input.parsed, texts),
        network_row_(texts.size()),
        number_(texts.size()),
        first_placed_(desired.rows.size(), k_unplaced) {
    for (const auto p : prior.rows.ids()) prior_at_.set_first(prior.rows[p].key(), p);
    for (const auto d : desired.rows.ids())
      if (desired.rows[d].type == k_network_type) network_row_.set(desired.rows[d].identity, d);
    for (std::uint32_t p = 0; p < placed.size(); ++p)
      if (first_placed_[placed[p].nic] == k_unplaced) first_placed_[placed[p].nic] = p;
    for (const std::string& address : input.place_anew) anew_.insert(pair_of(address));
  }

  std::vector<TestRow> run() {
    for (const VmLanding& landing : input_.landings)
      for (std::size_t n = 0; landing.test && n < landing.nics.size(); ++n) nic(landing, n);
    occupy();
    const TestPlacement answer = place_tests({networks_, requests_, input_.config.settings.strict_subnets});
    std::vector<TestRow> rows;
    for (std::uint32_t r = 0; r < requests_.size(); ++r) {
      write(r, answer.nics[r], rows);
      note_lost(r, answer.nics[r]);
    }
    std::stable_sort(prior_.drift.begin(), prior_.drift.end(), [&](const DriftItem& a, const DriftItem& b) {
      return a.address != b.address && address_less(text(a.address), text(b.address));
    });
    for (const PlacementProblem& problem : answer.problems) report(problem);
    return rows;
  }

 private:
  struct Asked {
    const VmLanding* landing;
    DesiredId nic;
    PriorId prior;
  };

  std::string_view text(Text value) const { return texts_.view(value); }
  const TextItems& items(Text map) const { return input_.parsed.items(texts_, map); }
  const PriorRow* prior_of(TypeId type, Text identity) const {
    const PriorId p = prior_at_[{type, identity}];
    return p ? &prior_.rows[p] : nullptr;
  }
  bool is_seen(Text network) const;
  std::uint32_t network(Text identity);
  void nic(const VmLanding& landing, std::size_t n);
  void keep(const PriorRow* nic, DesiredId nic_row);
  bool lets_go(const VmLanding& landing, Text nic) const;
  void read_kept(const VmLanding& landing, const PriorRow* nic, DesiredId nic_row, TestRequest& request) const;
  void occupy();
  void write(std::uint32_t r, const TestedNic& tested, std::vector<TestRow>& rows);
  void report(const PlacementProblem& problem);
  void note_lost(std::uint32_t r, const TestedNic& tested);

  const LandingInput& input_;
  const std::vector<PlacementRow>& placed_;
  DesiredState& desired_;
  PriorState& prior_;
  StringPool& texts_;
  Diagnostics& diagnostics_;
  LandingPlaces places_;
  KeyMap<PriorId> prior_at_;
  TextMap<DesiredId> network_row_;                   // identity -> desired row
  TextMap<TestNetworkId> number_;                    // identity -> networks_
  DenseMap<DesiredId, std::uint32_t> first_placed_;  // of a nic: its first placement
  std::set<std::string_view> anew_;
  std::vector<LandingNetwork> networks_;
  std::vector<Text> identities_;  // by networks_
  std::vector<TestRequest> requests_;
  std::vector<Asked> asked_;  // by requests_
  // By networks_, where asked: what was occupied before, and by whom.
  std::map<std::uint32_t, std::map<Ip, std::string_view>> taken_;
};

// Is the network's shape known?
bool TestLander::is_seen(Text network) const {
  const DesiredId row = network_row_[network];
  if (!row || desired_.rows[row].unknown) return false;
  if (!desired_.rows[row].existing) return true;
  const PriorRow* found = prior_of(k_network_type, network);
  return found != nullptr && found->presence == Existence::Present;
}

std::uint32_t TestLander::network(Text identity) {
  if (const TestNetworkId known = number_[identity]) return known.value;
  number_.set(identity, TestNetworkId(networks_.size()));
  networks_.push_back(landing_network(desired_, network_row_[identity], prior_of(k_network_type, identity), prior_,
                                      input_.parsed, texts_));
  identities_.push_back(identity);
  return static_cast<std::uint32_t>(networks_.size() - 1);
}

// `vm.web1.nic.eth0` in the test network of vm.web1. Where the vm is held, or what it rests on is not known, the nic
// keeps what it has, and so it does where nobody here says where the vm is tested.
void TestLander::nic(const VmLanding& landing, std::size_t n) {
  const DesiredId nic_row = landing.nic_row(n);
  const NicFacts& facts = landing.nics[n];
  const PriorRow* prior = prior_of(k_nic_type, facts.identity);
  const std::uint32_t first = first_placed_[nic_row];
  const bool fixed = first == k_unplaced || placed_[first].fixed;
  if (fixed || landing.test_kept) return keep(prior, nic_row);
  if (!is_seen(landing.test)) return keep(prior, nic_row);  // an error, or unknown: told of the network
  const DeclaredNic& wanted =
      !facts.declared ? desired_.vms[landing.declared].nic_defaults : desired_.nics[facts.declared];
  TestRequest request{.address = text(desired_.rows[nic_row].address),
                      .network = network(landing.test),
                      .source_subnet = text(facts.subnet),
                      .override_subnet = text(wanted.test_subnet),
                      .kept_subnet = {},
                      .configurations = {}};
  for (std::uint32_t p = first; p < placed_.size() && placed_[p].nic == nic_row; ++p)
    request.configurations.push_back({.name = text(placed_[p].configuration),
                                      .landing = placed_[p].ip ? tested_ip(text(placed_[p].ip)) : std::nullopt,
                                      .lands = placed_[p].subnet && placed_[p].lands,
                                      .override_ip = {},
                                      .kept = {}});
  if (wanted.test_ip) request.configurations.front().override_ip = tested_ip(text(wanted.test_ip));
  read_kept(landing, prior, nic_row, request);
  requests_.push_back(std::move(request));
  asked_.push_back({&landing, nic_row, prior_at_[{k_nic_type, facts.identity}]});
}

// What is there is what is wanted: no step follows from it.
void TestLander::keep(const PriorRow* nic, DesiredId nic_row) {
  if (nic == nullptr) return;
  for (const std::size_t column : {nic_column::test_subnet, nic_column::test_ip})
    desired_.cells[desired_.rows[nic_row].first_cell + column] = prior_.cell(*nic, column);
}

bool TestLander::lets_go(const VmLanding& landing, Text nic) const {
  return !anew_.empty() && (anew_.contains(text(nic)) || anew_.contains(vm_of_nic(text(nic))) ||
                            anew_.contains(text(input_.names.name(landing.test))) ||
                            (landing.half && anew_.contains(pair_of(text(desired_.rows[landing.half].address)))));
}

// The test address that was chosen before for the same landing in this test network: as state has it, or as it is found
// where nothing is recorded.
void TestLander::read_kept(const VmLanding& landing, const PriorRow* nic, DesiredId nic_row,
                           TestRequest& request) const {
  const PriorRow* vm = prior_of(k_vm_type, desired_.rows[landing.row].identity);
  if (vm == nullptr || nic == nullptr || lets_go(landing, desired_.rows[nic_row].address)) return;
  const auto was = [&](const PriorRow& row, std::size_t column) {
    if (row.recorded) return input_.recorded.cell(input_.recorded.rows[row.recorded], column);
    return row.presence == Existence::Present ? prior_.cell(row, column) : Text();
  };
  const Text tested_in = was(*vm, vm_column::test_network);
  const Text identity = !tested_in     ? Text()
                        : vm->recorded ? input_.names.recorded_identity(tested_in)
                                       : input_.names.identity(tested_in);
  TestConfiguration& primary = request.configurations.front();
  const Text landing_then = was(*nic, nic_column::target_ip), kept = was(*nic, nic_column::test_ip);
  if (identity != landing.test || !landing_then || !kept || tested_ip(text(landing_then)) != primary.landing) return;
  request.kept_subnet = text(was(*nic, nic_column::test_subnet));
  primary.kept = tested_ip(text(kept));
}

void TestLander::occupy() {
  for (std::size_t n = 0; n < networks_.size(); ++n)
    if (const PriorRow* found = prior_of(k_network_type, identities_[n]))
      for (const AddressInUse& use : prior_.in_use_of(*found))
        if (!use.ip.v6) networks_[n].occupied.push_back({use.ip, text(use.owner), true});
  for (const VmLanding& landing : input_.landings) {
    const TestNetworkId at = landing.network ? number_[landing.network] : TestNetworkId();
    if (!at) continue;
    for (std::size_t n = 0; n < landing.nics.size(); ++n) {
      const auto add = [&](std::string_view source) {
        if (const auto ip = tested_ip(source))
          networks_[at.index()].occupied.push_back({*ip, text(desired_.rows[landing.nic_row(n)].address), false});
      };
      add(text(landing.nics[n].ip));
      for (const auto& [name, ip] : items(landing.nics[n].secondary)) add(ip);
    }
  }
}

void TestLander::write(std::uint32_t r, const TestedNic& tested, std::vector<TestRow>& rows) {
  const VmLanding& landing = *asked_[r].landing;
  const std::uint32_t first = desired_.rows[asked_[r].nic].first_cell;
  const Text subnet = tested.subnet.empty() ? Text() : texts_.intern(tested.subnet);
  desired_.cells[first + nic_column::test_subnet] = subnet;
  for (std::size_t c = 0; c < tested.addresses.size(); ++c) {
    const std::optional<PlacedAddress>& address = tested.addresses[c];
    const Text ip = address && address->ip ? texts_.intern(to_text(*address->ip)) : Text();
    if (c == 0) desired_.cells[first + nic_column::test_ip] = ip;
    rows.push_back({landing.row, asked_[r].nic, texts_.intern(requests_[r].configurations[c].name),
                    input_.names.name(landing.test), subnet, ip, tested.reason,
                    address ? address->reason : IpReason::Dynamic, address.has_value()});
  }
}

// `vm.web1.nic.eth0` was recorded with the test address 10.9.1.5, and another machine has it in the test network now.
void TestLander::note_lost(std::uint32_t r, const TestedNic& tested) {
  const TestConfiguration& primary = requests_[r].configurations.front();
  const PriorId p = asked_[r].prior;
  if (!primary.kept || primary.override_ip || !p || !prior_.rows[p].recorded) return;
  if (tested.addresses.front() && tested.addresses.front()->ip == primary.kept) return;
  const auto [at, first] = taken_.try_emplace(requests_[r].network);
  if (first)
    for (const Occupant& one : networks_[requests_[r].network].occupied) at->second.try_emplace(one.ip, one.owner);
  PriorRow& row = prior_.rows[p];
  const auto taken = at->second.find(*primary.kept);
  if (taken == at->second.end() || prior_.cell(row, nic_column::test_ip) !=
                                       input_.recorded.cell(input_.recorded.rows[row.recorded], nic_column::test_ip))
    return;
  row.drifted = true;
  const Text was = prior_.cell(row, nic_column::test_ip);
  prior_.drift.push_back({row.address, nic_column::test_ip, row.type, was, was,
                          texts_.intern(fmt::format("{} ({})", text(was), taken->second))});
}

// At the value that cannot be, wherever it stands.
void TestLander::report(const PlacementProblem& problem) {
  Diagnostic diagnostic = problem.diagnostic;
  const Asked& asked = asked_[problem.request];
  std::size_t attribute = LandingPlaces::k_no_attribute;
  if (diagnostic.code == Code::OverrideUnusable) attribute = nic_column::test_ip;
  else if (diagnostic.severity == Severity::Error) attribute = nic_column::test_subnet;
  places_.point(diagnostic, asked.nic, *asked.landing, attribute);
  diagnostics_.add(std::move(diagnostic));
}

}  // namespace

std::vector<TestRow> place_test_landings(const LandingInput& input, const std::vector<PlacementRow>& placed,
                                         DesiredState& desired, PriorState& prior, StringPool& texts,
                                         Diagnostics& diagnostics) {
  const auto tested = [](const VmLanding& landing) { return static_cast<bool>(landing.test); };
  if (std::none_of(input.landings.begin(), input.landings.end(), tested)) return {};
  return TestLander(input, placed, desired, prior, texts, diagnostics).run();
}

}  // namespace pairform
