#include <fmt/format.h>

#include <map>
#include <set>

#include "engine/doctor/doctor.h"
#include "engine/doctor/half_routes.h"
#include "engine/drill/drill_report.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::string_view k_apply = "`pairform plan` shows what is missing, `pairform apply` does it";

class WorldExaminer {
 public:
  WorldExaminer(Project& project, const World& world, const Plan& plan, bool offline)
      : project_(project), world_(world), plan_(plan), offline_(offline) {}

  std::vector<Finding> run() {
    unseen();
    halves();
    many_to_one();
    networks();
    for (const HalfRoute& route : half_routes(project_, world_)) subnets(route);
    drills();
    vms();
    return std::move(out_);
  }

 private:
  std::string_view text(Text value) const { return project_.texts().view(value); }
  std::string name_of(ResourceId resource) const { return std::string(text(world_.estate.address(resource))); }
  void add(Check check, Level level, std::string address, std::string words, std::string_view fix = {}) {
    out_.push_back({check, level, std::move(address), std::move(words), std::string(fix)});
  }
  void unseen();
  void halves();
  void broken(const std::string& address, const std::string& found, const std::string& wanted,
              const std::string& because);
  void many_to_one();
  void networks();
  void subnets(const HalfRoute& route);
  void drills();
  void drilled(const ReportedProblem& problem);
  void vms();
  void status(const PriorRow& row);

  Project& project_;
  const World& world_;
  const Plan& plan_;
  const bool offline_;
  std::vector<Finding> out_;
};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string listed(const std::vector<std::string>& all) { return list_text(all, all.size()); }

// What could not be read, by the reason; what depends on that is counted along.
void WorldExaminer::unseen() {
  if (offline_) return;
  std::map<std::string, std::vector<std::string>> by_reason;
  std::size_t depending = 0;
  for (const UnknownItem& each : plan_.diff.unknown) {
    if (parse_address(text(each.because))) ++depending;
    else by_reason[std::string(text(each.because))].push_back(name_of(each.resource));
  }
  for (const auto& [why, who] : by_reason)
    add(Check::Unseen, Level::Error, who.size() == 1 ? who.front() : std::string(),
        who.size() == 1 ? fmt::format("it is unknown: {}", why) : fmt::format("{} are unknown: {}", listed(who), why),
        "let pairform read it, or repair what is named; without it: pairform plan --allow-unknown");
  if (depending != 0)
    add(Check::Unseen, Level::Note, {},
        fmt::format("{} because of that",
                    counted(depending, "more resource is left alone", "more resources are left alone")));
  if (by_reason.empty()) add(Check::Unseen, Level::Ok, {}, "everything that the project names could be read");
}

void WorldExaminer::broken(const std::string& address, const std::string& found, const std::string& wanted,
                           const std::string& because) {
  std::string words = found == wanted ? "it is otherwise than the files say"
                      : found.empty() ? "it is missing in the cloud"
                                      : fmt::format("it leads to {}, not to {}", found, wanted);
  if (!because.empty()) words += fmt::format("; a plan leaves it alone: {}", because);
  add(Check::Pairs, Level::Warning, address, std::move(words),
      because.empty() ? k_apply : std::string_view("see to that first"));
}

// Both halves of each pair, as the plan compares them with the cloud.
void WorldExaminer::halves() {
  std::size_t wanted = 0, whole = 0;
  std::vector<std::string> new_ones;
  std::set<ResourceId> not_whole;
  for (const BrokenHalf& each : plan_.broken) {
    broken(name_of(each.resource), std::string(text(each.found)), std::string(text(each.target)), each.because);
    not_whole.insert(each.resource);
  }
  for (const Change& change : plan_.diff.changes) {
    if (change.type != k_mapping_type || !change.desired) continue;
    const bool is_broken = change.reason == Reason::HalfMissing || change.reason == Reason::HalfCrossed ||
                           change.reason == Reason::Drifted;
    if (!is_broken && change.arrival != Arrival::Create) continue;
    if (!not_whole.insert(change.resource).second) continue;
    if (!is_broken) {
      new_ones.push_back(name_of(change.resource));
      continue;
    }
    const PriorId before = before_row(change, world_.prior);
    const bool there = before && world_.prior.rows[before].presence == Existence::Present;
    broken(name_of(change.resource),
           there ? std::string(text(world_.prior.cell(world_.prior.rows[before], half_column::target))) : std::string(),
           std::string(text(world_.desired.cell(world_.desired.rows[change.desired], half_column::target))), {});
  }
  for (const DesiredRow& row : world_.desired.rows) {
    if (row.type != k_mapping_type) continue;
    ++wanted;
    if (row.resource && !not_whole.contains(row.resource)) ++whole;
  }
  if (!new_ones.empty())
    add(Check::Pairs, Level::Note, new_ones.size() == 1 ? new_ones.front() : std::string(),
        new_ones.size() == 1 ? "it is not in the cloud yet"
                             : fmt::format("{} are not in the cloud yet", listed(new_ones)),
        k_apply);
  for (const ForeignHalf& each : world_.prior.foreign)
    add(Check::Pairs, Level::Note, {},
        fmt::format("a mapping from {} to {} is in no file: {}", text(each.source), text(each.target), text(each.id)),
        "declare it, or leave it to whoever made it");
  if (wanted != 0 && plan_.diff.unknown.empty())
    add(Check::Pairs, offline_ || whole == wanted ? Level::Ok : Level::Note, {},
        offline_ ? fmt::format("{} wanted", counted(wanted, "half is", "halves are"))
                 : fmt::format("{} of {} there and as wanted", whole, counted(wanted, "half is", "halves are")));
}

// Networks to which several others of one region lead: the way home from there leads to one of them only.
void WorldExaminer::many_to_one() {
  std::map<Text, Text> region_of;  // by name of a network
  for (const PriorRow& row : world_.prior.rows)
    if (row.type == k_network_type) region_of[row.address] = world_.prior.cell(row, network_column::region);
  for (const DesiredRow& row : world_.desired.rows)
    if (row.type == k_network_type) region_of[row.address] = world_.desired.cell(row, network_column::region);
  std::map<std::pair<Text, Text>, std::set<std::string>> from;  // name of the target, region -> names of sources
  const auto lead = [&](Text source, Text target) { from[{target, region_of[source]}].emplace(text(source)); };
  std::set<ResourceId> declared;
  for (const DesiredRow& row : world_.desired.rows)
    if (row.type == k_mapping_type) {
      lead(world_.desired.cell(row, half_column::source), world_.desired.cell(row, half_column::target));
      declared.insert(row.resource);
    }
  for (const PriorRow& row : world_.prior.rows)
    if (row.type == k_mapping_type && row.presence == Existence::Present && !declared.contains(row.resource))
      lead(world_.prior.cell(row, half_column::source), world_.prior.cell(row, half_column::target));
  for (const ForeignHalf& each : world_.prior.foreign) lead(each.source, each.target);
  for (const auto& [ends, sources] : from) {
    if (sources.size() < 2) continue;
    const std::vector<std::string> names(sources.begin(), sources.end());
    add(Check::Pairs, Level::Warning, std::string(text(ends.first)),
        fmt::format("{} networks of one region lead to it: {}; what comes up in it can come home to one of them only",
                    names.size(), listed(names)),
        "give each network a target of its own");
  }
}

void WorldExaminer::networks() {
  std::size_t there = 0, all = 0;
  for (const PriorRow& row : world_.prior.rows) {
    if (row.type != k_network_type) continue;
    ++all;
    there += row.presence == Existence::Present ? 1U : 0U;
    if (row.note) add(Check::Networks, Level::Note, std::string(text(row.address)), std::string(text(row.note)));
  }
  if (!offline_ && all != 0 && there == all)
    add(Check::Networks, Level::Ok, {}, fmt::format("{} there", counted(all, "network is", "networks are")));
}

// The target network of a half against its source.
void WorldExaminer::subnets(const HalfRoute& route) {
  const std::string half(text(world_.desired.rows[route.half].address));
  const std::string source(text(world_.names->name(route.source))), target(text(world_.names->name(route.target)));
  std::size_t right = 0;
  for (const SubnetRoute& each : route.subnets) {
    const Level level = each.lived_in ? Level::Warning : Level::Note;
    const std::string fix = fmt::format("make the subnet in {}, or write subnets = {{ \"{}\" = \"…\" }} in [{}]",
                                        target, each.from, pair_of(half));
    if (each.to.empty())
      add(Check::Subnets, level, half, fmt::format("{} of {} finds no place in {}", each.why, source, target), fix);
    else if (!each.by_name)
      add(Check::Subnets, level, half,
          fmt::format("{} has no subnet \"{}\" as {} has: what is in it comes up in \"{}\", the first by name", target,
                      each.from, source, each.to),
          fix);
    else if (each.to_places < each.from_places)
      add(Check::Subnets, Level::Note, half,
          fmt::format("subnet \"{}\" of {} has {} addresses, \"{}\" of {} has {}", each.to, target, each.to_places,
                      each.from, source, each.from_places),
          "make it larger before more machines come up in it");
    else ++right;
  }
  if (right == route.subnets.size() && right != 0)
    add(Check::Subnets, Level::Ok, half,
        fmt::format("{} of {} {} in {}", counted(right, "subnet", "subnets"), source,
                    right == 1 ? "has its place" : "have their places", target));
}

void WorldExaminer::drilled(const ReportedProblem& problem) {
  switch (problem.code) {
    case Code::TooManyForSubnet:
      add(Check::Landings, Level::Error, problem.address, problem.detail, problem.help);
      break;
    case Code::NotHome:
    case Code::LandingDiffers:
      add(Check::Landings, Level::Warning, problem.address, problem.detail, problem.help);
      break;
    case Code::NotLanding:
      if (problem.error) break;  // told by the plan
      add(Check::Landings, offline_ ? Level::Note : Level::Error, problem.address, problem.detail,
          offline_ ? "ask without --offline: only what was applied is recorded" : problem.help);
      break;
    default: break;  // status is told below; the rest is no part of a failover
  }
}

// Every region lost in turn.
void WorldExaminer::drills() {
  std::size_t home = 0, all = 0;
  for (const std::string& region : regions_of(project_, world_.desired)) {
    Diagnostics none;  // those of the plan are told by themselves
    const DrillReport report = report_drill(project_, world_, {.region = region, .offline = offline_}, none);
    for (const ReportedProblem& each : report.problems) drilled(each);
    for (const std::string& network : report.uncovered_networks)
      add(Check::Landings, Level::Note, network, fmt::format("no mapping leads from it, if {} is lost", region),
          "declare a mapping, if machines live on it");
    all += report.vms.size();
    home += report.count(VmFate::Home);
  }
  if (all != 0 && home == all)
    add(Check::Landings, Level::Ok, {}, fmt::format("{} up and home again", counted(all, "vm comes", "vms come")));
}

void WorldExaminer::status(const PriorRow& row) {
  const std::string address(text(row.address));
  switch (row.status) {
    case Status::Settled: break;
    case Status::Busy:
      add(Check::Vms, Level::Note, address, "something is going on with it: plans leave it alone",
          "wait until it has settled");
      break;
    case Status::FailedOver:
      add(Check::Vms, Level::Warning, address, "it is failed over: it runs in its target region, unprotected",
          "commit and reprotect it, then fail it back");
      break;
    case Status::Reversed:
      add(Check::Vms, Level::Warning, address, "it runs in its target region, protected towards home",
          "fail it back before you count on it again");
      break;
    case Status::Broken:
      add(Check::Vms, Level::Error, address,
          row.failover_failed ? "a failover of it ended half-way" : "its replication is broken",
          "repair it where its replication is managed");
      break;
    case Status::Gone: break;  // told by the plan
  }
}

// Status of the cloud, and its remarks.
void WorldExaminer::vms() {
  if (offline_) return;
  std::size_t settled = 0, all = 0;
  std::vector<std::string> not_yet;
  std::map<std::string, std::vector<std::string>> remarks;
  for (const PriorRow& row : world_.prior.rows) {
    if (row.type != k_vm_type && row.type != k_nic_type) continue;
    if (row.note && row.presence == Existence::Present)
      remarks[std::string(text(row.note))].emplace_back(text(row.address));
    if (row.type != k_vm_type || row.presence != Existence::Present) continue;
    ++all;
    settled += row.status == Status::Settled ? 1U : 0U;
    status(row);
  }
  for (const Change& change : plan_.diff.changes)
    if (change.type == k_vm_type && change.arrival == Arrival::Create) not_yet.push_back(name_of(change.resource));
  if (!not_yet.empty())
    add(Check::Vms, Level::Note, {},
        fmt::format("{} not replicated yet: {}", counted(not_yet.size(), "vm is", "vms are"), listed(not_yet)),
        k_apply);
  for (const auto& [note, who] : remarks)
    add(Check::Vms, Level::Note, who.size() == 1 ? who.front() : std::string(),
        who.size() == 1 ? note : fmt::format("{} ({})", note, listed(who)));
  if (all != 0)
    add(Check::Vms, settled == all ? Level::Ok : Level::Note, {},
        fmt::format("{} of {} settled", settled, counted(all, "replicated vm is", "replicated vms are")));
}

}  // namespace

std::vector<Finding> examine_world(Project& project, const World& world, const Plan& plan, bool offline) {
  return WorldExaminer(project, world, plan, offline).run();
}

}  // namespace pairform
