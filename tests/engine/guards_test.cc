#include "engine/decide/guards.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "schema/base_types.h"

namespace pairform {
namespace {

// A project that has recorded networks and pairs, of which some change. Only what guards look at is there.
class GuardedPlan {
 public:
  GuardedPlan(std::uint32_t managed, std::uint32_t existing, std::uint32_t pairs) {
    for (std::uint32_t i = 0; i < pairs; ++i)
      for (const char* half : {".forward", ".reverse"}) record("mapping.p" + number(i) + half, k_mapping_type, false);
    for (std::uint32_t i = 0; i < managed; ++i) record("network.m" + number(i), k_network_type, false);
    for (std::uint32_t i = 0; i < existing; ++i) record("network.z" + number(i), k_network_type, true);
    estate_ = index_resources(desired_, recorded_, texts_);
    for (PriorRow& row : prior_.rows) row.resource = estate_.find(row.address);
  }

  void change(const std::string& address, Action action, std::vector<StepOperation> steps) {
    const ResourceId resource = estate_.find(texts_.find(address));
    Change change{.resource = resource,
                  .type = address.starts_with("network") ? k_network_type : k_mapping_type,
                  .action = action};
    if (action == Action::Delete || action == Action::Replace)
      change.outgoing.push_back({.prior = PriorId(resource.value)});
    else change.origin = PriorId(resource.value);
    if (std::count(steps.begin(), steps.end(), StepOperation::Adopt) != 0) change.arrival = Arrival::Adopt;
    change.update = std::count(steps.begin(), steps.end(), StepOperation::Update) != 0;
    const ChangeId c = diff_.changes.push_back(change);
    for (const StepOperation step : steps) steps_.push_back({c, step, PriorId(resource.value), {}});
  }
  void delete_networks(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) change("network.m" + number(i), Action::Delete, {StepOperation::Delete});
  }
  void protect(const std::string& address) {
    prior_.rows[PriorId(estate_.find(texts_.find(address)).value)].protect = true;
  }
  void want_something() { desired_.rows.push_back({.address = texts_.intern("network.m000"), .type = k_network_type}); }

  std::vector<GuardFinding> find(const GuardSettings& settings, bool destroy = false) const {
    return find_guards({settings, types_, desired_, prior_, recorded_, estate_, texts_, destroy}, diff_, steps_);
  }
  std::vector<Code> codes(const GuardSettings& settings, bool destroy = false) const {
    std::vector<Code> out;
    for (const GuardFinding& finding : find(settings, destroy)) out.push_back(finding.code);
    return out;
  }

  static std::string number(std::uint32_t i) { return std::to_string(1000 + i).substr(1); }

 private:
  void record(const std::string& address, TypeId type, bool existing) {
    StateRow row{.address = texts_.intern(address), .type = type, .id = texts_.intern(address)};
    row.first_cell = static_cast<std::uint32_t>(recorded_.cells.size());
    const std::size_t columns = types_[type].columns.size();
    recorded_.cells.resize(row.first_cell + columns);
    if (type == k_network_type)
      recorded_.cells[row.first_cell + network_column::existing] = texts_.intern(existing ? "true" : "false");
    const RecordedId r = recorded_.rows.push_back(row);
    PriorRow prior{.address = row.address, .type = type, .id = row.id, .first_cell = row.first_cell};
    prior.recorded = r;
    prior_.rows.push_back(prior);
    prior_.cells = recorded_.cells;
  }

  TypeTable types_ = base_type_table();
  StringPool texts_;
  DesiredState desired_;
  PriorState prior_;
  RecordedState recorded_;
  Estate estate_;
  Diff diff_;
  DenseMap<StepId, Step> steps_;
};

GuardSettings nothing_named() {
  GuardSettings settings;
  settings.approve.clear();
  return settings;
}

TEST(Guards, LetPassThirtyPercentOfDeletesAndRefuseOneMore) {
  for (const auto& [recorded, most] : {std::pair(10U, 3U), std::pair(100U, 30U), std::pair(13U, 3U)}) {
    GuardedPlan allowed(recorded, 0, 0), refused(recorded, 0, 0);
    allowed.want_something();
    refused.want_something();
    allowed.delete_networks(most);
    refused.delete_networks(most + 1);
    EXPECT_EQ(allowed.codes(nothing_named()), std::vector<Code>()) << recorded;
    EXPECT_EQ(refused.codes(nothing_named()), std::vector<Code>{Code::NeedsApproval}) << recorded;
  }
}

TEST(Guards, SayHowMuchOfWhatAndTheLimit) {
  GuardedPlan plan(100, 0, 0);
  plan.want_something();
  plan.delete_networks(31);
  ASSERT_EQ(plan.find(nothing_named()).size(), 1U);
  EXPECT_EQ(plan.find(nothing_named())[0].message, "31 of 100 recorded resources would be deleted, more than 30 %");
}

TEST(Guards, CountNoPercentageInProjectsBelowTheMinimum) {
  GuardedPlan small(9, 0, 0), enough(10, 0, 0);
  for (GuardedPlan* plan : {&small, &enough}) {
    plan->want_something();
    plan->delete_networks(8);
  }
  EXPECT_EQ(small.codes(nothing_named()), std::vector<Code>());
  EXPECT_EQ(enough.codes(nothing_named()), std::vector<Code>{Code::NeedsApproval});
}

TEST(Guards, CountAPairAsOneAndExistingNetworksNotAtAll) {
  GuardedPlan plan(0, 50, 10);  // ten count
  plan.want_something();
  for (std::uint32_t i = 0; i < 3; ++i)
    for (const char* half : {".forward", ".reverse"})
      plan.change("mapping.p" + GuardedPlan::number(i) + half, Action::Delete, {StepOperation::Delete});
  EXPECT_EQ(plan.codes(nothing_named()), std::vector<Code>());
  plan.change("mapping.p003.forward", Action::Delete, {StepOperation::Delete});
  EXPECT_EQ(plan.codes(nothing_named()), std::vector<Code>{Code::NeedsApproval});
}

TEST(Guards, CountAReplaceAsADeleteAndAnUpdate) {
  GuardSettings settings = nothing_named();
  settings.max_update_percent = 10;
  settings.max_delete_percent = 10;
  GuardedPlan plan(10, 0, 0);
  plan.want_something();
  plan.change("network.m000", Action::Replace, {StepOperation::Delete, StepOperation::Create});
  EXPECT_EQ(plan.codes(settings), std::vector<Code>());
  plan.change("network.m001", Action::Replace, {StepOperation::Delete, StepOperation::Create});
  EXPECT_EQ(plan.codes(settings), (std::vector<Code>{Code::NeedsApproval, Code::NeedsApproval}));
}

TEST(Guards, AskForEveryKindOfStepThatIsNamed) {
  GuardedPlan plan(2, 0, 1);
  plan.want_something();
  plan.change("network.m000", Action::Delete, {StepOperation::Delete});
  plan.change("mapping.p000.forward", Action::Update, {StepOperation::Adopt, StepOperation::Update});
  std::vector<std::string> messages;
  for (const GuardFinding& finding :
       plan.find(GuardSettings{.approve = {"network.delete", "vm.delete", "half.overwrite"}}))
    messages.push_back(finding_text(finding, 5));
  EXPECT_EQ(messages,
            (std::vector<std::string>{"1 x network.delete: network.m000",
                                      "1 x half.overwrite, leading elsewhere a half that this project has not "
                                      "recorded: mapping.p000.forward"}));
  EXPECT_EQ(plan.codes(GuardSettings{.approve = {"half.update"}}), std::vector<Code>{Code::NeedsApproval});
  EXPECT_EQ(plan.codes(GuardSettings{.approve = {"half.delete", "network.update"}}), std::vector<Code>());
}

TEST(Guards, NameTheFirstOfThoseThatAreConcerned) {
  GuardedPlan plan(12, 0, 0);
  plan.want_something();
  plan.delete_networks(4);
  const GuardFinding finding = plan.find(GuardSettings{.max_delete_percent = 100, .approve = {"network.delete"}}).at(0);
  EXPECT_EQ(finding_text(finding, 2), "4 x network.delete: network.m000, network.m001 and 2 more");
  EXPECT_EQ(finding_text(finding, 4), "4 x network.delete: network.m000, network.m001, network.m002, network.m003");
  EXPECT_EQ(finding_text(finding, 0), finding_text(finding, 4));
}

TEST(Guards, AskBeforeFilesThatWantNothingEmptyAProject) {
  GuardedPlan plan(1, 0, 0);
  plan.delete_networks(1);
  EXPECT_EQ(plan.codes(nothing_named()), std::vector<Code>{Code::EmptyDesired});
  EXPECT_EQ(plan.codes(nothing_named(), true), std::vector<Code>()) << "a destroy asks for it by name";
  EXPECT_EQ(GuardedPlan(0, 0, 0).codes(nothing_named()), std::vector<Code>());
}

TEST(Guards, KeepWhatStateKnowsAsProtected) {
  GuardedPlan plan(2, 0, 0);
  plan.want_something();
  plan.protect("network.m000");
  plan.change("network.m001", Action::Delete, {StepOperation::Delete});
  EXPECT_EQ(plan.codes(nothing_named()), std::vector<Code>());
  plan.change("network.m000", Action::Delete, {StepOperation::Delete});
  EXPECT_EQ(plan.codes(nothing_named()), std::vector<Code>{Code::Protected});
}

TEST(Guards, TakeEightOrMoreDigitsOfTheDigestForApproval) {
  const std::string digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  for (const char* yes : {"01234567", "0123456789AB", "sha256:01234567", digest.c_str()})
    EXPECT_TRUE(approves(yes, digest)) << yes;
  for (const char* no : {"0123456", "01234568", "", "sha256:", "0123456z", "yes"})
    EXPECT_FALSE(approves(no, digest)) << no;
  EXPECT_FALSE(approves(digest + "0", digest));
  EXPECT_FALSE(approves("01234567", ""));
  EXPECT_TRUE(is_approval("01234567", k_typed_digits));
  EXPECT_FALSE(is_approval("01234567", k_given_digits));  // nobody was shown the plan
  EXPECT_TRUE(is_approval(digest.substr(0, 7 + k_given_digits), k_given_digits));
}

}  // namespace
}  // namespace pairform
