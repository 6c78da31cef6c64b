#include "engine/write/plan_file.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "engine/write/attributes_json.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/sha256.h"

namespace pairform {
namespace {

enum class Form {
  Printed,  // `plan --json`
  Linked,   // with "links": what the command line renders for people
  Saved,    // `plan --out`: with "links" and a checksum
};

class Writer {
 public:
  Writer(const Project& project, const World& world, const Plan& plan, const Diagnostics& diagnostics, Form form)
      : project_(project),
        world_(world),
        plan_(plan),
        diagnostics_(diagnostics),
        failed_(diagnostics.has_errors()),
        form_(form) {}

  std::string write() {
    json_.open_object();
    head();
    list("changes", plan_.diff.changes, [&](const Change& change) { write_change(change); });
    std::size_t number = 0;
    list("steps", plan_.steps, [&](const Step& step) { write_step(step, ++number); });
    if (!failed_ && !plan_.also.empty())
      list("also", plan_.also,
           [&](const Note& note) { json_.member("address", note.address).member("text", note.text); });
    list("drift", world_.prior.drift, [&](const DriftItem& item) { write_drift(item); });
    list("placements", world_.placements, [this](const PlacementRow& row) { write_placement(row); });
    list("records", plan_.diff.records, [&](const Record& record) { write_record(record); });
    list("held", plan_.diff.held, [&](const HeldItem& item) {
      json_.member("address", address(item.resource)).member("status", status_text(item.status));
      text("because", item.because);
    });
    list("unknown", plan_.diff.unknown, [&](const UnknownItem& item) {
      json_.member("address", address(item.resource));
      text("because", item.because);
    });
    if (!failed_ && !plan_.left_out.empty())
      list("left_out", plan_.left_out, [&](const LeftOutItem& item) {
        json_.member("address", address(item.resource)).member("because", item.because);
      });
    if (!failed_ && !plan_.broken.empty())
      list("broken", plan_.broken, [&](const BrokenHalf& half) {
        json_.member("address", address(half.resource)).member("reason", reason_text(half.reason));
        text("source", half.source);
        text("target", half.target);
        text("found", half.found);
        json_.member("because", half.because);
      });
    write_exposed();
    list("foreign", world_.prior.foreign, [&](const ForeignHalf& half) {
      text("id", half.id);
      text("source", half.source);
      text("target", half.target);
    });
    summary();
    json_.key("diagnostics").open_array();
    for (const Diagnostic& each : diagnostics_.items()) write_diagnostic(json_, each, project_.config.sources);
    json_.close_array();
    if (form_ != Form::Printed) list("links", plan_.diff.changes, [&](const Change& change) { write_links(change); });
    if (form_ == Form::Saved) json_.member("checksum", sha256_name(out_));
    json_.close_object();
    return std::move(out_);
  }

 private:
  const StringPool& texts() const { return project_.texts(); }
  std::string_view address(ResourceId resource) const { return texts().view(world_.estate.address(resource)); }
  // A member; null where there is no text.
  void text(std::string_view key, Text value) { write_text(json_.key(key), value, texts()); }

  // A member: an array of an object an item, whose members `write` writes. Empty if the plan failed.
  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write write) {
    json_.key(name).open_array();
    if (!failed_)
      for (const auto& item : items) {
        json_.open_object();
        write(item);
        json_.close_object();
      }
    json_.close_array();
  }

  void head() {
    json_.member("format_version", k_plan_format).member("pairform_version", project_.version);
    json_.member("project", project_.config.settings.name).member("provider", project_.config.settings.provider);
    json_.member("edition", project_.edition);
    json_.key("digest").text_or_null(failed_ ? std::string_view() : plan_.digest);
    json_.key("complete").boolean(plan_.complete && !failed_);
    json_.key("applyable").boolean(plan_.applyable && !failed_);
  }

  // A member; null where there is no row, which is where its cells begin.
  void attributes(std::string_view key, TypeId type, const std::vector<Text>& cells, CellId first) {
    json_.key(key);
    if (first == k_none) json_.null();
    else
      write_attributes(json_, project_.types[type], {cells.data() + first.index(), project_.types[type].columns.size()},
                       texts());
  }

  void write_change(const Change& change) {
    const DesiredRow* desired = change.desired == k_none ? nullptr : &world_.desired.rows[change.desired];
    const PriorId before = before_row(change, world_.prior);
    const std::string_view name = address(change.resource);
    json_.member("address", name).member("type", type_of(name));
    json_.member("action", action_text(change.action)).member("reason", reason_text(change.reason));
    text("because", desired == nullptr ? Text() : desired->because);
    text("previous_address", change.previous_address);
    text("adopted_id", change.adopted_id);
    attributes("before", change.type, world_.prior.cells,
               !before ? CellId() : CellId(world_.prior.rows[before].first_cell));
    attributes("after", change.type, plan_.diff.cells, change.first_after);
    json_.key("changed").open_array();
    for (std::size_t c = 0; c < project_.types[change.type].columns.size(); ++c)
      if ((change.changed >> c & 1U) != 0) json_.text(project_.types[change.type].column(c).name);
    json_.close_array();
    json_.key("pair").text_or_null(change.type == k_mapping_type ? pair_of(name) : std::string_view());
    json_.key("protected").boolean(is_protected(change, world_.desired, world_.prior));
    if (before && world_.prior.rows[before].note) text("note", world_.prior.rows[before].note);
  }

  void write_links(const Change& change) {
    const PriorRow* origin = change.origin == k_none ? nullptr : &world_.prior.rows[change.origin];
    const bool recorded = origin != nullptr && origin->recorded != k_none;
    json_.member("address", address(change.resource));
    text("origin", recorded ? origin->address : Text());
    json_.key("found").boolean(origin != nullptr && !recorded);
    list("leaves", change.outgoing, [&](const Outgoing& outgoing) {
      text("address", world_.prior.rows[outgoing.prior].address);
      json_.member("operation", outgoing.forget ? "forget" : "delete");
    });
    if (change.desired != k_none) more_links(world_.desired.rows[change.desired]);
  }

  // What a change brings that `after` does not show: what state only remembers, and a provider's own attributes.
  void more_links(const DesiredRow& desired) {
    const ResourceType& type = project_.types[desired.type];
    const auto remembers = [&](std::size_t c) {
      return type.column(c).mutability == Mutability::Remembered && world_.desired.cell(desired, c);
    };
    bool any = false;
    for (std::size_t c = 0; c < type.columns.size(); ++c) any |= remembers(c);
    if (any) {
      json_.key("remembered").open_object();
      for (std::size_t c = 0; c < type.columns.size(); ++c)
        if (remembers(c))
          write_value(json_.key(type.column(c).name), type.column(c).kind, world_.desired.cell(desired, c), texts());
      json_.close_object();
    }
    if (desired.extras) json_.key("extras").raw(texts().view(desired.extras));
    if (desired.type == k_vm_type) target_reason(desired);
  }

  // Why a vm comes up where it does. Only shown; read_plan does not read it.
  void target_reason(const DesiredRow& vm) {
    const DesiredId row = world_.desired.rows.id_of(vm);
    const auto at = std::lower_bound(world_.landings.begin(), world_.landings.end(), row,
                                     [](const VmLanding& landing, DesiredId wanted) { return landing.row < wanted; });
    if (at == world_.landings.end() || at->row != row || !at->target) return;
    json_.member("target_reason", target_reason_text(at->reason));
    if (at->half != k_none) json_.member("target_by", pair_of(texts().view(world_.desired.rows[at->half].address)));
  }

  void write_placement(const PlacementRow& row) {
    text("vm", world_.desired.rows[row.vm].address);
    text("nic", world_.desired.rows[row.nic].address);
    text("configuration", row.configuration);
    text("target_network", row.target_network);
    text("target_subnet", row.subnet);
    text("target_ip", row.ip);
    json_.member("subnet_reason", reason_text(row.subnet_reason)).member("ip_reason", reason_text(row.ip_reason));
  }

  void write_step(const Step& step, std::size_t number) {
    json_.key("step").number(number).member("address", address(plan_.diff.changes[step.change].resource));
    json_.member("operation", operation_text(step.operation)).key("waits_for").open_array();
    for (const StepId other : step.waits_for) json_.number(step_number(other));
    json_.close_array();
  }

  void write_drift(const DriftItem& item) {
    text("address", item.address);
    if (!item.column) {
      json_.key("attribute").null();
      text("recorded", item.recorded);
      json_.key("found").null();
      return;
    }
    const AttributeType& column = project_.types[item.type].column(*item.column);
    json_.member("attribute", column.name);
    write_value(json_.key("recorded"), column.kind, item.recorded, texts());
    write_value(json_.key("found"), column.kind, item.found, texts());
    if (item.lost_to) text("lost_to", item.lost_to);
  }

  void write_record(const Record& record) {
    Kind kind = record.attribute == "protect" ? Kind::Boolean : Kind::String;
    const ResourceType& type = project_.types[world_.prior.rows[record.prior].type];
    if (const auto column = type.find_column(record.attribute)) kind = type.column(*column).kind;
    json_.member("address", address(record.resource)).member("attribute", record.attribute);
    write_value(json_.key("before"), kind, record.before, texts());
    write_value(json_.key("after"), kind, record.after, texts());
  }

  // Only machines that lose a way for good; whom else a step concerns is among what needs approval.
  void write_exposed() {
    std::vector<HalfUse> lost = plan_.half_uses;
    std::erase_if(lost, [](const HalfUse& use) { return !use.lost; });
    if (failed_ || lost.empty()) return;
    list("exposed", lost, [&](const HalfUse& use) {
      json_.member("address", address(use.half)).member("way", use.way == Way::Over ? "over" : "back");
      json_.key("machines").open_array();
      for (const std::string& machine : use.machines) json_.text(machine);
      json_.close_array();
    });
  }

  void summary() {
    const Summary counts = failed_ ? Summary() : plan_.summary;
    json_.key("summary").open_object();
    for (std::size_t action = 0; action < counts.by_action.size(); ++action)
      if (action != static_cast<std::size_t>(Action::NoOp))
        json_.key(k_action_texts[action]).number(counts.by_action[action]);
    json_.key("unchanged").number(counts.unchanged).close_object();
  }

  const Project& project_;
  const World& world_;
  const Plan& plan_;
  const Diagnostics& diagnostics_;
  bool failed_;
  Form form_;
  std::string out_;
  JsonWriter json_{out_};
};

// Is it the same value? Two objects (before, after) are compared by member. The plan of an older version may lack an
// attribute that came later (AttributeType::came_later), which must then be null; read_plan checked that it lacks no
// other.
bool shows_value(simdjson::dom::element saved, simdjson::dom::element made) {
  simdjson::dom::object was, is;
  if (saved.get(was) != simdjson::SUCCESS || made.get(is) != simdjson::SUCCESS)
    return simdjson::minify(saved) == simdjson::minify(made);
  std::size_t common = 0;
  for (const auto& [name, value] : is) {
    simdjson::dom::element other;
    if (was.at_key(name).get(other) != simdjson::SUCCESS) {
      if (!value.is_null()) return false;
      continue;
    }
    ++common;
    if (simdjson::minify(other) != simdjson::minify(value)) return false;
  }
  return common == was.size();
}

}  // namespace

std::string saved_plan_json(const Project& project, const World& world, const Plan& plan,
                            const Diagnostics& diagnostics) {
  return Writer(project, world, plan, diagnostics, Form::Saved).write();
}

std::string plan_json(const Project& project, const World& world, const Plan& plan, const Diagnostics& diagnostics,
                      bool links) {
  return Writer(project, world, plan, diagnostics, links ? Form::Linked : Form::Printed).write();
}

bool shows_plan(std::string_view bytes, const Project& project, const World& world, const Plan& plan) {
  const std::string now = plan_json(project, world, plan, Diagnostics());
  simdjson::dom::parser saved_parser, parser;
  simdjson::dom::element saved, made;
  if (saved_parser.parse(bytes.data(), bytes.size()).get(saved) != simdjson::SUCCESS ||
      parser.parse(now).get(made) != simdjson::SUCCESS)
    return false;
  try {
    if (simdjson::minify(saved["steps"].value()) != simdjson::minify(made["steps"].value())) return false;
    const auto also = [](simdjson::dom::element from) {
      simdjson::dom::element notes;
      return from["also"].get(notes) == simdjson::SUCCESS ? simdjson::minify(notes) : std::string();
    };
    if (also(saved) != also(made)) return false;
    for (const std::string_view action : k_action_texts)
      if (action != action_text(Action::NoOp) &&
          std::int64_t(saved["summary"][action]) != std::int64_t(made["summary"][action]))
        return false;
    const simdjson::dom::array before = saved["changes"], after = made["changes"];
    if (before.size() != after.size()) return false;
    auto other = after.begin();
    for (const simdjson::dom::element change : before) {
      for (const std::string_view key :
           {"address", "action", "previous_address", "adopted_id", "before", "after", "changed"}) {
        // "before" of a half names networks. A network that a file called network.hub when the plan was made may be
        // shown by its identity (eastasia/hub) now, because applying a saved plan reads no resource files.
        if (key == "before" && !change["pair"].is_null()) continue;
        if (!shows_value(change[key].value(), (*other)[key].value())) return false;
      }
      ++other;
    }
  } catch (const simdjson::simdjson_error&) {
    return false;
  }
  return true;
}

}  // namespace pairform
