#include "schema/base_types.h"

namespace pairform {
namespace {

AttributeType protect() {
  return {.name = "protect",
          .kind = Kind::Boolean,
          .where = Where::Stanza,
          .default_value = "false",
          .doc = "Refuse to delete or replace it. Kept in state: deleting the stanza does not lift it."};
}

ResourceType network_type() {
  ResourceType type{.name = "network",
                    .doc = "A virtual network: made elsewhere (existing), or managed.",
                    .attributes = {},
                    .columns = {},
                    .defaults = true};
  type.attributes = {
      {.name = "region",
       .kind = Kind::Region,
       .presence = Presence::Required,
       .mutability = Mutability::Replaces,
       .doc = "The cloud region it is in. Case and blanks do not count."},
      {.name = "name",
       .mutability = Mutability::Replaces,
       .doc = "Its name in the cloud. Default: the key.",
       .own = true},
      {.name = "address_space",
       .kind = Kind::PrefixList,
       .doc = "The prefixes of the network. Required for a managed network, refused for an existing one.",
       .own = true},
      {.name = "subnets",
       .kind = Kind::SubnetMap,
       .doc = "Subnets by name. Required for a managed network, refused for an existing one.",
       .own = true},
      {.name = "existing",
       .kind = Kind::Boolean,
       .default_value = "false",
       .doc = "Made elsewhere: read and checked, never created, changed or deleted."},
      {.name = "resource_group",
       .mutability = Mutability::Replaces,
       .doc = "Part of the identity, where the provider has resource groups."},
      {.name = "subscription",
       .mutability = Mutability::Replaces,
       .doc = "Part of the identity, where the provider has subscriptions."},
      protect()};
  type.columns = {0, 1, 2, 3, 4, 5, 6};
  return type;
}

ResourceType mapping_type() {
  ResourceType type{.name = "mapping",
                    .doc = "A network mapping: one stanza is the whole pair.",
                    .attributes = {},
                    .columns = {},
                    .defaults = true};
  type.attributes = {
      {.name = "name",
       .mutability = Mutability::CreateOnly,
       .doc = "Name of the forward half. Default: `<name of its source>-to-<other region>`.",
       .own = true},
      {.name = "source",
       .kind = Kind::Reference,
       .presence = Presence::Required,
       .mutability = Mutability::Replaces,
       .references = "network",
       .doc = "The network that is mapped.",
       .example = "\"network.…\""},
      {.name = "target",
       .kind = Kind::Reference,
       .presence = Presence::Required,
       .references = "network",
       .doc = "The network it is mapped to, in another region.",
       .example = "\"network.…\""},
      {.name = "reverse_name",
       .where = Where::Stanza,
       .mutability = Mutability::CreateOnly,
       .doc = "Name of the reverse half. Default: `<name of its source>-to-<other region>`.",
       .own = true},
      {.name = "mirror",
       .kind = Kind::Boolean,
       .where = Where::Stanza,
       .default_value = "true",
       .doc = "`false` declares the exception: forward half only."},
      {.name = "subnets",
       .kind = Kind::TextMap,
       .mutability = Mutability::Remembered,
       .doc = "Where names differ: source subnet = target subnet; used backwards for the way home."},
      {.name = "reverse_subnets",
       .kind = Kind::TextMap,
       .where = Where::Stanza,
       .mutability = Mutability::Remembered,
       .doc = "The way home where `subnets` backwards does not say it, as for many into one: subnet of the "
              "target = subnet of the source."},
      {.name = "addresses",
       .mutability = Mutability::Remembered,
       .doc = "`\"same-host\"` keeps the host number where prefixes differ.",
       .example = "\"same-host\""},
      {.name = "test_network",
       .kind = Kind::Reference,
       .where = Where::Stanza,
       .references = "network",
       .doc = "The network in which a test failover to the target's region comes up.",
       .example = "\"network.…\""},
      {.name = "reverse_test_network",
       .kind = Kind::Reference,
       .where = Where::Stanza,
       .references = "network",
       .doc = "The same for a vm that uses the pair backwards: a network of the source's region.",
       .example = "\"network.…\""},
      protect()};
  type.columns = {0, 1, 2, 5, 7};
  return type;
}

ResourceType vm_type() {
  ResourceType type{.name = "vm",
                    .doc = "A virtual machine that is replicated to another region.",
                    .attributes = {},
                    .columns = {},
                    .defaults = true};
  type.attributes = {
      {.name = "region",
       .kind = Kind::Region,
       .mutability = Mutability::Replaces,
       .doc = "The cloud region it runs in. Not needed where `network` is given, which implies it."},
      {.name = "name",
       .mutability = Mutability::Replaces,
       .doc = "Its name in the cloud. Default: the key.",
       .own = true},
      {.name = "network",
       .kind = Kind::Reference,
       .mutability = Mutability::Fact,
       .references = "network",
       .doc = "The network it lives on: a fact, which may be left out where the cloud can be read."},
      {.name = "target_region",
       .kind = Kind::Region,
       .mutability = Mutability::Replaces,
       .doc = "The region to recover to. Required, here or in `[defaults.vm]`."},
      {.name = "target_network",
       .kind = Kind::Reference,
       .references = "network",
       .doc = "The network to come up in, in the target region. Default: what the mapping of its network says."},
      {.name = "existing",
       .kind = Kind::Boolean,
       .default_value = "false",
       .doc = "Replication is enabled elsewhere: checked, its landing kept, never enabled or disabled; no mapping that "
              "would take it along is pointed elsewhere."},
      {.name = "resource_group",
       .mutability = Mutability::Replaces,
       .doc = "Of the machine. Part of the identity, where the provider has resource groups.",
       .came_later = true},
      {.name = "subscription",
       .mutability = Mutability::Replaces,
       .doc = "Of the machine. Part of the identity, where the provider has subscriptions.",
       .came_later = true},
      {.name = "test_network",
       .kind = Kind::Reference,
       .references = "network",
       .doc = "The network to come up in for a test failover, in the target region. Default: what the mapping of its "
              "network says.",
       .came_later = true},
      protect()};
  type.columns = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  return type;
}

ResourceType nic_type() {
  ResourceType type{.name = "nic",
                    .doc = "A network interface of a vm, and where it lands.",
                    .attributes = {},
                    .columns = {},
                    .within = "vm",
                    .defaults = true,
                    .all = "nics"};
  type.attributes = {
      {.name = "subnet", .mutability = Mutability::Fact, .doc = "The subnet it is in: a fact."},
      {.name = "ip",
       .kind = Kind::SourceIp,
       .mutability = Mutability::Fact,
       .doc = "Its address: a fact. An address is static, `\"dhcp\"` dynamic; left out: as the cloud says. Only "
              "`\"dhcp\"` can be a default."},
      {.name = "secondary",
       .kind = Kind::IpMap,
       .mutability = Mutability::Fact,
       .doc = "Further static IP configurations by name: a fact.",
       .own = true},
      {.name = "target_subnet", .doc = "The subnet to land in. Default: by the rules of a landing.", .for_all = true},
      {.name = "target_ip",
       .kind = Kind::SourceIp,
       .where = Where::Stanza,
       .doc = "The address to land on, or `\"dhcp\"`: a static one lands dynamic. Default: by the rules of a landing.",
       .own = true},
      {.name = "target_secondary",
       .kind = Kind::IpMap,
       .doc = "Addresses of further IP configurations to land on, by name. Default: by the rules of a landing.",
       .own = true},
      {.name = "test_subnet",
       .doc = "The subnet of the test network to come up in for a test failover. Default: that of the same name, else "
              "the first.",
       .for_all = true,
       .came_later = true},
      {.name = "test_ip",
       .kind = Kind::Ip,
       .doc =
           "The address to come up with in a test failover. Default: the one it lands on, else the highest free one.",
       .own = true,
       .came_later = true},
      protect(),
      {.name = "target_ip", .kind = Kind::Ip, .where = Where::Row, .doc = "The address it lands on; none: dynamic."}};
  type.columns = {0, 1, 2, 3, nic_attribute::landed_ip, 5, 6, 7};
  return type;
}

std::vector<ResourceType> directives() {
  std::vector<ResourceType> tables(3);
  tables[0] = {.name = "moved",
               .doc = "A resource has a new address: needed only where its identity does not say so.",
               .attributes = {{.name = "to",
                               .where = Where::Stanza,
                               .presence = Presence::Required,
                               .doc = "The address it has now.",
                               .example = "\"mapping.new\""}},
               .columns = {}};
  tables[1] = {
      .name = "removed", .doc = "Stop managing a resource and leave it in the cloud.", .attributes = {}, .columns = {}};
  tables[2] = {.name = "import",
               .doc = "Adopt a managed network that exists.",
               .attributes = {{.name = "id",
                               .where = Where::Stanza,
                               .presence = Presence::Required,
                               .doc = "The provider's id of it.",
                               .example = "\"eastasia/lab\""}},
               .columns = {}};
  return tables;
}

std::vector<ResourceType> settings() {
  const auto percent = [](std::string name, std::string value, std::string doc) {
    return AttributeType{.name = std::move(name),
                         .kind = Kind::Integer,
                         .where = Where::Stanza,
                         .default_value = std::move(value),
                         .doc = std::move(doc)};
  };
  std::vector<ResourceType> tables(3);
  tables[0] = {.name = "project",
               .doc = "The project.",
               .attributes = {{.name = "name",
                               .where = Where::Stanza,
                               .presence = Presence::Required,
                               .doc = "`[a-z0-9][a-z0-9-]{0,62}`. Managed networks are tagged with it.",
                               .example = "\"contoso-dr\""},
                              {.name = "provider", .where = Where::Stanza, .doc = "What speaks to the cloud."},
                              {.name = "edition",
                               .where = Where::Stanza,
                               .doc = "The rule set of the service.",
                               .example = "\"2018-05\""},
                              {.name = "strict_subnets",
                               .kind = Kind::Boolean,
                               .where = Where::Stanza,
                               .default_value = "false",
                               .doc = "Refuse the alphabetical fallback for a landing's subnet."},
                              {.name = "strict_addresses",
                               .kind = Kind::Boolean,
                               .where = Where::Stanza,
                               .default_value = "false",
                               .doc = "Refuse the next available address for a landing."}},
               .columns = {}};
  tables[1] = {.name = "state",
               .doc = "Where recorded state is kept.",
               .attributes = {{.name = "backend",
                               .where = Where::Stanza,
                               .default_value = "file",
                               .doc = "What keeps state, journal and lock."}},
               .columns = {}};
  tables[2] = {
      .name = "guards",
      .doc = "What needs approval.",
      .attributes =
          {percent("max_delete_percent", "30", "More deletes than this share of what is recorded need approval."),
           percent("max_update_percent", "100", "More updates than this share of what is recorded need approval."),
           percent("min_resources", "10", "Percentages do not count in projects with fewer recorded resources."),
           {.name = "approve",
            .kind = Kind::TextList,
            .where = Where::Stanza,
            .default_value =
                R"(["network.delete","network.shrink","vm.delete","vm.overwrite","half.overwrite","half.in_use"])",
            .doc = "Kinds of step that need approval."},
           {.name = "frozen",
            .where = Where::Stanza,
            .doc = "A reason to refuse every apply.",
            .example = "\"migration until Friday\""}},
      .columns = {}};
  return tables;
}

}  // namespace

TypeTable base_type_table() {
  TypeTable table;
  table.types = {mapping_type(), network_type(), nic_type(), vm_type()};
  table.directives = directives();
  table.settings = settings();
  return table;
}

void set_default_provider(TypeTable& table, const std::string& name) {
  table.default_provider = name;
  for (ResourceType& settings : table.settings)
    for (AttributeType& attribute : settings.attributes)
      if (settings.name == "project" && attribute.name == "provider") attribute.default_value = name;
}

}  // namespace pairform
