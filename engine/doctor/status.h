// How a project stands, in counts: its pairs, its vms, drift, what is pending. From the world as read_world leaves it, or,
// without the cloud, from files and recorded state. No plan is made: what the files ask for anew is not counted.
//
// A pair is judged by what was seen of its two halves, whatever the files say of targets:
//   whole     both are there, each leads to where the other one is
//   half      one is there, and files or state want its mirror
//   crossed   both are there, and one of them leads elsewhere
//   one_way   the forward half is there, and files say `mirror = false`
//   absent    declared or recorded, and neither is there: not made yet, or gone
//   unknown   one of them could not be read
// Pure. Cost: linear in rows, with a sort of the pairs.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/phases.h"

namespace pairform {

struct PairCounts {
  std::size_t whole = 0, half = 0, crossed = 0, one_way = 0, absent = 0, unknown = 0;
  std::size_t all() const { return whole + half + crossed + one_way + absent + unknown; }
};

// Of vms that files or state name. Without the cloud all that are recorded are `recorded`, but those that are pending.
struct VmCounts {
  std::size_t settled = 0, busy = 0, failed_over = 0, reversed = 0, broken = 0;
  std::size_t absent = 0;    // declared or recorded, and not replicated
  std::size_t unknown = 0;   // could not be read
  std::size_t recorded = 0;  // the cloud was not asked
  std::size_t all() const { return settled + busy + failed_over + reversed + broken + absent + unknown + recorded; }
  // A plan leaves them alone.
  std::size_t held() const { return busy + failed_over + reversed + broken; }
};

// What files or state name and what could not be read, for one reason: network.dr and mapping.m.reverse of a region that
// refuses.
struct UnreadResources {
  std::string why;                     // as a plan says it
  std::vector<std::string> addresses;  // sorted; at least one
};

struct ProjectStatus {
  bool offline = false;
  std::size_t resources = 0;  // recorded
  std::size_t pending = 0;    // resources with an accepted operation that has not ended
  PairCounts pairs;
  std::vector<std::string> broken;  // addresses of half and crossed pairs, sorted
  VmCounts vms;
  std::size_t drift = 0;                // attributes and resources that are otherwise than recorded; 0 offline
  std::vector<UnreadResources> unread;  // by the first address; empty offline
};

// `offline`: as the world was read.
ProjectStatus project_status(const Project& project, const StateSession& state, const World& world, bool offline);

}  // namespace pairform
