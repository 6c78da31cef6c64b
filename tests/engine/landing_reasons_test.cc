// What `why` says of a landing, for the rules that the scenarios of tests/golden do not reach.
#include "engine/recovery/landing_reasons.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pairform {
namespace {

Subnet subnet(const char* name, const char* prefix) { return {name, {parse_prefix(prefix)->prefix}}; }
Ip ip(const char* text) { return *parse_ip(text); }

struct World {
  std::vector<LandingNetwork> networks{
      {.name = "network.app", .subnets = {subnet("web", "10.0.1.0/24")}, .occupied = {}},
      {.name = "network.dr", .subnets = {subnet("db", "10.9.0.0/24"), subnet("web", "10.9.1.0/24")}, .occupied = {}}};
  std::vector<MappingRule> rules{{.name = "mapping.m", .subnets = {}, .same_host = true}};
  std::vector<LandingRequest> requests;

  LandingRequest& add(std::string_view address, const char* source) {
    requests.push_back({.address = address,
                        .source_network = 0,
                        .target_network = 1,
                        .rule = 0,
                        .source_subnet = "web",
                        .override_subnet = {},
                        .kept_subnet = {},
                        .configurations = {}});
    requests.back().configurations.push_back({.name = "primary", .source = ip(source), .override_ip = {}, .kept = {}});
    return requests.back();
  }

  std::string why(std::uint32_t request) const {
    const PlacementInput input{networks, rules, requests};
    const LandingReasons reasons = explain(input, place(input), request);
    std::string out = reasons.fixed ? "fixed\n" : "";
    const auto lines = [&](const std::vector<RuleOutcome>& outcomes) {
      for (const RuleOutcome& outcome : outcomes)
        out += fmt::format("{} {}: {}\n", outcome.applies ? "*" : " ", outcome.rule, outcome.text);
    };
    lines(reasons.subnet);
    for (const auto& address : reasons.addresses) lines(address);
    return out;
  }
};

TEST(LandingReasons, NameWhoeverWasGivenTheAddressByThisPlan) {
  World world;
  world.add("vm.a.nic.e", "10.0.1.20");
  world.add("vm.b.nic.e", "10.0.1.20");  // in another network of the same prefix, as far as this one is concerned
  EXPECT_EQ(world.why(1),
            "  override: no target_subnet is given\n"
            "  mapped: the subnets of mapping.m do not name \"web\"\n"
            "* same-name: network.dr has a subnet of the name \"web\"\n"
            "  override: no target_ip is given\n"
            "  kept: it has no address from 10.0.1.20 in network.dr yet\n"
            "  same-address: not possible: \"web\" is 10.9.1.0/24, and 10.0.1.20 comes from 10.0.1.0/24\n"
            "  same-host: not possible: 10.9.1.20 is given to vm.a.nic.e\n"
            "* next-available: it is the lowest free address of \"web\" (10.9.1.0/24)\n");
}

TEST(LandingReasons, TellWhatIsThePlatformsOwnAndWhatIsAsLong) {
  World world;
  world.networks[1].subnets = {subnet("db", "10.9.0.0/24")};
  world.rules[0].subnets = {{"WEB", "db"}};
  world.add("vm.a.nic.e", "10.0.1.3").configurations[0].kept = ip("10.9.0.3");
  world.requests[0].kept_subnet = "db";
  EXPECT_EQ(world.why(0),
            "  override: no target_subnet is given\n"
            "* mapped: the subnets of mapping.m send \"web\" to it\n"
            "  override: no target_ip is given\n"
            "  kept: 10.9.0.3 is the platform's own\n"
            "  same-address: not possible: \"db\" is 10.9.0.0/24, and 10.0.1.3 comes from 10.0.1.0/24\n"
            "  same-host: not possible: 10.9.0.3 is the platform's own\n"
            "* next-available: it is the lowest free address of \"db\" (10.9.0.0/24)\n");
  world.networks[1].subnets = {subnet("db", "10.9.0.0/29")};
  world.requests[0].configurations[0].kept.reset();
  world.requests[0].configurations[0].source = ip("10.0.1.30");
  EXPECT_NE(world.why(0).find("  same-host: not possible: \"db\" is 10.9.0.0/29, without room for host number 30 of "
                              "10.0.1.0/24\n"),
            std::string::npos)
      << world.why(0);
}

TEST(LandingReasons, OfWhatWasKeptInASubnetThatIsGone) {
  World world;
  LandingRequest& asked = world.add("vm.a.nic.e", "10.0.1.20");
  asked.source_subnet = "front";
  asked.kept_subnet = "old";
  asked.configurations[0].kept = ip("10.8.0.4");
  EXPECT_EQ(world.why(0),
            "  override: no target_subnet is given\n"
            "  mapped: the subnets of mapping.m do not name \"front\"\n"
            "  same-name: network.dr has no subnet of the name \"front\"\n"
            "  kept: it landed in \"old\", which network.dr has no more\n"
            "* first: it is the first subnet of network.dr by name\n"
            "  override: no target_ip is given\n"
            "  kept: it had 10.8.0.4, in the subnet \"old\"\n"
            "  same-address: not possible: the prefix that 10.0.1.20 comes from is not known\n"
            "  same-host: not possible: the prefix that it comes from is not known\n"
            "* next-available: it is the lowest free address of \"db\" (10.9.0.0/24)\n");
}

TEST(LandingReasons, AskWhatIsKeptFirstWhereReplicationIsEnabledElsewhere) {
  World world;
  LandingRequest& asked = world.add("vm.a.nic.e", "10.0.1.20");
  asked.keep_first = true;
  asked.kept_subnet = "db";
  asked.configurations[0].source.reset();
  asked.configurations[0].kept = ip("10.9.0.77");
  EXPECT_EQ(world.why(0),
            "  override: no target_subnet is given\n"
            "* kept: it lands there already, and network.dr still has it\n"
            "  override: no target_ip is given\n"
            "* kept: it has it already, from the same source address\n");
}

TEST(LandingReasons, OfWhatIsHeldAreNone) {
  World world;
  LandingRequest& asked = world.add("vm.a.nic.e", "10.0.1.20");
  asked.fixed = true;
  asked.kept_subnet = "db";
  asked.configurations[0].kept = ip("10.9.0.77");
  EXPECT_EQ(world.why(0), "fixed\n");
}

TEST(LandingReasons, EndWithoutOneThatAppliesWhereNoneDoes) {
  World world;
  world.networks[1].subnets = {subnet("web", "10.9.1.0/29")};
  world.rules[0].same_host = false;
  for (const char* address : {"vm.a.nic.e", "vm.b.nic.e", "vm.c.nic.e"}) world.add(address, "10.0.1.20");
  world.add("vm.d.nic.e", "10.0.1.20");
  EXPECT_TRUE(world.why(2).ends_with("* next-available: it is the lowest free address of \"web\" (10.9.1.0/29)\n"))
      << world.why(2);
  EXPECT_TRUE(world.why(3).ends_with("  next-available: no address of \"web\" (10.9.1.0/29) is free\n"))
      << world.why(3);
}

}  // namespace
}  // namespace pairform
