// Every resource of a run once, in address order, and what networks are called.
#include "engine/model/estate.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/model/names.h"
#include "tests/support/estate_builder.h"

namespace pairform {
namespace {

// "vm.a.nic.x part of vm.a, wanted, recorded; …", what is not said left out.
std::string estate_text(EstateBuilder& world) {
  std::string out;
  for (const ResourceId id : world.estate().ids()) {
    const Resource& resource = world.estate()[id];
    out += fmt::format("{}{}", out.empty() ? "" : "; ", world.text(resource.address));
    if (resource.pair) out += " in " + world.text(resource.pair);
    if (resource.mirror) out += " mirror " + world.address(resource.mirror);
    if (resource.parent) out += " part of " + world.address(resource.parent);
    if (resource.desired) out += ", wanted";
    if (resource.recorded) out += ", recorded";
  }
  return out;
}

struct EstateTextCase {
  const char* name;
  void (*build)(EstateBuilder& world);
  const char* expected;
};

TEST(Estate, HasEveryResourceOnceWithItsMirrorAndItsVm) {
  const EstateTextCase cases[] = {
      {"nothing", [](EstateBuilder&) {}, ""},
      {"wanted, recorded, both",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east");
         world.have_network("network.a", "east");
         world.settled_network("network.c", "east");
       },
       "network.a, recorded; network.b, wanted; network.c, wanted, recorded"},
      {"only found: it is where it is wanted",
       [](EstateBuilder& world) {
         world.want_network("network.a", "east");
         world.have_network("network.a", "east", {.only_found = true});
       },
       "network.a, wanted"},
      {"a pair, of which one half is wanted and the other one recorded",
       [](EstateBuilder& world) {
         world.want_half("mapping.a.forward", "east/x", "west/y");
         world.have_half("mapping.a.reverse", "west/y", "east/x");
       },
       "mapping.a.forward in mapping.a mirror mapping.a.reverse, wanted; "
       "mapping.a.reverse in mapping.a mirror mapping.a.forward, recorded"},
      {"lone halves of neighbours are no pair",
       [](EstateBuilder& world) {
         world.want_half("mapping.a.forward", "east/x", "west/y");
         world.want_half("mapping.b.reverse", "west/z", "east/x");
       },
       "mapping.a.forward in mapping.a, wanted; mapping.b.reverse in mapping.b, wanted"},
      {"nics of two vms of which one's key begins with the other's",
       [](EstateBuilder& world) {
         world.want_vm("vm.a", "east/x", "west/y");
         world.want_vm("vm.a-b", "east/x", "west/y");
         world.want_nic("vm.a.nic.eth0", "front");
         world.have_nic("vm.a.nic.eth1", "front");
         world.want_nic("vm.a-b.nic.eth0", "front");
       },
       "vm.a, wanted; vm.a.nic.eth0 part of vm.a, wanted; vm.a.nic.eth1 part of vm.a, recorded; vm.a-b, wanted; "
       "vm.a-b.nic.eth0 part of vm.a-b, wanted"},
      {"a nic whose vm is nowhere, after another vm",
       [](EstateBuilder& world) {
         world.want_vm("vm.a", "east/x", "west/y");
         world.have_nic("vm.b.nic.eth0", "front");
       },
       "vm.a, wanted; vm.b.nic.eth0, recorded"},
  };
  for (const EstateTextCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    item.build(world);
    EXPECT_EQ(estate_text(world), item.expected);
  }
}

TEST(Estate, NumbersTheDesiredRows) {
  EstateBuilder world;
  world.have_network("network.a", "east");
  world.want_network("network.b", "east");
  EXPECT_EQ(world.desired().rows[DesiredId(0U)].resource, ResourceId(1U));
  EXPECT_EQ(world.estate()[ResourceId(1U)].desired, DesiredId(0U));
  EXPECT_EQ(world.estate()[ResourceId(0U)].recorded, RecordedId(0U));
}

TEST(Estate, FindsByAddressAndNamesTheWhole) {
  EstateBuilder world;
  world.want_half("mapping.a.forward", "east/x", "west/y");
  world.want_network("network.a", "east");
  world.want_vm("vm.a", "east/x", "west/y");
  world.want_nic("vm.a.nic.eth0", "front");
  const auto whole = [&](const char* address) {
    const ResourceId at = world.estate().find(world.texts().intern(address));
    return at ? world.text(world.estate().whole(at)) : "none";
  };
  EXPECT_EQ(whole("mapping.a.forward"), "mapping.a");
  EXPECT_EQ(whole("network.a"), "network.a");
  EXPECT_EQ(whole("vm.a"), "vm.a");
  EXPECT_EQ(whole("vm.a.nic.eth0"), "vm.a");
  EXPECT_EQ(whole("mapping.a"), "none") << "a pair is no resource";
  EXPECT_EQ(whole("network.b"), "none");
}

// What is called what: "east/x: network.a back east/x", by identity.
std::string name_text(EstateBuilder& world, const char* identity) {
  const Text name = world.names().name(world.texts().intern(identity));
  return fmt::format("{} back {}", world.text(name), world.text(world.names().identity(name)));
}

TEST(NetworkNames, AreDesiredAddressesElseRecordedOnesElseIdentities) {
  EstateBuilder world;
  world.want_network("network.new", "east", {.name = "moved"});
  world.have_network("network.old", "east", {.name = "moved"});
  world.have_network("network.gone", "east");
  world.want_network("network.app", "east", {.name = "second"});
  world.have_network("network.app", "east", {.name = "first"});
  EXPECT_EQ(name_text(world, "east/moved"), "network.new back east/moved");
  EXPECT_EQ(name_text(world, "east/gone"), "network.gone back east/gone");
  EXPECT_EQ(name_text(world, "east/second"), "network.app back east/second");
  EXPECT_EQ(name_text(world, "east/first"), "east/first back east/first") << "its address means another network now";
  EXPECT_EQ(name_text(world, "west/theirs"), "west/theirs back west/theirs");
  EXPECT_TRUE(world.names().in_project(world.texts().intern("east/first")));
  EXPECT_FALSE(world.names().in_project(world.texts().intern("west/theirs")));
}

TEST(NetworkNames, TellWhatARecordedReferenceMeant) {
  EstateBuilder world;
  world.want_network("network.a", "east", {.name = "x"});
  world.want_network("network.b", "west", {.name = "y"});
  world.have_network("network.a", "west", {.name = "y"});
  world.have_network("network.b", "east", {.name = "x"});
  const auto meant = [&](const char* reference) {
    const Text text = world.texts().intern(reference);
    return fmt::format("{} in {}", world.text(world.names().recorded_identity(text)),
                       world.text(world.names().recorded_region(text)));
  };
  EXPECT_EQ(meant("network.a"), "west/y in west");
  EXPECT_EQ(meant("network.b"), "east/x in east");
  EXPECT_EQ(meant("north/theirs"), "north/theirs in ");
}

}  // namespace
}  // namespace pairform
