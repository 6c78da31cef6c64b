// How a drill's report is made: the vms of the lost region and where each configuration lands (drill_report.cc), then what
// is wrong (drill_problems.cc). Private to this room; others ask report_drill.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/drill/drill_report.h"
#include "engine/drill/drill_world.h"

namespace pairform {

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
  static constexpr std::uint32_t k_unplaced = UINT32_MAX;
  struct Lost {  // one drilled vm
    const VmLanding* landing;
    const PriorRow* prior;
    bool held;
    Text target;                // identity of the network that it lands in; none: not known
    bool up = true;             // protected, or up already
    std::size_t first_nic = 0;  // into nics_
    // Failed over, reversed or broken: held, and not because its replication is still being enabled.
    bool is_away() const { return held && prior->status != Status::Busy && !prior->pending; }
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
  void decided_home(Text identity, DrilledNic& nic);
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
  // What would bring a vm home (drill_home.cc): a line for each cause.
  struct HomeCase {  // one configuration that does not come home
    const Lost& lost;
    const DrilledNic& nic;
    const DrillLanding& landing;
    const WayHome& way;
    const NicFacts& facts;
    std::size_t configuration;
    DesiredId nic_row;
  };
  struct HomeFix;
  std::string not_home_help(const std::string& vm) const;
  std::string home_fix(const HomeCase& it) const;
  std::string fix_no_way(const HomeCase& it) const;
  std::string fix_other_network(const HomeCase& it) const;
  void fix_subnet(const HomeCase& it, HomeFix& fix) const;
  void fix_kind(const HomeCase& it, std::string_view attribute, const std::string& address, HomeFix& fix) const;
  void fix_address(const HomeCase& it, HomeFix& fix) const;
  bool is_named_target(DesiredId half, std::string_view subnet) const;
  bool is_overridden(const HomeCase& it) const;
  bool is_same_host(const HomeCase& it) const;
  std::string target_holder(const HomeCase& it, const Ip& ip) const;
  std::string home_holder(const HomeCase& it) const;
  std::string words_of(const HomeCase& it, const HomeFix& fix) const;
  bool is_declared_pair(std::string_view pair) const;
  void take_diagnostics();
  void left_out();
  void why_nowhere(std::size_t v);
  std::string reason_nowhere(const Lost& lost) const;
  void unlanded(const Lost& lost);
  void not_protected(std::size_t v);
  std::string_view not_replicated_help(const Lost& lost) const;
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
  std::vector<WayHome> ways_;                   // by nics_
  std::vector<std::size_t> first_landing_;      // by nics_, into DrillReport::landings
  std::set<Text> identities_;                   // of their nics
  std::set<std::string, std::less<>> told_;     // vms that an error tells of
  std::set<std::string, std::less<>> decided_;  // vms whose way home the service has decided
  std::vector<DrillProblem> found_;             // by the drill
};

}  // namespace pairform
