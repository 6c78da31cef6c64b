// The chain of reasons of one resource: where it is declared, what it is in the cloud, what is recorded and found, what
// the plan does about it and what that waits for.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/command.h"
#include "cli/partial_run.h"
#include "cli/why_landing.h"
#include "engine/model/derived_shape.h"
#include "engine/write/attributes_json.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

class Why {
 public:
  Why(Run& run, const PartialRun& part) : run_(run), part_(part) {}

  // False: nothing has that address. A pair, or one of its halves, tells of both.
  bool tell(std::string_view wanted) {
    bool found = false;
    for (const DeclarationId d : run_.project.config.declarations.items.ids())
      if (part_.files_wrong && declared_by(d) == pair_of(wanted) && is_wrong(d)) found = wrong(d);
    for (const ResourceId r : run_.world.estate.ids()) {
      const std::string_view address = run_.project.texts().view(run_.world.estate.address(r));
      if (address != wanted && pair_of(address) != wanted) continue;
      found = true;
      resource(ResourceId(r));
    }
    return found;
  }
  std::string text() && { return std::move(out_); }

 private:
  std::string shown(Text text) const {
    return text ? escape_for_terminal(run_.project.texts().view(text)) : std::string("nothing");
  }
  std::string address(ResourceId resource) const { return shown(run_.world.estate.address(resource)); }
  void line(std::string_view what) { out_ += fmt::format("  {}\n", what); }
  std::string declared_by(DeclarationId d) const {
    return declared_address(run_.project.config.declarations.items[d], run_.project.types, run_.project.texts());
  }
  bool is_wrong(DeclarationId d) const;
  bool wrong(DeclarationId d);
  std::string place(DeclarationId d) const;
  void resource(ResourceId resource);
  void declared(ResourceId resource);
  void shape(const DesiredRow& row);
  bool is_left(ResourceId resource) const;
  void recorded(ResourceId resource);
  void drift(ResourceId resource);
  void plan(ResourceId resource);
  void users(ResourceId resource);

  Run& run_;
  const PartialRun& part_;
  std::set<std::string> wrong_;  // addresses of stanzas with errors that were told
  std::string out_;
};

std::string Why::place(DeclarationId d) const {
  const Declaration& stanza = run_.project.config.declarations.items[d];
  return fmt::format("{}:{}", escape_for_terminal(run_.project.config.sources[stanza.at.file].name), stanza.at.line);
}

// Did the stanza make no row, because of an error in it or in what it names?
bool Why::is_wrong(DeclarationId d) const {
  const auto& rows = run_.world.desired.rows;
  return run_.project.config.declarations.items[d].faulty ||
         std::none_of(rows.begin(), rows.end(), [&](const DesiredRow& row) { return row.declaration == d; });
}

bool Why::wrong(DeclarationId d) {
  out_ += escape_for_terminal(declared_by(d)) + '\n';
  line(fmt::format("declared at {}, which has errors, or names what has: left out, with what hangs on it", place(d)));
  wrong_.insert(declared_by(d));
  return true;
}

void Why::resource(ResourceId resource) {
  if (!out_.empty()) out_ += '\n';
  out_ += address(resource) + '\n';
  declared(resource);
  recorded(resource);
  drift(resource);
  users(resource);
  plan(resource);
}

void Why::declared(ResourceId resource) {
  for (const auto d : run_.world.desired.rows.ids()) {
    const DesiredRow& row = run_.world.desired.rows[d];
    if (row.resource != resource) continue;
    if (row.declaration != k_none) {
      line(fmt::format("declared by [{}] at {}", pair_of(run_.project.texts().view(row.address)),
                       place(row.declaration)));
    } else if (row.type == k_nic_type) {
      line(fmt::format("a nic of {} that no file declares",
                       escape_for_terminal(vm_of_nic(run_.project.texts().view(row.address)))));
    }
    if (row.because) line(fmt::format("derived because of {}", shown(row.because)));
    shape(row);
    if (row.unknown) line(fmt::format("not known: {}", shown(row.unknown)));
    if (row.because || row.type == k_vm_type || row.type == k_nic_type)
      for (const std::string& each : landing_reasons(run_, d)) line(each);
    return;
  }
  if (!wrong_.contains(std::string(pair_of(run_.project.texts().view(run_.world.estate.address(resource))))))
    line("declared by no file");
}

void Why::shape(const DesiredRow& row) {
  if (row.type == k_mapping_type) {
    line(fmt::format("maps {} to {}", shown(run_.world.desired.cell(row, half_column::source)),
                     shown(run_.world.desired.cell(row, half_column::target))));
    line(fmt::format("on the slot {}: a network has one mapping towards a region", shown(row.identity)));
    line(row.mirror == k_none ? "declared without its mirror"
                              : fmt::format("its mirror is {}", shown(run_.world.desired.rows[row.mirror].address)));
    return;
  }
  const std::string_view elsewhere =
      row.type == k_vm_type ? ", replication enabled elsewhere: never enabled or disabled, its landing kept"
                            : ", made elsewhere: never created, changed or deleted";
  const std::string_view identity = run_.project.texts().view(row.identity);
  line(fmt::format("is {} in the cloud{}", escape_for_terminal(identity), row.existing ? elsewhere : ""));
}

// Does nothing desire it any more?
bool Why::is_left(ResourceId resource) const {
  return std::none_of(run_.world.desired.rows.begin(), run_.world.desired.rows.end(),
                      [&](const DesiredRow& row) { return row.resource == resource; });
}

void Why::recorded(ResourceId resource) {
  for (const PriorRow& row : run_.world.prior.rows) {
    if (row.resource != resource) continue;
    const std::string as =
        row.recorded == k_none ? "found, not recorded" : fmt::format("recorded as {}", shown(row.id));
    const std::string now = run_.plan.offline                    ? "; the cloud was not asked"
                            : row.presence == Existence::Present ? "; it is there"
                            : row.presence == Existence::Absent
                                ? "; it is gone from the cloud"
                                : fmt::format("; it could not be read: {}", shown(row.why_unknown));
    line(as + now);
    if (row.because && is_left(resource)) line(fmt::format("was derived because of {}", shown(row.because)));
    if (row.pending) line("an accepted operation on it has not settled yet");
    if (row.protect) line("protected, in state");
    if (row.adopted) line("adopted: found in the cloud, not made by pairform");
    if (row.note) line(fmt::format("the cloud remarks: {}", shown(row.note)));
    if (row.others_spaces)
      line(fmt::format("somebody else added address space {}, which stays", shown(row.others_spaces)));
    for (const Subnet& subnet : run_.project.parsed.subnets(run_.project.texts(), row.others_subnets))
      line(fmt::format("somebody else added {}, which stays", escape_for_terminal(subnet_text(subnet))));
    return;
  }
  const TypeId type = run_.project.types.find_type_of(run_.project.texts().view(run_.world.estate.address(resource)));
  line(type == k_vm_type    ? "not recorded, and not replicated"
       : type == k_nic_type ? "not recorded, and no landing of it is set"
                            : "not recorded, and not found in the cloud");
}

void Why::drift(ResourceId resource) {
  for (const DriftItem& item : run_.world.prior.drift) {
    if (item.address != run_.world.estate.address(resource) || !item.column) continue;
    const std::string_view attribute = run_.project.types[item.type].column(*item.column).name;
    line(item.lost_to ? fmt::format("drift: {} was recorded as {}, found taken: {}", attribute, shown(item.recorded),
                                    shown(item.lost_to))
                      : fmt::format("drift: {} was recorded as {}, found as {}", attribute, shown(item.recorded),
                                    shown(item.found)));
  }
}

void Why::users(ResourceId resource) {
  const Text name = run_.world.estate.address(resource);
  for (const DesiredRow& row : run_.world.desired.rows)
    if (row.type == k_mapping_type && (run_.world.desired.cell(row, half_column::source) == name ||
                                       run_.world.desired.cell(row, half_column::target) == name))
      line(fmt::format("used by {}", shown(row.address)));
  for (const DesiredRow& row : run_.world.desired.rows)
    if (row.resource == resource)
      for (const std::string& each : landing_users(run_, row)) line(each);
}

void Why::plan(ResourceId resource) {
  if (!part_.planned) return line("the plan: none, because of errors");
  for (const UnknownItem& item : run_.plan.diff.unknown)
    if (item.resource == resource)
      line(fmt::format("nothing is done, because of what is unknown: {}", shown(item.because)));
  for (const HeldItem& item : run_.plan.diff.held)
    if (item.resource == resource)
      line(fmt::format("held: {}{}", status_text(item.status),
                       item.because ? fmt::format(": {}", shown(item.because)) : ""));
  bool changes = false;
  for (const StepId s : run_.plan.steps.ids()) {
    const Step& step = run_.plan.steps[s];
    const Change& change = run_.plan.diff.changes[step.change];
    if (change.resource != resource) continue;
    if (!changes) line(fmt::format("the plan: {} ({})", action_text(change.action), reason_text(change.reason)));
    changes = true;
    std::string waits;
    for (const StepId waited : step.waits_for)
      waits += fmt::format("{}{} {} {}", waits.empty() ? ", after " : "; ", step_number(waited),
                           operation_text(run_.plan.steps[waited].operation),
                           address(run_.plan.diff.changes[run_.plan.steps[waited].change].resource));
    line(fmt::format("  step {} {}{}", step_number(s), operation_text(step.operation), waits));
  }
  for (const Note& note : run_.plan.also)
    if (note.address == run_.project.texts().view(run_.world.estate.address(resource)))
      line(fmt::format("  also brought about: {}", escape_for_terminal(note.text)));
  for (const Change& change : run_.plan.diff.changes) {
    if (change.previous_address != run_.world.estate.address(resource) || change.resource == resource) continue;
    if (!changes)
      line(
          fmt::format("the plan: it becomes {} (pairform why {})", address(change.resource), address(change.resource)));
    changes = true;
  }
  if (!changes) line("the plan: nothing to do");
}

}  // namespace

Exit command_why(const Options& options) {
  if (options.words.empty()) {
    print_problem(Code::Usage, "why needs an address", "", "pairform why mapping.app.forward", options);
    return Exit::Error;
  }
  Run run = new_run();
  Diagnostics diagnostics;
  const PartialRun part = run_in_part(run, options, "ask again", diagnostics);
  print_diagnostics(run, diagnostics, options);
  print_timings(run, options);
  if (!part.readable) return end_without_plan(run, options);
  if (part.files_wrong) print("The files have errors; what hangs on them is left out.\n\n");
  Why why(run, part);
  if (why.tell(options.words.front())) {
    print(std::move(why).text());
    return part.planned ? Exit::Ok : Exit::Error;
  }
  std::vector<std::string_view> known;
  for (const ResourceId each : run.world.estate.ids()) {
    known.push_back(run.project.texts().view(run.world.estate.address(each)));
    known.push_back(pair_of(known.back()));
  }
  return unknown_address(options.words.front(), "is neither declared nor recorded", known, options);
}

}  // namespace pairform
