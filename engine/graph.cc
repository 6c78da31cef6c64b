#include "engine/graph.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/pending/queue.hpp>
#include <utility>

namespace pairform {
namespace {
using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                               boost::no_property, std::uint32_t, std::uint32_t>;

struct Reached : boost::default_bfs_visitor {
  std::vector<std::uint32_t>* from;
  explicit Reached(std::vector<std::uint32_t>* reached) : from(reached) {}
  void tree_edge(Csr::edge_descriptor edge, const Csr& graph) const {
    (*from)[boost::target(edge, graph)] = static_cast<std::uint32_t>(boost::source(edge, graph));
  }
};
}  // namespace

struct DependencyGraph::Rows {
  Csr graph;
};

DependencyGraph::DependencyGraph(std::size_t vertices, std::span<const DependencyEdge> edges) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(edges.size());
  for (const DependencyEdge& edge : edges) pairs.emplace_back(edge.from, edge.to);
  rows_ = std::make_unique<Rows>(
      Rows{Csr(boost::edges_are_unsorted, pairs.begin(), pairs.end(), static_cast<std::uint32_t>(vertices))});
}
DependencyGraph::~DependencyGraph() = default;
DependencyGraph::DependencyGraph(DependencyGraph&&) noexcept = default;

std::vector<std::uint32_t> DependencyGraph::reach(std::span<const std::uint32_t> roots) const {
  const Csr& graph = rows_->graph;
  std::vector<std::uint32_t> from(boost::num_vertices(graph), UINT32_MAX);
  if (roots.empty()) return from;
  for (const std::uint32_t root : roots) from[root] = root;
  std::vector<boost::default_color_type> colour(from.size(), boost::white_color);
  boost::queue<std::uint32_t> queue;
  boost::breadth_first_visit(graph, roots.begin(), roots.end(), queue, Reached(&from),
                             boost::make_iterator_property_map(colour.begin(), boost::get(boost::vertex_index, graph)));
  return from;
}

}  // namespace pairform
