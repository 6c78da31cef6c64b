#include "engine/read/stanza_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/base_types.h"

namespace pairform {

namespace {
constexpr FileId k_project_file{std::uint32_t{0}};  // pairform.toml is read first
}

StanzaBook::StanzaBook(Configuration& configuration, const TypeTable& type_table, Diagnostics& said)
    : config(configuration), types(type_table), diagnostics(said), texts(configuration.texts) {
  for (const Directive& directive : config.declarations.directives)
    if (directive.kind == Directive::Kind::Moved) moved_.emplace(directive.address.value, directive.value);
  for (const Declaration& item : config.declarations.defaults) {
    if (item.within) nic_defaults_.emplace(item.within.value, &item);
    else defaults_[{item.type, item.at.file}].push_back(&item);
  }
  for (auto& [where, found] : defaults_) {
    const auto project = defaults_.find({where.first, k_project_file});
    if (where.second != k_project_file && project != defaults_.end()) found.push_back(project->second.front());
  }
}

std::span<const Declaration* const> StanzaBook::defaults_for(TypeId type, FileId file) const {
  auto found = defaults_.find({type, file});
  if (found == defaults_.end()) found = defaults_.find({type, k_project_file});
  return found == defaults_.end() ? std::span<const Declaration* const>() : found->second;
}

const Declaration* StanzaBook::defaults_of_nics(Text vm_key) const {
  const auto found = nic_defaults_.find(vm_key.value);
  return found == nic_defaults_.end() ? nullptr : found->second;
}

const DeclaredValue* StanzaBook::value(const Declaration& from, std::size_t attribute) const {
  const auto is_wrong = [&](const Declaration& item) { return (item.wrong >> attribute & 1U) != 0; };
  const DeclaredValue* given = own_value(from, attribute);
  if (given != nullptr || defaults_.empty() || is_wrong(from) || types[from.type].attributes[attribute].own)
    return given;
  for (const Declaration* by_default : defaults_for(from.type, from.at.file)) {
    given = own_value(*by_default, attribute);
    if (given != nullptr || is_wrong(*by_default)) return given;
  }
  return nullptr;
}

const DeclaredValue* StanzaBook::own_value(const Declaration& from, std::size_t attribute) const {
  for (std::uint32_t i = 0; i < from.value_count; ++i) {
    const DeclaredValue& candidate = config.declarations.values[from.first_value + i];
    if (candidate.attribute == attribute) return &candidate;
  }
  return nullptr;
}

Text StanzaBook::text(const Declaration& from, std::size_t attribute) const {
  const DeclaredValue* given = value(from, attribute);
  return given == nullptr ? Text() : given->value;
}

bool StanzaBook::is_true(const Declaration& from, std::size_t attribute, bool otherwise) const {
  const DeclaredValue* given = value(from, attribute);
  return given == nullptr ? otherwise : texts.view(given->value) == "true";
}

std::string StanzaBook::place(DeclarationId d) const {
  const SourcePosition at = item(d).at;
  return at.file ? fmt::format("{}:{}", config.sources[at.file].name, at.line) : std::string("?");
}

void StanzaBook::complain(Diagnostic diagnostic, const Declaration& about) {
  diagnostic.address = address_of(about);
  diagnostics.add(std::move(diagnostic));
}

void StanzaBook::add(const DeclaredNetwork& network) { network_at_.set(network.address, networks_.push_back(network)); }

// Where a chain ends is remembered for every address on it.
StanzaBook::EndOfMoves StanzaBook::follow(Text reference) {
  std::vector<Text> path;
  EndOfMoves end;
  for (;;) {
    end = {network_at_[reference], reference};
    const auto next = moved_.find(reference.value);
    if (end.network || next == moved_.end()) break;
    const auto [known, first] = end_of_move_.try_emplace(reference.value);
    if (!first) {
      end = known->second;
      break;
    }
    path.push_back(reference);
    reference = next->second;
  }
  for (const Text each : path) end_of_move_[each.value] = end;
  return end;
}

const DeclaredNetwork* StanzaBook::bind(const Declaration& from, const DeclaredValue& given) {
  const EndOfMoves end = follow(given.value);
  if (end.network) return networks_[end.network].usable ? &networks_[end.network] : nullptr;
  if (config.may_declare(texts.view(given.value)) || (end.address && config.is_meant(texts.view(end.address))))
    return nullptr;
  const std::string_view reference = texts.view(given.value);
  std::vector<std::string_view> names;
  if (may_suggest())
    for (const DeclaredNetwork& network : networks_) names.push_back(texts.view(network.address));
  const std::string_view near = nearest_address(reference, names);
  const std::string_view key = reference.substr(reference.find('.') + 1);
  complain(error(Code::UnresolvedReference, given.at, given.length, fmt::format("there is no {}", reference),
                 fmt::format("{} of {} refers to it, and no file declares it",
                             types[from.type].attributes[given.attribute].name, address_of(from)),
                 near.empty() ? fmt::format("declare it:\n[network.{}]\nexisting = true\nregion = \"…\"", key)
                              : fmt::format("did you mean \"{}\"?", near)),
           from);
  return nullptr;
}

bool StanzaBook::knows_subnets(const DeclaredNetwork& network) const {
  const Declaration& declared = item(network.declaration);
  return !declared.faulty && text(declared, network_column::subnets);  // an existing network's are the cloud's
}

const std::vector<StanzaBook::NamedSubnet>& StanzaBook::subnets_of(const DeclaredNetwork& network) {
  subnets_.resize(networks_.size());
  std::vector<NamedSubnet>& named = subnets_[networks_.id_of(network)];
  if (!named.empty()) return named;
  for (const Subnet& subnet : parsed.subnets(texts, text(item(network.declaration), network_column::subnets)))
    named.push_back({ascii_lower(subnet.name), subnet});
  std::sort(named.begin(), named.end(), [](const NamedSubnet& a, const NamedSubnet& b) { return a.folded < b.folded; });
  return named;
}

const Subnet* StanzaBook::find_subnet(const DeclaredNetwork& network, std::string_view name) {
  const std::vector<NamedSubnet>& subnets = subnets_of(network);
  const std::string folded = ascii_lower(name);
  const auto at =
      std::lower_bound(subnets.begin(), subnets.end(), folded,
                       [](const NamedSubnet& subnet, const std::string& key) { return subnet.folded < key; });
  return at != subnets.end() && at->folded == folded ? &at->subnet : nullptr;
}

void StanzaBook::no_subnet(const DeclaredNetwork& network, std::string_view name, const Declaration& from,
                           const DeclaredValue& given, std::string detail, const Span& at) {
  if (!told_.emplace(given.at, network.declaration, ascii_lower(name)).second) return;
  const bool suggests = may_suggest();
  std::vector<std::string_view> names;
  if (suggests)
    for (const NamedSubnet& subnet : subnets_of(network)) names.push_back(subnet.subnet.name);
  Diagnostic missing =
      missing_subnet({texts.view(network.address), name, std::move(names), suggests, std::move(detail)});
  missing.spans.push_back(at);
  complain(std::move(missing), from);
}

}  // namespace pairform
