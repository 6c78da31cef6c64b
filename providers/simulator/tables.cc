#include "providers/simulator/tables.h"

#include <fmt/format.h>

namespace pairform::simulator {
namespace {

// The database, version 5 (PRAGMA user_version).
//   network      one row a network; address_space and subnets as in shape_text.h; '' where there is no group
//   label        tags and opaque extras of networks: kept whatever else changes
//   address_use  addresses that a stranger's machine holds in a network
//   mapping      one row a half; its id is its slot, so a slot holds at most one
//   denied       regions and ids that may be neither read nor written through the provider
//   fault        failures to inject, oldest first (faults.h)
//   attempt      per write under fault_rate: how often it was sent, and whether the last one was made to fail
//   throttle     one row: how many writes were let in within which second
//   operation    accepted writes of networks and mappings, and how they ended (operations.h)
// since version 2:
//   vm           one row a machine, and its replication (vm_store.h); NULL where it has no such network
//   nic          its nics, with their places as in vm_store.h; '' where there is none
//   nic_use      addresses that nics hold in a network: follows from vm and nic
//   vm_request   accepted writes of vms and their nics, and how they ended (vm_operations.h)
//   vm_step      the steps that travelled in one such request: each has a handle and is polled by itself
// since version 3:
//   resource_group  one row a group that a network was ever in; it stays when the last one goes. Its id is
//                "@SUBSCRIPTION/GROUP", as in the ids of its networks; its region that of the first network in it
// since version 4:
//   delegation   subnets that are given over to a service; their names lower-cased
// since version 5, for test failovers:
//   vm           test_network; NULL where it has none
//   nic          test, as in vm_store.h; '' where there is none
//   vm_request   test_network; NULL where the request does not say it
constexpr int k_version = 5;
constexpr const char* k_tables = R"sql(
CREATE TABLE network(
  id TEXT PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL, resource_group TEXT NOT NULL,
  subscription TEXT NOT NULL, address_space TEXT NOT NULL, subnets TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX network_by_region ON network(region);
CREATE TABLE label(
  network TEXT NOT NULL REFERENCES network(id) ON DELETE CASCADE, kind TEXT NOT NULL CHECK(kind IN ('tag', 'extra')),
  key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(network, kind, key)) WITHOUT ROWID;
CREATE TABLE address_use(
  network TEXT NOT NULL REFERENCES network(id), ip TEXT NOT NULL, PRIMARY KEY(network, ip)) WITHOUT ROWID;
CREATE TABLE mapping(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, source TEXT NOT NULL REFERENCES network(id),
  target TEXT NOT NULL REFERENCES network(id), target_region TEXT NOT NULL,
  UNIQUE(source, target_region), CHECK(region <> target_region),
  CHECK(id = source || ':' || target_region)) WITHOUT ROWID;
CREATE INDEX mapping_by_region ON mapping(region);
CREATE INDEX mapping_by_target ON mapping(target);
CREATE INDEX mapping_by_target_region ON mapping(target_region);
CREATE TABLE denied(scope TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE fault(
  number INTEGER PRIMARY KEY, verb TEXT NOT NULL, kind TEXT NOT NULL, after INTEGER NOT NULL,
  times INTEGER NOT NULL, error TEXT NOT NULL);
CREATE TABLE attempt(
  write TEXT PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE throttle(one INTEGER PRIMARY KEY CHECK(one = 1), second INTEGER NOT NULL, writes INTEGER NOT NULL);
INSERT INTO throttle VALUES(1, 0, 0);
CREATE TABLE operation(
  number INTEGER PRIMARY KEY AUTOINCREMENT, polls INTEGER NOT NULL, polled INTEGER NOT NULL, state TEXT NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, verb INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
  region TEXT NOT NULL, name TEXT NOT NULL, resource_group TEXT NOT NULL, subscription TEXT NOT NULL,
  address_space TEXT NOT NULL, subnets TEXT NOT NULL, project TEXT NOT NULL,
  source TEXT NOT NULL, target TEXT NOT NULL, target_region TEXT NOT NULL);
PRAGMA user_version = 1;
)sql";
constexpr const char* k_tables_2 = R"sql(
CREATE TABLE vm(
  identity TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, region TEXT NOT NULL, name TEXT NOT NULL,
  network TEXT NOT NULL REFERENCES network(id), made_up INTEGER NOT NULL, phase TEXT NOT NULL,
  target_region TEXT NOT NULL, target_network TEXT REFERENCES network(id),
  back_network TEXT REFERENCES network(id)) WITHOUT ROWID;
CREATE INDEX vm_by_region ON vm(region);
CREATE INDEX vm_by_network ON vm(network);
CREATE INDEX vm_by_target_network ON vm(target_network);
CREATE INDEX vm_by_back_network ON vm(back_network);
CREATE TABLE nic(
  vm TEXT NOT NULL REFERENCES vm(identity) ON DELETE CASCADE, id TEXT NOT NULL, name TEXT NOT NULL,
  home TEXT NOT NULL, landing TEXT NOT NULL, copy TEXT NOT NULL, back TEXT NOT NULL,
  PRIMARY KEY(vm, id)) WITHOUT ROWID;
CREATE TABLE nic_use(
  network TEXT NOT NULL REFERENCES network(id), ip TEXT NOT NULL, vm TEXT NOT NULL, nic TEXT NOT NULL,
  PRIMARY KEY(network, ip), FOREIGN KEY(vm, nic) REFERENCES nic(vm, id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX nic_use_by_nic ON nic_use(vm, nic);
CREATE TABLE vm_request(
  number INTEGER PRIMARY KEY AUTOINCREMENT, polls INTEGER NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL,
  message TEXT NOT NULL, verb INTEGER NOT NULL, vm TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
  network TEXT NOT NULL, target_region TEXT NOT NULL, target_network TEXT NOT NULL, nics TEXT NOT NULL);
CREATE TABLE vm_step(
  number INTEGER PRIMARY KEY AUTOINCREMENT, request INTEGER NOT NULL REFERENCES vm_request(number),
  polled INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, deletes INTEGER NOT NULL);
PRAGMA user_version = 2;
)sql";
constexpr const char* k_tables_3 = R"sql(
CREATE TABLE resource_group(id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO resource_group
  SELECT '@' || CASE subscription WHEN '' THEN '-' ELSE lower(subscription) END || '/' || lower(resource_group),
         resource_group, region FROM network WHERE resource_group <> '' ORDER BY network.id;
PRAGMA user_version = 3;
)sql";
constexpr const char* k_tables_4 = R"sql(
CREATE TABLE delegation(
  network TEXT NOT NULL REFERENCES network(id) ON DELETE CASCADE, subnet TEXT NOT NULL, service TEXT NOT NULL,
  PRIMARY KEY(network, subnet)) WITHOUT ROWID;
PRAGMA user_version = 4;
)sql";
constexpr const char* k_tables_5 = R"sql(
ALTER TABLE vm ADD COLUMN test_network TEXT REFERENCES network(id);
CREATE INDEX vm_by_test_network ON vm(test_network);
ALTER TABLE nic ADD COLUMN test TEXT NOT NULL DEFAULT '';
ALTER TABLE vm_request ADD COLUMN test_network TEXT;
PRAGMA user_version = 5;
)sql";

}  // namespace

void make_tables(Database& database, const std::filesystem::path& file) {
  const auto version = [&] {
    Statement row = database.prepare("PRAGMA user_version");
    row.step();
    return row.integer(0);
  };
  if (version() < k_version) {
    Transaction transaction(database, TransactionKind::Write);
    if (version() == 0) database.execute(k_tables);  // another process may have been first
    if (version() == 1) database.execute(k_tables_2);
    if (version() == 2) database.execute(k_tables_3);
    if (version() == 3) database.execute(k_tables_4);
    if (version() == 4) database.execute(k_tables_5);
    transaction.commit();
  }
  if (version() != k_version)
    throw std::runtime_error(fmt::format("the simulator's database {} is of version {}; this pairform reads {}",
                                         file.string(), version(), k_version));
}

}  // namespace pairform::simulator
