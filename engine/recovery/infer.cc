#include "engine/recovery/infer.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <numeric>

#include "engine/model/way_home.h"
#include "engine/recovery/infer_keys.h"
#include "engine/recovery/infer_overrides.h"
#include "engine/recovery/infer_pairs.h"
#include "engine/recovery/infer_rules.h"
#include "schema/address.h"

namespace pairform {
namespace {

constexpr std::size_t k_nowhere = SIZE_MAX;

class Inferrer {
 public:
  Inferrer(const Discovered& found, const InferOptions& options) : found_(found), options_(options) {
    for (std::size_t n = 0; n < found.networks.size(); ++n) network_at_.emplace(found.networks[n].identity, n);
  }

  Inferred run() {
    draft_ = draft_pairs(found_, network_at_);
    out_.unread = draft_.unread;
    std::erase_if(draft_.pairs,
                  [&](const DraftPair& pair) { return !is_asked(pair.source) && !is_asked(pair.target); });
    choose_vms();
    choose_networks();
    orient_pairs(found_, network_keys_, draft_.pairs);
    rules_ = infer_rules(found_, network_at_, draft_.pairs);
    add_pairs();
    add_vms();
    std::sort(out_.networks.begin(), out_.networks.end(), by_key);
    std::sort(out_.pairs.begin(), out_.pairs.end(), by_key);
    std::sort(out_.unread.begin(), out_.unread.end());
    return std::move(out_);
  }

 private:
  static constexpr auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
  const DiscoveredNetwork& network(std::size_t n) const { return found_.networks[n]; }
  std::size_t network_of(const std::string& identity) const {
    const auto at = network_at_.find(identity);
    return at == network_at_.end() ? k_nowhere : at->second;
  }
  // "network.app", as the project or this run calls it.
  std::string address(std::size_t n) const {
    const auto declared = found_.project.networks.find(network(n).identity);
    return declared != found_.project.networks.end() ? declared->second : "network." + network_keys_[n];
  }
  bool is_asked(std::size_t n) const;
  void choose_vms();
  void choose_networks();
  void add_network(std::size_t n);
  std::vector<std::string> pair_keys() const;
  void add_pairs();
  std::string comment_on(const DraftPair& pair) const;
  void add_vms();
  std::vector<VmDraft> draft_vms();
  std::vector<MappingRule> mapping_rules();
  std::uint32_t rule_of(const DiscoveredVm& vm) const;
  bool set_target(const DiscoveredVm& vm, InferredVm& stanza) const;
  bool set_tests(const DiscoveredVm& vm, const VmDraft& draft, InferredVm& stanza) const;
  std::vector<std::string> comments_on(const DiscoveredVm& vm, bool wanted_managed, bool existing) const;

  const Discovered& found_;
  const InferOptions& options_;
  std::map<std::string, std::size_t> network_at_;
  DraftPairs draft_;
  std::vector<InferredRules> rules_;       // by pair
  std::vector<std::size_t> vms_;           // Discovered::vms that get a stanza
  std::vector<std::string> network_keys_;  // by Discovered::networks; "": it gets no stanza
  std::map<DiscoveredSlot, std::uint32_t> rule_at_;
  std::map<DiscoveredSlot, std::string> target_of_slot_;  // identity of the network that the half on it leads to
  Inferred out_;
};

// Is it in one of the regions that were asked for, and of a name that was? Names count without case, as in the cloud.
bool Inferrer::is_asked(std::size_t n) const {
  const auto& regions = options_.regions;
  if (!regions.empty() && std::find(regions.begin(), regions.end(), network(n).region) == regions.end()) return false;
  const std::string name = ascii_lower(network(n).name);
  return options_.globs.empty() || std::any_of(options_.globs.begin(), options_.globs.end(), [&](const auto& glob) {
           return fnmatch(ascii_lower(glob).c_str(), name.c_str(), 0) == 0;
         });
}

void Inferrer::choose_vms() {
  if (options_.vms == VmsAs::Left) return;
  for (std::size_t v = 0; v < found_.vms.size(); ++v) {
    const DiscoveredVm& vm = found_.vms[v];
    if (found_.project.vms.contains(vm.identity)) continue;
    const std::size_t home = network_of(vm.network), landing = network_of(vm.target_network);
    const auto left_out = [&](std::string_view why) {
      out_.unread.push_back(fmt::format("{}: {} could not be read",
                                        vm.remark.empty() ? fmt::format("vm {}", vm.identity) : vm.remark, why));
    };
    if (home == k_nowhere) left_out(vm.network.empty() ? "the network it lives on" : vm.network);
    else if (landing == k_nowhere && !vm.target_network.empty()) left_out(vm.target_network);
    else if (is_asked(home) || (landing != k_nowhere && is_asked(landing))) vms_.push_back(v);
  }
}

// Ends of mappings, and homes and landings of vms; keys are chosen among these alone.
void Inferrer::choose_networks() {
  std::set<std::size_t> taken;
  for (const DraftPair& pair : draft_.pairs) taken.insert(pair.source), taken.insert(pair.target);
  for (const std::size_t v : vms_)
    for (const std::string* end :
         {&found_.vms[v].network, &found_.vms[v].target_network, &found_.vms[v].test_network}) {
      const bool counts = end != &found_.vms[v].test_network || options_.vms == VmsAs::Managed;
      if (counts && network_of(*end) != k_nowhere) taken.insert(network_of(*end));
    }
  std::vector<std::size_t> order;
  std::vector<KeyWish> wishes;
  for (std::size_t n = 0; n < found_.networks.size(); ++n) {
    const DiscoveredNetwork& each = network(n);
    if (found_.project.networks.contains(each.identity)) continue;
    if (!taken.contains(n) && !(options_.all_networks && is_asked(n))) {
      ++out_.other_networks;
      continue;
    }
    order.push_back(n);
    const std::string placed = fmt::format("{}-{}", each.name, each.region);
    wishes.push_back({each.identity, {each.name, placed}});
    if (!each.resource_group.empty()) wishes.back().names.push_back(fmt::format("{}-{}", placed, each.resource_group));
  }
  const std::vector<std::string> keys = choose_keys("network", wishes, found_.project.keys);
  network_keys_.resize(found_.networks.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    network_keys_[order[i]] = keys[i];
    add_network(order[i]);
  }
}

void Inferrer::add_network(std::size_t n) {
  InferredNetwork stanza{network_keys_[n], network(n), {}};
  stanza.network.subnets.clear();
  stanza.network.in_use.clear();
  if (!network(n).remark.empty()) stanza.comments.push_back(network(n).remark);
  out_.networks.push_back(std::move(stanza));
}

// The source's key; with where it leads, where the source has several.
std::vector<std::string> Inferrer::pair_keys() const {
  std::vector<KeyWish> wishes;
  for (const DraftPair& pair : draft_.pairs) {
    const std::string source = address(pair.source).substr(std::string_view("network.").size());
    wishes.push_back({fmt::format("{}\n{}", network(pair.source).identity, network(pair.target).region),
                      {source, fmt::format("{}-to-{}", source, network(pair.target).region)}});
  }
  return choose_keys("mapping", wishes, found_.project.keys);
}

void Inferrer::add_pairs() {
  const std::vector<std::string> keys = pair_keys();
  for (std::size_t p = 0; p < draft_.pairs.size(); ++p) {
    const DraftPair& pair = draft_.pairs[p];
    InferredPair stanza{.key = keys[p],
                        .source = address(pair.source),
                        .target = address(pair.target),
                        .source_region = network(pair.source).region,
                        .target_region = network(pair.target).region,
                        .kind = pair.kind,
                        .missing = {},
                        .subnets = rules_[p].subnets,
                        .reverse_subnets = rules_[p].reverse_subnets,
                        .same_host = rules_[p].same_host,
                        .comments = {}};
    if (pair.kind == PairClass::Half)
      stanza.missing = fmt::format("mapping.{}.{}", keys[p], pair.missing_forward ? "forward" : "reverse");
    if (std::string comment = comment_on(pair); !comment.empty()) stanza.comments.push_back(std::move(comment));
    for (const std::size_t h : pair.halves)
      if (!found_.halves[h].remark.empty()) stanza.comments.push_back(found_.halves[h].remark);
    out_.pairs.push_back(std::move(stanza));
  }
}

std::string Inferrer::comment_on(const DraftPair& pair) const {
  const std::size_t from = pair.missing_forward ? pair.target : pair.source,
                    to = pair.missing_forward ? pair.source : pair.target;
  if (pair.kind == PairClass::Half)
    return fmt::format("Half a pair: {} has no way back to {}. The plan makes it.", address(to), address(from));
  if (pair.kind == PairClass::Whole) return {};
  const std::string drill =
      fmt::format("`pairform drill {}` lists what does not come home.", network(pair.source).region);
  const DiscoveredSlot back{network(pair.target).identity, network(pair.source).region};
  const auto held = draft_.half_at.find(back);
  if (held == draft_.half_at.end())
    return fmt::format("Another pair is to have the way back from {}. {}", address(pair.target), drill);
  const std::size_t home = network_of(found_.halves[held->second].target);
  return fmt::format("{} leads back to {}. {}", address(pair.target), address(home), drill);
}

// What each half says of landings by it: those of this run, and of the project.
std::vector<MappingRule> Inferrer::mapping_rules() {
  std::vector<MappingRule> out;
  const auto add = [&](const DiscoveredSlot& slot, const std::string& target, TextItems subnets, bool same_host) {
    rule_at_.emplace(slot, static_cast<std::uint32_t>(out.size()));
    target_of_slot_.emplace(slot, target);
    out.push_back({.name = {}, .subnets = std::move(subnets), .same_host = same_host});
  };
  for (const auto& [slot, rule] : found_.project.slots) add(slot, rule.target, rule.subnets, rule.same_host);
  for (std::size_t p = 0; p < draft_.pairs.size(); ++p) {
    const DiscoveredNetwork &source = network(draft_.pairs[p].source), &target = network(draft_.pairs[p].target);
    const InferredRules& rules = rules_[p];
    add({source.identity, target.region}, target.identity, rules.subnets, rules.same_host);
    if (draft_.pairs[p].kind == PairClass::OneWay) continue;
    add({target.identity, source.region}, source.identity, way_home_items(rules.subnets, rules.reverse_subnets),
        rules.same_host);
  }
  return out;
}

// Of the half by which it lands; none where that leads to another network.
std::uint32_t Inferrer::rule_of(const DiscoveredVm& vm) const {
  const auto at = rule_at_.find({vm.network, vm.target_region});
  return at == rule_at_.end() || target_of_slot_.at(at->first) != vm.target_network ? k_no_rule : at->second;
}

// By key, with their nics by key.
std::vector<VmDraft> Inferrer::draft_vms() {
  std::vector<KeyWish> wishes;
  for (const std::size_t v : vms_) {
    const DiscoveredVm& vm = found_.vms[v];
    const std::string placed = fmt::format("{}-{}", vm.name, vm.region);
    wishes.push_back({vm.identity, {vm.name, placed}});
    if (!vm.resource_group.empty()) wishes.back().names.push_back(fmt::format("{}-{}", placed, vm.resource_group));
  }
  const std::vector<std::string> keys = choose_keys("vm", wishes, found_.project.keys);
  std::vector<VmDraft> drafts(vms_.size());
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    const DiscoveredVm& vm = found_.vms[vms_[i]];
    VmDraft& draft = drafts[i];
    draft = {.found = vms_[i], .key = keys[i], .existing = options_.vms == VmsAs::Existing, .nics = {}, .nic_keys = {}};
    draft.nics.resize(vm.nics.size());
    std::iota(draft.nics.begin(), draft.nics.end(), 0);
    std::sort(draft.nics.begin(), draft.nics.end(),
              [&](std::size_t a, std::size_t b) { return vm.nics[a].name < vm.nics[b].name; });
    std::set<std::string> taken;  // as facts.h gives them: without case, and numbered
    for (const std::size_t n : draft.nics) {
      const std::string plain = key_of_name(vm.nics[n].name);
      std::string key = plain;
      for (int number = 2; !taken.insert(ascii_lower(key)).second; ++number) key = fmt::format("{}-{}", plain, number);
      draft.nic_keys.push_back(std::move(key));
    }
  }
  std::sort(drafts.begin(), drafts.end(), by_key);
  return drafts;
}

// Managed, a vm comes up where its mapping says, or (where the edition allows it) where it says itself. False: neither is
// where it is.
bool Inferrer::set_target(const DiscoveredVm& vm, InferredVm& stanza) const {
  const auto at = target_of_slot_.find({vm.network, vm.target_region});
  if (at == target_of_slot_.end()) return false;
  if (vm.target_network.empty() || at->second == vm.target_network) return true;
  if (options_.target == TargetRule::FixedByMapping) return false;
  stanza.target_network = address(network_of(vm.target_network));
  return true;
}

// What it is given for a test failover is said whole, or not at all. False: it cannot be said.
bool Inferrer::set_tests(const DiscoveredVm& vm, const VmDraft& draft, InferredVm& stanza) const {
  if (vm.test_network.empty()) return true;
  if (network_of(vm.test_network) == k_nowhere) return false;
  for (std::size_t n = 0; n < draft.nics.size(); ++n) {
    const DiscoveredNic& nic = vm.nics[draft.nics[n]];
    if (!nic.target_subnet) continue;
    const bool is_static = nic.ip != k_dynamic;
    if (nic.test_subnet.empty() || (is_static && nic.test_ip.empty())) return false;
    const auto at = std::find_if(stanza.nics.begin(), stanza.nics.end(),
                                 [&](const InferredNic& each) { return each.key == draft.nic_keys[n]; });
    InferredNic& said = at != stanza.nics.end() ? *at : stanza.nics.emplace_back();
    said.key = draft.nic_keys[n];
    said.test_subnet = nic.test_subnet;
    said.test_ip = nic.test_ip;
  }
  std::sort(stanza.nics.begin(), stanza.nics.end(), by_key);
  stanza.test_network = address(network_of(vm.test_network));
  return true;
}

std::vector<std::string> Inferrer::comments_on(const DiscoveredVm& vm, bool wanted_managed, bool existing) const {
  std::vector<std::string> out;
  const std::string note = vm.note.empty() ? std::string(".") : fmt::format(": {}", vm.note);
  switch (vm.status) {
    case Status::Busy: out.push_back("Busy" + note); break;
    case Status::Broken: out.push_back("Its replication is broken" + note); break;
    case Status::FailedOver: out.push_back("Failed over: this is the machine that it came from" + note); break;
    case Status::Reversed:
      out.push_back("Failed over, and protected towards home: this is the machine that it came from" + note);
      break;
    case Status::Settled:
    case Status::Gone: break;
  }
  if (wanted_managed && existing)
    out.emplace_back("Stays existing: managed, it would land elsewhere, or bring about a mapping.");
  if (!vm.remark.empty()) out.push_back(vm.remark);
  return out;
}

void Inferrer::add_vms() {
  const std::vector<MappingRule> rules = mapping_rules();
  std::vector<VmDraft> drafts = draft_vms();
  std::vector<InferredVm> stanzas(drafts.size());
  const bool managed = options_.vms == VmsAs::Managed;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const DiscoveredVm& vm = found_.vms[drafts[i].found];
    drafts[i].rule = rule_of(vm);
    if (managed && (!set_target(vm, stanzas[i]) || !set_tests(vm, drafts[i], stanzas[i]))) {
      drafts[i].existing = true;
      stanzas[i] = InferredVm();
    }
  }
  Overrides overrides = infer_overrides({found_, network_at_, rules, options_.pin}, drafts);
  out_.next_available = overrides.next_available;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const DiscoveredVm& vm = found_.vms[drafts[i].found];
    InferredVm& stanza = stanzas[i];
    stanza.key = drafts[i].key;
    stanza.existing = drafts[i].existing;
    stanza.network = address(network_of(vm.network));
    stanza.nics = std::move(overrides.nics[i]);
    if (stanza.existing) stanza.target_network.clear(), stanza.test_network.clear();
    else set_tests(vm, drafts[i], stanza);
    stanza.comments = comments_on(vm, managed, stanza.existing);
    stanza.vm = vm;
    stanza.vm.nics.clear();
    out_.vms.push_back(std::move(stanza));
  }
}

}  // namespace

Inferred infer(const Discovered& found, const InferOptions& options) { return Inferrer(found, options).run(); }

}  // namespace pairform
