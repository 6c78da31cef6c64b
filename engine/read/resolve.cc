#include "engine/read/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "engine/model/places.h"
#include "engine/model/way_home.h"
#include "engine/read/resolve_vms.h"
#include "engine/read/stanza_book.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// Sort key of a declaration: type, then the first seven bytes of the key (of a nic: its vm's); ties by the whole keys.
std::uint64_t key_prefix(const Declaration& item, std::string_view key) {
  std::uint64_t prefix = item.type.value;
  for (std::size_t i = 0; i < 7; ++i) prefix = prefix << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  return prefix;
}

class Resolver {
 public:
  Resolver(Configuration& config, const TypeTable& types, const IdentityMaker& identities, Diagnostics& diagnostics)
      : config_(config),
        identities_(identities),
        diagnostics_(diagnostics),
        texts_(config.texts),
        book_(config, types, diagnostics) {}

  DesiredState run() {
    sort();
    networks();
    mappings();
    order_rows();
    resolve_vms(book_, sorted_, identities_, desired_);
    return std::move(desired_);
  }

 private:
  using Network = DeclaredNetwork;

  const Declaration& item(DeclarationId d) const { return book_.item(d); }
  const DeclaredValue* value(const Declaration& from, std::size_t attribute) const {
    return book_.value(from, attribute);
  }
  Text text(const Declaration& from, std::size_t attribute) const { return book_.text(from, attribute); }
  bool is_true(const Declaration& from, std::size_t attribute, bool otherwise) const {
    return book_.is_true(from, attribute, otherwise);
  }
  Text intern(std::string_view a, std::string_view b, std::string_view c = {}) {
    buffer_.assign(a).append(b).append(c);
    return texts_.intern(buffer_);
  }
  std::string address_of(DeclarationId d) const { return book_.address_of(d); }
  Span span(DeclarationId d, std::string label) const { return book_.span(d, std::move(label)); }
  std::string place(DeclarationId d) const { return book_.place(d); }

  void sort();
  void networks();
  void network(DeclarationId d);
  void same_network(DeclarationId earlier, DeclarationId later, Text identity);
  void mappings();
  void mapping(DeclarationId d);
  const Network* bind(DeclarationId d, std::size_t attribute) {
    const DeclaredValue* given = value(item(d), attribute);
    if (given == nullptr || given == book_.own_value(item(d), attribute))
      return given == nullptr ? nullptr : book_.bind(item(d), *given);
    const auto [bound, first] = bound_.try_emplace(given);  // a default: once
    if (first) bound->second = book_.bind(item(d), *given);
    return bound->second;
  }
  bool take_slots(DeclarationId d, Text forward, Text reverse);
  void check_subnets(DeclarationId d, const Network& source, const Network& target);
  DesiredId add_half(DeclarationId d, std::string_view half, const Network& from, const Network& to, Text slot,
                     Text name);
  Text test_network(DeclarationId d, std::size_t attribute, const Network& end);
  // "{}" and an attribute that is not given mean the same, and state keeps neither.
  Text none_if_empty(Text subnets) const { return texts_.view(subnets) == "{}" ? Text() : subnets; }
  Text home_rule(Text subnets, Text reverse_subnets);
  void order_rows();

  Configuration& config_;
  const IdentityMaker& identities_;
  Diagnostics& diagnostics_;
  StringPool& texts_;
  StanzaBook book_;
  DesiredState desired_;
  std::vector<DeclarationId> sorted_;
  std::map<const DeclaredValue*, const Network*> bound_;  // of defaults
  TextMap<DeclarationId> identity_at_;                    // identity -> declaration
  TextMap<DeclarationId> forward_at_;                     // forward slot -> declaration of the mapping
  TextMap<DeclarationId> reverse_at_;
  std::size_t half_rows_ = 0;
  std::string buffer_;
};

void Resolver::sort() {
  struct Key {
    std::uint64_t prefix;
    DeclarationId declaration;
  };
  const auto& items = config_.declarations.items;
  std::vector<Key> keys;
  keys.reserve(items.size());
  const auto outer = [&](DeclarationId d) { return texts_.view(items[d].within ? items[d].within : items[d].key); };
  for (const DeclarationId d : items.ids()) keys.push_back({key_prefix(items[d], outer(d)), d});
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    int order = outer(a.declaration).compare(outer(b.declaration));
    if (order == 0) order = texts_.view(items[a.declaration].key).compare(texts_.view(items[b.declaration].key));
    return order != 0 ? order < 0 : a.declaration < b.declaration;
  });
  sorted_.reserve(keys.size());
  for (const Key& key : keys) sorted_.push_back(key.declaration);
}

void Resolver::networks() {
  for (const DeclarationId d : sorted_)
    if (item(d).type == k_network_type) network(d);
}

void Resolver::same_network(DeclarationId earlier, DeclarationId later, Text identity) {
  Diagnostic twice =
      error(Code::IdentityTwice, item(later).at, item(later).length,
            fmt::format("{} and {} are the same network", address_of(earlier), address_of(later)),
            fmt::format("both are \"{}\"; a network has one stanza (the other is at {})", texts_.view(identity),
                        place(earlier)),
            "keep one of the two stanzas; if they are two networks, correct name or region, or give each "
            "its resource_group");
  twice.spans.push_back(span(earlier, "the other one"));
  twice.address = address_of(later);
  diagnostics_.add(std::move(twice));
}

void Resolver::network(DeclarationId d) {
  const Declaration& from = item(d);
  const Text address = intern("network.", texts_.view(from.key));
  if (book_.has_network(address)) return;  // declared twice: reported when it was loaded
  Network network{.address = address,
                  .region = text(from, network_column::region),
                  .name = text(from, network_column::name),
                  .declaration = d};
  if (!network.name) network.name = from.key;
  if (network.region) {
    network.identity =
        identities_.network(texts_, network.region, network.name, text(from, network_column::resource_group),
                            text(from, network_column::subscription));
    network.usable = true;
  }
  // A faulty network has no row, but stays in the book: otherwise each mapping that names it would report that it is not
  // declared, beside the real mistake.
  book_.add(network);
  if (from.faulty || !network.usable) return;
  if (const DeclarationId first = identity_at_[network.identity]; first != k_none) {
    same_network(std::min(first, d), std::max(first, d), network.identity);
    book_.last_network().usable = false;
    return;
  }
  identity_at_.set(network.identity, d);
  const bool existing = is_true(from, network_column::existing, false);
  DesiredRow row{.address = address,
                 .type = k_network_type,
                 .identity = network.identity,
                 .first_cell = static_cast<std::uint32_t>(desired_.cells.size()),
                 .declaration = d,
                 .protect = is_true(from, network_attribute::protect, false),
                 .existing = existing};
  desired_.rows.push_back(row);
  desired_.cells.insert(desired_.cells.end(),
                        {network.region, network.name, text(from, network_column::address_space),
                         text(from, network_column::subnets), texts_.intern(existing ? "true" : "false"),
                         text(from, network_column::resource_group), text(from, network_column::subscription)});
}

void Resolver::mappings() {
  Text last;
  for (const DeclarationId d : sorted_) {
    if (item(d).type != k_mapping_type || item(d).key == last) continue;  // declared twice: reported when it was loaded
    last = item(d).key;
    mapping(d);
  }
}

bool Resolver::take_slots(DeclarationId d, Text forward, Text reverse) {
  const auto holder = [&](Text slot) {
    const DeclarationId by_forward = forward_at_[slot];
    return by_forward ? by_forward : reverse_at_[slot];
  };
  const DeclarationId first = holder(forward) != k_none ? holder(forward) : holder(reverse);
  if (first == k_none) {
    forward_at_.set(forward, d);
    if (reverse) reverse_at_.set(reverse, d);
    return true;
  }
  const Text taken = holder(forward) != k_none ? forward : reverse;
  // Both halves of one stanza: [mapping.app] maps network.a to network.b, and so does [mapping.app2], or it maps
  // network.b to network.a.
  const bool same_pair = reverse && holder(forward) == holder(reverse);
  // Two networks into one: only the way home of both is wanted twice.
  const bool way_home = taken == reverse;
  Diagnostic twice =
      same_pair
          ? error(Code::PairFromOtherSide, item(d).at, item(d).length,
                  fmt::format("{} declares again the pair that {} declares", address_of(d), address_of(first)),
                  fmt::format("one stanza is the whole pair, both directions; the first is at {}", place(first)),
                  fmt::format("remove [{}]", address_of(d)))
          : error(Code::SlotTwice, item(d).at, item(d).length,
                  fmt::format("{} and {} need the same slot {}", address_of(first), address_of(d), texts_.view(taken)),
                  fmt::format("a network has at most one mapping towards a region, its mirror included; the other one "
                              "is at {}",
                              place(first)),
                  way_home
                      ? fmt::format("map it to a network of its own, or write mirror = false in [{}]: what fails over "
                                    "by it then does not come home by it",
                                    address_of(d))
                      : "let each network be mapped once towards that region: change or remove one of the two stanzas");
  twice.spans.push_back(span(first, "the other one"));
  twice.address = address_of(d);
  diagnostics_.add(std::move(twice));
  return false;
}

// A name that nothing answers to is told at the entry that gives it.
void Resolver::check_subnets(DeclarationId d, const Network& source, const Network& target) {
  const auto check = [&](const DeclaredValue& given, const Network& network, const std::string& name,
                         std::string_view side, const Span& at) {
    if (book_.knows_subnets(network) && book_.find_subnet(network, name) == nullptr)
      book_.no_subnet(network, name, item(d), given,
                      fmt::format("{} of {} name it on the {} side",
                                  book_.types[k_mapping_type].attributes[given.attribute].name, address_of(d), side),
                      at);
  };
  const auto entries = [&](std::size_t attribute, const Network& from, std::string_view from_side, const Network& to,
                           std::string_view to_side) {
    const DeclaredValue* given = value(item(d), attribute);
    if (given == nullptr) return;
    std::size_t at = 0;
    for (const auto& [key, name] : book_.parsed.items(texts_, given->value)) {
      check(*given, from, key, from_side, entry_span(book_.config.declarations, *given, at, EntryPart::Name));
      check(*given, to, name, to_side, entry_span(book_.config.declarations, *given, at++, EntryPart::Value));
    }
  };
  entries(mapping_attribute::subnets, source, "source", target, "target");
  entries(mapping_attribute::reverse_subnets, target, "target", source, "source");
}

void Resolver::mapping(DeclarationId d) {
  const Declaration from = item(d);
  const Network* source = bind(d, mapping_attribute::source);
  const Network* target = bind(d, mapping_attribute::target);
  if (source == nullptr || target == nullptr) return;
  if (source->region == target->region) {
    const DeclaredValue* at = value(from, mapping_attribute::target);
    const bool itself = source == target;
    Diagnostic same = error(
        Code::SameRegion, at->at, at->length,
        itself ? fmt::format("{} maps {} to itself", address_of(d), texts_.view(source->address))
               : fmt::format("{} maps within one region", address_of(d)),
        itself ? std::string("a mapping joins networks of two different regions")
               : fmt::format("{} and {} are both in {}; a mapping joins two different regions",
                             texts_.view(source->address), texts_.view(target->address), texts_.view(source->region)),
        "name a target network in the region to recover to; between zones of one region pairform maps nothing");
    same.address = address_of(d);
    diagnostics_.add(std::move(same));
    return;
  }
  check_subnets(d, *source, *target);
  const Text test_there = test_network(d, mapping_attribute::test_network, *target);
  const Text test_back = test_network(d, mapping_attribute::reverse_test_network, *source);
  const bool mirror = is_true(from, mapping_attribute::mirror, true);
  const Text forward = identities_.slot(texts_, source->identity, target->region);
  const Text reverse = mirror ? identities_.slot(texts_, target->identity, source->region) : Text();
  if (!take_slots(d, forward, reverse) || from.faulty) return;
  const DesiredId there = add_half(d, ".forward", *source, *target, forward, text(from, mapping_attribute::name));
  desired_.rows[there].test_network = test_there;
  if (!mirror) return;
  const DesiredId back =
      add_half(d, ".reverse", *target, *source, reverse, text(from, mapping_attribute::reverse_name));
  desired_.rows[back].test_network = test_back;
  desired_.rows[there].mirror = back;
  desired_.rows[back].mirror = there;
}

// The address of the network that `attribute` names, which has to be in the region of that end of the mapping: machines
// land there, and a test of their landing is in the same region. None: not given, or wrong, which is told.
Text Resolver::test_network(DeclarationId d, std::size_t attribute, const Network& end) {
  const Network* network = bind(d, attribute);
  if (network == nullptr) return {};
  if (network->region == end.region) return network->address;
  const DeclaredValue* given = value(item(d), attribute);
  const std::string_view name = book_.types[k_mapping_type].attributes[attribute].name;
  Diagnostic elsewhere =
      error(Code::TestNetworkElsewhere, given->at, given->length,
            fmt::format("{} is in {}, and {} leads to {} in {}", texts_.view(network->address),
                        texts_.view(network->region), address_of(d), texts_.view(end.address), texts_.view(end.region)),
            "A test failover comes up in the region that machines land in.",
            fmt::format("name a network of {}, or leave {} out", texts_.view(end.region), name));
  if (given != book_.own_value(item(d), attribute)) elsewhere.spans.push_back(span(d, "the mapping"));
  book_.complain(std::move(elsewhere), item(d));
  return {};
}

DesiredId Resolver::add_half(DeclarationId d, std::string_view half, const Network& from, const Network& to, Text slot,
                             Text name) {
  const Declaration& stanza = item(d);
  if (!name) {
    const std::string default_name = fmt::format("{}-to-{}", texts_.view(from.name), texts_.view(to.region));
    name = texts_.intern(default_name);
  }
  buffer_.assign("mapping.").append(texts_.view(stanza.key)).append(half);
  ++half_rows_;
  const Text subnets = text(stanza, mapping_attribute::subnets);
  const auto first_cell = static_cast<std::uint32_t>(desired_.cells.size());
  desired_.cells.insert(desired_.cells.end(),
                        {name, from.address, to.address,
                         half == ".forward" ? none_if_empty(subnets)
                                            : home_rule(subnets, text(stanza, mapping_attribute::reverse_subnets)),
                         text(stanza, mapping_attribute::addresses)});
  return desired_.rows.push_back({.address = texts_.intern(buffer_),
                                  .type = k_mapping_type,
                                  .identity = slot,
                                  .first_cell = first_cell,
                                  .declaration = d,
                                  .protect = is_true(stanza, mapping_attribute::protect, false)});
}

Text Resolver::home_rule(Text subnets, Text reverse_subnets) {
  const std::string home = way_home(book_.parsed.items(texts_, subnets), book_.parsed.items(texts_, reverse_subnets));
  return home.empty() ? Text() : texts_.intern(home);
}

void Resolver::order_rows() {
  // Networks were made first, halves second; in address order mappings come before networks.
  const std::size_t networks = desired_.rows.size() - half_rows_;
  std::rotate(desired_.rows.begin(), desired_.rows.begin() + static_cast<std::ptrdiff_t>(networks),
              desired_.rows.end());
  for (DesiredRow& row : desired_.rows)
    if (row.mirror) row.mirror.value -= static_cast<std::uint32_t>(networks);
}

}  // namespace

DesiredState resolve(Configuration& config, const TypeTable& types, const IdentityMaker& identities,
                     Diagnostics& diagnostics) {
  return Resolver(config, types, identities, diagnostics).run();
}

}  // namespace pairform
