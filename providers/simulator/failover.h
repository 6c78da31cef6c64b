// What comes after the disaster, by what the service has recorded: machines fail over, that is committed, and
// they are protected again from where they run; the same once more brings them home. A command is for all
// machines of a region, or for one of them:
//   failover   those protected in the region come up on the other side: where they were told to land, and
//              by the service's rules (landing.h) where nothing was said or an address was lost meanwhile.
//              A copy holds its addresses, dynamic ones too; the machine's own nics keep theirs.
//   commit     it cannot be undone any more
//   reprotect  they are protected the other way round. Away from home the way back is by the mapping of
//              the network they run on, landed by the rules: where there is none, the machine stays as it
//              is. At home again they are settled as they were before, with the landings they had.
// Who cannot come up is broken, and the others do; `replicate` or another failover repairs it. A refusal is for
// a command that is out of order. Callers hold a write transaction.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "providers/simulator/cloud.h"

namespace pairform::simulator {

// One IP configuration that came up.
struct CameUp {
  std::string vm, nic;  // ids before it did
  std::string configuration;
  std::string source_network, source_subnet, source_ip;  // "dhcp": dynamic
  std::string target_network, target_subnet, target_ip;
};

// What became of the machines, by identity.
struct Journey {
  struct Stop {
    std::string vm;  // id before
    std::string to;  // the network it came up in, or is protected towards; of a commit, its id
  };
  struct Left {
    std::string vm;
    Refusal why;
  };
  std::vector<Stop> done;
  std::vector<Left> left;
  std::vector<CameUp> landings;  // failover: of those that came up
};
using JourneyAnswer = std::variant<Journey, Refusal>;

// Whom a command is for.
struct Company {
  std::string region;   // of those that are protected there, or have just left it
  std::string machine;  // the id that one of them has now, or had first; empty: all of them
};

enum class Rehearsal {
  No,
  Yes
};  // yes: a test failover, which changes nothing: into the machine's test network, if any
JourneyAnswer failover(Cloud& cloud, const Company& company, Rehearsal rehearsal);
JourneyAnswer commit(Cloud& cloud, const Company& company);
JourneyAnswer reprotect(Cloud& cloud, const Company& company);

}  // namespace pairform::simulator
