// Machines in the database: whole ones are read and written, never parts. What a machine's nics hold of the
// addresses of networks follows from the machine and is written with it, so that a look-up of an address is
// one of an index. No rules here (vm_rules.h): who writes has asked them, and holds a write transaction. A
// place (NicPlace) is a line:
//   web 10.0.1.20 vip=10.0.1.21     subnet, own address, further configurations
//   web dhcp                        dynamic
//   web dhcp@10.0.1.4               dynamic, and what it was leased
// and what is said of a test is
//   web 10.0.1.20                   or "web" alone: no address is said
// Reading throws DatabaseError where it finds what writing never wrote. Cost: a machine is a few rows; a list is two queries, however long.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/database.h"
#include "providers/simulator/vm_rules.h"

namespace pairform::simulator {

std::string place_text(const NicPlace& place);
NicPlace read_place(std::string_view text);
// The same of a place that may be missing: an empty text.
std::string place_text(const std::optional<NicPlace>& place);
std::optional<NicPlace> read_place_or_none(std::string_view text);
std::string test_text(const std::optional<NicTest>& test);  // empty: none
std::optional<NicTest> read_test(std::string_view text);

std::optional<SimulatedVm> find_vm(Database& database, std::string_view identity);
// By identity, else by the id it has now.
std::optional<SimulatedVm> find_vm_called(Database& database, std::string_view id);
// By identity. Of a region: of those at home there.
std::vector<SimulatedVm> all_vms(Database& database);
std::vector<SimulatedVm> vms_in(Database& database, std::string_view region);
// Those of a slot: on this network, replicated to this region.
std::vector<SimulatedVm> vms_of_slot(Database& database, std::string_view network, std::string_view target_region);
std::vector<SimulatedVm> vms_landing_in(Database& database, std::string_view network);

void save_vm(Database& database, const SimulatedVm& vm);
void delete_vm(Database& database, std::string_view identity);
// Its nics let go of every address, until it is saved again.
void release_addresses(Database& database, std::string_view identity);

// Who holds an address of a network: the identity of a nic, "in use" for a stranger; none: nobody.
std::optional<std::string> address_holder(Database& database, std::string_view network, const Ip& ip);
// The addresses of a network that are held by anybody but these machines.
std::set<Ip> held_addresses(Database& database, std::string_view network, const std::set<std::string>& but_vms = {});
// What a machine has to do with a network ("machine eastasia/web1 is on it"); empty: none has.
std::string network_user(Database& database, std::string_view network);
// A nic that is in a subnet of the network, or came up there; empty: none is.
std::string subnet_user(Database& database, std::string_view network, std::string_view subnet);

}  // namespace pairform::simulator
