#include "cli/why_landing.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

class LandingWords {
 public:
  explicit LandingWords(Run& run) : run_(run) {}

  std::vector<std::string> tell(DesiredId row) {
    const DesiredRow& wanted = run_.world.desired.rows[row];
    if (wanted.type == k_mapping_type) {
      origin(row);
    } else if (wanted.type == k_network_type) {
      derived_network(wanted);
    } else if (const VmLanding* landing = landing_of(row); landing != nullptr) {
      if (wanted.type == k_vm_type) vm(*landing);
      else nic(*landing, row);
    }
    return std::move(out_);
  }

 private:
  std::string shown(Text text) const { return escape_for_terminal(run_.project.texts().view(text)); }
  void line(std::string text) { out_.push_back(std::move(text)); }
  const DeclaredVm& declared(const VmLanding& landing) const { return run_.world.desired.vms[landing.declared]; }
  std::string name(Text network) const { return shown(run_.world.names->name(network)); }
  const VmLanding* landing_of(DesiredId row) const;
  std::string place(const SourcePosition& at) const;
  std::string place(DeclarationId declaration, TypeId type, std::size_t attribute, DeclarationId vm = {}) const;
  std::string pair_place(const VmLanding& landing, std::size_t attribute) const;
  std::string mapped_place(const VmLanding& landing) const;
  std::string said_by(FactOrigin from, const std::string& where) const;
  void vm(const VmLanding& landing);
  void target(const VmLanding& landing);
  void test(const VmLanding& landing);
  void test_of_nic(DesiredId row, DeclarationId declaration);
  void origin(DesiredId half);
  void derived_network(const DesiredRow& network);
  void nic(const VmLanding& landing, DesiredId row);
  std::string why_fixed(const VmLanding& landing) const;
  void facts(const VmLanding& landing, const NicFacts& nic);
  void rules(const std::vector<RuleOutcome>& outcomes, const std::string& overridden, const VmLanding& landing);

  Run& run_;
  std::vector<std::string> out_;
};

// Of a vm or one of its nics; null: it is not planned for (a saved plan, an error).
const VmLanding* LandingWords::landing_of(DesiredId row) const {
  const auto after = std::upper_bound(run_.world.landings.begin(), run_.world.landings.end(), row,
                                      [](DesiredId wanted, const VmLanding& landing) { return wanted < landing.row; });
  if (after == run_.world.landings.begin()) return nullptr;
  const VmLanding& landing = *std::prev(after);
  return row < landing.nic_row(landing.nics.size()) ? &landing : nullptr;
}

std::string LandingWords::place(const SourcePosition& at) const {
  return fmt::format("{}:{}", escape_for_terminal(run_.project.config.sources[at.file].name), at.line);
}

// Where an attribute is written: in its stanza, or in the defaults that count for it; "" in neither. `vm`: of a nic, which
// may have no stanza itself.
std::string LandingWords::place(DeclarationId declaration, TypeId type, std::size_t attribute, DeclarationId vm) const {
  const Declarations& all = run_.project.config.declarations;
  const auto find = [&](const Declaration& stanza) {
    for (std::uint32_t v = stanza.first_value; v < stanza.first_value + stanza.value_count; ++v)
      if (all.values[v].attribute == attribute) return place(all.values[v].at);
    return std::string();
  };
  if (declaration != k_none)
    if (std::string own = find(all.items[declaration]); !own.empty()) return own;
  const DeclarationId stands = declaration != k_none ? declaration : vm;
  if (stands == k_none) return {};
  const FileId file = all.items[stands].at.file, project(0U);
  std::string of_file, of_project;
  for (const Declaration& stanza : all.defaults) {
    if (stanza.type != type || stanza.faulty) continue;
    std::string by_default = find(stanza);
    if (by_default.empty()) continue;
    by_default =
        fmt::format("[{}] at {}", declared_address(stanza, run_.project.types, run_.project.texts()), by_default);
    if (stanza.within && vm != k_none && stanza.within == all.items[vm].key) return by_default;
    if (stanza.within) continue;
    if (stanza.at.file == file) of_file = by_default;
    if (stanza.at.file == project) of_project = by_default;
  }
  return of_file.empty() ? of_project : of_file;
}

// Where the pair on a vm's slot says something; "": it is derived, and state remembers it.
std::string LandingWords::pair_place(const VmLanding& landing, std::size_t attribute) const {
  const DeclarationId declaration = !landing.half ? DeclarationId() : run_.world.desired.rows[landing.half].declaration;
  return declaration == k_none ? std::string() : place(declaration, k_mapping_type, attribute);
}

// Where the pair says where a subnet lands: on the reverse half that may be `reverse_subnets`.
std::string LandingWords::mapped_place(const VmLanding& landing) const {
  if (landing.half && run_.project.texts().view(run_.world.desired.rows[landing.half].address).ends_with(".reverse"))
    if (std::string reverse = pair_place(landing, mapping_attribute::reverse_subnets); !reverse.empty()) return reverse;
  return pair_place(landing, mapping_attribute::subnets);
}

std::string LandingWords::said_by(FactOrigin from, const std::string& where) const {
  if (from == FactOrigin::Cloud) return "as the cloud says";
  return from == FactOrigin::Recorded ? std::string("as it is recorded") : fmt::format("as {} says", where);
}

void LandingWords::vm(const VmLanding& landing) {
  const DeclaredVm& vm = declared(landing);
  if (landing.network)
    line(fmt::format("lives on {}, {}", name(landing.network),
                     said_by(landing.network_from, place(vm.declaration, k_vm_type, vm_column::network))));
  const std::string region = place(vm.declaration, k_vm_type, vm_column::target_region);
  line(fmt::format("recovers to {}, as {} says", shown(vm.target_region), region));
  target(landing);
  test(landing);
  std::vector<std::string> nics;
  for (std::size_t n = 0; n < landing.nics.size() && n < k_most_listed; ++n)
    nics.push_back(shown(run_.world.desired.rows[landing.nic_row(n)].address));
  if (!nics.empty()) line(fmt::format("its nics: {}", list_text(nics, landing.nics.size())));
}

// Why it comes up in the network it does.
void LandingWords::target(const VmLanding& landing) {
  const DeclaredVm& vm = declared(landing);
  if (landing.hangs) return line("where it comes up is left out: a stanza with errors may say it");
  if (!landing.target) return line("where it comes up is not known");
  const std::string where =
      fmt::format("comes up in {} ({})", name(landing.target), target_reason_text(landing.reason));
  const DesiredRow* half = landing.half == k_none ? nullptr : &run_.world.desired.rows[landing.half];
  const std::string pair =
      half == nullptr ? std::string() : escape_for_terminal(pair_of(run_.project.texts().view(half->address)));
  if (landing.reason == TargetReason::Kept) return line(where + ": its replication, enabled elsewhere, leads there");
  if (landing.reason == TargetReason::Override) {
    line(fmt::format("{}: target_network says so ({})", where,
                     place(vm.declaration, k_vm_type, vm_column::target_network)));
    if (half != nullptr && !landing.by_pair)
      line(fmt::format("  {} would lead to {}; edition {} leaves the target to each vm", pair,
                       shown(run_.world.desired.cell(*half, half_column::target)), run_.project.edition));
    return;
  }
  if (half == nullptr) return line(where);
  const std::string by =
      half->declaration == k_none
          ? fmt::format("derived because of {}", shown(half->because))
          : fmt::format("declared at {}", place(run_.project.config.declarations.items[half->declaration].at));
  line(fmt::format("{}: {}, {}, maps {} there", where, pair, by, name(landing.network)));
  if (half->because) origin(landing.half);
  for (const DesiredRow& row : run_.world.desired.rows)
    if (row.type == k_network_type && row.identity == landing.target && row.because) derived_network(row);
}

// Where a test failover comes up, and who says so.
void LandingWords::test(const VmLanding& landing) {
  if (!landing.test) return;
  const std::string where = fmt::format("is tested in {}", name(landing.test));
  if (landing.test_kept) return line(where + ", as its replication, enabled elsewhere, has it");
  if (!landing.test_by_pair)
    return line(fmt::format("{}: test_network says so ({})", where,
                            place(declared(landing).declaration, k_vm_type, vm_column::test_network)));
  const DesiredRow& half = run_.world.desired.rows[landing.half];
  const std::string_view address = run_.project.texts().view(half.address);
  const bool forward = address.ends_with(".forward");
  const std::string said = place(half.declaration, k_mapping_type,
                                 forward ? mapping_attribute::test_network : mapping_attribute::reverse_test_network);
  line(fmt::format("{}: {} of {} says so ({})", where, forward ? "test_network" : "reverse_test_network",
                   escape_for_terminal(pair_of(address)), said));
}

void LandingWords::test_of_nic(DesiredId row, DeclarationId declaration) {
  std::size_t c = 0;
  for (const TestRow& tested : run_.world.tests) {
    if (tested.nic != row) continue;
    const auto given = [&](std::size_t attribute, bool by_override) {
      const std::string where = by_override ? place(declaration, k_nic_type, attribute) : std::string();
      return where.empty() ? where : fmt::format(", {}", where);
    };
    if (c == 0)
      line(fmt::format("a test comes up in subnet {} of {} ({}{})", shown(tested.subnet), shown(tested.network),
                       reason_text(tested.subnet_reason),
                       given(nic_column::test_subnet, tested.subnet_reason == SubnetReason::Override)));
    if (tested.comes_up)
      line(fmt::format("  {}with {} ({}{})", c == 0 ? std::string() : shown(tested.configuration) + " ",
                       tested.ip ? shown(tested.ip) : "a dynamic address", reason_text(tested.ip_reason),
                       given(nic_column::test_ip, c == 0 && tested.ip_reason == IpReason::Override)));
    ++c;
  }
}

// How a derived pair came about: by the first vm that asked for it.
void LandingWords::origin(DesiredId half) {
  const std::string_view pair = pair_of(run_.project.texts().view(run_.world.desired.rows[half].address));
  for (const VmLanding& asked : run_.world.landings) {
    if (asked.half == k_none || pair_of(run_.project.texts().view(run_.world.desired.rows[asked.half].address)) != pair)
      continue;
    const std::string slot = fmt::format("{} towards {}", name(asked.network), shown(declared(asked).target_region));
    switch (asked.covered_by) {
      case CoveredBy::Nothing:
      case CoveredBy::DeclaredPair:
      case CoveredBy::EarlierVm: continue;
      case CoveredBy::FoundPair:
        return line(fmt::format("no file maps {}; the cloud holds this pair, whole, and what is mapped stays", slot));
      case CoveredBy::RecordedPair:
        return line(fmt::format("no file maps {}; state remembers this pair, and what is mapped stays", slot));
      case CoveredBy::FoundHalf:
        return line(
            fmt::format("no file maps {}; the cloud holds that half of this pair, and what is mapped stays", slot));
      case CoveredBy::DefaultNetwork:
        return line(fmt::format("nothing maps {}, and no vm there gives target_network, so {} it is", slot,
                                name(asked.target)));
      case CoveredBy::TargetNetwork: break;
    }
    for (const VmLanding& each : run_.world.landings) {
      if (each.half != asked.half || !declared(each).target_network) continue;
      return line(fmt::format("nothing maps {}, and {} gives target_network ({})", slot, shown(declared(each).address),
                              place(declared(each).declaration, k_vm_type, vm_column::target_network)));
    }
  }
}

// Which network it follows, or why an existing one has a row.
void LandingWords::derived_network(const DesiredRow& network) {
  for (const VmLanding& landing : run_.world.landings) {
    if (landing.target != network.identity) continue;
    const std::string own = shown(network.address), from = name(landing.network);
    line(network.existing ? fmt::format("{} is there, no file names it, and vms of {} come up in it", own, from)
                          : fmt::format("{} has the default name for {}, \"{}\", and follows its prefixes and subnets",
                                        own, from, shown(run_.world.desired.cell(network, network_column::name))));
    return;
  }
}

void LandingWords::facts(const VmLanding& landing, const NicFacts& nic) {
  const auto fact = [&](std::string_view words, Text value, FactOrigin from, std::size_t column) {
    if (!value) return;
    const DeclarationId declaration =
        !nic.declared ? DeclarationId() : run_.world.desired.nics[nic.declared].declaration;
    std::vector<std::string> items;
    if (column == nic_column::secondary)
      for (const auto& [configuration, ip] : run_.project.parsed.items(run_.project.texts(), value))
        items.push_back(escape_for_terminal(fmt::format("{} {}", configuration, ip)));
    line(fmt::format("{} {}, {}", words,
                     items.empty() ? (run_.project.texts().view(value) == k_dynamic ? "dynamic" : shown(value))
                                   : list_text(items, items.size()),
                     said_by(from, place(declaration, k_nic_type, column, declared(landing).declaration))));
  };
  if (landing.network) line(fmt::format("lives on {}", name(landing.network)));
  fact("its subnet is", nic.subnet, nic.subnet_from, nic_column::subnet);
  fact("its address is", nic.ip, nic.ip_from, nic_column::ip);
  fact("its secondaries are", nic.secondary, nic.secondary_from, nic_column::secondary);
}

// `overridden`: where the files give it; "": nowhere.
void LandingWords::rules(const std::vector<RuleOutcome>& outcomes, const std::string& overridden,
                         const VmLanding& landing) {
  for (const RuleOutcome& outcome : outcomes) {
    std::string where;
    if (outcome.applies && outcome.rule == reason_text(SubnetReason::Override)) where = overridden;
    if (outcome.applies && outcome.rule == reason_text(SubnetReason::Mapped)) where = mapped_place(landing);
    if (outcome.applies && outcome.rule == reason_text(IpReason::SameHost))
      where = pair_place(landing, mapping_attribute::addresses);
    line(fmt::format("  {}: {}{}", outcome.rule, escape_for_terminal(outcome.text),
                     where.empty() ? "" : fmt::format(" ({})", where)));
  }
}

// Of a nic that is not placed anew.
std::string LandingWords::why_fixed(const VmLanding& landing) const {
  const DesiredRow& vm = run_.world.desired.rows[landing.row];
  for (const PriorRow& row : run_.world.prior.rows)
    if (row.identity == vm.identity && (row.pending || row.status != Status::Settled))
      return fmt::format(": {} is held ({}), and its landing stays as it is", shown(vm.address),
                         status_text(row.pending ? Status::Busy : row.status));
  return ": what it rests on is not known, and it stays as it is";
}

void LandingWords::nic(const VmLanding& landing, DesiredId row) {
  const NicFacts& nic = landing.nics[row.index() - landing.nic_row(0).index()];
  facts(landing, nic);
  target(landing);
  const std::optional<LandingReasons> reasons = explain_landing(
      {run_.project.config, run_.project.parsed, run_.state.recorded, *run_.world.names, run_.world.landings, {}},
      run_.world.desired, run_.world.prior, run_.project.texts(), row);
  if (!reasons) return line("where it lands is not known");
  const DeclarationId declaration = !nic.declared ? DeclarationId() : run_.world.desired.nics[nic.declared].declaration;
  std::size_t c = 0;
  for (const PlacementRow& placed : run_.world.placements) {
    if (placed.nic != row) continue;
    if (c == 0) {
      const std::string where =
          placed.subnet ? fmt::format("in subnet {} of {}", shown(placed.subnet), shown(placed.target_network))
                        : fmt::format("nowhere in {}", shown(placed.target_network));
      line(fmt::format("lands {}{}", where,
                       reasons->fixed ? why_fixed(landing) : fmt::format(" ({})", reason_text(placed.subnet_reason))));
      rules(reasons->subnet, place(declaration, k_nic_type, nic_column::target_subnet, declared(landing).declaration),
            landing);
    }
    if (!placed.subnet) return;  // and so on no address
    line(fmt::format(
        "{}lands on {}{}", c == 0 ? std::string() : shown(placed.configuration) + " ",
        placed.ip ? shown(placed.ip) : "a dynamic address",
        reasons->fixed || !placed.ip ? std::string() : fmt::format(" ({})", reason_text(placed.ip_reason))));
    rules(reasons->addresses[c],
          place(declaration, k_nic_type, c == 0 ? nic_column::target_ip : nic_column::target_secondary,
                declared(landing).declaration),
          landing);
    ++c;
  }
  test_of_nic(row, declaration);
}

}  // namespace

std::vector<std::string> landing_reasons(Run& run, DesiredId row) { return LandingWords(run).tell(row); }

std::vector<std::string> landing_users(const Run& run, const DesiredRow& row) {
  std::vector<std::string> lives, lands, tests;
  std::size_t living = 0, landing_there = 0, tested = 0;
  const auto add = [&](std::vector<std::string>& names, std::size_t& count, const VmLanding& landing) {
    if (++count <= k_most_listed)
      names.push_back(escape_for_terminal(run.project.texts().view(run.world.desired.vms[landing.declared].address)));
  };
  for (const VmLanding& landing : run.world.landings) {
    const bool by_half = landing.half != k_none && landing.by_pair && &run.world.desired.rows[landing.half] == &row;
    if (row.type == k_network_type && landing.network == row.identity) add(lives, living, landing);
    if (by_half || (row.type == k_network_type && landing.target == row.identity)) add(lands, landing_there, landing);
    if (row.type == k_network_type && landing.test == row.identity) add(tests, tested, landing);
  }
  std::vector<std::string> out;
  if (living != 0) out.push_back(fmt::format("{} live{} on it", list_text(lives, living), living == 1 ? "s" : ""));
  if (landing_there != 0)
    out.push_back(fmt::format("{} come{} up {} it", list_text(lands, landing_there), landing_there == 1 ? "s" : "",
                              row.type == k_network_type ? "in" : "by"));
  if (tested != 0)
    out.push_back(fmt::format("{} {} tested in it", list_text(tests, tested), tested == 1 ? "is" : "are"));
  return out;
}

}  // namespace pairform
