// Who stands on whom, on estates made by hand: every role of the table in model/relations.h.
#include "engine/model/relations.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/estate_builder.h"

namespace pairform {
namespace {

constexpr std::array k_role_texts{"maps",     "maps to",       "lives on",   "lands in",
                                  "lands by", "comes home by", "is part of", "is tested in"};

// "vm.web1 lives on network.app, lands in network.dr; …", rows that stand on nothing left out.
template <class I, class State>
std::string needs_text(const Relations<I>& relations, const State& state, const StringPool& texts) {
  std::string out;
  for (const I row : state.rows.ids()) {
    std::string line;
    for (const Related<I> on : relations.needs(row))
      line += fmt::format("{} {} {}", line.empty() ? "" : ",", k_role_texts.at(static_cast<std::size_t>(on.role)),
                          texts.view(state.rows[on.row].address));
    if (!line.empty()) out += fmt::format("{}{}{}", out.empty() ? "" : "; ", texts.view(state.rows[row].address), line);
  }
  return out;
}

std::string wanted_text(EstateBuilder& world) {
  return needs_text(world.relations().wanted(), world.desired(), world.texts());
}
std::string had_text(EstateBuilder& world) { return needs_text(world.relations().had(), world.prior(), world.texts()); }

struct RelationCase {
  const char* name;
  void (*build)(EstateBuilder& world);
  const char* wanted;
  const char* had;
};

TEST(Relations, SayWhoStandsOnWhom) {
  const RelationCase cases[] = {
      {"a vm that lands by a pair",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.settled_pair("mapping.a", "network.app", "network.dr");
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "mapping.a.forward maps network.app, maps to network.dr; mapping.a.reverse maps network.dr, maps to "
       "network.app; "
       "vm.web1 lives on network.app, lands in network.dr, lands by mapping.a.forward, comes home by "
       "mapping.a.reverse; vm.web1.nic.eth0 is part of vm.web1",
       "mapping.a.forward maps network.app, maps to network.dr; mapping.a.reverse maps network.dr, maps to "
       "network.app; "
       "vm.web1 lives on network.app, lands in network.dr, lands by mapping.a.forward, comes home by "
       "mapping.a.reverse; vm.web1.nic.eth0 is part of vm.web1"},
      {"a vm that an override lands elsewhere in the region: wanted it comes home by the mirror, had by the half from "
       "where it comes up",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.settled_network("network.dr2", "west");
         world.settled_pair("mapping.a", "network.app", "network.dr");
         world.settled_half("mapping.b.forward", "network.dr2", "network.app");
         world.settled_vm("vm.web1", "network.app", "network.dr2");
       },
       "mapping.a.forward maps network.app, maps to network.dr; mapping.a.reverse maps network.dr, maps to "
       "network.app; "
       "mapping.b.forward maps network.dr2, maps to network.app; "
       "vm.web1 lives on network.app, lands in network.dr2, lands by mapping.a.forward, comes home by "
       "mapping.a.reverse",
       "mapping.a.forward maps network.app, maps to network.dr; mapping.a.reverse maps network.dr, maps to "
       "network.app; "
       "mapping.b.forward maps network.dr2, maps to network.app; "
       "vm.web1 lives on network.app, lands in network.dr2, lands by mapping.a.forward, comes home by "
       "mapping.b.forward"},
      {"a vm that is tested in a network of its own",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.settled_network("network.test", "west");
         world.settled_vm("vm.web1", "network.app", "network.dr",
                          {.with = {{vm_column::test_network, "network.test"}}});
       },
       "vm.web1 lives on network.app, lands in network.dr, is tested in network.test",
       "vm.web1 lives on network.app, lands in network.dr, is tested in network.test"},
      {"a pair to another region is not the vm's",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.settled_network("network.far", "north");
         world.settled_half("mapping.a.forward", "network.app", "network.far");
         world.settled_vm("vm.web1", "network.app", "network.dr");
       },
       "mapping.a.forward maps network.app, maps to network.far; vm.web1 lives on network.app, lands in network.dr",
       "mapping.a.forward maps network.app, maps to network.far; vm.web1 lives on network.app, lands in network.dr"},
      {"networks outside the project are no rows",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_half("mapping.a.forward", "network.app", "west/theirs");
         world.settled_vm("vm.web1", "east/mine", "west/theirs");
       },
       "mapping.a.forward maps network.app", "mapping.a.forward maps network.app"},
      {"a nic without its vm", [](EstateBuilder& world) { world.settled_nic("vm.web1.nic.eth0", "front"); }, "", ""},
      {"wanted only, had only",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.want_network("network.dr", "west");
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_network("network.x", "east");
         world.have_network("network.y", "west");
         world.have_half("mapping.b.forward", "network.x", "network.y");
       },
       "mapping.a.forward maps network.app, maps to network.dr", "mapping.b.forward maps network.x, maps to network.y"},
      {"two networks that exchange their addresses: what is recorded stands on what it meant",
       [](EstateBuilder& world) {
         world.want_network("network.a", "east", {.name = "x"});
         world.want_network("network.b", "east", {.name = "y"});
         world.have_network("network.a", "east", {.name = "y"});
         world.have_network("network.b", "east", {.name = "x"});
         world.settled_network("network.dr", "west");
         world.want_half("mapping.a.forward", "network.a", "network.dr");
         world.have_half("mapping.a.forward", "network.a", "network.dr");
       },
       "mapping.a.forward maps network.a, maps to network.dr", "mapping.a.forward maps network.a, maps to network.dr"},
  };
  for (const RelationCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    item.build(world);
    EXPECT_EQ(wanted_text(world), item.wanted);
    EXPECT_EQ(had_text(world), item.had);
  }
}

TEST(Relations, AreWalkedBothWays) {
  EstateBuilder world;
  world.want_network("network.app", "east");
  world.want_network("network.dr", "west");
  world.want_pair("mapping.a", "network.app", "network.dr");
  world.want_vm("vm.web1", "network.app", "network.dr");
  const auto& wanted = world.relations().wanted();
  std::string users;
  for (const Related<DesiredId> user : wanted.users(DesiredId(2U)))
    users += fmt::format("{} of {} ", k_role_texts.at(static_cast<std::size_t>(user.role)), world.address(user.row));
  EXPECT_EQ(world.address(DesiredId(2U)), "network.app");
  EXPECT_EQ(users, "maps of mapping.a.forward maps to of mapping.a.reverse lives on of vm.web1 ");
  EXPECT_EQ(world.address(wanted.need(DesiredId(4U), Role::LandsBy)), "mapping.a.forward");
  EXPECT_EQ(world.address(wanted.need(DesiredId(4U), Role::PartOf)), "none");
}

TEST(Relations, FindNetworksByNameAndHalvesBySlot) {
  EstateBuilder world;
  world.want_network("network.new", "east", {.name = "app"});
  world.have_network("network.old", "east", {.name = "app"});
  world.settled_network("network.dr", "west");
  world.want_pair("mapping.a", "network.new", "network.dr");
  world.have_pair("mapping.a", "network.old", "network.dr");
  const auto text = [&](const char* of) { return world.texts().intern(of); };
  const auto& had = world.relations().had();
  EXPECT_EQ(world.address(had.network(text("network.new"))), "network.old") << "it has the name it is wanted under";
  EXPECT_EQ(world.address(had.network(text("network.old"))), "none");
  EXPECT_EQ(world.address(had.half(text("network.new"), text("west"))), "mapping.a.forward");
  EXPECT_EQ(world.address(had.half(text("network.dr"), text("east"))), "mapping.a.reverse");
  EXPECT_EQ(world.address(had.half(text("network.dr"), text("west"))), "none");
  EXPECT_EQ(world.address(had.half(Text(), text("west"))), "none");
}

TEST(Relations, TakeTheRecordedHalfWhereAnotherOneWasOnlyFoundOnItsSlot) {
  EstateBuilder world;
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_network("network.dr2", "west");
  world.want_half("mapping.a.forward", "network.app", "network.dr2");
  world.have_half("mapping.a.forward", "network.app", "network.dr2", {.only_found = true});
  world.have_half("mapping.z.forward", "network.app", "network.dr");
  const Text app = world.texts().intern("network.app"), west = world.texts().intern("west");
  EXPECT_EQ(world.address(world.relations().had().half(app, west)), "mapping.z.forward");
}

// Files give the address of a recorded vm to another machine, which somebody has replicated already.
TEST(Relations, TellTheVmThatIsRecordedFromTheOneThatWasFoundAtItsAddress) {
  EstateBuilder world;
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.want_vm("vm.web1", "network.app", "network.dr", {.name = "other"});
  world.have_vm("vm.web1", "network.app", "network.dr", {.name = "web1"});
  world.have_vm("vm.web1", "network.app", "network.dr", {.name = "other", .only_found = true});
  world.have_nic("vm.web1.nic.eth0", "front");
  world.want_nic("vm.web1.nic.eth1", "front");
  world.have_nic("vm.web1.nic.eth1", "front", {.name = "other", .only_found = true});
  const auto& had = world.relations().had();
  int nics = 0;
  for (const PriorId p : world.prior().rows.ids()) {
    const PriorRow& nic = world.prior().rows[p];
    if (nic.type != k_nic_type) continue;
    const PriorId vm = had.need(p, Role::PartOf);
    ASSERT_TRUE(vm);
    EXPECT_EQ(static_cast<bool>(world.prior().rows[vm].recorded), static_cast<bool>(nic.recorded)) << nics;
    ++nics;
  }
  EXPECT_EQ(nics, 2);
}

TEST(Relations, OfRecordedRowsAreAsTheyAreRecorded) {
  EstateBuilder world;
  world.want_network("network.new", "east", {.name = "app"});
  world.have_network("network.old", "east", {.name = "app"});
  world.have_network("network.dr", "west");
  world.have_pair("mapping.a", "network.old", "network.dr");
  world.have_vm("vm.web1", "network.old", "network.dr");
  world.have_nic("vm.web1.nic.eth0", "front");
  EXPECT_EQ(needs_text(relate(world.recorded(), world.texts().size()), world.recorded(), world.texts()),
            "mapping.a.forward maps network.old, maps to network.dr; "
            "mapping.a.reverse maps network.dr, maps to network.old; "
            "vm.web1 lives on network.old, lands in network.dr, lands by mapping.a.forward, comes home by "
            "mapping.a.reverse");
}

}  // namespace
}  // namespace pairform
