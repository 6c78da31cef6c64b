// Which resource of Azure a project means by a name. A stanza may leave out subscription and resource group: then the
// name counts in the vault's subscription, in any group. Two of a name there are ordinary, so:
//
//   none                                                  absent
//   one, nothing recorded, or it is the recorded one      bound
//   several, the recorded one among them                  bound to that one; a note tells of the others
//   several, none recorded                                ambiguous
//   one or several, while another one is recorded that is gone   moved: a stranger of that name is not the same network
//   the recorded one is there, and has not the group or subscription that the stanza gives        elsewhere
//   two names that mean one resource                      ambiguous, both
//
// So a newcomer of the same name changes nothing for what is recorded. Pure; the cost is that of sorting.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "providers/azure/identity.h"

namespace pairform::azure {

// A network or a virtual machine that was listed.
struct Candidate {
  std::string id;                                          // ARM id, folded
  std::string region, name, subscription, resource_group;  // folded
};

// What a project names.
struct NamedPlace {
  std::string identity;     // as it speaks of it
  std::string recorded_id;  // folded; empty: none. Of a vm the ARM id of the machine, where that is known
};

enum class Bound { To, Absent, Ambiguous, Moved, Elsewhere, Twice };
struct Binding {
  Bound what = Bound::Absent;
  std::string id;                   // To: which; Moved: the one that is there now; Elsewhere: the recorded one
  std::vector<std::string> others;  // ids: the other ones of that name; Twice: identities that mean the same one
};

class Bindings {
 public:
  // `subscription`: the vault's.
  Bindings(const std::vector<NamedPlace>& named, const std::vector<Candidate>& candidates,
           const std::string& subscription);

  // By the identity of something named.
  const std::map<std::string, Binding>& all() const { return bindings_; }
  // Is each of these resources (ids) what the project means by some name?
  bool all_taken(const std::vector<std::string>& ids) const;
  // The identity that the project uses for this resource, also where the name is bound to none because it means several: so
  // a machine on one of them is on an unknown network, not on one that nobody names. The long identity, with subscription
  // and group, of what the project does not name.
  std::string identity(const Candidate& candidate) const;
  // The same by ARM id, of a candidate or not; `region` where it is not a candidate.
  std::string identity(const std::string& id, const std::string& region) const;

 private:
  std::map<std::string, Binding> bindings_;
  std::set<std::string> taken_;                     // ids of resources that a name is bound to
  std::map<std::string, std::string> identity_of_;  // folded ARM id -> identity
  std::map<std::string, std::string> region_of_;    // folded ARM id -> region
};

// "others have this name, too: …" of a name that is bound to the recorded one of several; "" of another one.
std::string others_note(const Bindings& bindings, const std::string& identity);

// What a user is told of a binding that is none, and what to write: "there are two networks app-vnet in eastasia: …". `kind`:
// "network", "machine".
struct BindingProblem {
  std::string code, message, help;
};
BindingProblem problem_of(const std::string& identity, const Binding& binding, const std::string& recorded_id,
                          std::string_view kind);

}  // namespace pairform::azure
