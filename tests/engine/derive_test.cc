// What replicated vms bring about, on estates made by hand: what covers a slot, in the order of recovery/derive.h.
#include "engine/recovery/derive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/listed_cloud.h"

namespace pairform {
namespace {

// A vm that files declare, and the network that facts say it lives on (an address, or an identity).
struct Machine {
  const char* address;
  const char* network;
  const char* target_region;
  const char* target_network = "";
  bool existing = false;
  bool left_out = false;
};

struct DeriveCase {
  const char* name;
  void (*build)(EstateBuilder& world, ListedCloud& cloud);
  std::vector<Machine> machines;  // in address order
  const char* expected;
  const char* edition = "2026-02";
};

constexpr std::array k_covered_texts{"nothing",       "declared pair", "earlier vm",     "found pair",
                                     "recorded pair", "found half",    "target network", "default network"};

class Derived {
 public:
  Derived(EstateBuilder& world, ListedCloud& cloud, const DeriveCase& item, const WrongStanzas* wrong = nullptr)
      : world_(world), desired_(world.desired()) {
    std::vector<VmFacts> facts;
    for (const Machine& machine : item.machines) facts.push_back(declare(machine));
    CloudView view = cloud.view(world);
    landings_ = derive({no_files_, world.types(), world.recorded(), world.identities(), world.names(),
                        *find_edition(item.edition), wrong},
                       std::move(facts), view, desired_, world.texts(), diagnostics_);
  }

  // Each derived row, each vm, each complaint.
  std::string text() const {
    std::vector<std::string> out;
    for (const DesiredRow& row : desired_.rows) {
      if (!row.because) continue;
      out.push_back(fmt::format("{} for {}", world_.text(row.address), world_.text(row.because)));
      if (row.type == k_mapping_type) out.back() += " to " + cell(row, half_column::target);
    }
    for (const VmLanding& landing : landings_) out.push_back(vm_text(landing));
    for (const Diagnostic& item : diagnostics_.items())
      out.push_back(fmt::format("{} {}", code_text(item.code), item.summary));
    return fmt::format("{}", fmt::join(out, "; "));
  }

  // `subnets` and `addresses` of each derived half.
  std::string rules_text() const {
    std::vector<std::string> out;
    const auto shown = [&](const DesiredRow& row, std::size_t column) {
      const std::string text = cell(row, column);
      return text.empty() ? "none" : text;
    };
    for (const DesiredRow& row : desired_.rows)
      if (row.type == k_mapping_type)
        out.push_back(shown(row, half_column::subnets) + " " + shown(row, half_column::addresses));
    return fmt::format("{}", fmt::join(out, "; "));
  }

 private:
  VmFacts declare(const Machine& machine) {
    const auto intern = [&](std::string_view text) { return text.empty() ? Text() : world_.texts().intern(text); };
    const std::string network = world_.text(world_.names().identity(intern(machine.network)));
    const std::string region = network.substr(0, network.find('/')), key = std::string(machine.address).substr(3);
    desired_.vms.push_back({.address = intern(machine.address),
                            .key = intern(key),
                            .identity = intern(region + "/" + key),
                            .region = intern(region),
                            .name = intern(key),
                            .target_region = intern(machine.target_region),
                            .target_network = intern(machine.target_network),
                            .existing = machine.existing,
                            .left_out = machine.left_out});
    VmFacts facts;
    facts.network = intern(network);
    return facts;
  }

  std::string cell(const DesiredRow& row, std::size_t column) const { return world_.text(desired_.cell(row, column)); }
  std::string vm_text(const VmLanding& landing) const {
    const DesiredRow& row = desired_.rows[landing.row];
    const std::string target = cell(row, vm_column::target_network);
    std::string out = fmt::format("{} to {}, {}", world_.text(row.address), target.empty() ? "nowhere" : target,
                                  k_covered_texts.at(static_cast<std::size_t>(landing.covered_by)));
    if (landing.half) out += " " + world_.text(desired_.rows[landing.half].address);
    return out + fmt::format(" ({}){}", target_reason_text(landing.reason), landing.hangs ? " hangs" : "");
  }

  EstateBuilder& world_;
  const Configuration no_files_;
  Diagnostics diagnostics_;
  DesiredState desired_;
  DenseMap<DeclaredVmId, VmLanding> landings_;
};

void expect_derived(std::span<const DeriveCase> cases) {
  for (const DeriveCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    ListedCloud cloud;
    item.build(world, cloud);
    EXPECT_EQ(Derived(world, cloud, item).text(), item.expected);
  }
}

void two_networks(EstateBuilder& world) {
  world.want_network("network.app", "east");
  world.want_network("network.dr", "west");
}

TEST(Derive, CoversASlotByTheFirstThatApplies) {
  const DeriveCase cases[] = {
      {"a declared pair, by its forward half",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       {{"vm.web1", "network.app", "west"}},
       "vm.web1 to network.dr, declared pair mapping.a.forward (mapping)"},
      {"a declared pair, by its reverse half",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       {{"vm.web1", "network.dr", "east"}},
       "vm.web1 to network.app, declared pair mapping.a.reverse (mapping)"},
      {"a declared pair towards another region does not",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.far", "north");
         world.want_pair("mapping.a", "network.app", "network.far");
       },
       {{"vm.web1", "network.app", "west", "network.dr"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr; mapping.app-to-west.reverse for vm.web1 to network.app; "
       "vm.web1 to network.dr, target network mapping.app-to-west.forward (derived)"},
      {"a pair derived for an earlier vm, by which this one comes home",
       [](EstateBuilder& world, ListedCloud&) { two_networks(world); },
       {{"vm.a", "network.app", "west", "network.dr"}, {"vm.b", "network.dr", "east"}},
       "mapping.app-to-west.forward for vm.a to network.dr; mapping.app-to-west.reverse for vm.a to network.app; "
       "vm.a to network.dr, target network mapping.app-to-west.forward (derived); "
       "vm.b to network.app, earlier vm mapping.app-to-west.reverse (derived)"},
      {"a pair found whole in the cloud",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         cloud.half("east/app", "west/dr");
         cloud.half("west/dr", "east/app");
       },
       {{"vm.web1", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr; mapping.app-to-west.reverse for vm.web1 to network.app; "
       "vm.web1 to network.dr, found pair mapping.app-to-west.forward (derived)"},
      {"a pair that is whole in the cloud before one that is recorded",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         world.want_network("network.dr2", "west");
         world.have_network("network.app", "east");
         world.have_network("network.dr2", "west");
         world.have_pair("mapping.a", "network.app", "network.dr2", {.because = "vm.web1"});
         cloud.half("east/app", "west/dr");
         cloud.half("west/dr", "east/app");
       },
       {{"vm.web1", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr; mapping.app-to-west.reverse for vm.web1 to network.app; "
       "vm.web1 to network.dr, found pair mapping.app-to-west.forward (derived)"},
      {"a recorded pair before a lone half in the cloud",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         world.want_network("network.dr2", "west");
         world.have_network("network.app", "east");
         world.have_network("network.dr2", "west");
         world.have_pair("mapping.a", "network.app", "network.dr2", {.because = "vm.web1"});
         cloud.half("east/app", "west/dr");
       },
       {{"vm.web1", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr2; mapping.app-to-west.reverse for vm.web1 to "
       "network.app; "
       "vm.web1 to network.dr2, recorded pair mapping.app-to-west.forward (derived)"},
      {"a lone half in the cloud before what a vm wants",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         cloud.half("east/app", "west/dr");
       },
       {{"vm.web1", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr; mapping.app-to-west.reverse for vm.web1 to network.app; "
       "vm.web1 to network.dr, found half mapping.app-to-west.forward (derived)"},
      {"not a half in the cloud whose way home another pair holds",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         world.want_network("network.app2", "east");
         world.want_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.app2", "network.dr");
         cloud.half("east/app", "west/dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr2"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr2; mapping.app-to-west.reverse for vm.web1 to "
       "network.app; "
       "vm.web1 to network.dr2, target network mapping.app-to-west.forward (derived)"},
      {"what the first vm wants that says something, for all of them",
       [](EstateBuilder& world, ListedCloud&) { two_networks(world); },
       {{"vm.a", "network.app", "west"}, {"vm.b", "network.app", "west", "network.dr"}},
       "mapping.app-to-west.forward for vm.a to network.dr; mapping.app-to-west.reverse for vm.a to network.app; "
       "vm.a to network.dr, target network mapping.app-to-west.forward (derived); "
       "vm.b to network.dr, target network mapping.app-to-west.forward (derived)"},
      {"else the network that is named for it",
       [](EstateBuilder& world, ListedCloud&) { world.want_network("network.app", "east"); },
       {{"vm.web1", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.app-asr-west; "
       "mapping.app-to-west.reverse for vm.web1 to network.app; network.app-asr-west for vm.web1; "
       "vm.web1 to network.app-asr-west, default network mapping.app-to-west.forward (derived)"},
  };
  expect_derived(cases);
}

TEST(Derive, MakesNothingForAReplicationMadeElsewhere) {
  const DeriveCase cases[] = {
      {"it is kept as found",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         cloud.vm("east/web1", "east/app", "west/dr");
       },
       {{"vm.web1", "network.app", "west", "", true}},
       "vm.web1 to network.dr, nothing (kept)"},
      {"files say where it comes up",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         world.want_network("network.dr2", "west");
         cloud.vm("east/web1", "east/app", "west/dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr2", true}},
       "vm.web1 to network.dr2, nothing (override)"},
  };
  expect_derived(cases);
}

TEST(Derive, SaysWhyAVmCannotComeUp) {
  const DeriveCase cases[] = {
      {"it lives on a network that no stanza names",
       [](EstateBuilder& world, ListedCloud&) { two_networks(world); },
       {{"vm.web1", "east/theirs", "west"}},
       "vm.web1 to nowhere, nothing (mapping); PF3207 vm.web1 lives on a network that no stanza names"},
      {"two vms disagree",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.dr2", "west");
       },
       {{"vm.a", "network.app", "west", "network.dr"}, {"vm.b", "network.app", "west", "network.dr2"}},
       "vm.a to nowhere, target network (derived); vm.b to nowhere, target network (derived); "
       "PF3202 vm.a and vm.b want to recover network.app to different networks"},
      {"the way home is held by a declared pair",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.app2", "east");
         world.want_pair("mapping.a", "network.app2", "network.dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr"}},
       "vm.web1 to nowhere, target network (derived); PF3206 network.app cannot recover to network.dr"},
      {"the key of the derived pair is declared for something else",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.app2", "east");
         world.want_network("network.dr2", "west");
         world.want_pair("mapping.app-to-west", "network.app2", "network.dr2");
       },
       {{"vm.web1", "network.app", "west", "network.dr"}},
       "vm.web1 to nowhere, target network (derived); PF3205 mapping.app-to-west is declared for something else"},
      {"under edition 2018-05 the mapping fixes the target",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr2"}},
       "vm.web1 to network.dr2, declared pair mapping.a.forward (override); "
       "PF3201 vm.web1 cannot come up in network.dr2: mapping.a says network.dr",
       "2018-05"},
      {"under edition 2026-02 every vm may say so",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr2"}},
       "vm.web1 to network.dr2, declared pair mapping.a.forward (override)"},
  };
  expect_derived(cases);
}

TEST(Derive, AsksForNothingForWhatIsLeftOut) {
  const auto recorded_pair = [](EstateBuilder& world, ListedCloud& cloud) {
    two_networks(world);
    world.have_network("network.app", "east");
    world.have_network("network.dr", "west");
    world.have_pair("mapping.app-to-west", "network.app", "network.dr", {.because = "vm.web1"});
    cloud.half("east/app", "west/dr");
    cloud.half("west/dr", "east/app");
  };
  const DeriveCase cases[] = {
      {"no pair is derived, and none that is recorded is wanted",
       recorded_pair,
       {{"vm.web1", "network.app", "west", "", false, true}},
       "vm.web1 to nowhere, nothing (mapping)"},
      {"it lands by a pair that is there all the same",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       {{"vm.web1", "network.app", "west", "network.dr2", false, true}},
       "vm.web1 to network.dr, declared pair mapping.a.forward (mapping)",
       "2018-05"},
      {"what it wants disagrees with nobody",
       [](EstateBuilder& world, ListedCloud&) {
         two_networks(world);
         world.want_network("network.dr2", "west");
       },
       {{"vm.web1", "network.app", "west", "network.dr2", false, true},
        {"vm.web2", "network.app", "west", "network.dr"}},
       "mapping.app-to-west.forward for vm.web2 to network.dr; mapping.app-to-west.reverse for vm.web2 to network.app; "
       "vm.web1 to network.dr2, target network mapping.app-to-west.forward (override); "
       "vm.web2 to network.dr, target network mapping.app-to-west.forward (derived)"},
      {"a recorded one goes on being the reason",
       [](EstateBuilder& world, ListedCloud& cloud) {
         two_networks(world);
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.app-to-west", "network.app", "network.dr", {.because = "vm.web1"});
         world.have_vm("vm.web1", "network.app", "network.dr");
         cloud.half("east/app", "west/dr");
         cloud.half("west/dr", "east/app");
       },
       {{"vm.web1", "network.app", "west", "", false, true}, {"vm.web2", "network.app", "west"}},
       "mapping.app-to-west.forward for vm.web1 to network.dr; mapping.app-to-west.reverse for vm.web1 to network.app; "
       "vm.web1 to network.dr, found pair mapping.app-to-west.forward (derived); "
       "vm.web2 to network.dr, found pair mapping.app-to-west.forward (derived)"},
      {"its network is told as nameless, and so is that of the next one",
       [](EstateBuilder&, ListedCloud&) {},
       {{"vm.web1", "east/x", "west", "", false, true}, {"vm.web2", "east/x", "west"}},
       "vm.web1 to nowhere, nothing (mapping); vm.web2 to nowhere, nothing (mapping); "
       "PF3207 vm.web1 lives on a network that no stanza names; PF3207 vm.web2 lives on a network that no stanza "
       "names"},
  };
  expect_derived(cases);
}

// What the halves of a derived pair remember of a declared one.
TEST(Derive, GivesTheMirrorThatAPairGainsItsRulesBackwards) {
  struct RulesCase {
    const char* name;
    void (*build)(EstateBuilder& world);
    const char* expected;  // of forward, then of reverse
  };
  constexpr const char* k_there = R"({"db":"back","log":"back","web":"front"})";
  constexpr const char* k_home = R"({"front":"web"})";
  const auto rules = [](const char* subnets) {
    return CellValues{{half_column::subnets, subnets}, {half_column::addresses, "same-host"}};
  };
  static const CellValues there = rules(k_there), home = rules(k_home);
  const RulesCase cases[] = {
      {"a forward half alone",
       [](EstateBuilder& world) { world.have_half("mapping.a.forward", "network.app", "network.dr", {.with = there}); },
       "{\"db\":\"back\",\"log\":\"back\",\"web\":\"front\"} same-host; {\"front\":\"web\"} same-host"},
      {"both halves: each keeps its own",
       [](EstateBuilder& world) {
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.with = there});
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
       },
       "{\"db\":\"back\",\"log\":\"back\",\"web\":\"front\"} same-host; none none"},
      {"a mirror that was led elsewhere",
       [](EstateBuilder& world) {
         world.have_network("network.x", "east");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.with = there});
         world.have_half("mapping.b.forward", "network.dr", "network.x", {.with = home});
       },
       "{\"db\":\"back\",\"log\":\"back\",\"web\":\"front\"} same-host; {\"front\":\"web\"} same-host"},
      {"no rules", [](EstateBuilder& world) { world.have_half("mapping.a.forward", "network.app", "network.dr"); },
       "none none; none none"},
  };
  for (const RulesCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    ListedCloud cloud;
    two_networks(world);
    world.have_network("network.app", "east");
    world.have_network("network.dr", "west");
    item.build(world);
    cloud.half("east/app", "west/dr");
    const DeriveCase asks{"", nullptr, {{"vm.web1", "network.app", "west"}}, ""};
    EXPECT_EQ(Derived(world, cloud, asks).rules_text(), item.expected);
  }
}

TEST(Derive, GuessesNothingWhereAStanzaWithErrorsMaySayIt) {
  WrongStanzas wrong;
  wrong.networks = true;
  const auto text = [&](EstateBuilder& world, const DeriveCase& item) {
    wrong.ends = {world.texts().intern("network.app")};
    ListedCloud cloud;
    return Derived(world, cloud, item, &wrong).text();
  };
  {
    EstateBuilder world;
    two_networks(world);
    EXPECT_EQ(
        text(world, {"a slot that it may cover", nullptr, {{"vm.web1", "network.app", "west", "network.dr"}}, ""}),
        "vm.web1 to nowhere, nothing (mapping) hangs");
  }
  {
    EstateBuilder world;
    two_networks(world);
    world.want_pair("mapping.a", "network.app", "network.dr");
    EXPECT_EQ(text(world, {"one that another stanza covers", nullptr, {{"vm.web1", "network.app", "west"}}, ""}),
              "vm.web1 to network.dr, declared pair mapping.a.forward (mapping)");
  }
  {
    EstateBuilder world;
    EXPECT_EQ(text(world, {"a network that it may declare", nullptr, {{"vm.web1", "east/x", "west"}}, ""}),
              "vm.web1 to nowhere, nothing (mapping) hangs");
  }
}

}  // namespace
}  // namespace pairform
