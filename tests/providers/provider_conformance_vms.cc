// The suite for all providers, continued: vms and where their nics land.
#include "tests/providers/provider_conformance.h"

namespace pairform {
namespace {

std::string value_of(const CloudRow& row, std::string_view name) {
  return std::string(find_value(row.attributes, name).value_or("(none)"));
}

bool is_invalid(const StepEnd& end) { return end.error && end.error->kind == ErrorKind::Invalid; }

}  // namespace

void ProviderOfVms::SetUp() {
  ProviderConformance::SetUp();
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  make_network("southeastasia", "lab");
  app_ = network("eastasia", "app");
  dr_ = network("southeastasia", "dr");
  lab_ = network("southeastasia", "lab");
  cloud_->put_machine("eastasia/Web1", app_, {{"eth0", "web", "10.1.1.20"}, {"eth1", "db", ""}});
  web1_ = machine("eastasia", "web1");
  eth0_ = nic(web1_, "eth0");
  eth1_ = nic(web1_, "eth1");
  provider_ = session();  // of a project that names the machine
}

void ProviderOfVms::map_app() {
  make_half(app_, dr_, "southeastasia");
  make_half(dr_, app_, "eastasia");
}

CloudStep ProviderOfVms::enable() const {
  return vm_step(Operation::Create, web1_, "eastasia", "Web1", app_, "southeastasia", dr_);
}

CloudStep ProviderOfVms::retarget(const std::string& target) const {
  return vm_step(Operation::Update, web1_, "eastasia", "Web1", app_, "southeastasia", target);
}

void ProviderOfVms::protect() {
  map_app();
  ASSERT_EQ(error_code(run(enable())), "");
}

std::string ProviderOfVms::text_of(const std::string& type, const std::string& id) {
  return find_text(*provider_, type, id);
}

TEST_P(ProviderOfVms, IdentitiesFoldCase) {
  EXPECT_EQ(machine("eastasia", "WEB1"), web1_);
  EXPECT_EQ(nic(web1_, "ETH0"), eth0_);
  EXPECT_NE(machine("southeastasia", "web1"), web1_);
}

TEST_P(ProviderOfVms, AMachineShowsItsFacts) {
  const Listing listing = observe(*provider_, {"eastasia"});
  const std::vector<std::string> expected{text_of("network", app_), text_of("vm", web1_), text_of("nic", eth0_),
                                          text_of("nic", eth1_)};
  EXPECT_EQ(listing.rows, expected);
  const LookupAnswer vm = provider_->lookup({"vm", web1_}, {}), nic = provider_->lookup({"nic", eth0_}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(vm) && std::holds_alternative<CloudRow>(nic));
  EXPECT_TRUE(std::get<CloudRow>(vm).facts_only);
  EXPECT_EQ(value_of(std::get<CloudRow>(vm), "name"), "Web1");
  EXPECT_EQ(value_of(std::get<CloudRow>(vm), "network"), app_);
  EXPECT_EQ(value_of(std::get<CloudRow>(vm), "target_network"), "(none)");
  EXPECT_TRUE(std::get<CloudRow>(nic).facts_only);
  EXPECT_EQ(value_of(std::get<CloudRow>(nic), "vm"), web1_);
  EXPECT_EQ(value_of(std::get<CloudRow>(nic), "ip"), "10.1.1.20");
  EXPECT_EQ(value_of(std::get<CloudRow>(nic), "target_subnet"), "(none)");
}

TEST_P(ProviderOfVms, AReplicationNeedsAMapping) {
  if (cloud_->traits().enables_without_mapping) GTEST_SKIP() << "the service takes the network that is named";
  const std::string before = text_of("vm", web1_);
  const StepEnd end = run(enable());
  EXPECT_TRUE(is_invalid(end));
  EXPECT_EQ(text_of("vm", web1_), before);
}

TEST_P(ProviderOfVms, ReplicationIsEnabledOnceAndForAll) {
  map_app();
  const StepEnd end = run(enable());
  ASSERT_TRUE(end.row.has_value()) << error_code(end);
  EXPECT_EQ(end.row->identity, web1_);
  EXPECT_FALSE(end.row->facts_only);
  EXPECT_EQ(end.row->status, Status::Settled);
  EXPECT_EQ(value_of(*end.row, "target_region"), "southeastasia");
  EXPECT_EQ(value_of(*end.row, "target_network"), dr_);
  EXPECT_EQ(text_of("vm", web1_), row_text(*end.row));
  const StepEnd again = run(enable());
  EXPECT_TRUE(is_invalid(again) || cloud_->traits().enables_again);
  if (again.row) {
    EXPECT_EQ(row_text(*again.row), row_text(*end.row));
  }
  EXPECT_EQ(text_of("vm", web1_), row_text(*end.row));
}

TEST_P(ProviderOfVms, DisablingLeavesTheMachine) {
  const std::string vm = text_of("vm", web1_), nic = text_of("nic", eth0_);
  protect();
  ASSERT_EQ(error_code(run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"))), "");
  for (int time = 1; time <= 2; ++time) {
    const StepEnd end = run(delete_step("vm", web1_));
    EXPECT_EQ(error_code(end), "");
    EXPECT_FALSE(end.row.has_value());
    EXPECT_EQ(text_of("vm", web1_), vm);
    EXPECT_EQ(text_of("nic", eth0_), nic);
  }
}

TEST_P(ProviderOfVms, ALandingIsSetChangedAndDropped) {
  protect();
  const std::string facts = text_of("nic", eth0_);
  for (int time = 1; time <= 2; ++time) {
    const StepEnd set = run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"));
    ASSERT_TRUE(set.row.has_value()) << error_code(set);
    EXPECT_FALSE(set.row->facts_only);
    EXPECT_EQ(value_of(*set.row, "subnet"), "web");
    EXPECT_EQ(value_of(*set.row, "target_subnet"), "web");
    EXPECT_EQ(value_of(*set.row, "target_ip"), "10.1.1.30");
    EXPECT_EQ(text_of("nic", eth0_), row_text(*set.row));
  }
  for (int time = 1; time <= 2; ++time) {
    const StepEnd changed = run(nic_step(Operation::Update, eth0_, "db", ""));
    ASSERT_TRUE(changed.row.has_value()) << error_code(changed);
    EXPECT_EQ(value_of(*changed.row, "target_subnet"), "db");
    EXPECT_EQ(value_of(*changed.row, "target_ip"), "(none)");
  }
  for (int time = 1; time <= 2; ++time) {
    EXPECT_EQ(error_code(run(delete_step("nic", eth0_))), "");
    if (cloud_->traits().drops_landings) {
      EXPECT_EQ(text_of("nic", eth0_), facts);
    }
  }
}

TEST_P(ProviderOfVms, ALandingOfOneNicLeavesTheOthers) {
  protect();
  ASSERT_EQ(error_code(run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"))), "");
  const std::string before = text_of("nic", eth0_);
  ASSERT_EQ(error_code(run(nic_step(Operation::Create, eth1_, "db", ""))), "");
  EXPECT_EQ(text_of("nic", eth0_), before);
  ASSERT_EQ(error_code(run(delete_step("nic", eth1_))), "");
  EXPECT_EQ(text_of("nic", eth0_), before);
}

TEST_P(ProviderOfVms, ATargetNetworkAndItsNicsTravelTogether) {
  protect();
  ASSERT_EQ(error_code(run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"))), "");
  ASSERT_EQ(error_code(run(mapping_step(Operation::Update, half(app_, "southeastasia"), "", app_, lab_))), "");
  const std::vector<CloudStep> steps{retarget(lab_), nic_step(Operation::Update, eth0_, "db", "10.1.2.30"),
                                     nic_step(Operation::Create, eth1_, "web", "")};
  for (int time = 1; time <= 2; ++time) {
    const std::vector<StepEnd> ends = run_together(steps);
    ASSERT_EQ(ends.size(), 3U);
    for (const StepEnd& end : ends) ASSERT_TRUE(end.row.has_value()) << error_code(end);
    EXPECT_EQ(value_of(*ends[0].row, "target_network"), lab_);
    EXPECT_EQ(value_of(*ends[1].row, "target_ip"), "10.1.2.30");
    EXPECT_EQ(value_of(*ends[2].row, "target_subnet"), "web");
    EXPECT_EQ(text_of("vm", web1_), row_text(*ends[0].row));
    EXPECT_EQ(text_of("nic", eth0_), row_text(*ends[1].row));
  }
}

TEST_P(ProviderOfVms, ARequestIsDoneWholeOrNotAtAll) {
  protect();
  const std::string vm = text_of("vm", web1_), nic = text_of("nic", eth1_);
  const std::vector<StepEnd> ends =
      run_together({nic_step(Operation::Create, eth1_, "db", ""), nic_step(Operation::Create, eth0_, "none", "")});
  ASSERT_EQ(ends.size(), 2U);
  for (const StepEnd& end : ends) EXPECT_TRUE(is_invalid(end));
  EXPECT_EQ(text_of("vm", web1_), vm);
  EXPECT_EQ(text_of("nic", eth1_), nic);
}

TEST_P(ProviderOfVms, LandingsMustBePossible) {
  protect();
  cloud_->use_address(dr_, "10.1.1.40");
  const std::string before = text_of("nic", eth0_);
  for (const auto& [subnet, ip] : {std::pair<std::string, std::string>("none", ""),
                                   {"web", "10.1.2.30"},
                                   {"web", "10.1.1.3"},
                                   {"web", "10.1.1.40"}})
    EXPECT_TRUE(is_invalid(run(nic_step(Operation::Create, eth0_, subnet, ip)))) << subnet << ip;
  EXPECT_TRUE(is_invalid(run(nic_step(Operation::Create, nic(web1_, "none"), "web", ""))));
  EXPECT_EQ(text_of("nic", eth0_), before);
}

TEST_P(ProviderOfVms, WhatIsNotReplicatedTakesNoSettings) {
  map_app();
  EXPECT_TRUE(is_invalid(run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"))));
  EXPECT_TRUE(is_invalid(run(retarget(dr_))));
  EXPECT_EQ(error_code(run(delete_step("nic", eth0_))), "");  // dropped already
}

TEST_P(ProviderOfVms, ANetworkOfAVmStays) {
  protect();
  for (const std::string& slot : {half(app_, "southeastasia"), half(dr_, "eastasia")})
    ASSERT_EQ(error_code(run(delete_step("mapping", slot))), "");
  EXPECT_TRUE(is_invalid(run(delete_step("network", app_))));
  if (!cloud_->traits().frees_landing_networks) {
    EXPECT_TRUE(is_invalid(run(delete_step("network", dr_))));
  }
  ASSERT_EQ(error_code(run(delete_step("vm", web1_))), "");
  EXPECT_TRUE(is_invalid(run(delete_step("network", app_))));  // the machine is on it
  EXPECT_EQ(error_code(run(delete_step("network", dr_))), "");
}

TEST_P(ProviderOfVms, ItsAddressesAreInUseAndItsLandingsAreNot) {
  protect();
  ASSERT_EQ(error_code(run(nic_step(Operation::Create, eth0_, "web", "10.1.1.30"))), "");
  const auto uses = [&](const std::string& id) {
    const LookupAnswer answer = provider_->lookup({"network", id}, {});
    std::string out;
    for (const Occupied& use : std::get<CloudRow>(answer).in_use)
      if (use.owner != eth1_ || !cloud_->traits().shows_dynamic_addresses) out += use.ip + ' ' + use.owner + '\n';
    return out;
  };
  EXPECT_EQ(uses(app_), "10.1.1.20 " + eth0_ + '\n');
  EXPECT_EQ(uses(dr_), "");
}

TEST_P(ProviderOfVms, StepsOnOneShareALaneAndSettingsAGroup) {
  const Route create = provider_->route(enable()), update = provider_->route(retarget(lab_));
  const Route land = provider_->route(nic_step(Operation::Create, eth0_, "web", ""));
  const Route drop = provider_->route(delete_step("nic", eth1_)), end = provider_->route(delete_step("vm", web1_));
  for (const Route* route : {&update, &land, &drop, &end}) EXPECT_EQ(route->lane, create.lane);
  EXPECT_EQ(create.group, "");
  EXPECT_EQ(end.group, "");
  EXPECT_NE(update.group, "");
  EXPECT_EQ(land.group, update.group);
  EXPECT_EQ(drop.group, update.group);
}

TEST_P(ProviderOfVms, AVmIsFoundByItsIdAlone) {
  protect();
  const LookupAnswer found = provider_->lookup({"vm", web1_}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(found));
  const LookupAnswer by_id = provider_->lookup({"vm", {}, std::get<CloudRow>(found).id}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(by_id));
  EXPECT_EQ(row_text(std::get<CloudRow>(by_id)), row_text(std::get<CloudRow>(found)));
}

TEST_P(ProviderOfVms, TheOperationThatABusyRowNamesCanBePolled) {
  map_app();
  const auto step = enable();
  const BeginAnswer begun = provider_->begin(std::span(&step, 1), {}).at(0);
  ASSERT_FALSE(std::holds_alternative<ProviderError>(begun));
  const LookupAnswer found = provider_->lookup({"vm", web1_}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(found));
  const auto& row = std::get<CloudRow>(found);
  const bool named = row.status == Status::Busy && !row.operation.empty();
  EXPECT_EQ(error_code(settle(*provider_, named ? BeginAnswer(Accepted{row.operation}) : begun)), "");
  const LookupAnswer settled = provider_->lookup({"vm", web1_}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(settled));
  EXPECT_EQ(std::get<CloudRow>(settled).status, Status::Settled);
  EXPECT_EQ(std::get<CloudRow>(settled).operation, "");
}

TEST_P(ProviderOfVms, ALostAnswerMeansLookItUp) {
  map_app();
  cloud_->lose_next_create("vm");
  const StepEnd end = run(enable());
  ASSERT_NE(end.error.has_value(), cloud_->traits().follows_lost_enables) << error_code(end);
  if (end.error) {
    EXPECT_EQ(end.error->kind, ErrorKind::Lost);
  }
  const LookupAnswer found = provider_->lookup({"vm", web1_}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(found));
  EXPECT_FALSE(std::get<CloudRow>(found).facts_only);
}

}  // namespace pairform
