#include "schema/directive_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/value.h"
#include "schema/value_words.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_shown = 8;

// What a file says about an address in a form of its own: `"network.a" = "network.b"` below [moved].
struct Said {
  std::string address;
  std::string value;       // of `to` or `id`; empty: not told
  bool has_table = false;  // only the header is wrong: [moved.network.a]
};

class DirectiveReader {
 public:
  DirectiveReader(const TomlDocument& document, const ResourceType& type, AttributeReader& attributes,
                  FileDeclarations& file)
      : document_(document), type_(type), attributes_(attributes), file_(file) {}

  void read(const RawNode& tables) {
    if (tables.kind != RawKind::Table)
      return no_tables(tables, fmt::format("{} must be a table of tables, not {}", type_.name, kind_words(tables.kind)),
                       said_by(tables));
    std::vector<const RawNode*> values;
    for (const RawNode& member : document_.children(tables)) {
      if (member.kind == RawKind::Table) read_table(member);
      else values.push_back(&member);
    }
    if (values.empty()) return;
    std::sort(values.begin(), values.end(), [&](const RawNode* a, const RawNode* b) {
      return document_.key_place(*a).at < document_.key_place(*b).at;
    });
    std::vector<Said> said;
    for (const RawNode* each : values) add_said(*each, {}, said);
    if (auto block = said_by_block(tables)) said = {std::move(*block)};
    no_tables(*values.front(), fmt::format("[{}] holds a table for each address, and no values", type_.name), said);
  }

 private:
  bool is_import() const { return type_.name == "import"; }
  std::string_view article() const { return is_import() ? "An" : "A"; }

  void complain(Code code, const RawNode& node, std::string summary, std::string detail, std::string help) {
    StanzaReport(file_.diagnostics)
        .error(code, document_.key_place(node), std::move(summary), std::move(detail), std::move(help));
  }

  // Once for all lines of a [moved] that are no tables.
  void no_tables(const RawNode& node, std::string summary, const std::vector<Said>& said) {
    for (const Said& each : said) file_.declarations.meant.insert(each.address);
    complain(Code::BadAddress, node, std::move(summary), rule(), stanzas(said));
  }

  std::string rule() const {
    return fmt::format("{} [{}] table has an address in quotes for its key: a network{}.", article(), type_.name,
                       is_import() ? "" : ", a whole pair or a vm");
  }

  void read_table(const RawNode& table) {
    const auto parts = parse_address(table.key);
    if (!parts) return wrong_key(table);
    if (is_import() && parts->type != "network")
      return complain(Code::BadAddress, table, fmt::format("{} needs no import", table.key),
                      parts->type == "vm" ? "What is replicated already is adopted by itself."
                                          : "A half that the cloud has already is adopted by itself.",
                      "remove the import stanza");
    if (!parts->nic.empty() || !parts->half.empty()) return wrong_part(table, parts->nic.empty());
    read_directive(table);
  }

  void wrong_part(const RawNode& table, bool is_half) {
    const std::string whole = address_meant(table.key);
    file_.declarations.meant.insert(whole);
    complain(Code::BadAddress, table, fmt::format("\"{}\" is the address of a {}", table.key, is_half ? "half" : "nic"),
             is_half ? "Both halves of a pair go together." : "A vm takes its nics along.",
             fmt::format("write [{}.\"{}\"]", type_.name, whole));
  }

  void wrong_key(const RawNode& table) {
    std::vector<Said> said;
    if (!type_meant(table.key).empty()) add_said(table, {}, said);
    const bool no_quotes = !said.empty();  // [moved.network.a]
    if (!no_quotes) said = said_of_key(table);
    for (const Said& each : said) file_.declarations.meant.insert(each.address);
    std::string help = stanzas(said);
    if (said.empty() && table.key.find('.') == std::string_view::npos)
      help = fmt::format("write its whole address: [{0}.\"network.{1}\"]{2}", type_.name,
                         key_of_name(trimmed(table.key)), is_import() ? "" : ", or that of a mapping or vm");
    complain(Code::BadAddress, table,
             no_quotes ? fmt::format("the address {} stands without quotes", said.front().address)
                       : fmt::format("\"{}\" is not the address of a network{}", table.key,
                                     is_import() ? "" : ", pair or vm"),
             rule(), std::move(help));
  }

  // Of a table whose key alone is wrong: [moved."netwrok.a"], [moved."a"] with to = "network.b".
  std::vector<Said> said_of_key(const RawNode& table) const {
    std::string address = address_meant(table.key);
    if (const std::string_view to = value_of(table);
        address.empty() && is_key(table.key) && (is_import() || !address_meant(to).empty()))
      address = fmt::format("{}.{}", is_import() ? "network" : std::string(type_of(address_meant(to))), table.key);
    if (address.empty() || (is_import() && !address.starts_with("network."))) return {};
    return {{std::move(address), {}, true}};
  }

  std::string_view value_of(const RawNode& table) const {
    const RawNode* value = type_.attributes.empty() ? nullptr : document_.find(table, type_.attributes.front().name);
    return value != nullptr && value->kind == RawKind::String ? value->text : std::string_view();
  }

  // What is said by [moved], or by an array of that name.
  std::vector<Said> said_by(const RawNode& node) const {
    if (node.kind == RawKind::Table) return said_in(node, {});
    if (node.kind == RawKind::String) return said_of_text(node);
    std::vector<Said> said;
    if (node.kind == RawKind::Array)
      for (const RawNode& item : document_.children(node))
        for (Said& each : said_by(item)) said.push_back(std::move(each));
    return said;
  }

  std::vector<Said> said_of_text(const RawNode& node) const {
    std::string address = address_meant(node.text);
    if (address.empty()) return {};
    return {{std::move(address), {}, false}};
  }

  // What is said by the members of a table.
  std::vector<Said> said_in(const RawNode& table, std::string_view type) const {
    if (auto block = said_by_block(table)) return {std::move(*block)};
    std::vector<Said> said;
    for (const RawNode& member : document_.children(table)) add_said(member, type, said);
    return said;
  }

  // By one member, whose key is an address, or together with `type` is one.
  void add_said(const RawNode& member, std::string_view type, std::vector<Said>& said) const {
    const std::string address =
        address_meant(type.empty() ? std::string(member.key) : fmt::format("{}.{}", type, member.key));
    const bool is_table = member.kind == RawKind::Table;
    std::vector<Said> inner;
    if (is_import() && !address.empty() && !address.starts_with("network.")) return;
    if (!address.empty()) {
      said.push_back({address, std::string(is_table ? value_of(member) : member.text), is_table});
    } else if (is_table && !type_meant(member.key).empty()) {  // network.a = "network.b"
      inner = said_in(member, type_meant(member.key));
    } else if (member.kind == RawKind::Array) {
      inner = said_by(member);
    } else if (const std::string after = address_meant(member.text); is_import() && !after.empty()) {
      said.push_back({after, std::string(member.key), false});  // "eastasia/lab" = "network.lab"
    }
    said.insert(said.end(), inner.begin(), inner.end());
  }

  static std::string_view type_meant(std::string_view word) { return nearest(word, {"mapping", "network", "vm"}); }

  // Terraform's blocks: moved { from, to }, removed { from }, import { to, id }.
  std::optional<Said> said_by_block(const RawNode& table) const {
    const auto text = [&](std::string_view key) {
      const RawNode* node = document_.find(table, key);
      return node != nullptr && node->kind == RawKind::String ? node->text : std::string_view();
    };
    Said said{address_meant(text(is_import() ? "to" : "from")), {}, false};
    if (said.address.empty()) return std::nullopt;
    said.value = text(is_import() ? "id" : "to");
    return said;
  }

  // "write\n[moved."network.a"]\nto = "network.b"", or an example where nothing is known.
  std::string stanzas(const std::vector<Said>& said) const {
    if (said.empty()) return fmt::format("write [{}.\"{}\"]", type_.name, is_import() ? "network.lab" : "mapping.old");
    if (said.size() == 1 && (said.front().has_table || type_.attributes.empty()))
      return "write " + header(said.front());
    std::string out = "write";
    for (std::size_t i = 0; i < std::min(said.size(), k_most_shown); ++i) {
      out += '\n' + header(said[i]);
      if (!said[i].has_table && !type_.attributes.empty())
        out += fmt::format("\n{} = {}", type_.attributes.front().name, value(said[i]));
    }
    if (said.size() > k_most_shown) out += fmt::format("\nand so on for {} more", said.size() - k_most_shown);
    return out;
  }

  std::string header(const Said& said) const { return fmt::format("[{}.\"{}\"]", type_.name, said.address); }
  std::string value(const Said& said) const {
    if (is_import()) return json_string(said.value.empty() ? "…" : said.value);
    const std::string to = address_meant(said.value);
    return json_string(to.empty() ? fmt::format("{}.…", type_of(said.address)) : to);
  }

  void read_directive(const RawNode& table) {
    StanzaReport report(file_.diagnostics);
    attributes_.begin(type_, Gives::One);
    const Place at = document_.place(table);
    Directive directive{.kind = type_.name == "moved"     ? Directive::Kind::Moved
                                : type_.name == "removed" ? Directive::Kind::Removed
                                                          : Directive::Kind::Import,
                        .length = at.length,
                        .address = attributes_.text(table.key),
                        .at = at.at};
    const std::size_t first = file_.declarations.values.size();
    bool unknown = false;
    for (const RawNode& member : document_.children(table))
      if (!attributes_.read(member, type_, {}, report)) {
        unknown_member(table, member, report);
        unknown = true;
      }
    if (!unknown) attributes_.check_required(table, type_, report);
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

  // A directive has one attribute or none: what else is written stands for that one, or for nothing.
  void unknown_member(const RawNode& table, const RawNode& member, StanzaReport& report) {
    std::string detail = fmt::format("A [{}] table is empty: its key says what is meant.", type_.name);
    std::string help = "remove it";
    if (!type_.attributes.empty()) {
      const std::string& name = type_.attributes.front().name;
      detail = fmt::format("{} [{}] table has one attribute, {}.", article(), type_.name, name);
      if (document_.find(table, name) == nullptr)
        help = member.kind == RawKind::String ? fmt::format("write {} = {}", name, json_string(member.text))
                                              : fmt::format("write {} = {}", name, type_.attributes.front().example);
    }
    report.error(Code::UnknownAttribute, document_.key_place(member),
                 fmt::format("unknown attribute \"{}\"", member.key), std::move(detail), std::move(help));
  }

  const TomlDocument& document_;
  const ResourceType& type_;
  AttributeReader& attributes_;
  FileDeclarations& file_;
};

}  // namespace

void read_directives(const TomlDocument& document, const RawNode& tables, const ResourceType& type,
                     AttributeReader& attributes, FileDeclarations& file) {
  DirectiveReader(document, type, attributes, file).read(tables);
}

std::string address_meant(std::string_view text) {
  text = trimmed(text);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view type = nearest(text.substr(0, dot), {"mapping", "network", "vm"});
  std::string_view key = text.substr(dot + 1);
  if (type != "network") key = key.substr(0, key.find('.'));  // of a half or a nic
  if (type.empty() || key.empty()) return {};
  return fmt::format("{}.{}", type, key_of_name(key));
}

}  // namespace pairform
