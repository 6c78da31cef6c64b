#include "engine/drill/drill_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/drill/drill_world.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::uint32_t k_unplaced = UINT32_MAX;

constexpr std::string_view k_no_landing_help = "see what `pairform plan` says of it";
constexpr std::string_view k_unrecorded_help = "drill without --offline: only what was applied is recorded";
constexpr std::string_view k_no_way_help =
    "let the mapping have its mirror, or map that network back; what is missing only in the cloud, apply makes again";
constexpr std::string_view k_not_home_help =
    "let its pair say where to: `subnets` and addresses = \"same-host\" count on the way home, too";
constexpr std::string_view k_kept_help = "the rules would choose another landing now: pairform apply --place-anew";
constexpr std::string_view k_too_small_help = "make the subnet larger, or free addresses in it";
constexpr std::string_view k_not_protected_help = "`pairform plan` shows what is missing, `pairform apply` does it";
constexpr std::string_view k_away_help = "fail it back, or reprotect it, before you count on it again";
constexpr std::string_view k_differs_help = "`pairform apply` tells the service; until then it comes up there";
constexpr std::string_view k_no_test_help =
    "give test_network to its mapping, or to the vm; or drill with --test-network network.…";
constexpr std::string_view k_hangs_help = "correct the files, then drill again";
constexpr std::string_view k_test_help = "choose another test network, or add to this one what it lacks";

// An error as a problem: its place in the files goes with it.
ReportedProblem problem_of(const Diagnostic& error, const SourceFiles& sources) {
  std::string detail = error.detail.empty() ? error.summary : error.summary + ": " + error.detail;
  if (!error.spans.empty()) {
    const SourcePosition& at = error.spans.front().at;
    detail = fmt::format("{}:{}:{}: {}", sources[at.file].name, at.line, at.column, detail);
  }
  return {error.code, error.address, std::move(detail), error.help, true};
}

std::string ip_text(const std::optional<Ip>& ip) { return ip ? to_text(*ip) : std::string(k_dynamic); }

class Reporter {
 public:
  Reporter(Project& project, const World& world, const DrillRequest& request, Diagnostics& diagnostics)
      : project_(project),
        world_(world),
        region_(project.texts().intern(request.region)),
        request_(request),
        diagnostics_(diagnostics),
        drilled_(project, world, region_),
        placed_(world.desired.rows.size(), k_unplaced) {
    for (std::uint32_t p = 0; p < world.placements.size(); ++p)
      if (placed_[world.placements[p].nic] == k_unplaced) placed_[world.placements[p].nic] = p;
  }

  DrillReport run() {
    out_.region = text(region_);
    out_.files_wrong = request_.files_wrong;
    for (const VmLanding& landing : world_.landings)
      if (world_.desired.vms[landing.declared].region == region_ && !landing.hangs) vm(landing);
    uncovered_networks();
    target_regions();
    drill_them();
    problems();
    return std::move(out_);
  }

 private:
  struct Lost {  // one drilled vm
    const VmLanding* landing;
    const PriorRow* prior;
    bool held;
    Text target;     // identity of the network that it lands in; none: not known
    bool up = true;  // protected, or up already
  };

  std::string_view text(Text value) const { return project_.texts().view(value); }
  const TextItems& items(Text map) const { return project_.parsed.items(project_.texts(), map); }
  std::string name(Text network) const { return std::string(network ? text(world_.names->name(network)) : ""); }
  const DeclaredVm& declared(const Lost& lost) const { return world_.desired.vms[lost.landing->declared]; }
  const DesiredRow& row(const Lost& lost) const { return world_.desired.rows[lost.landing->row]; }
  const DesiredRow& nic_row(const Lost& lost, std::size_t n) const {
    return world_.desired.rows[lost.landing->nic_row(n)];
  }

  void vm(const VmLanding& landing);
  void nic(const Lost& lost, std::size_t n);
  DrillLanding& configuration(const Lost& lost, std::size_t n, DrilledNic& nic, std::size_t c, std::string_view called,
                              Text source);
  void place(const Lost& lost, std::size_t n, std::size_t c, DrillLanding& landing) const;
  void held_place(const PriorRow& nic, std::string_view called, DrillLanding& landing) const;
  void target_regions();
  void uncovered_networks();
  void drill_them();
  DesiredId test_override(const Lost& lost) const;
  void test(const Lost& lost, std::size_t n, DrilledNic& nic);
  void outcome(const DrilledNic& nic, const DrilledPlace& place, const DrillOutcome& outcome, DrillLanding& landing);
  void fates();
  void problems();
  std::string not_home_help(const std::string& vm) const;
  void take_diagnostics();
  void left_out();
  void why_nowhere(std::size_t v);
  std::string reason_nowhere(const Lost& lost) const;
  void not_protected(std::size_t v);
  void differences(const Lost& lost);
  std::string difference(const Lost& lost, std::size_t n) const;
  void add(Code code, std::string address, std::string detail, std::string_view help) {
    out_.problems.push_back({code, std::move(address), std::move(detail), std::string(help)});
  }

  Project& project_;
  const World& world_;
  Text region_;
  const DrillRequest& request_;
  Diagnostics& diagnostics_;
  DrillWorld drilled_;
  DenseMap<DesiredId, std::uint32_t> placed_;  // of a nic: its first placement
  DrillReport out_;
  std::vector<Lost> lost_;  // by DrillReport::vms
  std::vector<DrilledNic> nics_;
  std::vector<std::size_t> first_landing_;   // by nics_, into DrillReport::landings
  std::set<Text> identities_;                // of their nics
  std::set<std::string, std::less<>> told_;  // vms that an error tells of
  std::set<std::string> no_way_;             // vms from whose target nothing leads home
  std::vector<DrillProblem> found_;          // by the drill
};

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
    const WayHome way = drilled_.way_home(lost.target, lost.held    ? HomeBy::CloudElseDesired
                                                       : replicated ? HomeBy::Cloud
                                                                    : HomeBy::Desired);
    nic.home_network = way.network;
    nic.home_rule = way.rule;
    if (way.network == k_no_network) no_way_.emplace(nic.vm);
  }
  identities_.insert(facts.identity);
  first_landing_.push_back(out_.landings.size());
  const DrillLanding& primary = configuration(lost, n, nic, 0, "primary", facts.ip);
  nic.target_subnet = text(project_.texts().intern(primary.target.subnet));
  std::size_t c = 0;
  for (const auto& [called, ip] : items(facts.secondary))
    configuration(lost, n, nic, ++c, text(project_.texts().intern(called)), project_.texts().intern(ip));
  nics_.push_back(std::move(nic));
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
  landing.lands = placed.ip || (landing.source.ip == k_dynamic && !refused) || (made_dynamic && placed.subnet);
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

// A vm comes up if all its configurations land, and comes home if all come back to where they were.
void Reporter::fates() {
  for (std::size_t v = 0; v < out_.vms.size(); ++v) {
    DrilledVm& vm = out_.vms[v];
    bool up = lost_[v].up && vm.landing_count != 0, home = true;
    for (std::size_t l = vm.first_landing; l < vm.first_landing + vm.landing_count; ++l) {
      up = up && out_.landings[l].lands;
      home = home && out_.landings[l].home;
    }
    vm.fate = !up ? VmFate::Nowhere : home ? VmFate::Home : VmFate::Away;
  }
}

// What does not come up goes first, then what does not come home, then the rest.
void Reporter::problems() {
  take_diagnostics();
  for (std::size_t v = 0; v < lost_.size(); ++v) why_nowhere(v);
  if (!request_.offline)
    for (std::size_t v = 0; v < lost_.size(); ++v) not_protected(v);
  for (const DrillProblem& problem : found_)
    if (problem.code == Code::NotHome)
      add(problem.code, problem.address, problem.detail, not_home_help(problem.address));
  for (const DrillProblem& problem : found_) {
    if (problem.code == Code::NotHome) continue;
    if (!problem.of_test) ++out_.too_small;
    add(problem.code, problem.address, problem.detail,
        problem.code == Code::TooManyForSubnet ? k_too_small_help : k_test_help);
  }
  if (request_.test)
    for (const Lost& lost : lost_)
      if (!lost.landing->test && !test_override(lost))
        add(Code::NoTestNetwork, std::string(text(row(lost).address)), "nothing says where its test failover comes up",
            k_no_test_help);
  if (!request_.offline)
    for (const Lost& lost : lost_) differences(lost);
}

// What would bring a vm home. A landing that is kept stays when the rules of its pair change, until it is let go.
std::string Reporter::not_home_help(const std::string& vm) const {
  if (no_way_.contains(vm)) return std::string(k_no_way_help);
  const auto at = std::lower_bound(out_.vms.begin(), out_.vms.end(), vm,
                                   [](const DrilledVm& a, const std::string& b) { return address_less(a.address, b); });
  const Lost& lost = lost_[static_cast<std::size_t>(at - out_.vms.begin())];
  std::string kept;  // of a landing that does not come home, and is kept: the pair by which it lands
  for (std::size_t l = at->first_landing; l < at->first_landing + at->landing_count; ++l) {
    const DrillLanding& landing = out_.landings[l];
    if (landing.home || landing.ip_reason != IpReason::Kept || !landing.failback) continue;
    if (landing.failback->network != landing.source.network) continue;
    if (lost.landing->half && lost.landing->by_pair)
      kept = pair_of(text(world_.desired.rows[lost.landing->half].address));
    for (std::size_t n = 0; n < lost.landing->nics.size(); ++n)
      if (const auto anew = request_.kept.find(lost.landing->nic_row(n));
          anew != request_.kept.end() && landing.nic == text(nic_row(lost, n).address))
        return fmt::format("{} {}", k_kept_help, anew->second);
  }
  return kept.empty() ? std::string(k_not_home_help)
                      : fmt::format("{}; then: pairform apply --place-anew {}", k_not_home_help, kept);
}

// Errors that are about a vm of another region stay what they are, and are no matter here.
void Reporter::take_diagnostics() {
  std::set<std::string_view> elsewhere;
  for (const DeclaredVm& vm : world_.desired.vms)
    if (vm.region != region_) elsewhere.insert(text(vm.address));
  diagnostics_.sort();
  Diagnostics left;
  for (const Diagnostic& each : diagnostics_.items()) {
    const std::string_view vm = vm_of_nic(each.address);
    if (each.severity != Severity::Error || elsewhere.contains(vm)) {
      left.add(each);
      continue;
    }
    out_.errors = true;
    out_.other_errors |= type_of(vm) != "vm";
    told_.emplace(vm);
    out_.problems.push_back(problem_of(each, project_.config.sources));
  }
  left_out();
  std::stable_sort(out_.problems.begin(), out_.problems.end(), [](const ReportedProblem& a, const ReportedProblem& b) {
    return address_less(a.address, b.address);
  });
  diagnostics_ = std::move(left);
}

// Vms that hang on errors in the files: their own stanzas are wrong, or what they name is, or what may map them.
void Reporter::left_out() {
  std::set<Text> declared;
  for (const DeclaredVm& vm : world_.desired.vms) declared.insert(vm.address);
  const auto hangs = [&](std::string address) {
    ++out_.left_out;
    if (told_.contains(address)) return;
    add(Code::NotLanding, std::move(address), "a stanza with errors says, or may say, where it comes up", k_hangs_help);
    out_.problems.back().error = true;
  };
  for (const Declaration& item : project_.config.declarations.items) {
    if (item.type != k_vm_type) continue;
    std::string address = declared_address(item, project_.types, project_.texts());
    if (declared.insert(project_.texts().intern(address)).second) hangs(std::move(address));
  }
  for (const VmLanding& landing : world_.landings)
    if (landing.hangs && world_.desired.vms[landing.declared].region == region_)
      hangs(std::string(text(world_.desired.vms[landing.declared].address)));
}

// Only where no error of the plan has said why already.
void Reporter::why_nowhere(std::size_t v) {
  const DrilledVm& vm = out_.vms[v];
  bool lands = vm.landing_count != 0;
  for (std::size_t l = vm.first_landing; l < vm.first_landing + vm.landing_count; ++l)
    lands = lands && out_.landings[l].lands;
  if (!lands && !told_.contains(vm.address))
    add(Code::NotLanding, vm.address, reason_nowhere(lost_[v]),
        request_.offline ? k_unrecorded_help : k_no_landing_help);
}

// The first thing on the way from the machine to its landing that is not known.
std::string Reporter::reason_nowhere(const Lost& lost) const {
  const VmLanding& landing = *lost.landing;
  const DeclaredVm& vm = declared(lost);
  if (row(lost).unknown) return std::string(text(row(lost).unknown));
  if (!landing.network) return "nothing tells which network it is on";
  if (!lost.target)
    return fmt::format("no mapping of {} towards {} can be told", name(landing.network), text(vm.target_region));
  for (const Text network : {landing.network, lost.target})
    if (!drilled_.is_known(network))
      return fmt::format("nothing is known of {}: it {}", name(network),
                         request_.offline ? "is not recorded" : "was not found, or could not be read");
  if (landing.nics.empty()) return "nothing is known of its nics";
  for (std::size_t n = 0; n < landing.nics.size(); ++n)
    if (landing.nics[n].why) return fmt::format("{}: {}", text(nic_row(lost, n).address), text(landing.nics[n].why));
  return fmt::format("the service has no place for it in {}", name(lost.target));
}

// A vm that is not replicated, or not at home, would not come up if the region were lost now, whatever is planned.
void Reporter::not_protected(std::size_t v) {
  const Lost& lost = lost_[v];
  const std::string& address = out_.vms[v].address;
  if (lost.prior == nullptr || lost.prior->presence == Existence::Absent)
    return add(Code::NotProtected, address, "it is not replicated", k_not_protected_help);
  const std::string_view target = text(declared(lost).target_region);
  switch (lost.prior->status) {
    case Status::Settled: return;
    case Status::Busy:
      return add(Code::NotProtected, address, "its replication is not done yet",
                 "wait until it has settled, then drill again");
    case Status::Broken:
      return add(Code::NotProtected, address, "its replication is broken", "repair it in the portal, then drill again");
    case Status::FailedOver:
      return add(Code::NotProtected, address, fmt::format("it is failed over: it runs in {}, unprotected", target),
                 k_away_help);
    case Status::Gone:
      return add(Code::NotProtected, address, "its machine is gone", "restore it, or remove its stanza");
    case Status::Reversed:
      return add(Code::NotProtected, address, fmt::format("it runs in {}, protected towards {}", target, text(region_)),
                 k_away_help);
  }
}

// What the service would do today, where that is not what the plan says.
void Reporter::differences(const Lost& lost) {
  if (lost.prior == nullptr || lost.prior->presence != Existence::Present || lost.held) return;
  const Text has = world_.prior.cell(*lost.prior, vm_column::target_network);
  if (lost.target && has != world_.names->name(lost.target))
    add(Code::LandingDiffers, std::string(text(row(lost).address)),
        fmt::format("the service has it come up in {}, not in {}", has ? text(has) : "no network", name(lost.target)),
        k_differs_help);
  for (std::size_t n = 0; n < lost.landing->nics.size(); ++n)
    if (std::string told = difference(lost, n); !told.empty())
      add(Code::LandingDiffers, std::string(text(nic_row(lost, n).address)), std::move(told), k_differs_help);
}

std::string Reporter::difference(const Lost& lost, std::size_t n) const {
  const std::uint32_t first = placed_[lost.landing->nic_row(n)];
  const PriorRow* prior = drilled_.prior({k_nic_type, lost.landing->nics[n].identity});
  if (first == k_unplaced || !world_.placements[first].subnet) return {};
  if (prior == nullptr || prior->presence == Existence::Absent) return "the service was never told where it lands";
  if (prior->presence != Existence::Present) return {};
  const DesiredRow& wanted = nic_row(lost, n);
  std::vector<std::string> told;
  const auto compare = [&](std::size_t column, std::string_view none, auto shown) {
    const Text is = world_.prior.cell(*prior, column), then = world_.desired.cell(wanted, column);
    const auto words = [&](Text value) { return value ? shown(value) : std::string(none); };
    if (is != then) told.push_back(fmt::format("{}, not {}", words(is), words(then)));
  };
  compare(nic_column::target_subnet, "no subnet",
          [&](Text subnet) { return fmt::format("subnet \"{}\"", text(subnet)); });
  compare(nic_column::target_ip, "a dynamic address", [&](Text ip) { return std::string(text(ip)); });
  compare(nic_column::target_secondary, "nothing", [&](Text map) {
    std::vector<std::string> shown;
    for (const auto& [key, ip] : items(map)) shown.push_back(fmt::format("\"{}\" on {}", key, ip));
    return list_text(shown, shown.size());
  });
  compare(nic_column::test_subnet, "no test subnet",
          [&](Text subnet) { return fmt::format("test subnet \"{}\"", text(subnet)); });
  compare(nic_column::test_ip, "no test address", [&](Text ip) { return fmt::format("test address {}", text(ip)); });
  return told.empty() ? std::string() : fmt::format("the service has it come up with {}", fmt::join(told, "; "));
}

}  // namespace

std::size_t DrillReport::count(VmFate fate) const {
  return static_cast<std::size_t>(
      std::count_if(vms.begin(), vms.end(), [&](const DrilledVm& vm) { return vm.fate == fate; }));
}

DrillReport report_drill(Project& project, const World& world, const DrillRequest& request, Diagnostics& diagnostics) {
  return Reporter(project, world, request, diagnostics).run();
}

DrillReport report_errors(std::string region, const SourceFiles& sources, const Diagnostics& diagnostics) {
  DrillReport out{.region = std::move(region)};
  for (const Diagnostic& each : diagnostics.items())
    if (each.severity == Severity::Error) out.problems.push_back(problem_of(each, sources));
  return out;
}

std::vector<std::string> regions_of(const Project& project, const DesiredState& desired) {
  std::set<std::string> regions;
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type) regions.emplace(project.texts().view(desired.cell(row, network_column::region)));
  for (const DeclaredVm& vm : desired.vms) regions.emplace(project.texts().view(vm.region));
  return {regions.begin(), regions.end()};
}

}  // namespace pairform
