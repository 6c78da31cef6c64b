#include "engine/drill/drill.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

std::optional<Ip> ip(std::string_view text) { return parse_ip(text); }  // "dhcp": none

// network.app in eastasia, lost; network.dr, where vms come up; network.test, to try it in.
struct Case {
  std::vector<LandingNetwork> networks{
      {"network.app", {subnet("alpha", "10.0.0.0/24"), subnet("web", "10.0.1.0/24")}, {}},
      {"network.dr", {subnet("db", "10.9.0.0/24"), subnet("web", "10.0.1.0/24"), subnet("Zeta", "10.9.2.0/29")}, {}},
      {"network.test", {subnet("web", "10.0.1.0/29")}, {}}};
  std::vector<MappingRule> rules{{"mapping.m", {}, false}};
  std::vector<DrilledNic> nics;
  bool strict_addresses = false;
  std::uint32_t test_network = k_no_network;

  static Subnet subnet(std::string name, std::string_view prefix) {
    return {std::move(name), {parse_prefix(prefix)->prefix}};
  }
  DrilledNic& nic(std::string_view vm, std::string_view address, std::string_view from, std::string_view source,
                  std::string_view to, std::string_view target) {
    nics.push_back({vm, address, 0, from, 1, to, 0, 0, {{"primary", ip(source), ip(target), true}}});
    return nics.back();
  }
  Drill drilled() const { return drill({"eastasia", networks, rules, nics, false, strict_addresses}); }
  // All of them take part in a test failover into that network.
  void test(std::uint32_t network) {
    test_network = network;
    for (DrilledNic& nic : nics) nic.test_network = network;
  }
  // One line a configuration, then one a problem.
  std::string text() const {
    const Drill result = drilled();
    const auto spot = [](const std::optional<Ip>& one, IpReason reason) {
      return (one ? to_text(*one) : std::string("dynamic")) + " (" + std::string(reason_text(reason)) + ")";
    };
    std::string out;
    for (std::size_t i = 0; i < nics.size(); ++i)
      for (std::size_t c = 0; c < nics[i].configurations.size(); ++c) {
        const DrillOutcome& outcome = result.nics[i].configurations[c];
        out += std::string(nics[i].address) + " " + std::string(nics[i].configurations[c].name) + ": ";
        if (const auto& back = outcome.failback)
          out += std::string(networks[back->network].name) + " " + std::string(back->subnet) + " (" +
                 std::string(reason_text(back->subnet_reason)) + ") " + spot(back->ip, back->ip_reason) +
                 (back->home ? " home" : "");
        else out += "nowhere";
        if (test_network != k_no_network)
          out += "; test " + std::string(result.nics[i].test_subnet) + " " +
                 (outcome.tested ? spot(outcome.tested->ip, outcome.tested->reason) : "nothing");
        out += "\n";
      }
    for (const DrillProblem& problem : result.problems)
      out += code_text(problem.code) + " " + problem.address + ": " + problem.detail + "\n";
    return out;
  }
};

TEST(Drill, ComesHomeToTheSameNetworkSubnetAndAddress) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "WEB", "10.0.1.20", "web", "10.0.1.20");
  given.nic("vm.b", "vm.b.nic.eth0", "web", "dhcp", "web", "dhcp");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.app web (same-name) 10.0.1.20 (same-address) home\n"
            "vm.b.nic.eth0 primary: network.app web (same-name) dynamic (dynamic) home\n");
}

TEST(Drill, SaysOnceAVmWhyItDoesNotComeHome) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "Zeta", "10.9.2.4");  // no Zeta at home: alpha
  given.nic("vm.a", "vm.a.nic.eth1", "alpha", "10.0.0.20", "db", "10.9.0.4");  // another address
  given.nic("vm.b", "vm.b.nic.eth0", "alpha", "dhcp", "db", "10.9.0.5");       // an override fixed it
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.app alpha (first) 10.0.0.4 (next-available)\n"
            "vm.a.nic.eth1 primary: network.app alpha (first) 10.0.0.5 (next-available)\n"
            "vm.b.nic.eth0 primary: network.app alpha (first) 10.0.0.6 (next-available)\n"
            "PF3401 vm.a: vm.a.nic.eth0 comes home to subnet \"alpha\" of network.app, not to \"web\"; vm.a.nic.eth1 "
            "comes home "
            "with 10.0.0.5, not with 10.0.0.20\n"
            "PF3401 vm.b: vm.b.nic.eth0 comes home with 10.0.0.6, not with a dynamic address\n");
}

TEST(Drill, GoesHomeByTheMappingsOwnRules) {
  Case given;
  given.rules[0] = {"mapping.m", {{"db", "alpha"}}, true};
  given.nic("vm.a", "vm.a.nic.eth0", "alpha", "10.0.0.20", "db", "10.9.0.20");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: network.app alpha (mapped) 10.0.0.20 (same-host) home\n");
  given.networks.push_back({"network.other", {Case::subnet("db", "10.9.0.0/24")}, {}});
  given.nics[0].home_network = 3;
  given.nics[0].home_rule = k_no_rule;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.other db (same-name) 10.9.0.20 (same-address)\n"
            "PF3401 vm.a: vm.a.nic.eth0 comes home to network.other, not to network.app\n");
}

TEST(Drill, GoesHomeAsTheServiceHasDecided) {
  Case given;
  given.rules[0] = {"mapping.m", {}, true};
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "web", "10.0.1.20").home_subnet = "web";
  given.nics[0].configurations[0].home_ip = ip("10.0.1.4");
  given.nic("vm.b", "vm.b.nic.eth0", "web", "10.0.1.21", "web", "10.0.1.21").home_subnet = "WEB";
  given.nics[1].configurations[0].home_ip = ip("10.0.1.21");
  given.nic("vm.c", "vm.c.nic.eth0", "alpha", "dhcp", "web", "dhcp").home_subnet = "alpha";
  given.nic("vm.d", "vm.d.nic.eth0", "web", "10.0.1.4", "web", "10.0.1.4");  // by the rules
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.app web (kept) 10.0.1.4 (kept)\n"
            "vm.b.nic.eth0 primary: network.app WEB (kept) 10.0.1.21 (kept) home\n"
            "vm.c.nic.eth0 primary: network.app alpha (kept) dynamic (dynamic) home\n"
            "vm.d.nic.eth0 primary: network.app web (same-name) 10.0.1.4 (same-address) home\n"
            "PF3401 vm.a: vm.a.nic.eth0 comes home with 10.0.1.4, not with 10.0.1.20\n");
}

TEST(Drill, ComesHomeNowhereWhereNothingLeadsBack) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "web", "10.0.1.20").home_network = k_no_network;
  given.nic("vm.a", "vm.a.nic.eth1", "web", "10.0.1.21", "web", "10.0.1.21").home_network = k_no_network;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere\n"
            "vm.a.nic.eth1 primary: nowhere\n"
            "PF3401 vm.a: nothing leads from network.dr back to eastasia\n");
}

TEST(Drill, LeavesWhatDoesNotLandToThePlan) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "", "dhcp").configurations[0].lands = false;
  given.nic("vm.b", "vm.b.nic.eth0", "web", "10.0.1.20", "web", "10.0.1.20")
      .configurations.push_back({"vip", ip("10.0.1.21"), {}, false});
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere\n"
            "vm.b.nic.eth0 primary: network.app web (same-name) 10.0.1.20 (same-address) home\n"
            "vm.b.nic.eth0 vip: nowhere\n");
}

TEST(Drill, TellsOfAPlaceTakenAtHome) {
  Case given;
  given.networks[0].occupied = {{*ip("10.0.1.20"), "in use", true}};
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "web", "10.0.1.20")
      .configurations.push_back({"vip", ip("10.0.1.21"), ip("10.0.1.21"), true});
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.app web (same-name) 10.0.1.4 (next-available)\n"
            "vm.a.nic.eth0 vip: network.app web (same-name) 10.0.1.21 (same-address) home\n"
            "PF3401 vm.a: vm.a.nic.eth0 comes home with 10.0.1.4, not with 10.0.1.20\n");
  given.strict_addresses = true;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere\n"
            "vm.a.nic.eth0 vip: network.app web (same-name) 10.0.1.21 (same-address) home\n"
            "PF3401 vm.a: vm.a.nic.eth0 cannot keep 10.0.1.20: 10.0.1.20 is taken in network.app (in use), and "
            "strict_addresses refuses the next available\n");
}

TEST(Drill, CountsWhatComesUpInASubnetDynamicOnesToo) {
  Case given;
  given.rules[0].subnets = {{"Zeta", "web"}};
  given.networks[1].occupied = {{*ip("10.9.2.4"), "in use", true}, {*ip("10.9.0.4"), "in use", true}};
  given.nic("vm.a", "vm.a.nic.eth0", "web", "dhcp", "Zeta", "dhcp")
      .configurations.push_back({"vip", ip("10.0.1.21"), ip("10.9.2.5"), true});
  EXPECT_EQ(given.drilled().problems.size(), 1U);  // it fits; only vip has another address at home
  given.nic("vm.b", "vm.b.nic.eth0", "web", "dhcp", "zeta", "dhcp");
  given.networks[0].subnets[1] = Case::subnet("web", "10.0.1.0/30");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: network.app web (mapped) dynamic (dynamic) home\n"
            "vm.a.nic.eth0 vip: nowhere\n"
            "vm.b.nic.eth0 primary: network.app web (mapped) dynamic (dynamic) home\n"
            "PF3401 vm.a: vm.a.nic.eth0 \"vip\" finds no free address in subnet \"web\" of network.app: it holds no "
            "IPv4 address "
            "that can be given\n"
            "PF3402 network.dr: subnet \"Zeta\" has 3 addresses, 1 of them in use, and 3 would come up in it\n"
            "PF3402 network.app: subnet \"web\" has 0 addresses, 0 of them in use, and 3 would come home to it\n");
}

TEST(Drill, TestsWithTheOwnAddressOrTheHighestFreeOne) {
  Case given;
  given.networks[2].occupied = {{*ip("10.0.1.6"), "in use", true}};
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.20", "web", "10.0.1.20");  // outside the test's prefix
  given.nic("vm.b", "vm.b.nic.eth0", "web", "10.0.1.5", "web", "10.0.1.5");    // would be the highest free one
  given.nic("vm.c", "vm.c.nic.eth0", "web", "10.0.1.6", "web", "10.0.1.6");    // a stranger's
  given.nics[2].configurations.push_back({"vip", {}, {}, true});
  given.test(2);
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: network.app web (same-name) 10.0.1.20 (same-address) home; test web 10.0.1.4 "
      "(next-available)\n"
      "vm.b.nic.eth0 primary: network.app web (same-name) 10.0.1.5 (same-address) home; test web 10.0.1.5 (kept)\n"
      "vm.c.nic.eth0 primary: network.app web (same-name) 10.0.1.6 (same-address) home; test web nothing\n"
      "vm.c.nic.eth0 vip: network.app web (same-name) dynamic (dynamic) home; test web dynamic (dynamic)\n"
      "PF3402 network.test: subnet \"web\" has 3 addresses, 1 of them in use, and 4 would come up in it for the "
      "test\n");
}

TEST(Drill, TestsThoseThatTakePartAlone) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "web", "10.0.1.5", "web", "10.0.1.5");
  given.nic("vm.b", "vm.b.nic.eth0", "web", "10.0.1.6", "web", "10.0.1.6");
  given.test(2);
  given.nics[0].test_network = k_no_network;
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: network.app web (same-name) 10.0.1.5 (same-address) home; test  nothing\n"
      "vm.b.nic.eth0 primary: network.app web (same-name) 10.0.1.6 (same-address) home; test web 10.0.1.6 (kept)\n");
}

TEST(Drill, MarksTheProblemsOfATestFailover) {
  Case given;
  for (const char* vm : {"vm.a", "vm.b", "vm.c", "vm.d"}) given.nic(vm, vm, "web", "dhcp", "Zeta", "dhcp");
  given.test(2);
  given.rules[0].subnets = {{"Zeta", "web"}};
  std::string told;
  for (const DrillProblem& problem : given.drilled().problems)
    told += problem.address + (problem.of_test ? " test\n" : "\n");
  EXPECT_EQ(told, "network.dr\nnetwork.test test\n");
}

TEST(Drill, TestsInASubnetChosenByNameOrTheFirst) {
  Case given;
  given.nic("vm.a", "vm.a.nic.eth0", "alpha", "10.0.0.4", "db", "10.9.0.4");
  given.test(2);
  EXPECT_EQ(given.drilled().nics[0].test_subnet_reason, SubnetReason::First);
  given.networks[2].subnets.push_back(Case::subnet("ALPHA", "10.9.0.0/24"));
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: network.app alpha (first) 10.0.0.4 (next-available) home; test ALPHA 10.9.0.4 (kept)\n");
  EXPECT_EQ(given.drilled().nics[0].test_subnet_reason, SubnetReason::SameName);
  given.networks[2].subnets = {Case::subnet("GatewaySubnet", "10.9.0.0/24")};
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: network.app alpha (first) 10.0.0.4 (next-available) home; test  nothing\n"
      "PF3303 vm.a.nic.eth0: vm.a.nic.eth0 would land in \"GatewaySubnet\": it comes from \"alpha\", network.test has "
      "\"GatewaySubnet\", and the first of them by name is the platform's own\n");
}

}  // namespace
}  // namespace pairform
