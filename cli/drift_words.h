// What a plan's JSON says of values that differ from the recorded ones: facts, and drift.
// Pure. The plan outlives them.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pairform {

// Is a record about something that pairform reads and never writes (the network of a vm, the address of a nic)?
bool is_fact(simdjson::dom::element record);

class DriftWords {
 public:
  explicit DriftWords(simdjson::dom::element plan);
  // Was it found as the plan wants it? So with a vm that the service moved along with its mapping, in an apply that did
  // not come as far as the vm; and where an older state remembers what files said before, mapping.m.reverse on the
  // network that it has left among it. Else a step would write it.
  bool is_as_wanted(simdjson::dom::element drift) const;
  // Of such a one: "vm.web1 target_network: recorded network.dr, found network.dr2"
  std::string found(simdjson::dom::element drift) const;
  // Of another one: "mapping.m.forward target: recorded network.dr, found network.dr2; put right by step 1"
  std::string changed(simdjson::dom::element drift) const;

 private:
  // Where it is recorded after the plan.
  std::string place_of(const std::string& address) const {
    const auto now = now_.find(address);
    return now == now_.end() ? address : now->second;
  }
  std::string will_be(const std::string& address, simdjson::dom::element drift) const;

  std::map<std::pair<std::string, std::string>, std::string> wanted_;  // address and attribute -> value, of landings
  std::map<std::string, simdjson::dom::element> changes_;              // address -> change
  std::map<std::string, std::string> now_;                             // previous address -> address
  std::map<std::string, std::vector<std::int64_t>> steps_of_;          // address -> step numbers
  std::set<std::string> left_alone_;                                   // addresses
  std::set<std::string> learnt_;                                       // "address attribute" of records
};

}  // namespace pairform
