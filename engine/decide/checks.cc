#include "engine/decide/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <range/v3/algorithm/any_of.hpp>
#include <set>

#include "engine/decide/moved_along.h"
#include "engine/model/network_change.h"
#include "engine/model/places.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

class Checker {
 public:
  Checker(const ChecksInput& input, const Diff& diff, Diagnostics& diagnostics)
      : input_(input),
        diff_(diff),
        diagnostics_(diagnostics),
        used_by_(input.texts.size()),
        imported_(input.imported.begin(), input.imported.end()) {}

  void run() {
    for (const DesiredRow& row : input_.desired.rows)
      if (row.type == k_network_type && !row.as_is) network(row);
    for (const DesiredRow& row : input_.desired.rows)
      if (row.type == k_vm_type && !row.as_is) vm(row);
    // Halves that stay and are pointed elsewhere: until then they use the network they were pointed at.
    for (const Change& change : diff_.changes)
      if (change.type == k_mapping_type && change.update && change.origin != k_none)
        used_by_.set(input_.prior.cell(input_.prior.rows[change.origin], half_column::target), change.resource);
    for (const Change& change : diff_.changes)
      if (change.type == k_vm_type && change.update && change.origin != k_none)
        if (const Text target = input_.prior.cell(input_.prior.rows[change.origin], vm_column::target_network))
          used_by_.set(target, change.resource);
    // Machines whose tests come up there: the service lets no network go that they name.
    for (const PriorRow& row : input_.prior.rows)
      if (row.type == k_vm_type && row.presence == Existence::Present && input_.estate[row.resource].desired)
        if (const Text test = input_.prior.cell(row, vm_column::test_network)) used_by_.set_first(test, row.resource);
    for (const Change& change : diff_.changes) leaving(change);
    for (const ShapeProblem& problem : input_.problems) shape(problem);
    landings();
    if (!input_.moving_edition.empty()) moved_along();
  }

 private:
  std::string_view text(Text value) const { return input_.texts.view(value); }
  // Who holds addresses of a network: "10.1.1.4 (eastasia/web1/nic0), 10.1.1.5 (in use)". Empty: nobody.
  std::string users(const PriorRow& row) const {
    std::string out;
    for (const AddressInUse& use : input_.prior.in_use_of(row))
      out += (out.empty() ? "" : ", ") + in_use_text(use, input_.texts);
    return out;
  }
  const std::vector<Subnet>& subnets(Text cell) const { return input_.parsed.subnets(input_.texts, cell); }
  // It points at the value of an attribute that the stanza gives, else at the stanza.
  void report(Code code, std::string_view address, DeclarationId declaration, std::string summary, std::string detail,
              std::string help, std::size_t attribute = SIZE_MAX) {
    Diagnostic diagnostic{code, Severity::Error,     std::move(summary), std::move(detail), std::move(help),
                          {},   std::string(address)};
    if (!places_) places_.emplace(input_.config);
    places_->point(diagnostic, attribute == SIZE_MAX ? nullptr : places_->value(declaration, attribute), declaration);
    diagnostics_.add(std::move(diagnostic));
  }
  void network(const DesiredRow& row);
  std::string absent_help(const DesiredRow& row, bool recorded) const;
  std::string declared_users(Text network) const;
  void not_ours(const DesiredRow& row, const PriorRow& found);
  void vm(const DesiredRow& row);
  void forgotten_as_not_ours(const PriorRow& row);
  std::string why_pair_stays(const PriorRow& half);
  std::string why_half_stays(const PriorRow& half);
  std::string why_network_stays(const PriorRow& network) const;
  std::string why_stays(const PriorRow& row);
  void leaving(const Change& change);
  void shape(const ShapeProblem& problem);
  struct BroughtSubnets {
    DesiredId desired;  // the network
    std::set<std::string> subnets;
  };
  std::map<Text, BroughtSubnets> brought_by_network() const;
  void moved_along();
  void would_move_along(const Change& half, Text target, const std::vector<DesiredId>& vms);
  void landings();
  void landing(const Change& nic, const BroughtSubnets& network, bool vm_changes, bool tests_in_brought);
  void forgotten_as_needed(const PriorRow& row) {
    diagnostics_.add({Code::ForgottenAlong,
                      Severity::Warning,
                      fmt::format("{} is forgotten, not deleted", text(row.address)),
                      row.type == k_mapping_type ? "a replication that is left in the cloud goes by it"
                                                 : "a mapping that is left in the cloud stands on it",
                      "delete it by hand when nothing needs it any more",
                      {},
                      std::string(text(row.address))});
  }

  const ChecksInput& input_;
  const Diff& diff_;
  Diagnostics& diagnostics_;
  const std::string& strangers(Text network);

  std::optional<Places> places_;  // once something is reported
  TextMap<ResourceId> used_by_;   // name of a network -> resource of a half that leaves it by an update
  std::set<Text> imported_;
  std::map<Text, std::string> strangers_;  // by name of a network: foreign halves and replications that use it
  std::map<Text, Text> users_of_pair_;     // pair -> a stranger that lands or comes home by it
};

void Checker::network(const DesiredRow& row) {
  const PriorId p = diff_.origin[input_.desired.rows.id_of(row)];
  const bool absent = p == k_none || input_.prior.rows[p].presence == Existence::Absent;
  if (row.existing && absent && !input_.offline) {
    const std::string_view name = text(input_.desired.cell(row, network_column::name));
    const std::string_view region = text(input_.desired.cell(row, network_column::region));
    const bool recorded = p != k_none && input_.prior.rows[p].recorded;
    report(Code::NetworkAbsent, text(row.address), row.declaration, fmt::format("{} does not exist", text(row.address)),
           fmt::format("the stanza says it is made elsewhere, and there is no network \"{}\" in region \"{}\"{}", name,
                       region, recorded ? " any more" : ""),
           absent_help(row, recorded));
  }
  const bool import = imported_.contains(row.address);
  if (import && !row.existing && absent && !input_.offline)
    report(Code::ImportAbsent, text(row.address), row.declaration,
           fmt::format("{} is imported, and does not exist", text(row.address)),
           fmt::format("there is no \"{}\" in the cloud to adopt", text(row.identity)),
           "correct the id, or remove the import stanza to let pairform make the network");
  if (p == k_none || row.existing || input_.prior.rows[p].presence != Existence::Present) return;
  const PriorRow& prior = input_.prior.rows[p];
  const bool was_existing = is_existing(input_.prior, prior, input_.texts);
  if (import || row.because) return;  // derived: compared when it was derived
  if (!prior.ours && !input_.offline && (prior.recorded == k_none || was_existing)) not_ours(row, prior);
}

// One that is recorded was there, and somebody deleted it; of one that never was, the stanza has a slip.
std::string Checker::absent_help(const DesiredRow& row, bool recorded) const {
  const auto meant = input_.prior.meant.find(row.address);
  const std::string near = meant == input_.prior.meant.end() ? std::string() : meant->second + " otherwise ";
  if (!recorded)
    return near +
           "make the network, or correct its name or region; without existing = true, with address_space and "
           "subnets, pairform makes it";
  const std::string users = declared_users(row.address);
  return fmt::format("{}make it again; or, if it was deleted for good, remove [{}]{}", near, text(row.address),
                     users.empty() ? "" : fmt::format(", and what names it: {}", users));
}

// The declared mappings and vms that name a network; "": none does.
std::string Checker::declared_users(Text network) const {
  constexpr std::size_t k_most_named = 5;
  std::set<std::string_view> users;
  for (const DesiredRow& row : input_.desired.rows)
    if (row.type == k_mapping_type && row.declaration &&
        (row.test_network == network || input_.desired.cell(row, half_column::source) == network ||
         input_.desired.cell(row, half_column::target) == network))
      users.insert(pair_of(text(row.address)));
  for (const DeclaredVm& vm : input_.desired.vms)
    if (vm.network == network || vm.target_network == network || vm.test_network == network)
      users.insert(text(vm.address));
  std::string out;
  std::size_t named = 0;
  for (const std::string_view user : users)
    if (named++ < k_most_named) out += fmt::format("{}{}", out.empty() ? "" : ", ", user);
  return users.size() > k_most_named ? fmt::format("{} and {} more", out, users.size() - k_most_named) : out;
}

void Checker::vm(const DesiredRow& row) {
  const PriorId p = diff_.origin[input_.desired.rows.id_of(row)];
  const std::string_view wanted = text(input_.desired.cell(row, vm_column::target_region));
  const bool absent = p == k_none || input_.prior.rows[p].presence == Existence::Absent;
  if (row.existing && absent && !input_.offline && !row.unknown)
    return report(Code::VmAbsent, text(row.address), row.declaration,
                  fmt::format("{} is not replicated", text(row.address)),
                  "the stanza says that its replication is enabled elsewhere, and it is not",
                  "enable it there; or remove existing = true: then pairform enables it");
  if (absent || input_.prior.rows[p].presence != Existence::Present) return;
  const std::string_view found = text(input_.prior.cell(input_.prior.rows[p], vm_column::target_region));
  if (found != wanted && (row.existing || input_.prior.rows[p].recorded == k_none))
    report(Code::VmAbsent, text(row.address), row.declaration,
           fmt::format("{} is replicated to {}, not to {}", text(row.address), found, wanted),
           "somebody enabled it, and another target region would mean to disable it first",
           fmt::format("write target_region = \"{}\", or disable the replication where it was enabled", found),
           vm_column::target_region);
}

// Of a half that is forgotten although pairform made it: mapping.a.reverse too, where a stranger lands by the forward half.
std::string Checker::why_pair_stays(const PriorRow& half) {
  if (users_of_pair_.empty()) {
    std::map<Text, Text> users;  // slot -> the first stranger that uses it
    for (const Stranger& stranger : input_.prior.strangers)
      for (const Text slot : {stranger.over, stranger.back}) users.try_emplace(slot, stranger.id);
    for (const PriorRow& row : input_.prior.rows)
      if (const auto user = users.find(row.identity); row.type == k_mapping_type && user != users.end())
        users_of_pair_.try_emplace(input_.estate.whole(row.resource), user->second);
  }
  const auto user = users_of_pair_.find(input_.estate.whole(half.resource));
  if (user == users_of_pair_.end()) return "its other half was there before pairform";
  return fmt::format("{}, which is not of this project, lands or comes home by the pair", text(user->second));
}

std::string Checker::why_half_stays(const PriorRow& half) {
  const Text source = input_.prior.cell(half, half_column::source),
             target = input_.prior.cell(half, half_column::target);
  const bool others = half.drifted && ranges::any_of(input_.prior.foreign, [&](const ForeignHalf& each) {
                        return each.source == target && each.target == source;
                      });
  if (others)
    return fmt::format("it is half of the pair {} <-> {} now, which somebody else made", text(source), text(target));
  return half.adopted ? std::string("it was there before pairform") : why_pair_stays(half);
}

std::string Checker::why_network_stays(const PriorRow& network) const {
  if (network.adopted && !network.ours) return "it was there before pairform";
  if (!network.ours) return "it does not bear this project's tag: somebody else made it anew";
  if (network.in_use_count != 0) return fmt::format("it is in use by {}", users(network));
  return "a mapping or machine that is not of this project uses it";
}

std::string Checker::why_stays(const PriorRow& row) {
  if (row.type == k_vm_type) return "its replication was ended and begun anew by somebody else";
  return row.type == k_network_type ? why_network_stays(row) : why_half_stays(row);
}

void Checker::forgotten_as_not_ours(const PriorRow& row) {
  diagnostics_.add(
      {Code::LeftInCloud,
       Severity::Warning,
       fmt::format("{} is forgotten, not deleted", text(row.address)),
       fmt::format("{} any more, and {}", row.because ? "no vm asks for it" : "no file declares it", why_stays(row)),
       "delete it by hand when nobody needs it any more",
       {},
       std::string(text(row.address))});
}

void Checker::not_ours(const DesiredRow& row, const PriorRow& found) {
  const std::string_view address = text(row.address);
  report(
      Code::NetworkNotOurs, address, row.declaration,
      fmt::format("{} exists and was not made by this project", address),
      fmt::format("\"{}\" is in the cloud without this project's tag; pairform will not take over what it did not make",
                  text(found.id)),
      fmt::format(
          "if it is managed elsewhere, use it as it is:\n[{}]\nexisting = true\nregion = \"{}\"\nname = \"{}\"\n"
          "if pairform should manage it from now on, adopt it:\n[import.\"{}\"]\nid = \"{}\"",
          address, text(input_.desired.cell(row, network_column::region)),
          text(input_.desired.cell(row, network_column::name)), address, text(found.id)));
}

// "mapping X, machine Y", "": nobody.
const std::string& Checker::strangers(Text network) {
  static const std::string nobody;
  if (strangers_.empty()) {
    const auto add = [&](Text used, std::string_view what, Text who) {
      std::string& users = strangers_[used];
      users += fmt::format("{}{} {}", users.empty() ? "" : ", ", what, text(who));
    };
    for (const ForeignHalf& half : input_.prior.foreign) {
      add(half.source, "mapping", half.id);
      if (half.target != half.source) add(half.target, "mapping", half.id);
    }
    for (const ForeignReplication& user : input_.prior.replications) add(user.network, "machine", user.vm);
  }
  const auto at = strangers_.find(network);
  return at == strangers_.end() ? nobody : at->second;
}

void Checker::leaving(const Change& change) {
  for (const Outgoing& outgoing : change.outgoing) {
    if (outgoing.needed) forgotten_as_needed(input_.prior.rows[outgoing.prior]);
    if (outgoing.not_ours) forgotten_as_not_ours(input_.prior.rows[outgoing.prior]);
    if (outgoing.forget || change.type != k_network_type) continue;
    const PriorRow& row = input_.prior.rows[outgoing.prior];
    const Text name = input_.names.name(row.identity);
    const std::string_view address = text(row.address);
    const DeclarationId declaration =
        !change.desired ? DeclarationId() : input_.desired.rows[change.desired].declaration;
    std::string used_by = users(row);
    if (const std::string& others = strangers(name); !others.empty()) used_by += (used_by.empty() ? "" : ", ") + others;
    const bool replaced = static_cast<bool>(change.desired);
    const ResourceId half = replaced ? used_by_[name] : ResourceId();
    if (half) {
      used_by += (used_by.empty() ? "" : ", ");
      used_by += text(input_.estate.address(half));
    }
    if (used_by.empty()) continue;
    report(Code::NetworkInUse, address, declaration,
           fmt::format("{} cannot be {} while it is in use", address, replaced ? "replaced" : "deleted"),
           fmt::format("used by {}", used_by),
           replaced ? std::string("declare the new network beside it, map to that one, apply, and remove the old one "
                                  "afterwards")
                    : fmt::format("free it first, and keep its stanza until then; or let go of it and leave it in the "
                                  "cloud: [removed.\"{}\"]",
                                  address));
  }
}

// Of the networks that are updated, by name: their subnets that come or change with the update, and their desired row.
std::map<Text, Checker::BroughtSubnets> Checker::brought_by_network() const {
  std::map<Text, BroughtSubnets> out;
  for (const Change& change : diff_.changes) {
    if (change.type != k_network_type || !change.update || change.origin == k_none) continue;
    const DesiredRow& row = input_.desired.rows[change.desired];
    out[row.address] = {
        change.desired,
        brought_subnets(subnets(input_.prior.cell(input_.prior.rows[change.origin], network_column::subnets)),
                        subnets(input_.desired.cell(row, network_column::subnets)))};
  }
  return out;
}

// A subnet whose prefix changes is one update of its network, after every landing that leaves it. So a landing cannot
// leave it and reach what the same update brings, nor what waits for that update.
void Checker::landings() {
  const std::map<Text, BroughtSubnets> brought = brought_by_network();
  if (brought.empty()) return;
  // The prior rows of vms by their place and whether they are recorded: where files give an address to another machine,
  // two are there (as in relations.h).
  std::map<std::pair<ResourceId, bool>, PriorId> was;
  std::set<ResourceId> changed;  // vms with a change
  for (const auto p : input_.prior.rows.ids()) {
    const PriorRow& vm = input_.prior.rows[p];
    if (vm.type == k_vm_type) was.emplace(std::pair(vm.resource, static_cast<bool>(vm.recorded)), p);
  }
  for (const Change& change : diff_.changes)
    if (change.type == k_vm_type && change.desired != k_none) changed.insert(change.resource);
  for (const Change& change : diff_.changes) {
    if (change.type != k_nic_type || !change.update || change.origin == k_none) continue;
    const PriorRow& prior = input_.prior.rows[change.origin];
    const ResourceId parent = input_.estate[prior.resource].parent;
    const bool recorded = static_cast<bool>(prior.recorded);
    auto vm = was.find({parent, recorded});
    if (vm == was.end()) vm = was.find({parent, !recorded});
    if (vm == was.end()) continue;
    const auto network = brought.find(input_.prior.cell(input_.prior.rows[vm->second], vm_column::target_network));
    if (network == brought.end()) continue;
    // Its test comes up in a subnet that the update of another network brings.
    const ResourceId wanted_vm = input_.estate[change.resource].parent;
    const DesiredId vm_row = wanted_vm ? input_.estate[wanted_vm].desired : DesiredId();
    const auto tested = vm_row ? brought.find(input_.desired.cell(input_.desired.rows[vm_row], vm_column::test_network))
                               : brought.end();
    const Text test = input_.desired.cell(input_.desired.rows[change.desired], nic_column::test_subnet);
    landing(change, network->second, changed.contains(wanted_vm),
            tested != brought.end() && tested->second.subnets.contains(std::string(text(test))));
  }
}

// One landing in a network that is updated.
void Checker::landing(const Change& nic, const BroughtSubnets& network, bool vm_changes, bool tests_in_brought) {
  const DesiredRow& desired = input_.desired.rows[nic.desired];
  const std::string left(text(input_.prior.cell(input_.prior.rows[nic.origin], nic_column::target_subnet)));
  const std::string reached(text(input_.desired.cell(desired, nic_column::target_subnet)));
  if (left == reached || !network.subnets.contains(left)) return;
  if (!vm_changes && !network.subnets.contains(reached) && !tests_in_brought) return;
  const DesiredRow& row = input_.desired.rows[network.desired];
  report(Code::NetworkTwoPlans, text(row.address), row.declaration,
         fmt::format("{} cannot change its shape in one plan", text(row.address)),
         fmt::format("{} leaves subnet \"{}\", whose prefix changes, for what comes only with that change",
                     text(desired.address), left),
         "first let it leave: keep the old prefix, apply; then change the prefix and apply again");
}

// Existing vms whose landing would not be kept, because the service moves them with their mapping. By half: one error each.
void Checker::moved_along() {
  std::map<PriorId, DesiredId> existing;
  for (const DesiredId d : input_.desired.rows.ids())
    if (const DesiredRow& row = input_.desired.rows[d]; row.type == k_vm_type && row.existing && diff_.origin[d])
      existing.emplace(diff_.origin[d], d);
  if (existing.empty()) return;
  std::map<ChangeId, std::pair<Text, std::vector<DesiredId>>> by_half;
  for (const MovedAlong& each : find_moved_along(input_.prior, diff_))
    if (const auto vm = existing.find(each.vm); vm != existing.end()) {
      by_half[each.half].first = each.target;
      by_half[each.half].second.push_back(vm->second);
    }
  for (const auto& [half, moved] : by_half) would_move_along(diff_.changes[half], moved.first, moved.second);
}

void Checker::would_move_along(const Change& half, Text target, const std::vector<DesiredId>& vms) {
  constexpr std::size_t k_most_named = 3;
  const DesiredRow& row = input_.desired.rows[half.desired];
  const DesiredRow& first = input_.desired.rows[vms.front()];
  const std::string_view pair = pair_of(text(row.address));
  const std::string_view before = text(input_.prior.cell(input_.prior.rows[half.origin], half_column::target));
  std::string names;
  for (std::size_t v = 0; v < std::min(vms.size(), k_most_named); ++v)
    names += fmt::format("{}{}", v == 0 ? "" : ", ", text(input_.desired.rows[vms[v]].address));
  if (vms.size() > k_most_named) names += fmt::format(" and {} more", vms.size() - k_most_named);
  const bool one = vms.size() == 1;
  Diagnostic moves{
      Code::WouldMoveAlong,
      Severity::Error,
      fmt::format("{} cannot lead {} to {}: {} would move along", pair,
                  text(input_.desired.cell(row, half_column::source)), text(target), names),
      fmt::format("{} existing = true, so {} kept, in {}; under edition {} the service moves every vm that "
                  "comes up by a mapping along with it",
                  one ? "it says" : "they say", one ? "its landing is" : "their landings are", before,
                  input_.moving_edition),
      fmt::format("let {} move: [{}] target_network = \"{}\"\nor leave the mapping at {}", one ? "it" : "each of them",
                  text(first.address), text(target), before),
      {},
      std::string(pair)};
  if (!places_) places_.emplace(input_.config);
  const bool reverse = text(row.address).ends_with(".reverse");
  const std::size_t end = reverse ? mapping_attribute::source : mapping_attribute::target;
  places_->point(moves, row.declaration ? places_->value(row.declaration, end) : nullptr, row.declaration);
  places_->point(moves, places_->value(first.declaration, vm_column::existing), first.declaration,
                 fmt::format("{} keeps its landing", text(first.address)));
  diagnostics_.add(std::move(moves));
}

void Checker::shape(const ShapeProblem& problem) {
  const DesiredRow& row = input_.desired.rows[problem.desired];
  if (!problem.conflict.empty()) {
    report(Code::NetworkTwoPlans, text(row.address), row.declaration,
           fmt::format("{} cannot change its shape in one plan", text(row.address)),
           fmt::format("what is added overlaps what is removed: {}", problem.conflict),
           "remove first: take the old range out, apply, then add the new one and apply again",
           network_column::subnets);
  } else {
    report(Code::NetworkInUse, text(row.address), row.declaration,
           fmt::format("subnet \"{}\" of {} is in use", problem.subnet, text(row.address)),
           fmt::format("used by {}", problem.users), "free the address first, or leave the subnet as it is",
           network_column::subnets);
  }
}

}  // namespace

std::vector<ShapeProblem> find_shape_problems(const Compared& compared) {
  std::vector<ShapeProblem> problems;
  for (const Pairing& pairing : compared.match.pairings) {
    if (pairing.type != k_network_type || asked_of(compared, pairing).changed == 0) continue;
    const NetworkChange change = shape_change(compared, pairing);
    if (!change.conflict.empty()) problems.push_back({pairing.desired, change.conflict, {}, {}});
    for (const Subnet& subnet : change.leaving)
      for (const AddressInUse& use : compared.prior.in_use_of(compared.prior.rows[pairing.origin])) {
        const bool inside = ranges::any_of(subnet.prefixes, [&](const Prefix& each) { return contains(each, use.ip); });
        if (inside) problems.push_back({pairing.desired, {}, subnet.name, in_use_text(use, compared.texts)});
      }
  }
  return problems;
}

void check_changes(const ChecksInput& input, const Diff& diff, Diagnostics& diagnostics) {
  Checker(input, diff, diagnostics).run();
}

}  // namespace pairform
