#include "schema/attribute_reader.h"

#include <fmt/format.h>

#include "schema/misplaced.h"

namespace pairform {

namespace {

bool takes(Gives gives, const AttributeType& attribute) {
  if (gives == Gives::All) return !attribute.own;
  return gives == Gives::One || attribute.for_all;
}

}  // namespace

std::vector<std::string_view> attribute_names(const ResourceType& type, std::string_view provider, Gives gives) {
  std::vector<std::string_view> names;
  for (const AttributeType& attribute : type.attributes)
    if (attribute.where != Where::Row && attribute.provider == provider && takes(gives, attribute))
      names.push_back(attribute.name);
  return names;
}

AttributeReader::AttributeReader(const TomlDocument& document, const StanzaContext& context, FileDeclarations& file)
    : document_(document), context_(context), file_(file), values_(document) {
  if (context.included) by_default_ = GivenDefaults(document, context.types);
  by_default_.add(context.defaults);
}

void AttributeReader::begin(const ResourceType& type, Gives gives) {
  gives_ = gives;
  given_.assign(type.attributes.size(), {});
  values_.forget_prefixes();
}

bool AttributeReader::read(const RawNode& member, const ResourceType& type, std::string_view provider,
                           StanzaReport& report) {
  for (std::size_t i = 0; i < type.attributes.size(); ++i) {
    const AttributeType& attribute = type.attributes[i];
    if (attribute.where == Where::Row || attribute.name != member.key || attribute.provider != provider) continue;
    if (!takes(gives_, attribute)) {
      report.error(Code::UnknownAttribute, document_.key_place(member),
                   fmt::format("{} takes no {}", table_words(type), attribute.name),
                   gives_ == Gives::All ? fmt::format("It is each {}'s own.", type.name)
                                        : fmt::format("{} takes {}.", table_words(type),
                                                      listed(attribute_names(type, provider, gives_))),
                   attribute.own || gives_ == Gives::All
                       ? fmt::format("write it in the {}'s own table", type.name)
                       : fmt::format("write it in the {0}'s own table, or in [defaults.{0}]", type.name));
      return true;
    }
    auto value = values_.read(member, attribute, report);
    if (value && attribute.kind == Kind::Integer && value->starts_with('-')) {
      report.error(Code::BadSetting, document_.place(member), fmt::format("{} must not be negative", attribute.name),
                   attribute.doc, fmt::format("write {} = 0", attribute.name));
      value.reset();
    }
    given_[i] = {&member, value.has_value()};
    if (!value) return true;
    file_.declarations.values.push_back(
        {static_cast<std::uint16_t>(i), member.length, text(*value), document_.place(member).at});
    if (attribute.kind == Kind::TextMap || attribute.kind == Kind::IpMap) note_entries(member);
    return true;
  }
  return false;
}

// Messages of later passes point at the entry, not at the whole map.
void AttributeReader::note_entries(const RawNode& map) {
  std::vector<DeclaredEntry>& entries = file_.declarations.entries[document_.place(map).at];
  for (const RawNode& entry : document_.children(map)) {
    const Place key = document_.key_place(entry), value = document_.place(entry);
    entries.push_back({key.at, value.at, key.length, value.length});
  }
}

void AttributeReader::read_provider_table(const RawNode& member, const ResourceType& type, StanzaReport& report) {
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
    if (!read(attribute, type, member.key, report)) unknown(attribute, type, member.key, report);
}

void AttributeReader::unknown(const RawNode& member, const ResourceType& type, std::string_view provider,
                              StanzaReport& report) {
  if (refuse_include(document_, member, report)) return;
  if (provider.empty() && refuse_half(document_, member, type, report)) return;
  const auto names = known_names(type, provider);
  const std::string_view meant = name_meant(member.key, names);
  if (member.key.starts_with(k_reserved_prefix) && meant.empty() && whose(member.key).empty())
    return report.error(Code::NotSupportedYet, document_.key_place(member),
                        fmt::format("{} is not supported in this version", member.key),
                        "Names that begin with test_ are reserved.", "remove it");
  report.error(Code::UnknownAttribute, document_.key_place(member), fmt::format("unknown attribute \"{}\"", member.key),
               what_there_is(type, provider), advice(member, type, provider, report.address()));
  // What was meant is not missing as well.
  for (std::size_t i = 0; i < type.attributes.size() && !meant.empty(); ++i)
    if (type.attributes[i].name == meant && type.attributes[i].provider == provider && given_[i].node == nullptr)
      given_[i].node = &member;
}

// "vm", or "mapping or vm": the types that have such an attribute. Empty: none has.
std::string AttributeReader::whose(std::string_view attribute) const {
  std::string out;
  for (const ResourceType& type : context_.types.types)
    if (type.find_stanza(attribute)) out += (out.empty() ? "" : " or ") + type.name;
  return out;
}

// What may stand in a table: attributes, and the names of tables within it.
std::vector<std::string_view> AttributeReader::known_names(const ResourceType& type, std::string_view provider) const {
  auto names = attribute_names(type, provider, gives_);
  if (!provider.empty() || gives_ != Gives::One) return names;
  for (const ResourceType& inner : context_.types.types)
    if (inner.within == type.name) names.insert(names.end(), {inner.name, inner.all});
  names.insert(names.end(), context_.types.providers.begin(), context_.types.providers.end());
  return names;
}

std::string AttributeReader::what_there_is(const ResourceType& type, std::string_view provider) const {
  const auto names = attribute_names(type, provider, gives_);
  if (!provider.empty())
    return names.empty() ? fmt::format("{} adds no attributes to a {}.", provider, type.name)
                         : fmt::format("{} adds {} to a {}.", provider, listed(names), type.name);
  if (gives_ != Gives::One) return fmt::format("{} takes {}.", table_words(type), listed(names));
  std::string out = fmt::format("A {} has {}.", type.name, listed(names));
  for (const ResourceType& inner : context_.types.types)
    if (inner.within == type.name) out += fmt::format(" Its {0}s are tables [{1}.KEY.{0}.KEY].", inner.name, type.name);
  return out;
}

// "nic.eth0" or "nics": which of the two a misspelt table, [vm.web1.nisc], was meant to be.
std::string AttributeReader::inner_name(const ResourceType& inner, const RawNode& table) const {
  for (const RawNode& member : document_.children(table))
    if (member.kind == RawKind::Table) return fmt::format("{}.{}", inner.name, member.key);
  return inner.all;
}

// What to do about an unknown member of the table `address`.
std::string AttributeReader::advice(const RawNode& member, const ResourceType& type, std::string_view provider,
                                    const std::string& address) const {
  const bool own = provider.empty() && gives_ == Gives::One;
  const std::string outer = address.substr(0, address.find('.', address.find('.') + 1));  // "vm.web1"
  for (const ResourceType& inner : context_.types.types)
    if (own && inner.within == type.name && inner.find_stanza(member.key))
      return fmt::format("write it in [{}.KEY.{}.KEY]", type.name, inner.name);
  if (member.kind == RawKind::Table && gives_ == Gives::OfOne)
    return fmt::format("write [{}.{}.{}]", outer, type.name, member.key);
  for (const AttributeType& attribute : type.attributes)
    if (provider.empty() && attribute.name == member.key && attribute.provider == context_.provider)
      return fmt::format("write it in [{}.{}]", address, context_.provider);
  for (const ResourceType& inner : context_.types.types)
    if (own && inner.within == type.name && member.kind == RawKind::Table &&
        !nearest(member.key, {inner.name, inner.all}).empty())
      return fmt::format("did you mean [{}.{}]?", address, inner_name(inner, member));
  if (const std::string_view near = name_meant(member.key, known_names(type, provider)); !near.empty())
    return fmt::format("did you mean \"{}\"?", near);
  const TypeId within = context_.types.find_type(type.within);
  if (own && within && context_.types[within].find_stanza(member.key)) return fmt::format("write it in [{}]", outer);
  if (member.kind == RawKind::Table && gives_ == Gives::All && type.within.empty())
    return fmt::format("write [{}.{}]", type.name, member.key);
  const std::string home = context_.included ? std::string() : home_of_setting(context_.types, member.key);
  if (!home.empty()) return fmt::format("move it below {}", home);
  const std::string other = provider.empty() ? whose(member.key) : std::string();
  return other.empty() ? other : fmt::format("it is an attribute of a {}: leave it out here", other);
}

// "[defaults.nic]", "[vm.KEY.nics]"
std::string AttributeReader::table_words(const ResourceType& type) const {
  return gives_ == Gives::OfOne ? fmt::format("[{}.KEY.{}]", type.within, type.all)
                                : fmt::format("[defaults.{}]", type.name);
}

void AttributeReader::check_required(const RawNode& table, const ResourceType& type, StanzaReport& report) {
  for (std::size_t i = 0; i < type.attributes.size(); ++i) {
    const AttributeType& attribute = type.attributes[i];
    if (attribute.presence != Presence::Required || attribute.where == Where::Row || given_[i].node != nullptr ||
        !attribute.provider.empty())
      continue;
    const TypeId id = context_.types.find_type(type.name);
    if (id && !by_default_.of(id).empty() && by_default_.of(id)[i].given) continue;
    report.error_needing("defaults." + type.name, Code::MissingAttribute, document_.place(table),
                         fmt::format("{}.{} has no {}", type.name, table.key, attribute.name), attribute.doc,
                         fmt::format("add {} = {}", attribute.name, example_of(attribute)));
  }
}

Text AttributeReader::text(std::string_view characters) {
  file_.pieces.push_back(
      {static_cast<std::uint32_t>(file_.characters.size()), static_cast<std::uint32_t>(characters.size())});
  file_.characters += characters;
  return Text(file_.pieces.size() - 1);
}

}  // namespace pairform
