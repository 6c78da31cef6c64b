// A directed graph over small numbers, as Boost's compressed sparse rows: built once, walked without recursion.
// relations.h keeps who stands on whom in it; hold and selection ask it what is reached from where.
// The plan's order is not made here (plan.h: a Kahn walk with a heap, because ties go by address).
// Cost: 13 bytes an edge; 1M vertices and 2M edges build in 0.04-0.6 s. Threads: any may read.
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
  std::uint8_t label = 0;  // whatever the owner of the graph means by it
};

class DependencyGraph {
 public:
  DependencyGraph() : DependencyGraph(0, {}) {}
  // `edges` in any order; those of one vertex keep theirs.
  DependencyGraph(std::size_t vertices, std::span<const DependencyEdge> edges);
  ~DependencyGraph();
  DependencyGraph(DependencyGraph&&) noexcept;
  DependencyGraph& operator=(DependencyGraph&&) noexcept;

  // By vertex: the vertex it was first reached from (itself for a root); UINT32_MAX: not reachable from the roots.
  std::vector<std::uint32_t> reach(std::span<const std::uint32_t> roots) const;

  // The edges that start at a vertex are the numbers `first` to `last - 1`.
  struct Edges {
    std::uint32_t first, last;
  };
  Edges edges_from(std::uint32_t vertex) const;
  struct End {
    std::uint32_t to;
    std::uint8_t label;
  };
  End edge(std::uint32_t vertex, std::uint32_t number) const;

 private:
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

}  // namespace pairform
