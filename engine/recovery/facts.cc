#include "engine/recovery/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/model/group_words.h"
#include "engine/model/places.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

class FactsReader {
 public:
  FactsReader(const FactsInput& input, CloudView& cloud, StringPool& texts, Diagnostics& diagnostics)
      : input_(input), cloud_(cloud), texts_(texts), diagnostics_(diagnostics), recorded_vm_(texts.size()) {
    for (const DesiredRow& row : input.desired.rows)
      if (row.type == k_network_type) desired_network_.insert(row.identity);
    for (const auto r : input.recorded.rows.ids()) {
      const StateRow& row = input.recorded.rows[r];
      if (row.type != k_vm_type) continue;
      recorded_vm_.set(identity_of(row, input.recorded, input.names, input.identities, texts), r);
    }
  }

  std::vector<VmFacts> run() {
    std::vector<CloudView::Lookup> lookups;
    for (const DeclaredVm& vm : input_.desired.vms) lookups.push_back({k_vm_type, vm.identity, vm.region});
    cloud_.ask(lookups);
    std::vector<VmFacts> out;
    for (const DeclaredVm& vm : input_.desired.vms) out.push_back(read(vm));
    return out;
  }

 private:
  // Present and a row: replicated. Absent and a row: the machine is there and is not replicated. Absent and no row:
  // there is no such machine. Unknown: it could not be read, or nobody asked (offline).
  struct FoundMachine {
    Existence presence = Existence::Unknown;
    ObservedId row;
    RecordedId recorded;  // vm row of state
    Text why;
    bool there() const { return static_cast<bool>(row); }
  };

  VmFacts read(const DeclaredVm& vm);
  FoundMachine look(const DeclaredVm& vm);
  bool may_have(const DeclaredVm& vm, const DeclaredNic& nic);
  void network(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts);
  void nics(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts);
  void set_unlanded_apart(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts);
  std::map<std::string, RecordedId> recorded_nics(RecordedId vm) const;
  void make_keys_unique(std::vector<NicFacts>& nics);
  // `is_placed`: as VmFacts has it.
  NicFacts from_cloud(const DeclaredVm& vm, const NicKeys::Named& nic, DeclaredNicId declared, bool is_placed);
  NicFacts from_memory(const DeclaredVm& vm, Text key, RecordedId recorded, DeclaredNicId declared,
                       const FoundMachine& machine);
  void gone(const DeclaredVm& vm);
  void not_there(const DeclaredVm& vm, const DeclaredNic& nic, std::span<const NicKeys::Named> nics);
  bool same_items(Text a, Text b) const;
  // `given`: where the file says it; null: at the stanza.
  void differs(const DeclaredValue* given, DeclarationId declaration, std::string address, std::string_view attribute,
               Text said, Text is);
  const Places& places() {
    if (!places_) places_.emplace(input_.config);
    return *places_;
  }
  const ObservedRow* near_machine(const DeclaredVm& vm);
  std::string meant_machine(const DeclaredVm& vm, const ObservedRow& near) const;
  // The attribute of the stanza in which the machine differs from what is there.
  std::size_t slip_of(const DeclaredVm& vm, const ObservedRow& near) const {
    if (ascii_lower(text(cloud_.observed().cell(near, vm_column::name))) != ascii_lower(text(vm.name)))
      return vm_column::name;
    return cloud_.observed().cell(near, vm_column::resource_group) == vm.resource_group ? vm_column::subscription
                                                                                        : vm_column::resource_group;
  }
  std::string no_machine(const DeclaredVm& vm, bool made_up);
  std::string_view text(Text value) const { return texts_.view(value); }
  std::string nic_address(const DeclaredVm& vm, Text key) const {
    return fmt::format("{}.nic.{}", text(vm.address), text(key));
  }

  const FactsInput& input_;
  CloudView& cloud_;
  StringPool& texts_;
  Diagnostics& diagnostics_;
  std::set<Text> desired_network_;   // identities
  TextMap<RecordedId> recorded_vm_;  // identity -> row of state
  std::optional<Places> places_;     // once something is told
  std::map<Text, std::vector<const ObservedRow*>>
      machines_;  // region -> those of no stanza; none at all: not asked yet
  std::size_t suggestions_ = 0;
};

FactsReader::FoundMachine FactsReader::look(const DeclaredVm& vm) {
  FoundMachine machine;
  machine.recorded = recorded_vm_[vm.identity];
  if (cloud_.offline()) return machine;
  const Found answer = cloud_.find({k_vm_type, vm.identity, vm.region});
  machine.presence = answer.presence;
  machine.row = answer.row;
  machine.why = answer.why;
  return machine;
}

// Of a nic of a listed vm that the listing did not show: only what the cloud says is definitely absent is not there;
// perhaps it may not be read.
bool FactsReader::may_have(const DeclaredVm& vm, const DeclaredNic& nic) {
  const Found answer = cloud_.find({k_nic_type, input_.identities.nic(texts_, vm.identity, nic.key), vm.region});
  return answer.presence != Existence::Absent || answer.row != k_none;
}

// Secondaries by name, without ASCII case, as overrides find them: { Vip = "10.1.1.11" } is { vip = "10.1.1.11" }.
bool FactsReader::same_items(Text a, Text b) const {
  const auto folded = [&](Text map) {
    TextItems items = input_.parsed.items(texts_, map);
    for (auto& [name, value] : items) name = ascii_lower(name);
    std::sort(items.begin(), items.end());
    return items;
  };
  return a == b || folded(a) == folded(b);
}

void FactsReader::differs(const DeclaredValue* given, DeclarationId declaration, std::string address,
                          std::string_view attribute, Text said, Text is) {
  Diagnostic diagnostic{
      Code::FactDiffers,
      Severity::Warning,
      fmt::format("{} of {} is {}, not {}", attribute, address, is ? text(is) : "nothing", text(said)),
      "it is a fact: what the cloud says counts, whatever the file says",
      "write it as the cloud has it, or leave it out",
      {},
      address};
  places().point(diagnostic, given, declaration);
  diagnostics_.add(std::move(diagnostic));
}

// The machine that may be meant by a vm that has none: of the same region, of the same or a near name, and of no other
// stanza.
const ObservedRow* FactsReader::near_machine(const DeclaredVm& vm) {
  constexpr std::size_t k_most_suggestions = 50, k_most_compared = 20000;
  if (machines_.empty()) {
    std::set<Text> declared;
    for (const DeclaredVm& each : input_.desired.vms) declared.insert(each.identity);
    machines_[Text()];
    for (const ObservedRow& row : cloud_.observed().rows)
      if (row.type == k_vm_type && !row.made_up && !declared.contains(row.identity))
        machines_[cloud_.observed().cell(row, vm_column::region)].push_back(&row);
  }
  const std::vector<const ObservedRow*>& there = machines_[vm.region];
  if (++suggestions_ > k_most_suggestions || there.size() > k_most_compared) return nullptr;
  std::vector<std::string_view> names;
  names.reserve(there.size());
  for (const ObservedRow* row : there) names.push_back(text(cloud_.observed().cell(*row, vm_column::name)));
  const std::string_view near = nearest(text(vm.name), names);
  const auto at = std::find(names.begin(), names.end(), near);
  return at == names.end() ? nullptr : there[static_cast<std::size_t>(at - names.begin())];
}

// "did you mean [vm.web1], or name = "web1"?"; of a machine of the very name, what of its identity differs.
std::string FactsReader::meant_machine(const DeclaredVm& vm, const ObservedRow& near) const {
  const std::string_view name = text(cloud_.observed().cell(near, vm_column::name));
  if (ascii_lower(name) != ascii_lower(text(vm.name)))
    return fmt::format("did you mean [vm.{}], or name = \"{}\"?", key_of_name(name), name);
  return did_you_mean_group({text(vm.resource_group), text(vm.subscription)},
                            {text(cloud_.observed().cell(near, vm_column::resource_group)),
                             text(cloud_.observed().cell(near, vm_column::subscription))},
                            own_subscription(input_.config.settings));
}

// Neither the cloud nor state knows the machine. `made_up`: it will be, by the files; then only a slip is told. Says why
// nothing is known of it.
std::string FactsReader::no_machine(const DeclaredVm& vm, bool made_up) {
  const ObservedRow* near = near_machine(vm);
  const std::string meant = near == nullptr ? std::string() : meant_machine(vm, *near);
  std::string why = fmt::format("{}, and no file says on which network it would be{}{}", k_no_machine,
                                meant.empty() ? "" : "; ", meant);
  if (made_up && near == nullptr) return why;
  const std::size_t slip = near == nullptr ? std::size_t{vm_column::name} : slip_of(vm, *near);
  Diagnostic missing{
      Code::NoSuchMachine,
      made_up ? Severity::Note : Severity::Warning,
      fmt::format("there is no machine \"{}\" in {}", text(vm.name), text(vm.region)),
      near == nullptr
          ? fmt::format("nothing is done about {}: no file says on which network it would be", text(vm.address))
          : fmt::format("{} names it; \"{}\" is there, and no stanza names that", text(vm.address),
                        text(slip == vm_column::name ? cloud_.observed().cell(*near, vm_column::name) : near->id)),
      near == nullptr ? "correct its name or region, or remove its stanza" : meant,
      {},
      std::string(text(vm.address))};
  places().point(missing, places().value(vm.declaration, slip), vm.declaration);
  diagnostics_.add(std::move(missing));
  return why;
}

void FactsReader::network(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts) {
  const Text declared = input_.names.desired_identity(vm.network);
  if (machine.there()) {
    facts.network = cloud_.observed().cell(cloud_.observed().rows[machine.row], vm_column::network);
    // That a vm lives on a network without a stanza is an error, and its nics have addresses of there: told as that.
    facts.is_placed = desired_network_.contains(facts.network);
    if (machine.recorded)
      facts.network_before = input_.names.recorded_identity(
          input_.recorded.cell(input_.recorded.rows[machine.recorded], vm_column::network));
    if (facts.network_before == facts.network) facts.network_before = Text();
    if (vm.network && declared && facts.network && facts.network != declared && facts.is_placed)
      differs(places().value(vm.declaration, vm_column::network), vm.declaration, std::string(text(vm.address)),
              "network", vm.network, input_.names.name(facts.network));
  }
  const bool absent = machine.presence == Existence::Absent;
  if (!facts.network && machine.recorded != k_none) {
    facts.network = input_.names.recorded_identity(
        input_.recorded.cell(input_.recorded.rows[machine.recorded], vm_column::network));
    facts.network_from = FactOrigin::Recorded;
  }
  if (!facts.network && declared) {
    facts.network = declared;
    facts.network_from = FactOrigin::Declared;
  }
  if (absent && !machine.there() && !machine.recorded && !machine.why) {
    const std::string why = no_machine(vm, static_cast<bool>(facts.network));
    if (!facts.network) facts.why = texts_.intern(why);
  }
  if (facts.network || facts.why) return;
  facts.why = machine.why ? machine.why : texts_.intern(fmt::format("its network {}", k_untold));
}

NicFacts FactsReader::from_cloud(const DeclaredVm& vm, const NicKeys::Named& nic, DeclaredNicId declared,
                                 bool is_placed) {
  const ObservedRow& row = cloud_.observed().rows[nic.row];
  NicFacts facts{.key = nic.key,
                 .identity = row.identity,
                 .subnet = cloud_.observed().cell(row, nic_column::subnet),
                 .ip = cloud_.observed().cell(row, nic_column::ip),
                 .secondary = cloud_.observed().cell(row, nic_column::secondary),
                 .declared = declared,
                 .why = {}};
  if (declared == k_none) return facts;
  const DeclaredNic& stanza = input_.desired.nics[declared];
  facts.key = stanza.key;
  if (!is_placed) return facts;
  const auto compare = [&](std::string_view attribute, std::size_t column, Text said, Text is) {
    if (said && said != is)
      differs(places().nic_value(stanza.declaration, vm.declaration, column), stanza.declaration,
              nic_address(vm, stanza.key), attribute, said, is);
  };
  if (ascii_lower(text(stanza.subnet)) != ascii_lower(text(facts.subnet)))
    compare("subnet", nic_column::subnet, stanza.subnet, facts.subnet);
  compare("ip", nic_column::ip, stanza.ip, facts.ip);
  if (!same_items(stanza.secondary, facts.secondary))
    compare("secondary", nic_column::secondary, stanza.secondary, facts.secondary);
  return facts;
}

// Of a nic that is not listed: each value from state, where the machine is not listed; where state has none, from files.
NicFacts FactsReader::from_memory(const DeclaredVm& vm, Text key, RecordedId recorded, DeclaredNicId declared,
                                  const FoundMachine& machine) {
  NicFacts facts{.key = key, .identity = {}, .subnet = {}, .ip = {}, .secondary = {}, .declared = declared, .why = {}};
  const auto take = [](Text value, FactOrigin origin, Text& fact, FactOrigin& from) {
    if (fact || !value) return;
    fact = value;
    from = origin;
  };
  if (recorded != k_none && !machine.there()) {
    const StateRow& row = input_.recorded.rows[recorded];
    take(input_.recorded.cell(row, nic_column::subnet), FactOrigin::Recorded, facts.subnet, facts.subnet_from);
    take(input_.recorded.cell(row, nic_column::ip), FactOrigin::Recorded, facts.ip, facts.ip_from);
    take(input_.recorded.cell(row, nic_column::secondary), FactOrigin::Recorded, facts.secondary, facts.secondary_from);
    facts.identity = input_.names.recorded_nic(row.address);
  }
  if (declared != k_none) {
    const DeclaredNic& stanza = input_.desired.nics[declared];
    take(stanza.subnet, FactOrigin::Declared, facts.subnet, facts.subnet_from);
    take(stanza.ip, FactOrigin::Declared, facts.ip, facts.ip_from);
    take(stanza.secondary, FactOrigin::Declared, facts.secondary, facts.secondary_from);
  }
  if (!facts.identity) facts.identity = input_.identities.nic(texts_, vm.identity, key);
  if (!facts.subnet || !facts.ip)
    facts.why = texts_.intern(fmt::format("its {} {}", !facts.subnet ? "subnet" : "address", k_untold));
  return facts;
}

void FactsReader::not_there(const DeclaredVm& vm, const DeclaredNic& nic, std::span<const NicKeys::Named> nics) {
  std::string has, stanzas;
  for (const NicKeys::Named& each : nics) {
    has += fmt::format("{}{}", has.empty() ? "" : ", ", text(each.key));
    if (stanzas.empty()) stanzas = fmt::format("write [{}.nic.{}]", text(vm.address), text(each.key));
  }
  Diagnostic diagnostic{
      Code::NicNotThere,
      Severity::Error,
      fmt::format("{} has no nic \"{}\"", text(vm.address), text(nic.key)),
      has.empty() ? "the cloud knows no nic of it" : fmt::format("the cloud knows these nics of it: {}", has),
      stanzas + (stanzas.empty() ? "remove this table" : ", or remove this table"),
      {},
      nic_address(vm, nic.key)};
  if (nic.declaration != k_none) {
    const Declaration& stanza = input_.config.declarations.items[nic.declaration];
    if (stanza.at.file) diagnostic.spans.push_back({stanza.at, stanza.length, {}});
  }
  diagnostics_.add(std::move(diagnostic));
}

// The machine was replicated, and there is no such machine any more. It may come back, from a backup say: nothing that
// was planned for it is taken away meanwhile.
void FactsReader::gone(const DeclaredVm& vm) {
  Diagnostic diagnostic{
      Code::MachineGone,
      Severity::Warning,
      fmt::format("the machine of {} is gone", text(vm.address)),
      "the cloud has no such machine any more; its landings stay remembered, and what it asks for stays",
      "restore the machine; or remove its stanza, if it is gone for good",
      {},
      std::string(text(vm.address))};
  if (vm.declaration != k_none) {
    const Declaration& stanza = input_.config.declarations.items[vm.declaration];
    if (stanza.at.file) diagnostic.spans.push_back({stanza.at, stanza.length, {}});
  }
  diagnostics_.add(std::move(diagnostic));
}

// The nics of a recorded vm, which stand behind it, by their lower-case keys.
std::map<std::string, RecordedId> FactsReader::recorded_nics(RecordedId vm) const {
  std::map<std::string, RecordedId> nics;
  for (RecordedId r(vm.value + 1); r < input_.recorded.rows.next(); ++r.value) {
    const std::string_view address = text(input_.recorded.rows[r].address);
    if (input_.recorded.rows[r].type != k_nic_type || vm_of_nic(address) != text(input_.recorded.rows[vm].address))
      break;
    nics.emplace(ascii_lower(parse_address(address)->nic), r);
  }
  return nics;
}

// A key that is taken gets a number: "eth0-2". What files call a nic goes first.
void FactsReader::make_keys_unique(std::vector<NicFacts>& nics) {
  std::set<std::string> taken;
  for (const NicFacts& nic : nics)
    if (nic.declared != k_none) taken.insert(ascii_lower(text(nic.key)));
  for (NicFacts& nic : nics) {
    if (nic.declared != k_none) continue;
    const std::string plain(text(nic.key));
    for (int n = 2; !taken.insert(ascii_lower(text(nic.key))).second; ++n)
      nic.key = texts_.intern(fmt::format("{}-{}", plain, n));
  }
}

void FactsReader::nics(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts) {
  const auto listed = machine.there() ? input_.keys.of(vm.identity) : std::span<const NicKeys::Named>();
  std::set<ObservedId> met;
  std::map<std::string, RecordedId> recorded;
  if (machine.recorded != k_none && !machine.there()) recorded = recorded_nics(machine.recorded);
  // Where the vm is not listed, or is known only from what a project declared, a declared nic need not be in the cloud.
  const bool others_too = !machine.there() || cloud_.observed().rows[machine.row].made_up;
  for (DeclaredNicId n = vm.first_nic; n < vm.end_nic(); ++n.value) {
    const DeclaredNic& stanza = input_.desired.nics[n];
    if (const NicKeys::Named* found = machine.there() ? input_.keys.find(vm.identity, stanza.key, texts_) : nullptr) {
      met.insert(found->row);
      facts.nics.push_back(from_cloud(vm, *found, n, facts.is_placed));
      continue;
    }
    if (!others_too && !may_have(vm, stanza)) {
      not_there(vm, stanza, listed);
      continue;
    }
    const auto at = recorded.find(ascii_lower(text(stanza.key)));
    facts.nics.push_back(from_memory(vm, stanza.key, at == recorded.end() ? RecordedId() : at->second, n, machine));
    if (at != recorded.end()) recorded.erase(at);
  }
  for (const NicKeys::Named& nic : listed)
    if (!met.contains(nic.row)) facts.nics.push_back(from_cloud(vm, nic, k_none, facts.is_placed));
  for (const auto& [key, r] : recorded)
    facts.nics.push_back(
        from_memory(vm, texts_.intern(parse_address(text(input_.recorded.rows[r].address))->nic), r, k_none, machine));
  make_keys_unique(facts.nics);
  std::sort(facts.nics.begin(), facts.nics.end(),
            [&](const NicFacts& a, const NicFacts& b) { return text(a.key) < text(b.key); });
}

void FactsReader::set_unlanded_apart(const DeclaredVm& vm, const FoundMachine& machine, VmFacts& facts) {
  if (!vm.existing || machine.presence != Existence::Present) return;
  if (cloud_.observed().rows[machine.row].status != Status::Settled) return;  // it may be being enabled still
  std::erase_if(facts.nics, [&](const NicFacts& nic) {
    const DeclaredNic& wanted = nic.declared == k_none ? vm.nic_defaults : input_.desired.nics[nic.declared];
    const ObservedId at = cloud_.observed().find({k_nic_type, nic.identity});
    if (wanted.target_subnet || wanted.target_ip || wanted.target_secondary || wanted.test_subnet || wanted.test_ip ||
        !at || !cloud_.observed().rows[at].facts_only)
      return false;
    facts.unlanded.push_back({nic.key, cloud_.observed().rows[at].note});
    return true;
  });
}

VmFacts FactsReader::read(const DeclaredVm& vm) {
  const FoundMachine machine = look(vm);
  VmFacts facts{.gone = machine.recorded != k_none && machine.presence == Existence::Absent && !machine.there()};
  network(vm, machine, facts);
  nics(vm, machine, facts);
  set_unlanded_apart(vm, machine, facts);
  if (facts.gone) gone(vm);
  return facts;
}

}  // namespace

NicKeys::NicKeys(const Observed& observed, const RecordedState& recorded, StringPool& texts) : first_(texts.size()) {
  TextMap<RecordedId> recorded_at(texts.size());  // id -> row of state
  for (const auto r : recorded.rows.ids())
    if (recorded.rows[r].type == k_nic_type && recorded.rows[r].id) recorded_at.set(recorded.rows[r].id, r);
  for (const auto row : observed.rows.ids()) {
    const ObservedRow& seen = observed.rows[row];
    if (seen.type == k_nic_type)
      nics_.push_back({seen.vm, seen.identity, Text(), Text(), texts.intern(ascii_lower(texts.view(seen.name))), row});
  }
  const auto name = [&](const Named& nic) { return texts.view(observed.rows[nic.row].name); };
  std::sort(nics_.begin(), nics_.end(),
            [&](const Named& a, const Named& b) { return a.vm != b.vm ? a.vm < b.vm : name(a) < name(b); });
  std::set<std::string> taken;  // of one vm
  const auto give = [&](Named& nic, std::string_view plain) {
    std::string key(plain);
    for (int n = 2; !taken.insert(ascii_lower(key)).second; ++n) key = fmt::format("{}-{}", plain, n);
    nic.key = texts.intern(key);
    nic.lower = texts.intern(ascii_lower(key));
  };
  for (std::size_t first = 0, end = 0; first < nics_.size(); first = end) {
    while (end < nics_.size() && nics_[end].vm == nics_[first].vm) ++end;
    first_.set(nics_[first].vm, NamedId(first));
    taken.clear();
    for (std::size_t i = first; i < end; ++i)
      if (const RecordedId r = recorded_at[observed.rows[nics_[i].row].id])
        give(nics_[i], parse_address(texts.view(recorded.rows[r].address))->nic);
    for (std::size_t i = first; i < end; ++i)
      if (!nics_[i].key) give(nics_[i], key_of_name(name(nics_[i])));
  }
}

std::span<const NicKeys::Named> NicKeys::of(Text vm) const {
  if (!first_.contains(vm)) return {};
  const std::size_t first = first_[vm].index();
  std::size_t end = first;
  while (end < nics_.size() && nics_[end].vm == vm) ++end;
  return {nics_.data() + first, end - first};
}

const NicKeys::Named* NicKeys::find(Text vm, Text key, StringPool& texts) const {
  const Text lower = texts.intern(ascii_lower(texts.view(key)));
  for (const Named& nic : of(vm))
    if (nic.lower_name == lower) return &nic;
  for (const Named& nic : of(vm))
    if (nic.lower == lower) return &nic;
  return nullptr;
}

const NicKeys::Named* NicKeys::find_id(Text vm, Text id, const Observed& observed) const {
  for (const Named& nic : of(vm))
    if (id && observed.rows[nic.row].id == id) return &nic;
  return nullptr;
}

void name_nics(const NicKeys& keys, const Observed& observed, const IdentityMaker& identities,
               const RecordedState& recorded, NetworkNames& names, StringPool& texts) {
  Text vm;
  for (const StateRow& row : recorded.rows) {
    if (row.type == k_vm_type) vm = identity_of(row, recorded, names, identities, texts);
    if (row.type != k_nic_type) continue;
    const NicKeys::Named* nic = keys.find_id(vm, row.id, observed);
    if (nic == nullptr) nic = keys.find(vm, texts.intern(parse_address(texts.view(row.address))->nic), texts);
    if (nic != nullptr) names.name_nic(row.address, nic->identity);
  }
}

void name_nics(const NicKeys& keys, DesiredState& desired, StringPool& texts) {
  Text vm;
  for (DesiredRow& row : desired.rows) {
    if (row.type == k_vm_type) vm = row.identity;
    if (row.type != k_nic_type) continue;
    const NicKeys::Named* nic = keys.find(vm, texts.intern(parse_address(texts.view(row.address))->nic), texts);
    if (nic != nullptr) row.identity = nic->identity;
  }
}

std::vector<VmFacts> read_facts(const FactsInput& input, CloudView& cloud, StringPool& texts,
                                Diagnostics& diagnostics) {
  return FactsReader(input, cloud, texts, diagnostics).run();
}

}  // namespace pairform
