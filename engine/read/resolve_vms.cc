#include "engine/read/resolve_vms.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/read/nic_checks.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

// What a stanza or its defaults say of one attribute.
struct Given {
  const DeclaredValue* value = nullptr;  // null: nothing
  const Declaration* from = nullptr;     // the stanza that says it
  bool wrong = false;                    // said, and wrong: told already
  std::size_t level = 0;                 // of `from` in its chain; 0: the resource's own table
  bool by_default() const { return level != 0; }
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
  }

  void run() {
    bind_defaults();
    Text last;
    for (const DeclarationId d : vms_) {
      if (book_.item(d).key == last) continue;  // declared twice: reported when it was loaded
      last = book_.item(d).key;
      vm(d);
    }
    orphans(nic_stanzas_.size());
    lost_nics();
    nics_.check_given_twice();
  }

 private:
  struct Place {  // where a vm runs and lands, as far as it is known
    const DeclaredNetwork* network = nullptr;
    Text region;
    Given region_from;  // what says so: a region or a network
    const DeclaredNetwork* target_network = nullptr;
    Text target_region;
    const DeclaredNetwork* test_network = nullptr;  // its own, else that of its mapping
    bool good = true;  // false: where it runs or lands is wrong, which was reported, and the vm is left out
    bool once = true;  // false: another stanza declares the machine, so that its nics and addresses are there twice
  };

  std::string_view view(Text text) const { return book_.texts.view(text); }
  // What gives attributes to one resource, its own table first: what comes first counts.
  using Chain = std::vector<const Declaration*>;
  Chain chain_of(const Declaration& vm) const;
  Chain chain_of_nic(const Declaration* stanza, const Declaration& vm) const;
  Given given(const Chain& chain, std::size_t attribute) const;
  const DeclaredNetwork* bind(const Given& given);
  void bind_defaults();
  void vm(DeclarationId d);
  void read_region(const Declaration& from, const Chain& chain, Place& place);
  void region_of_network(const Declaration& from, const Given& region, const Given& network, Place& place);
  void read_target(const Declaration& from, const Chain& chain, Place& place);
  void read_test(const Declaration& from, const Chain& chain, Place& place);
  const DeclaredNetwork* test_network_of_mapping(const Place& place);
  void missing(const Declaration& from, std::string summary, std::string detail, std::string help);
  void contradiction(const Given& given, const Given& other, std::string label, const Declaration& vm,
                     Diagnostic diagnostic);
  bool unique(DeclarationId d, Text identity);
  Text extras(const Chain& chain) const;
  void nics(DeclarationId d, const Place& place, DeclaredVm& vm);
  void orphans(std::size_t end);
  void lost_nics();
  DeclaredNic nic_of(const Chain& chain, const Declaration* stanza, DeclarationId d) const;

  StanzaBook& book_;
  const IdentityMaker& identities_;
  DesiredState& desired_;
  NicChecks nics_;
  std::vector<DeclarationId> vms_, nic_stanzas_;                  // by address
  std::size_t next_nic_ = 0;                                      // of nic_stanzas_
  std::map<const DeclaredValue*, const DeclaredNetwork*> bound_;  // of defaults, each bound once
  std::set<std::pair<Code, const DeclaredValue*>> reported_;      // errors between two defaults, once a project
  KeyMap<DeclarationId> identity_at_;
  TextMap<DesiredId> tests_at_;  // slot -> the declared half that names a test network
  bool tests_indexed_ = false;
};

VmResolver::Chain VmResolver::chain_of(const Declaration& vm) const {
  Chain chain{&vm};
  const auto defaults = book_.defaults_for(k_vm_type, vm.at.file);
  chain.insert(chain.end(), defaults.begin(), defaults.end());
  return chain;
}

// Its own table, [vm.KEY.nics], [defaults.nic] of the file that declares it (a nic without a table: of its vm's), and
// of the project.
VmResolver::Chain VmResolver::chain_of_nic(const Declaration* stanza, const Declaration& vm) const {
  Chain chain;
  if (stanza != nullptr) chain.push_back(stanza);
  if (const Declaration* all = book_.defaults_of_nics(vm.key)) chain.push_back(all);
  const auto defaults = book_.defaults_for(k_nic_type, stanza == nullptr ? vm.at.file : stanza->at.file);
  chain.insert(chain.end(), defaults.begin(), defaults.end());
  return chain;
}

Given VmResolver::given(const Chain& chain, std::size_t attribute) const {
  for (std::size_t level = 0; level < chain.size(); ++level) {
    const DeclaredValue* value = book_.own_value(*chain[level], attribute);
    const bool wrong = (chain[level]->wrong >> attribute & 1U) != 0;
    if (value != nullptr || wrong) return {value, chain[level], wrong, level};
  }
  return {};
}

// Also those that no vm needs.
void VmResolver::bind_defaults() {
  for (const Declaration& item : book_.config.declarations.defaults) {
    if (item.type != k_vm_type) continue;
    for (const std::size_t attribute : {vm_column::network, vm_column::target_network, vm_column::test_network})
      if (const DeclaredValue* value = book_.own_value(item, attribute)) bound_[value] = book_.bind(item, *value);
  }
}

const DeclaredNetwork* VmResolver::bind(const Given& given) {
  if (given.value == nullptr) return nullptr;
  return given.by_default() ? bound_.at(given.value) : book_.bind(*given.from, *given.value);
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
  const bool default_here = given.by_default();
  const bool both_defaults = default_here && other.by_default();
  if (both_defaults && !reported_.emplace(diagnostic.code, given.value).second) return;
  if (default_here && !both_defaults)
    diagnostic.spans = {{vm.at, vm.length, {}}, {given.value->at, given.value->length, "the default"}};
  else diagnostic.spans = {{given.value->at, given.value->length, {}}};
  diagnostic.spans.push_back({other.value->at, other.value->length, std::move(label)});
  book_.complain(std::move(diagnostic), vm);
}

void VmResolver::vm(DeclarationId d) {
  const Declaration& from = book_.item(d);
  const std::string address = book_.address_of(from);
  const Chain chain = chain_of(from);
  Place place;
  read_region(from, chain, place);
  read_target(from, chain, place);
  read_test(from, chain, place);
  DeclaredVm vm{.address = book_.texts.intern(address),
                .key = from.key,
                .region = place.region,
                .name = given({&from}, vm_column::name).text(),
                .target_region = place.target_region,
                .declaration = d};
  if (!vm.name) vm.name = from.key;
  if (place.network != nullptr) vm.network = place.network->address;
  if (place.target_network != nullptr) vm.target_network = place.target_network->address;
  if (place.test_network != nullptr) vm.test_network = place.test_network->address;
  else place.test_network = test_network_of_mapping(place);
  vm.resource_group = given(chain, vm_column::resource_group).text();
  vm.subscription = given(chain, vm_column::subscription).text();
  const auto flag = [&](std::size_t attribute) { return view(given(chain, attribute).text()) == "true"; };
  vm.existing = flag(vm_column::existing);
  vm.protect = flag(vm_attribute::protect);
  vm.extras = extras(chain);
  vm.nic_defaults = nic_of(chain_of_nic(nullptr, from), nullptr, k_none);
  if (vm.region) vm.identity = identities_.vm(book_.texts, vm.region, vm.name, vm.resource_group, vm.subscription);
  place.once = !vm.identity || unique(d, vm.identity);
  nics(d, place, vm);
  if (place.good && place.once && vm.identity && !from.faulty) desired_.vms.push_back(vm);
}

// Where the vm runs. What counts, if the stanza gives
//   neither         network and region of the defaults, of those of its file before those of the project
//   network only    that network, and its region; a default region is not looked at
//   region only     that region; a default network still holds, and an error follows if it is in another region
//   both            both, and an error follows if they differ
void VmResolver::read_region(const Declaration& from, const Chain& chain, Place& place) {
  const Given network = given(chain, vm_column::network);
  Given region = given(chain, vm_column::region);
  if (network.from != nullptr && network.level < region.level) region = {};
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
void VmResolver::read_target(const Declaration& from, const Chain& chain, Place& place) {
  const Given region = given(chain, vm_column::target_region);
  const Given network = given(chain, vm_column::target_network);
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

// Where a test failover comes up.
void VmResolver::read_test(const Declaration& from, const Chain& chain, Place& place) {
  const Given network = given(chain, vm_column::test_network);
  place.test_network = bind(network);
  place.good = place.good && (network.from == nullptr || place.test_network != nullptr);
  const Given region = given(chain, vm_column::target_region);
  if (place.test_network == nullptr || region.value == nullptr || place.test_network->region == region.text()) return;
  place.good = false;
  contradiction(network, region, "the region to recover to", from,
                {Code::TestNetworkElsewhere,
                 Severity::Error,
                 fmt::format("{} is in {}, and {} recovers to {}", view(place.test_network->address),
                             view(place.test_network->region), book_.address_of(from), view(region.text())),
                 "A test failover comes up in the region that machines land in.",
                 "name a network of that region, or leave test_network out",
                 {},
                 {}});
}

// That of the mapping on the slot of the vm, as far as files tell. Null: none, or not known without the cloud.
const DeclaredNetwork* VmResolver::test_network_of_mapping(const Place& place) {
  if (place.network == nullptr || !place.network->identity || !place.target_region) return nullptr;
  if (!tests_indexed_)
    for (const DesiredId d : desired_.rows.ids())
      if (desired_.rows[d].test_network) tests_at_.set(desired_.rows[d].identity, d);
  tests_indexed_ = true;
  const DesiredId half = tests_at_[identities_.slot(book_.texts, place.network->identity, place.target_region)];
  return half ? book_.find_network(desired_.rows[half].test_network) : nullptr;
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
Text VmResolver::extras(const Chain& chain) const {
  const std::vector<AttributeType>& attributes = book_.types[k_vm_type].attributes;
  std::vector<std::pair<std::string, std::string>> items;
  for (std::size_t a = vm_attribute::count; a < attributes.size(); ++a)
    if (const Text value = given(chain, a).text()) items.emplace_back(attributes[a].name, view(value));
  return items.empty() ? Text() : book_.texts.intern(canonical_text_map(std::move(items)));
}

DeclaredNic VmResolver::nic_of(const Chain& chain, const Declaration* stanza, DeclarationId d) const {
  const auto text = [&](std::size_t attribute) { return given(chain, attribute).text(); };
  return {.key = stanza == nullptr ? Text() : stanza->key,
          .subnet = text(nic_column::subnet),
          .ip = text(nic_column::ip),
          .secondary = text(nic_column::secondary),
          .target_subnet = text(nic_column::target_subnet),
          .target_ip = text(nic_column::target_ip),
          .target_secondary = text(nic_column::target_secondary),
          .test_subnet = text(nic_column::test_subnet),
          .test_ip = text(nic_column::test_ip),
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
  NicChecks::Vm at{d, place.network, place.target_network, place.test_network};
  if (const Declaration* all = book_.defaults_of_nics(key)) nics_.check_all_of(*all, at);
  Text last;
  for (; next_nic_ < nic_stanzas_.size() && book_.item(nic_stanzas_[next_nic_]).within == key; ++next_nic_) {
    const DeclarationId n = nic_stanzas_[next_nic_];
    const Declaration& stanza = book_.item(n);
    if (stanza.key == last) continue;  // declared twice: reported when it was loaded
    last = stanza.key;
    at.once = place.once && (!vm.identity || unique(n, identities_.nic(book_.texts, vm.identity, stanza.key)));
    const Chain chain = chain_of_nic(&stanza, book_.item(d));
    nics_.check(n, chain, at);
    desired_.nics.push_back(nic_of(chain, &stanza, n));
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

// [vm.KEY.nics] of a vm that no file declares.
void VmResolver::lost_nics() {
  std::set<Text> declared;
  for (const DeclarationId d : vms_) declared.insert(book_.item(d).key);
  std::vector<std::string_view> keys;
  for (const Declaration& item : book_.config.declarations.defaults) {
    if (!item.within || declared.contains(item.within)) continue;
    const std::string vm = fmt::format("vm.{}", view(item.within));
    if (book_.config.may_declare(vm)) continue;
    if (keys.empty() && book_.may_suggest())
      for (const Text key : declared) keys.push_back(view(key));
    const std::string_view near = book_.may_suggest() ? nearest(view(item.within), keys) : std::string_view();
    book_.complain(error(Code::NicWithoutVm, item.at, item.length,
                         fmt::format("{} is about the nics of {}, which no file declares", book_.address_of(item), vm),
                         "Such a table adds to a vm, it does not make one.",
                         near.empty() ? fmt::format("declare [{}]", vm) : fmt::format("did you mean \"vm.{}\"?", near)),
                   item);
  }
}

}  // namespace

void resolve_vms(StanzaBook& book, std::span<const DeclarationId> sorted, const IdentityMaker& identities,
                 DesiredState& desired) {
  VmResolver(book, sorted, identities, desired).run();
}

}  // namespace pairform
