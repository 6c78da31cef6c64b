// What has to change, as data: made by decide/differ.h, read by order, checks, guards, digest, apply and all that shows
// a plan. One Change an address at most. Threads: any may read.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/estate.h"
#include "schema/enum_list.h"

namespace pairform {

// The strongest of what happens to one address.
#define PAIRFORM_ACTIONS(X) \
  X(NoOp, "no-op")          \
  X(Create, "create")       \
  X(Update, "update")       \
  X(Replace, "replace")     \
  X(Delete, "delete")       \
  X(Move, "move")           \
  X(Forget, "forget")       \
  X(Adopt, "adopt")
enum class Action : std::uint8_t { PAIRFORM_ACTIONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_action_texts{PAIRFORM_ACTIONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view action_text(Action action) { return enum_text(k_action_texts, action); }

#define PAIRFORM_REASONS(X)                                   \
  X(NotRecorded, "not_recorded")                              \
  X(NotDeclared, "not_declared")                              \
  X(AttributeChanged, "attribute_changed")                    \
  X(ImmutableAttributeChanged, "immutable_attribute_changed") \
  X(HalfMissing, "half_missing")                              \
  X(HalfCrossed, "half_crossed")                              \
  X(Drifted, "drifted")                                       \
  X(FactChanged, "fact_changed")                              \
  X(Moved, "moved")                                           \
  X(Removed, "removed")                                       \
  X(Found, "found")                                           \
  X(NoLongerAskedFor, "no_longer_asked_for")
enum class Reason : std::uint8_t { PAIRFORM_REASONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_reason_texts{PAIRFORM_REASONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view reason_text(Reason reason) { return enum_text(k_reason_texts, reason); }

// A prior row that goes, and why.
struct Outgoing {
  PriorId prior;
  bool forget = false;    // left in the cloud, or gone from it already
  bool removed = false;   // a removed stanza says so
  bool needed = false;    // forgotten because something forgotten needs it
  bool not_ours = false;  // forgotten: derived, and adopted or in use; or made by somebody else since
};

using ChangeId = Id<struct ChangeTag>;  // Diff::changes
using CellId = Id<struct CellTag>;      // Diff::cells

// How the resource of a change comes to be where it is wanted.
enum class Arrival : std::uint8_t {
  None,    // it is there already, or nothing is wanted
  Create,  // it is made
  Adopt,   // it is in the cloud and is recorded from now on
  Move,    // it is recorded under another address
};

// What happens at one address, in this order: outgoing rows go, the resource arrives, is updated, is shrunk.
//   only outgoing rows  desired and origin none, arrival None
//   Create              origin none, or recorded and gone; never an update or shrink
//   Adopt, Move, None   of the origin, with or without an update; shrink is of networks only
struct Change {
  ResourceId resource;
  TypeId type;
  Action action = Action::NoOp;
  Reason reason = Reason::NotRecorded;
  Arrival arrival = Arrival::None;
  bool update = false, shrink = false;
  DesiredId desired;               // none: only outgoing rows
  PriorId origin;                  // the same resource; none: new
  std::vector<Outgoing> outgoing;  // other prior rows whose place this one takes
  CellId first_after;              // what will be recorded; none: it leaves
  CellId first_between;            // what the update writes where a shrink follows
  AttributeSet changed = 0;        // columns that differ (update and replace only)
  Text previous_address;           // none: the same
  Text adopted_id;                 // none: nothing is adopted
};

// What only state must learn: no step.
struct Record {
  ResourceId resource;
  DesiredId desired;
  PriorId prior;
  std::string_view attribute;  // "protect", "because", "existing"; a fact that changed: "network", "ip"
  Text before;                 // none: null
  Text after;
};

struct UnknownItem {
  ResourceId resource;
  Text because;  // the service's words, or the address of what it depends on
};

// A recorded resource that something is still going on with: left alone.
struct HeldItem {
  ResourceId resource;
  Status status = Status::Busy;
  Text because;
};

// What the options leave out, or what has an error and is left out.
struct LeftOutItem {
  ResourceId resource;
  std::string because;  // the address of what it depends on; else words: the option, or the error
};

struct Diff {
  CellId next_cell() const { return CellId(cells.size()); }
  Text cell(CellId first, std::size_t column) const { return cells[first.index() + column]; }
  Text& cell(CellId first, std::size_t column) { return cells[first.index() + column]; }

  DenseMap<ChangeId, Change> changes;  // by resource; no-op left out
  std::vector<Text> cells;             // by CellId: of one row, in the order of its type's columns
  std::vector<Record> records;
  std::vector<UnknownItem> unknown;
  std::vector<HeldItem> held;
  DenseMap<PriorId, bool> asked;        // by prior row: something was asked of it, also where that was taken back
  DenseMap<DesiredId, PriorId> origin;  // the prior row that is the same resource; none: there is none
  std::uint32_t unchanged = 0;          // resources
  bool complete = true;                 // everything could be read
};

// The prior row that a change shows as "before": what is changed, moved, adopted or leaves; none: nothing.
PriorId before_row(const Change& change, const PriorState& prior);
// Protected in the files, or still in state.
bool is_protected(const Change& change, const DesiredState& desired, const PriorState& prior);

}  // namespace pairform
