// Where nics land, on estates made by hand: what recovery/landing.h puts before placement, and what it makes of the
// answers. The rules of placement themselves are held in placement_test.cc.
#include "engine/recovery/landing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

constexpr const char* k_app = R"({"back":"10.1.2.0/24","front":"10.1.1.0/24"})";
constexpr const char* k_dr = R"({"back":"10.2.2.0/24","front":"10.2.1.0/24"})";

CellValues shape(const char* space, const char* subnets) {
  return {{network_column::address_space, space}, {network_column::subnets, subnets}};
}
CellValues lands(const char* subnet, const char* ip, const char* source = "10.1.1.10") {
  return {{nic_column::ip, source}, {nic_column::target_subnet, subnet}, {nic_column::target_ip, ip}};
}

// A vm whose nic eth0 is 10.1.1.10 in subnet front of network.app, and comes up in network.dr by mapping.a.
struct Nic {
  std::string subnet = "front", ip = "10.1.1.10";
  std::string override_subnet = {}, override_ip = {};
  std::string why = {};  // its facts are not known
  bool left_out = false;
};

struct LandingCase {
  const char* name;
  void (*build)(EstateBuilder& world);
  const char* expected;
  Nic nic = {};
  std::vector<std::string> place_anew = {};
};

void networks(EstateBuilder& world, Had dr = {}) {
  world.settled_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", k_app)});
  dr.with = shape(R"(["10.2.0.0/16"])", k_dr);
  world.settled_network("network.dr", "west", dr);
  world.settled_pair("mapping.a", "network.app", "network.dr");
}

// Replicated before, with eth0 landing as recorded.
void replicated(EstateBuilder& world, CellValues landing, Had vm = {}) {
  world.want_vm("vm.web1", "network.app", "network.dr", {.existing = vm.existing});
  world.have_vm("vm.web1", "network.app", "network.dr", vm);
  world.want_nic("vm.web1.nic.eth0", "");
  world.have_nic("vm.web1.nic.eth0", "", {.only_found = vm.only_found, .with = std::move(landing)});
}

void new_vm(EstateBuilder& world) {
  networks(world);
  world.want_vm("vm.web1", "network.app", "network.dr");
  world.want_nic("vm.web1.nic.eth0", "");
}

// "front (same-name) 10.2.1.10 (same-host)", then what is complained of and what has drifted.
std::string landing_text(EstateBuilder& world, const LandingCase& item) {
  StringPool& texts = world.texts();
  const auto intern = [&](const std::string& text) { return text.empty() ? Text() : texts.intern(text); };
  DesiredState desired = world.desired();
  PriorState prior = world.prior();
  desired.nics.push_back({.key = intern("eth0"),
                          .target_subnet = intern(item.nic.override_subnet),
                          .target_ip = intern(item.nic.override_ip)});
  desired.vms.push_back({.address = intern("vm.web1"), .key = intern("web1"), .left_out = item.nic.left_out});
  VmLanding landing{
      .declared = DeclaredVmId(0U), .network = intern("east/app"), .target = intern("west/dr"), .by_pair = true};
  for (const DesiredId d : desired.rows.ids()) {
    if (world.address(d) == "vm.web1") landing.row = d;
    if (world.address(d) == "mapping.a.forward") landing.half = d;
  }
  landing.nics.push_back({.key = intern("eth0"),
                          .identity = intern("east/web1/eth0"),
                          .subnet = intern(item.nic.subnet),
                          .ip = intern(item.nic.ip),
                          .declared = DeclaredNicId(0U),
                          .why = intern(item.nic.why)});
  DenseMap<DeclaredVmId, VmLanding> landings;
  landings.push_back(landing);
  const Configuration no_files;
  Diagnostics diagnostics;
  const std::vector<PlacementRow> placed =
      place_landings({no_files, world.parsed(), world.recorded(), world.names(), landings, item.place_anew}, desired,
                     prior, texts, diagnostics);
  std::vector<std::string> out;
  for (const PlacementRow& row : placed) {
    EXPECT_EQ(row.target_network, intern("network.dr"));
    EXPECT_EQ(row.subnet, desired.cell(desired.rows[row.nic], nic_column::target_subnet));
    EXPECT_EQ(row.ip, desired.cell(desired.rows[row.nic], nic_column::target_ip));
    out.push_back(fmt::format("{} ({}) {} ({})", row.subnet ? world.text(row.subnet) : "nowhere",
                              enum_text(k_subnet_reason_texts, row.subnet_reason),
                              row.ip ? world.text(row.ip) : "dynamic", enum_text(k_ip_reason_texts, row.ip_reason)));
  }
  for (const Diagnostic& each : diagnostics.items())
    out.push_back(fmt::format("{} {}", code_text(each.code), each.summary));
  for (const DriftItem& drift : prior.drift)
    out.push_back(fmt::format("drift of {} {}", world.text(drift.address),
                              drift.column ? world.types()[drift.type].column(*drift.column).name : "gone"));
  return joined(out);
}

void expect_landing(std::span<const LandingCase> cases) {
  for (const LandingCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    item.build(world);
    EXPECT_EQ(landing_text(world, item), item.expected);
  }
}

TEST(Landing, IsChosenForANewVm) {
  const LandingCase cases[] = {
      {"the subnet of the same name, the next free address", new_vm, "front (same-name) 10.2.1.4 (next-available)"},
      {"a dynamic source", new_vm, "front (same-name) dynamic (dynamic)", {.ip = "dhcp"}},
      {"an override of both",
       new_vm,
       "back (override) 10.2.2.77 (override)",
       {.override_subnet = "back", .override_ip = "10.2.2.77"}},
      {"an override of a subnet that is not there",
       new_vm,
       "nowhere (override) dynamic (dynamic); PF3301 vm.web1.nic.eth0 has no subnet \"gone\" to land in",
       {.override_subnet = "gone"}},
      {"an address that a stranger holds is passed over",
       [](EstateBuilder& world) {
         networks(world, {.in_use_by = "theirs", .in_use_ip = "10.2.1.4"});
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "");
       },
       "front (same-name) 10.2.1.5 (next-available)"},
      {"the pair wants the same host",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", k_app)});
         world.settled_network("network.dr", "west", {.with = shape(R"(["10.2.0.0/16"])", k_dr)});
         world.settled_pair("mapping.a", "network.app", "network.dr",
                            {.with = {{half_column::addresses, "same-host"}}});
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "");
       },
       "front (same-name) 10.2.1.10 (same-host)"},
      {"facts that are not known: nothing is said", new_vm, "", {.why = "denied"}},
  };
  expect_landing(cases);
}

TEST(Landing, IsKeptWhileItHolds) {
  const LandingCase cases[] = {
      {"as recorded",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (same-name) 10.2.1.9 (kept)"},
      {"in a subnet that no rule but the last would choose",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("back", "10.2.2.9"));
       },
       "back (kept) 10.2.2.9 (kept)",
       {.subnet = "web"}},
      {"not in another subnet than the one of the same name",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("back", "10.2.2.9"));
       },
       "front (same-name) 10.2.1.4 (next-available)"},
      {"not where --place-anew names the vm",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (same-name) 10.2.1.4 (next-available)",
       {},
       {"vm.web1"}},
      {"not where it names the pair",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (same-name) 10.2.1.4 (next-available)",
       {},
       {"mapping.a"}},
      {"not where the source address is another one",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9", "10.1.1.99"));
       },
       "front (same-name) 10.2.1.4 (next-available)"},
      {"of a vm that is failed over: as it is, whatever files say",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"), {.status = Status::FailedOver});
       },
       "front (kept) 10.2.1.9 (kept)",
       {.override_ip = "10.2.1.50"}},
      {"where the recovery network could not be read: as it is",
       [](EstateBuilder& world) {
         networks(world, {.presence = Existence::Unknown, .existing = true});
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (kept) 10.2.1.9 (kept)",
       {.override_ip = "10.2.1.50"}},
      {"of a replication that is only found: as it is found",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"), {.only_found = true});
       },
       "front (same-name) 10.2.1.9 (kept)"},
      {"lost to a stranger: the next one, and drift",
       [](EstateBuilder& world) {
         networks(world, {.in_use_by = "theirs", .in_use_ip = "10.2.1.9"});
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (same-name) 10.2.1.4 (next-available); PF3308 vm.web1.nic.eth0 loses 10.2.1.9; "
       "drift of vm.web1.nic.eth0 target_ip"},
  };
  expect_landing(cases);
}

TEST(Landing, StaysWhereItIsForWhatIsLeftOut) {
  const LandingCase cases[] = {
      {"a new vm is not placed", new_vm, "", {.left_out = true}},
      {"its subnet is gone",
       [](EstateBuilder& world) {
         networks(world, {.existing = true});
         replicated(world, lands("gone", "10.2.9.4"));
       },
       "gone (kept) 10.2.9.4 (kept)",
       {.left_out = true}},
      {"its override is not told, nor followed",
       [](EstateBuilder& world) {
         networks(world);
         replicated(world, lands("front", "10.2.1.9"));
       },
       "front (kept) 10.2.1.9 (kept)",
       {.override_subnet = "nosuch", .left_out = true}},
  };
  expect_landing(cases);
}

}  // namespace
}  // namespace pairform
