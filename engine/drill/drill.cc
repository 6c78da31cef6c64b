#include "engine/drill/drill.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/recovery/address_pools.h"
#include "engine/recovery/landing_text.h"
#include "engine/recovery/test_placement.h"

namespace pairform {
namespace {

std::string problem_text(const Diagnostic& told) { return told.summary + ": " + told.detail; }
bool same_name(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }

class Driller {
 public:
  explicit Driller(const DrillInput& input) : input_(input) {}

  Drill run() {
    for (const DrilledNic& nic : input_.nics) out_.nics.emplace_back().configurations.resize(nic.configurations.size());
    why_not_home_.resize(input_.nics.size());
    fail_back();
    report_vms();
    check_sizes(landed(), "would come up in it");
    check_sizes(home_claims_, "would come home to it");
    test();
    return std::move(out_);
  }

 private:
  struct Claim {  // of one configuration to an address of its own, static or not
    std::uint32_t network;
    std::string_view subnet;
  };
  struct Way {  // of a request of the reversed world: where it is from
    std::uint32_t nic;
    std::vector<std::uint32_t> configurations;  // by configuration of the request
  };

  void fail_back();
  bool way_back(std::uint32_t nic, LandingRequest& request, Way& way) const;
  void come_back(const Way& way, const PlacedNic& placed);
  void come_back_as_recorded(std::uint32_t nic);
  void take_home(std::uint32_t nic, std::uint32_t configuration, Failback back);
  std::string difference(const DrilledNic& nic, const DrilledConfiguration& configuration, const Failback& back) const;
  void report_vms();
  std::vector<Claim> landed() const;
  void check_sizes(const std::vector<Claim>& claims, std::string_view how, bool of_test = false);
  void test();
  std::vector<TestRequest> test_requests();
  std::string_view network(std::uint32_t number) const { return input_.networks[number].name; }

  const DrillInput& input_;
  Drill out_;
  std::vector<std::vector<std::string>> why_not_home_;  // by NIC
  std::vector<Claim> home_claims_;
  std::vector<std::uint32_t> tested_;  // NICs that take part in the test
};

// The reversed world: from where a NIC landed to where the way home leads. False: it did not land, or there is none.
bool Driller::way_back(std::uint32_t number, LandingRequest& request, Way& way) const {
  const DrilledNic& nic = input_.nics[number];
  request.address = nic.address;
  request.source_network = nic.target_network;
  request.source_subnet = nic.target_subnet;
  request.target_network = nic.home_network;
  request.rule = nic.home_rule;
  way.nic = number;
  for (std::uint32_t c = 0; c < nic.configurations.size(); ++c) {
    const DrilledConfiguration& configuration = nic.configurations[c];
    if (!configuration.lands || nic.target_subnet.empty()) continue;
    request.configurations.push_back({configuration.name, configuration.target, {}, {}});
    way.configurations.push_back(c);
  }
  return nic.home_network != k_no_network && !way.configurations.empty();
}

void Driller::fail_back() {
  std::vector<LandingRequest> requests;
  std::vector<Way> ways;
  for (std::uint32_t i = 0; i < input_.nics.size(); ++i) {
    LandingRequest request;
    Way way;
    if (!input_.nics[i].home_subnet.empty()) {
      come_back_as_recorded(i);
    } else if (way_back(i, request, way)) {
      requests.push_back(std::move(request));
      ways.push_back(std::move(way));
    } else if (!way.configurations.empty()) {
      const DrilledNic& nic = input_.nics[i];
      why_not_home_[i].push_back(
          nic.home_elsewhere.empty()
              ? fmt::format("nothing leads from {} back to {}", network(nic.target_network), input_.region)
              : fmt::format("its way home from {} leads to {}, which no stanza names", network(nic.target_network),
                            nic.home_elsewhere));
    }
  }
  const Placement placement =
      place({input_.networks, input_.rules, requests, input_.strict_subnets, input_.strict_addresses});
  for (std::size_t i = 0; i < requests.size(); ++i) come_back(ways[i], placement.nics[i]);
  for (const PlacementProblem& problem : placement.problems)
    if (problem.diagnostic.severity == Severity::Error)
      why_not_home_[ways[problem.request].nic].push_back(problem_text(problem.diagnostic));
}

void Driller::come_back(const Way& way, const PlacedNic& placed) {
  const DrilledNic& nic = input_.nics[way.nic];
  if (placed.subnet.empty()) return;
  home_claims_.insert(home_claims_.end(), way.configurations.size(), {nic.home_network, placed.subnet});
  for (std::size_t i = 0; i < way.configurations.size(); ++i) {
    const DrilledConfiguration& configuration = nic.configurations[way.configurations[i]];
    const PlacedAddress& address = placed.addresses[i];
    if (configuration.target && !address.ip) continue;
    take_home(way.nic, way.configurations[i],
              {nic.home_network, placed.subnet, address.ip, placed.reason, address.reason, false});
  }
}

// The service has decided it: `web 10.1.1.4` of web1, which had 10.1.1.10 when it left.
void Driller::come_back_as_recorded(std::uint32_t number) {
  const DrilledNic& nic = input_.nics[number];
  for (std::uint32_t c = 0; c < nic.configurations.size(); ++c) {
    const DrilledConfiguration& configuration = nic.configurations[c];
    if (!configuration.lands) continue;
    home_claims_.push_back({nic.home_network, nic.home_subnet});
    const IpReason reason = configuration.home_ip ? IpReason::Kept : IpReason::Dynamic;
    take_home(number, c, {nic.home_network, nic.home_subnet, configuration.home_ip, SubnetReason::Kept, reason, false});
  }
}

void Driller::take_home(std::uint32_t number, std::uint32_t c, Failback back) {
  const DrilledNic& nic = input_.nics[number];
  const DrilledConfiguration& configuration = nic.configurations[c];
  const std::string other = difference(nic, configuration, back);
  back.home = other.empty();
  if (!back.home)
    why_not_home_[number].push_back(
        fmt::format("{} comes home {}", configuration_text(nic.address, c, configuration.name), other));
  out_.nics[number].configurations[c].failback = back;
}

// Where it comes home to, if that is not where it left. Empty: home.
std::string Driller::difference(const DrilledNic& nic, const DrilledConfiguration& configuration,
                                const Failback& back) const {
  if (back.network != nic.source_network)
    return fmt::format("to {}, not to {}", network(back.network), network(nic.source_network));
  if (!same_name(back.subnet, nic.source_subnet))
    return fmt::format("to subnet \"{}\" of {}, not to \"{}\"", back.subnet, network(back.network), nic.source_subnet);
  if (back.ip == configuration.source) return {};
  const auto text = [](const std::optional<Ip>& ip) { return ip ? to_text(*ip) : std::string("a dynamic address"); };
  return fmt::format("with {}, not with {}", text(back.ip), text(configuration.source));
}

void Driller::report_vms() {
  for (std::size_t i = 0; i < input_.nics.size();) {
    const std::string_view vm = input_.nics[i].vm;
    std::vector<std::string> why;
    for (; i < input_.nics.size() && input_.nics[i].vm == vm; ++i)
      for (std::string& one : why_not_home_[i])
        if (std::find(why.begin(), why.end(), one) == why.end()) why.push_back(std::move(one));
    if (!why.empty())
      out_.problems.push_back({Code::NotHome, std::string(vm), fmt::format("{}", fmt::join(why, "; "))});
  }
}

std::vector<Driller::Claim> Driller::landed() const {
  std::vector<Claim> claims;
  for (const DrilledNic& nic : input_.nics)
    if (!nic.target_subnet.empty())
      claims.insert(claims.end(), nic.configurations.size(), {nic.target_network, nic.target_subnet});
  return claims;
}

// Dynamic ones need an address, too, once they come up, and no rule has counted them.
void Driller::check_sizes(const std::vector<Claim>& claims, std::string_view how, bool of_test) {
  std::map<std::uint32_t, std::map<std::string, std::size_t>> counts;  // network -> lower-cased subnet -> claims
  for (const Claim& claim : claims) ++counts[claim.network][ascii_lower(claim.subnet)];
  std::vector<LandedSubnet> subnets;
  for (const auto& [number, of_network] : counts)
    for (std::uint32_t s = 0; s < input_.networks[number].subnets.size(); ++s)
      if (of_network.contains(ascii_lower(input_.networks[number].subnets[s].name))) subnets.push_back({number, s});
  AddressPools pools(input_.networks, subnets, 0);
  std::map<std::pair<std::string_view, std::string>, DrillProblem> problems;  // by network and subnet
  for (const LandedSubnet& one : subnets) {
    const std::string& name = input_.networks[one.network].subnets[one.subnet].name;
    const std::size_t count = counts[one.network][ascii_lower(name)];
    const FreeAddresses& pool = pools[pools.pool(one.network, one.subnet)];
    if (count + pool.taken() > pool.capacity())
      problems[{network(one.network), ascii_lower(name)}] = {
          Code::TooManyForSubnet, std::string(network(one.network)),
          fmt::format("subnet \"{}\" has {} addresses, {} of them in use, and {} {}", name, pool.capacity(),
                      pool.taken(), count, how),
          of_test};
  }
  for (auto& [where, problem] : problems) out_.problems.push_back(std::move(problem));
}

std::vector<TestRequest> Driller::test_requests() {
  std::vector<TestRequest> requests;
  for (std::uint32_t i = 0; i < input_.nics.size(); ++i) {
    const DrilledNic& nic = input_.nics[i];
    if (nic.test_network == k_no_network || !nic.planned_test_subnet.empty()) continue;
    tested_.push_back(i);
    TestRequest& request = requests.emplace_back();
    request.address = nic.address;
    request.network = nic.test_network;
    request.source_subnet = nic.source_subnet;
    request.override_subnet = nic.test_subnet;
    for (const DrilledConfiguration& each : nic.configurations)
      request.configurations.push_back(
          {.name = each.name, .landing = each.target, .lands = each.lands, .override_ip = each.test_ip, .kept = {}});
  }
  return requests;
}

// Where the size of the subnet is the problem, it is told as that.
void Driller::test() {
  const std::vector<TestRequest> requests = test_requests();
  const TestPlacement placed = place_tests({input_.networks, requests, input_.strict_subnets});
  for (const PlacementProblem& problem : placed.problems)
    if (problem.diagnostic.severity == Severity::Error)
      out_.problems.push_back(
          {problem.diagnostic.code, problem.diagnostic.address, problem_text(problem.diagnostic), true});
  std::vector<Claim> claims;
  for (const DrilledNic& nic : input_.nics)
    if (!nic.planned_test_subnet.empty())
      claims.insert(claims.end(), nic.configurations.size(), {nic.test_network, nic.planned_test_subnet});
  for (std::size_t r = 0; r < requests.size(); ++r) {
    const TestedNic& nic = placed.nics[r];
    DrilledPlace& place = out_.nics[tested_[r]];
    place.test_subnet = nic.subnet;
    place.test_subnet_reason = nic.reason;
    for (std::size_t c = 0; c < nic.addresses.size(); ++c) place.configurations[c].tested = nic.addresses[c];
    if (!nic.subnet.empty()) claims.insert(claims.end(), nic.addresses.size(), {requests[r].network, nic.subnet});
  }
  if (!claims.empty()) check_sizes(claims, "would come up in it for the test", true);
}

}  // namespace

Drill drill(const DrillInput& input) { return Driller(input).run(); }

}  // namespace pairform
