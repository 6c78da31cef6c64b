#include "tests/providers/provider_conformance.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "schema/json_text.h"

namespace pairform {
namespace {

const std::vector<std::string> k_regions{"eastasia", "southeastasia"};
constexpr const char* k_space = R"(["10.1.0.0/16"])";
constexpr const char* k_one = R"({"web":"10.1.1.0/24"})";
constexpr const char* k_three = R"({"db":"10.1.2.0/24","new":"10.1.3.0/24","web":"10.1.1.0/24"})";
constexpr const char* k_two = R"({"db":"10.1.2.0/24","web":"10.1.1.0/24"})";

// Network app in eastasia, from the subnets that the plan saw to others.
CloudStep shrink_step(const std::string& id, const char* subnets, const char* seen) {
  CloudStep step = network_step(Operation::Shrink, "eastasia", "app", id, k_space, subnets);
  step.seen = {{"address_space", k_space}, {"subnets", seen}};
  return step;
}

std::string value_of(const CloudRow& row, std::string_view name) {
  return std::string(find_value(row.attributes, name).value_or("(none)"));
}

}  // namespace

std::unique_ptr<Provider> ProviderConformance::session() {
  std::unique_ptr<Provider> provider = cloud_->open();
  for (const Diagnostic& refused : provider->connect(known(), {}))
    ADD_FAILURE() << refused.summary << ": " << refused.detail;
  return provider;
}

std::string ProviderConformance::network(const std::string& region, const std::string& name) {
  const std::vector<NamedView> attributes{{"region", region}, {"name", name}};
  std::string identity = cloud_->entry().identity("network", attributes);
  know("network", identity);
  return identity;
}

std::string ProviderConformance::half(const std::string& source, const std::string& target_region) const {
  const std::vector<NamedView> attributes{{"source", source}, {"target_region", target_region}};
  return cloud_->entry().identity("mapping", attributes);
}

std::string ProviderConformance::machine(const std::string& region, const std::string& name) {
  const std::vector<NamedView> attributes{{"region", region}, {"name", name}};
  std::string identity = cloud_->entry().identity("vm", attributes);
  know("vm", identity);
  return identity;
}

std::string ProviderConformance::nic(const std::string& vm, const std::string& name) const {
  const std::vector<NamedView> attributes{{"vm", vm}, {"name", name}};
  return cloud_->entry().identity("nic", attributes);
}

std::vector<KnownResource> ProviderConformance::known() const {
  std::vector<KnownResource> out;
  for (const auto& [key, id] : ids_)
    if (key.first == "network" || key.first == "vm") out.push_back({key.first, key.second, id});
  return out;
}

CloudStep ProviderConformance::with_id(CloudStep step) {
  if (step.operation == Operation::Create) return step;
  std::string& id = ids_[{step.type, step.identity}];
  if (id.empty()) {
    const LookupAnswer found = provider_->lookup({step.type, step.identity}, {});
    if (const auto* row = std::get_if<CloudRow>(&found)) id = row->id;
    else ADD_FAILURE() << step.identity << " was never there: it has no id";
  }
  step.id = id;
  return step;
}

StepEnd ProviderConformance::run(CloudStep step) { return run_together({std::move(step)}).at(0); }

std::vector<StepEnd> ProviderConformance::run_together(std::vector<CloudStep> steps) {
  for (CloudStep& step : steps) step = with_id(std::move(step));
  std::vector<StepEnd> ends = run_steps(*provider_, steps);
  for (const StepEnd& end : ends)
    if (end.row) ids_[{end.row->type, end.row->identity}] = end.row->id;
  return ends;
}

Listing ProviderConformance::observe(Provider& provider, const std::vector<std::string>& regions,
                                     const CallLimits& limits) const {
  const std::vector<KnownResource> named = known();
  return observe_all(provider, ObserveRequest{regions, named, false}, limits);
}

void ProviderConformance::make_network(const std::string& region, const std::string& name) {
  const auto step = network_step(Operation::Create, region, name, network(region, name), k_space, k_two);
  ASSERT_EQ(error_code(run(step)), "");
}

void ProviderConformance::make_half(const std::string& source, const std::string& target,
                                    const std::string& target_region) {
  const auto step = mapping_step(Operation::Create, half(source, target_region), "half", source, target);
  ASSERT_EQ(error_code(run(step)), "");
}

TEST_P(ProviderConformance, SaysWhatItIs) {
  const ProviderEntry& entry = cloud_->entry();
  EXPECT_EQ(std::count(entry.editions.begin(), entry.editions.end(), entry.default_edition), 1);
  EXPECT_FALSE(provider_->scope().empty());
  EXPECT_EQ(provider_->scope(), cloud_->open()->scope());
}

TEST_P(ProviderConformance, IdentitiesFoldCase) {
  EXPECT_EQ(network("eastasia", "App-Vnet"), network("eastasia", "app-vnet"));
  EXPECT_NE(network("eastasia", "app"), network("southeastasia", "app"));
  const std::vector<NamedView> grouped{{"region", "eastasia"}, {"name", "app"}, {"resource_group", "rg"}};
  EXPECT_NE(cloud_->entry().identity("network", grouped), network("eastasia", "app"));
  EXPECT_NE(cloud_->entry().identity("vm", grouped), machine("eastasia", "app"));
}

TEST_P(ProviderConformance, StartsEmpty) {
  const Listing listing = observe(*provider_, k_regions);
  EXPECT_TRUE(listing.rows.empty());
  EXPECT_TRUE(listing.unseen.empty());
  EXPECT_EQ(find_text(*provider_, "network", network("eastasia", "app")), "absent");
  EXPECT_EQ(find_text(*provider_, "mapping", half(network("eastasia", "app"), "southeastasia")), "absent");
}

TEST_P(ProviderConformance, MakesANetworkAndReadsItBack) {
  const std::string id = network("eastasia", "App");
  const StepEnd end = run(network_step(Operation::Create, "eastasia", "App", id, k_space, k_one));
  ASSERT_TRUE(end.row.has_value()) << error_code(end);
  EXPECT_EQ(end.row->type, "network");
  EXPECT_EQ(end.row->identity, id);
  EXPECT_FALSE(end.row->id.empty());
  EXPECT_EQ(end.row->owner_project, "contoso-dr");
  EXPECT_EQ(value_of(*end.row, "region"), "eastasia");
  EXPECT_EQ(value_of(*end.row, "name"), "App");
  EXPECT_EQ(value_of(*end.row, "address_space"), k_space);
  EXPECT_EQ(value_of(*end.row, "subnets"), k_one);
  EXPECT_EQ(value_of(*end.row, "resource_group"), "(none)");
  EXPECT_EQ(find_text(*provider_, "network", id), row_text(*end.row));
  EXPECT_EQ(find_text(*session(), "network", id), row_text(*end.row));
  EXPECT_EQ(observe(*provider_, k_regions).rows, std::vector{row_text(*end.row)});
  EXPECT_TRUE(observe(*provider_, {"southeastasia"}).rows.empty());
}

TEST_P(ProviderConformance, NeverMakesANetworkTwice) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app"), before = find_text(*provider_, "network", id);
  const StepEnd again = run(network_step(Operation::Create, "eastasia", "app", id, k_space, k_one));
  ASSERT_TRUE(again.error.has_value());
  EXPECT_EQ(again.error->kind, ErrorKind::Invalid);
  EXPECT_EQ(find_text(*provider_, "network", id), before);
}

TEST_P(ProviderConformance, UpdatesANetworkAndLeavesTheRest) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app");
  cloud_->use_address(id, "10.1.1.9");
  for (int time = 1; time <= 2; ++time) {
    const StepEnd end = run(network_step(Operation::Update, "eastasia", "app", id, R"(["10.1.0.0/16","10.2.0.0/16"])",
                                         R"({"new":"10.2.1.0/24","web":"10.1.1.0/24"})"));
    ASSERT_TRUE(end.row.has_value()) << error_code(end);
    EXPECT_EQ(value_of(*end.row, "address_space"), R"(["10.1.0.0/16","10.2.0.0/16"])");
    EXPECT_EQ(value_of(*end.row, "subnets"), R"({"db":"10.1.2.0/24","new":"10.2.1.0/24","web":"10.1.1.0/24"})");
    EXPECT_EQ(end.row->owner_project, "contoso-dr");
    ASSERT_EQ(end.row->in_use.size(), 1U);
    EXPECT_EQ(end.row->in_use[0].ip, "10.1.1.9");
    EXPECT_EQ(find_text(*provider_, "network", id), row_text(*end.row));
  }
}

TEST_P(ProviderConformance, UpdatesOnlyWhatIsGiven) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app");
  const CloudStep step{"network", Operation::Update, id, id, {{"subnets", k_three}}, "contoso-dr"};
  const StepEnd end = run(step);
  ASSERT_TRUE(end.row.has_value()) << error_code(end);
  EXPECT_EQ(value_of(*end.row, "address_space"), k_space);
  EXPECT_EQ(value_of(*end.row, "subnets"), k_three);
}

TEST_P(ProviderConformance, ShrinksANetwork) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app");
  for (int time = 1; time <= 2; ++time) {
    const StepEnd end = run(shrink_step(id, k_one, k_two));
    ASSERT_TRUE(end.row.has_value()) << error_code(end);
    EXPECT_EQ(value_of(*end.row, "subnets"), k_one);
  }
}

// Somebody makes a subnet after the plan of the shrink.
TEST_P(ProviderConformance, ShrinksANetworkByWhatThePlanSawOnly) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app");
  ASSERT_EQ(error_code(run(
                network_step(Operation::Update, "eastasia", "app", id, R"(["10.1.0.0/16","10.7.0.0/16"])", k_three))),
            "");
  const StepEnd end = run(shrink_step(id, k_one, k_two));
  ASSERT_TRUE(end.row.has_value()) << error_code(end);
  EXPECT_EQ(value_of(*end.row, "address_space"), R"(["10.1.0.0/16","10.7.0.0/16"])");
  EXPECT_EQ(value_of(*end.row, "subnets"), R"({"new":"10.1.3.0/24","web":"10.1.1.0/24"})");
}

TEST_P(ProviderConformance, RefusesToUpdateWhatIsNotThere) {
  const std::string id = network("eastasia", "app");
  make_network("eastasia", "app");
  ASSERT_EQ(error_code(run(delete_step("network", id))), "");
  const StepEnd end = run(network_step(Operation::Update, "eastasia", "app", id, k_space, k_one));
  ASSERT_TRUE(end.error.has_value());
  EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
  EXPECT_EQ(find_text(*provider_, "network", id), "absent");
}

TEST_P(ProviderConformance, DeletesANetworkOnceAndForAll) {
  make_network("eastasia", "app");
  for (int time = 1; time <= 2; ++time) {
    const StepEnd end = run(delete_step("network", network("eastasia", "app")));
    EXPECT_EQ(error_code(end), "");
    EXPECT_FALSE(end.row.has_value());
    EXPECT_EQ(find_text(*provider_, "network", network("eastasia", "app")), "absent");
  }
  EXPECT_TRUE(observe(*provider_, k_regions).rows.empty());
}

TEST_P(ProviderConformance, MakesRetargetsAndDeletesAHalf) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  make_network("southeastasia", "dr2");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  const std::string dr2 = network("southeastasia", "dr2"), id = half(app, "southeastasia");
  const StepEnd made = run(mapping_step(Operation::Create, id, "App-to-dr", app, dr));
  ASSERT_TRUE(made.row.has_value()) << error_code(made);
  EXPECT_EQ(made.row->identity, id);
  EXPECT_EQ(value_of(*made.row, "name"), "App-to-dr");
  EXPECT_EQ(value_of(*made.row, "source"), app);
  EXPECT_EQ(value_of(*made.row, "target"), dr);
  for (int time = 1; time <= 2; ++time) {
    const StepEnd moved = run(mapping_step(Operation::Update, id, "other", app, dr2));
    ASSERT_TRUE(moved.row.has_value()) << error_code(moved);
    EXPECT_EQ(value_of(*moved.row, "name"), "App-to-dr");  // given at creation only
    EXPECT_EQ(value_of(*moved.row, "target"), dr2);
    EXPECT_EQ(find_text(*provider_, "mapping", id), row_text(*moved.row));
  }
  for (int time = 1; time <= 2; ++time) {
    EXPECT_EQ(error_code(run(delete_step("mapping", id))), "");
    EXPECT_EQ(find_text(*provider_, "mapping", id), "absent");
  }
}

TEST_P(ProviderConformance, ASlotHoldsOneHalf) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  make_network("southeastasia", "dr2");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  make_half(app, dr, "southeastasia");
  const std::string id = half(app, "southeastasia"), before = find_text(*provider_, "mapping", id);
  const auto second = mapping_step(Operation::Create, id, "second", app, network("southeastasia", "dr2"));
  const StepEnd end = run(second);
  ASSERT_TRUE(end.error.has_value());
  EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
  EXPECT_EQ(find_text(*provider_, "mapping", id), before);
}

// Somebody leads the half elsewhere after the plan of its update.
TEST_P(ProviderConformance, RetargetsAHalfOnlyFromWhereThePlanSawIt) {
  make_network("eastasia", "app");
  for (const char* name : {"dr", "dr2", "dr3"}) make_network("southeastasia", name);
  const std::string app = network("eastasia", "app"), slot = half(app, "southeastasia");
  const std::string dr = network("southeastasia", "dr"), dr2 = network("southeastasia", "dr2"),
                    dr3 = network("southeastasia", "dr3");
  make_half(app, dr2, "southeastasia");
  CloudStep step = mapping_step(Operation::Update, slot, "half", app, dr3);
  step.seen = {{"target", dr}};
  const StepEnd refused = run(step);
  EXPECT_EQ(error_code(refused), "ChangedMeanwhile");
  step.seen = {{"target", dr2}};
  for (int time = 1; time <= 2; ++time) {
    const StepEnd end = run(step);
    ASSERT_TRUE(end.row.has_value()) << error_code(end);
    EXPECT_EQ(value_of(*end.row, "target"), dr3);
  }
}

TEST_P(ProviderConformance, AHalfNeedsItsNetworks) {
  make_network("eastasia", "app");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  const StepEnd there = run(mapping_step(Operation::Create, half(app, "southeastasia"), "half", app, dr));
  const StepEnd back = run(mapping_step(Operation::Create, half(dr, "eastasia"), "half", dr, app));
  for (const StepEnd* end : {&there, &back}) {
    ASSERT_TRUE(end->error.has_value());
    EXPECT_EQ(end->error->kind, ErrorKind::Invalid);
    EXPECT_FALSE(end->error->message.empty());
  }
}

TEST_P(ProviderConformance, ANetworkOfAHalfStays) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  make_half(app, dr, "southeastasia");
  for (const std::string& id : {app, dr}) {
    const StepEnd end = run(delete_step("network", id));
    ASSERT_TRUE(end.error.has_value());
    EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
  }
  EXPECT_EQ(error_code(run(delete_step("mapping", half(app, "southeastasia")))), "");
  for (const std::string& id : {app, dr}) EXPECT_EQ(error_code(run(delete_step("network", id))), "");
}

TEST_P(ProviderConformance, AnAddressInUseHoldsItsSubnetAndNetwork) {
  make_network("eastasia", "app");
  const std::string id = network("eastasia", "app");
  cloud_->use_address(id, "10.1.2.9");
  const auto shrink = shrink_step(id, k_one, k_two);
  EXPECT_TRUE(run(shrink).error.has_value());
  EXPECT_TRUE(run(delete_step("network", id)).error.has_value());
  cloud_->release_address(id, "10.1.2.9");
  EXPECT_EQ(error_code(run(shrink)), "");
  EXPECT_EQ(error_code(run(delete_step("network", id))), "");
}

TEST_P(ProviderConformance, ADeniedResourceIsLeftOutInSilence) {
  make_network("eastasia", "app");
  make_network("eastasia", "lab");
  const std::string app = network("eastasia", "app"), text = find_text(*provider_, "network", app);
  cloud_->deny(app);
  const Listing listing = observe(*provider_, k_regions);
  EXPECT_EQ(listing.rows.size(), 1U);
  EXPECT_TRUE(listing.unseen.empty());
  const LookupAnswer answer = provider_->lookup({"network", app}, {});
  ASSERT_TRUE(std::holds_alternative<ProviderError>(answer));
  EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Denied);
  const StepEnd end = run(delete_step("network", app));
  ASSERT_TRUE(end.error.has_value());
  EXPECT_EQ(end.error->kind, ErrorKind::Denied);
  cloud_->allow(app);
  EXPECT_EQ(find_text(*provider_, "network", app), text);
}

TEST_P(ProviderConformance, ADeniedRegionIsUnseen) {
  if (!cloud_->traits().denies_regions) GTEST_SKIP() << "no region of this cloud can be denied";
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  make_half(app, dr, "southeastasia");
  make_half(dr, app, "eastasia");
  cloud_->deny("southeastasia");
  const Listing listing = observe(*provider_, k_regions);
  const std::vector<std::string> expected{find_text(*provider_, "network", app),
                                          find_text(*provider_, "mapping", half(app, "southeastasia"))};
  EXPECT_EQ(listing.rows, expected);
  ASSERT_EQ(listing.unseen.size(), 1U);
  EXPECT_TRUE(listing.unseen[0].starts_with("southeastasia ")) << listing.unseen[0];
  for (const auto& [type, id] :
       {std::pair<std::string, std::string>("network", dr), {"mapping", half(dr, "eastasia")}}) {
    const LookupAnswer answer = provider_->lookup({type, id}, {});
    ASSERT_TRUE(std::holds_alternative<ProviderError>(answer));
    EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Denied);
  }
  cloud_->allow("southeastasia");
  EXPECT_EQ(observe(*provider_, k_regions).rows.size(), 4U);
}

TEST_P(ProviderConformance, AStrangersHalfThatLeadsHereIsSeen) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  make_half(dr, app, "eastasia");
  const std::vector<std::string> expected{find_text(*provider_, "network", app),
                                          find_text(*provider_, "mapping", half(dr, "eastasia"))};
  EXPECT_EQ(observe(*provider_, {"eastasia"}).rows, expected);
}

TEST_P(ProviderConformance, ALostAnswerMeansLookItUp) {
  cloud_->lose_next_create("network");
  const std::string id = network("eastasia", "app");
  const auto step = network_step(Operation::Create, "eastasia", "app", id, k_space, k_one);
  const StepEnd end = run(step);
  ASSERT_TRUE(end.error.has_value());
  EXPECT_EQ(end.error->kind, ErrorKind::Lost);
  const LookupAnswer found = provider_->lookup({"network", id}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(found));
  EXPECT_EQ(value_of(std::get<CloudRow>(found), "subnets"), k_one);
}

TEST_P(ProviderConformance, OneAnswerAStepInOrder) {
  make_network("eastasia", "app");
  const std::vector<CloudStep> steps{
      network_step(Operation::Create, "eastasia", "app", network("eastasia", "app"), k_space, k_one),
      network_step(Operation::Create, "eastasia", "lab", network("eastasia", "lab"), k_space, k_one)};
  const std::vector<BeginAnswer> answers = provider_->begin(steps, {});
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ProviderError>(answers[0]));
  EXPECT_FALSE(std::holds_alternative<ProviderError>(answers[1]));
}

TEST_P(ProviderConformance, StepsOnOneResourceShareALane) {
  const std::string id = network("eastasia", "app");
  const auto create = network_step(Operation::Create, "eastasia", "app", id, k_space, k_one);
  const Route route = provider_->route(create);
  EXPECT_FALSE(route.lane.empty());
  EXPECT_EQ(route.lane, provider_->route(delete_step("network", id)).lane);
}

TEST_P(ProviderConformance, AnAcceptedWriteOutlivesItsSession) {
  const std::string id = network("eastasia", "app");
  const auto step = network_step(Operation::Create, "eastasia", "app", id, k_space, k_one);
  const BeginAnswer answer = provider_->begin(std::span(&step, 1), {}).at(0);
  ASSERT_FALSE(std::holds_alternative<ProviderError>(answer));
  provider_.reset();
  const auto second = session();
  if (const auto* accepted = std::get_if<Accepted>(&answer)) {
    if (!cloud_->traits().shows_unfinished) {
      EXPECT_EQ(find_text(*second, "network", id), "absent");
    }
    EXPECT_EQ(error_code(settle(*second, answer)), "");
    EXPECT_TRUE(std::holds_alternative<Done>(session()->poll(accepted->handle, {})));  // settled stays settled
  }
  EXPECT_NE(find_text(*second, "network", id), "absent");
}

TEST_P(ProviderConformance, ListsItsWholeScopeWhenAsked) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  make_half(network("eastasia", "app"), network("southeastasia", "dr"), "southeastasia");
  const std::vector<KnownResource> named = known();
  const Listing whole = observe_all(*provider_, ObserveRequest{{}, named, true});
  EXPECT_EQ(whole.rows, observe(*provider_, k_regions).rows);
  EXPECT_EQ(whole.rows.size(), 3U);
  EXPECT_TRUE(observe_all(*provider_, ObserveRequest{}).rows.empty()) << "nothing is asked for";
}

TEST_P(ProviderConformance, RowsCarryTheIdentityThatTheProjectUses) {
  make_network("eastasia", "app");
  const std::string app = network("eastasia", "app"), gone = network("eastasia", "gone");
  const std::vector<KnownResource> unrecorded{{"network", app, {}}, {"network", gone, {}}};
  const std::vector<std::string> regions{"eastasia"};
  EXPECT_EQ(observe_all(*provider_, ObserveRequest{regions, unrecorded, false}).rows,
            std::vector{find_text(*provider_, "network", app)});
}

TEST_P(ProviderConformance, FindsAResourceByItsIdAlone) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  const std::string app = network("eastasia", "app"), slot = half(app, "southeastasia");
  make_half(app, network("southeastasia", "dr"), "southeastasia");
  for (const auto& [type, identity] : {std::pair<std::string, std::string>("network", app), {"mapping", slot}}) {
    const LookupAnswer found = provider_->lookup({type, identity}, {});
    ASSERT_TRUE(std::holds_alternative<CloudRow>(found)) << identity;
    const std::string id = std::get<CloudRow>(found).id;
    const LookupAnswer by_id = provider_->lookup({type, {}, id}, {}),
                       by_both = provider_->lookup({type, identity, id}, {});
    for (const LookupAnswer* answer : {&by_id, &by_both}) {
      ASSERT_TRUE(std::holds_alternative<CloudRow>(*answer)) << id;
      EXPECT_EQ(row_text(std::get<CloudRow>(*answer)), row_text(std::get<CloudRow>(found)));
    }
  }
}

TEST_P(ProviderConformance, AReadThatIsStoppedComesBackAtOnceWithoutAnAnswer) {
  make_network("eastasia", "app");
  std::stop_source stop;
  stop.request_stop();
  const CallLimits limits{stop.get_token()};
  EXPECT_TRUE(observe(*provider_, k_regions, limits).rows.empty());
  const LookupAnswer found = provider_->lookup({"network", network("eastasia", "app")}, limits);
  ASSERT_TRUE(std::holds_alternative<ProviderError>(found));
  EXPECT_EQ(std::get<ProviderError>(found).kind, ErrorKind::Stopped);
  const PollAnswer polled = provider_->poll("1", limits);
  ASSERT_TRUE(std::holds_alternative<ProviderError>(polled));
  EXPECT_EQ(std::get<ProviderError>(polled).kind, ErrorKind::Stopped);
}

TEST_P(ProviderConformance, AWriteThatIsStoppedIsSentWholeOrNotAtAll) {
  std::stop_source stop;
  stop.request_stop();
  const std::string id = network("eastasia", "app");
  const auto step = network_step(Operation::Create, "eastasia", "app", id, k_space, k_one);
  const BeginAnswer answer = provider_->begin(std::span(&step, 1), {stop.get_token()}).at(0);
  const auto* error = std::get_if<ProviderError>(&answer);
  if (error != nullptr) {
    EXPECT_EQ(error->kind, ErrorKind::Stopped) << error->message;
    EXPECT_EQ(find_text(*provider_, "network", id), "absent");
  } else {
    EXPECT_EQ(error_code(settle(*provider_, answer)), "");
    EXPECT_NE(find_text(*provider_, "network", id), "absent");
  }
}

TEST_P(ProviderConformance, ACallThatIsOverItsDeadlineSaysSo) {
  make_network("eastasia", "app");
  const CallLimits over{{}, std::chrono::steady_clock::now() - std::chrono::seconds(1)};
  const LookupAnswer found = provider_->lookup({"network", network("eastasia", "app")}, over);
  ASSERT_TRUE(std::holds_alternative<ProviderError>(found));
  EXPECT_EQ(std::get<ProviderError>(found).kind, ErrorKind::Unavailable);
  EXPECT_FALSE(observe(*provider_, k_regions, over).unseen.empty());
}

TEST_P(ProviderConformance, StepsThatAreNoneBringNothingAbout) { EXPECT_TRUE(provider_->brings_about({}).empty()); }

// Of one network in a group that nobody made yet, and of one beside it without a group.
TEST_P(ProviderConformance, WhatStepsBringAboutIsOfThoseStepsAndTheSameEachTime) {
  std::vector<CloudStep> steps;
  for (const std::string name : {"plain", "grouped"}) {
    const std::string group = name == "grouped" ? "New" : "";
    const std::vector<NamedView> attributes{{"region", "eastasia"}, {"name", name}, {"resource_group", group}};
    const std::string id = cloud_->entry().identity("network", attributes);
    know("network", id);
    steps.push_back(network_step(Operation::Create, "eastasia", name, id, k_space, k_two));
    if (!group.empty()) steps.back().attributes.push_back({"resource_group", group});
  }
  const auto told = [&](Provider& provider) {
    observe(provider, k_regions);
    std::string out;
    for (int time = 1; time <= 2; ++time)
      for (const Note& note : provider.brings_about(steps)) {
        EXPECT_EQ(std::count_if(steps.begin(), steps.end(),
                                [&](const CloudStep& step) { return step.identity == note.address; }),
                  1)
            << note.address << " is of no step";
        EXPECT_FALSE(note.text.empty()) << note.address;
        EXPECT_TRUE(is_utf8(note.text)) << note.text;
        out += note.address + ": " + note.text + '\n';
      }
    EXPECT_EQ(out.substr(0, out.size() / 2), out.substr(out.size() / 2));
    return out;
  };
  EXPECT_EQ(told(*provider_), told(*session()));
  EXPECT_TRUE(observe(*provider_, k_regions).rows.empty()) << "it was only asked";
}

int ProviderVisibility::looks_until_found(Provider& provider, const std::string& type, const std::string& identity) {
  const auto until = std::chrono::steady_clock::now() + provider.capabilities().read_back_window;
  for (int missed = 0;; ++missed) {
    const LookupAnswer answer = provider.lookup({type, identity}, {});
    EXPECT_FALSE(std::holds_alternative<ProviderError>(answer)) << identity;
    if (std::holds_alternative<CloudRow>(answer)) {
      EXPECT_EQ(std::get<CloudRow>(answer).identity, identity);
      return missed;
    }
    if (std::chrono::steady_clock::now() >= until) {
      ADD_FAILURE() << identity << " is not found within the window";
      return missed;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_P(ProviderVisibility, WhatWasMadeIsFoundWithinTheWindowAndStaysFound) {
  make_network("eastasia", "app");
  make_network("southeastasia", "dr");
  const std::string app = network("eastasia", "app"), dr = network("southeastasia", "dr");
  make_half(app, dr, "southeastasia");
  for (const auto& [type, identity] : {std::pair<std::string, std::string>("network", app),
                                       {"network", dr},
                                       {"mapping", half(app, "southeastasia")}}) {
    const int missed = looks_until_found(*provider_, type, identity);
    if (cloud_->traits().shows_late) {
      EXPECT_GT(missed, 0) << "the case is to miss " << identity;
    }
    for (int time = 1; time <= 3; ++time) EXPECT_NE(find_text(*provider_, type, identity), "absent");
    EXPECT_NE(find_text(*session(), type, identity), "absent");
  }
}

TEST_P(ProviderVisibility, WhatWasMadeWhileItsAnswerWasLostIsFoundWithinTheWindow) {
  cloud_->lose_next_create("network");
  const std::string app = network("eastasia", "app");
  const auto step = network_step(Operation::Create, "eastasia", "app", app, k_space, k_one);
  const BeginAnswer answer = provider_->begin(std::span(&step, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<ProviderError>(answer));
  EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Lost);
  looks_until_found(*session(), "network", app);
}

TEST_P(ProviderVisibility, WhatWasNeverMadeOrIsDeletedIsNotFound) {
  make_network("eastasia", "app");
  const std::string app = network("eastasia", "app");
  looks_until_found(*provider_, "network", app);
  EXPECT_EQ(error_code(run(delete_step("network", app))), "");
  EXPECT_EQ(find_text(*provider_, "network", app), "absent");
  EXPECT_EQ(find_text(*provider_, "network", network("eastasia", "other")), "absent");
}

TEST_P(ProviderConformance, AnUnknownHandleIsAnError) {
  for (const std::string handle : {"", "nothing", "1", "999999:eastasia/app"}) {
    const PollAnswer answer = provider_->poll(handle, {});
    ASSERT_TRUE(std::holds_alternative<ProviderError>(answer)) << handle;
    EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Invalid);
  }
}

TEST_P(ProviderConformance, ManyThreadsMayAskAtOnce) {
  constexpr std::size_t k_threads = 8, k_each = 10;
  std::vector<CloudStep> steps;
  for (std::size_t i = 0; i < k_threads * k_each; ++i) {
    const std::string name = "net-" + std::to_string(i);
    steps.push_back(network_step(Operation::Create, "eastasia", name, network("eastasia", name), k_space, k_one));
  }
  std::vector<std::string> failures(k_threads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < k_threads; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t * k_each; i < (t + 1) * k_each; ++i) {
        failures[t] += error_code(run_step(*provider_, steps[i]));
        if (find_text(*provider_, "network", steps[i].identity) == "absent") failures[t] += " absent";
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(observe(*provider_, k_regions).rows.size(), k_threads * k_each);
}

}  // namespace pairform
