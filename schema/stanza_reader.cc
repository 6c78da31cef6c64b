#include "schema/stanza_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "schema/address.h"
#include "schema/attribute_reader.h"
#include "schema/base_types.h"
#include "schema/directive_reader.h"
#include "schema/json_text.h"
#include "schema/misplaced.h"
#include "schema/stanza_checks.h"
#include "schema/stanza_report.h"
#include "schema/terminal_text.h"
#include "schema/vm_checks.h"

namespace pairform {
namespace {

constexpr std::string_view k_defaults = "defaults";

class StanzaReader {
 public:
  StanzaReader(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file)
      : document_(document), context_(context), file_(file), attributes_(document, context, file) {}

  void read_top() {
    for (const RawNode& table : document_.children(document_.root())) {
      const TypeId type = context_.types.find_type(table.key);
      if (type && context_.types[type].within.empty()) read_type(table, type);
      else if (const ResourceType* directive = context_.types.find_directive(table.key))
        read_directives(document_, table, *directive, attributes_, file_);
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
    if (is_provider_name(context_.types, table.key)) help = fmt::format("write [provider.{}]", table.key);
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
    const std::string_view example = within != nullptr ? "eth0" : type == k_vm_type ? "web1" : "app";
    if (tables.kind != RawKind::Table) {
      if (within == nullptr) meant(types.name);
      return wrong(tables, fmt::format("{} must be a table of tables, not {}", tables.key, kind_words(tables.kind)),
                   fmt::format("write [{}.{}]", path, example));
    }
    const RawNode* keyless = first_attribute(tables, types);
    if (keyless != nullptr) {
      if (within == nullptr) meant(types.name);
      wrong(*keyless, fmt::format("{}.{} must be a table, not {}", path, keyless->key, kind_words(keyless->kind)),
            fmt::format("write [{}.{}] above its attributes", path, example));
    }
    for (const RawNode& table : document_.children(tables)) {
      if (table.kind == RawKind::Array && is_of_tables(table)) {
        if (within == nullptr) meant(types.name, table.key);
        wrong(table, fmt::format("{}.{} must be a table, not {}", path, table.key, kind_words(table.kind)),
              fmt::format("write [{}.{}], with one bracket", path, table.key));
      } else if (table.kind != RawKind::Table || (keyless != nullptr && may_hold(types, table.key))) {
        continue;  // told as a part of [network]
      } else if (!is_key(table.key)) {
        bad_key(table, types, path, within == nullptr);
      } else {
        const bool only_dotted = read_dotted(table, type, within, path) && !is_written(table);
        if (!only_dotted) read_resource(table, type, within);
      }
    }
  }

  // Of [network] with attributes, where a key is missing: the first of them in the file. Null: there are none.
  const RawNode* first_attribute(const RawNode& tables, const ResourceType& type) const {
    const RawNode* first = nullptr;
    for (const RawNode& member : document_.children(tables)) {
      if (member.kind == RawKind::Table || (is_of_tables(member) && !type.find_stanza(member.key))) continue;
      if (first == nullptr || document_.key_place(member).at < document_.key_place(*first).at) first = &member;
    }
    return first;
  }

  // [[network.app]]
  bool is_of_tables(const RawNode& node) const {
    const auto items = document_.children(node);
    return node.kind == RawKind::Array && !items.empty() && (*items.begin()).kind == RawKind::Table;
  }

  // May a table of that type hold a table of that name: an attribute, a nic, a provider's own?
  bool may_hold(const ResourceType& type, std::string_view name) const {
    return type.find_stanza(name) || is_within(name, type) || is_provider_name(context_.types, name);
  }

  // A key that TOML takes in quotes and pairform does not.
  void bad_key(const RawNode& table, const ResourceType& type, std::string_view path, bool outer) {
    if (outer) meant(type.name, table.key);
    const std::string_view key = trimmed(table.key);
    complain(Code::BadKey, document_.key_place(table), fmt::format("key not valid: \"{}\"", table.key),
             is_key(key)
                 ? std::string(blank_problem(table.key))
                 : "A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.",
             is_key(key) ? fmt::format("write [{}.{}]", path, key) : key_and_name(type, path, key));
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
    if (is_half_word(member.key, type)) return false;
    auto names = attribute_names(type, {}, Gives::One);
    for (const ResourceType& inner : context_.types.types)
      if (inner.within == type.name) names.insert(names.end(), {inner.name, inner.all});
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
    const RawNode* all = inner ? document_.find(table, context_.types[inner].all) : nullptr;
    const bool alone = tables == nullptr && all == nullptr;
    if (alone || is_written(table)) read_stanza(table, type, within);
    if (all != nullptr && all->kind == RawKind::Table) read_stanza(*all, inner, &table, Gives::OfOne);
    else if (all != nullptr)
      complain(Code::WrongType, document_.key_place(*all),
               fmt::format("{} must be a table, not {}", all->key, kind_words(all->kind)),
               fmt::format("It gives attributes to every {} of the {}.", context_.types[inner].name,
                           context_.types[type].name),
               fmt::format("write [{}.{}.{}]", context_.types[type].name, table.key, all->key));
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
    bool told = false;  // of [defaults] with attributes: once
    for (const RawNode& table : document_.children(tables)) {
      const TypeId type = context_.types.find_type(table.key);
      const bool has_defaults = type && context_.types[type].defaults;
      if (!type || table.kind != RawKind::Table) meant(k_defaults, nearest(table.key, known));
      if (has_defaults && table.kind == RawKind::Table) {
        read_stanza(table, type, nullptr, Gives::All);
      } else if (has_defaults) {
        complain(Code::WrongType, document_.key_place(table),
                 fmt::format("defaults.{} must be a table, not {}", table.key, kind_words(table.kind)), {},
                 fmt::format("write [defaults.{}] above its attributes", table.key));
      } else {
        const std::string homes = homes_of_default(table.key);
        if (!homes.empty() && std::exchange(told, true)) continue;
        complain(Code::UnknownTable, document_.key_place(table),
                 fmt::format("there are no defaults for \"{}\"", table.key),
                 fmt::format("There are defaults for {}.", listed(known)),
                 homes.empty() ? did_you_mean(table.key, known) : fmt::format("move it below {}", homes));
      }
    }
  }

  // "[defaults.network] or [defaults.vm]", of an attribute that these take; empty: none does.
  std::string homes_of_default(std::string_view attribute) const {
    std::string out;
    for (const ResourceType& type : context_.types.types) {
      const auto index = type.find_stanza(attribute);
      if (type.defaults && index && !type.attributes[*index].own)
        out += fmt::format("{}[defaults.{}]", out.empty() ? "" : " or ", type.name);
    }
    return out;
  }

  StanzaReport report_on(const RawNode& table, const ResourceType& type, const RawNode* within, Gives gives) {
    if (gives == Gives::All) return StanzaReport(file_.diagnostics, k_defaults, type.name);
    if (gives == Gives::OfOne) return StanzaReport(file_.diagnostics, type.within, within->key, type.all);
    if (within == nullptr) return StanzaReport(file_.diagnostics, type.name, table.key);
    return StanzaReport(file_.diagnostics, type.within, within->key, type.name, table.key);
  }

  void read_stanza(const RawNode& table, TypeId type_id, const RawNode* within, Gives gives = Gives::One) {
    const ResourceType& type = context_.types[type_id];
    StanzaReport report = report_on(table, type, within, gives);
    attributes_.begin(type, gives);
    Declaration declaration;
    declaration.type = type_id;
    if (gives == Gives::One) declaration.key = attributes_.text(table.key);
    if (within != nullptr) declaration.within = attributes_.text(within->key);
    declaration.first_value = static_cast<std::uint32_t>(file_.declarations.values.size());
    declaration.at = document_.place(table).at;
    declaration.length = table.length;
    for (const RawNode& member : document_.children(table)) read_member(member, type, report);
    if (gives == Gives::One) attributes_.check_required(table, type, report);
    check_stanza(table, type_id, report);
    declaration.value_count = static_cast<std::uint16_t>(file_.declarations.values.size() - declaration.first_value);
    const std::span<const GivenValue> given = attributes_.given();
    for (std::size_t i = 0; i < given.size(); ++i)
      if (given[i].node != nullptr && !given[i].good) declaration.wrong |= AttributeSet{1} << i;
    declaration.faulty = report.faulty();
    if (gives == Gives::One) file_.declarations.items.push_back(declaration);
    else file_.declarations.defaults.push_back(declaration);
  }

  void check_stanza(const RawNode& table, TypeId type, StanzaReport& report) {
    const StanzaValues stanza{document_, table, attributes_.given(), attributes_.prefixes(),
                              attributes_.by_default(type)};
    if (attributes_.gives() != Gives::One) check_defaults(type, stanza, report);
    else if (type == k_network_type) check_network(stanza, report);
    else if (type == k_mapping_type) check_mapping(stanza, report);
    else if (type == k_vm_type) check_vm(stanza, report);
    else if (type == k_nic_type) check_nic(stanza, report);
  }

  void read_member(const RawNode& member, const ResourceType& type, StanzaReport& report) {
    if (attributes_.gives() == Gives::One && (is_within(member.key, type) || is_dotted(member, type))) return;
    if (!attributes_.read(member, type, {}, report)) {
      if (is_provider_name(context_.types, member.key)) attributes_.read_provider_table(member, type, report);
      else attributes_.unknown(member, type, {}, report);
    }
  }

  // Is `key` the name of tables that stand within those of `type`?
  bool is_within(std::string_view key, const ResourceType& type) const {
    for (const ResourceType& inner : context_.types.types)
      if (inner.within == type.name && (inner.name == key || inner.all == key)) return true;
    return false;
  }

  const TomlDocument& document_;
  const StanzaContext& context_;
  FileDeclarations& file_;
  AttributeReader attributes_;
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
