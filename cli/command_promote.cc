// The stanza that would declare what state knows, or a plan derives, and no file declares.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/stanza.h"
#include "cli/waiting.h"
#include "engine/model/derived_shape.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/declaration.h"

namespace pairform {
namespace {

class Promotion {
 public:
  Promotion(Run& run, std::string_view wanted) : run_(run), wanted_(pair_of(wanted)) {}

  // What is recorded; "": nothing.
  std::string of_recorded() const {
    for (const StateRow& row : run_.state.recorded.rows)
      if (pair_of(view(row.address)) == wanted_) return stanzas(row.type, recorded(row));
    return {};
  }

  // What is derived from files and the cloud, and not recorded yet; "": nothing.
  std::string of_derived() const {
    for (const DesiredRow& row : run_.world.desired.rows)
      if (is_derived(row) && pair_of(view(row.address)) == wanted_) return stanzas(row.type, derived(row));
    return {};
  }

  std::vector<std::string_view> known() const {
    std::vector<std::string_view> out;
    for (const StateRow& row : run_.state.recorded.rows) out.push_back(pair_of(view(row.address)));
    for (const DesiredRow& row : run_.world.desired.rows)
      if (is_derived(row)) out.push_back(pair_of(view(row.address)));
    return out;
  }

 private:
  std::string_view view(Text text) const { return run_.project.texts().view(text); }
  // Landings without a stanza of their own are derived, though nothing brings them about but their vm.
  static bool is_derived(const DesiredRow& row) { return row.because || row.type == k_nic_type; }
  StanzaRow recorded(const StateRow& row) const {
    return {view(row.address),
            {run_.state.recorded.cells.data() + row.first_cell, run_.project.types[row.type].columns.size()},
            row.protect};
  }
  StanzaRow derived(const DesiredRow& row) const {
    return {view(row.address),
            {run_.world.desired.cells.data() + row.first_cell, run_.project.types[row.type].columns.size()},
            row.protect};
  }
  std::string stanzas(TypeId type, const StanzaRow& row) const;
  std::string network(const StanzaRow& row) const;
  std::string undeclared_network(Text address) const;
  std::string vm(const StanzaRow& row) const;
  PairExtras extras_of(const StanzaRow& half) const;
  Text test_network_of(Text source, Text target) const;
  bool is_fixed(const StanzaRow& vm) const;

  Run& run_;
  std::string_view wanted_;
};

std::string Promotion::stanzas(TypeId type, const StanzaRow& row) const {
  if (type == k_network_type) return network(row);
  if (type == k_vm_type) return vm(row);
  if (type == k_nic_type) return landing_stanza(row, run_.project.parsed, run_.project.texts());
  // A stanza can name declared networks only: those that are not, come along.
  return undeclared_network(row.cells[half_column::source]) + undeclared_network(row.cells[half_column::target]) +
         pair_stanza(row, extras_of(row), run_.project.parsed, run_.project.texts());
}

// With the nics whose landings the rules would not give again.
std::string Promotion::vm(const StanzaRow& row) const {
  std::string out = vm_stanza(row, is_fixed(row), run_.project.texts());
  if (run_.project.texts().view(row.cells[vm_column::existing]) == "true") return out;  // keeps what is found
  const std::string nics = fmt::format("{}.nic.", row.address);
  for (const StateRow& each : run_.state.recorded.rows) {
    if (each.type != k_nic_type || !view(each.address).starts_with(nics)) continue;
    if (const std::string nic = nic_stanza(recorded(each), run_.project.texts()); !nic.empty()) out += '\n' + nic;
  }
  return out;
}

// The reverse half of a pair is looked for wherever the pair was found.
PairExtras Promotion::extras_of(const StanzaRow& half) const {
  const bool forward = half.address.ends_with(".forward");
  const Text source = half.cells[forward ? half_column::source : half_column::target],
             target = half.cells[forward ? half_column::target : half_column::source];
  PairExtras out{.home = {},
                 .one_way = forward,
                 .test_network = test_network_of(source, target),
                 .reverse_test_network = test_network_of(target, source)};
  const std::string reverse = fmt::format("{}.reverse", pair_of(half.address));
  for (const DesiredRow& row : run_.world.desired.rows) {
    if (view(row.address) != reverse) continue;
    out.home = run_.world.desired.cell(row, half_column::subnets);
    out.one_way = false;
  }
  for (const StateRow& row : run_.state.recorded.rows) {
    if (view(row.address) != reverse) continue;
    out.home = run_.state.recorded.cell(row, half_column::subnets);
    out.one_way = false;
  }
  return out;
}

// State does not say of a pair where tests of its vms come up, but of each vm: where all that land by it agree.
Text Promotion::test_network_of(Text source, Text target) const {
  Text test;
  bool first = true;
  for (const StateRow& row : run_.state.recorded.rows) {
    if (row.type != k_vm_type || run_.state.recorded.cell(row, vm_column::network) != source ||
        run_.state.recorded.cell(row, vm_column::target_network) != target)
      continue;
    const Text own = run_.state.recorded.cell(row, vm_column::test_network);
    if (!first && own != test) return {};
    test = own;
    first = false;
  }
  return test;
}

// With what others added to a derived network, as far as the cloud was read: declared without it, they would lose it.
std::string Promotion::network(const StanzaRow& row) const {
  std::vector<Text> cells(row.cells.begin(), row.cells.end());
  const auto shape = [&](Text spaces, Text subnets) { return parse_shape(view(spaces), view(subnets)); };
  for (const PriorRow& found : run_.world.prior.rows) {
    if (view(found.address) != row.address || (!found.others_spaces && !found.others_subnets)) continue;
    const NetworkShape whole = join_shapes(shape(cells[network_column::address_space], cells[network_column::subnets]),
                                           shape(found.others_spaces, found.others_subnets));
    cells[network_column::address_space] = run_.project.texts().intern(canonical_prefix_list(whole.spaces));
    cells[network_column::subnets] = run_.project.texts().intern(canonical_subnet_map(whole.subnets));
  }
  return network_stanza({row.address, cells, row.protect}, run_.project.parsed, run_.project.texts());
}

std::string Promotion::undeclared_network(Text address) const {
  for (const DesiredRow& row : run_.world.desired.rows)
    if (row.address == address && row.type == k_network_type && !row.because) return {};
  for (const StateRow& row : run_.state.recorded.rows)
    if (row.address == address) return network(recorded(row)) + '\n';
  for (const DesiredRow& row : run_.world.desired.rows)
    if (row.address == address) return network(derived(row)) + '\n';
  return {};
}

// Does a recorded vm come up elsewhere than its mapping says?
bool Promotion::is_fixed(const StanzaRow& vm) const {
  for (const StateRow& half : run_.state.recorded.rows)
    if (half.type == k_mapping_type &&
        run_.state.recorded.cell(half, half_column::source) == vm.cells[vm_column::network] &&
        run_.state.recorded.cell(half, half_column::target) == vm.cells[vm_column::target_network])
      return false;
  return true;
}

// Of a declared resource, its stanza; null: no file declares it.
const Declaration* declaration_of(const Run& run, std::string_view wanted) {
  for (const Declaration& each : run.project.config.declarations.items)
    if (each.key && declared_address(each, run.project.types, run.project.texts()) == pair_of(wanted)) return &each;
  return nullptr;
}

// Needs the cloud: what is derived follows from facts. False: errors.
bool derive_rows(Run& run, const Options& options, Diagnostics& diagnostics) {
  run.cloud.stop = catch_interrupts();
  const WaitingForCloud waiting(run.cloud, options);
  return open_provider(run, diagnostics) && connect_provider(run, diagnostics) && read_world(run, {}, diagnostics);
}

// What others added to a derived network only the cloud tells. Where it does not, the stanza says what is recorded.
bool may_hold_more(const Run& run, std::string_view wanted) {
  const auto& rows = run.state.recorded.rows;
  return std::any_of(rows.begin(), rows.end(), [&](const StateRow& row) {
    return row.type == k_network_type && row.because && !is_existing(run.state.recorded, row, run.project.texts()) &&
           (run.project.texts().view(row.address) == wanted || type_of(wanted) == "mapping");
  });
}

// A nic of a recorded vm that no file declares, which is told.
bool is_refused(const Run& run, std::string_view wanted, const Options& options) {
  const std::string_view vm = vm_of_nic(wanted);
  const auto& rows = run.state.recorded.rows;
  const bool recorded = std::any_of(rows.begin(), rows.end(),
                                    [&](const StateRow& row) { return run.project.texts().view(row.address) == vm; });
  if (vm == wanted || !recorded || declaration_of(run, vm) != nullptr) return false;
  print_problem(Code::UnknownAddress, fmt::format("{} is not declared", vm), "a nic is declared with its vm",
                fmt::format("pairform promote {}", vm), options);
  return true;
}

bool is_declared(const Run& run, std::string_view wanted, const Options& options) {
  const Declaration* stanza = declaration_of(run, wanted);
  if (stanza == nullptr) return false;
  print_problem(Code::StillDeclared, fmt::format("{} is declared", pair_of(wanted)),
                fmt::format("at {}:{}", run.project.config.sources[stanza->at.file].name, stanza->at.line),
                "there is nothing to promote", options);
  return true;
}

}  // namespace

Exit command_promote(const Options& options) {
  if (options.words.empty()) {
    print_problem(Code::Usage, "promote needs an address", "", "pairform promote mapping.app", options);
    return Exit::Error;
  }
  const std::string& wanted = options.words.front();
  Run run = new_run();
  Diagnostics diagnostics;
  if (!load_project(run, options.directory, diagnostics) || !read_state(run, diagnostics)) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  if (is_declared(run, wanted, options) || is_refused(run, wanted, options)) return Exit::Error;
  const bool derived = may_hold_more(run, wanted);
  Diagnostics unread;
  if (derived) derive_rows(run, options, unread);
  const Promotion promotion(run, wanted);
  std::string out = promotion.of_recorded();
  if (out.empty() && !run.world.desired.vms.empty()) {
    Diagnostics& told = derived ? unread : diagnostics;
    if (derived ? unread.has_errors() : !derive_rows(run, options, diagnostics)) {
      print_diagnostics(run, told, options);
      return end_without_plan(run, options);
    }
    out = promotion.of_derived();
  }
  const std::vector<std::string_view> known = promotion.known();
  if (out.empty() && std::find(known.begin(), known.end(), wanted) != known.end()) {
    print_problem(Code::UnknownAddress, fmt::format("{} lands nowhere", wanted),
                  "it has no landing that a table could say", "`pairform why` says what it lacks", options);
    return Exit::Error;
  }
  if (out.empty())
    return unknown_address(
        wanted, run.world.desired.vms.empty() ? "is not recorded" : "is neither recorded nor derived", known, options);
  print(out);
  return Exit::Ok;
}

}  // namespace pairform
