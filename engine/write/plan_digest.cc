#include "engine/write/plan_digest.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/model/relations.h"
#include "engine/state/sha256.h"
#include "engine/state/state_file.h"
#include "engine/write/attributes_json.h"
#include "schema/json_writer.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

// The prior rows that a plan rests on: those it touches, and what they stand on in the cloud.
class RestsOn {
 public:
  RestsOn(const World& world, const Diff& diff, const Relations<PriorId>& had)
      : world_(world), diff_(diff), had_(had), vm_at_(world.estate.size()) {
    for (const PriorId p : world.prior.rows.ids())
      if (world.prior.rows[p].type == k_vm_type) vm_at_[world.prior.rows[p].resource] = p;
  }

  std::vector<PriorId> rows() {
    for (const Change& change : diff_.changes) {
      if (change.type == k_nic_type || change.type == k_vm_type) add_machine(change);
      add_touched(change, change.origin);
      for (const Leaver& leaver : change.leavers) add_touched(change, leaver.prior);
      if (!change.desired || change.type != k_mapping_type) continue;
      for (const std::size_t column : {half_column::source, half_column::target})
        add(had_.network(world_.desired.cell(world_.desired.rows[change.desired], column)));
    }
    std::sort(rows_.begin(), rows_.end(), [&](PriorId a, PriorId b) { return key(a) < key(b); });
    rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
    return std::move(rows_);
  }

 private:
  std::pair<ResourceId, PriorId> key(PriorId p) const { return {world_.prior.rows[p].resource, p}; }
  void add(PriorId p) {
    if (p) rows_.push_back(p);
  }
  void add_needs(PriorId p) {
    for (const Related<PriorId> on : had_.needs(p)) add(on.row);
  }
  void add_touched(const Change& change, PriorId p) {
    add(p);
    if (p && change.type == k_mapping_type) add_needs(p);
  }
  // A vm, or the vm of a nic, as it is and as it is wanted.
  void add_machine(const Change& change) {
    const ResourceId parent = world_.estate[change.resource].parent;
    const PriorId vm = vm_at_[parent ? parent : change.resource];
    add(vm);
    if (vm) add_needs(vm);
    if (change.type != k_vm_type || !change.desired) return;
    const auto cell = [&](std::size_t column) {
      return world_.desired.cell(world_.desired.rows[change.desired], column);
    };
    add(had_.network(cell(vm_column::network)));
    add(had_.network(cell(vm_column::target_network)));
    add(had_.half(cell(vm_column::network), cell(vm_column::target_region)));
    add(had_.half(cell(vm_column::target_network), cell(vm_column::region)));
  }

  const World& world_;
  const Diff& diff_;
  const Relations<PriorId>& had_;
  DenseMap<ResourceId, PriorId> vm_at_;
  std::vector<PriorId> rows_;
};

}  // namespace

std::string plan_digest(const Project& project, std::string_view scope, const World& world, const Plan& plan,
                        RelationSet& relations) {
  const StringPool& texts = project.texts();
  Sha256 digest;
  // A line of the digest: `words`, then an object.
  const auto line = [&](std::string_view words, auto write) {
    std::string text(words);
    JsonWriter json(text);
    write(json);
    digest.update(text += '\n');
  };
  const auto address = [&](ResourceId resource) { return texts.view(world.estate.address(resource)); };
  line("pairform-plan 1\n", [&](JsonWriter& json) {
    json.open_object().member("edition", project.edition).member("project", project.config.settings.name);
    json.member("provider", project.config.settings.provider).member("scope", scope).close_object();
  });
  for (const StepId s : plan.steps.ids())
    line({}, [&](JsonWriter& json) {
      const Step& step = plan.steps[s];
      json.open_object().member("address", address(plan.diff.changes[step.change].resource));
      json.member("operation", operation_text(step.operation)).key("step").number(step_number(s));
      json.key("waits_for").open_array();
      for (const StepId other : step.waits_for) json.number(other.value);
      json.close_array().close_object();
    });
  for (const Change& change : plan.diff.changes)
    line({}, [&](JsonWriter& json) {
      const DesiredRow* desired = change.desired == k_none ? nullptr : &world.desired.rows[change.desired];
      json.open_object().member("action", action_text(change.action)).member("address", address(change.resource));
      write_text(json.key("adopted_id"), change.adopted_id, texts);
      json.key("after");
      if (change.first_after == k_none) json.null();
      else
        write_attributes(
            json, project.types[change.type],
            {plan.diff.cells.data() + change.first_after.index(), project.types[change.type].columns.size()}, texts,
            RememberedColumns::WhereGiven);
      write_text(json.key("because"), desired == nullptr ? Text() : desired->because, texts);
      write_text(json.key("previous_address"), change.previous_address, texts);
      json.key("protected").boolean(is_protected(change, world.desired, world.prior)).close_object();
    });
  for (const Record& record : plan.diff.records)
    line({}, [&](JsonWriter& json) {
      json.open_object().member("address", address(record.resource)).member("attribute", record.attribute);
      json.member("after", texts.view(record.after)).close_object();
    });
  DenseMap<ResourceId, bool> made(world.estate.size());
  for (const Change& change : plan.diff.changes) made[change.resource] = change.arrival == Arrival::Create;
  for (const auto& [resource, facts] : world.machines)
    if (made[resource]) digest.update(fmt::format("machine {} {}\n", address(resource), texts.view(facts)));
  // References of prior rows by identity: what a network is called depends on files that a saved plan does not read.
  const bool touches = !plan.diff.changes.empty();
  for (const PriorId p : touches ? RestsOn(world, plan.diff, relations.had()).rows() : std::vector<PriorId>()) {
    const PriorRow& prior = world.prior.rows[p];
    std::vector<Text> cells(world.prior.cells.begin() + prior.first_cell,
                            world.prior.cells.begin() + prior.first_cell +
                                static_cast<std::ptrdiff_t>(project.types[prior.type].columns.size()));
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (project.types[prior.type].column(c).kind == Kind::Reference) cells[c] = world.names->identity(cells[c]);
    const StateRow row{.address = prior.address,
                       .type = prior.type,
                       .id = prior.id,
                       .because = prior.because,
                       .depends_on = prior.depends_on,
                       .protect = prior.protect,
                       .adopted = prior.adopted};
    line(prior.presence == Seen::Absent ? "absent " : "present ",
         [&](JsonWriter& json) { write_state_row(json, row, cells, texts, project.types); });
  }
  return "sha256:" + digest.hex();
}

}  // namespace pairform
