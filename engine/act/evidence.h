// Of a step that a run began and of which it does not know the end: was it carried out, by what is there now? Only that tells:
// the run may have been killed before or after its request left, and somebody else may have changed the same resource since.
#pragma once
#include "engine/phases.h"
#include "engine/state/journal.h"

namespace pairform {

// The row that a look-up found; null: it is absent, or a machine that is not replicated. Not of an error.
const CloudRow* found_row(const LookupAnswer& answer);
bool is_busy(const CloudRow* now);

// Holds references to all that it is given. One thread.
class Evidence {
 public:
  Evidence(Project& project, const RecordedState& recorded, const NetworkNames& names)
      : project_(project), recorded_(recorded), names_(names) {}

  // Is what can be changed of a resource as `row` has it?
  bool holds(const DetachedRow& row, const CloudRow& now) const;
  // Is what is there what a create of ours made? Somebody may have made it meanwhile: a network without this project's tag, a
  // half that leads elsewhere, a replication that another tool began. That one is for the plan, which asks before it is taken
  // over. A nic is there as soon as its vm is protected: only its landing tells.
  bool is_of_create(const DetachedRow& row, const CloudRow& now) const;
  // Is it a replication that somebody else began anew, in the place of that with this id? That one has ended.
  bool is_begun_anew(TypeId type, Text id, const CloudRow& now) const;
  // Was the step of an intent carried out? `now`: what is there, null: nothing.
  bool happened(const JournalIntent& intent, const CloudRow* now) const;
  // Is the cloud at work on what an intent is about, so that its step may be under way? A change that shows is done, whatever
  // else goes on (a test failover); a replication that another tool begins is none of ours.
  bool is_at_work(const JournalIntent& intent, const CloudRow* now) const;

 private:
  Project& project_;
  const RecordedState& recorded_;
  const NetworkNames& names_;
};

}  // namespace pairform
