#include "engine/recovery/placement.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

Ip ip(std::string_view text) { return *parse_ip(text); }

// The worked examples' world: app and dr, and a network without subnets. Requests come from app and land in dr.
struct Case {
  std::vector<LandingNetwork> networks{
      {"network.app", {subnet("alpha", {"10.0.0.0/24"}), subnet("web", {"10.0.1.0/24"})}, {}},
      {"network.dr",
       {subnet("db", {"10.9.0.0/24"}), subnet("web", {"10.0.1.0/24"}), subnet("Zeta", {"10.9.2.0/29"})},
       {}},
      {"network.bare", {}, {}}};
  std::vector<MappingRule> rules{{"mapping.m", {}, false}};
  std::vector<LandingRequest> requests;
  bool strict_subnets = false, strict_addresses = false;

  static Subnet subnet(std::string name, const std::vector<std::string_view>& prefixes) {
    Subnet out{std::move(name), {}};
    for (const std::string_view text : prefixes) out.prefixes.push_back(parse_prefix(text)->prefix);
    return out;
  }
  // Source "dhcp" is dynamic.
  LandingRequest& nic(std::string_view address, std::string_view from, std::string_view source) {
    LandingRequest request;
    request.address = address;
    request.target_network = 1;
    request.rule = 0;
    request.source_subnet = from;
    request.configurations.push_back({"primary", parse_ip(source), {}, {}});
    requests.push_back(request);
    return requests.back();
  }
  Placement placed() const { return place({networks, rules, requests, strict_subnets, strict_addresses}); }
  // One line a configuration, then a line and its indented texts a problem.
  std::string text() const {
    const Placement placement = placed();
    std::string out;
    for (std::size_t i = 0; i < requests.size(); ++i)
      for (std::size_t c = 0; c < requests[i].configurations.size(); ++c) {
        const PlacedNic& nic = placement.nics[i];
        out += std::string(requests[i].address) + " " + std::string(requests[i].configurations[c].name) + ": ";
        out += nic.subnet.empty() ? "nowhere"
                                  : std::string(nic.subnet) + " (" + std::string(reason_text(nic.reason)) + ")";
        if (nic.addresses[c].ip) out += " " + to_text(*nic.addresses[c].ip);
        out += " (" + std::string(reason_text(nic.addresses[c].reason)) + ")\n";
      }
    for (const PlacementProblem& problem : placement.problems) {
      const Diagnostic& told = problem.diagnostic;
      out += (told.severity == Severity::Error     ? "error "
              : told.severity == Severity::Warning ? "warning "
                                                   : "note ") +
             code_text(told.code) + " " + told.address + "\n  " + told.summary + "\n  " + told.detail + "\n  " +
             told.help + "\n";
    }
    return out;
  }
};

TEST(Placement, Example4KeepsTheAddressWhereThePrefixesAreEqual) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n");
  given.networks[1].occupied.push_back({ip("10.0.1.20"), "vm.b.nic.eth0", false});
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.4 (next-available)\n");
}

TEST(Placement, Example5FallsBackToTheFirstSubnetSameHostOrWhereTheMappingSays) {
  Case given;
  given.nic("vm.a.nic.eth0", "alpha", "10.0.0.5");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: db (first) 10.9.0.4 (next-available)\n");
  given.rules[0].same_host = true;
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: db (first) 10.9.0.5 (same-host)\n");
  given.rules[0] = {"mapping.m", {{"Alpha", "WEB"}}, false};
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (mapped) 10.0.1.4 (next-available)\n");
}

TEST(Placement, Example6FillsASubnetAndNamesWhoHoldsIt) {
  Case given;
  LandingRequest& nic = given.nic("vm.a.nic.eth0", "alpha", "10.0.0.10");
  nic.override_subnet = "Zeta";
  for (const char* secondary : {"s1", "s2", "s3"}) nic.configurations.push_back({secondary, ip("10.0.0.11"), {}, {}});
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: Zeta (override) 10.9.2.4 (next-available)\n"
      "vm.a.nic.eth0 s1: Zeta (override) 10.9.2.5 (next-available)\n"
      "vm.a.nic.eth0 s2: Zeta (override) 10.9.2.6 (next-available)\n"
      "vm.a.nic.eth0 s3: Zeta (override) (dynamic)\n"
      "error PF3307 vm.a.nic.eth0\n"
      "  vm.a.nic.eth0 \"s3\" finds no free address in subnet \"Zeta\" of network.dr\n"
      "  it holds 3: 10.9.2.4 (vm.a.nic.eth0), 10.9.2.5 (vm.a.nic.eth0 \"s1\") and 10.9.2.6 (vm.a.nic.eth0 \"s2\")\n"
      "  make the subnet larger, or give target_subnet\n");
}

TEST(Placement, NamesAFewOfThoseWhoHoldAFullSubnet) {
  Case given;
  given.networks[1].subnets = {Case::subnet("web", {"10.0.1.0/28", "fd00::/64"})};
  for (int last = 0; last < 16; ++last)
    given.networks[1].occupied.push_back({ip("10.0.1." + std::to_string(last)), "x", true});
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  EXPECT_EQ(
      given.placed().problems.at(0).diagnostic.detail,
      "it holds 11: 10.0.1.4 (x), 10.0.1.5 (x), 10.0.1.6 (x), 10.0.1.7 (x), 10.0.1.8 (x), 10.0.1.9 (x), 10.0.1.10 (x), "
      "10.0.1.11 (x), 10.0.1.12 (x), 10.0.1.13 (x) and 1 more");
  given.networks[1].subnets = {Case::subnet("web", {"fd00::/64"})};
  EXPECT_EQ(given.placed().problems.at(0).diagnostic.detail, "it holds no IPv4 address that can be given");
}

TEST(Placement, LeavesADynamicOneDynamicUnlessOverridden) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "dhcp").kept_subnet = "web";
  given.requests[0].configurations[0].kept = ip("10.0.1.9");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) (dynamic)\n");
  given.requests[0].configurations[0].override_ip = ip("10.0.1.8");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.8 (override)\n");
}

TEST(Placement, PassesGoBeforeTheOrderOfRequests) {
  Case given;
  given.rules[0].same_host = true;
  given.nic("vm.a.nic.eth0", "alpha", "10.0.0.4");  // same host: 10.9.0.4, which vm.c overrides to
  given.nic("vm.b.nic.eth0", "alpha", "10.0.0.5");  // same host: 10.9.0.5, which vm.d keeps
  given.nic("vm.c.nic.eth0", "alpha", "10.0.0.9").configurations[0].override_ip = ip("10.9.0.4");
  given.nic("vm.d.nic.eth0", "alpha", "10.0.0.8").kept_subnet = "DB";
  given.requests[3].configurations[0].kept = ip("10.9.0.5");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: db (first) 10.9.0.6 (next-available)\n"
            "vm.b.nic.eth0 primary: db (first) 10.9.0.7 (next-available)\n"
            "vm.c.nic.eth0 primary: db (first) 10.9.0.4 (override)\n"
            "vm.d.nic.eth0 primary: db (kept) 10.9.0.5 (kept)\n"
            "note PF3311 vm.d.nic.eth0\n"
            "  vm.d.nic.eth0 keeps 10.9.0.5\n"
            "  same-host would give it 10.9.0.8\n"
            "  let it go: --place-anew\n");
}

TEST(Placement, TheFirstSubnetIsRefusedWhereItIsDelegated) {
  Case given;
  given.nic("vm.a.nic.eth0", "alpha", "10.0.0.5");
  given.networks[1].delegated = {{"db", "Microsoft.Web/serverFarms"}, {"web", "Microsoft.Sql/managedInstances"}};
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere (dynamic)\n"
            "error PF3303 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 would land in \"db\"\n"
            "  it comes from \"alpha\", network.dr has \"db\", \"web\" and \"Zeta\", and the first of them by name is "
            "delegated to Microsoft.Web/serverFarms\n"
            "  give target_subnet, or an entry for \"alpha\" in the subnets of mapping.m\n");
  given.requests[0].override_subnet = "db";  // who names it has it
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: db (override) 10.9.0.4 (next-available)\n");
  given.requests[0].override_subnet = {};
  given.networks[1].delegated = {{"web", "Microsoft.Sql/managedInstances"}};  // not the first
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: db (first) 10.9.0.4 (next-available)\n");
}

TEST(Placement, KeepsASubnetUntilOneOfItsOwnNameAppears) {
  Case given;
  given.nic("vm.a.nic.eth0", "alpha", "10.0.0.5").kept_subnet = "Zeta";
  given.requests[0].configurations[0].kept = ip("10.9.2.5");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: Zeta (kept) 10.9.2.5 (kept)\n");
  given.networks[1].subnets.push_back(Case::subnet("ALPHA", {"10.9.3.0/24"}));
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: ALPHA (same-name) 10.9.3.4 (next-available)\n");
  given.requests[0].keep_first = true;
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: Zeta (kept) 10.9.2.5 (kept)\n");
}

// An existing replication that was found to come up with a dynamic address goes on so, though its machine has a static one.
TEST(Placement, KeepsADynamicAddressThatWasFound) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20").kept_subnet = "web";
  given.requests[0].configurations[0].kept_dynamic = true;
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n");
  given.requests[0].keep_first = true;
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (kept) (kept)\n");
  given.requests[0].configurations[0].override_ip = ip("10.0.1.30");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (kept) 10.0.1.30 (override)\n");
}

TEST(Placement, WarnsWhereAKeptAddressIsLostToAStrangerOnly) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20").kept_subnet = "web";
  given.requests[0].configurations[0].kept = ip("10.0.1.9");
  given.networks[1].occupied = {{ip("10.0.1.9"), "in use", true}};
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n"
            "warning PF3308 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 loses 10.0.1.9\n"
            "  10.0.1.9 is taken in network.dr (in use)\n"
            "  free the address to keep it; otherwise it lands where the plan says\n");
  given.networks[1].occupied.push_back({ip("10.0.1.9"), "vm.z.nic.eth0", false});
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n");
  given.networks[1].occupied.clear();
  given.requests[0].configurations[0].kept = ip("10.0.2.9");  // its prefix is gone
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n");
}

TEST(Placement, TellsWhyAnOverrideCannotBeAndGoesOn) {
  Case given;
  given.networks[1].occupied = {{ip("10.0.1.30"), "in use", true}};
  const auto override_to = [&](std::string_view address, std::string_view to) {
    given.nic(address, "web", "10.0.1.20").configurations[0].override_ip = ip(to);
  };
  override_to("vm.a.nic.eth0", "10.9.0.4");
  override_to("vm.b.nic.eth0", "10.0.1.3");
  override_to("vm.c.nic.eth0", "10.0.1.30");
  override_to("vm.d.nic.eth0", "10.0.1.40");
  override_to("vm.e.nic.eth0", "10.0.1.40");
  given.requests.back().configurations.push_back({"vip", ip("10.0.1.21"), ip("10.0.1.40"), {}});
  std::string told;
  for (const PlacementProblem& problem : given.placed().problems) {
    EXPECT_EQ(problem.diagnostic.code, Code::OverrideUnusable);
    told += problem.diagnostic.summary + ": " + problem.diagnostic.detail + "; " + problem.diagnostic.help + "\n";
  }
  EXPECT_EQ(
      told,
      "vm.a.nic.eth0 cannot have 10.9.0.4: 10.9.0.4 is not in subnet \"web\" of network.dr, which is 10.0.1.0/24; "
      "choose another address of the subnet, or leave target_ip out\n"
      "vm.b.nic.eth0 cannot have 10.0.1.3: 10.0.1.3 is the platform's, as the first four addresses and the last one "
      "of every prefix are; choose another address of the subnet, or leave target_ip out\n"
      "vm.c.nic.eth0 cannot have 10.0.1.30: 10.0.1.30 is taken in network.dr (in use); choose another address of the "
      "subnet, or leave target_ip out\n"
      "vm.e.nic.eth0 cannot have 10.0.1.40: 10.0.1.40 is given to vm.d.nic.eth0; choose another address of the "
      "subnet, or leave target_ip out\n"
      "vm.e.nic.eth0 \"vip\" cannot have 10.0.1.40: 10.0.1.40 is given to vm.d.nic.eth0; choose another address of "
      "the subnet, or leave target_secondary out\n");
}

TEST(Placement, NamesTheSubnetThatIsAbsent) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20").override_subnet = "dr-web";
  given.nic("vm.b.nic.eth0", "alpha", "10.0.0.4");
  given.rules[0].subnets = {{"alpha", "dr-alpha"}};
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere (dynamic)\n"
            "vm.b.nic.eth0 primary: nowhere (dynamic)\n"
            "error PF3301 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 has no subnet \"dr-web\" to land in\n"
            "  target_subnet names it, and network.dr has \"db\", \"web\" and \"Zeta\"\n"
            "  make the subnet, or name one that network.dr has\n"
            "error PF3301 vm.b.nic.eth0\n"
            "  vm.b.nic.eth0 has no subnet \"dr-alpha\" to land in\n"
            "  mapping.m sends subnet \"alpha\" to it, and network.dr has \"db\", \"web\" and \"Zeta\"\n"
            "  make the subnet, or name one that network.dr has\n");
}

TEST(Placement, FindsNoSubnetWhereThereIsNone) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20").target_network = 2;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere (dynamic)\n"
            "error PF3304 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 has no subnet to land in\n"
            "  network.bare has no subnet\n"
            "  add a subnet to network.bare, or map to another network\n");
}

TEST(Placement, RefusesTheFirstSubnetWhereItIsThePlatformsOwnOrStrict) {
  Case given;
  given.networks[1].subnets.push_back(Case::subnet("AzureFirewallSubnet", {"10.9.3.0/26"}));
  given.nic("vm.a.nic.eth0", "alpha", "10.0.0.5");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere (dynamic)\n"
            "error PF3303 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 would land in \"AzureFirewallSubnet\"\n"
            "  it comes from \"alpha\", network.dr has \"AzureFirewallSubnet\", \"db\", \"web\" and \"Zeta\", and the "
            "first of them "
            "by name is the platform's own\n"
            "  give target_subnet, or an entry for \"alpha\" in the subnets of mapping.m\n");
  given.networks[1].subnets.pop_back();
  given.strict_subnets = true;
  given.requests[0].rule = k_no_rule;
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: nowhere (dynamic)\n"
            "error PF3302 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 has no subnet of its own name to land in\n"
            "  it comes from \"alpha\", network.dr has \"db\", \"web\" and \"Zeta\", and strict_subnets refuses the "
            "first of them "
            "by name\n"
            "  give target_subnet\n");
}

TEST(Placement, RefusesTheNextAvailableWhereAddressesAreStrict) {
  Case given;
  given.strict_addresses = true;
  given.networks[1].occupied = {{ip("10.0.1.20"), "in use", true}, {ip("10.9.0.5"), "in use", true}};
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  given.nic("vm.b.nic.eth0", "alpha", "10.0.0.5");
  const auto details = [&] {
    std::string out;
    for (const PlacementProblem& problem : given.placed().problems) {
      EXPECT_EQ(problem.diagnostic.code, Code::AddressNotKept);
      out += problem.diagnostic.summary + ": " + problem.diagnostic.detail + "\n";
    }
    return out;
  };
  const std::string first =
      "vm.a.nic.eth0 cannot keep 10.0.1.20: 10.0.1.20 is taken in network.dr (in use), and strict_addresses refuses "
      "the next "
      "available\n";
  EXPECT_EQ(details(),
            first +
                "vm.b.nic.eth0 cannot keep 10.0.0.5: no prefix of subnet \"db\" of network.dr is that of its source, "
                "and strict_addresses refuses the next available\n");
  given.rules[0].same_host = true;
  EXPECT_EQ(details(), first +
                           "vm.b.nic.eth0 cannot keep 10.0.0.5: 10.9.0.5 is taken in network.dr (in use), and "
                           "strict_addresses refuses the next available\n");
}

TEST(Placement, LeavesWhatIsFixedWhereItIsAndItsAddressWithIt) {
  Case given;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.4");
  LandingRequest& held = given.nic("vm.b.nic.eth0", "web", "10.0.1.20");
  held.fixed = true;
  held.kept_subnet = "gone";
  held.configurations[0].kept = ip("10.0.1.4");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name) 10.0.1.5 (next-available)\n"
            "vm.b.nic.eth0 primary: gone (kept) 10.0.1.4 (kept)\n");
}

TEST(Placement, KeepsTheHostNumberWhereverThereIsRoom) {
  Case given;
  given.networks[1].subnets = {Case::subnet("web", {"10.8.1.0/29", "10.9.1.0/25"})};
  given.rules[0].same_host = true;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.5");   // in the first prefix
  given.nic("vm.b.nic.eth0", "web", "10.0.1.50");  // in the second
  given.nic("vm.c.nic.eth0", "web", "10.0.1.200");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name) 10.8.1.5 (same-host)\n"
            "vm.b.nic.eth0 primary: web (same-name) 10.9.1.50 (same-host)\n"
            "vm.c.nic.eth0 primary: web (same-name) 10.8.1.4 (next-available)\n");
}

TEST(Placement, KeepsWhatIsPlacedAndGivesNobodyWhatIsPromisedToAStranger) {
  Case given;
  given.networks[1].occupied = {{ip("10.0.1.20"), "uksouth/alien", true, true},
                                {ip("10.0.1.4"), "uksouth/alien", true, true},
                                {ip("10.0.1.9"), "uksouth/alien", true, true}};
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (same-name) 10.0.1.5 (next-available)\n");
  given.requests[0].kept_subnet = "web";
  given.requests[0].configurations[0].kept = ip("10.0.1.9");
  EXPECT_EQ(
      given.text(),
      "vm.a.nic.eth0 primary: web (same-name) 10.0.1.9 (kept)\n"
      "warning PF3309 vm.a.nic.eth0\n"
      "  10.0.1.9 in network.dr is promised twice\n"
      "  vm.a.nic.eth0 lands on it, and so does uksouth/alien, which is not of this project: who fails over first "
      "gets it\n"
      "  let one of them go: pairform plan --place-anew vm.a.nic.eth0, or change the other one\n");
  given.requests[0].configurations[0].override_ip = ip("10.0.1.4");
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name) (dynamic)\n"
            "error PF3305 vm.a.nic.eth0\n"
            "  vm.a.nic.eth0 cannot have 10.0.1.4\n"
            "  10.0.1.4 is taken in network.dr (uksouth/alien)\n"
            "  choose another address of the subnet, or leave target_ip out\n");
}

TEST(Placement, ComparesThePrefixThatHoldsTheAddressWhereASubnetHasSeveral) {
  Case given;
  given.networks[0].subnets = {Case::subnet("web", {"10.0.1.0/24", "10.0.2.0/25"})};
  given.networks[1].subnets = {Case::subnet("web", {"10.8.2.0/25", "10.8.1.0/25", "10.0.1.0/24"})};
  given.rules[0].same_host = true;
  given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  given.nic("vm.b.nic.eth0", "web", "10.0.2.21");  // the first prefix that has room for host number 21
  given.nic("vm.c.nic.eth0", "web", "10.0.3.20");  // in none
  EXPECT_EQ(given.text(),
            "vm.a.nic.eth0 primary: web (same-name) 10.0.1.20 (same-address)\n"
            "vm.b.nic.eth0 primary: web (same-name) 10.0.1.21 (same-host)\n"
            "vm.c.nic.eth0 primary: web (same-name) 10.0.1.4 (next-available)\n");
}

TEST(Placement, NotesWhatIsKeptThoughARuleWouldGiveSomethingElseNow) {
  Case given;
  LandingRequest& nic = given.nic("vm.a.nic.eth0", "web", "10.0.1.20");
  nic.kept_subnet = "web";
  nic.configurations[0].kept = ip("10.0.1.9");
  const std::string kept = "vm.a.nic.eth0 primary: web (same-name) 10.0.1.9 (kept)\n";
  EXPECT_EQ(given.text(), kept +
                              "note PF3311 vm.a.nic.eth0\n"
                              "  vm.a.nic.eth0 keeps 10.0.1.9\n"
                              "  same-address would give it 10.0.1.20\n"
                              "  let it go: --place-anew\n");
  given.requests[0].keep_first = true;
  EXPECT_EQ(given.text(), "vm.a.nic.eth0 primary: web (kept) 10.0.1.9 (kept)\n")
      << "of a replication made elsewhere what is found counts";
  given.requests[0].keep_first = false;
  given.networks[1].occupied.push_back({ip("10.0.1.20"), "x", true});
  EXPECT_EQ(given.text(), kept) << "somebody has it";
}

}  // namespace
}  // namespace pairform
