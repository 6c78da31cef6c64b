#include "schema/stanza_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/json_text.h"
#include "schema/misplaced.h"
#include "schema/stanza_checks.h"
#include "schema/stanza_report.h"
#include "schema/terminal_text.h"
#include "schema/value_reader.h"
#include "schema/vm_checks.h"

namespace pairform {
namespace {

constexpr std::string_view k_reserved_prefix = "test_";
constexpr std::string_view k_defaults = "defaults";

std::vector<std::string_view> attribute_names(const ResourceType& type, std::string_view provider, bool defaults) {
  std::vector<std::string_view> names;
  for (const AttributeType& attribute : type.attributes)
    if (attribute.where != Where::Row && attribute.provider == provider && !(defaults && attribute.own))
      names.push_back(attribute.name);
  return names;
}

class StanzaReader {
 public:
  StanzaReader(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file)
      : document_(document), context_(context), file_(file), values_(document) {}

  void read_top() {
    for (const RawNode& table : document_.children(document_.root())) {
      const TypeId type = context_.types.find_type(table.key);
      if (type && context_.types[type].within.empty()) read_type(table, type);
      else if (const ResourceType* directive = context_.types.find_directive(table.key))
        read_directives(table, *directive);
      else if (table.key == k_defaults) read_defaults(table);
      else if (is_settings(table.key)) refuse_settings(table);
      else unknown_table(table);
    }
  }

 private:
  void complain(Code code, const Place& place, std::string summary, std::string detail, std::string help) {
    StanzaReport(file_.diagnostics).error(code, place, std::move(summary), std::move(detail), std::move(help));
  }

  bool is_settings(std::string_view key) const {
    return key == "include" || key == "provider" || context_.types.find_settings(key) != nullptr;
  }

  void refuse_settings(const RawNode& table) {
    if (!context_.included) return;  // settings_reader reads them
    if (table.key == "include")
      return complain(Code::IncludeMisplaced, document_.key_place(table), "include belongs in pairform.toml",
                      "Included files include no others, and no file was included by it.",
                      "move it to the top of pairform.toml, before the first table");
    complain(Code::TableNotHere, document_.key_place(table), fmt::format("[{}] belongs in pairform.toml", table.key),
             "Included files hold resource tables only.", "move it to pairform.toml");
  }

  // What a wrong table was meant to declare; see Declarations::meant.
  void meant(std::string_view type, std::string_view key = {}) {
    file_.declarations.meant.insert(fmt::format("{}.{}", type, key));
  }

  // The tables in a table that is unknown were meant for `name`, or, if that is empty, for whichever type.
  void meant_by_unknown(const RawNode& table, std::string_view name) {
    const bool is_type = context_.types.find_type(name) || name == k_defaults;
    if (table.kind != RawKind::Table && is_type) return meant(name);
    for (const RawNode& member : document_.children(table)) {
      if (member.kind != RawKind::Table && member.kind != RawKind::Array) continue;
      if (is_type) meant(name, member.key);
      else if (parse_address(member.key)) file_.declarations.meant.emplace(member.key);  // [move."network.app"]
      for (const ResourceType& type : context_.types.types)
        if (name.empty() && type.within.empty()) meant(type.name, member.key);
    }
  }

  void unknown_table(const RawNode& table) {
    if (const auto advice = terraform_advice(table.key); advice && table.kind != RawKind::String)
      return complain(Code::UnknownTable, document_.key_place(table), fmt::format("unknown table \"{}\"", table.key),
                      std::string(advice->detail), std::string(advice->help));
    if (table.key.starts_with(k_reserved_prefix))
      return complain(Code::NotSupportedYet, document_.key_place(table),
                      fmt::format("{} is not supported in this version", table.key),
                      "Names that begin with test_ are reserved.", "rename or remove it");
    for (const ResourceType& type : context_.types.types)
      if (!type.within.empty() && !nearest(table.key, {type.name}).empty()) return not_on_its_own(table, type);
    std::vector<std::string_view> known{k_defaults};
    for (const ResourceType& type : context_.types.types)
      if (type.within.empty()) known.push_back(type.name);
    for (const ResourceType& type : context_.types.directives) known.push_back(type.name);
    if (!context_.included) {
      known.insert(known.end(), {"include", "provider"});
      for (const ResourceType& type : context_.types.settings)
        if (type.name.find('.') == std::string::npos) known.push_back(type.name);
    }
    std::sort(known.begin(), known.end());
    meant_by_unknown(table, nearest(table.key, known));
    std::string help = did_you_mean(table.key, known);
    const std::string home = table.kind == RawKind::Table ? std::string() : home_of_setting(context_.types, table.key);
    if (help.empty() && !home.empty()) help = fmt::format("move it below {}", home);
    complain(Code::UnknownTable, document_.key_place(table),
             fmt::format("unknown {} \"{}\"", table.kind == RawKind::Table ? "table" : "key", table.key),
             fmt::format("Known here: {}.", listed(known)), std::move(help));
  }

  void not_on_its_own(const RawNode& table, const ResourceType& type) {
    std::string_view key = "KEY";
    if (table.kind == RawKind::Table && !document_.children(table).empty())
      key = (*document_.children(table).begin()).key;
    complain(Code::UnknownTable, document_.key_place(table), fmt::format("unknown table \"{}\"", table.key),
             fmt::format("A {0} stands below its {1}: [{1}.KEY.{0}.KEY].", type.name, type.within),
             fmt::format("write [{}.KEY.{}.{}]", type.within, type.name, key));
  }

  // The tables of one type; `within`: the table of the vm whose they are, null for those at the top.
  void read_type(const RawNode& tables, TypeId type, const RawNode* within = nullptr) {
    const ResourceType& types = context_.types[type];
    const std::string path =
        within == nullptr ? types.name : fmt::format("{}.{}.{}", types.within, within->key, types.name);
    const std::string header = within == nullptr ? types.name : fmt::format("{}.KEY.{}", types.within, types.name);
    const auto wrong = [&](const RawNode& node, std::string summary, std::string help) {
      complain(Code::WrongType, document_.key_place(node), std::move(summary),
               fmt::format("A {} is a table with a key of its own: [{}.KEY].", tables.key, header), std::move(help));
    };
    const std::string_view example = within == nullptr ? "app" : "eth0";
    if (tables.kind != RawKind::Table) {
      if (within == nullptr) meant(types.name);
      return wrong(tables, fmt::format("{} must be a table of tables, not {}", tables.key, kind_words(tables.kind)),
                   fmt::format("write [{}.{}]", path, example));
    }
    bool told = false;  // of [network] with attributes: once
    for (const RawNode& table : document_.children(tables)) {
      if (table.kind != RawKind::Table) {
        if (within == nullptr) meant(types.name, table.kind == RawKind::Array ? table.key : std::string_view());
        if (!std::exchange(told, table.kind != RawKind::Array))
          wrong(table, fmt::format("{}.{} must be a table, not {}", path, table.key, kind_words(table.kind)),
                table.kind == RawKind::Array ? fmt::format("write [{}.{}], with one bracket", path, table.key)
                                             : fmt::format("write [{}.{}] above its attributes", path, example));
      } else if (!is_key(table.key)) {
        bad_key(table, types, path, within == nullptr);
      } else {
        const bool only_dotted = read_dotted(table, type, within, path) && !is_written(table);
        if (!only_dotted) read_resource(table, type, within);
      }
    }
  }

  // A key that TOML takes in quotes and pairform does not.
  void bad_key(const RawNode& table, const ResourceType& type, std::string_view path, bool outer) {
    if (outer) meant(type.name, table.key);
    complain(Code::BadKey, document_.key_place(table), fmt::format("key not valid: \"{}\"", table.key),
             "A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.",
             key_and_name(type, path, table.key));
  }

  // "write [network.my-app] and name = "my.app""
  static std::string key_and_name(const ResourceType& type, std::string_view path, std::string_view name) {
    std::string key;
    for (std::string_view rest = name; !rest.empty();) key += key_of_name(take_glyph(rest).bytes).substr(0, 1);
    std::string help = fmt::format("write [{}.{}]", path, key.empty() ? "app" : key);
    if (type.find_stanza("name") && is_cloud_name(name, 1, k_subnet_name_most))
      help += fmt::format(" and name = {}", json_string(name));
    return help;
  }

  // A table with a header of its own where an attribute would be: [network.my.app] has a dot in its key.
  bool is_dotted(const RawNode& member, const ResourceType& type) const {
    const bool header = member.line == member.key_line && member.column < member.key_column;
    if (member.kind != RawKind::Table || !header || type.find_stanza(member.key) || is_within(member.key, type) ||
        is_provider_name(context_.types, member.key))
      return false;
    auto names = attribute_names(type, {}, false);
    for (const ResourceType& inner : context_.types.types)
      if (inner.within == type.name) names.push_back(inner.name);
    names.insert(names.end(), context_.types.providers.begin(), context_.types.providers.end());
    return nearest(member.key, names).empty();
  }

  // Reports the tables below `table` whose keys have dots; false: there are none.
  bool read_dotted(const RawNode& table, TypeId type_id, const RawNode* within, std::string_view path) {
    const ResourceType& type = context_.types[type_id];
    bool any = false;
    for (const RawNode& member : document_.children(table)) {
      if (!is_dotted(member, type)) continue;
      any = true;
      dotted(member, type, fmt::format("{}.{}", table.key, member.key), path, within == nullptr);
    }
    return any;
  }

  void dotted(const RawNode& table, const ResourceType& type, const std::string& key, std::string_view path,
              bool outer) {
    bool deeper = false;
    if (!is_written(table))
      for (const RawNode& member : document_.children(table)) {
        if (!is_dotted(member, type)) continue;
        deeper = true;
        dotted(member, type, fmt::format("{}.{}", key, member.key), path, outer);
      }
    if (deeper) return;
    if (outer) {
      meant(type.name, key);
      meant(type.name, key_of_name(key));
    }
    complain(Code::BadKey, document_.place(table), fmt::format("{}.{} has a dot in its key", path, key),
             "In TOML a dot parts the names of tables.", key_and_name(type, path, key));
  }

  // A table and those within it. A vm whose nics alone are written here may have its table in another file.
  void read_resource(const RawNode& table, TypeId type, const RawNode* within) {
    const TypeId inner = inner_type(type);
    const RawNode* tables = inner ? document_.find(table, context_.types[inner].name) : nullptr;
    if (tables == nullptr || is_written(table)) read_stanza(table, type, within);
    if (tables != nullptr) read_type(*tables, inner, &table);
  }

  // None if the type's tables hold no others.
  TypeId inner_type(TypeId type) const {
    for (std::size_t i = 0; i < context_.types.types.size(); ++i)
      if (context_.types.types[i].within == context_.types[type].name) return TypeId(i);
    return TypeId();
  }

  // Was the table itself written, or is it only implied by the header or dotted key of one within it? The parser
  // places an implied table at the header that implies it, or at its part of the dotted key.
  bool is_written(const RawNode& table) const {
    for (const RawNode& member : document_.children(table))
      if (member.kind != RawKind::Table || is_provider_name(context_.types, member.key)) return true;
    if (table.line == table.key_line && table.column == table.key_column) return false;
    const RawNode* const end = document_.nodes().data() + table.end;
    for (const RawNode* node = &table + 1; node != end; ++node)
      if (node->kind == RawKind::Table && node->line == table.line && node->column == table.column) return false;
    return true;
  }

  void read_defaults(const RawNode& tables) {
    std::vector<std::string_view> known;
    for (const ResourceType& type : context_.types.types)
      if (type.defaults) known.push_back(type.name);
    if (tables.kind != RawKind::Table) {
      meant(k_defaults);
      return complain(Code::WrongType, document_.key_place(tables),
                      fmt::format("defaults must be a table of tables, not {}", kind_words(tables.kind)),
                      fmt::format("There are defaults for {}.", listed(known)), "write [defaults.vm]");
    }
    for (const RawNode& table : document_.children(tables)) {
      const TypeId type = context_.types.find_type(table.key);
      if (!type || table.kind != RawKind::Table) meant(k_defaults, nearest(table.key, known));
      if (type && context_.types[type].defaults && table.kind == RawKind::Table)
        read_stanza(table, type, nullptr, true);
      else if (type && context_.types[type].defaults)
        complain(Code::WrongType, document_.key_place(table),
                 fmt::format("defaults.{} must be a table, not {}", table.key, kind_words(table.kind)), {},
                 fmt::format("write [defaults.{}] above its attributes", table.key));
      else
        complain(Code::UnknownTable, document_.key_place(table),
                 fmt::format("there are no defaults for \"{}\"", table.key),
                 fmt::format("There are defaults for {}.", listed(known)), did_you_mean(table.key, known));
    }
  }

  void read_directives(const RawNode& tables, const ResourceType& type) {
    const auto wrong = [&](const RawNode& node, std::string summary) {
      if (parse_address(node.key)) file_.declarations.meant.emplace(node.key);
      complain(Code::BadAddress, document_.key_place(node), std::move(summary),
               fmt::format("A [{}] table has an address in quotes for its key: a network, a whole pair{}.", type.name,
                           type.name == "import" ? "" : " or a vm"),
               fmt::format("write [{}.\"mapping.old\"]", type.name));
    };
    if (tables.kind != RawKind::Table)
      return wrong(tables, fmt::format("{} must be a table of tables, not {}", type.name, kind_words(tables.kind)));
    for (const RawNode& table : document_.children(tables)) {
      const auto parts = parse_address(table.key);
      if (!parts || !parts->half.empty() || table.kind != RawKind::Table)
        wrong(table, fmt::format("\"{}\" is not the address of a network, pair or vm", table.key));
      else if (parts->type == "vm" && type.name == "import")
        complain(Code::BadAddress, document_.key_place(table), fmt::format("{} needs no import", table.key),
                 "What is replicated already is adopted by itself.", "remove the import stanza");
      else if (!parts->nic.empty())
        complain(Code::BadAddress, document_.key_place(table), fmt::format("\"{}\" is the address of a nic", table.key),
                 "A vm takes its nics along.", fmt::format("write [{}.\"{}.{}\"]", type.name, parts->type, parts->key));
      else read_directive(table, type);
    }
  }

  void read_directive(const RawNode& table, const ResourceType& type) {
    StanzaReport report(file_.diagnostics);
    given_.assign(type.attributes.size(), {});
    defaults_ = false;
    const Place at = document_.place(table);
    Directive directive{.kind = type.name == "moved"     ? Directive::Kind::Moved
                                : type.name == "removed" ? Directive::Kind::Removed
                                                         : Directive::Kind::Import,
                        .length = at.length,
                        .address = text(table.key),
                        .at = at.at};
    const std::size_t first = file_.declarations.values.size();
    for (const RawNode& member : document_.children(table))
      if (!read_attribute(member, type, {}, report)) unknown_attribute(member, type, {}, report);
    check_required(table, type, report);
    if (file_.declarations.values.size() > first) {
      const DeclaredValue& value = file_.declarations.values.back();
      directive.value = value.value;
      directive.value_at = value.at;
      directive.value_length = value.length;
    }
    file_.declarations.values.resize(first);
    if (report.faulty()) file_.declarations.meant.emplace(table.key);
    else file_.declarations.directives.push_back(directive);
  }

  StanzaReport report_on(const RawNode& table, const ResourceType& type, const RawNode* within) {
    if (defaults_) return StanzaReport(file_.diagnostics, k_defaults, type.name);
    if (within == nullptr) return StanzaReport(file_.diagnostics, type.name, table.key);
    return StanzaReport(file_.diagnostics, type.within, within->key, type.name, table.key);
  }

  void read_stanza(const RawNode& table, TypeId type_id, const RawNode* within, bool defaults = false) {
    const ResourceType& type = context_.types[type_id];
    defaults_ = defaults;
    StanzaReport report = report_on(table, type, within);
    given_.assign(type.attributes.size(), {});
    values_.forget_prefixes();
    Declaration declaration;
    declaration.type = type_id;
    if (!defaults) declaration.key = text(table.key);
    if (within != nullptr) declaration.within = text(within->key);
    declaration.first_value = static_cast<std::uint32_t>(file_.declarations.values.size());
    declaration.at = document_.place(table).at;
    declaration.length = table.length;
    for (const RawNode& member : document_.children(table)) read_member(member, type, report);
    if (!defaults) check_required(table, type, report);
    check_stanza(table, type_id, report);
    declaration.value_count = static_cast<std::uint16_t>(file_.declarations.values.size() - declaration.first_value);
    for (std::size_t i = 0; i < given_.size(); ++i)
      if (given_[i].node != nullptr && !given_[i].good) declaration.wrong |= AttributeSet{1} << i;
    declaration.faulty = report.faulty();
    if (defaults) file_.declarations.defaults.push_back(declaration);
    else file_.declarations.items.push_back(declaration);
  }

  void check_stanza(const RawNode& table, TypeId type, StanzaReport& report) {
    const StanzaValues stanza{document_, table, given_, values_.prefixes()};
    if (defaults_) check_defaults(type, stanza, report);
    else if (type == k_network_type) check_network(stanza, report);
    else if (type == k_mapping_type) check_mapping(stanza, report);
    else if (type == k_vm_type) check_vm(stanza, report);
    else if (type == k_nic_type) check_nic(stanza, report);
  }

  void read_member(const RawNode& member, const ResourceType& type, StanzaReport& report) {
    if (!defaults_ && (is_within(member.key, type) || is_dotted(member, type))) return;
    if (!read_attribute(member, type, {}, report)) {
      if (is_provider_name(context_.types, member.key)) read_provider_table(member, type, report);
      else unknown_attribute(member, type, {}, report);
    }
  }

  // Is `key` the name of tables that stand within those of `type`?
  bool is_within(std::string_view key, const ResourceType& type) const {
    const TypeId inner = context_.types.find_type(key);
    return inner && context_.types[inner].within == type.name;
  }

  // False if the type has no such attribute (of that provider).
  bool read_attribute(const RawNode& member, const ResourceType& type, std::string_view provider,
                      StanzaReport& report) {
    for (std::size_t i = 0; i < type.attributes.size(); ++i) {
      const AttributeType& attribute = type.attributes[i];
      if (attribute.where == Where::Row || attribute.name != member.key || attribute.provider != provider) continue;
      if (defaults_ && attribute.own) {
        report.error(Code::UnknownAttribute, document_.key_place(member),
                     fmt::format("[defaults.{}] takes no {}", type.name, attribute.name),
                     fmt::format("No two {}s can have the same.", type.name),
                     fmt::format("write it in the {}'s own table", type.name));
        return true;
      }
      auto value = values_.read(member, attribute, report);
      if (value && attribute.kind == Kind::Integer && value->starts_with('-')) {
        report.error(Code::BadSetting, document_.place(member), fmt::format("{} must not be negative", attribute.name),
                     attribute.doc, fmt::format("write {} = 0", attribute.name));
        value.reset();
      }
      given_[i] = {&member, value.has_value()};
      if (value)
        file_.declarations.values.push_back(
            {static_cast<std::uint16_t>(i), member.length, text(*value), document_.place(member).at});
      return true;
    }
    return false;
  }

  void read_provider_table(const RawNode& member, const ResourceType& type, StanzaReport& report) {
    if (member.kind != RawKind::Table)
      return report.error(Code::WrongType, document_.key_place(member),
                          fmt::format("{} must be a table, not {}", member.key, kind_words(member.kind)),
                          "Names of providers are reserved for tables with a provider's own attributes.",
                          fmt::format("write [{}.KEY.{}]",
                                      type.within.empty() ? type.name : type.within + ".KEY." + type.name, member.key));
    if (context_.provider.empty()) return;
    if (member.key != context_.provider) {
      const Place place = document_.place(member);
      return report.add({Code::OtherProviderIgnored,
                         Severity::Note,
                         fmt::format("attributes for {} are ignored", member.key),
                         fmt::format("The project's provider is {}.", context_.provider),
                         {},
                         {{place.at, place.length, {}}},
                         {}});
    }
    for (const RawNode& attribute : document_.children(member))
      if (!read_attribute(attribute, type, member.key, report)) unknown_attribute(attribute, type, member.key, report);
  }

  void unknown_attribute(const RawNode& member, const ResourceType& type, std::string_view provider,
                         StanzaReport& report) {
    if (refuse_include(document_, member, report)) return;
    if (member.key.starts_with(k_reserved_prefix))
      return report.error(Code::NotSupportedYet, document_.key_place(member),
                          fmt::format("{} is not supported in this version", member.key),
                          "Names that begin with test_ are reserved.", "remove it");
    auto names = attribute_names(type, provider, defaults_);
    std::string detail = defaults_ ? fmt::format("[defaults.{}] takes {}.", type.name, listed(names))
                                   : fmt::format("A {} has {}.", type.name, listed(names));
    for (const ResourceType& inner : context_.types.types)
      if (inner.within == type.name && provider.empty() && !defaults_) {
        detail += fmt::format(" Its {0}s are tables [{1}.KEY.{0}.KEY].", inner.name, type.name);
        names.push_back(inner.name);
      }
    if (names.empty()) detail = fmt::format("{} adds no attributes to a {}.", provider, type.name);
    else if (!provider.empty()) detail = fmt::format("{} adds {} to a {}.", provider, listed(names), type.name);
    std::string help = did_you_mean(member.key, names);
    const std::string home = context_.included ? std::string() : home_of_setting(context_.types, member.key);
    if (help.empty() && !home.empty()) help = fmt::format("move it below {}", home);
    report.error(Code::UnknownAttribute, document_.key_place(member),
                 fmt::format("unknown attribute \"{}\"", member.key), std::move(detail), std::move(help));
    // What was meant is not missing as well.
    const std::string_view meant = nearest(member.key, names);
    for (std::size_t i = 0; i < type.attributes.size() && !meant.empty(); ++i)
      if (type.attributes[i].name == meant && type.attributes[i].provider == provider && given_[i].node == nullptr)
        given_[i].node = &member;
  }

  void check_required(const RawNode& table, const ResourceType& type, StanzaReport& report) {
    for (std::size_t i = 0; i < type.attributes.size(); ++i) {
      const AttributeType& attribute = type.attributes[i];
      if (attribute.presence != Presence::Required || attribute.where == Where::Row || given_[i].node != nullptr ||
          !attribute.provider.empty())
        continue;
      report.error(Code::MissingAttribute, document_.place(table),
                   fmt::format("{}.{} has no {}", type.name, table.key, attribute.name), attribute.doc,
                   fmt::format("add {} = {}", attribute.name, example_of(attribute)));
    }
  }

  Text text(std::string_view characters) {
    file_.pieces.push_back(
        {static_cast<std::uint32_t>(file_.characters.size()), static_cast<std::uint32_t>(characters.size())});
    file_.characters += characters;
    return Text(file_.pieces.size() - 1);
  }

  const TomlDocument& document_;
  const StanzaContext& context_;
  FileDeclarations& file_;
  ValueReader values_;
  std::vector<GivenValue> given_;  // of the stanza being read
  bool defaults_ = false;          // it is one of defaults
};

}  // namespace

void read_stanzas(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file) {
  StanzaReader(document, context, file).read_top();
}

bool is_provider_name(const TypeTable& types, std::string_view name) {
  return types.find_settings("provider." + std::string(name)) != nullptr ||
         std::find(types.providers.begin(), types.providers.end(), name) != types.providers.end();
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near);
}

}  // namespace pairform
