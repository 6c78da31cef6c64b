#include "engine/plan_digest.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/attributes_json.h"
#include "engine/pipeline.h"
#include "engine/recovery/slot_index.h"
#include "engine/state/sha256.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/json_writer.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

// The prior rows that the plan rests on: those it touches, and the networks that a touched half stands on.
std::vector<PriorId> relevant_rows(const Run& run) {
  TextMap<PriorId> network(run.texts().size());  // name -> prior row
  for (const auto p : run.prior.rows.ids())
    if (run.prior.rows[p].type == k_network_type) network.set(run.names->name(run.prior.rows[p].identity), p);
  TextMap<PriorId> vm(run.texts().size());  // address -> prior row
  for (const auto p : run.prior.rows.ids())
    if (run.prior.rows[p].type == k_vm_type) vm.set(run.prior.rows[p].address, p);
  std::optional<SlotIndex<PriorId>> halves;
  std::vector<PriorId> rows;
  const auto add = [&](PriorId p) {
    if (p) rows.push_back(p);
  };
  const auto add_networks = [&](Text source, Text target) {
    for (const Text name : {source, target})
      if (name) add(network[name]);
  };
  // A vm stands on its networks and on the halves of its pair.
  const auto add_place = [&](Text source, Text target, Text region, Text target_region) {
    if (!halves) halves.emplace(run.prior, run.texts());
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
      const Text owner = run.texts().find(vm_of_nic(run.texts().view(run.estate.address(change.resource))));
      const PriorId p = vm[owner];
      add(p);
      if (p) add_machine(run.prior, run.prior.rows[p]);
      if (change.type == k_vm_type && change.desired != k_none)
        add_machine(run.desired, run.desired.rows[change.desired]);
    }
    std::vector<PriorId> touched{change.origin};
    for (const Leaver& leaver : change.leavers) touched.push_back(leaver.prior);
    for (const PriorId p : touched) {
      add(p);
      if (!p || change.type != k_mapping_type) continue;
      const PriorRow& row = run.prior.rows[p];
      add_networks(run.prior.cell(row, half_column::source), run.prior.cell(row, half_column::target));
    }
    if (change.desired == k_none || change.type != k_mapping_type) continue;
    const DesiredRow& row = run.desired.rows[change.desired];
    add_networks(run.desired.cell(row, half_column::source), run.desired.cell(row, half_column::target));
  }
  std::sort(rows.begin(), rows.end(), [&](PriorId a, PriorId b) {
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
  // A line of the digest: `words`, then an object.
  const auto line = [&](std::string_view words, auto write) {
    std::string text(words);
    JsonWriter json(text);
    write(json);
    digest.update(text += '\n');
  };
  const auto address = [&](ResourceId resource) { return texts.view(run.estate.address(resource)); };
  line("pairform-plan 1\n", [&](JsonWriter& json) {
    json.open_object().member("edition", run.edition).member("project", run.config.project.name);
    json.member("provider", run.config.project.provider).member("scope", run.scope).close_object();
  });
  for (const StepId s : run.plan.steps.ids())
    line({}, [&](JsonWriter& json) {
      const Step& step = run.plan.steps[s];
      json.open_object().member("address", address(run.plan.diff.changes[step.change].resource));
      json.member("operation", operation_text(step.operation)).key("step").number(step_number(s));
      json.key("waits_for").open_array();
      for (const StepId other : step.waits_for) json.number(other.value);
      json.close_array().close_object();
    });
  for (const Change& change : run.plan.diff.changes)
    line({}, [&](JsonWriter& json) {
      const DesiredRow* desired = change.desired == k_none ? nullptr : &run.desired.rows[change.desired];
      json.open_object().member("action", action_text(change.action)).member("address", address(change.resource));
      write_text(json.key("adopted_id"), change.adopted_id, texts);
      json.key("after");
      if (change.first_after == k_none) json.null();
      else
        write_attributes(
            json, run.types[change.type],
            {run.plan.diff.cells.data() + change.first_after.index(), run.types[change.type].columns.size()}, texts,
            RememberedColumns::WhereGiven);
      write_text(json.key("because"), desired == nullptr ? Text() : desired->because, texts);
      write_text(json.key("previous_address"), change.previous_address, texts);
      json.key("protected").boolean(is_protected(change, run.desired, run.prior)).close_object();
    });
  for (const Record& record : run.plan.diff.records)
    line({}, [&](JsonWriter& json) {
      json.open_object().member("address", address(record.resource)).member("attribute", record.attribute);
      json.member("after", texts.view(record.after)).close_object();
    });
  DenseMap<ResourceId, bool> made(run.estate.size());
  for (const Change& change : run.plan.diff.changes) made[change.resource] = change.create;
  for (const auto& [resource, facts] : run.machines)
    if (made[resource]) digest.update(fmt::format("machine {} {}\n", address(resource), texts.view(facts)));
  // References of prior rows by identity: what a network is called depends on files that a saved plan does not read.
  TextMap<Text> identity(texts.size());
  for (const PriorRow& row : run.prior.rows)
    if (row.type == k_network_type) identity.set(run.names->name(row.identity), row.identity);
  for (const DesiredRow& row : run.desired.rows)
    if (row.type == k_network_type) identity.set(row.address, row.identity);
  for (const PriorId p : relevant_rows(run)) {
    const PriorRow& prior = run.prior.rows[p];
    std::vector<Text> cells(
        run.prior.cells.begin() + prior.first_cell,
        run.prior.cells.begin() + prior.first_cell + static_cast<std::ptrdiff_t>(run.types[prior.type].columns.size()));
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (run.types[prior.type].column(c).kind == Kind::Reference && identity.contains(cells[c]))
        cells[c] = identity[cells[c]];
    const StateRow row{.address = prior.address,
                       .type = prior.type,
                       .id = prior.id,
                       .because = prior.because,
                       .depends_on = prior.depends_on,
                       .protect = prior.protect,
                       .adopted = prior.adopted};
    line(prior.presence == Seen::Absent ? "absent " : "present ",
         [&](JsonWriter& json) { write_state_row(json, row, cells, texts, run.types); });
  }
  return "sha256:" + digest.hex();
}

}  // namespace pairform
