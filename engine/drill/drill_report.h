// A drill of a whole project (spec section 9): from a run whose plan has been made, through drill.h, to what is told.
//
// The vms are those that files declare with their home in the region. Each lands as the plan places it; one that is
// held, as the service has it. The way home is the half on its target network's slot towards the region: of a vm that
// is replicated the one that stands in the cloud, else the desired one (drill_world.h). Errors of the plan end nothing:
// what they are about is a problem, the others are drilled all the same. Cost: linear in vms, nics and the addresses
// used in their networks, times log. Touches nothing but the pool of texts.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/drill/drill.h"
#include "engine/phases.h"

namespace pairform {

struct DrillSpot {
  std::string network;  // its name; empty: not known
  std::string subnet;   // empty: not known, or none
  std::string ip;       // "dhcp": dynamic; empty: not known, or none
};

struct DrillLanding {  // of one configuration
  std::string vm, nic, configuration;
  DrillSpot source;
  DrillSpot target;
  bool lands = false;
  SubnetReason subnet_reason = SubnetReason::First;  // where it lands
  IpReason ip_reason = IpReason::Dynamic;
  std::optional<DrillSpot> failback;  // none: no way home, or no place there
  SubnetReason back_subnet_reason = SubnetReason::First;
  IpReason back_ip_reason = IpReason::Dynamic;
  bool home = false;
  std::optional<DrillSpot> test;  // none: it is not tested, or finds no place
  SubnetReason test_subnet_reason = SubnetReason::First;
  IpReason test_ip_reason = IpReason::Dynamic;
};

enum class VmFate : std::uint8_t { Home, Away, Nowhere };  // comes up and comes home; comes up only; neither

struct DrilledVm {
  std::string address;
  VmFate fate = VmFate::Home;
  std::size_t first_landing = 0;  // into DrillReport::landings
  std::size_t landing_count = 0;
  bool shown = true;  // false: only counted, where only problems are asked for
};

struct ReportedProblem {
  Code code{};
  std::string address;
  std::string detail;  // complete without anything else
  std::string help;    // what to do
  bool error = false;  // files ask for something that cannot be
};

struct DrillReport {
  std::string region;
  std::vector<std::string> target_regions;      // of its vms, sorted
  std::vector<DrilledVm> vms;                   // in address order
  std::vector<DrillLanding> landings;           // in the order of spec section 5
  std::vector<std::string> uncovered_networks;  // names, in address order
  std::vector<ReportedProblem> problems;        // what does not come up, what does not come home, the rest
  std::size_t too_small = 0;                    // subnets: not all get an address there that are to
  // Vms that errors in the files leave out: of whatever region, where their stanzas are wrong; of this one, where a
  // stanza that is wrong may say where they come up.
  std::size_t left_out = 0;
  bool files_wrong = false;   // the files have errors: this is what is left
  bool errors = false;        // files ask for something that cannot be, of its vms or of no vm
  bool other_errors = false;  // of no vm
  bool selected = false;      // only some vms of the region were asked for
  std::size_t count(VmFate fate) const;
};

// Leaves only the vms that `words` name, by address or pattern, or by one of their nics; with the problems of those, and
// without what is about the region as a whole. A word that names no vm of the report is returned, and nothing is left
// out then.
std::optional<std::string> select_vms(DrillReport& report, const std::vector<std::string>& words);
// Leaves only the vms with a problem, and those that do not come home; the others are still counted.
void show_problems_only(DrillReport& report);

struct DrillRequest {
  std::string_view region;                  // canonical
  bool test = false;                        // a test failover, too
  std::vector<DesiredId> test_networks{};   // into these, one a region at most, in place of the vms' own
  bool offline = false;                     // the cloud was not read
  bool files_wrong = false;                 // stanzas have errors
  std::map<DesiredId, std::string> kept{};  // recovery/kept_landings.h: nics that could be placed anew; what to let go
};

// `diagnostics`: those of the run. Errors become problems, but those of vms of other regions; all else is left there.
DrillReport report_drill(Project& project, const World& world, const DrillRequest& request, Diagnostics& diagnostics);

// The report where nothing can be drilled: errors, which become problems.
DrillReport report_errors(std::string region, const SourceFiles& sources, const Diagnostics& diagnostics);

// The regions that the project's vms and networks are in, sorted.
std::vector<std::string> regions_of(const Project& project, const DesiredState& desired);

// One object, without the end of its line: docs/formats/drill.md.
std::string drill_json(const DrillReport& report);
// An array: the part `landings` of it.
std::string landings_json(const std::vector<DrillLanding>& landings);

}  // namespace pairform
