#include <algorithm>

#include "engine/diff.h"
#include "engine/graph.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

bool is_held(const PriorRow& row) { return row.pending || row.status != Status::Settled; }

class Holder {
 public:
  Holder(const DiffInput& input, StringPool& texts, Diff& diff) : input_(input), texts_(texts), diff_(diff) {}

  void run() {
    find_roots();
    if (roots_.empty()) return;
    connect();
    const DependencyGraph graph(input_.book.addresses.size(), edges_);
    const std::vector<std::uint32_t> unknown = graph.reach(vertices(true)), held = graph.reach(vertices(false));
    take_back(unknown, held);
  }

 private:
  struct Root {
    std::uint32_t resource;
    bool unknown;
    Status status;
    Text why;
  };

  std::vector<std::uint32_t> vertices(bool unknown) const {
    std::vector<std::uint32_t> out;
    for (const Root& root : roots_)
      if (root.unknown == unknown) out.push_back(root.resource);
    return out;
  }
  void find_roots();
  void connect();
  void take_back(const std::vector<std::uint32_t>& unknown, const std::vector<std::uint32_t>& held);
  void edge(ResourceId from, ResourceId to) {
    if (from && to && from != to) edges_.push_back({from.value, to.value});
  }

  const DiffInput& input_;
  StringPool& texts_;
  Diff& diff_;
  std::vector<Root> roots_;  // one a resource, by resource
  std::vector<DependencyEdge> edges_;
};

void Holder::find_roots() {
  std::vector<ResourceId> desired_as(input_.prior.rows.size());
  for (std::size_t d = 0; d < diff_.origin.size(); ++d)
    if (diff_.origin[d] != k_no_row) desired_as[diff_.origin[d]] = input_.desired.rows[d].resource;
  for (std::size_t p = 0; p < input_.prior.rows.size(); ++p) {
    const PriorRow& row = input_.prior.rows[p];
    const bool unknown = row.presence == Seen::Unknown;
    if (!unknown && !is_held(row)) continue;
    const ResourceId at = desired_as[p] ? desired_as[p] : row.resource;
    const Text why = row.pending ? texts_.intern("an accepted operation on it is still running") : row.why_unknown;
    roots_.push_back({at.value, unknown, row.pending ? Status::Busy : row.status, why});
    if (unknown) diff_.complete = false;
  }
  std::stable_sort(roots_.begin(), roots_.end(), [](const Root& a, const Root& b) { return a.resource < b.resource; });
  roots_.erase(std::unique(roots_.begin(), roots_.end(),
                           [](const Root& a, const Root& b) { return a.resource == b.resource; }),
               roots_.end());
}

void Holder::connect() {
  for (const DesiredRow& row : input_.desired.rows) {
    if (row.type != k_mapping_type) continue;
    for (const std::size_t column : {half_column::source, half_column::target})
      edge(input_.book.find(input_.desired.cell(row, column)), row.resource);
    if (row.mirror != k_no_row) edge(input_.desired.rows[row.mirror].resource, row.resource);
  }
  TextIndex network_leaver(texts_.size());  // name of a network that goes -> the resource of the change it goes in
  TextIndex slot_leaver(texts_.size());  // identity of a half that goes -> the resource of the change it goes in
  for (const Change& change : diff_.changes)
    for (const Leaver& leaver : change.leavers) {
      const PriorRow& row = input_.prior.rows[leaver.prior];
      edge(row.resource, change.resource);
      edge(change.resource, row.resource);
      if (row.type == k_network_type) network_leaver.set(input_.names.name(row.identity), change.resource.value);
      else slot_leaver.set(row.identity, change.resource.value);
    }
  for (const PriorRow& row : input_.prior.rows) {
    if (row.type != k_mapping_type) continue;
    const ResourceId mirror = mirror_address(input_.book, texts_, row.resource);
    if (row.recorded != k_no_row) edge(mirror, row.resource);
    for (const std::size_t column : {half_column::source, half_column::target}) {
      const Text name = input_.prior.cell(row, column);
      edge(input_.book.find(name), row.resource);
      if (const std::uint32_t leaver = network_leaver[name]; leaver != k_no_row) edge(row.resource, ResourceId(leaver));
    }
  }
  for (std::size_t d = 0; d < input_.desired.rows.size(); ++d) {
    const DesiredRow& row = input_.desired.rows[d];
    if (const std::uint32_t leaver = slot_leaver[row.identity]; leaver != k_no_row) edge(ResourceId(leaver), row.resource);
    if (diff_.origin[d] != k_no_row) edge(input_.prior.rows[diff_.origin[d]].resource, row.resource);
  }
}

void Holder::take_back(const std::vector<std::uint32_t>& unknown, const std::vector<std::uint32_t>& held) {
  // What could not be looked at, or is left alone, was counted as unchanged where nothing was asked of it.
  std::vector<bool> unchanged(input_.book.addresses.size(), false);
  for (const DesiredRow& row : input_.desired.rows) unchanged[row.resource.index()] = true;
  for (const Change& change : diff_.changes) unchanged[change.resource.index()] = false;
  for (const Root& root : roots_) diff_.unchanged -= unchanged[root.resource] ? 1 : 0;
  for (const Root& root : roots_) {
    if (root.unknown) diff_.unknown.push_back({ResourceId(root.resource), root.why});
    else diff_.held.push_back({ResourceId(root.resource), root.status, root.why});
  }
  const auto is_root = [&](ResourceId resource) {
    return std::binary_search(roots_.begin(), roots_.end(), Root{resource.value, false, Status::Busy, Text()},
                              [](const Root& a, const Root& b) { return a.resource < b.resource; });
  };
  std::erase_if(diff_.changes, [&](const Change& change) {
    const std::size_t at = change.resource.index();
    const bool is_unknown = unknown[at] != UINT32_MAX;
    if (!is_unknown && held[at] == UINT32_MAX) return false;
    if (is_root(change.resource)) return true;
    const Text because = input_.book.addresses[is_unknown ? unknown[at] : held[at]];
    if (is_unknown) diff_.unknown.push_back({change.resource, because});
    else diff_.held.push_back({change.resource, Status::Busy, because});
    return true;
  });
  std::sort(diff_.unknown.begin(), diff_.unknown.end(),
            [](const UnknownItem& a, const UnknownItem& b) { return a.resource < b.resource; });
  std::sort(diff_.held.begin(), diff_.held.end(),
            [](const HeldItem& a, const HeldItem& b) { return a.resource < b.resource; });
}

}  // namespace

void hold_back(const DiffInput& input, StringPool& texts, Diff& diff) { Holder(input, texts, diff).run(); }

}  // namespace pairform
