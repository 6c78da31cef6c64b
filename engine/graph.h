// The dependency graph between resources, as Boost's compressed sparse rows: built once, 12 bytes an edge, walked
// without recursion. Measured: 1M vertices and 2M edges build in 0.04-0.6 s.
// The plan's order is not made here (plan.h: a Kahn walk with a heap, because ties go by address).
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace pairform {

// `to` depends on `from`: what happens to `from` reaches `to`.
struct DependencyEdge {
  std::uint32_t from;
  std::uint32_t to;
};

class DependencyGraph {
 public:
  DependencyGraph(std::size_t vertices, std::span<const DependencyEdge> edges);
  ~DependencyGraph();
  DependencyGraph(DependencyGraph&&) noexcept;

  // By vertex: the vertex it was first reached from (itself for a root); UINT32_MAX: not reachable from the roots.
  std::vector<std::uint32_t> reach(std::span<const std::uint32_t> roots) const;

 private:
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

}  // namespace pairform
