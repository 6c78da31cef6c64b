// Which vms the service leads elsewhere with a half, and no change of the plan does, on estates made by hand.
#include "engine/decide/moved_along.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

// "mapping.a.forward: vm.web1 to network.dr2"
std::string moved_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  for (const MovedAlong& each : find_moved_along(world.prior(), decided.diff))
    out.push_back(fmt::format("{}: {} to {}", world.address(decided.diff.changes[each.half].resource),
                              world.address(each.vm), world.texts().view(each.target)));
  return joined(out);
}

void remapped(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_network("network.dr2", "west");
  world.want_pair("mapping.a", "network.app", "network.dr2");
  world.have_pair("mapping.a", "network.app", "network.dr");
}

TEST(MovedAlong, AreVmsThatLandByTheHalfAndAreNotLedThere) {
  const EstateCase cases[] = {
      {"an existing vm that keeps its landing",
       [](EstateBuilder& world) {
         remapped(world);
         world.settled_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       "mapping.a.forward: vm.web1 to network.dr2"},
      {"one that is only found",
       [](EstateBuilder& world) {
         remapped(world);
         world.want_vm("vm.web1", "network.app", "network.dr", {.existing = true});
         world.have_vm("vm.web1", "network.app", "network.dr", {.existing = true, .only_found = true});
       },
       "mapping.a.forward: vm.web1 to network.dr2"},
      {"a vm that follows its mapping",
       [](EstateBuilder& world) {
         remapped(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       ""},
      {"a vm that goes",
       [](EstateBuilder& world) {
         remapped(world);
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       ""},
      {"a vm that comes up elsewhere",
       [](EstateBuilder& world) {
         remapped(world);
         world.settled_network("network.lab", "west");
         world.settled_vm("vm.web1", "network.app", "network.lab", {.existing = true});
       },
       ""},
      {"a half that stays",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.settled_pair("mapping.a", "network.app", "network.dr");
         world.settled_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       ""},
  };
  expect_decided(cases, moved_text);
}

}  // namespace
}  // namespace pairform
