#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/drill/drill_reporter.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

std::string ip_text(const std::optional<Ip>& ip) { return ip ? to_text(*ip) : std::string(k_dynamic); }

}  // namespace

// One vm of the lost region. Where something is going on with it, or the plan cannot say where it comes up, the network
// that the service has for it counts. Offline it is taken to be replicated: what files and state say is drilled.
void Reporter::vm(const VmLanding& landing) {
  Lost lost{&landing, drilled_.prior(world_.desired.rows[landing.row].key()), false, landing.target};
  lost.held = drilled_.is_held(lost.prior);
  const bool there = lost.prior != nullptr && lost.prior->presence != Existence::Absent;
  if (there && (lost.held || !landing.target))
    if (const Text target = world_.prior.cell(*lost.prior, vm_column::target_network))
      lost.target = drilled_.identity(target);
  if (!request_.offline) lost.up = there && lost.prior->status != Status::Busy && lost.prior->status != Status::Broken;
  out_.vms.push_back({std::string(text(row(lost).address)), VmFate::Home, out_.landings.size(), 0});
  lost.first_nic = nics_.size();
  lost_.push_back(lost);
  for (std::size_t n = 0; n < landing.nics.size(); ++n) nic(lost, n);
  out_.vms.back().landing_count = out_.landings.size() - out_.vms.back().first_landing;
}

// A nic is drilled with the network that it lives on, the one it lands in, and the one that the way home from there
// leads to. That is network.app again if the pair is whole; if somebody has pointed the reverse half elsewhere, it is
// not.
void Reporter::nic(const Lost& lost, std::size_t n) {
  const NicFacts& facts = lost.landing->nics[n];
  DrilledNic nic{.vm = text(row(lost).address),
                 .address = text(nic_row(lost, n).address),
                 .source_network = drilled_.network(lost.landing->network),
                 .source_subnet = text(facts.subnet),
                 .target_network = drilled_.network(lost.target),
                 .target_subnet = {},
                 .configurations = {}};
  if (lost.target) {
    const bool replicated = !request_.offline && lost.prior != nullptr && lost.prior->presence == Existence::Present;
    const WayHome way = drilled_.way_home(lost.target, lost.is_away() ? HomeBy::CloudAsItIs
                                                       : lost.held    ? HomeBy::CloudElseDesired
                                                       : replicated   ? HomeBy::Cloud
                                                                      : HomeBy::Desired);
    nic.home_network = way.network;
    nic.home_rule = way.rule;
    if (way.elsewhere) nic.home_elsewhere = text(way.elsewhere);
    ways_.push_back(way);
  } else {
    ways_.emplace_back();
  }
  identities_.insert(facts.identity);
  first_landing_.push_back(out_.landings.size());
  const DrillLanding& primary = configuration(lost, n, nic, 0, "primary", facts.ip);
  nic.target_subnet = text(project_.texts().intern(primary.target.subnet));
  std::size_t c = 0;
  for (const auto& [called, ip] : items(facts.secondary))
    configuration(lost, n, nic, ++c, text(project_.texts().intern(called)), project_.texts().intern(ip));
  decided_home(facts.identity, nic);
  nics_.push_back(std::move(nic));
}

// Once a vm is protected the other way round the service has decided where its nics come home, by its own rules.
void Reporter::decided_home(Text identity, DrilledNic& nic) {
  const RecordedHome* home = drilled_.recorded_home(identity);
  if (home == nullptr || !home->subnet) return;
  nic.home_network = drilled_.network(home->network);
  nic.home_subnet = text(home->subnet);
  nic.home_elsewhere.clear();
  decided_.emplace(nic.vm);
  nic.configurations.front().home_ip = parse_ip(text(home->ip));
  for (const auto& [name, ip] : items(home->secondary))
    for (DrilledConfiguration& each : nic.configurations)
      if (each.name == name) each.home_ip = parse_ip(ip);
}

DrillLanding& Reporter::configuration(const Lost& lost, std::size_t n, DrilledNic& nic, std::size_t c,
                                      std::string_view called, Text source) {
  DrillLanding& landing = out_.landings.emplace_back();
  landing.vm = nic.vm;
  landing.nic = nic.address;
  landing.configuration = called;
  landing.source = {name(lost.landing->network), std::string(nic.source_subnet), std::string(text(source))};
  landing.target.network = name(lost.target);
  const PriorRow* prior = drilled_.prior({k_nic_type, lost.landing->nics[n].identity});
  if (lost.held && prior != nullptr && prior->presence == Existence::Present) held_place(*prior, called, landing);
  else place(lost, n, c, landing);
  if (landing.target.subnet.empty()) landing.lands = false;
  const bool dynamic = landing.source.ip == k_dynamic;
  nic.configurations.push_back({called, dynamic ? std::nullopt : parse_ip(landing.source.ip),
                                landing.lands ? parse_ip(landing.target.ip) : std::nullopt, landing.lands});
  return landing;
}

// Where the plan places it.
void Reporter::place(const Lost& lost, std::size_t n, std::size_t c, DrillLanding& landing) const {
  const std::uint32_t first = placed_[lost.landing->nic_row(n)];
  if (first == k_unplaced) return;
  const PlacementRow& placed = world_.placements[first + c];
  landing.target.network = text(placed.target_network);
  landing.target.subnet = text(placed.subnet);
  landing.subnet_reason = placed.subnet_reason;
  landing.ip_reason = placed.ip_reason;
  const DeclaredNicId stanza = lost.landing->nics[n].declared;
  const DeclaredNic& wanted = stanza == k_none ? declared(lost).nic_defaults : world_.desired.nics[stanza];
  const bool made_dynamic = c == 0 && text(wanted.target_ip) == k_dynamic;
  const bool refused = !placed.ip && c == 0 && wanted.target_ip && !made_dynamic && !lost.held;
  const bool kept_dynamic = placed.ip_reason == IpReason::Kept && !placed.ip && placed.subnet;
  landing.lands =
      placed.ip || kept_dynamic || (landing.source.ip == k_dynamic && !refused) || (made_dynamic && placed.subnet);
  if (landing.lands) landing.target.ip = placed.ip ? text(placed.ip) : k_dynamic;
}

// Where the service has it.
void Reporter::held_place(const PriorRow& nic, std::string_view called, DrillLanding& landing) const {
  const Text subnet = world_.prior.cell(nic, nic_column::target_subnet);
  landing.target.subnet = text(subnet);
  landing.subnet_reason = SubnetReason::Kept;
  std::string ip(text(world_.prior.cell(nic, nic_column::target_ip)));
  if (called != "primary") {
    ip.clear();
    for (const auto& [key, value] : items(world_.prior.cell(nic, nic_column::target_secondary)))
      if (key == called) ip = value;
  }
  landing.lands = !ip.empty() || called == "primary";
  landing.ip_reason = ip.empty() ? IpReason::Dynamic : IpReason::Kept;
  if (landing.lands) landing.target.ip = ip.empty() ? std::string(k_dynamic) : ip;
}

// Networks of the region from which no mapping leads anywhere: a vm on them would need a derived pair first.
void Reporter::uncovered_networks() {
  std::set<Text> sources;
  for (const DesiredRow& each : world_.desired.rows)
    if (each.type == k_mapping_type) sources.insert(world_.desired.cell(each, half_column::source));
  for (const DesiredRow& each : world_.desired.rows)
    if (each.type == k_network_type && world_.desired.cell(each, network_column::region) == region_ &&
        !sources.contains(each.address) && !world_.wrong.may_map(each.address, region_))
      out_.uncovered_networks.emplace_back(text(each.address));
}

void Reporter::target_regions() {
  std::set<std::string> regions;
  for (const Lost& lost : lost_) regions.emplace(text(declared(lost).target_region));
  out_.target_regions.assign(regions.begin(), regions.end());
}

// Places all nics on the reversed world: the addresses of the drilled vms at home are free there, as they are once the
// region is lost.
void Reporter::drill_them() {
  std::size_t at = 0;
  for (const Lost& lost : lost_)
    for (std::size_t n = 0; n < lost.landing->nics.size(); ++n) test(lost, n, nics_[at++]);
  drilled_.occupy(identities_);
  const Drill drilled = drill({text(region_), drilled_.networks(), drilled_.rules(), nics_,
                               project_.config.settings.strict_subnets, project_.config.settings.strict_addresses});
  for (std::size_t n = 0; n < nics_.size(); ++n)
    for (std::size_t c = 0; c < nics_[n].configurations.size(); ++c)
      outcome(nics_[n], drilled.nics[n], drilled.nics[n].configurations[c], out_.landings[first_landing_[n] + c]);
  found_ = drilled.problems;
  fates();
}

// Which of the test networks asked for is that of the vm; none: its own counts.
DesiredId Reporter::test_override(const Lost& lost) const {
  for (const DesiredId each : request_.test_networks)
    if (world_.desired.cell(world_.desired.rows[each], network_column::region) == declared(lost).target_region)
      return each;
  return {};
}

// What a test failover asks of one nic: the network asked for, with what files say of its test; else the place that the
// plan has for it in the vm's own test network.
void Reporter::test(const Lost& lost, std::size_t n, DrilledNic& nic) {
  if (!request_.test && request_.test_networks.empty()) return;
  if (const DesiredId network = test_override(lost)) {
    const DeclaredNicId stanza = lost.landing->nics[n].declared;
    const DeclaredNic& wanted = stanza == k_none ? declared(lost).nic_defaults : world_.desired.nics[stanza];
    nic.test_network = drilled_.network(world_.desired.rows[network].identity);
    nic.test_subnet = text(wanted.test_subnet);
    if (wanted.test_ip && !nic.configurations.empty())
      nic.configurations.front().test_ip = parse_ip(text(wanted.test_ip));
    return;
  }
  if (!request_.test || !lost.landing->test) return;
  const auto from = std::lower_bound(world_.tests.begin(), world_.tests.end(), lost.landing->nic_row(n),
                                     [](const TestRow& row, DesiredId wanted) { return row.nic < wanted; });
  if (from == world_.tests.end() || from->nic != lost.landing->nic_row(n) || !from->subnet) return;
  nic.test_network = drilled_.network(lost.landing->test);
  nic.planned_test_subnet = text(from->subnet);
  std::size_t landing = first_landing_[static_cast<std::size_t>(&nic - nics_.data())];
  for (auto row = from; row != world_.tests.end() && row->nic == from->nic; ++row, ++landing) {
    if (!row->comes_up) continue;
    out_.landings[landing].test = {std::string(text(row->network)), std::string(text(row->subnet)),
                                   row->ip ? std::string(text(row->ip)) : std::string(k_dynamic)};
    out_.landings[landing].test_subnet_reason = row->subnet_reason;
    out_.landings[landing].test_ip_reason = row->ip_reason;
  }
}

void Reporter::outcome(const DrilledNic& nic, const DrilledPlace& place, const DrillOutcome& outcome,
                       DrillLanding& landing) {
  const auto network = [&](std::uint32_t number) { return std::string(drilled_.networks()[number].name); };
  if (const auto& back = outcome.failback) {
    landing.failback = {network(back->network), std::string(back->subnet), ip_text(back->ip)};
    landing.back_subnet_reason = back->subnet_reason;
    landing.back_ip_reason = back->ip_reason;
    landing.home = back->home;
  }
  if (!outcome.tested) return;
  landing.test = {network(nic.test_network), std::string(place.test_subnet), ip_text(outcome.tested->ip)};
  landing.test_subnet_reason = place.test_subnet_reason;
  landing.test_ip_reason = outcome.tested->reason;
}

std::size_t DrillReport::count(VmFate fate) const {
  return static_cast<std::size_t>(
      std::count_if(vms.begin(), vms.end(), [&](const DrilledVm& vm) { return vm.fate == fate; }));
}

DrillReport report_drill(Project& project, const World& world, const DrillRequest& request, Diagnostics& diagnostics) {
  return Reporter(project, world, request, diagnostics).run();
}

std::vector<std::string> regions_of(const Project& project, const DesiredState& desired) {
  std::set<std::string> regions;
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type) regions.emplace(project.texts().view(desired.cell(row, network_column::region)));
  for (const DeclaredVm& vm : desired.vms) regions.emplace(project.texts().view(vm.region));
  return {regions.begin(), regions.end()};
}

}  // namespace pairform
