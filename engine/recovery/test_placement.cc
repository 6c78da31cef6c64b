#include "engine/recovery/test_placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "engine/recovery/address_pools.h"
#include "engine/recovery/landing_text.h"
#include "engine/recovery/subnet_choice.h"

namespace pairform {
namespace {

class TestPlacer {
 public:
  explicit TestPlacer(const TestInput& input)
      : input_(input),
        requests_(subnet_requests(input)),
        choices_(choose_subnets({input.networks, {}, requests_, input.strict_subnets, false}, out_.problems)),
        pools_(input.networks, tested_subnets(), k_first_occupant) {}

  TestPlacement run() {
    out_.nics.resize(input_.requests.size());
    for (std::uint32_t r = 0; r < input_.requests.size(); ++r) open(r);
    for (const Pass pass : {Pass::Override, Pass::Kept, Pass::Own, Pass::Highest})
      for (std::uint32_t r = 0; r < input_.requests.size(); ++r) take(r, pass);
    std::stable_sort(out_.problems.begin(), out_.problems.end(),
                     [](const PlacementProblem& a, const PlacementProblem& b) {
                       return std::tie(a.request, a.configuration) < std::tie(b.request, b.configuration);
                     });
    return std::move(out_);
  }

 private:
  enum class Pass { Override, Kept, Own, Highest };
  static constexpr std::uint32_t k_first_occupant = 1;  // holder 0: a configuration of these requests

  static std::vector<LandingRequest> subnet_requests(const TestInput& input) {
    std::vector<LandingRequest> out;
    out.reserve(input.requests.size());
    for (const TestRequest& asked : input.requests) {
      LandingRequest& request = out.emplace_back();
      request.address = asked.address;
      request.source_network = request.target_network = asked.network;
      request.source_subnet = asked.source_subnet;
      request.override_subnet = asked.override_subnet;
      request.kept_subnet = asked.fixed ? asked.kept_subnet : std::string_view();
      request.fixed = asked.fixed;
      request.for_test = true;
    }
    return out;
  }
  std::vector<LandedSubnet> tested_subnets() const {
    std::vector<LandedSubnet> out;
    for (std::size_t r = 0; r < choices_.size(); ++r)
      if (choices_[r].target != k_no_subnet) out.push_back({input_.requests[r].network, choices_[r].target});
    return out;
  }

  void open(std::uint32_t r);
  void take(std::uint32_t r, Pass pass);
  bool give(std::uint32_t r, std::uint32_t c, const std::optional<Ip>& ip, IpReason reason);
  void refuse(std::uint32_t r, std::uint32_t c);
  void full(std::uint32_t r, std::uint32_t c);
  std::string why_unusable(std::uint32_t r, const Ip& ip);
  const Subnet& subnet(std::uint32_t r) const {
    return input_.networks[input_.requests[r].network].subnets[choices_[r].target];
  }
  std::string subnet_text(std::uint32_t r) const {
    return fmt::format("subnet \"{}\" of {}", subnet(r).name, input_.networks[input_.requests[r].network].name);
  }
  FreeAddresses& pool(std::uint32_t r) { return pools_[pools_.pool(input_.requests[r].network, choices_[r].target)]; }

  const TestInput& input_;
  TestPlacement out_;
  std::vector<LandingRequest> requests_;
  std::vector<SubnetChoice> choices_;
  AddressPools pools_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> full_;  // network and subnet: told
};

// What is fixed stays, and occupies what it has, before anything else is given.
void TestPlacer::open(std::uint32_t r) {
  const TestRequest& asked = input_.requests[r];
  TestedNic& nic = out_.nics[r];
  nic.addresses.resize(asked.configurations.size());
  nic.reason = choices_[r].reason;
  if (choices_[r].target != k_no_subnet) nic.subnet = subnet(r).name;
  else if (asked.fixed) nic.subnet = asked.kept_subnet;
  for (std::uint32_t c = 0; asked.fixed && c < asked.configurations.size(); ++c) {
    const std::optional<Ip>& kept = asked.configurations[c].kept;
    nic.addresses[c] = PlacedAddress{kept, kept ? IpReason::Kept : IpReason::Dynamic};
    if (kept) pools_.take(asked.network, *kept, 0);
  }
}

void TestPlacer::take(std::uint32_t r, Pass pass) {
  const TestRequest& asked = input_.requests[r];
  if (asked.fixed || choices_[r].target == k_no_subnet) return;
  for (std::uint32_t c = 0; c < asked.configurations.size(); ++c) {
    const TestConfiguration& wanted = asked.configurations[c];
    std::optional<PlacedAddress>& place = out_.nics[r].addresses[c];
    if (place || !wanted.lands) continue;
    if (wanted.override_ip) {
      if (pass == Pass::Override && !give(r, c, wanted.override_ip, IpReason::Override)) refuse(r, c);
      continue;
    }
    if (!wanted.landing) {
      place = PlacedAddress{};
      continue;
    }
    if (pass == Pass::Kept && ascii_lower(asked.kept_subnet) == ascii_lower(subnet(r).name))
      give(r, c, wanted.kept, IpReason::Kept);
    if (pass == Pass::Own) give(r, c, wanted.landing, IpReason::Kept);
    if (pass == Pass::Highest && !give(r, c, pool(r).highest(), IpReason::NextAvailable)) full(r, c);
  }
}

bool TestPlacer::give(std::uint32_t r, std::uint32_t c, const std::optional<Ip>& ip, IpReason reason) {
  if (!ip || !pool(r).is_free(*ip)) return false;
  pool(r).take(*ip, 0);
  out_.nics[r].addresses[c] = PlacedAddress{ip, reason};
  return true;
}

// A test_ip that cannot be had is an error: the user wrote this very address.
void TestPlacer::refuse(std::uint32_t r, std::uint32_t c) {
  const TestRequest& asked = input_.requests[r];
  const Ip& ip = *asked.configurations[c].override_ip;
  out_.problems.push_back(
      {r,
       c,
       {Code::OverrideUnusable,
        Severity::Error,
        fmt::format("{} cannot have {} in a test failover",
                    configuration_text(asked.address, c, asked.configurations[c].name), to_text(ip)),
        why_unusable(r, ip),
        "choose another address of the subnet, or leave test_ip out",
        {},
        std::string(asked.address)}});
}

std::string TestPlacer::why_unusable(std::uint32_t r, const Ip& ip) {
  const std::optional<std::uint32_t> holder = pool(r).holder(ip);
  if (holder && *holder < k_first_occupant) return fmt::format("{} is given to another test_ip", to_text(ip));
  if (holder) {
    const LandingNetwork& network = input_.networks[input_.requests[r].network];
    return fmt::format("{} is taken in {} ({})", to_text(ip), network.name,
                       network.occupied[*holder - k_first_occupant].owner);
  }
  if (pool(r).contains(ip))
    return fmt::format("{} is the platform's, as the first four addresses and the last one of every prefix are",
                       to_text(ip));
  return fmt::format("{} is not in {}", to_text(ip), subnet_text(r));
}

void TestPlacer::full(std::uint32_t r, std::uint32_t c) {
  const TestRequest& asked = input_.requests[r];
  if (!full_.emplace(asked.network, choices_[r].target).second) return;
  out_.problems.push_back({r,
                           c,
                           {Code::SubnetFull,
                            Severity::Warning,
                            fmt::format("{} has no address left for a test failover", subnet_text(r)),
                            fmt::format("it holds {}, and more are to come up there, {} first", pool(r).capacity(),
                                        configuration_text(asked.address, c, asked.configurations[c].name)),
                            "test some vms at a time, make the subnet larger, or give test_subnet",
                            {},
                            std::string(asked.address)}});
}

}  // namespace

TestPlacement place_tests(const TestInput& input) { return TestPlacer(input).run(); }

}  // namespace pairform
