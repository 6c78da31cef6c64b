PRAGMA user_version = 5;
BEGIN TRANSACTION;
CREATE TABLE address_use(
  network TEXT NOT NULL REFERENCES network(id), ip TEXT NOT NULL, PRIMARY KEY(network, ip)) WITHOUT ROWID;
CREATE TABLE attempt(
  write TEXT PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE delegation(
  network TEXT NOT NULL REFERENCES network(id) ON DELETE CASCADE, subnet TEXT NOT NULL, service TEXT NOT NULL,
  PRIMARY KEY(network, subnet)) WITHOUT ROWID;
CREATE TABLE denied(scope TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE fault(
  number INTEGER PRIMARY KEY, verb TEXT NOT NULL, kind TEXT NOT NULL, after INTEGER NOT NULL,
  times INTEGER NOT NULL, error TEXT NOT NULL);
CREATE TABLE label(
  network TEXT NOT NULL REFERENCES network(id) ON DELETE CASCADE, kind TEXT NOT NULL CHECK(kind IN ('tag', 'extra')),
  key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(network, kind, key)) WITHOUT ROWID;
CREATE TABLE mapping(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, source TEXT NOT NULL REFERENCES network(id),
  target TEXT NOT NULL REFERENCES network(id), target_region TEXT NOT NULL,
  UNIQUE(source, target_region), CHECK(region <> target_region),
  CHECK(id = source || ':' || target_region)) WITHOUT ROWID;
INSERT INTO "mapping" VALUES('eastasia/app:southeastasia','app-to-southeastasia','eastasia','eastasia/app','southeastasia/app-dr','southeastasia');
CREATE TABLE network(
  id TEXT PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL, resource_group TEXT NOT NULL,
  subscription TEXT NOT NULL, address_space TEXT NOT NULL, subnets TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "network" VALUES('eastasia/app','eastasia','app','','','10.1.0.0/16','db=10.1.2.0/24 web=10.1.1.0/24');
INSERT INTO "network" VALUES('eastasia/lab','eastasia','lab','','','10.8.0.0/16','desk=10.8.1.0/24');
INSERT INTO "network" VALUES('southeastasia/app-dr','southeastasia','app-dr','','','10.2.0.0/16','db=10.2.2.0/24 dr-web=10.2.1.0/24');
INSERT INTO "network" VALUES('southeastasia/drill','southeastasia','drill','','','10.2.0.0/16','dr-web=10.2.1.0/24');
INSERT INTO "network" VALUES('westeurope/shop','westeurope','shop','','','10.4.0.0/16','web=10.4.1.0/24');
CREATE TABLE nic(
  vm TEXT NOT NULL REFERENCES vm(identity) ON DELETE CASCADE, id TEXT NOT NULL, name TEXT NOT NULL,
  home TEXT NOT NULL, landing TEXT NOT NULL, copy TEXT NOT NULL, back TEXT NOT NULL, test TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(vm, id)) WITHOUT ROWID;
INSERT INTO "nic" VALUES('eastasia/web1','eth0','eth0','web 10.1.1.10 vip=10.1.1.11','','','','');
INSERT INTO "nic" VALUES('eastasia/web1','eth1','eth1','db dhcp','','','','');
INSERT INTO "nic" VALUES('eastasia/web2','eth0','eth0','web dhcp','db dhcp','','','');
INSERT INTO "nic" VALUES('westeurope/till','eth0','eth0','web 10.4.1.10','','','','');
CREATE TABLE nic_use(
  network TEXT NOT NULL REFERENCES network(id), ip TEXT NOT NULL, vm TEXT NOT NULL, nic TEXT NOT NULL,
  PRIMARY KEY(network, ip), FOREIGN KEY(vm, nic) REFERENCES nic(vm, id) ON DELETE CASCADE) WITHOUT ROWID;
INSERT INTO "nic_use" VALUES('eastasia/app','10.1.1.10','eastasia/web1','eth0');
INSERT INTO "nic_use" VALUES('eastasia/app','10.1.1.11','eastasia/web1','eth0');
INSERT INTO "nic_use" VALUES('westeurope/shop','10.4.1.10','westeurope/till','eth0');
CREATE TABLE operation(
  number INTEGER PRIMARY KEY AUTOINCREMENT, polls INTEGER NOT NULL, polled INTEGER NOT NULL, state TEXT NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, verb INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
  region TEXT NOT NULL, name TEXT NOT NULL, resource_group TEXT NOT NULL, subscription TEXT NOT NULL,
  address_space TEXT NOT NULL, subnets TEXT NOT NULL, project TEXT NOT NULL,
  source TEXT NOT NULL, target TEXT NOT NULL, target_region TEXT NOT NULL);
INSERT INTO "operation" VALUES(1,40,0,'running','','',0,1,'southeastasia/app-dr:eastasia','southeastasia','app-dr-to-eastasia','','','','','','southeastasia/app-dr','eastasia/app','eastasia');
CREATE TABLE resource_group(id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE throttle(one INTEGER PRIMARY KEY CHECK(one = 1), second INTEGER NOT NULL, writes INTEGER NOT NULL);
INSERT INTO "throttle" VALUES(1,0,0);
CREATE TABLE vm(
  identity TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, region TEXT NOT NULL, name TEXT NOT NULL,
  network TEXT NOT NULL REFERENCES network(id), made_up INTEGER NOT NULL, phase TEXT NOT NULL,
  target_region TEXT NOT NULL, target_network TEXT REFERENCES network(id),
  back_network TEXT REFERENCES network(id), test_network TEXT REFERENCES network(id)) WITHOUT ROWID;
INSERT INTO "vm" VALUES('eastasia/web1','eastasia/web1','eastasia','web1','eastasia/app',0,'alone','',NULL,NULL,NULL);
INSERT INTO "vm" VALUES('eastasia/web2','eastasia/web2','eastasia','web2','eastasia/app',0,'settled','southeastasia','southeastasia/app-dr',NULL,NULL);
INSERT INTO "vm" VALUES('westeurope/till','westeurope/till','westeurope','till','westeurope/shop',0,'alone','',NULL,NULL,NULL);
CREATE TABLE vm_request(
  number INTEGER PRIMARY KEY AUTOINCREMENT, polls INTEGER NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL,
  message TEXT NOT NULL, verb INTEGER NOT NULL, vm TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
  network TEXT NOT NULL, target_region TEXT NOT NULL, target_network TEXT NOT NULL, nics TEXT NOT NULL, test_network TEXT);
CREATE TABLE vm_step(
  number INTEGER PRIMARY KEY AUTOINCREMENT, request INTEGER NOT NULL REFERENCES vm_request(number),
  polled INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, deletes INTEGER NOT NULL);
CREATE INDEX network_by_region ON network(region);
CREATE INDEX mapping_by_region ON mapping(region);
CREATE INDEX mapping_by_target ON mapping(target);
CREATE INDEX mapping_by_target_region ON mapping(target_region);
CREATE INDEX vm_by_region ON vm(region);
CREATE INDEX vm_by_network ON vm(network);
CREATE INDEX vm_by_target_network ON vm(target_network);
CREATE INDEX vm_by_back_network ON vm(back_network);
CREATE INDEX nic_use_by_nic ON nic_use(vm, nic);
CREATE INDEX vm_by_test_network ON vm(test_network);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('operation',1);
COMMIT;
