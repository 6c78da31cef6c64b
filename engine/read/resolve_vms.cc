#include "engine/read/resolve_vms.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/read/nic_checks.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// What a stanza or its defaults say of one attribute.
struct Given {
  const DeclaredValue* value = nullptr;  // null: nothing
  const Declaration* from = nullptr;     // the stanza that says it
  bool wrong = false;                    // said, and wrong: told already
  Text text() const { return value == nullptr ? Text() : value->value; }
};

class VmResolver {
 public:
  VmResolver(StanzaBook& book, std::span<const DeclarationId> sorted, const IdentityMaker& identities,
             DesiredState& desired)
      : book_(book), identities_(identities), desired_(desired), nics_(book) {
    for (const DeclarationId d : sorted) {
      if (book_.item(d).type == k_vm_type) vms_.push_back(d);
      if (book_.item(d).type == k_nic_type) nic_stanzas_.push_back(d);
    }
    for (const Declaration& item : book_.config.declarations.defaults)
      (item.type == k_vm_type ? vm_defaults_ : nic_defaults_) = &item;
  }

  void run() {
    bind_defaults();
    desired_.nic_defaults = nic_of(nullptr, k_none);
    Text last;
    for (const DeclarationId d : vms_) {
      if (book_.item(d).key == last) continue;  // declared twice: reported when it was loaded
      last = book_.item(d).key;
      vm(d);
    }
    orphans(nic_stanzas_.size());
    nics_.check_given_twice();
  }

 private:
  struct Place {  // where a vm runs and lands, as far as it is known
    const DeclaredNetwork* network = nullptr;
    Text region;
    Given region_from;  // what says so: a region or a network
    const DeclaredNetwork* target_network = nullptr;
    Text target_region;
    bool good = true;  // false: where it runs or lands is wrong, which was reported, and the vm is left out
    bool once = true;  // false: another stanza declares the machine, so that its nics and addresses are there twice
  };

  std::string_view view(Text text) const { return book_.texts.view(text); }
  Given given(const Declaration* stanza, const Declaration* defaults, std::size_t attribute) const;
  const DeclaredNetwork* bind(const Given& given);
  void bind_defaults();
  void vm(DeclarationId d);
  void read_region(const Declaration& from, Place& place);
  void region_of_network(const Declaration& from, const Given& region, const Given& network, Place& place);
  void read_target(const Declaration& from, Place& place);
  void missing(const Declaration& from, std::string summary, std::string detail, std::string help);
  void contradiction(const Given& given, const Given& other, std::string label, const Declaration& vm,
                     Diagnostic diagnostic);
  bool unique(DeclarationId d, Text identity);
  Text extras(const Declaration& from) const;
  void nics(DeclarationId d, const Place& place, DeclaredVm& vm);
  void orphans(std::size_t end);
  DeclaredNic nic_of(const Declaration* stanza, DeclarationId d) const;

  StanzaBook& book_;
  const IdentityMaker& identities_;
  DesiredState& desired_;
  NicChecks nics_;
  std::vector<DeclarationId> vms_, nic_stanzas_;  // by address
  std::size_t next_nic_ = 0;                      // of nic_stanzas_
  const Declaration* vm_defaults_ = nullptr;      // null: none
  const Declaration* nic_defaults_ = nullptr;
  const DeclaredNetwork* default_network_ = nullptr;
  const DeclaredNetwork* default_target_network_ = nullptr;
  std::set<Code> reported_;  // errors between two defaults, once a project
  KeyMap<DeclarationId> identity_at_;
};

Given VmResolver::given(const Declaration* stanza, const Declaration* defaults, std::size_t attribute) const {
  for (const Declaration* from : {stanza, defaults}) {
    if (from == nullptr) continue;
    const DeclaredValue* value = book_.value(*from, attribute);
    const bool wrong = (from->wrong >> attribute & 1U) != 0;
    if (value != nullptr || wrong) return {value, from, wrong};
  }
  return {};
}

void VmResolver::bind_defaults() {
  if (vm_defaults_ == nullptr) return;
  if (const DeclaredValue* network = book_.value(*vm_defaults_, vm_column::network))
    default_network_ = book_.bind(*vm_defaults_, *network);
  if (const DeclaredValue* target = book_.value(*vm_defaults_, vm_column::target_network))
    default_target_network_ = book_.bind(*vm_defaults_, *target);
}

const DeclaredNetwork* VmResolver::bind(const Given& given) {
  if (given.value == nullptr) return nullptr;
  if (given.from != vm_defaults_) return book_.bind(*given.from, *given.value);
  return given.value->attribute == vm_column::network ? default_network_ : default_target_network_;
}

void VmResolver::missing(const Declaration& from, std::string summary, std::string detail, std::string help) {
  book_.complain(
      error(Code::MissingAttribute, from.at, from.length, std::move(summary), std::move(detail), std::move(help)),
      from);
}

// Reports that what `given` and `other` say of `vm` cannot both be true. The message points
//   at `given`              where the stanza of the vm says it
//   at the vm               where `given` is a default that does not fit what this vm says
//   at the default, once    where both are defaults: otherwise every vm would repeat the same error
void VmResolver::contradiction(const Given& given, const Given& other, std::string label, const Declaration& vm,
                               Diagnostic diagnostic) {
  const bool default_here = given.from == vm_defaults_;
  const bool both_defaults = default_here && other.from == vm_defaults_;
  if (both_defaults && !reported_.insert(diagnostic.code).second) return;
  if (default_here && !both_defaults)
    diagnostic.spans = {{vm.at, vm.length, {}}, {given.value->at, given.value->length, "the default"}};
  else diagnostic.spans = {{given.value->at, given.value->length, {}}};
  diagnostic.spans.push_back({other.value->at, other.value->length, std::move(label)});
  book_.complain(std::move(diagnostic), vm);
}

void VmResolver::vm(DeclarationId d) {
  const Declaration& from = book_.item(d);
  const std::string address = book_.address_of(from);
  Place place;
  read_region(from, place);
  read_target(from, place);
  DeclaredVm vm{.address = book_.texts.intern(address),
                .key = from.key,
                .region = place.region,
                .name = book_.text(from, vm_column::name),
                .target_region = place.target_region,
                .declaration = d};
  if (!vm.name) vm.name = from.key;
  if (place.network != nullptr) vm.network = place.network->address;
  if (place.target_network != nullptr) vm.target_network = place.target_network->address;
  vm.resource_group = given(&from, vm_defaults_, vm_column::resource_group).text();
  vm.subscription = given(&from, vm_defaults_, vm_column::subscription).text();
  const auto flag = [&](std::size_t attribute) { return view(given(&from, vm_defaults_, attribute).text()) == "true"; };
  vm.existing = flag(vm_column::existing);
  vm.protect = flag(vm_attribute::protect);
  vm.extras = extras(from);
  if (vm.region) vm.identity = identities_.vm(book_.texts, vm.region, vm.name, vm.resource_group, vm.subscription);
  place.once = !vm.identity || unique(d, vm.identity);
  nics(d, place, vm);
  if (place.good && place.once && vm.identity && !from.faulty) desired_.vms.push_back(vm);
}

// Where the vm runs. What counts, if the stanza gives
//   neither         network and region of the defaults
//   network only    that network, and its region; the default region is not looked at
//   region only     that region; the default network still holds, and an error follows if it is in another region
//   both            both, and an error follows if they differ
void VmResolver::read_region(const Declaration& from, Place& place) {
  Given network = given(&from, nullptr, vm_column::network);
  Given region = given(&from, nullptr, vm_column::region);
  if (network.from == nullptr) network = given(vm_defaults_, nullptr, vm_column::network);
  if (region.from == nullptr && network.from != &from) region = given(vm_defaults_, nullptr, vm_column::region);
  place.network = bind(network);
  if (network.from == nullptr && region.from == nullptr) {
    place.good = false;
    if (book_.config.is_meant("defaults.vm")) return;
    return missing(from, fmt::format("{} has neither network nor region", book_.address_of(from)),
                   "One of them says where the machine runs.",
                   "add network = \"network.app\", or region = \"eastasia\"");
  }
  place.region = region.text();
  place.region_from = region;
  if (place.network != nullptr) return region_of_network(from, region, network, place);
  if (network.from != nullptr || region.value == nullptr) place.good = false;
}

void VmResolver::region_of_network(const Declaration& from, const Given& region, const Given& network, Place& place) {
  place.region = place.network->region;
  place.region_from = network;
  if (region.value == nullptr || region.text() == place.network->region) {
    if (region.wrong) place.good = false;
    return;
  }
  place.good = false;
  place.region = Text();
  contradiction(region, network, "its network", from,
                {Code::RegionDiffers,
                 Severity::Error,
                 fmt::format("{} is in {}, and its network {} in {}", book_.address_of(from), view(region.text()),
                             view(place.network->address), view(place.network->region)),
                 "A machine runs in the region of its network.",
                 "correct one of the two, or leave region out",
                 {},
                 {}});
}

// Where it lands.
void VmResolver::read_target(const Declaration& from, Place& place) {
  const Given region = given(&from, vm_defaults_, vm_column::target_region);
  const Given network = given(&from, vm_defaults_, vm_column::target_network);
  place.target_network = bind(network);
  place.target_region = region.text();
  if (region.from == nullptr && !book_.config.is_meant("defaults.vm"))
    missing(from, fmt::format("{} has no target_region", book_.address_of(from)),
            "It says where the machine is recovered to.",
            "add target_region = \"southeastasia\", or give it to every vm in [defaults.vm]");
  place.good = place.good && region.value != nullptr && (network.from == nullptr || place.target_network != nullptr);
  if (region.value == nullptr) return;
  if (place.region == region.text()) {
    place.good = false;
    return contradiction(region, place.region_from, "where it runs", from,
                         {Code::SameTargetRegion,
                          Severity::Error,
                          fmt::format("{} recovers to its own region {}", book_.address_of(from), view(region.text())),
                          "A machine is recovered to another region than the one that is lost.",
                          "write another target_region; recovery between zones of one region is not supported",
                          {},
                          {}});
  }
  if (place.target_network == nullptr || place.target_network->region == region.text()) return;
  place.good = false;
  contradiction(network, region, "the region to recover to", from,
                {Code::TargetElsewhere,
                 Severity::Error,
                 fmt::format("{} is in {}, and {} recovers to {}", view(place.target_network->address),
                             view(place.target_network->region), book_.address_of(from), view(region.text())),
                 "A machine comes up in a network of its target region.",
                 "name a network of that region, or correct target_region",
                 {},
                 {}});
}

bool VmResolver::unique(DeclarationId d, Text identity) {
  const ResourceKey key{book_.item(d).type, identity};
  const DeclarationId first = identity_at_[key];
  if (!first) {
    identity_at_.set(key, d);
    return true;
  }
  const std::string_view what = book_.types[key.type].name;
  const bool in_order = book_.item(first).at < book_.item(d).at;
  const DeclarationId earlier = in_order ? first : d, later = in_order ? d : first;
  Diagnostic twice =
      error(Code::IdentityTwice, book_.item(later).at, book_.item(later).length,
            fmt::format("{} and {} are the same {}", book_.address_of(earlier), book_.address_of(later), what),
            fmt::format("both are \"{}\"; a {} has one stanza (the other is at {})", view(identity), what,
                        book_.place(earlier)),
            what == "nic" ? "keep one of the two stanzas: names that differ only in case are one to the cloud"
                          : "keep one of the two stanzas; if they are two machines, correct name or region, or give "
                            "each its resource_group");
  twice.spans.push_back(book_.span(earlier, "the other one"));
  book_.complain(std::move(twice), book_.item(later));
  return false;
}

// What the stanza gives for attributes of the provider, which come after our own in the type table.
Text VmResolver::extras(const Declaration& from) const {
  const std::vector<AttributeType>& attributes = book_.types[k_vm_type].attributes;
  std::vector<std::pair<std::string, std::string>> items;
  for (std::size_t a = vm_attribute::count; a < attributes.size(); ++a)
    if (const Text value = given(&from, vm_defaults_, a).text()) items.emplace_back(attributes[a].name, view(value));
  return items.empty() ? Text() : book_.texts.intern(canonical_text_map(std::move(items)));
}

DeclaredNic VmResolver::nic_of(const Declaration* stanza, DeclarationId d) const {
  const auto text = [&](std::size_t attribute) { return given(stanza, nic_defaults_, attribute).text(); };
  return {.key = stanza == nullptr ? Text() : stanza->key,
          .subnet = text(nic_column::subnet),
          .ip = text(nic_column::ip),
          .secondary = text(nic_column::secondary),
          .target_subnet = text(nic_column::target_subnet),
          .target_ip = text(nic_column::target_ip),
          .target_secondary = text(nic_column::target_secondary),
          .protect = view(text(nic_attribute::protect)) == "true",
          .declaration = d};
}

// The nic stanzas of one vm. vms and nic stanzas are both sorted by the key of the vm, so next_nic_ only moves forward.
// Stanzas that it passes on the way belong to vms that no file declares.
void VmResolver::nics(DeclarationId d, const Place& place, DeclaredVm& vm) {
  const Text key = book_.item(d).key;
  std::size_t begin = next_nic_;
  while (begin < nic_stanzas_.size() && view(book_.item(nic_stanzas_[begin]).within) < view(key)) ++begin;
  orphans(begin);
  vm.first_nic = desired_.nics.next();
  NicChecks::Vm at{d, place.network, place.target_network};
  Text last;
  for (; next_nic_ < nic_stanzas_.size() && book_.item(nic_stanzas_[next_nic_]).within == key; ++next_nic_) {
    const DeclarationId n = nic_stanzas_[next_nic_];
    const Declaration& stanza = book_.item(n);
    if (stanza.key == last) continue;  // declared twice: reported when it was loaded
    last = stanza.key;
    at.once = place.once && (!vm.identity || unique(n, identities_.nic(book_.texts, vm.identity, stanza.key)));
    nics_.check(n, nic_defaults_, at);
    desired_.nics.push_back(nic_of(&stanza, n));
  }
  vm.nic_count = static_cast<std::uint32_t>(desired_.nics.size()) - vm.first_nic.value;
}

// The nics up to `end` have no vm: each missing vm is told once, with all the tables that want it.
void VmResolver::orphans(std::size_t end) {
  constexpr std::size_t k_most_places = 8;
  while (next_nic_ < end) {
    std::vector<DeclarationId> same;
    const Text key = book_.item(nic_stanzas_[next_nic_]).within;
    for (; next_nic_ < end && book_.item(nic_stanzas_[next_nic_]).within == key; ++next_nic_)
      same.push_back(nic_stanzas_[next_nic_]);
    if (book_.config.may_declare(fmt::format("vm.{}", view(key)))) continue;
    std::sort(same.begin(), same.end());
    std::vector<std::string_view> keys;
    if (book_.may_suggest())
      for (const DeclarationId d : vms_) keys.push_back(view(book_.item(d).key));
    const std::string_view near = nearest(view(key), keys);
    const Declaration& first = book_.item(same.front());
    Diagnostic orphan =
        error(Code::NicWithoutVm, first.at, first.length,
              fmt::format("{} is a nic of vm.{}, which no file declares", book_.address_of(first), view(key)),
              "A nic table adds to a vm, it does not make one.",
              near.empty() ? fmt::format("declare [vm.{}]", view(key)) : fmt::format("did you mean \"vm.{}\"?", near));
    for (std::size_t i = 1; i < same.size() && i < k_most_places; ++i)
      orphan.spans.push_back(book_.span(same[i], "another nic of it"));
    book_.complain(std::move(orphan), first);
  }
}

}  // namespace

void resolve_vms(StanzaBook& book, std::span<const DeclarationId> sorted, const IdentityMaker& identities,
                 DesiredState& desired) {
  VmResolver(book, sorted, identities, desired).run();
}

}  // namespace pairform
