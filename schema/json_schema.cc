#include "schema/json_schema.h"

#include <fmt/format.h>

#include <array>
#include <climits>
#include <cstdint>
#include <string_view>

#include "schema/json_text.h"
#include "schema/json_writer.h"
#include "schema/settings_reader.h"
#include "schema/stanza_checks.h"
#include "schema/value_words.h"

namespace pairform {
namespace {

constexpr std::string_view k_key = "^[A-Za-z0-9_-]+$";
constexpr std::string_view k_cloud_name = "^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$";
constexpr std::string_view k_region = "^[A-Za-z0-9 \\t]*[A-Za-z0-9][A-Za-z0-9 \\t]*$";
constexpr std::string_view k_project_name = "^[a-z0-9][a-z0-9-]{0,62}$";
constexpr std::string_view k_duration = "^[0-9]+(ms|s|m|h)$";
// A number of an IPv4 address: no leading zero, at most 255.
#define PAIRFORM_OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define PAIRFORM_IPV4 PAIRFORM_OCTET "\\." PAIRFORM_OCTET "\\." PAIRFORM_OCTET "\\." PAIRFORM_OCTET
constexpr std::string_view k_ip = "^" PAIRFORM_IPV4 "$";
constexpr std::string_view k_source_ip = "^(" PAIRFORM_IPV4 "|[Dd][Hh][Cc][Pp])$";
constexpr std::string_view k_prefix = "^" PAIRFORM_IPV4 "/(3[0-2]|[12]?[0-9])$";
#undef PAIRFORM_IPV4
#undef PAIRFORM_OCTET

// Names as the checks of stanzas want them (stanza_checks.cc, vm_checks.cc).
struct NameRule {
  std::string_view type, attribute;
  std::size_t least, most;
};
constexpr std::array<NameRule, 7> k_names{{{"network", "name", k_network_name_least, k_name_most},
                                           {"mapping", "name", 1, k_name_most},
                                           {"mapping", "reverse_name", 1, k_name_most},
                                           {"vm", "name", 1, k_vm_name_most},
                                           {"nic", "subnet", 1, k_subnet_name_most},
                                           {"nic", "target_subnet", 1, k_subnet_name_most},
                                           {"nic", "test_subnet", 1, k_subnet_name_most}}};

// Which attributes of a type a table takes.
enum class Takes { All, Shared, ForAll };  // [vm.web1], [defaults.vm], [vm.web1.nics]

class SchemaWriter {
 public:
  SchemaWriter(const TypeTable& types, const KnownAddresses* known) : types_(types), known_(known), json_(out_) {}

  std::string write() {
    json_.open_object();
    json_.member("$schema", "http://json-schema.org/draft-07/schema#");
    json_.member("title", "pairform");
    json_.member("description", "The files of a pairform project: what `pairform apply` makes true.");
    json_.member("type", "object").key("properties").open_object();
    include();
    settings();
    defaults();
    for (const ResourceType& type : types_.types)
      if (type.within.empty()) resources(type, type.name);
    for (const ResourceType& directive : types_.directives) directives(directive);
    json_.close_object();
    closed();
    definitions();
    json_.close_object();
    return std::move(out_);
  }

 private:
  void closed() { json_.key("additionalProperties").boolean(false); }
  void ref(std::string_view definition) { json_.member("$ref", fmt::format("#/definitions/{}", definition)); }
  void pattern(std::string_view text) { json_.member("type", "string").member("pattern", text); }

  template <class Texts>
  void choice(const Texts& texts) {
    json_.member("type", "string").key("enum").open_array();
    for (const auto& each : texts) json_.text(each);
    json_.close_array();
  }

  void include() {
    json_.key("include").open_object();
    json_.member(
        "description",
        "Further files of the project: globs below its directory, read in sorted order. Above the first table.");
    json_.member("type", "array").key("items").open_object().member("type", "string").close_object();
    json_.key("examples").raw(R"([["networks/*.toml","vms/**/*.toml"]])");
    json_.close_object();
  }

  // [project], [state] with what every backend adds, [guards]; [provider] with a table for each.
  void settings() {
    for (const ResourceType& type : types_.settings) {
      if (type.name.find('.') != std::string::npos) continue;
      json_.key(type.name).open_object().member("description", type.doc).member("type", "object");
      json_.key("properties").open_object();
      for (const AttributeType& attribute : type.attributes) property(type, attribute);
      for (const ResourceType& more : types_.settings)
        if (more.name.starts_with(type.name + '.'))
          for (const AttributeType& attribute : more.attributes) property(type, attribute);
      json_.close_object();
      required(type);
      closed();
      json_.close_object();
    }
    constexpr std::string_view k_provider = "provider.";
    json_.key("provider").open_object().member("description", "Settings of providers, each in its own table.");
    json_.member("type", "object").key("properties").open_object();
    for (const ResourceType& type : types_.settings) {
      if (!type.name.starts_with(k_provider)) continue;
      json_.key(std::string_view(type.name).substr(k_provider.size())).open_object();
      json_.member("description", type.doc).member("type", "object").key("properties").open_object();
      for (const AttributeType& attribute : type.attributes) property(type, attribute);
      json_.close_object();
      closed();
      json_.close_object();
    }
    json_.close_object();
    closed();
    json_.close_object();
  }

  // Of a resource's attributes none is required whatever else stands there: [defaults.*] may give it.
  void required(const ResourceType& type) {
    json_.key("required").open_array();
    for (const AttributeType& attribute : type.attributes)
      if (attribute.presence == Presence::Required) json_.text(attribute.name);
    json_.close_array();
  }

  void defaults() {
    json_.key("defaults").open_object();
    json_.member("description",
                 "Attributes for every resource that does not give them; in an included file for those that the file "
                 "declares.");
    json_.member("type", "object").key("properties").open_object();
    for (const ResourceType& type : types_.types) {
      if (!type.defaults) continue;
      json_.key(type.name).open_object();
      json_.member("description", fmt::format("For every {} that does not give them.", type.name));
      table(type, Takes::Shared);
      json_.close_object();
    }
    json_.close_object();
    closed();
    json_.close_object();
  }

  // The tables of one type: [network.KEY], [vm.KEY.nic.KEY].
  void resources(const ResourceType& type, std::string_view name) {
    json_.key(name).open_object().member("description", type.doc).member("type", "object");
    json_.key("propertyNames").open_object().member("pattern", k_key).close_object();
    json_.key("additionalProperties").open_object();
    ref(type.name);
    json_.close_object().close_object();
  }

  // The form of one table that gives attributes of a type.
  void table(const ResourceType& type, Takes takes) {
    json_.member("type", "object").key("properties").open_object();
    for (const AttributeType& attribute : type.attributes)
      if (attribute.provider.empty() && is_taken(attribute, takes)) property(type, attribute);
    for (const ResourceType& inner : types_.types) {
      if (takes != Takes::All || inner.within != type.name) continue;
      resources(inner, inner.name);
      json_.key(inner.all).open_object();
      json_.member("description",
                   fmt::format("For every {} of this {} that does not give them.", inner.name, type.name));
      table(inner, Takes::ForAll);
      json_.close_object();
    }
    for (const std::string& provider : types_.providers) {
      json_.key(provider).open_object();
      json_.member("description", fmt::format("What the provider {} has besides.", provider));
      json_.member("type", "object").key("properties").open_object();
      for (const AttributeType& attribute : type.attributes)
        if (attribute.provider == provider && is_taken(attribute, takes)) property(type, attribute);
      json_.close_object();
      closed();
      json_.close_object();
    }
    json_.close_object();
    closed();
  }

  static bool is_taken(const AttributeType& attribute, Takes takes) {
    if (attribute.where == Where::Row) return false;
    return takes == Takes::All || (takes == Takes::Shared ? !attribute.own : attribute.for_all);
  }

  // [moved."ADDRESS"]; an import is of a network, the others of a network, a whole pair or a vm.
  void directives(const ResourceType& type) {
    json_.key(type.name).open_object().member("description", type.doc).member("type", "object");
    json_.key("propertyNames").open_object();
    json_.member("pattern", address_pattern(type.name == "import" ? "network" : "")).close_object();
    json_.key("additionalProperties").open_object().member("description", type.doc);
    json_.member("type", "object").key("properties").open_object();
    for (const AttributeType& attribute : type.attributes) property(type, attribute);
    json_.close_object();
    required(type);
    closed();
    json_.close_object().close_object();
  }

  // `type`: empty: of any that has tables of its own.
  std::string address_pattern(std::string_view type) const {
    std::string words(type);
    for (const ResourceType& each : types_.types)
      if (type.empty() && each.within.empty()) words += (words.empty() ? "" : "|") + each.name;
    return fmt::format("^({})\\.[A-Za-z0-9_-]+$", words);
  }

  void definitions() {
    json_.key("definitions").open_object();
    for (const ResourceType& type : types_.types) {
      json_.key(type.name).open_object().member("description", type.doc);
      table(type, Takes::All);
      json_.close_object();
    }
    address_definition("network_address", "network", known_ == nullptr ? nullptr : &known_->networks);
    address_definition("address", "", known_ == nullptr ? nullptr : &known_->resources);
    json_.close_object();
  }

  // Where nothing is declared yet any address is taken: an `enum` must not be empty.
  void address_definition(std::string_view name, std::string_view type, const std::vector<std::string>* known) {
    json_.key(name).open_object();
    if (known != nullptr && !known->empty()) choice(*known);
    else pattern(address_pattern(type));
    json_.close_object();
  }

  void property(const ResourceType& type, const AttributeType& attribute) {
    json_.key(attribute.name).open_object().member("description", attribute.doc);
    form(type, attribute);
    if (!attribute.default_value.empty()) {
      json_.key("default");
      if (attribute.kind == Kind::Duration) json_.text(attribute.default_value + "ms");
      else write_value(json_, attribute.kind, attribute.default_value);
    } else if (const std::string example = example_json(attribute); !example.empty()) {
      json_.key("examples").open_array().raw(example).close_array();
    }
    json_.close_object();
  }

  // As JSON; empty: none. Examples of the type table are as a file writes them: in quotes, or bare text.
  static std::string example_json(const AttributeType& attribute) {
    const std::string& own = attribute.example;
    if (attribute.kind == Kind::Reference || own.find("…") != std::string::npos) return {};
    if (own.starts_with('"')) return own;
    if (!own.empty() && own.front() != '{') return json_string(own);
    if (!own.empty()) return {};
    switch (attribute.kind) {
      case Kind::Region: return R"("eastasia")";
      case Kind::PrefixList: return R"(["10.1.0.0/16"])";
      case Kind::SubnetMap: return R"({"web":"10.1.1.0/24"})";
      case Kind::Ip:
      case Kind::SourceIp: return R"("10.1.1.10")";
      case Kind::IpMap: return R"({"vip":"10.1.1.11"})";
      case Kind::TextMap: return R"({"web":"dr-web"})";
      default: return {};
    }
  }

  void form(const ResourceType& type, const AttributeType& attribute) {
    switch (attribute.kind) {
      case Kind::String: return string_form(type, attribute);
      case Kind::Region: return pattern(k_region);
      case Kind::Reference: return address_form(attribute.references + "_address");
      case Kind::Boolean: json_.member("type", "boolean"); return;
      case Kind::Integer: return integer_form(attribute);
      case Kind::Number: json_.member("type", "number").key("minimum").number(0).key("maximum").number(1); return;
      case Kind::Duration: return pattern(k_duration);
      case Kind::Ip: return pattern(k_ip);
      case Kind::SourceIp: return pattern(k_source_ip);
      case Kind::PrefixList:
        json_.member("type", "array").key("items").open_object();
        pattern(k_prefix);
        json_.close_object();
        return;
      case Kind::SubnetMap: return map_form(k_cloud_name, k_prefix);
      case Kind::IpMap: return map_form("", k_ip);
      case Kind::TextMap:  // ours map subnets
        return attribute.provider.empty() ? map_form(k_cloud_name, k_cloud_name) : map_form("", "");
      case Kind::TextList: return list_form(attribute);
    }
  }

  // Beside a `$ref` nothing else counts, so it stands in an `allOf`.
  void address_form(std::string_view definition) {
    json_.key("allOf").open_array().open_object();
    ref(definition);
    json_.close_object().close_array();
  }

  void string_form(const ResourceType& type, const AttributeType& attribute) {
    if (type.name == "project" && attribute.name == "name") return pattern(k_project_name);
    if (type.name == "project" && attribute.name == "provider") return choice(types_.providers);
    if (type.name == "project" && attribute.name == "edition") return choice(types_.editions);
    if (type.name == "state" && attribute.name == "backend") return choice(types_.backends);
    if (type.name == "mapping" && attribute.name == "addresses")
      return choice(std::array<std::string_view, 1>{"same-host"});
    if (type.name == "moved") return address_form("address");
    for (const NameRule& rule : k_names) {
      if (rule.type != type.name || rule.attribute != attribute.name) continue;
      pattern(k_cloud_name);
      json_.key("minLength").number(rule.least).key("maxLength").number(rule.most);
      return;
    }
    json_.member("type", "string");
  }

  void integer_form(const AttributeType& attribute) {
    json_.member("type", "integer").key("minimum").number(0);
    if (attribute.name.ends_with("_percent")) json_.key("maximum").number(100);
    if (attribute.name == "min_resources") json_.key("maximum").number(INT_MAX);
  }

  // Empty: any text.
  void map_form(std::string_view name, std::string_view value) {
    json_.member("type", "object");
    if (!name.empty()) json_.key("propertyNames").open_object().member("pattern", name).close_object();
    json_.key("additionalProperties").open_object();
    if (value.empty()) json_.member("type", "string");
    else pattern(value);
    json_.close_object();
  }

  void list_form(const AttributeType& attribute) {
    json_.member("type", "array").key("items").open_object();
    if (attribute.name == "approve") choice(guarded_steps());
    else json_.member("type", "string");
    json_.close_object();
  }

  const TypeTable& types_;
  const KnownAddresses* known_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string json_schema(const TypeTable& types, const KnownAddresses* known) {
  return SchemaWriter(types, known).write();
}

}  // namespace pairform
