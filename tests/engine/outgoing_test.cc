// What becomes of the prior rows that nothing desires any more, on estates made by hand.
#include "engine/decide/outgoing.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

// Two networks, a pair between them, and a vm that lands by it: none of them is wanted.
void unwanted(EstateBuilder& world, Had vm = {}, Had pair = {}) {
  world.have_network("network.app", "east");
  world.have_network("network.dr", "west");
  world.have_pair("mapping.a", "network.app", "network.dr", std::move(pair));
  world.have_vm("vm.web1", "network.app", "network.dr", vm);
  world.have_nic("vm.web1.nic.eth0", "front", {.presence = vm.presence});
}

TEST(Outgoing, AreDeletedOrForgottenWhereTheyWereMadeElsewhereOrAreGone) {
  const EstateCase cases[] = {
      {"nothing says otherwise", [](EstateBuilder& world) { unwanted(world); },
       "mapping.a.forward goes, deletes mapping.a.forward; mapping.a.reverse goes, deletes mapping.a.reverse; "
       "network.app goes, deletes network.app; network.dr goes, deletes network.dr; "
       "vm.web1 goes, deletes vm.web1; vm.web1.nic.eth0 goes, deletes vm.web1.nic.eth0"},
      {"an existing network",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.existing = true}); },
       "network.app goes, forgets network.app"},
      {"gone already",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.presence = Existence::Absent}); },
       "network.app goes, forgets network.app"},
      {"not to be read: as if it were there",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.presence = Existence::Unknown}); },
       "network.app goes, deletes network.app"},
      {"adopted once, but declared: ours since then",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.adopted = true}); },
       "network.app goes, deletes network.app"},
  };
  expect_decided(cases, match_text);
}

TEST(Outgoing, AreForgottenWhereARemovedStanzaNamesThem) {
  const EstateCase cases[] = {
      {"a network",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.app2", "east");
         world.removed("network.app");
       },
       "network.app goes, forgets network.app removed; network.app2 goes, deletes network.app2"},
      {"a pair, and both its networks go along",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.removed("mapping.a");
       },
       "mapping.a.forward goes, forgets mapping.a.forward removed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse removed; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed"},
      {"one half: the other one goes along, because both its networks stay",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.removed("mapping.a.reverse");
       },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse removed; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed"},
      {"a vm with its nics: all that it needs goes along",
       [](EstateBuilder& world) {
         unwanted(world);
         world.removed("vm.web1");
       },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse needed; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed; "
       "vm.web1 goes, forgets vm.web1 removed; vm.web1.nic.eth0 goes, forgets vm.web1.nic.eth0 removed"},
      {"in the place of another network",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first"});
         world.removed("network.app");
       },
       "network.app new, forgets network.app removed"},
  };
  expect_decided(cases, match_text);
}

TEST(Outgoing, AreForgottenWhereSomethingForgottenNeedsThem) {
  const EstateCase cases[] = {
      {"a vm that was replicated elsewhere keeps its networks, its pair and its nics",
       [](EstateBuilder& world) { unwanted(world, {.existing = true}); },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse needed; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed; "
       "vm.web1 goes, forgets vm.web1; vm.web1.nic.eth0 goes, forgets vm.web1.nic.eth0"},
      {"a vm that somebody replicates anew since then keeps them, too",
       [](EstateBuilder& world) { unwanted(world, {.anew = true}); },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse needed; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed; "
       "vm.web1 goes, forgets vm.web1 not-ours; vm.web1.nic.eth0 goes, forgets vm.web1.nic.eth0"},
      {"a vm that is gone needs nothing",
       [](EstateBuilder& world) { unwanted(world, {.presence = Existence::Absent}); },
       "mapping.a.forward goes, deletes mapping.a.forward; mapping.a.reverse goes, deletes mapping.a.reverse; "
       "network.app goes, deletes network.app; network.dr goes, deletes network.dr; "
       "vm.web1 goes, forgets vm.web1; vm.web1.nic.eth0 goes, forgets vm.web1.nic.eth0"},
      {"halves that are gone need nothing",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr", {.presence = Existence::Absent});
       },
       "mapping.a.forward goes, forgets mapping.a.forward; mapping.a.reverse goes, forgets mapping.a.reverse; "
       "network.app goes, deletes network.app; network.dr goes, deletes network.dr"},
      {"a half of which only one network stays is deleted",
       [](EstateBuilder& world) {
         unwanted(world, {.existing = true});
         world.have_network("network.far", "north");
         world.have_pair("mapping.b", "network.app", "network.far");
       },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.a.reverse goes, forgets mapping.a.reverse needed; "
       "mapping.b.forward goes, deletes mapping.b.forward; mapping.b.reverse goes, deletes mapping.b.reverse; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed; "
       "network.far goes, deletes network.far; "
       "vm.web1 goes, forgets vm.web1; vm.web1.nic.eth0 goes, forgets vm.web1.nic.eth0"},
      {"a half whose networks stay for other halves, whichever address sorts first",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_network("network.app2", "east");
         world.have_network("network.far", "north");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.m.forward", "network.app2", "network.dr");
         world.have_half("mapping.n.forward", "network.app", "network.far");
         world.have_half("mapping.z.forward", "network.app2", "network.far");
         world.removed("mapping.m");
         world.removed("mapping.n");
       },
       "mapping.a.forward goes, forgets mapping.a.forward needed; "
       "mapping.m.forward goes, forgets mapping.m.forward removed; "
       "mapping.n.forward goes, forgets mapping.n.forward removed; "
       "mapping.z.forward goes, forgets mapping.z.forward needed; "
       "network.app goes, forgets network.app needed; network.app2 goes, forgets network.app2 needed; "
       "network.dr goes, forgets network.dr needed; network.far goes, forgets network.far needed"},
      {"what is still wanted needs no forgetting",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.have_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       "vm.web1 goes, forgets vm.web1; same 2"},
  };
  expect_decided(cases, match_text);
}

TEST(Outgoing, ThatWereDerivedAreLeftWhereTheyAreNotOursToDelete) {
  const EstateCase cases[] = {
      {"made by us, used by nobody",
       [](EstateBuilder& world) { world.have_network("network.dr", "west", {.because = "vm.web1"}); },
       "network.dr goes, deletes network.dr"},
      {"adopted",
       [](EstateBuilder& world) { world.have_network("network.dr", "west", {.adopted = true, .because = "vm.web1"}); },
       "network.dr goes, forgets network.dr not-ours"},
      {"adopted, with the project's tag: made by us, whatever state says",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.adopted = true, .ours = true, .because = "vm.web1"});
       },
       "network.dr goes, deletes network.dr"},
      {"in use",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1", .in_use_by = "someone"});
       },
       "network.dr goes, forgets network.dr not-ours"},
      {"in use, but declared: checks will refuse it",
       [](EstateBuilder& world) { world.have_network("network.dr", "west", {.in_use_by = "someone"}); },
       "network.dr goes, deletes network.dr"},
      {"a half of somebody else's leads to it",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.foreign_half("east/other", "network.dr");
       },
       "network.dr goes, forgets network.dr not-ours"},
      {"a half of somebody else's starts there",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.foreign_half("network.dr", "east/other");
       },
       "network.dr goes, forgets network.dr not-ours"},
      {"a machine of somebody else's uses it",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.foreign_vm("west/db9", "network.dr");
       },
       "network.dr goes, forgets network.dr not-ours"},
      {"its address is wanted for another network, so that its name is its identity",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first", .because = "vm.web1"});
         world.foreign_half("east/other", "west/first");
       },
       "network.dr new, forgets network.dr not-ours"},
      {"somebody uses the other network, which is wanted at its address",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first", .because = "vm.web1"});
         world.foreign_half("east/other", "network.dr");
       },
       "network.dr new, deletes network.dr"},
      {"a pair of which one half was adopted, as a whole, and its networks go along",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.because = "vm.web1"});
         world.have_half("mapping.a.reverse", "network.dr", "network.app", {.adopted = true, .because = "vm.web1"});
       },
       "mapping.a.forward goes, forgets mapping.a.forward not-ours; mapping.a.reverse goes, forgets mapping.a.reverse "
       "not-ours; "
       "network.app goes, forgets network.app needed; network.dr goes, forgets network.dr needed"},
      {"an adopted pair that a declared one takes over: its old half would be half a pair",
       [](EstateBuilder& world) {
         for (const auto& [name, region] : {std::pair("network.app", "east"), std::pair("network.dr", "west")})
           world.settled_network(name, region);
         world.settled_network("network.asr", "west");
         world.want_pair("mapping.m", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.asr", {.adopted = true, .because = "vm.web1"});
       },
       "mapping.m.forward is mapping.a.forward; mapping.m.reverse new, deletes mapping.a.reverse; same 3"},
      {"gone already: it is not left anywhere",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west",
                            {.presence = Existence::Absent, .adopted = true, .because = "vm.web1"});
       },
       "network.dr goes, forgets network.dr"},
  };
  expect_decided(cases, match_text);
}

// State of an older commit: what it names may be somebody else's by now.
TEST(Outgoing, AreForgottenWhereSomebodyElseHasMadeThemSince) {
  const EstateCase cases[] = {
      {"a half of a whole pair that leads elsewhere than recorded",
       [](EstateBuilder& world) {
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.found = {{half_column::target, "west/theirs"}}});
         world.have_half("mapping.a.reverse", "network.dr", "network.app", {.presence = Existence::Absent});
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.foreign_half("west/theirs", "network.app");
       },
       "mapping.a.forward goes, forgets mapping.a.forward not-ours; "
       "mapping.a.reverse goes, forgets mapping.a.reverse; same 2"},
      {"a half that leads elsewhere, and nothing leads back: it was pointed there",
       [](EstateBuilder& world) {
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.found = {{half_column::target, "west/theirs"}}});
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.foreign_half("west/theirs", "east/other");
       },
       "mapping.a.forward goes, deletes mapping.a.forward; same 2"},
      {"a network without the tag",
       [](EstateBuilder& world) { world.have_network("network.lab", "east", {.untagged = true}); },
       "network.lab goes, forgets network.lab not-ours"},
      {"a network that is replaced, and was made anew without the tag",
       [](EstateBuilder& world) {
         world.want_network("network.lab", "west");
         world.have_network("network.lab", "east", {.untagged = true});
       },
       "network.lab new, forgets network.lab not-ours"},
      {"not one that could not be read",
       [](EstateBuilder& world) {
         world.have_network("network.lab", "east", {.presence = Existence::Unknown, .untagged = true});
       },
       "network.lab goes, deletes network.lab"},
  };
  expect_decided(cases, match_text);
}

}  // namespace
}  // namespace pairform
