// What a drill finds wrong, with the words for it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "engine/drill/drill_reporter.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::string_view k_no_landing_help = "see what `pairform plan` says of it";
constexpr std::string_view k_unrecorded_help = "drill without --offline: only what was applied is recorded";
constexpr std::string_view k_too_small_help = "make the subnet larger, or free addresses in it";
constexpr std::string_view k_not_protected_help = "`pairform plan` shows what is missing, `pairform apply` does it";
constexpr std::string_view k_enabled_elsewhere_help =
    "enable it where its replication is managed; or remove existing = true: then pairform enables it";
constexpr std::string_view k_plan_refuses_help = "correct what is wrong with it; then `pairform apply` enables it";
constexpr std::string_view k_unlanded_help =
    "give it a landing where its replication is managed, if its machine needs it over there";
constexpr std::string_view k_gone_help = "restore the machine; or remove its stanza, if it is gone for good";
constexpr std::string_view k_away_help = "fail it back, or reprotect it, before you count on it again";
constexpr std::string_view k_differs_help = "`pairform apply` tells the service; until then it comes up there";
constexpr std::string_view k_no_test_help =
    "give test_network to its mapping, or to the vm; or drill with --test-network network.…";
constexpr std::string_view k_hangs_help = "correct the files, then drill again";
constexpr std::string_view k_test_help = "choose another test network, or add to this one what it lacks";

// Codes 1xxx: what files say.
bool is_of_files(Code code) { return static_cast<int>(code) < 2000; }

// An error as a problem: its place in the files goes with it.
ReportedProblem problem_of(const Diagnostic& error, const SourceFiles& sources) {
  std::string detail = error.detail.empty() ? error.summary : error.summary + ": " + error.detail;
  if (!error.spans.empty()) {
    const SourcePosition& at = error.spans.front().at;
    detail = fmt::format("{}:{}:{}: {}", sources[at.file].name, at.line, at.column, detail);
  }
  return {error.code, error.address, std::move(detail), error.help, true};
}

}  // namespace

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
  for (const Lost& lost : lost_) unlanded(lost);
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

// Errors of the plan about a vm of another region stay what they are, and are no matter here. Errors in the files are:
// whoever reads the problems learns that the files are wrong (spec section 11).
void Reporter::take_diagnostics() {
  std::set<std::string_view> elsewhere;
  for (const DeclaredVm& vm : world_.desired.vms)
    if (vm.region != region_) elsewhere.insert(text(vm.address));
  diagnostics_.sort();
  Diagnostics left;
  const auto is_elsewhere = [&](const Diagnostic& each) {
    const auto is_one = [&](const std::string& address) { return elsewhere.contains(vm_of_nic(address)); };
    return each.concerns.empty() ? is_one(each.address)
                                 : std::all_of(each.concerns.begin(), each.concerns.end(), is_one);
  };
  for (const Diagnostic& each : diagnostics_.items()) {
    const std::string_view vm = vm_of_nic(each.address);
    if (each.severity != Severity::Error || (is_elsewhere(each) && !is_of_files(each.code))) {
      left.add(each);
      continue;
    }
    out_.errors = true;
    out_.other_errors |= type_of(vm) != "vm";
    told_.emplace(vm);
    for (const std::string& nic : each.concerns) told_.emplace(vm_of_nic(nic));
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
  if (landing.nics.empty())
    return landing.unlanded.empty() ? "nothing is known of its nics" : "the service brings up none of its nics";
  for (std::size_t n = 0; n < landing.nics.size(); ++n)
    if (landing.nics[n].why) return fmt::format("{}: {}", text(nic_row(lost, n).address), text(landing.nics[n].why));
  return fmt::format("the service has no place for it in {}", name(lost.target));
}

// A nic that stays behind when its vm comes up: somebody has chosen so, or it was forgotten.
void Reporter::unlanded(const Lost& lost) {
  for (const UnlandedNic& nic : lost.landing->unlanded)
    add(Code::NotLanding, fmt::format("{}.nic.{}", text(row(lost).address), text(nic.key)),
        nic.note ? fmt::format("it lands nowhere: {}", text(nic.note)) : "the service has no landing for it",
        k_unlanded_help);
}

// What would replicate a vm: `apply` does it, but for what is managed elsewhere, what the plan refuses, and what has no
// machine or could not be read.
std::string_view Reporter::not_replicated_help(const Lost& lost) const {
  if (row(lost).existing) return k_enabled_elsewhere_help;
  if (told_.contains(text(row(lost).address))) return k_plan_refuses_help;
  return row(lost).unknown ? k_no_landing_help : k_not_protected_help;
}

// A vm that is not replicated, or not at home, would not come up if the region were lost now, whatever is planned.
void Reporter::not_protected(std::size_t v) {
  const Lost& lost = lost_[v];
  const std::string& address = out_.vms[v].address;
  if (row(lost).gone) return add(Code::NotProtected, address, "its machine is gone", k_gone_help);
  if (lost.prior == nullptr || lost.prior->presence == Existence::Absent)
    return add(Code::NotProtected, address, "it is not replicated", not_replicated_help(lost));
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
    case Status::Gone: return add(Code::NotProtected, address, "its machine is gone", k_gone_help);
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

DrillReport report_errors(std::string region, const SourceFiles& sources, const Diagnostics& diagnostics) {
  DrillReport out{.region = std::move(region)};
  for (const Diagnostic& each : diagnostics.items())
    if (each.severity == Severity::Error) out.problems.push_back(problem_of(each, sources));
  return out;
}

}  // namespace pairform
