#include "engine/model/graph.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

constexpr std::uint32_t k_no = UINT32_MAX;
using Reached = std::vector<std::uint32_t>;

TEST(DependencyGraph, SaysFromWhereEachVertexWasFirstReached) {
  const std::vector<DependencyEdge> edges{{0, 1}, {1, 2}, {3, 2}};
  const std::vector<std::uint32_t> roots{0};
  EXPECT_EQ(DependencyGraph(5, edges).reach(roots), (Reached{0, 0, 1, k_no, k_no}));
}

TEST(DependencyGraph, ReachesNothingWithoutRoots) {
  const std::vector<DependencyEdge> edges{{0, 1}};
  EXPECT_EQ(DependencyGraph(2, edges).reach({}), (Reached{k_no, k_no}));
}

TEST(DependencyGraph, StopsInACircleAndTakesAnEdgeTwice) {
  const std::vector<DependencyEdge> edges{{0, 1}, {0, 1}, {1, 0}, {1, 1}};
  const std::vector<std::uint32_t> roots{1};
  EXPECT_EQ(DependencyGraph(2, edges).reach(roots), (Reached{1, 1}));
}

TEST(DependencyGraph, LivesWithoutVertices) { EXPECT_TRUE(DependencyGraph(0, {}).reach({}).empty()); }

TEST(DependencyGraph, WalksAChainOfAMillionWithoutRecursion) {
  constexpr std::uint32_t k_long = 1'000'000;
  std::vector<DependencyEdge> edges;
  for (std::uint32_t i = 0; i + 1 < k_long; ++i) edges.push_back({i, i + 1});
  const std::vector<std::uint32_t> roots{0};
  EXPECT_EQ(DependencyGraph(k_long, edges).reach(roots).back(), k_long - 2);
}

}  // namespace
}  // namespace pairform
