#include "engine/plan_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/attributes_json.h"
#include "engine/state/sha256.h"
#include "schema/address.h"
#include "schema/diagnostic_text.h"
#include "schema/json_text.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

constexpr std::string_view k_checksum = ",\"checksum\":\"";

class Writer {
 public:
  Writer(const Run& run, const Diagnostics& diagnostics, bool links)
      : run_(run), diagnostics_(diagnostics), plan_(run.plan), failed_(diagnostics.has_errors()), links_(links) {}

  std::string write() {
    head();
    list("changes", plan_.diff.changes, [&](const Change& change) { write_change(change); });
    std::size_t number = 0;
    list("steps", plan_.steps, [&](const Step& step) { write_step(step, ++number); });
    list("drift", run_.prior.drift, [&](const DriftItem& item) { write_drift(item); });
    list("placements", run_.placements, [this](const PlacementRow& row) { write_placement(row); });
    list("records", plan_.diff.records, [&](const Record& record) { write_record(record); });
    list("held", plan_.diff.held, [&](const HeldItem& item) { write_held(item); });
    list("unknown", plan_.diff.unknown, [&](const UnknownItem& item) {
      out_ += "{\"address\":";
      address(item.resource);
      out_ += ",\"because\":";
      append_text_json(out_, item.because, texts());
      out_ += '}';
    });
    list("foreign", run_.prior.foreign, [&](const ForeignHalf& half) {
      out_ += "{\"id\":";
      append_text_json(out_, half.id, texts());
      out_ += ",\"source\":";
      append_text_json(out_, half.source, texts());
      out_ += ",\"target\":";
      append_text_json(out_, half.target, texts());
      out_ += '}';
    });
    summary();
    out_ += ",\"diagnostics\":[";
    for (std::size_t i = 0; i < diagnostics_.items().size(); ++i) {
      if (i != 0) out_ += ',';
      out_ += diagnostic_json(diagnostics_.items()[i], run_.config.sources);
    }
    out_ += ']';
    if (links_) list("links", plan_.diff.changes, [&](const Change& change) { write_links(change); });
    return out_ + '}';
  }

 private:
  const StringPool& texts() const { return run_.texts(); }
  void text(std::string_view key, std::string_view value) {
    out_ += key;
    append_json_string(out_, value);
  }
  void address(ResourceId resource) { append_json_string(out_, texts().view(run_.book.addresses[resource])); }

  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write write) {
    out_ += fmt::format(",\"{}\":[", name);
    bool first = true;
    if (!failed_)
      for (const auto& item : items) {
        if (!first) out_ += ',';
        first = false;
        write(item);
      }
    out_ += ']';
  }

  void head() {
    text("{\"format_version\":", "1.0");
    text(",\"pairform_version\":", run_.version);
    text(",\"project\":", run_.config.project.name);
    text(",\"provider\":", run_.config.project.provider);
    text(",\"edition\":", run_.edition);
    out_ += ",\"digest\":";
    if (failed_ || plan_.digest.empty()) out_ += "null";
    else append_json_string(out_, plan_.digest);
    out_ += fmt::format(",\"complete\":{},\"applyable\":{}", plan_.complete && !failed_, plan_.applyable && !failed_);
  }

  void attributes(TypeId type, const std::vector<Text>& cells, CellId first) {
    append_attributes_json(out_, run_.types[type], {cells.data() + first.index(), run_.types[type].columns.size()},
                           texts());
  }

  void write_change(const Change& change) {
    const DesiredRow* desired = change.desired == k_none ? nullptr : &run_.desired.rows[change.desired];
    const PriorId before = before_row(change, run_.prior);
    out_ += "{\"address\":";
    address(change.resource);
    text(",\"type\":", type_of(texts().view(run_.book.addresses[change.resource])));
    text(",\"action\":", action_text(change.action));
    text(",\"reason\":", reason_text(change.reason));
    out_ += ",\"because\":";
    append_text_json(out_, desired == nullptr ? Text() : desired->because, texts());
    out_ += ",\"previous_address\":";
    append_text_json(out_, change.previous_address, texts());
    out_ += ",\"adopted_id\":";
    append_text_json(out_, change.adopted_id, texts());
    out_ += ",\"before\":";
    if (before == k_none) out_ += "null";
    else attributes(change.type, run_.prior.cells, CellId(run_.prior.rows[before].first_cell));
    out_ += ",\"after\":";
    if (change.first_after == k_none) out_ += "null";
    else attributes(change.type, plan_.diff.cells, change.first_after);
    out_ += ",\"changed\":[";
    bool first = true;
    for (std::size_t c = 0; c < run_.types[change.type].columns.size(); ++c) {
      if ((change.changed >> c & 1U) == 0) continue;
      if (!first) out_ += ',';
      first = false;
      append_json_string(out_, run_.types[change.type].column(c).name);
    }
    out_ += "],\"pair\":";
    const std::string_view name = texts().view(run_.book.addresses[change.resource]);
    if (change.type == k_mapping_type) append_json_string(out_, pair_of(name));
    else out_ += "null";
    out_ += fmt::format(",\"protected\":{}}}", is_protected(change, run_.desired, run_.prior));
  }

  void write_links(const Change& change) {
    const PriorRow* origin = change.origin == k_none ? nullptr : &run_.prior.rows[change.origin];
    const bool recorded = origin != nullptr && origin->recorded != k_none;
    out_ += "{\"address\":";
    address(change.resource);
    out_ += ",\"origin\":";
    append_text_json(out_, recorded ? origin->address : Text(), texts());
    out_ += fmt::format(",\"found\":{},\"leaves\":[", origin != nullptr && !recorded);
    for (std::size_t i = 0; i < change.leavers.size(); ++i) {
      out_ += i == 0 ? "{\"address\":" : ",{\"address\":";
      append_text_json(out_, run_.prior.rows[change.leavers[i].prior].address, texts());
      out_ += change.leavers[i].forget ? ",\"operation\":\"forget\"}" : ",\"operation\":\"delete\"}";
    }
    out_ += ']';
    if (change.desired != k_none) more_links(run_.desired.rows[change.desired]);
    out_ += '}';
  }

  // What a change brings that `after` does not show: what state only remembers, and a provider's own attributes.
  void more_links(const DesiredRow& desired) {
    bool remembers = false;
    const ResourceType& type = run_.types[desired.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c)
      remembers |= type.column(c).mutability == Mutability::Remembered && run_.desired.cell(desired, c);
    if (remembers) {
      out_ += ",\"remembered\":{";
      char before = 0;
      for (std::size_t c = 0; c < type.columns.size(); ++c) {
        if (type.column(c).mutability != Mutability::Remembered || !run_.desired.cell(desired, c)) continue;
        if (before != 0) out_ += before;
        before = ',';
        append_json_string(out_, type.column(c).name);
        out_ += ':';
        append_value_json(out_, type.column(c).kind, run_.desired.cell(desired, c), texts());
      }
      out_ += '}';
    }
    if (desired.extras) out_ += fmt::format(",\"extras\":{}", texts().view(desired.extras));
    if (desired.type == k_vm_type) target_reason(desired);
  }

  // Why a vm comes up where it does: for people.
  void target_reason(const DesiredRow& vm) {
    const DesiredId row = run_.desired.rows.id_of(vm);
    const auto at = std::lower_bound(run_.landings.begin(), run_.landings.end(), row,
                                     [](const VmLanding& landing, DesiredId wanted) { return landing.row < wanted; });
    if (at == run_.landings.end() || at->row != row || !at->target) return;
    text(",\"target_reason\":", target_reason_text(at->reason));
    if (at->half != k_none) text(",\"target_by\":", pair_of(texts().view(run_.desired.rows[at->half].address)));
  }

  void write_placement(const PlacementRow& row) {
    const DesiredState& desired = run_.desired;
    out_ += "{\"vm\":";
    append_text_json(out_, desired.rows[row.vm].address, texts());
    out_ += ",\"nic\":";
    append_text_json(out_, desired.rows[row.nic].address, texts());
    out_ += ",\"configuration\":";
    append_text_json(out_, row.configuration, texts());
    out_ += ",\"target_network\":";
    append_text_json(out_, row.target_network, texts());
    out_ += ",\"target_subnet\":";
    append_text_json(out_, row.subnet, texts());
    out_ += ",\"target_ip\":";
    append_text_json(out_, row.ip, texts());
    text(",\"subnet_reason\":", reason_text(row.subnet_reason));
    text(",\"ip_reason\":", reason_text(row.ip_reason));
    out_ += '}';
  }

  void write_step(const Step& step, std::size_t number) {
    out_ += fmt::format("{{\"step\":{},\"address\":", number);
    address(plan_.diff.changes[step.change].resource);
    text(",\"operation\":", operation_text(step.operation));
    out_ += ",\"waits_for\":[";
    for (std::size_t i = 0; i < step.waits_for.size(); ++i)
      out_ += fmt::format("{}{}", i == 0 ? "" : ",", step.waits_for[i].value + 1);
    out_ += "]}";
  }

  void write_drift(const DriftItem& item) {
    out_ += "{\"address\":";
    append_text_json(out_, item.address, texts());
    if (!item.column) {
      out_ += ",\"attribute\":null,\"recorded\":";
      append_text_json(out_, item.recorded, texts());
      out_ += ",\"found\":null}";
      return;
    }
    const AttributeType& column = run_.types[item.type].column(*item.column);
    text(",\"attribute\":", column.name);
    out_ += ",\"recorded\":";
    append_value_json(out_, column.kind, item.recorded, texts());
    out_ += ",\"found\":";
    append_value_json(out_, column.kind, item.found, texts());
    out_ += '}';
  }

  void write_record(const Record& record) {
    Kind kind = record.attribute == "protect" ? Kind::Boolean : Kind::String;
    const ResourceType& type = run_.types[run_.prior.rows[record.prior].type];
    if (const auto column = type.find_column(record.attribute)) kind = type.column(*column).kind;
    out_ += "{\"address\":";
    address(record.resource);
    text(",\"attribute\":", record.attribute);
    out_ += ",\"before\":";
    append_value_json(out_, kind, record.before, texts());
    out_ += ",\"after\":";
    append_value_json(out_, kind, record.after, texts());
    out_ += '}';
  }

  void write_held(const HeldItem& item) {
    out_ += "{\"address\":";
    address(item.resource);
    text(",\"status\":", status_text(item.status));
    out_ += ",\"because\":";
    append_text_json(out_, item.because, texts());
    out_ += '}';
  }

  void summary() {
    const Summary counts = failed_ ? Summary() : plan_.summary;
    out_ += ",\"summary\":{";
    for (const Action action :
         {Action::Create, Action::Update, Action::Replace, Action::Delete, Action::Move, Action::Forget, Action::Adopt})
      out_ += fmt::format("\"{}\":{},", action_text(action), counts.by_action[static_cast<std::size_t>(action)]);
    out_ += fmt::format("\"unchanged\":{}}}", counts.unchanged);
  }

  const Run& run_;
  const Diagnostics& diagnostics_;
  const Plan& plan_;
  bool failed_;
  bool links_;
  std::string out_;
};

}  // namespace

std::string saved_plan_json(const Run& run, const Diagnostics& diagnostics) {
  std::string json = plan_json(run, diagnostics, true);
  json.pop_back();
  return json + std::string(k_checksum) + sha256_name(json) + "\"}";
}

bool is_as_saved(std::string_view bytes) {
  if (bytes.find("\"checksum\"") == std::string_view::npos) return true;
  const std::size_t at = bytes.rfind(k_checksum);
  if (at == std::string_view::npos) return false;
  const std::string expected = sha256_name(bytes.substr(0, at)) + "\"}";
  std::string_view rest = bytes.substr(at + k_checksum.size());
  while (rest.ends_with('\n')) rest.remove_suffix(1);
  return rest == expected;
}

std::string plan_json(const Run& run, const Diagnostics& diagnostics, bool links) {
  return Writer(run, diagnostics, links).write();
}

}  // namespace pairform
