#include "engine/plan_digest.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/attributes_json.h"
#include "engine/pipeline.h"
#include "engine/recovery/slot_index.h"
#include "engine/state/sha256.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

// The prior rows that the plan rests on: those it touches, and the networks that a touched half stands on.
std::vector<std::uint32_t> relevant_rows(const Run& run) {
  TextIndex network(run.texts().size());  // name -> prior row
  for (std::uint32_t p = 0; p < run.prior.rows.size(); ++p)
    if (run.prior.rows[p].type == k_network_type) network.set(run.names->name(run.prior.rows[p].identity), p);
  TextIndex vm(run.texts().size());  // address -> prior row
  for (std::uint32_t p = 0; p < run.prior.rows.size(); ++p)
    if (run.prior.rows[p].type == k_vm_type) vm.set(run.prior.rows[p].address, p);
  std::optional<SlotIndex> halves;
  std::vector<std::uint32_t> rows;
  const auto add = [&](std::uint32_t p) {
    if (p != k_no_row) rows.push_back(p);
  };
  const auto add_networks = [&](Text source, Text target) {
    for (const Text name : {source, target})
      if (name) add(network[name]);
  };
  // A vm stands on its networks and on the halves of its pair.
  const auto add_place = [&](Text source, Text target, Text region, Text target_region) {
    if (!halves) halves = SlotIndex::of(run.prior, run.texts());
    add_networks(source, target);
    add(halves->find(source, target_region));
    add(halves->find(target, region));
  };
  const auto add_machine = [&](const auto& state, const auto& row) {
    add_place(state.cell(row, vm_column::network), state.cell(row, vm_column::target_network),
              state.cell(row, vm_column::region), state.cell(row, vm_column::target_region));
  };
  for (const Change& change : run.plan.diff.changes) {
    if (change.type == k_nic_type || change.type == k_vm_type) {
      const Text owner = run.texts().find(vm_of_nic(run.texts().view(run.book.addresses[change.resource.index()])));
      const std::uint32_t p = owner ? vm[owner] : k_no_row;
      add(p);
      if (p != k_no_row) add_machine(run.prior, run.prior.rows[p]);
      if (change.type == k_vm_type && change.desired != k_no_row)
        add_machine(run.desired, run.desired.rows[change.desired]);
    }
    std::vector<std::uint32_t> touched{change.origin};
    for (const Leaver& leaver : change.leavers) touched.push_back(leaver.prior);
    for (const std::uint32_t p : touched) {
      add(p);
      if (p == k_no_row || change.type != k_mapping_type) continue;
      const PriorRow& row = run.prior.rows[p];
      add_networks(run.prior.cell(row, half_column::source), run.prior.cell(row, half_column::target));
    }
    if (change.desired == k_no_row || change.type != k_mapping_type) continue;
    const DesiredRow& row = run.desired.rows[change.desired];
    add_networks(run.desired.cell(row, half_column::source), run.desired.cell(row, half_column::target));
  }
  std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    const ResourceId at_a = run.prior.rows[a].resource, at_b = run.prior.rows[b].resource;
    return at_a != at_b ? at_a < at_b : a < b;
  });
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace

std::string plan_digest(const Run& run) {
  const StringPool& texts = run.texts();
  Sha256 digest;
  std::string line = "pairform-plan 1\n{\"edition\":";
  append_json_string(line, run.edition);
  line += ",\"project\":";
  append_json_string(line, run.config.project.name);
  line += ",\"provider\":";
  append_json_string(line, run.config.project.provider);
  line += ",\"scope\":";
  append_json_string(line, run.scope);
  line += "}\n";
  digest.update(line);
  for (std::size_t s = 0; s < run.plan.steps.size(); ++s) {
    const Step& step = run.plan.steps[s];
    line = fmt::format(R"({{"address":"{}","operation":"{}","step":{},"waits_for":[{}]}})",
                       texts.view(run.book.addresses[run.plan.diff.changes[step.change].resource.index()]),
                       operation_text(step.operation), s + 1, fmt::join(step.waits_for, ","));
    digest.update(line += '\n');
  }
  for (const Change& change : run.plan.diff.changes) {
    const DesiredRow* desired = change.desired == k_no_row ? nullptr : &run.desired.rows[change.desired];
    line = fmt::format(R"({{"action":"{}","address":"{}","adopted_id":)", action_text(change.action),
                       texts.view(run.book.addresses[change.resource.index()]));
    append_text_json(line, change.adopted_id, texts);
    line += ",\"after\":";
    if (change.first_after == k_no_row) line += "null";
    else
      append_attributes_json(line, run.types[change.type],
                             {run.plan.diff.cells.data() + change.first_after, run.types[change.type].columns.size()},
                             texts, RememberedColumns::WhereGiven);
    line += ",\"because\":";
    append_text_json(line, desired == nullptr ? Text() : desired->because, texts);
    line += ",\"previous_address\":";
    append_text_json(line, change.previous_address, texts);
    line += fmt::format(",\"protected\":{}}}\n", is_protected(change, run.desired, run.prior));
    digest.update(line);
  }
  for (const Record& record : run.plan.diff.records)
    digest.update(fmt::format("{{\"address\":\"{}\",\"attribute\":\"{}\",\"after\":\"{}\"}}\n",
                              texts.view(run.book.addresses[record.resource.index()]), record.attribute,
                              texts.view(record.after)));
  std::vector<bool> made(run.book.addresses.size(), false);
  for (const Change& change : run.plan.diff.changes) made[change.resource.index()] = change.create;
  for (const auto& [resource, facts] : run.machines)
    if (made[resource.index()])
      digest.update(
          fmt::format("machine {} {}\n", texts.view(run.book.addresses[resource.index()]), texts.view(facts)));
  // References of prior rows by identity: what a network is called depends on files that a saved plan does not read.
  TextIndex identity(texts.size());
  for (const PriorRow& row : run.prior.rows)
    if (row.type == k_network_type) identity.set(run.names->name(row.identity), row.identity.value);
  for (const DesiredRow& row : run.desired.rows)
    if (row.type == k_network_type) identity.set(row.address, row.identity.value);
  for (const std::uint32_t p : relevant_rows(run)) {
    const PriorRow& prior = run.prior.rows[p];
    std::vector<Text> cells(
        run.prior.cells.begin() + prior.first_cell,
        run.prior.cells.begin() + prior.first_cell + static_cast<std::ptrdiff_t>(run.types[prior.type].columns.size()));
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (run.types[prior.type].column(c).kind == Kind::Reference && identity[cells[c]] != k_no_row)
        cells[c] = Text(identity[cells[c]]);
    line = prior.presence == Seen::Absent ? "absent " : "present ";
    const StateRow row{.address = prior.address,
                       .type = prior.type,
                       .id = prior.id,
                       .because = prior.because,
                       .depends_on = prior.depends_on,
                       .protect = prior.protect,
                       .adopted = prior.adopted};
    append_state_row(line, row, cells, texts, run.types);
    digest.update(line += '\n');
  }
  return "sha256:" + digest.hex();
}

}  // namespace pairform
