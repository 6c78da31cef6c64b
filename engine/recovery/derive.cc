#include "engine/recovery/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "engine/model/places.h"
#include "engine/recovery/derived_network.h"
#include "engine/recovery/derived_rows.h"
#include "engine/recovery/unnamed_network.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {

namespace {

constexpr std::size_t k_no_attribute = SIZE_MAX;

// All vms that ask for the same slot.
using WantedSlotId = Id<struct WantedSlotTag>;

// Neither half nor target: not resolved; an error was reported, or only existing replications use the slot. A half and
// no target: the half leads to a network that nothing is known of. Never a target without a half.
// Example: `vm.web1` and `vm.web2` on `network.app`, both to southeastasia, ask for one slot.
struct WantedSlot {
  Text slot;
  Text network;  // identity
  Text region;   // of the network
  Text target_region;
  std::vector<DeclaredVmId> vms;  // that ask for it, in address order
  std::vector<DeclaredVmId> left_out;
  DesiredId half;  // that covers it
  Text target;     // identity; none: an error, or not known
  CoveredBy covered_by = CoveredBy::Nothing;
  TargetReason reason = TargetReason::Mapping;
  bool hangs = false;  // a stanza with errors may map it
};

class Deriver {
 public:
  Deriver(const DeriveInput& input, CloudView& cloud, DesiredState& desired, StringPool& texts,
          Diagnostics& diagnostics)
      : input_(input),
        desired_(desired),
        cloud_(cloud),
        texts_(texts),
        diagnostics_(diagnostics),
        rows_(input.recorded, input.identities, input.names, cloud, desired, texts),
        slot_at_(texts.size()) {}

  DenseMap<DeclaredVmId, VmLanding> run(std::vector<VmFacts> facts) {
    landings_.resize(desired_.vms.size());
    for (const DeclaredVmId v : landings_.ids()) read(v, facts[v.index()]);
    rows_.ask(lookups_);
    for (WantedSlot& asked : slots_) cover(asked);
    for (const VmLanding& landing : landings_) keep_target(landing);
    for (const DeclaredVmId v : landings_.ids()) add_rows(v, facts[v.index()]);
    follow_sources({input_, rows_.derived_networks(), landings_, cloud_.observed()}, desired_, texts_, diagnostics_);
    const DenseMap<DesiredId, DesiredId> moved = rows_.sort();
    for (VmLanding& landing : landings_) {
      landing.row = moved[landing.row];
      if (landing.half) landing.half = moved[landing.half];
    }
    return std::move(landings_);
  }

 private:
  const DeclaredVm& vm_of(DeclaredVmId v) const { return desired_.vms[landings_[v].declared]; }
  std::string_view text(Text value) const { return texts_.view(value); }
  std::string_view name(Text network) const { return text(rows_.name(network)); }
  void read(DeclaredVmId v, VmFacts& facts);
  void no_stanza(DeclaredVmId v, const VmFacts& facts);
  Text because(const WantedSlot& asked) const;
  void cover(WantedSlot& asked);
  bool covered(WantedSlot& asked);
  bool take_found(WantedSlot& asked, Text target);
  bool is_landed_by(Text slot, Text target);
  void need_stanza(DeclaredVmId v, Text network, Text target, WantedTarget wanted);
  void keep_target(const VmLanding& landing);
  void choose(WantedSlot& asked);
  void take_default(WantedSlot& asked);
  bool make_pair(WantedSlot& asked, Text target);
  Text wanted_target(DeclaredVmId v) const { return rows_.identity(vm_of(v).target_network); }
  void check_overrides(const WantedSlot& asked);
  void add_rows(DeclaredVmId v, const VmFacts& facts);
  void set_target(VmLanding& landing, const DeclaredVm& vm);
  void set_test(VmLanding& landing, const DeclaredVm& vm);
  Diagnostic complaint(Code code, DeclaredVmId v, std::string summary, std::string detail, std::string help,
                       std::size_t attribute = k_no_attribute);
  void report(Code code, DeclaredVmId v, std::string summary, std::string detail, std::string help) {
    diagnostics_.add(complaint(code, v, std::move(summary), std::move(detail), std::move(help)));
  }
  void point(Diagnostic& diagnostic, DeclarationId stanza, std::size_t attribute, std::string label = {});
  void point_at_pair(Diagnostic& diagnostic, DesiredId half);
  void becomes_derived(const WantedSlot& asked, Text before);
  std::string pair_stanza(const WantedSlot& asked, Text target) const;
  std::string_view pair_of_text(Text address) const { return pair_of(text(address)); }

  const DeriveInput& input_;
  DesiredState& desired_;
  const CloudView& cloud_;
  StringPool& texts_;
  Diagnostics& diagnostics_;
  DerivedRows rows_;
  DenseMap<DeclaredVmId, VmLanding> landings_;
  DenseMap<WantedSlotId, WantedSlot> slots_;
  TextMap<WantedSlotId> slot_at_;
  DenseMap<DeclaredVmId, WantedSlotId> slot_of_vm_;  // its slot; none: it has none
  std::vector<CloudView::Lookup> lookups_;
  std::optional<Places> places_;  // once something is reported
  std::set<Text> nameless_;       // networks reported to have no stanza
};

// A message about a vm. It points at the value of one of its attributes (`k_no_attribute`: at its table).
Diagnostic Deriver::complaint(Code code, DeclaredVmId v, std::string summary, std::string detail, std::string help,
                              std::size_t attribute) {
  const DeclaredVm& vm = vm_of(v);
  Diagnostic diagnostic{
      code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, std::string(text(vm.address))};
  point(diagnostic, vm.declaration, attribute);
  return diagnostic;
}

void Deriver::point(Diagnostic& diagnostic, DeclarationId stanza, std::size_t attribute, std::string label) {
  if (!places_) places_.emplace(input_.config);
  const bool value = stanza && attribute != k_no_attribute;
  places_->point(diagnostic, value ? places_->value(stanza, attribute) : nullptr, stanza, std::move(label));
}

// Where a declared pair says which network its half leads to; nothing of a derived one.
void Deriver::point_at_pair(Diagnostic& diagnostic, DesiredId half) {
  const DesiredRow& row = desired_.rows[half];
  if (!row.declaration) return;
  const bool reverse = text(row.address).ends_with(".reverse");
  point(diagnostic, row.declaration, reverse ? mapping_attribute::source : mapping_attribute::target,
        fmt::format("what {} says", pair_of(text(row.address))));
}

// What is known of the vm, and which slot it asks for.
void Deriver::read(DeclaredVmId v, VmFacts& facts) {
  landings_[v].declared = v;
  landings_[v].network = facts.network;
  landings_[v].network_from = facts.network_from;
  landings_[v].nics = std::move(facts.nics);
  landings_[v].unlanded = std::move(facts.unlanded);
  slot_of_vm_.push_back(k_none);
  if (!facts.network) return;
  const DeclaredVm& vm = vm_of(v);
  if (!rows_.is_desired(facts.network) && input_.wrong != nullptr && input_.wrong->networks) {
    landings_[v].hangs = true;
    return;
  }
  if (!rows_.is_desired(facts.network)) {
    if (vm.left_out || nameless_.insert(facts.network).second) no_stanza(v, facts);
    return;
  }
  const Text slot = input_.identities.slot(texts_, facts.network, vm.target_region);
  if (!slot_at_.contains(slot)) {
    slot_at_.set(slot, slots_.next());
    slots_.push_back({.slot = slot,
                      .network = facts.network,
                      .region = rows_.region(facts.network),
                      .target_region = vm.target_region,
                      .vms = {},
                      .left_out = {},
                      .target = {}});
    lookups_.push_back({k_mapping_type, slot, slots_.back().region});
    lookups_.push_back({k_network_type, facts.network, slots_.back().region});
  }
  slot_of_vm_[v] = slot_at_[slot];
  if (vm.existing) return;
  WantedSlot& asked = slots_[slot_at_[slot]];
  (vm.left_out ? asked.left_out : asked.vms).push_back(v);
}

// Moot where the stanza that was to name the network has a slip: that is told.
void Deriver::no_stanza(DeclaredVmId v, const VmFacts& facts) {
  const DeclaredVm& vm = vm_of(v);
  Diagnostic lives = unnamed_network({text(vm.address), text(facts.network), name(facts.network_before),
                                      static_cast<bool>(vm.network), rows_.existing_stanza(facts.network, vm.region)});
  point(lives, vm.declaration, k_no_attribute);
  lives.needs = text(vm.network ? vm.network : facts.network);
  diagnostics_.add(std::move(lives));
}

// The vm that a derived pair or network is there for: the first one that asks for it, or an earlier one that is recorded
// and left out of this plan. It goes on being the reason: nothing is recorded anew because it is left out.
Text Deriver::because(const WantedSlot& asked) const {
  for (const DeclaredVmId v : asked.left_out)
    if (v < asked.vms.front() && rows_.is_recorded(vm_of(v))) return vm_of(v).address;
  return vm_of(asked.vms.front()).address;
}

// Where no stanza covers the slot and one with errors may, or the mapping leads to a network of which the stanza has
// errors, nothing is chosen.
void Deriver::cover(WantedSlot& asked) {
  const bool wanted = !asked.vms.empty();
  const DesiredId half = rows_.half_on(asked.slot);
  asked.hangs = input_.wrong != nullptr && (half ? input_.wrong->networks && !rows_.target_of(half)
                                                 : input_.wrong->may_map(rows_.name(asked.network), asked.region));
  if (asked.hangs) return;
  if (covered(asked) || !wanted) {
    check_overrides(asked);
    return;
  }
  choose(asked);
}

// Does a mapping exist for the slot: declared, derived for an earlier vm, found in the cloud, or recorded?
bool Deriver::covered(WantedSlot& asked) {
  asked.half = rows_.half_on(asked.slot);
  if (asked.half != k_none) {
    asked.target = rows_.target_of(asked.half);
    const bool derived = static_cast<bool>(desired_.rows[asked.half].because);
    asked.reason = derived ? TargetReason::Derived : TargetReason::Mapping;
    asked.covered_by = derived ? CoveredBy::EarlierVm : CoveredBy::DeclaredPair;
    return true;
  }
  if (asked.vms.empty()) return false;
  FoundHalf found = rows_.found(asked.slot, asked.network, asked.region, asked.target_region);
  if (found.lone && is_landed_by(input_.identities.slot(texts_, found.lone, asked.region), asked.network))
    found.lone = Text();
  for (const auto& [target, by] :
       {std::pair(found.whole, CoveredBy::FoundPair), std::pair(found.recorded, CoveredBy::RecordedPair),
        std::pair(found.lone, CoveredBy::FoundHalf)}) {
    if (!target || !take_found(asked, target)) continue;
    asked.covered_by = by;
    return true;
  }
  return false;
}

// Does another vm land by this slot, and elsewhere than in `target`? Then the slot is no way back for a lone half that
// leads to it: a newcomer would move who is placed. Example: vm.web on network.app lands in network.app-asr, and somebody
// mapped network.dr to network.app without a way back; vm.a on network.dr is declared.
bool Deriver::is_landed_by(Text slot, Text target) {
  const WantedSlotId at = slot_at_[slot];
  if (!at || slots_[at].vms.empty()) return false;
  const WantedSlot& other = slots_[at];
  const FoundHalf found = rows_.found(other.slot, other.network, other.region, other.target_region);
  return (found.whole && found.whole != target) || (found.recorded && found.recorded != target);
}

// Uses a pair that is in the cloud or in state, unless another desired pair holds the slot of its reverse half. True:
// this candidate decides the slot, perhaps with an error; false: the next one is tried.
bool Deriver::take_found(WantedSlot& asked, Text target) {
  if (rows_.half_on(input_.identities.slot(texts_, target, asked.region)) != k_none) return false;
  const DeclaredVmId v = asked.vms.front();
  asked.reason = TargetReason::Derived;
  const WantedTarget wanted = rows_.want_target(target, asked.network, asked.target_region, because(asked));
  if (wanted == WantedTarget::Ready) {
    const Text before = rows_.declared_before(asked.slot);
    if (make_pair(asked, target) && before) becomes_derived(asked, before);
    return true;
  }
  need_stanza(v, asked.network, target, wanted);
  return true;
}

// A pair that no stanza declares any more, and by which a vm lands. The message is about the pair.
void Deriver::becomes_derived(const WantedSlot& asked, Text before) {
  const DeclaredVmId v = asked.vms.front();
  const std::string now = rows_.pair_address(asked.network, asked.target_region);
  const std::string_view was = pair_of_text(before);
  Diagnostic derived =
      complaint(Code::BecomesDerived, v,
                was == now ? fmt::format("{} stays, as a derived pair", was) : fmt::format("{} becomes {}", was, now),
                fmt::format("no stanza declares it any more, and {} comes up by it", text(vm_of(v).address)),
                "declare it again to keep it whatever vms ask for");
  derived.severity = Severity::Warning;
  derived.address = now;
  diagnostics_.add(std::move(derived));
}

// Error: the recovery network of the vm would be deleted by this plan, because its stanza was removed, or it is derived
// for another network and would go with the vms of that one.
void Deriver::need_stanza(DeclaredVmId v, Text network, Text target, WantedTarget wanted) {
  const bool gone = wanted == WantedTarget::StanzaGone;
  const std::string how = fmt::format("{} comes up in it{}", text(vm_of(v).address),
                                      vm_of(v).existing ? "" : fmt::format(", by its pair with {}", name(network)));
  report(Code::StanzaNeeded, v,
         fmt::format("{} {}", name(target), gone ? "is still needed" : "was derived for another network"),
         gone ? fmt::format("{}, and no stanza declares it any more", how)
              : fmt::format("{}; it would go with the vms it was made for", how),
         fmt::format("declare it{}:\n{}", gone ? " again" : "", rows_.recorded_stanza(target)));
}

// An existing replication may lead to a network that nobody names.
void Deriver::keep_target(const VmLanding& landing) {
  const DeclaredVm& vm = desired_.vms[landing.declared];
  if (!vm.existing || !landing.network || !rows_.is_desired(landing.network)) return;
  const Text target = rows_.replicated_to(vm);
  if (!target || rows_.identity(vm.target_network)) return;
  const WantedTarget wanted = rows_.want_target(target, landing.network, vm.target_region, vm.address);
  if (wanted != WantedTarget::Ready && !rows_.is_desired(target))
    need_stanza(landing.declared, landing.network, target, wanted);
}

// No mapping exists for the slot: the `target_network` of the first vm that gives one, else the default network
// `<name>-asr`.
void Deriver::choose(WantedSlot& asked) {
  asked.reason = TargetReason::Derived;
  DeclaredVmId first;
  bool agreed = true;
  for (const DeclaredVmId v : asked.vms) {
    const Text wanted = wanted_target(v);
    if (!wanted) continue;
    if (first == k_none) {
      first = v;
    } else if (wanted != wanted_target(first)) {
      Diagnostic disagree =
          complaint(Code::TargetsDisagree, v,
                    fmt::format("{} and {} want to recover {} to different networks", text(vm_of(first).address),
                                text(vm_of(v).address), name(asked.network)),
                    fmt::format("{} says {}, {} says {}; without a mapping of {} towards {} they decide it, together",
                                text(vm_of(first).address), text(vm_of(first).target_network), text(vm_of(v).address),
                                text(vm_of(v).target_network), name(asked.network), text(asked.target_region)),
                    "let them agree, or declare the mapping:\n" + pair_stanza(asked, wanted_target(first)),
                    vm_column::target_network);
      point(disagree, vm_of(first).declaration, vm_column::target_network,
            fmt::format("what {} says", text(vm_of(first).address)));
      diagnostics_.add(std::move(disagree));
      agreed = false;
      break;
    }
  }
  if (first == k_none) return take_default(asked);
  asked.covered_by = CoveredBy::TargetNetwork;
  if (agreed) make_pair(asked, wanted_target(first));
}

void Deriver::take_default(WantedSlot& asked) {
  const DeclaredVmId v = asked.vms.front();
  asked.covered_by = CoveredBy::DefaultNetwork;
  Text target;
  const std::string wanted = rows_.default_name(asked.network);
  constexpr std::string_view help = "say where to recover to: target_network = \"network.…\"";
  switch (rows_.want_default(asked.network, asked.target_region, because(asked), target)) {
    case DefaultNetwork::Ready: make_pair(asked, target); return;
    case DefaultNetwork::Differs:
      return report(
          Code::DefaultNetworkDiffers, v,
          fmt::format("{} has no mapping towards {}, and \"{}\" there is another network", name(asked.network),
                      text(asked.target_region), wanted),
          fmt::format("{} would come up in \"{}\"; it is there already, with other prefixes or subnets than {}",
                      text(vm_of(v).address), wanted, name(asked.network)),
          std::string(help));
    case DefaultNetwork::TooLong:
      return report(Code::DefaultNameTooLong, v, fmt::format("\"{}\" is too long for the name of a network", wanted),
                    fmt::format("{} would come up in a network of that name; a name has 64 characters at most",
                                text(vm_of(v).address)),
                    std::string(help));
    case DefaultNetwork::KeyTaken:
      return report(
          Code::DerivedKeyTaken, v,
          fmt::format("{} is declared for something else", rows_.default_address(asked.network, asked.target_region)),
          fmt::format("it is the address of the network that {} would come up in, \"{}\" in {}", text(vm_of(v).address),
                      wanted, text(asked.target_region)),
          "give the declared one another key, or say where to recover to with target_network");
  }
}

// False: it cannot be, and that was reported.
bool Deriver::make_pair(WantedSlot& asked, Text target) {
  const DeclaredVmId v = asked.vms.front();
  const std::string address = rows_.pair_address(asked.network, asked.target_region);
  const DesiredId other = rows_.half_on(input_.identities.slot(texts_, target, asked.region));
  if (other != k_none) {
    const std::string_view pair = pair_of(text(desired_.rows[other].address));
    Diagnostic taken = complaint(
        Code::NoWayHome, v, fmt::format("{} cannot recover to {}", name(asked.network), name(target)),
        fmt::format("{} comes up there, and the way home would need the mapping of {} towards {}, which {} holds",
                    text(vm_of(v).address), name(target), text(asked.region), pair),
        "name another network with target_network, or change " + std::string(pair),
        wanted_target(v) ? std::size_t{vm_column::target_network} : k_no_attribute);
    point_at_pair(taken, other);
    diagnostics_.add(std::move(taken));
    return false;
  }
  if (rows_.is_pair_taken(address)) {
    report(Code::DerivedKeyTaken, v, fmt::format("{} is declared for something else", address),
           fmt::format("it is the address of the pair {} - {} that {} asks for", name(asked.network), name(target),
                       text(vm_of(v).address)),
           "give the declared one another key");
    return false;
  }
  asked.half = rows_.make_pair(asked.network, target, because(asked));
  asked.target = target;
  check_overrides(asked);
  return true;
}

std::string Deriver::pair_stanza(const WantedSlot& asked, Text target) const {
  const std::string address = asked.half == k_none ? rows_.pair_address(asked.network, asked.target_region)
                                                   : std::string(pair_of(text(desired_.rows[asked.half].address)));
  const bool reverse = asked.half != k_none && text(desired_.rows[asked.half].address).ends_with(".reverse");
  return fmt::format("[{}]\nsource = \"{}\"\ntarget = \"{}\"", address, reverse ? name(target) : name(asked.network),
                     reverse ? name(asked.network) : name(target));
}

// Under an edition that fixes the target, a vm may not want another one than its mapping says.
void Deriver::check_overrides(const WantedSlot& asked) {
  if (!asked.target || input_.edition.target != TargetRule::FixedByMapping) return;
  for (const DeclaredVmId v : asked.vms) {
    const Text wanted = wanted_target(v);
    if (!wanted || wanted == asked.target) continue;
    const std::string_view pair = pair_of(text(desired_.rows[asked.half].address));
    Diagnostic fixed = complaint(
        Code::TargetFixed, v,
        fmt::format("{} cannot come up in {}: {} says {}", text(vm_of(v).address), name(wanted), pair,
                    name(asked.target)),
        fmt::format("under edition {} the mapping of a network fixes the target of all its vms", input_.edition.name),
        fmt::format("remove target_network; or move all vms of {}, with the mapping:\n{}", name(asked.network),
                    pair_stanza(asked, wanted)),
        vm_column::target_network);
    point_at_pair(fixed, asked.half);
    diagnostics_.add(std::move(fixed));
  }
}

void Deriver::set_target(VmLanding& landing, const DeclaredVm& vm) {
  const WantedSlotId slot = slot_of_vm_[landing.declared];
  const WantedSlot* asked = !slot ? nullptr : &slots_[slot];
  if (asked != nullptr) {
    // A slot that only existing replications use asks for no mapping; the pair of another slot may have brought one.
    landing.half = asked->half == k_none ? rows_.half_on(asked->slot) : asked->half;
    landing.target = landing.half == k_none ? asked->target : rows_.target_of(landing.half);
    landing.reason = asked->reason;
    landing.covered_by = asked->covered_by;
    landing.hangs = asked->hangs;
  }
  const Text wanted = rows_.identity(vm.target_network);
  if (vm.existing) {
    landing.target = rows_.replicated_to(vm);
    landing.reason = TargetReason::Kept;
  }
  if (wanted && (vm.existing || (landing.target && wanted != landing.target))) {
    landing.target = wanted;
    landing.reason = TargetReason::Override;
  }
  landing.by_pair = landing.half != k_none && landing.target && rows_.target_of(landing.half) == landing.target;
}

// Where a test failover comes up: in the network that the vm names, else in that of the half by which it lands. That of a
// replication enabled elsewhere is changed only where the vm itself names one.
void Deriver::set_test(VmLanding& landing, const DeclaredVm& vm) {
  landing.test = rows_.identity(vm.test_network);
  if (landing.test) return;
  landing.test_kept = vm.existing;
  if (vm.existing) {
    landing.test = rows_.tested_in(vm);
  } else if (landing.half) {
    landing.test = rows_.identity(desired_.rows[landing.half].test_network);
    landing.test_by_pair = static_cast<bool>(landing.test);
  }
}

void Deriver::add_rows(DeclaredVmId v, const VmFacts& facts) {
  VmLanding& landing = landings_[v];
  const DeclaredVm& vm = vm_of(v);
  set_target(landing, vm);
  set_test(landing, vm);
  const Text network = landing.network ? rows_.name(landing.network) : Text();
  const Text target = landing.target ? rows_.name(landing.target) : Text();
  const Text test = landing.test ? rows_.name(landing.test) : Text();
  landing.row = rows_.add({.address = vm.address,
                           .type = k_vm_type,
                           .identity = vm.identity,
                           .declaration = vm.declaration,
                           .unknown = facts.why,
                           .extras = vm.extras,
                           .protect = vm.protect,
                           .existing = vm.existing,
                           .gone = facts.gone},
                          {vm.region, vm.name, network, vm.target_region, target,
                           texts_.intern(vm.existing ? "true" : "false"), vm.resource_group, vm.subscription, test});
  for (const NicFacts& nic : landing.nics) {
    const DeclaredNic* stanza = nic.declared == k_none ? nullptr : &desired_.nics[nic.declared];
    rows_.add({.address = texts_.intern(fmt::format("{}.nic.{}", text(vm.address), text(nic.key))),
               .type = k_nic_type,
               .identity = nic.identity,
               .declaration = stanza == nullptr ? DeclarationId() : stanza->declaration,
               .unknown = nic.why,
               .extras = vm.extras,
               .protect = stanza == nullptr ? vm.nic_defaults.protect : stanza->protect},
              {nic.subnet, nic.ip, nic.secondary, Text(), Text(), Text(), Text(), Text()});
  }
}

}  // namespace

DenseMap<DeclaredVmId, VmLanding> derive(const DeriveInput& input, std::vector<VmFacts> facts, CloudView& cloud,
                                         DesiredState& desired, StringPool& texts, Diagnostics& diagnostics) {
  return Deriver(input, cloud, desired, texts, diagnostics).run(std::move(facts));
}

}  // namespace pairform
