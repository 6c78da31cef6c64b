#include "tests/property/plan_oracles.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "schema/address.h"
#include "schema/base_types.h"
#include "tests/property/naive_match.h"

namespace pairform::property {
namespace {

std::string_view address_of(const Planned& planned, std::size_t s) {
  return planned.run.project.texts().view(planned.run.world.estate.address(
      planned.run.plan.diff.changes[planned.run.plan.steps[StepId(s)].change].resource));
}

// By step: all it waits for, directly or not.
// A step with plain numbers, as the oracle counts.
struct PlainStep {
  ChangeId change;
  StepOperation operation;
  PriorId subject;
  std::vector<std::uint32_t> waits_for;
};

std::vector<PlainStep> plain(const DenseMap<StepId, Step>& steps) {
  std::vector<PlainStep> out;
  for (const Step& step : steps) {
    out.push_back({step.change, step.operation, step.subject, {}});
    for (const StepId waited : step.waits_for) out.back().waits_for.push_back(waited.value);
  }
  return out;
}

std::vector<std::set<std::uint32_t>> closure(const std::vector<PlainStep>& steps) {
  std::vector<std::set<std::uint32_t>> all(steps.size());
  for (std::size_t s = 0; s < steps.size(); ++s)
    for (const std::uint32_t waited : steps[s].waits_for) {
      all[s].insert(waited);
      all[s].insert(all[waited].begin(), all[waited].end());
    }
  return all;
}

std::string mirror_of(std::string_view address) {
  const std::string pair(pair_of(address));
  return pair == address ? "" : pair + (address.ends_with(".forward") ? ".reverse" : ".forward");
}

std::string list(const Planned& planned) {
  std::string out;
  std::size_t number = 0;
  for (const std::string& step : planned.steps()) {
    out += fmt::format("  {} {}", ++number, step);
    std::vector<std::uint32_t> waits = plain(planned.run.plan.steps)[number - 1].waits_for;
    for (std::uint32_t& waited : waits) ++waited;
    out += fmt::format(" after {}\n", fmt::join(waits, ", "));
  }
  return out;
}

// One step as the cloud sees it.
struct CloudChange {
  StepOperation operation{};
  bool network = false;
  std::string id;     // network id or slot
  ModelHalf half;     // create, update
  ModelNetwork made;  // create, update, shrink
};

std::string text_of(const Planned& planned, Text text) { return std::string(planned.run.project.texts().view(text)); }

// Into a derived network: an update leaves it there.
void add_what_others_put_there(const Planned& planned, const PriorRow& row, ModelNetwork& made) {
  if (row.others_subnets) {
    std::vector<Subnet> subnets = parse_subnet_map(made.subnets).value();
    const std::vector<Subnet> others = parse_subnet_map(text_of(planned, row.others_subnets)).value();
    subnets.insert(subnets.end(), others.begin(), others.end());
    made.subnets = canonical_subnet_map(subnets);
  }
  if (row.others_spaces) {
    std::vector<Prefix> spaces = parse_prefix_list(made.address_space).value();
    const std::vector<Prefix> others = parse_prefix_list(text_of(planned, row.others_spaces)).value();
    for (const Prefix& other : others) std::erase_if(spaces, [&](const Prefix& own) { return contains(other, own); });
    spaces.insert(spaces.end(), others.begin(), others.end());
    made.address_space = canonical_prefix_list(spaces);
  }
}

CloudChange cloud_change(const Planned& planned, std::size_t s) {
  const Run& run = planned.run;
  const Step& step = run.plan.steps[StepId(s)];
  const Change& change = run.plan.diff.changes[step.change];
  CloudChange out{
      .operation = step.operation, .network = change.type == k_network_type, .id = {}, .half = {}, .made = {}};
  if (step.operation == StepOperation::Delete) {
    out.id = text_of(planned, run.world.prior.rows[step.subject].identity);
    return out;
  }
  out.id = text_of(planned, run.world.desired.rows[change.desired].identity);
  const bool between = step.operation == StepOperation::Update && change.first_between != k_none;
  const Text* cells = run.plan.diff.cells.data() + (between ? change.first_between : change.first_after).index();
  if (out.network) {
    out.made = {text_of(planned, cells[network_column::address_space]),
                text_of(planned, cells[network_column::subnets]), R"({"pairform-project":"world"})", "{}", "[]"};
    if (change.origin) add_what_others_put_there(planned, run.world.prior.rows[change.origin], out.made);
    return out;
  }
  out.half = {network_identity(planned, cells[half_column::source]),
              network_identity(planned, cells[half_column::target])};
  return out;
}

std::string carry_out(ModelCloud& cloud, const CloudChange& change, bool moves_along) {
  switch (change.operation) {
    case StepOperation::Create:
      return change.network ? cloud.create_network(change.id, change.made) : cloud.create_half(change.half);
    case StepOperation::Update:
    case StepOperation::Shrink:
      return change.network ? cloud.shape_network(change.id, change.made.address_space, change.made.subnets)
                            : cloud.update_half(change.id, change.half.target, moves_along);
    case StepOperation::Delete: return change.network ? cloud.delete_network(change.id) : cloud.delete_half(change.id);
    default: return "";
  }
}

// Slots that a desired and a prior pair hold that are the same pair: their halves stay. A half whose slot passes to
// another pair goes, and another one comes.
std::set<std::string> staying_slots(const Planned& planned) {
  const Run& run = planned.run;
  const auto pairs = [&](const auto& rows, auto counts) {
    std::map<std::string, PairSlots> by_key;
    for (const auto& row : rows) {
      if (row.type != k_mapping_type || !counts(row)) continue;
      const std::string_view address = run.project.texts().view(row.address);
      PairSlots& pair = by_key[std::string(pair_of(address).substr(8))];
      pair.key = run.project.texts().find(pair_of(address).substr(8));
      (address.ends_with(".forward") ? pair.forward : pair.reverse) = row.identity;
    }
    std::vector<PairSlots> out;
    for (const auto& [key, pair] : by_key) out.push_back(pair);
    return out;
  };
  const std::vector<PairSlots> desired = pairs(run.world.desired.rows, [](const DesiredRow&) { return true; });
  const std::vector<PairSlots> prior =
      pairs(run.world.prior.rows, [](const PriorRow& row) { return row.recorded != k_none; });
  std::set<std::string> out;
  for (const auto& [d, p] : naive_match(desired, prior))
    for (const Text slot : slots_of(desired[d]))
      if (slots_of(prior[p]).contains(slot)) out.insert(text_of(planned, slot));
  return out;
}

}  // namespace

std::string check_waits(const Planned& planned) {
  const std::vector<PlainStep> steps = plain(planned.run.plan.steps);
  for (std::size_t s = 0; s < steps.size(); ++s)
    for (const std::uint32_t waited : steps[s].waits_for)
      if (waited >= s) return fmt::format("waits: step {} waits for step {}\n{}", s + 1, waited + 1, list(planned));
  for (std::size_t s = 0; s < steps.size(); ++s)
    for (const std::uint32_t waited : steps[s].waits_for)
      for (const std::uint32_t other : steps[s].waits_for)
        if (std::count(steps[other].waits_for.begin(), steps[other].waits_for.end(), waited) != 0)
          return fmt::format("implied: step {} waits for {}, and so does {}\n{}", s + 1, waited + 1, other + 1,
                             list(planned));
  return "";
}

std::string check_direct_waits(const Planned& planned) {
  const std::vector<PlainStep> steps = plain(planned.run.plan.steps);
  const auto all = closure(steps);
  for (std::size_t s = 0; s < steps.size(); ++s)
    for (const std::uint32_t waited : steps[s].waits_for)
      for (const std::uint32_t other : steps[s].waits_for)
        if (all[other].contains(waited))
          return fmt::format("implied: step {} waits for {}, and that is implied by {}\n{}", s + 1, waited + 1,
                             other + 1, list(planned));
  return "";
}

std::string check_list_order(const Planned& planned) {
  const std::vector<PlainStep> steps = plain(planned.run.plan.steps);
  const auto less = [&](std::size_t a, std::size_t b) {
    const int order = compare_addresses(address_of(planned, a), address_of(planned, b));
    return order != 0 ? order < 0 : std::tuple(steps[a].operation, a) < std::tuple(steps[b].operation, b);
  };
  std::set<std::size_t> done;
  std::string mirror;
  for (std::size_t position = 0; position < steps.size(); ++position) {
    std::optional<std::size_t> best, best_mirror;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const bool ready = std::all_of(steps[s].waits_for.begin(), steps[s].waits_for.end(),
                                     [&](std::uint32_t w) { return done.contains(w); });
      if (!ready || done.contains(s)) continue;
      if (!best || less(s, *best)) best = s;
      if (address_of(planned, s) == mirror && (!best_mirror || less(s, *best_mirror))) best_mirror = s;
    }
    const std::size_t next = best_mirror.value_or(best.value_or(steps.size()));
    if (next != position)
      return fmt::format("list: at {} stands the wrong step, {} should\n{}", position + 1, next + 1, list(planned));
    done.insert(next);
    mirror = mirror_of(address_of(planned, next));
  }
  return "";
}

std::string check_pair_order(const Planned& planned) {
  const std::vector<PlainStep> steps = plain(planned.run.plan.steps);
  const auto all = closure(steps);
  const auto rank = [&](std::size_t s) {
    switch (steps[s].operation) {
      case StepOperation::Delete: return 0;
      case StepOperation::Update: return 1;
      case StepOperation::Create: return 2;
      default: return -1;
    }
  };
  for (std::size_t a = 0; a < steps.size(); ++a)
    for (std::size_t b = 0; b < steps.size(); ++b) {
      if (mirror_of(address_of(planned, a)).empty() ||
          pair_of(address_of(planned, a)) != pair_of(address_of(planned, b)))
        continue;
      if (rank(a) < 0 || rank(b) <= rank(a) || all[b].contains(static_cast<std::uint32_t>(a))) continue;
      return fmt::format("pair: step {} may come before step {}\n{}", b + 1, a + 1, list(planned));
    }
  return "";
}

std::string check_minimal(const Planned& planned, const ModelCloud& found, const std::vector<std::string>& recorded,
                          const World& world) {
  const ModelCloud expected = expected_cloud(found, recorded, world);
  const std::set<std::string> known(recorded.begin(), recorded.end()), stay = staying_slots(planned);
  std::multiset<std::string> needed, planned_changes;
  for (const auto& [slot, half] : expected.halves) {
    const auto at = found.halves.find(slot);
    // A half that is right already stays, whichever pair remembers it: nothing is made twice.
    const bool right = at != found.halves.end() && at->second == half;
    const bool wanted = world.halves().contains(slot),
               passes_on = known.contains(slot) && !stay.contains(slot) && !right;
    if (at != found.halves.end() && wanted && passes_on) needed.insert("delete " + slot);
    if (at == found.halves.end() || (wanted && passes_on)) needed.insert("create " + slot);
    else if (at->second != half) needed.insert("update " + slot);
  }
  for (const auto& [slot, half] : found.halves)
    if (!expected.halves.contains(slot)) needed.insert("delete " + slot);
  for (const auto& [id, network] : expected.networks)
    if (!found.networks.contains(id)) needed.insert("create " + id);
    else if (found.networks.at(id) != network) needed.insert("shape " + id);
  for (const auto& [id, network] : found.networks)
    if (!expected.networks.contains(id)) needed.insert("delete " + id);
  for (std::size_t s = 0; s < planned.run.plan.steps.size(); ++s) {
    if (!changes_cloud(planned.run.plan.steps[StepId(s)].operation)) continue;
    const CloudChange change = cloud_change(planned, s);
    const bool shape =
        change.network && (change.operation == StepOperation::Update || change.operation == StepOperation::Shrink);
    const std::string what = fmt::format("{} {}", shape ? "shape" : operation_text(change.operation), change.id);
    if (!shape || !planned_changes.contains(what)) planned_changes.insert(what);  // update and shrink are one change
  }
  if (needed == planned_changes) return "";
  return fmt::format("minimal: needed\n  {}\nplanned\n  {}\n{}", fmt::join(needed, "\n  "),
                     fmt::join(planned_changes, "\n  "), list(planned));
}

std::string check_replay(const Planned& planned, const ModelCloud& found, const ModelCloud& expected, Random& random,
                         int orders) {
  const std::vector<PlainStep> steps = plain(planned.run.plan.steps);
  for (int order = 0; order < orders; ++order) {
    ModelCloud cloud = found;
    std::set<std::uint32_t> done;
    std::string said;
    while (done.size() < steps.size()) {
      std::vector<std::uint32_t> ready;
      for (std::uint32_t s = 0; s < steps.size(); ++s)
        if (!done.contains(s) && std::all_of(steps[s].waits_for.begin(), steps[s].waits_for.end(),
                                             [&](std::uint32_t w) { return done.contains(w); }))
          ready.push_back(s);
      const std::uint32_t next = random.pick(ready);
      done.insert(next);
      said += fmt::format(" {}", next + 1);
      if (!changes_cloud(steps[next].operation)) continue;
      const TypeId type = planned.run.plan.diff.changes[steps[next].change].type;
      std::string broken = check_machines_before(cloud, planned, next, expected);
      if (broken.empty())
        broken = type == k_vm_type || type == k_nic_type
                     ? carry_out_machine(cloud, planned, next)
                     : carry_out(cloud, cloud_change(planned, next), planned.run.project.edition == "2018-05");
      if (!broken.empty()) return fmt::format("replay: in the order{}: {}\n{}", said, broken, list(planned));
    }
    leave_strangers_to_the_service(cloud, planned, expected);
    if (cloud != expected)
      return fmt::format("replay result: in the order{}\n{}{}", said, difference(expected, cloud), list(planned));
  }
  return "";
}

std::string check_refusal(const Planned& planned, const ModelCloud& found, const std::vector<std::string>& recorded,
                          const World& world) {
  const std::set<std::string> known(recorded.begin(), recorded.end());
  const std::map<std::string, ModelHalf> wanted = world.halves();
  std::set<std::string> ids;
  for (const WorldNetwork& network : world.networks) ids.insert(network.id());
  bool absent = false, not_ours = false, in_use = false;
  for (const WorldNetwork& network : world.networks) {
    const auto at = found.networks.find(network.id());
    absent |= network.existing && at == found.networks.end();
    if (at == found.networks.end()) continue;
    not_ours |= !network.existing && !known.contains(network.id()) &&
                at->second.tags.find("pairform-project") == std::string::npos;
    in_use |= !network.existing && at->second.in_use != "[]";
  }
  for (const auto& [id, network] : found.networks) {
    if (!known.contains(id) || ids.contains(id)) continue;  // leaves
    in_use |= network.in_use != "[]";
    for (const auto& [slot, half] : found.halves)  // a stranger's half, or one that stays and is pointed elsewhere
      in_use |= (half.source == id || half.target == id) && (!known.contains(slot) || wanted.contains(slot));
  }
  for (const Diagnostic& each : planned.diagnostics.items()) {
    if (each.severity != Severity::Error) continue;
    const bool sound = (each.code == Code::NetworkAbsent && absent) ||
                       (each.code == Code::NetworkNotOurs && not_ours) || (each.code == Code::NetworkInUse && in_use) ||
                       each.code == Code::NetworkTwoPlans;
    if (!sound) return "refusal: without reason: " + planned.errors();
  }
  return planned.run.plan.steps.empty() ? "" : "refusal: a refused plan has steps";
}

std::string check_state_is_true(const Run& run, bool written) {
  std::string wrong;
  for (const PriorRow& row : run.world.prior.rows) {
    if (row.recorded == k_none) continue;
    const std::string_view address = run.project.texts().view(row.address);
    const StateRow& recorded = run.state.recorded.rows[row.recorded];
    if (row.presence != Existence::Present) wrong += fmt::format("state: {} is recorded and not there\n", address);
    if (row.id != recorded.id) wrong += fmt::format("state: {} has another id\n", address);
    if (row.presence != Existence::Present) continue;
    // A replication made elsewhere is, like a network, what it is found to be.
    const bool theirs = row.type == k_vm_type &&
                        run.project.texts().view(run.state.recorded.cell(recorded, vm_column::existing)) == "true";
    const bool existing = row.type == k_network_type && run.project.texts().view(run.state.recorded.cell(
                                                            recorded, network_column::existing)) == "true";
    for (std::size_t c = 0; c < run.project.types[row.type].columns.size(); ++c) {
      if (!written && theirs && c == vm_column::target_network) continue;
      if (!written && run.project.types[row.type].column(c).mutability == Mutability::Fact) continue;
      if (existing && !written && (c == network_column::address_space || c == network_column::subnets)) continue;
      // What is part of an identity counts without case: group "Shop" is "shop".
      const bool folded = run.project.types[row.type].column(c).mutability == Mutability::Replaces;
      const auto counted = [&](Text cell) {
        return folded ? ascii_lower(run.project.texts().view(cell)) : std::string(run.project.texts().view(cell));
      };
      if (counted(run.state.recorded.cell(recorded, c)) != counted(run.world.prior.cell(row, c)))
        wrong +=
            fmt::format("state: {} {}: recorded {}, found {}\n", address, run.project.types[row.type].column(c).name,
                        run.project.texts().view(run.state.recorded.cell(recorded, c)),
                        run.project.texts().view(run.world.prior.cell(row, c)));
    }
  }
  return wrong;
}

std::string nothing_is_left(const Project& project, bool written, RunOptions options) {
  options.locked = true;
  const std::optional<std::string> state = project.state();
  Planned again = project.plan(options);
  if (!again.sound) return "again: the second plan is refused: " + again.errors();
  if (!again.run.plan.diff.changes.empty() || !again.run.plan.diff.records.empty() ||
      !again.run.world.prior.drift.empty())
    return "again: the second plan is not empty:\n" + again.json;
  if (std::string wrong = check_state_is_true(again.run, written); !wrong.empty()) return wrong;
  apply_plan(again.run, quick_apply());
  if (project.state() != state) return "again: an apply with nothing to do wrote the state file";
  return project.journal().empty() ? "" : "again: the journal is not empty";
}

// Places in files are told by diagnostics, so those alone may differ.
std::string layout_is_nothing(Project& project, const Scenario& scenario) {
  const auto before_diagnostics = [](const Planned& planned) {
    return planned.json.substr(0, planned.json.find(",\"diagnostics\":"));
  };
  const std::unique_ptr<Project> other = project.copy();
  other->write(scenario.after, scenario.seed + 1);
  const Planned one = project.plan({.load_threads = 1}), two = other->plan({.load_threads = 8});
  if (one.sound != two.sound) return "layout: one is refused, the other is not: " + one.errors() + two.errors();
  if (before_diagnostics(one) != before_diagnostics(two))
    return "layout: the plans differ\n" + one.json + "\n" + two.json;
  if (!one.sound) return "";
  if (std::string wrong = apply(project, {}, 1); !wrong.empty()) return "apply: " + wrong;
  if (std::string wrong = apply(*other, {.load_threads = 8}, 8); !wrong.empty()) return "apply: " + wrong;
  if (project.state() != other->state()) return "layout: the states differ\n" + *project.state() + *other->state();
  return "";
}

bool is_in(const std::string& id, const std::set<std::string>& denied) {
  return denied.contains(id) || denied.contains(region_of_network(id));
}

std::set<std::string> deny_some(const Project& project, const std::vector<std::string>& scopes, std::size_t most,
                                Random& random) {
  std::set<std::string> denied;
  for (std::size_t i = 1 + random.below(most); i > 0 && !scopes.empty(); --i) denied.insert(random.pick(scopes));
  for (const std::string& scope : denied) project.sim({"deny", scope});
  return denied;
}

std::string without_adopted(std::string state) {
  constexpr std::string_view k_adopted = R"(,"adopted":true)";
  for (std::size_t at = state.find(k_adopted); at != std::string::npos; at = state.find(k_adopted))
    state.erase(at, k_adopted.size());
  return state;
}

}  // namespace pairform::property
