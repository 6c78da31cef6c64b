// What vms bring about, held against section 4 written down as it reads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/address.h"
#include "schema/base_types.h"
#include "tests/property/naive_derive.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

struct Met {
  std::uint64_t derived = 0, refused = 0, covered = 0;
};

const std::map<Code, const char*> k_errors{{Code::TargetFixed, "TargetFixed"},
                                           {Code::TargetsDisagree, "TargetsDisagree"},
                                           {Code::DefaultNetworkDiffers, "DefaultNetworkDiffers"},
                                           {Code::DerivedKeyTaken, "DerivedKeyTaken"},
                                           {Code::NoWayHome, "NoWayHome"},
                                           {Code::StanzaNeeded, "StanzaNeeded"}};

NaiveDerivation derived_by(const Planned& planned) {
  const Run& run = planned.run;
  NaiveDerivation out;
  for (const Diagnostic& each : planned.diagnostics.items())
    if (each.severity == Severity::Error && k_errors.contains(each.code))
      out.errors.insert(fmt::format("{} {}", k_errors.at(each.code), each.address));
  for (const DesiredRow& row : run.world.desired.rows) {
    const std::string address(run.project.texts().view(row.address));
    if (row.because) out.because[std::string(pair_of(address))] = run.project.texts().view(row.because);
    if (row.type == k_vm_type && run.world.desired.cell(row, vm_column::target_network))
      out.targets[address] = network_identity(planned, run.world.desired.cell(row, vm_column::target_network));
  }
  return out;
}

std::string show(const NaiveDerivation& derivation) {
  std::string out;
  for (const auto& [address, because] : derivation.because) out += fmt::format("  {} because {}\n", address, because);
  for (const auto& [vm, target] : derivation.targets) out += fmt::format("  {} to {}\n", vm, target);
  for (const std::string& error : derivation.errors) out += fmt::format("  {}\n", error);
  return out;
}

std::string derives_as_written(const Scenario& scenario, Met& met) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const Planned planned = project.plan();
  if (planned.run.world.landings.size() != scenario.after.vms.size() || !planned.run.plan.complete)
    return "";  // refused before, or not known
  if (planned.has_error(Code::NetworkNotNamed)) return "";
  const ModelCloud cloud = project.cloud();
  const auto recorded = recorded_things(project.state());
  NaiveDeriver naive(scenario.after, cloud, recorded);
  for (const auto* networks : {&scenario.strangers, &scenario.before.networks, &scenario.after.networks})
    for (const WorldNetwork& network : *networks) {
      naive.names[network.id()] = network.name;
      for (const char* region : {"eastasia", "southeastasia", "westeurope"})
        naive.names.try_emplace(
            ascii_lower(in_group(network.group.empty() ? "" : network.group + "-asr") + region + "/" + network.name) +
                "-asr",
            network.name + "-asr");
    }
  NaiveDerivation expected = naive.run();
  const NaiveDerivation found = derived_by(planned);
  met.refused += expected.errors.empty() ? 0 : 1;
  met.derived += expected.because.size();
  met.covered += expected.targets.size();
  if (expected.errors != found.errors)
    return "derive: expected\n" + show(expected) + "found\n" + show(found) + planned.errors();
  if (!expected.errors.empty()) return "";
  std::erase_if(expected.targets, [](const auto& target) { return target.second.empty(); });
  if (expected.because == found.because && expected.targets == found.targets) return "";
  return "derive: expected\n" + show(expected) + "found\n" + show(found) + planned.json;
}

TEST(VmProperty, VmsBringAboutWhatSection4Says) {
  Met met;
  const std::uint64_t count = rounds(400);
  hold("vms, derive", 1300001, count, {5, 3, true}, [&](Scenario scenario) {
    if (scenario.seed % 4 != 0) scenario.before = {};  // nothing recorded: quick
    return derives_as_written(scenario, met);
  });
  if (HasFailure()) return;
  for (const std::uint64_t each : {met.derived, met.covered, met.refused * 8}) EXPECT_GT(each, count / 2);
}

}  // namespace
}  // namespace pairform::property
