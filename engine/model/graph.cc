#include "engine/model/graph.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/pending/queue.hpp>
#include <utility>

namespace pairform {
namespace {
using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, std::uint8_t, boost::no_property,
                                               std::uint32_t, std::uint32_t>;

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
  std::vector<std::uint8_t> labels;
  pairs.reserve(edges.size());
  labels.reserve(edges.size());
  for (const DependencyEdge& edge : edges) {
    pairs.emplace_back(edge.from, edge.to);
    labels.push_back(edge.label);
  }
  rows_ = std::make_unique<Rows>(Rows{Csr(boost::edges_are_unsorted_multi_pass, pairs.begin(), pairs.end(),
                                          labels.begin(), static_cast<std::uint32_t>(vertices))});
}
DependencyGraph::~DependencyGraph() = default;
DependencyGraph::DependencyGraph(DependencyGraph&&) noexcept = default;
DependencyGraph& DependencyGraph::operator=(DependencyGraph&&) noexcept = default;

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

DependencyGraph::Edges DependencyGraph::edges_from(std::uint32_t vertex) const {
  const Csr& graph = rows_->graph;
  const auto [first, last] = boost::out_edges(vertex, graph);
  if (first == last) return {0, 0};
  const std::uint32_t begin = boost::get(boost::edge_index, graph, *first);
  return {begin, begin + static_cast<std::uint32_t>(boost::out_degree(vertex, graph))};
}

DependencyGraph::End DependencyGraph::edge(std::uint32_t vertex, std::uint32_t number) const {
  const Csr& graph = rows_->graph;
  const Csr::edge_descriptor edge(vertex, number);
  return {static_cast<std::uint32_t>(boost::target(edge, graph)), graph[edge]};
}

}  // namespace pairform
