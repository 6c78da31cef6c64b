// Who stands on whom: the one place that says which resource needs which other one in the cloud.
// Built once over the desired rows, once over the prior ones, and walked by all passes (order, hold, outgoing rows, checks,
// digest, state commands). A new type of resource, or a new reference, is said here and nowhere else.
//
//   row                    Role          stands on
//   mapping.app.forward    Source        the network it maps
//                          Target        the network it maps to
//   vm.web1                LivesOn       its network
//                          LandsIn       the network it comes up in
//                          TestsIn       the network in which its test failovers come up
//                          LandsBy       the half from its network to its target region
//                          ComesHomeBy   the half by which a failback goes: of a desired vm the mirror of LandsBy, of a
//                                        prior one the half from the network it comes up in to its own region
//   vm.web1.nic.eth0       PartOf        its vm
//
// What is no row (a network outside the project) is no relation. The mirror of a half is in Estate: a pair is one, but
// neither half stands on the other.
// Cost: O((rows + relations) log rows). Threads: any may read.
#pragma once
#include <optional>
#include <utility>

#include "engine/model/estate.h"
#include "engine/model/graph.h"
#include "engine/model/names.h"

namespace pairform {

enum class Role : std::uint8_t { Source, Target, LivesOn, LandsIn, LandsBy, ComesHomeBy, PartOf, TestsIn };

template <class I>
struct Related {
  I row;
  Role role;
};

// `I`: DesiredId, PriorId or RecordedId.
template <class I>
class Relations {
 public:
  // The neighbours of one row, for a loop: `for (const Related<PriorId> on : had.needs(p))`.
  class Range {
   public:
    struct Iterator {
      const DependencyGraph* graph;
      std::uint32_t vertex, number;
      Related<I> operator*() const {
        const DependencyGraph::End end = graph->edge(vertex, number);
        return {I(end.to), Role{end.label}};
      }
      Iterator& operator++() {
        ++number;
        return *this;
      }
      bool operator!=(const Iterator& other) const { return number != other.number; }
    };
    Range(const DependencyGraph& graph, I row) : graph_(&graph), row_(row), edges_(graph.edges_from(row.value)) {}
    Iterator begin() const { return {graph_, row_.value, edges_.first}; }
    Iterator end() const { return {graph_, row_.value, edges_.last}; }

   private:
    const DependencyGraph* graph_;
    I row_;
    DependencyGraph::Edges edges_;
  };

  Range needs(I row) const { return {needs_, row}; }  // what the row stands on
  Range users(I row) const { return {users_, row}; }  // what stands on the row
  // What the row stands on in this role; none: nothing.
  I need(I row, Role role) const {
    for (const Related<I> on : needs(row))
      if (on.role == role) return on.row;
    return I();
  }
  I network(Text name) const { return network_[name]; }  // by the name that cells use; none: there is none
  // The half from the network of this name to a region, by the region of its target; none: there is none.
  I half(Text network, Text region) const;

 private:
  template <class J, class State, class NameOf, class ParentOf>
  friend class Relater;

  struct Slot {
    Text network, region;
    I row;
  };
  DependencyGraph needs_, users_;
  TextMap<I> network_;
  std::vector<Slot> slots_;  // sorted; where there are vms, or a half was asked for
};

Relations<DesiredId> relate(const DesiredState& desired, const Estate& estate, std::size_t texts);
Relations<PriorId> relate(const PriorState& prior, const Estate& estate, const NetworkNames& names, std::size_t texts);
// Networks, halves and vms only. References are as recorded: the address of a network, or its identity.
Relations<RecordedId> relate(const RecordedState& recorded, std::size_t texts);

// Both graphs of a run, each built when it is first asked for: a plan with nothing to do asks for none.
// The states must stay as they are from then on. Threads: one.
class RelationSet {
 public:
  RelationSet(const DesiredState& desired, const PriorState& prior, const Estate& estate, const NetworkNames& names,
              const StringPool& texts)
      : desired_(desired), prior_(prior), estate_(estate), names_(names), texts_(texts) {}
  const Relations<DesiredId>& wanted() {
    if (!wanted_) wanted_ = relate(desired_, estate_, texts_.size());
    return *wanted_;
  }
  const Relations<PriorId>& had() {
    if (!had_) had_ = relate(prior_, estate_, names_, texts_.size());
    return *had_;
  }

 private:
  const DesiredState& desired_;
  const PriorState& prior_;
  const Estate& estate_;
  const NetworkNames& names_;
  const StringPool& texts_;
  std::optional<Relations<DesiredId>> wanted_;
  std::optional<Relations<PriorId>> had_;
};

}  // namespace pairform
