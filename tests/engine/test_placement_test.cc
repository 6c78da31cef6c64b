#include "engine/recovery/test_placement.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

std::optional<Ip> ip(std::string_view text) { return parse_ip(text); }  // "dhcp": none

// network.test, in which tests come up.
struct Case {
  std::vector<LandingNetwork> networks{
      {"network.test", {subnet("db", "10.9.0.0/24"), subnet("web", "10.0.1.0/29")}, {}, {}}};
  std::vector<TestRequest> requests;
  bool strict_subnets = false;

  static Subnet subnet(std::string name, std::string_view prefix) {
    return {std::move(name), {parse_prefix(prefix)->prefix}};
  }
  TestRequest& nic(std::string_view address, std::string_view from, std::string_view landing) {
    TestRequest& request = requests.emplace_back();
    request.address = address;
    request.source_subnet = from;
    request.configurations.push_back({"primary", ip(landing), true, {}, {}});
    return request;
  }
  // One line a configuration, then the texts of each problem.
  std::string text() const {
    const TestPlacement placed = place_tests({networks, requests, strict_subnets});
    std::string out;
    for (std::size_t r = 0; r < requests.size(); ++r)
      for (std::size_t c = 0; c < requests[r].configurations.size(); ++c) {
        const TestedNic& nic = placed.nics[r];
        out += std::string(requests[r].address) + " " + std::string(requests[r].configurations[c].name) + ": " +
               (nic.subnet.empty() ? "no subnet"
                                   : std::string(nic.subnet) + " (" + std::string(reason_text(nic.reason)) + ")");
        if (const auto& address = nic.addresses[c])
          out += " " + (address->ip ? to_text(*address->ip) : std::string("dynamic")) + " (" +
                 std::string(reason_text(address->reason)) + ")";
        out += "\n";
      }
    for (const PlacementProblem& problem : placed.problems)
      out += std::string(problem.diagnostic.severity == Severity::Error ? "error " : "warning ") +
             code_text(problem.diagnostic.code) + " " + problem.diagnostic.address + "\n  " +
             problem.diagnostic.summary + "\n  " + problem.diagnostic.detail + "\n  " + problem.diagnostic.help + "\n";
    return out;
  }
};

TEST(TestPlacement, TakesTheLandingsAddressElseTheHighestFreeOne) {
  Case given;
  given.networks[0].occupied = {{*ip("10.9.0.254"), "in use", true}};
  given.nic("vm.a.nic.eth0", "DB", "10.9.0.7");
  given.nic("vm.b.nic.eth0", "db", "10.9.0.7");  // vm.a has it
  given.nic("vm.c.nic.eth0", "db", "10.8.0.7");  // not in the subnet
  given.nic("vm.d.nic.eth0", "db", "10.9.0.1");  // the platform's
  given.nic("vm.e.nic.eth0", "api", "dhcp");     // no subnet of that name
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: db (same-name) 10.9.0.7 (kept)\n"
            "vm.b.nic.eth0 primary: db (same-name) 10.9.0.253 (next-available)\n"
            "vm.c.nic.eth0 primary: db (same-name) 10.9.0.252 (next-available)\n"
            "vm.d.nic.eth0 primary: db (same-name) 10.9.0.251 (next-available)\n"
            "vm.e.nic.eth0 primary: db (first) dynamic (dynamic)\n");
}

TEST(TestPlacement, WhatFilesSayGoesFirstThenWhatWasChosenBefore) {
  Case given;
  given.nic("vm.a.nic.eth0", "db", "10.9.0.254");  // its own is what vm.c is given
  TestRequest& kept = given.nic("vm.b.nic.eth0", "db", "10.9.0.9");
  kept.kept_subnet = "DB";
  kept.configurations[0].kept = ip("10.9.0.253");
  given.nic("vm.c.nic.eth0", "web", "dhcp").override_subnet = "db";
  given.requests[2].configurations[0].override_ip = ip("10.9.0.254");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: db (same-name) 10.9.0.252 (next-available)\n"
            "vm.b.nic.eth0 primary: db (same-name) 10.9.0.253 (kept)\n"
            "vm.c.nic.eth0 primary: db (override) 10.9.0.254 (override)\n");
  // What was chosen in another subnet, or is taken, counts no more.
  given.requests[1].kept_subnet = "web";
  given.networks[0].occupied = {{*ip("10.9.0.9"), "in use", true}};
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: db (same-name) 10.9.0.253 (next-available)\n"
            "vm.b.nic.eth0 primary: db (same-name) 10.9.0.252 (next-available)\n"
            "vm.c.nic.eth0 primary: db (override) 10.9.0.254 (override)\n");
}

TEST(TestPlacement, TellsWhatCannotBe) {
  Case given;
  given.networks[0].occupied = {{*ip("10.0.1.4"), "eastasia/x", true}};
  given.nic("vm.a.nic.eth0", "web", "dhcp").configurations[0].override_ip = ip("10.0.1.4");
  given.nic("vm.b.nic.eth0", "web", "dhcp").configurations[0].override_ip = ip("10.0.1.3");
  given.nic("vm.c.nic.eth0", "web", "dhcp").configurations[0].override_ip = ip("10.9.0.9");
  given.nic("vm.d.nic.eth0", "web", "dhcp").override_subnet = "wbe";
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name)\n"
            "vm.b.nic.eth0 primary: web (same-name)\n"
            "vm.c.nic.eth0 primary: web (same-name)\n"
            "vm.d.nic.eth0 primary: no subnet\n"
            "error PF3305 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 cannot have 10.0.1.4 in a test failover\n"
            "  10.0.1.4 is taken in network.test (eastasia/x)\n"
            "  choose another address of the subnet, or leave test_ip out\n"
            "error PF3305 vm.b.nic.eth0\n"
            "  vm.b.nic.eth0 cannot have 10.0.1.3 in a test failover\n"
            "  10.0.1.3 is the platform's, as the first four addresses and the last one of every prefix are\n"
            "  choose another address of the subnet, or leave test_ip out\n"
            "error PF3305 vm.c.nic.eth0\n"
            "  vm.c.nic.eth0 cannot have 10.9.0.9 in a test failover\n"
            "  10.9.0.9 is not in subnet \"web\" of network.test\n"
            "  choose another address of the subnet, or leave test_ip out\n"
            "error PF3301 vm.d.nic.eth0\n"
            "  vm.d.nic.eth0 has no subnet \"wbe\" to land in\n"
            "  test_subnet names it, and network.test has \"db\" and \"web\"\n"
            "  did you mean \"web\"?\n");
  given.requests.clear();
  given.strict_subnets = true;
  given.nic("vm.a.nic.eth0", "api", "dhcp");
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: no subnet\n"
      "error PF3302 vm.a.nic.eth0\n"
      "  vm.a.nic.eth0 has no subnet of its own name to land in\n"
      "  it comes from \"api\", network.test has \"db\" and \"web\", and strict_subnets refuses the first of them by "
      "name\n"
      "  give test_subnet\n");
}

// A subnet that is too small is told once, as a warning: some vms at a time fit into it.
TEST(TestPlacement, ASmallSubnetHoldsSomeAtATime) {
  Case given;
  for (const char* vm : {"vm.a.nic.eth0", "vm.b.nic.eth0", "vm.c.nic.eth0", "vm.d.nic.eth0", "vm.e.nic.eth0"})
    given.nic(vm, "web", "10.2.1.9");
  given.requests[0].fixed = true;  // held: as it is
  given.requests[0].kept_subnet = "web";
  given.requests[0].configurations[0].kept = ip("10.0.1.5");
  given.requests[1].configurations[0].lands = false;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (kept) 10.0.1.5 (kept)\n"
            "vm.b.nic.eth0 primary: web (same-name)\n"
            "vm.c.nic.eth0 primary: web (same-name) 10.0.1.6 (next-available)\n"
            "vm.d.nic.eth0 primary: web (same-name) 10.0.1.4 (next-available)\n"
            "vm.e.nic.eth0 primary: web (same-name)\n"
            "warning PF3307 vm.e.nic.eth0\n"
            "  subnet \"web\" of network.test has no address left for a test failover\n"
            "  it holds 3, and more are to come up there, vm.e.nic.eth0 first\n"
            "  test some vms at a time, make the subnet larger, or give test_subnet\n");
}

}  // namespace
}  // namespace pairform
