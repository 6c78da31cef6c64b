// What match, hold, diff and order say of an estate (estate_builder.h), each as one line of text, so that a test
// compares the whole outcome. The passes run as the pipeline puts them together, each on what the one before it said.
//
//   match   "network.b new, deletes network.a; network.c adopts network.c; vm.b is vm.a; same 3"
//   hold    "unknown network.a denied; held vm.web1 busy; alone network.a; asked network.a; incomplete; stops"
//   asked   "network.app update subnets, shrinks; vm.a create"      what is asked for nothing is left out
//   diff    "update mapping.a.forward target half_crossed; unchanged 3"
//   steps   "delete mapping.a.forward; create mapping.b.forward <1"      <1,2: waits for steps 1 and 2
#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/decide/checks.h"
#include "engine/decide/differ.h"
#include "engine/decide/hold.h"
#include "engine/decide/order.h"
#include "tests/support/estate_builder.h"

namespace pairform {

struct Decided {
  explicit Decided(EstateBuilder& of)
      : world(of),
        matched(match({of.desired(), of.prior(), of.estate(), of.directives(), of.relations()}, of.texts())) {
    const Compared compared{of.types(), of.desired(), of.prior(), of.estate(), matched, of.parsed(), of.texts()};
    const auto asked = [&](const Pairing& pairing) { return asked_of(compared, pairing); };
    const std::vector<LeftOutItem> left_out = of.left_out();
    held = hold({of.desired(), of.prior(), of.estate(), matched, of.relations(), asked, left_out}, of.texts());
    records = find_records({compared, of.recorded(), of.names()}, of.texts());
    problems = find_shape_problems(compared);
    const Match free = leave_alone(matched, held);
    const Compared left{of.types(), of.desired(), of.prior(), of.estate(), free, of.parsed(), of.texts()};
    diff = make_diff({left, of.recorded(), of.names()}, of.texts());
  }

  // Only where checks.h finds nothing: a network that is replaced under a half that stays is a cycle.
  DenseMap<StepId, Step> steps() const {
    return order_steps(
        {world.desired(), world.prior(), world.estate(), world.relations(), world.parsed(), world.texts()}, diff);
  }

  EstateBuilder& world;
  Match matched;
  Held held;
  std::vector<Record> records;
  std::vector<ShapeProblem> problems;
  Diff diff;
};

inline std::string joined(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, "; ")); }

inline std::string outgoing_text(EstateBuilder& world, const Outgoing& outgoing) {
  return fmt::format(", {} {}{}{}{}", outgoing.forget ? "forgets" : "deletes", world.address(outgoing.prior),
                     outgoing.removed ? " removed" : "", outgoing.needed ? " needed" : "",
                     outgoing.not_ours ? " not-ours" : "");
}

inline std::string match_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  std::size_t same = 0;  // at the address where they are recorded
  for (const Pairing& pairing : decided.matched.pairings) {
    std::string line = world.address(pairing.resource);
    if (pairing.origin && !pairing.found && pairing.outgoing_count == 0 && line == world.address(pairing.origin)) {
      ++same;
      continue;
    }
    if (!pairing.desired) line += " goes";
    else if (!pairing.origin) line += " new";
    else line += (pairing.found ? " adopts " : " is ") + world.address(pairing.origin);
    for (const Outgoing& outgoing : decided.matched.outgoing_of(pairing)) line += outgoing_text(world, outgoing);
    out.push_back(std::move(line));
  }
  if (same != 0) out.push_back(fmt::format("same {}", same));
  return joined(out);
}

inline std::string hold_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  for (const UnknownItem& item : decided.held.unknown)
    out.push_back(fmt::format("unknown {} {}", world.address(item.resource), world.text(item.because)));
  for (const HeldItem& item : decided.held.held)
    out.push_back(fmt::format("held {} {}{}{}", world.address(item.resource), status_text(item.status),
                              item.because ? " " : "", world.text(item.because)));
  for (const LeftOutItem& item : decided.held.left_out)
    out.push_back(fmt::format("left out {} {}", world.address(item.resource), item.because));
  std::vector<std::string> alone, asked;
  for (const ResourceId resource : decided.held.left_alone) alone.push_back(world.address(resource));
  for (const PriorId p : decided.held.asked) asked.push_back(world.address(p));
  if (!alone.empty()) out.push_back(fmt::format("alone {}", fmt::join(alone, " ")));
  if (!asked.empty()) out.push_back(fmt::format("asked {}", fmt::join(asked, " ")));
  if (!decided.held.complete) out.emplace_back("incomplete");
  if (decided.held.stops_a_change) out.emplace_back("stops");
  return joined(out);
}

inline std::string asked_text(EstateBuilder& world) {
  const Decided decided(world);
  const Compared compared{world.types(),   world.desired(), world.prior(), world.estate(),
                          decided.matched, world.parsed(),  world.texts()};
  std::vector<std::string> out;
  for (const Pairing& pairing : decided.matched.pairings) {
    const Asked asked = asked_of(compared, pairing);
    if (asked.action == Action::NoOp) continue;
    std::string line = fmt::format("{} {}", world.address(pairing.resource), action_text(asked.action));
    for (std::size_t c = 0; c < world.types()[pairing.type].columns.size(); ++c)
      if ((asked.changed >> c & 1U) != 0) line += fmt::format(" {}", world.types()[pairing.type].column(c).name);
    if (asked.arrival == Arrival::Create && asked.action != Action::Create) line += ", creates";
    if (asked.arrival == Arrival::Adopt && asked.action != Action::Adopt) line += ", adopts";
    if (asked.arrival == Arrival::Move && asked.action != Action::Move) line += ", moves";
    if (asked.shrink) line += asked.update ? ", updates and shrinks" : ", shrinks";
    if (asked.lands_anew) line += ", lands anew";
    if (asked.deletes && asked.action != Action::Delete) line += ", deletes";
    if (asked.is_local()) line += ", only in state";
    out.push_back(std::move(line));
  }
  return joined(out);
}

inline std::string change_text(EstateBuilder& world, const Change& change) {
  std::string out = fmt::format("{} {}", action_text(change.action), world.address(change.resource));
  for (std::size_t c = 0; c < world.types()[change.type].columns.size(); ++c)
    if ((change.changed >> c & 1U) != 0) out += fmt::format(" {}", world.types()[change.type].column(c).name);
  out += fmt::format(" {}", reason_text(change.reason));
  if (change.arrival == Arrival::Move && change.action != Action::Move) out += " moving";
  if (change.arrival == Arrival::Adopt && change.action != Action::Adopt) out += " adopting";
  if (change.shrink) out += change.update ? " shrinking after" : " shrinking";
  if (change.previous_address) out += " from " + world.text(change.previous_address);
  if (change.adopted_id) out += " id " + world.text(change.adopted_id);
  for (const Outgoing& outgoing : change.outgoing) out += outgoing_text(world, outgoing);
  return out;
}

inline std::string diff_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  for (const Change& change : decided.diff.changes) out.push_back(change_text(world, change));
  if (decided.diff.unchanged != 0) out.push_back(fmt::format("unchanged {}", decided.diff.unchanged));
  return joined(out);
}

inline std::string records_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  for (const Record& record : decided.records)
    out.push_back(fmt::format("{} {}: {} to {}", world.address(record.resource), record.attribute,
                              record.before ? world.text(record.before) : "null",
                              record.after ? world.text(record.after) : "null"));
  return joined(out);
}

// What checks.h finds of it, without the remedies: "PF3001 network.app does not exist (why)".
inline std::string checks_text(EstateBuilder& world, bool offline) {
  const Decided decided(world);
  const Configuration no_files;
  Diagnostics diagnostics;
  check_changes({world.types(), no_files, world.desired(), world.prior(), world.estate(), world.names(), world.parsed(),
                 world.texts(), world.directives().imported, decided.problems, offline},
                decided.diff, diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& item : diagnostics.items())
    out.push_back(fmt::format("{} {} ({})", code_text(item.code), item.summary, item.detail));
  return joined(out);
}

inline std::string steps_text(EstateBuilder& world) {
  const Decided decided(world);
  std::vector<std::string> out;
  for (const Step& step : decided.steps()) {
    const bool leaves = step.operation == StepOperation::Delete || step.operation == StepOperation::Forget;
    const std::string address =
        leaves ? world.address(step.subject) : world.address(decided.diff.changes[step.change].resource);
    std::vector<std::uint32_t> waits;
    for (const StepId waited : step.waits_for) waits.push_back(step_number(waited));
    out.push_back(fmt::format("{} {}{}{}", operation_text(step.operation), address, waits.empty() ? "" : " <",
                              fmt::join(waits, ",")));
  }
  return joined(out);
}

// A case: an estate, and what is said of it.
struct EstateCase {
  const char* name;
  void (*build)(EstateBuilder& world);
  const char* expected;
};

inline void expect_decided(std::span<const EstateCase> cases, std::string (*said)(EstateBuilder&)) {
  for (const EstateCase& item : cases) {
    SCOPED_TRACE(item.name);
    EstateBuilder world;
    item.build(world);
    EXPECT_EQ(said(world), item.expected);
  }
}

}  // namespace pairform
