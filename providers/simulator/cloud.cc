#include "providers/simulator/cloud.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/simulator/shape_text.h"
#include "providers/simulator/tables.h"
#include "providers/simulator/vm_store.h"
#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {
namespace {

constexpr std::string_view k_project_tag = "pairform-project";

// A network with its tags that matter, and with what is in use in it. Column 9: addresses that the portal put in use,
// "10.0.1.20 10.0.1.21". Column 10: addresses that nics hold, each with its nic, "10.0.1.20 eastasia/web1/eth0".
// Column 11: delegated subnets, each with its service, "api Microsoft.Web/serverFarms".
#define NETWORK_COLUMNS                                                                            \
  "SELECT id, region, name, resource_group, subscription, address_space, subnets,"                 \
  " (SELECT value FROM label WHERE network = n.id AND kind = 'tag' AND key = 'pairform-project')," \
  " (SELECT value FROM label WHERE network = n.id AND kind = 'tag' AND key = 'note'),"             \
  " (SELECT group_concat(ip, ' ') FROM address_use WHERE network = n.id),"                         \
  " (SELECT group_concat(ip || ' ' || vm || '/' || nic, ' ') FROM nic_use WHERE network = n.id),"  \
  " (SELECT group_concat(subnet || ' ' || service, ' ') FROM delegation WHERE network = n.id)"     \
  " FROM network n "
#define MAPPING_COLUMNS "SELECT id, name, region, source, target, target_region FROM mapping "

SimulatedNetwork read_network(const Statement& row) {
  SimulatedNetwork network;
  network.id = row.text(0);
  network.region = row.text(1);
  network.name = row.text(2);
  network.resource_group = row.text(3);
  network.subscription = row.text(4);
  network.shape = {read_prefixes(row.text(5)), read_subnets(row.text(6))};
  network.project = row.text(7);
  network.note = row.text(8);
  for (const std::string_view word : split_words(row.text(9), ' ')) network.in_use.push_back({read_ip(word), {}});
  const auto held = split_words(row.text(10), ' ');
  for (std::size_t word = 0; word + 1 < held.size(); word += 2)
    network.in_use.push_back({read_ip(held[word]), std::string(held[word + 1])});
  std::sort(network.in_use.begin(), network.in_use.end(),
            [](const AddressUse& a, const AddressUse& b) { return a.ip < b.ip; });
  const auto delegated = split_words(row.text(11), ' ');
  for (std::size_t word = 0; word + 1 < delegated.size(); word += 2)
    network.delegated.push_back({std::string(delegated[word]), std::string(delegated[word + 1])});
  std::sort(network.delegated.begin(), network.delegated.end(),
            [](const Delegation& a, const Delegation& b) { return a.subnet < b.subnet; });
  return network;
}

SimulatedMapping read_mapping(const Statement& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
          std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))};
}

std::filesystem::path with_directory(const std::filesystem::path& file) {
  std::error_code failure;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failure);
  return file;  // what cannot be made shows when the file is opened
}

const char* label_text(LabelKind kind) { return kind == LabelKind::Tag ? "tag" : "extra"; }

}  // namespace

Remap remap_of_edition(std::string_view edition) {
  return edition.empty() || edition == "2018-05" ? Remap::MovesMachines : Remap::LeavesMachines;
}

Cloud::Cloud(const std::filesystem::path& file, Remap remap, Patience patience) try
    : database_(with_directory(file), std::move(patience)), remap_(remap) {
  make_tables(database_, file);
} catch (const DatabaseError& failure) {
  throw DatabaseError(fmt::format("the simulator's database {} cannot be opened: {}", file.string(), failure.what()),
                      failure.busy);
}

std::optional<SimulatedNetwork> Cloud::find_network(std::string_view id) {
  Statement row = database_.prepare(NETWORK_COLUMNS "WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  return read_network(row);
}

std::optional<SimulatedNetwork> Cloud::find_shape(std::string_view id) {
  Statement row = database_.prepare(
      "SELECT id, region, name, resource_group, subscription, address_space, subnets, '', '', '', '', '' FROM "
      "network "
      "WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  return read_network(row);
}

std::optional<SimulatedMapping> Cloud::find_mapping(std::string_view id) {
  Statement row = database_.prepare(MAPPING_COLUMNS "WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  return read_mapping(row);
}

std::vector<SimulatedGroup> Cloud::groups() {
  std::vector<SimulatedGroup> found;
  Statement rows = database_.prepare("SELECT id, name, region FROM resource_group ORDER BY id");
  while (rows.step())
    found.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2))});
  return found;
}

void Cloud::each_network(const NetworkVisitor& visit) {
  Statement rows = database_.prepare(NETWORK_COLUMNS "ORDER BY id");
  while (rows.step()) visit(read_network(rows));
}

std::vector<std::string> Cloud::regions() {
  std::vector<std::string> found;
  Statement rows = database_.prepare(
      "SELECT region FROM network UNION SELECT region FROM mapping UNION SELECT region FROM vm ORDER BY 1");
  while (rows.step()) found.emplace_back(rows.text(0));
  return found;
}

void Cloud::each_network_in(std::string_view region, const NetworkVisitor& visit) {
  Statement rows = database_.prepare(NETWORK_COLUMNS "WHERE region = ? ORDER BY id");
  rows.bind(region);
  while (rows.step()) visit(read_network(rows));
}

void Cloud::each_mapping(const MappingVisitor& visit) {
  Statement rows = database_.prepare(MAPPING_COLUMNS "ORDER BY id");
  while (rows.step()) visit(read_mapping(rows));
}

void Cloud::each_mapping_in(std::string_view region, const MappingVisitor& visit) {
  Statement rows = database_.prepare(MAPPING_COLUMNS "WHERE region = ? ORDER BY id");
  rows.bind(region);
  while (rows.step()) visit(read_mapping(rows));
}

void Cloud::each_mapping_into(std::string_view target_region, const MappingVisitor& visit) {
  Statement rows = database_.prepare(MAPPING_COLUMNS "WHERE target_region = ? ORDER BY id");
  rows.bind(target_region);
  while (rows.step()) visit(read_mapping(rows));
}

std::optional<SimulatedMapping> Cloud::mapping_using(std::string_view network) {
  for (const char* sql : {MAPPING_COLUMNS "WHERE source = ? ORDER BY id LIMIT 1",
                          MAPPING_COLUMNS "WHERE target = ? ORDER BY id LIMIT 1"}) {
    Statement row = database_.prepare(sql);
    if (row.bind(network).step()) return read_mapping(row);
  }
  return std::nullopt;
}

std::optional<Refusal> Cloud::apply(const SimulatedWrite& write) {
  return write.kind == SimulatedKind::Network ? apply_network(write) : apply_mapping(write);
}

// Does it, and takes it back: the rules and the tables are asked, as by the write itself.
std::optional<Refusal> Cloud::would_refuse(const SimulatedWrite& write) {
  database_.execute("SAVEPOINT trial");
  auto refusal = apply(write);
  database_.execute("ROLLBACK TO trial; RELEASE trial");
  return refusal;
}

std::optional<Refusal> Cloud::create_network(const SimulatedNetwork& network) {
  if (auto refusal = check_new_network(network)) return refusal;
  if (find_network(network.id))
    return Refusal{"AlreadyExists", fmt::format("There is a network {} already.", network.id)};
  database_.prepare("INSERT INTO network VALUES(?, ?, ?, ?, ?, ?, ?)")
      .bind(network.id)
      .bind(network.region)
      .bind(network.name)
      .bind(network.resource_group)
      .bind(network.subscription)
      .bind(prefixes_text(network.shape.address_space))
      .bind(subnets_text(network.shape.subnets))
      .run();
  if (!network.resource_group.empty())
    database_.prepare("INSERT OR IGNORE INTO resource_group VALUES(?, ?, ?)")
        .bind(group_id(network.resource_group, network.subscription))
        .bind(network.resource_group)
        .bind(network.region)
        .run();
  if (!network.project.empty()) set_label(network.id, {LabelKind::Tag, std::string(k_project_tag), network.project});
  return std::nullopt;
}

// A subnet cannot go while a nic is in it. The addresses in use do not tell: a dynamic nic of a machine that has never
// run holds none.
std::optional<Refusal> Cloud::subnet_is_used(const SimulatedNetwork& now, const NetworkShape& next) {
  for (const SimulatedSubnet& subnet : now.shape.subnets) {
    if (subnet_named(next, subnet.name) != nullptr) continue;
    if (const std::string nic = subnet_user(database_, now.id, subnet.name); !nic.empty())
      return Refusal{"SubnetInUse",
                     fmt::format("Subnet {} of {} cannot be removed: nic {} is in it.", subnet.name, now.id, nic)};
  }
  return std::nullopt;
}

std::optional<Refusal> Cloud::apply_network(const SimulatedWrite& write) {
  if (write.verb == WriteVerb::Create) return create_network(write.network);
  const auto found = find_network(write.id);
  const NetworkShape& shape = write.network.shape;
  switch (write.verb) {
    case WriteVerb::Create: break;
    case WriteVerb::Update:
      if (!found) return network_not_found(write.id);
      if (auto refusal = check_reshape(*found, shape)) return refusal;
      if (auto refusal = subnet_is_used(*found, shape)) return refusal;
      database_.prepare("UPDATE network SET address_space = ?, subnets = ? WHERE id = ?")
          .bind(prefixes_text(shape.address_space))
          .bind(subnets_text(shape.subnets))
          .bind(write.id)
          .run();
      for (const Delegation& one : found->delegated)
        if (subnet_named(shape, one.subnet) == nullptr) delegate(write.id, one.subnet, {});
      return std::nullopt;
    case WriteVerb::Delete:
      if (!found) return std::nullopt;  // done already
      if (auto refusal = check_delete_network(*found, mapping_using(write.id), network_user(database_, write.id)))
        return refusal;
      database_.prepare("DELETE FROM network WHERE id = ?").bind(write.id).run();
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Refusal> Cloud::apply_mapping(const SimulatedWrite& write) {
  const auto found = find_mapping(write.id);
  switch (write.verb) {
    case WriteVerb::Create: {
      const SimulatedMapping& mapping = write.mapping;
      if (auto refusal = check_new_mapping(mapping, find_network(mapping.source), find_network(mapping.target), found))
        return refusal;
      database_.prepare("INSERT INTO mapping VALUES(?, ?, ?, ?, ?, ?)")
          .bind(write.id)
          .bind(mapping.name)
          .bind(mapping.region)
          .bind(mapping.source)
          .bind(mapping.target)
          .bind(mapping.target_region)
          .run();
      return std::nullopt;
    }
    case WriteVerb::Update:
      if (!found) return mapping_not_found(write.id);
      if (auto refusal = check_retarget(*found, write.mapping.target, find_network(write.mapping.target)))
        return refusal;
      database_.prepare("UPDATE mapping SET target = ? WHERE id = ?").bind(write.mapping.target).bind(write.id).run();
      // A half that is retargeted takes the settled machines of its slot along, under edition 2018-05 only.
      if (remap_ == Remap::MovesMachines) move_along(*this, *found, found->target, write.mapping.target);
      return std::nullopt;
    case WriteVerb::Delete:
      database_.prepare("DELETE FROM mapping WHERE id = ?").bind(write.id).run();
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Refusal> Cloud::use_address(std::string_view network, const Ip& ip) {
  const auto found = find_network(network);
  if (!found) return network_not_found(network);
  if (auto refusal = check_use(*found, ip)) return refusal;
  database_.prepare("INSERT INTO address_use VALUES(?, ?)").bind(network).bind(to_text(ip)).run();
  return std::nullopt;
}

std::optional<Refusal> Cloud::release_address(std::string_view network, const Ip& ip) {
  if (!find_network(network)) return network_not_found(network);
  database_.prepare("DELETE FROM address_use WHERE network = ? AND ip = ?").bind(network).bind(to_text(ip)).run();
  if (database_.changes() != 0) return std::nullopt;
  // Not one that `use` took: a nic may hold it, and only its machine can let go of it.
  if (const auto holder = address_holder(database_, network, ip))
    return Refusal{"PrivateIPAddressInUse",
                   fmt::format("Address {} in {} is held by {}.", to_text(ip), network, *holder)};
  return Refusal{"PrivateIPAddressNotInUse", fmt::format("Address {} is not in use in {}.", to_text(ip), network)};
}

void Cloud::delegate(std::string_view network, std::string_view subnet, std::string_view service) {
  const std::string name = lower_cased(subnet);
  if (service.empty())
    database_.prepare("DELETE FROM delegation WHERE network = ? AND subnet = ?").bind(network).bind(name).run();
  else
    database_.prepare("INSERT OR REPLACE INTO delegation VALUES(?, ?, ?)").bind(network).bind(name).bind(service).run();
}

void Cloud::set_label(std::string_view network, const Label& label) {
  database_.prepare("INSERT OR REPLACE INTO label VALUES(?, ?, ?, ?)")
      .bind(network)
      .bind(label_text(label.kind))
      .bind(label.key)
      .bind(label.value)
      .run();
}

std::vector<Label> Cloud::labels(std::string_view network) {
  std::vector<Label> found;
  Statement rows = database_.prepare("SELECT kind, key, value FROM label WHERE network = ? ORDER BY kind DESC, key");
  rows.bind(network);
  while (rows.step())
    found.push_back({rows.text(0) == "tag" ? LabelKind::Tag : LabelKind::Extra, std::string(rows.text(1)),
                     std::string(rows.text(2))});
  return found;
}

bool Cloud::deny(std::string_view scope) {
  database_.prepare("INSERT OR IGNORE INTO denied VALUES(?)").bind(scope).run();
  return database_.changes() != 0;
}

bool Cloud::allow(std::string_view scope) {
  database_.prepare("DELETE FROM denied WHERE scope = ?").bind(scope).run();
  return database_.changes() != 0;
}

std::set<std::string> Cloud::denied() {
  std::set<std::string> scopes;
  Statement rows = database_.prepare("SELECT scope FROM denied");
  while (rows.step()) scopes.emplace(rows.text(0));
  return scopes;
}

// Scopes that deny "eastasia/web1/eth0": itself, its region "eastasia", its machine "eastasia/web1", and the id that
// the machine has while it is failed over, "southeastasia/web1". Asked before each read and write of one row, so it walks
// the few denied scopes: SQLite makes a temporary table for a list after IN, at each call.
bool Cloud::is_denied(std::string_view id) {
  const auto nic = split_nic_identity(id);
  const std::string_view vm = nic ? nic->vm : id;
  return database_
      .prepare(
          "SELECT 1 FROM denied WHERE scope = ?1 OR scope = ?2 OR scope = ?3 OR"
          " EXISTS (SELECT 1 FROM vm WHERE vm.identity = ?3 AND vm.id = scope)")
      .bind(id)
      .bind(region_of_id(id))
      .bind(vm)
      .step();
}

}  // namespace pairform::simulator
