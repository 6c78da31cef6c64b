#include "engine/write/plan_digest.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/model/relations.h"
#include "engine/state/state_file.h"
#include "engine/write/attributes_json.h"
#include "schema/base_types.h"
#include "schema/json_writer.h"
#include "schema/sha256.h"

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
      for (const Outgoing& outgoing : change.outgoing) add_touched(change, outgoing.prior);
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
    add(had_.network(cell(vm_column::test_network)));
    add(had_.half(cell(vm_column::network), cell(vm_column::target_region)));
    add(had_.half(cell(vm_column::target_network), cell(vm_column::region)));
  }

  const World& world_;
  const Diff& diff_;
  const Relations<PriorId>& had_;
  DenseMap<ResourceId, PriorId> vm_at_;
  std::vector<PriorId> rows_;
};

// The lines of a digest, one method a kind of them.
class DigestLines {
 public:
  DigestLines(const Project& project, const World& world, const Plan& plan)
      : project_(project), world_(world), plan_(plan), texts_(project.texts()) {}

  void head(std::string_view scope) {
    line("pairform-plan 1\n", [&](JsonWriter& json) {
      json.open_object().member("edition", project_.edition).member("project", project_.config.settings.name);
      json.member("provider", project_.config.settings.provider).member("scope", scope).close_object();
    });
  }
  void step(StepId s) {
    const Step& step = plan_.steps[s];
    line({}, [&](JsonWriter& json) {
      json.open_object().member("address", address(plan_.diff.changes[step.change].resource));
      json.member("operation", operation_text(step.operation)).key("step").number(step_number(s));
      json.key("waits_for").open_array();
      for (const StepId other : step.waits_for) json.number(other.value);
      json.close_array().close_object();
    });
  }
  void change(const Change& change);
  void record(const Record& record) {
    line({}, [&](JsonWriter& json) {
      json.open_object().member("address", address(record.resource)).member("attribute", record.attribute);
      json.member("after", texts_.view(record.after)).close_object();
    });
  }
  void also(const Note& note) {
    line("also ", [&](JsonWriter& json) {
      json.open_object().member("address", note.address).member("text", note.text).close_object();
    });
  }
  // Facts of a machine that the plan enables.
  void machine(ResourceId vm, Text facts) {
    digest_.update(fmt::format("machine {} {}\n", address(vm), texts_.view(facts)));
  }
  void prior(PriorId p);
  std::string hex() { return digest_.hex(); }

 private:
  // `words`, then an object.
  template <class Write>
  void line(std::string_view words, Write write) {
    std::string text(words);
    JsonWriter json(text);
    write(json);
    digest_.update(text += '\n');
  }
  std::string_view address(ResourceId resource) const { return texts_.view(world_.estate.address(resource)); }

  const Project& project_;
  const World& world_;
  const Plan& plan_;
  const StringPool& texts_;
  Sha256 digest_;
};

void DigestLines::change(const Change& change) {
  const ResourceType& type = project_.types[change.type];
  line({}, [&](JsonWriter& json) {
    const DesiredRow* desired = change.desired == k_none ? nullptr : &world_.desired.rows[change.desired];
    json.open_object().member("action", action_text(change.action)).member("address", address(change.resource));
    write_text(json.key("adopted_id"), change.adopted_id, texts_);
    json.key("after");
    if (change.first_after == k_none) json.null();
    else
      write_attributes(json, type, {plan_.diff.cells.data() + change.first_after.index(), type.columns.size()}, texts_,
                       Columns::Digested);
    write_text(json.key("because"), desired == nullptr ? Text() : desired->because, texts_);
    write_text(json.key("previous_address"), change.previous_address, texts_);
    json.key("protected").boolean(is_protected(change, world_.desired, world_.prior)).close_object();
  });
}

// References by identity: what a network is called depends on files that a saved plan does not read.
void DigestLines::prior(PriorId p) {
  const PriorRow& prior = world_.prior.rows[p];
  const ResourceType& type = project_.types[prior.type];
  std::vector<Text> cells;
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    const Text cell = world_.prior.cell(prior, c);
    cells.push_back(type.column(c).kind == Kind::Reference ? world_.names->identity(cell) : cell);
  }
  const StateRow row{.address = prior.address,
                     .type = prior.type,
                     .id = prior.id,
                     .because = prior.because,
                     .depends_on = prior.depends_on,
                     .protect = prior.protect,
                     .adopted = prior.adopted};
  line(prior.presence == Existence::Absent ? "absent " : "present ",
       [&](JsonWriter& json) { write_state_row(json, row, cells, texts_, project_.types); });
  if (prior.others_spaces || prior.others_subnets)
    digest_.update(fmt::format("others {} {}\n", texts_.view(prior.others_spaces), texts_.view(prior.others_subnets)));
}

}  // namespace

std::string plan_digest(const Project& project, std::string_view scope, const World& world, const Plan& plan,
                        RelationSet& relations) {
  DigestLines lines(project, world, plan);
  lines.head(scope);
  for (const StepId s : plan.steps.ids()) lines.step(s);
  for (const Change& change : plan.diff.changes) lines.change(change);
  for (const Record& record : plan.diff.records) lines.record(record);
  for (const Note& note : plan.also) lines.also(note);
  DenseMap<ResourceId, bool> made(world.estate.size());
  for (const Change& change : plan.diff.changes) made[change.resource] = change.arrival == Arrival::Create;
  for (const auto& [resource, facts] : world.machines)
    if (made[resource]) lines.machine(resource, facts);
  if (!plan.diff.changes.empty())
    for (const PriorId p : RestsOn(world, plan.diff, relations.had()).rows()) lines.prior(p);
  return "sha256:" + lines.hex();
}

}  // namespace pairform
