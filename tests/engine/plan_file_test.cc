// Saved plans: whatever a plan can say is read again as it was written.
#include "engine/write/plan_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/read/plan_reader.h"
#include "engine/run.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

std::string joined(std::string_view type, std::span<const NamedView> attributes) {
  std::string out(type);
  for (const NamedView& attribute : attributes) out += fmt::format("/{}", attribute.value);
  return out;
}

// A run of project p with a plan of networks network.n000, network.n001, …, one for each change.
class PlanOfNetworks {
 public:
  PlanOfNetworks() {
    run_.project.types = base_type_table();
    run_.project.entry = &entry_;
    run_.project.config.settings.name = "p";
    run_.project.config.settings.provider = entry_.name;
    run_.project.edition = entry_.default_edition;
    run_.plan.applyable = true;
    run_.plan.digest = "sha256:" + std::string(64, '0');
  }

  void change(Action action, Reason reason, StepOperation operation) {
    const auto number = static_cast<std::uint32_t>(run_.plan.diff.changes.size());
    const Text address = run_.project.texts().intern(fmt::format("network.n{:03}", number));
    const auto first = static_cast<std::uint32_t>(run_.world.desired.cells.size());
    run_.world.desired.cells.resize(first + network_column::count);
    run_.world.desired.cells[first + network_column::region] = run_.project.texts().intern("eastasia");
    run_.world.desired.cells[first + network_column::name] = run_.project.texts().intern(fmt::format("n{:03}", number));
    run_.world.desired.rows.push_back(
        {.address = address, .type = k_network_type, .resource = ResourceId(number), .first_cell = first});
    run_.world.estate = index_resources(run_.world.desired, run_.state.recorded, run_.project.texts());
    run_.plan.diff.cells = run_.world.desired.cells;
    run_.plan.diff.changes.push_back({.resource = ResourceId(number),
                                      .type = k_network_type,
                                      .action = action,
                                      .reason = reason,
                                      .desired = DesiredId(number),
                                      .first_after = CellId(first)});
    run_.plan.steps.push_back({.change = ChangeId(number), .operation = operation});
  }

  void placement(SubnetReason subnet, IpReason ip) {
    run_.world.placements.push_back(
        {.vm = DesiredId(0U), .nic = DesiredId(0U), .subnet_reason = subnet, .ip_reason = ip});
  }

  std::string text() const { return saved_plan_json(run_.project, run_.world, run_.plan, {}); }

  // By another run. False: refused.
  bool read(std::string_view bytes, SavedPlan& plan, Diagnostics& diagnostics) {
    Run other;
    other.project.types = run_.project.types;
    other.project.entry = run_.project.entry;
    other.project.config.settings.name = "p";
    other.project.config.settings.provider = entry_.name;
    return read_plan(bytes, "plan.json", other.project, other.state.recorded, plan, diagnostics);
  }

  // As it is read again.
  SavedPlan saved() {
    SavedPlan plan;
    Diagnostics diagnostics;
    EXPECT_TRUE(read(text(), plan, diagnostics));
    for (const Diagnostic& diagnostic : diagnostics.items()) ADD_FAILURE() << diagnostic.summary << diagnostic.detail;
    return plan;
  }

 private:
  const ProviderEntry entry_{"here", "1", {"1"}, nullptr, joined, nullptr, nullptr};
  Run run_;
};

template <class Enum, std::size_t N>
std::vector<Enum> all(const std::array<std::string_view, N>& texts) {
  std::vector<Enum> values;
  for (std::size_t i = 0; i < N; ++i) values.push_back(static_cast<Enum>(i));
  for (const Enum value : values)
    EXPECT_EQ(find_enum<Enum>(texts, enum_text(texts, value)), value)
        << "two have the text " << enum_text(texts, value);
  return values;
}

TEST(SavedPlan, KeepsEveryActionReasonAndOperation) {
  PlanOfNetworks plan;
  std::vector<std::tuple<Action, Reason, StepOperation>> said;
  for (const Action action : all<Action>(k_action_texts))
    for (const Reason reason : all<Reason>(k_reason_texts))
      for (const StepOperation operation : all<StepOperation>(k_operation_texts)) {
        said.emplace_back(action, reason, operation);
        plan.change(action, reason, operation);
      }
  const SavedPlan saved = plan.saved();
  ASSERT_EQ(saved.changes.size(), said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto& [action, reason, operation] = said[i];
    const SavedChange& change = saved.changes[i];
    EXPECT_EQ(change.action, action);
    EXPECT_EQ(change.reason, reason);
    EXPECT_EQ(change.arrival == Arrival::Create, operation == StepOperation::Create);
    EXPECT_EQ(change.arrival == Arrival::Adopt, operation == StepOperation::Adopt);
    EXPECT_EQ(change.arrival == Arrival::Move, operation == StepOperation::Move);
    EXPECT_EQ(change.update, operation == StepOperation::Update);
    EXPECT_EQ(change.shrink, operation == StepOperation::Shrink);
  }
}

TEST(SavedPlan, IsRefusedWithAnyByteChangedAndCutAnywhere) {
  PlanOfNetworks plan;
  plan.change(Action::Create, Reason::NotRecorded, StepOperation::Create);
  plan.change(Action::Update, Reason::Drifted, StepOperation::Update);
  const std::string whole = plan.text();
  const auto is_refused = [&](const std::string& bytes) {
    SavedPlan read;
    Diagnostics diagnostics;
    return !plan.read(bytes, read, diagnostics) && diagnostics.has_errors();
  };
  ASSERT_FALSE(is_refused(whole));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_TRUE(is_refused(whole.substr(0, at))) << "cut at byte " << at << " of " << whole.size();
    for (const int bits : {0x01, 0x20, 0x80}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ bits);
      EXPECT_TRUE(is_refused(bytes)) << "byte " << at << ": " << bytes.substr(at > 20 ? at - 20 : 0, 40);
    }
  }
}

TEST(SavedPlan, KeepsEveryReasonOfAPlacement) {
  PlanOfNetworks plan;
  plan.change(Action::Create, Reason::NotRecorded, StepOperation::Create);  // placements name rows
  std::vector<std::pair<SubnetReason, IpReason>> said;
  for (const SubnetReason subnet : all<SubnetReason>(k_subnet_reason_texts))
    for (const IpReason ip : all<IpReason>(k_ip_reason_texts)) {
      said.emplace_back(subnet, ip);
      plan.placement(subnet, ip);
    }
  const SavedPlan saved = plan.saved();
  ASSERT_EQ(saved.placements.size(), said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    EXPECT_EQ(saved.placements[i].subnet_reason, said[i].first);
    EXPECT_EQ(saved.placements[i].ip_reason, said[i].second);
  }
}

TEST(EnumLists, GiveEveryEnumeratorATextOfItsOwn) {
  all<Status>(k_status_texts);
  all<TargetReason>(k_target_reason_texts);
  EXPECT_EQ(status_text(Status::FailedOver), "failed_over");
  EXPECT_EQ(find_enum<Status>(k_status_texts, "unheard-of"), std::nullopt);
}

TEST(EnumLists, EveryReasonOfALandingStandsOnceInTheOrderOfRules) {
  for (const bool keep_first : {false, true})
    for (const SubnetReason rule : all<SubnetReason>(k_subnet_reason_texts))
      EXPECT_EQ(std::count(subnet_rules(keep_first).begin(), subnet_rules(keep_first).end(), rule), 1);
  for (const IpReason rule : all<IpReason>(k_ip_reason_texts))
    EXPECT_EQ(std::count(k_ip_rules.begin(), k_ip_rules.end(), rule), 1);
}

}  // namespace
}  // namespace pairform
