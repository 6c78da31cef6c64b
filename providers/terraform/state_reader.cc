#include "providers/terraform/state_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "providers/azure/arm_id.h"
#include "providers/terraform/state_document.h"
#include "schema/ip.h"

namespace pairform::terraform {
namespace {

using azure::JsonIn;

std::string region_of(const Attributes& attributes) { return canonical_region(attributes.text("location")); }

// The id of the vault in that of something below it: all before "/replicationFabrics/". The names behind it may have
// blanks, so only the front has to be an id. "": there is no vault in it.
std::string vault_in(std::string_view id) {
  const std::size_t end = ascii_lower(id).find("/replicationfabrics/");
  if (end == std::string_view::npos) return {};
  const auto parsed = azure::parse_arm_id(id.substr(0, end));
  return parsed && parsed->is("microsoft.recoveryservices", "vaults") ? std::string(id.substr(0, end)) : std::string();
}

// The fabric in the id of a fabric, or of something below it. "": none.
std::string fabric_in(std::string_view id) {
  constexpr std::string_view word = "/replicationfabrics/";
  const std::size_t at = ascii_lower(id).find(word);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = id.substr(at + word.size());
  return fabric_key(vault_in(id), rest.substr(0, rest.find('/')));
}

std::vector<Prefix> prefixes_of(const std::vector<std::string>& texts) {
  std::vector<Prefix> out;
  for (const std::string& text : texts)
    if (const auto parsed = parse_prefix(text)) out.push_back(parsed->prefix);
  return out;
}

// azurerm up to 3.x: `address_prefix`, one; from then on `address_prefixes`.
template <class Json>
std::vector<Prefix> subnet_prefixes(const Json& json) {
  std::vector<std::string> texts = json.texts("address_prefixes");
  if (texts.empty())
    if (std::string one = json.text("address_prefix"); !one.empty()) texts.push_back(std::move(one));
  return prefixes_of(texts);
}

class Reader {
 public:
  static bool wants(std::string_view type) { return find_type(type) != nullptr; }
  Reader(StateRecords& out, Diagnostics& diagnostics) : out_(out), diagnostics_(diagnostics) {}
  void see(std::string_view module, std::string_view type, std::string_view name, const Place& place, bool deposed);
  void take(const Instance& instance);
  void end();

 private:
  void network(const Instance& instance);
  void subnet(const Instance& instance);
  void fabric(const Instance& instance);
  void nic(const Instance& instance);
  void machine(const Instance& instance);
  void mapping(const Instance& instance);
  void replication(const Instance& instance);
  // An instance that lacks what it is taken for, which is told. `missing`: the attributes that would say it.
  bool refuse(const Instance& instance, bool complete, std::string_view missing);
  void note_odd(const Instance& instance, std::int64_t newest_version);
  void tell(Severity severity, std::string summary, std::string detail, std::string help = {}) {
    diagnostics_.add({Code::NotSeen, severity, std::move(summary), std::move(detail), std::move(help), {}, {}});
  }

  struct Type {
    std::string_view name;
    void (Reader::*take)(const Instance&);
    std::int64_t newest = 0;  // schema version whose attributes are known
  };
  static const Type* find_type(std::string_view name);

  StateRecords& out_;
  Diagnostics& diagnostics_;
  std::set<std::pair<std::string, std::int64_t>> told_versions_;
  std::vector<Place> seen_;                    // of mappings and replications
  std::map<std::string, std::size_t> blocks_;  // type, module and name -> index in out_.blocks
};

const Reader::Type* Reader::find_type(std::string_view name) {
  static constexpr std::array<Type, 9> k_types{{
      {"azurerm_site_recovery_network_mapping", &Reader::mapping, 0},
      {"azurerm_site_recovery_replicated_vm", &Reader::replication, 1},
      {"azurerm_site_recovery_fabric", &Reader::fabric, 0},
      {"azurerm_virtual_network", &Reader::network, 0},
      {"azurerm_subnet", &Reader::subnet, 0},
      {"azurerm_network_interface", &Reader::nic, 0},
      {"azurerm_virtual_machine", &Reader::machine, 0},
      {"azurerm_linux_virtual_machine", &Reader::machine, 0},
      {"azurerm_windows_virtual_machine", &Reader::machine, 0},
  }};
  const auto* found = std::find_if(k_types.begin(), k_types.end(), [&](const Type& each) { return each.name == name; });
  return found == k_types.end() ? nullptr : found;
}

void Reader::take(const Instance& instance) {
  const Type& type = *find_type(instance.type);
  (this->*type.take)(instance);
  if (const std::string& wrong = instance.attributes.wrong(); !wrong.empty())
    tell(Severity::Warning, fmt::format("{} is not read whole", instance.place),
         fmt::format("{}.attributes.{}", instance.path, wrong));
  note_odd(instance, type.newest);
}

// What is no mistake, and explains a result that one did not expect.
void Reader::note_odd(const Instance& instance, std::int64_t newest_version) {
  for (const std::string& name : instance.attributes.missed())
    tell(Severity::Warning, fmt::format("{}: {} is not read", instance.place, name),
         "Terraform marks it as sensitive, and pairform reads nothing of that kind");
  if (instance.tainted)
    tell(Severity::Note, fmt::format("{} is tainted", instance.place),
         "it is taken as it is recorded; Terraform means to replace it with its next apply");
  const std::int64_t version = instance.schema_version.value_or(0);
  if ((version < 0 || version > newest_version) && told_versions_.emplace(instance.type, version).second)
    tell(Severity::Note, fmt::format("{} in {} has schema version {}", instance.type, out_.file, version),
         fmt::format("{} is the newest one known here; attributes of the same names are read", newest_version));
}

bool Reader::refuse(const Instance& instance, bool complete, std::string_view missing) {
  if (complete) return false;
  // One message: what is of the wrong kind, or hidden, is told already.
  if (instance.attributes.wrong().empty() && instance.attributes.missed().empty())
    tell(Severity::Warning, fmt::format("{} is left out", instance.place),
         fmt::format("{}.attributes says nothing usable of {}", instance.path, missing));
  return true;
}

void Reader::network(const Instance& instance) {
  const Attributes& from = instance.attributes;
  NetworkRecord record{instance.place,  from.text("id"), from.text("name"), from.text("resource_group_name"),
                       region_of(from), instance.is_data};
  const auto id = azure::parse_arm_id(record.id);
  if (refuse(instance, id && id->is("microsoft.network", "virtualnetworks"), "id")) return;
  // Managed: a set of objects. Data: `subnets`, names alone.
  for (const JsonIn& subnet : from.list("subnet"))
    if (std::string name = subnet.text("name"); !name.empty())
      out_.subnets.push_back({instance.place, record.id, std::move(name), subnet_prefixes(subnet)});
  if (instance.is_data)
    for (std::string& name : from.texts("subnets"))
      out_.subnets.push_back({instance.place, record.id, std::move(name), {}});
  out_.networks.push_back(std::move(record));
}

void Reader::subnet(const Instance& instance) {
  const std::string id = instance.attributes.text("id");
  const auto parsed = azure::parse_arm_id(id);
  if (refuse(instance, parsed && parsed->is("microsoft.network", "subnets"), "id")) return;
  std::string name = instance.attributes.text("name");
  if (name.empty()) name = parsed->name();
  out_.subnets.push_back(
      {instance.place, std::string(azure::parent_of(id)), std::move(name), subnet_prefixes(instance.attributes)});
}

void Reader::fabric(const Instance& instance) {
  FabricRecord record{instance.place, fabric_in(instance.attributes.text("id")), region_of(instance.attributes)};
  if (!refuse(instance, !record.key.empty() && !record.region.empty(), "id and location"))
    out_.fabrics.push_back(std::move(record));
}

void Reader::nic(const Instance& instance) {
  const Attributes& from = instance.attributes;
  NicRecord record{instance.place, from.text("id"), from.text("name"), region_of(from), {}};
  if (refuse(instance, azure::parse_arm_id(record.id).has_value(), "id")) return;
  for (const JsonIn& each : from.list("ip_configuration")) {
    if (azure::same_word(each.text("private_ip_address_version"), "IPv6")) continue;  // landings are of IPv4
    record.configurations.push_back({each.text("name"), each.text("subnet_id"), each.text("private_ip_address"),
                                     azure::same_word(each.text("private_ip_address_allocation"), "Static"),
                                     each.flag("primary")});
  }
  // Of one alone azurerm need not say that it is the primary one.
  if (record.configurations.size() == 1) record.configurations.front().primary = true;
  out_.nics.push_back(std::move(record));
}

void Reader::machine(const Instance& instance) {
  const Attributes& from = instance.attributes;
  MachineRecord record{instance.place,    from.text("id"),
                       from.text("name"), from.text("resource_group_name"),
                       region_of(from),   from.texts("network_interface_ids")};
  if (refuse(instance, azure::parse_arm_id(record.id).has_value(), "id")) return;
  // azurerm_virtual_machine names the primary one beside the list; of the newer types it is the first.
  const std::string primary = fold_id(from.text("primary_network_interface_id"));
  std::stable_partition(record.nics.begin(), record.nics.end(),
                        [&](const std::string& nic) { return fold_id(nic) == primary; });
  out_.machines.push_back(std::move(record));
}

// Of the configuration, so not of data sources.
void Reader::see(std::string_view module, std::string_view type, std::string_view name, const Place& place,
                 bool deposed) {
  const bool mapping = type == "azurerm_site_recovery_network_mapping";
  if (!mapping && type != "azurerm_site_recovery_replicated_vm") return;
  const auto [at, added] = blocks_.emplace(fmt::format("{} {} {}", type, module, name), out_.blocks.size());
  if (added)
    out_.blocks.push_back(
        {mapping ? BlockKind::Mapping : BlockKind::Replication, std::string(module), std::string(name), {}});
  out_.blocks[at->second].places.push_back(deposed ? fmt::format("{} (deposed)", place) : place);
  if (!deposed) seen_.push_back(place);
}

// What of that is in no record has been refused, and told.
void Reader::end() {
  std::set<Place> read;
  for (const MappingRecord& each : out_.mappings) read.insert(each.place);
  for (const ReplicationRecord& each : out_.replications) read.insert(each.place);
  std::copy_if(seen_.begin(), seen_.end(), std::back_inserter(out_.refused),
               [&](const Place& place) { return !read.contains(place); });
}

void Reader::mapping(const Instance& instance) {
  const Attributes& from = instance.attributes;
  MappingRecord record;
  record.place = instance.place;
  record.vault = vault_in(from.text("id"));
  record.source_fabric = fabric_key(record.vault, from.text("source_recovery_fabric_name"));
  record.target_fabric = fabric_key(record.vault, from.text("target_recovery_fabric_name"));
  record.source = from.text("source_network_id");
  record.target = from.text("target_network_id");
  const auto is_network = [](const std::string& text) {
    const auto id = azure::parse_arm_id(text);
    return id && id->is("microsoft.network", "virtualnetworks");
  };
  if (!refuse(instance, is_network(record.source) && is_network(record.target),
              "source_network_id and target_network_id"))
    out_.mappings.push_back(std::move(record));
}

LandingRecord landing_of(const JsonIn& json) {
  return {{},
          true,
          json.text("target_subnet_name"),
          json.text("target_static_ip"),
          json.text("failover_test_subnet_name"),
          json.text("failover_test_static_ip")};
}

NicLandingRecord landings_of(const JsonIn& nic) {
  NicLandingRecord out{nic.text("source_network_interface_id"), {}};
  const std::vector<JsonIn> configurations = nic.list("ip_configuration");
  for (const JsonIn& each : configurations) {
    LandingRecord landing = landing_of(each);
    landing.configuration = each.text("name");
    landing.primary = configurations.size() == 1 || each.flag("primary");
    out.landings.push_back(std::move(landing));
  }
  if (configurations.empty()) out.landings.push_back(landing_of(nic));
  return out;
}

void Reader::replication(const Instance& instance) {
  const Attributes& from = instance.attributes;
  ReplicationRecord record;
  record.place = instance.place;
  record.vault = vault_in(from.text("id"));
  record.source_fabric = fabric_key(record.vault, from.text("source_recovery_fabric_name"));
  record.target_fabric = fabric_in(from.text("target_recovery_fabric_id"));
  record.machine = from.text("source_vm_id");
  record.target_network = from.text("target_network_id");
  record.test_network = from.text("test_network_id");
  // A set: Terraform orders it by a hash of its own.
  for (const JsonIn& each : from.list("network_interface"))
    if (NicLandingRecord nic = landings_of(each); !nic.nic.empty()) record.nics.push_back(std::move(nic));
  std::sort(record.nics.begin(), record.nics.end(),
            [](const NicLandingRecord& a, const NicLandingRecord& b) { return fold_id(a.nic) < fold_id(b.nic); });
  const auto machine = azure::parse_arm_id(record.machine);
  if (!refuse(instance, machine && machine->is("microsoft.compute", "virtualmachines"), "source_vm_id"))
    out_.replications.push_back(std::move(record));
}

}  // namespace

std::string fold_id(std::string_view id) { return ascii_lower(id); }

std::string fabric_key(std::string_view vault, std::string_view fabric) {
  return vault.empty() || fabric.empty() ? std::string()
                                         : fold_id(fmt::format("{}/replicationFabrics/{}", vault, fabric));
}

StateRecords read_terraform_state(std::string_view bytes, std::string file, Diagnostics& diagnostics) {
  StateRecords out;
  out.file = std::move(file);
  Reader reader(out, diagnostics);
  const InstanceTaker taker{.wanted = Reader::wants,
                            .see =
                                [&](std::string_view module, std::string_view type, std::string_view name, bool is_data,
                                    const Place& place, bool deposed) {
                                  if (!is_data) reader.see(module, type, name, place, deposed);
                                },
                            .take = [&](const Instance& each) { reader.take(each); }};
  if (!for_each_instance(bytes, out.file, taker, diagnostics)) return {out.file, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  reader.end();
  return out;
}

}  // namespace pairform::terraform
