#include "providers/simulator/vm_store.h"

#include <fmt/format.h>

#include "providers/simulator/shape_text.h"

namespace pairform::simulator {
namespace {

constexpr std::string_view k_dhcp = "dhcp";

#define VM_COLUMNS                                                                             \
  "SELECT identity, id, region, name, network, made_up, phase, target_region, target_network," \
  " back_network, test_network FROM vm "
#define NIC_COLUMNS "SELECT vm, id, name, home, landing, copy, back, test FROM nic "

std::string address_text(const NicAddress& address) {
  if (!address.dynamic) return to_text(address.ip.value_or(Ip{}));
  return address.ip ? fmt::format("{}@{}", k_dhcp, to_text(*address.ip)) : std::string(k_dhcp);
}

NicAddress read_address(std::string_view text) {
  if (!text.starts_with(k_dhcp)) return {false, read_ip(text)};
  if (text == k_dhcp) return {true, std::nullopt};
  if (text[k_dhcp.size()] != '@') damaged(text, "an address");
  return {true, read_ip(text.substr(k_dhcp.size() + 1))};
}

SimulatedVm read_vm(const Statement& row) {
  SimulatedVm vm;
  vm.identity = row.text(0);
  vm.id = row.text(1);
  vm.region = row.text(2);
  vm.name = row.text(3);
  vm.network = row.text(4);
  vm.made_up = row.integer(5) != 0;
  const auto phase = read_phase(row.text(6));
  if (!phase) damaged(row.text(6), "the phase of a replication");
  vm.phase = *phase;
  vm.target_region = row.text(7);
  vm.target_network = row.text(8);
  vm.back_network = row.text(9);
  vm.test_network = row.text(10);
  return vm;
}

SimulatedNic read_nic(const Statement& row) {
  return {std::string(row.text(1)),        std::string(row.text(2)),        read_place(row.text(3)),
          read_place_or_none(row.text(4)), read_place_or_none(row.text(5)), read_place_or_none(row.text(6)),
          read_test(row.text(7))};
}

// Machines with their nics. Both queries answer in the order of the machines' identities, so one walk over both joins
// them.
std::vector<SimulatedVm> read_all(Statement& vms, Statement& nics) {
  std::vector<SimulatedVm> found;
  while (vms.step()) found.push_back(read_vm(vms));
  std::size_t at = 0;
  while (nics.step()) {
    while (at < found.size() && found[at].identity < nics.text(0)) ++at;
    if (at < found.size() && found[at].identity == nics.text(0)) found[at].nics.push_back(read_nic(nics));
  }
  return found;
}

// Machines and their nics by two queries with the same parameters.
template <class... Values>
std::vector<SimulatedVm> read_both(Database& database, const char* vms_sql, const char* nics_sql,
                                   const Values&... values) {
  Statement vms = database.prepare(vms_sql), nics = database.prepare(nics_sql);
  (vms.bind(values), ...);
  (nics.bind(values), ...);
  return read_all(vms, nics);
}

void read_nics(Database& database, SimulatedVm& vm) {
  Statement rows = database.prepare(NIC_COLUMNS "WHERE vm = ? ORDER BY id");
  rows.bind(vm.identity);
  while (rows.step()) vm.nics.push_back(read_nic(rows));
}

// Writes down that the nic holds the addresses of a place, leases of dynamic ones too.
void hold(Database& database, const SimulatedVm& vm, const SimulatedNic& nic, std::string_view network,
          const NicPlace& place) {
  const auto add = [&](const NicAddress& address) {
    if (!address.ip) return;
    database.prepare("INSERT INTO nic_use VALUES(?, ?, ?, ?)")
        .bind(network)
        .bind(to_text(*address.ip))
        .bind(vm.identity)
        .bind(nic.id)
        .run();
  };
  add(place.primary);
  for (const auto& [name, address] : place.secondary) add(address);
}

void save_nic(Database& database, const SimulatedVm& vm, const SimulatedNic& nic) {
  database.prepare("INSERT INTO nic VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(vm.identity)
      .bind(nic.id)
      .bind(nic.name)
      .bind(place_text(nic.home))
      .bind(place_text(nic.landing))
      .bind(place_text(nic.copy))
      .bind(place_text(nic.back))
      .bind(test_text(nic.test))
      .run();
  // At home it holds its own addresses; where its copy has come up, those of the copy too.
  hold(database, vm, nic, vm.network, nic.home);
  if (has_copy(vm.phase) && nic.copy) hold(database, vm, nic, vm.target_network, *nic.copy);
}

}  // namespace

std::string place_text(const NicPlace& place) {
  std::string out = fmt::format("{} {}", place.subnet, address_text(place.primary));
  for (const auto& [name, address] : place.secondary) out += fmt::format(" {}={}", name, address_text(address));
  return out;
}

NicPlace read_place(std::string_view text) {
  const auto words = split_words(text, ' ');
  NicPlace place;
  if (words.size() < 2) damaged(text, "the place of a nic");
  place.subnet = words[0];
  place.primary = read_address(words[1]);
  for (std::size_t w = 2; w < words.size(); ++w) {
    const std::size_t equals = words[w].find('=');
    if (equals == std::string_view::npos) damaged(words[w], "an IP configuration");
    place.secondary.emplace(words[w].substr(0, equals), read_address(words[w].substr(equals + 1)));
  }
  return place;
}

std::string place_text(const std::optional<NicPlace>& place) { return place ? place_text(*place) : std::string(); }
std::optional<NicPlace> read_place_or_none(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(read_place(text));
}

std::string test_text(const std::optional<NicTest>& test) {
  if (!test) return {};
  return test->ip ? fmt::format("{} {}", test->subnet, to_text(*test->ip)) : test->subnet;
}
std::optional<NicTest> read_test(std::string_view text) {
  const auto words = split_words(text, ' ');
  if (words.empty()) return std::nullopt;
  if (words.size() > 2) damaged(text, "the test of a nic");
  return NicTest{std::string(words[0]), words.size() == 2 ? std::optional(read_ip(words[1])) : std::nullopt};
}

std::optional<SimulatedVm> find_vm(Database& database, std::string_view identity) {
  std::optional<SimulatedVm> vm;
  {
    Statement row = database.prepare(VM_COLUMNS "WHERE identity = ?");
    if (row.bind(identity).step()) vm = read_vm(row);
  }
  if (vm) read_nics(database, *vm);
  return vm;
}

std::optional<SimulatedVm> find_vm_called(Database& database, std::string_view id) {
  if (auto vm = find_vm(database, id)) return vm;
  std::string identity;
  {  // the statement is handed back before the next one is prepared
    Statement row = database.prepare("SELECT identity FROM vm WHERE id = ?");
    if (row.bind(id).step()) identity = row.text(0);
  }
  return find_vm(database, identity);
}

std::vector<SimulatedVm> all_vms(Database& database) {
  return read_both(database, VM_COLUMNS "ORDER BY identity", NIC_COLUMNS "ORDER BY vm, id");
}

std::vector<SimulatedVm> vms_in(Database& database, std::string_view region) {
  return read_both(database, VM_COLUMNS "WHERE region = ? ORDER BY identity",
                   NIC_COLUMNS "WHERE vm IN (SELECT identity FROM vm WHERE region = ?) ORDER BY vm, id", region);
}

std::vector<SimulatedVm> vms_of_slot(Database& database, std::string_view network, std::string_view target_region) {
  return read_both(database, VM_COLUMNS "WHERE network = ? AND target_region = ? ORDER BY identity",
                   NIC_COLUMNS
                   "WHERE vm IN (SELECT identity FROM vm WHERE network = ? AND target_region = ?) ORDER BY vm, id",
                   network, target_region);
}

std::vector<SimulatedVm> vms_landing_in(Database& database, std::string_view network) {
  return read_both(database, VM_COLUMNS "WHERE target_network = ? ORDER BY identity",
                   NIC_COLUMNS "WHERE vm IN (SELECT identity FROM vm WHERE target_network = ?) ORDER BY vm, id",
                   network);
}

void save_vm(Database& database, const SimulatedVm& vm) {
  database.prepare("DELETE FROM nic WHERE vm = ?").bind(vm.identity).run();  // nic_use goes along
  database
      .prepare(
          "INSERT INTO vm VALUES(?, ?, ?, ?, ?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), NULLIF(?, '')) ON "
          "CONFLICT(identity) "
          "DO UPDATE"
          " SET id = excluded.id, name = excluded.name, network = excluded.network, made_up = "
          "excluded.made_up,"
          " phase = excluded.phase, target_region = excluded.target_region,"
          " target_network = excluded.target_network, back_network = excluded.back_network,"
          " test_network = excluded.test_network")
      .bind(vm.identity)
      .bind(vm.id)
      .bind(vm.region)
      .bind(vm.name)
      .bind(vm.network)
      .bind(std::int64_t{vm.made_up ? 1 : 0})
      .bind(phase_text(vm.phase))
      .bind(vm.target_region)
      .bind(vm.target_network)
      .bind(vm.back_network)
      .bind(vm.test_network)
      .run();
  for (const SimulatedNic& nic : vm.nics) save_nic(database, vm, nic);
}

void delete_vm(Database& database, std::string_view identity) {
  database.prepare("DELETE FROM vm WHERE identity = ?").bind(identity).run();
}

void release_addresses(Database& database, std::string_view identity) {
  database.prepare("DELETE FROM nic_use WHERE vm = ?").bind(identity).run();
}

std::optional<std::string> address_holder(Database& database, std::string_view network, const Ip& ip) {
  const std::string text = to_text(ip);
  {
    Statement row = database.prepare("SELECT vm || '/' || nic FROM nic_use WHERE network = ? AND ip = ?");
    if (row.bind(network).bind(text).step()) return std::string(row.text(0));
  }
  Statement row = database.prepare("SELECT 1 FROM address_use WHERE network = ? AND ip = ?");
  if (row.bind(network).bind(text).step()) return "in use";
  return std::nullopt;
}

std::set<Ip> held_addresses(Database& database, std::string_view network, const std::set<std::string>& but_vms) {
  std::set<Ip> held;
  const auto add = [&](std::string_view text) { held.insert(read_ip(text)); };
  {
    Statement rows = database.prepare("SELECT ip FROM address_use WHERE network = ?");
    rows.bind(network);
    while (rows.step()) add(rows.text(0));
  }
  Statement rows = database.prepare("SELECT ip, vm FROM nic_use WHERE network = ?");
  rows.bind(network);
  while (rows.step())
    if (but_vms.count(std::string(rows.text(1))) == 0) add(rows.text(0));
  return held;
}

std::string network_user(Database& database, std::string_view network) {
  constexpr const char* k_users[][2] = {
      {"SELECT identity FROM vm WHERE network = ? ORDER BY identity LIMIT 1", "machine {} is on it"},
      {"SELECT identity FROM vm WHERE target_network = ? ORDER BY identity LIMIT 1", "machine {} lands in it"},
      {"SELECT identity FROM vm WHERE back_network = ? ORDER BY identity LIMIT 1", "machine {} comes home to it"},
      {"SELECT identity FROM vm WHERE test_network = ? ORDER BY identity LIMIT 1", "machine {} is tested in it"}};
  for (const auto& [sql, words] : k_users) {
    Statement row = database.prepare(sql);
    if (row.bind(network).step()) return fmt::format(fmt::runtime(words), row.text(0));
  }
  return {};
}

// A nic at home is in the subnet of its home, one that came up elsewhere in that of its copy.
std::string subnet_user(Database& database, std::string_view network, std::string_view subnet) {
  const std::string folded = lower_cased(subnet);
  Statement rows = database.prepare(
      "SELECT v.identity || '/' || n.id, CASE WHEN v.network = ?1 THEN n.home ELSE n.copy END FROM nic n"
      " JOIN vm v ON v.identity = n.vm WHERE v.network = ?1 OR v.target_network = ?1 ORDER BY 1");
  rows.bind(network);
  while (rows.step())
    if (const auto place = read_place_or_none(rows.text(1)); place && lower_cased(place->subnet) == folded)
      return std::string(rows.text(0));
  return {};
}

}  // namespace pairform::simulator
