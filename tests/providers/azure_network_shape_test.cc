// From what a network has to what a step wants, one request at a time.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "providers/azure/network_shape.h"
#include "schema/ip.h"

namespace pairform::azure {
namespace {

using Subnets = std::vector<std::pair<std::string, std::string>>;

VirtualNetwork network(std::vector<std::string> space, const Subnets& subnets) {
  VirtualNetwork out;
  out.address_space = std::move(space);
  for (const auto& [name, prefix] : subnets) out.subnets.push_back({name, {prefix}, {}, {}});
  return out;
}

NetworkGoal goal(std::vector<std::string> space, const Subnets& subnets) {
  const VirtualNetwork of = network(std::move(space), subnets);
  return {of.address_space, of.subnets};
}

// What the request does to the network, as the service would.
void carry_out(VirtualNetwork& of, const ShapeNeed& need) {
  const auto at = std::find_if(of.subnets.begin(), of.subnets.end(),
                               [&](const AzureSubnet& each) { return each.name == need.subnet.name; });
  switch (need.what) {
    case ShapeNeed::What::Nothing: break;
    case ShapeNeed::What::DeleteSubnet: of.subnets.erase(at); break;
    case ShapeNeed::What::MakeSubnet: of.subnets.push_back(need.subnet); break;
    case ShapeNeed::What::ChangeSubnet: at->prefixes = need.subnet.prefixes; break;
    case ShapeNeed::What::GrowSpace:
    case ShapeNeed::What::ShrinkSpace: of.address_space = need.space; break;
  }
}

std::string words(const ShapeNeed& need) {
  constexpr std::array<const char*, 6> k_words{"nothing", "delete", "grow", "make", "change", "shrink"};
  const auto what = static_cast<std::size_t>(need.what);
  if (!need.space.empty()) return fmt::format("{} {}", k_words.at(what), fmt::join(need.space, " "));
  if (need.subnet.name.empty()) return k_words.at(what);
  return fmt::format("{} {} {}", k_words.at(what), need.subnet.name, fmt::join(need.subnet.prefixes, " "));
}

// All requests, in order.
std::string way(VirtualNetwork from, const NetworkGoal& to) {
  std::string out;
  for (int requests = 0; requests < 20; ++requests) {
    const ShapeNeed need = next_need(from, to);
    if (need.what == ShapeNeed::What::Nothing) return out;
    out += words(need) + "; ";
    carry_out(from, need);
  }
  return out + "and so on";
}

TEST(NetworkShape, NothingIsNeededWhereEverythingIsThere) {
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}), goal({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}})),
            "");
  EXPECT_EQ(way(network({"10.2.0.0/16", "10.1.0.0/16"}, {}), goal({"10.1.0.0/16", "10.2.0.0/16"}, {})), "");
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"Web", "10.1.1.0/24"}}), goal({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}})),
            "");
}

TEST(NetworkShape, WhatAStepDoesNotNameIsLeft) {
  NetworkGoal subnets_alone = goal({}, {{"web", "10.1.1.0/24"}});
  subnets_alone.space.reset();
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {}), subnets_alone), "make web 10.1.1.0/24; ");
  NetworkGoal space_alone = goal({"10.1.0.0/16", "10.2.0.0/16"}, {});
  space_alone.subnets.reset();
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}), space_alone), "grow 10.1.0.0/16 10.2.0.0/16; ");
}

TEST(NetworkShape, GrowsBeforeSubnetsNeedItAndShrinksAfterNoneDoes) {
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"db", "10.1.2.0/24"}}), goal({"10.2.0.0/16"}, {{"web", "10.2.1.0/24"}})),
            "delete db 10.1.2.0/24; grow 10.1.0.0/16 10.2.0.0/16; make web 10.2.1.0/24; shrink 10.2.0.0/16; ");
}

TEST(NetworkShape, AWiderPrefixReplacesTheNarrowOne) {
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}), goal({"10.0.0.0/15"}, {{"web", "10.1.1.0/24"}})),
            "grow 10.0.0.0/15; ");
}

TEST(NetworkShape, ASubnetThatShrinksMakesRoomForItsNeighbour) {
  EXPECT_EQ(way(network({"10.1.0.0/16"}, {{"web", "10.1.0.0/23"}}),
                goal({"10.1.0.0/16"}, {{"app", "10.1.1.0/24"}, {"web", "10.1.0.0/24"}})),
            "change web 10.1.0.0/24; make app 10.1.1.0/24; ");
}

TEST(NetworkShape, ASubnetIsSentAsTheServiceSpellsIt) {
  const ShapeNeed need =
      next_need(network({"10.1.0.0/16"}, {{"Web", "10.1.1.0/24"}}), goal({"10.1.0.0/16"}, {{"web", "10.1.3.0/24"}}));
  EXPECT_EQ(words(need), "change Web 10.1.3.0/24");
}

// At every stage no two subnets overlap and each lies in the space, as the service demands; and the way ends.
TEST(NetworkShape, EveryStageIsOneThatTheServiceTakes) {
  std::minstd_rand random(11);
  const auto some = [&] {
    std::vector<std::string> space;
    Subnets subnets;
    for (unsigned block = 1; block <= 3; ++block) {
      if (random() % 2 == 0) continue;
      space.push_back(fmt::format("10.{}.0.0/16", block));
      for (unsigned subnet = 0; subnet < 3; ++subnet)
        if (random() % 2 == 0)
          subnets.emplace_back(fmt::format("s{}{}", block, subnet), fmt::format("10.{}.{}.0/24", block, subnet));
    }
    if (space.empty()) space.push_back("10.9.0.0/16");
    return std::pair(space, subnets);
  };
  for (int round = 0; round < 500; ++round) {
    const auto [from_space, from_subnets] = some();
    const auto [to_space, to_subnets] = some();
    VirtualNetwork now = network(from_space, from_subnets);
    const NetworkGoal wanted = goal(to_space, to_subnets);
    int requests = 0;
    for (ShapeNeed need = next_need(now, wanted); need.what != ShapeNeed::What::Nothing;
         need = next_need(now, wanted)) {
      carry_out(now, need);
      ASSERT_LT(++requests, 20);
      for (const AzureSubnet& subnet : now.subnets) {
        const Prefix prefix = parse_prefix(subnet.prefixes.front())->prefix;
        EXPECT_TRUE(std::any_of(now.address_space.begin(), now.address_space.end(), [&](const std::string& space) {
          return contains(parse_prefix(space)->prefix, prefix);
        })) << subnet.name;
      }
    }
    EXPECT_EQ(now.address_space.size(), to_space.size());
    EXPECT_EQ(now.subnets.size(), to_subnets.size());
  }
}

}  // namespace
}  // namespace pairform::azure
