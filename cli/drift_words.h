// What a plan's JSON says of values that differ from the recorded ones: facts, and what is as the files want it already.
// Pure. The plan outlives them.
#pragma once
#include <simdjson.h>

#include <map>
#include <string>
#include <utility>

namespace pairform {

// Is a record about something that pairform reads and never writes (the network of a vm, the address of a nic)?
bool is_fact(simdjson::dom::element record);

// Where the plan wants vms and nics to land.
class WantedLandings {
 public:
  explicit WantedLandings(simdjson::dom::element plan);
  // Was something found that the plan wants anyway? So with a vm that the service moved along with its mapping, in an
  // apply that did not come as far as the vm.
  bool are_found(simdjson::dom::element drift) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> wanted_;  // address and attribute -> value
};

}  // namespace pairform
