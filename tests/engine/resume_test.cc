// Accepted operations of an earlier run: how they are asked about, and what becomes of their rows.
#include "engine/act/resume.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>

#include "engine/run.h"
#include "schema/base_types.h"
#include "tests/support/fake_provider.h"
#include "tests/support/memory_backend.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// REGION/NAME of a network, NETWORK>REGION of a half.
std::string joined(std::string_view type, std::span<const NamedView> attributes) {
  if (type == "mapping") return fmt::format("{}>{}", attributes[0].value, attributes[1].value);
  return fmt::format("{}/{}", attributes[0].value, attributes[1].value);
}

// A run that has recorded networks whose creates were accepted: network.n00 with the handle "job 0", and so on.
class AcceptedCreates {
 public:
  explicit AcceptedCreates(std::size_t count) {
    auto fake = std::make_unique<FakeProvider>();
    provider = fake.get();
    run_.project.types = base_type_table();
    run_.project.entry = &entry_;
    run_.cloud.provider = std::move(fake);
    for (std::size_t i = 0; i < count; ++i) add(i);
  }

  static std::string name(std::size_t number) { return fmt::format("n{:02}", number); }
  static std::string identity(std::size_t number) { return "eastasia/" + name(number); }

  ResumeReport resume_within(std::chrono::milliseconds wait, bool journal = false) {
    ResumeOptions options;
    options.journal = journal;
    if (journal) {
      run_.state.backend = std::make_unique<StateBackend>(memory_parts(place_));
      LockOwner holder;
      EXPECT_TRUE(run_.state.backend->lock(LockOwner(), 0ms, holder));
    }
    options.progress = [this](std::string_view address, std::string_view text, std::size_t running) {
      told.push_back(fmt::format("{}: {} ({})", address, text, running));
    };
    options.wait = wait;
    return resume(run_.project, run_.world.desired, run_.state, run_.cloud, options, diagnostics);
  }

  // An intent of the journal without an outcome.
  void intend(const std::string& operation, std::size_t number) {
    StringPool& texts = run_.project.texts();
    JournalIntent intent{.step = 1, .operation = operation};
    intent.address = texts.intern("network." + name(number));
    intent.identity = texts.intern(identity(number));
    intent.row = DetachedRow{{.address = intent.address, .type = k_network_type, .id = intent.identity},
                             std::vector<Text>(network_column::count)};
    intent.row->cells[network_column::region] = texts.intern("eastasia");
    intent.row->cells[network_column::name] = texts.intern(name(number));
    run_.state.journal.open.push_back(std::move(intent));
  }

  // The recorded network is there, and an earlier run is about to delete it, or has begun to.
  void intend_delete(std::size_t number) {
    StateRow& row = recorded_row(number);
    row.pending = Text();
    row.id = text(identity(number));
    run_.state.journal.open.push_back(
        {.step = 1, .operation = "delete", .address = row.address, .id = row.id, .identity = row.id});
  }
  void accept_delete(std::size_t number) {
    recorded_row(number).id = text(identity(number));
    provider->polls[fmt::format("job {}", number)] = {Done{{}, true}};
  }

  // Likewise of a change of its address space.
  void change_spaces(std::size_t number, std::string_view spaces, bool is_intent) {
    RecordedState& recorded = run_.state.recorded;
    StateRow& row = recorded_row(number);
    row.id = text(identity(number));
    Text& cell = recorded.cells[row.first_cell + network_column::address_space];
    if (!is_intent) {
      cell = text(spaces);
      return;
    }
    row.pending = Text();
    cell = text(R"(["10.0.0.0/16"])");
    intend("update", number);
    run_.state.journal.open.back().id = row.id;
    run_.state.journal.open.back().row->cells[network_column::address_space] = text(spaces);
  }
  std::string_view recorded_spaces(std::size_t number) {
    const std::size_t first = recorded_row(number).first_cell;
    return run_.project.texts().view(run_.state.recorded.cells[first + network_column::address_space]);
  }

  // "network.n00=job 7": the handles of what is pending.
  std::string pending() const {
    std::string out;
    for (const StateRow& row : run_.state.recorded.rows)
      if (row.pending)
        out += fmt::format("{}{}={}", out.empty() ? "" : " ", run_.project.texts().view(row.address),
                           run_.project.texts().view(row.pending));
    return out;
  }

  // "network.n00=eastasia/n00": what is recorded, with ids; - while a create is pending.
  std::string recorded() const {
    std::string out;
    for (const StateRow& row : run_.state.recorded.rows)
      out += fmt::format("{}{}={}", out.empty() ? "" : " ", run_.project.texts().view(row.address),
                         row.id ? run_.project.texts().view(row.id) : "-");
    return out;
  }

  // Likewise of where a nic lands, which a look-up tells.
  void intend_landing(const char* subnet) {
    JournalIntent intent{.step = 1, .operation = "create"};
    intent.address = text("vm.web1.nic.eth0");
    intent.identity = text("eastasia/web1/eth0");
    intent.row = DetachedRow{{.address = intent.address, .type = k_nic_type}, std::vector<Text>(nic_column::count)};
    intent.row->cells[nic_column::target_subnet] = text(subnet);
    run_.state.journal.open.push_back(std::move(intent));
  }
  std::string journal() const { return place_->journal; }
  Text text(std::string_view value) { return run_.project.texts().intern(value); }

  void name_project(std::string name) { run_.project.config.settings.name = std::move(name); }

  // vm.web1, of which a create is pending, or is an intent; with an id a change is pending.
  void add_vm(bool is_intent, std::string_view id = {}) {
    StateRow row{.address = text("vm.web1"), .type = k_vm_type, .id = id.empty() ? Text() : text(id)};
    std::vector<Text> cells(vm_column::count);
    cells[vm_column::region] = text("eastasia");
    cells[vm_column::name] = text("web1");
    if (is_intent) {
      JournalIntent intent{.step = 1, .operation = "create", .address = row.address, .identity = text("eastasia/web1")};
      intent.row = DetachedRow{row, std::move(cells)};
      return run_.state.journal.open.push_back(std::move(intent));
    }
    if (id.empty()) row.pending = text("enabling");
    record(row, cells);
  }
  void intend_vm(const std::string& operation, const StateRow& row) {
    JournalIntent intent{
        .step = 1, .operation = operation, .address = row.address, .id = row.id, .identity = text("eastasia/web1")};
    if (operation == "update") {
      intent.row = DetachedRow{row, std::vector<Text>(vm_column::count)};
      for (std::size_t c = 0; c < vm_column::count; ++c) intent.row->cells[c] = run_.state.recorded.cell(row, c);
    }
    run_.state.journal.open.push_back(std::move(intent));
  }
  static CloudRow vm(Status status) {
    return {.type = "vm",
            .id = "vm-1",
            .identity = "eastasia/web1",
            .attributes = {{"region", "eastasia"}, {"name", "web1"}},
            .status = status,
            .owner_project = {},
            .in_use = {}};
  }
  // Of its nic eth0, a change of which is pending.
  void add_landing(std::string_view subnet) {
    std::vector<Text> cells(nic_column::count);
    cells[nic_column::target_subnet] = text(subnet);
    record({.address = text("vm.web1.nic.eth0"), .type = k_nic_type, .id = text("nic-1"), .pending = text("landing")},
           cells);
  }
  // Nothing of it is pending any more.
  void settle_landing() { std::prev(run_.state.recorded.rows.end())->pending = Text(); }
  std::string recorded_landing() const {
    for (const StateRow& row : run_.state.recorded.rows)
      if (row.type == k_nic_type)
        return fmt::format("{} in {}", run_.project.texts().view(row.id),
                           run_.project.texts().view(run_.state.recorded.cell(row, nic_column::target_subnet)));
    return {};
  }
  void record(StateRow row, const std::vector<Text>& cells) {
    row.first_cell = static_cast<std::uint32_t>(run_.state.recorded.cells.size());
    run_.state.recorded.cells.insert(run_.state.recorded.cells.end(), cells.begin(), cells.end());
    run_.state.recorded.rows.push_back(row);
  }

  static CloudRow row(std::size_t number) {
    return {.type = "network",
            .id = identity(number),
            .identity = identity(number),
            .attributes = {{"region", "eastasia"}, {"name", name(number)}},
            .status = Status::Settled,
            .owner_project = {},
            .in_use = {}};
  }

  void add(std::size_t number) {
    StringPool& texts = run_.project.texts();
    StateRow row;
    row.address = texts.intern("network." + name(number));
    row.type = k_network_type;
    row.pending = texts.intern(fmt::format("job {}", number));
    row.first_cell = static_cast<std::uint32_t>(run_.state.recorded.cells.size());
    run_.state.recorded.cells.resize(row.first_cell + network_column::count);
    run_.state.recorded.cells[row.first_cell + network_column::region] = texts.intern("eastasia");
    run_.state.recorded.cells[row.first_cell + network_column::name] = texts.intern(name(number));
    run_.state.recorded.rows.push_back(row);
  }

  StateRow& recorded_row(std::size_t number) {
    return *std::next(run_.state.recorded.rows.begin(), static_cast<std::ptrdiff_t>(number));
  }

  FakeProvider* provider;
  Diagnostics diagnostics;
  std::vector<std::string> told;  // while it waits

 private:
  const std::shared_ptr<MemoryPlace> place_ = std::make_shared<MemoryPlace>();
  const ProviderEntry entry_{"here", "1", {"1"}, nullptr, joined, nullptr, nullptr};
  Run run_;
};

// The run ended between the service's answer and its line in the journal: the intent is there, and the service at work.
TEST(Resume, AnIntentWhoseResourceIsBusyIsPending) {
  for (const char* operation : {"job 7", ""}) {
    AcceptedCreates world(0);
    CloudRow busy = AcceptedCreates::row(0);
    busy.status = Status::Busy;
    busy.operation = operation;
    world.intend("create", 0);
    world.provider->lookups[AcceptedCreates::identity(0)] = busy;
    world.provider->polls["job 7"].assign(20, Running{10, "", 1ms});
    EXPECT_EQ(world.resume_within(0ms).pending.size(), 1U);
    EXPECT_EQ(world.pending(), fmt::format("network.n00={}", *operation == 0 ? "look-up" : operation));
  }
}

TEST(Resume, WaitsForAnIntentWhoseResourceIsBusy) {
  AcceptedCreates world(0);
  CloudRow busy = AcceptedCreates::row(0);
  busy.status = Status::Busy;
  world.intend("create", 0);
  world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {busy, busy};
  world.provider->lookups[AcceptedCreates::identity(0)] = AcceptedCreates::row(0);
  EXPECT_EQ(world.resume_within(10s).done.size(), 1U);
  EXPECT_EQ(world.pending(), "");
  EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
}

// The service does not know the handle any more, and is at work all the same.
TEST(Resume, AnOperationThatIsNotKnownAnyMoreIsPendingWhileItsResourceIsBusy) {
  AcceptedCreates world(1);
  CloudRow busy = AcceptedCreates::row(0);
  busy.status = Status::Busy;
  world.provider->polls["job 0"] = {FakeProvider::error(ErrorKind::Invalid)};
  world.provider->lookups[AcceptedCreates::identity(0)] = busy;
  EXPECT_EQ(world.resume_within(0ms).pending.size(), 1U);
  EXPECT_EQ(world.pending(), "network.n00=look-up");
}

TEST(Resume, AsksAboutTenAtOnce) {
  AcceptedCreates world(25);
  world.provider->polls_that_meet = 10;
  for (std::size_t i = 0; i < 25; ++i) world.provider->lookups[AcceptedCreates::identity(i)] = AcceptedCreates::row(i);
  EXPECT_EQ(world.resume_within(0ms).done.size(), 25U);
  EXPECT_EQ(world.provider->most_polls_at_once(), 10);
  EXPECT_EQ(world.provider->polled().size(), 25U);
}

// Each is asked once at the start and once when the wait is over: its service wants no poll for a minute.
TEST(Resume, AsksNoSoonerThanTheServiceWantsItTo) {
  AcceptedCreates world(3);
  for (const char* handle : {"job 0", "job 1", "job 2"}) world.provider->polls[handle].assign(20, Running{10, "", 60s});
  const auto start = Clock::now();
  EXPECT_EQ(world.resume_within(400ms).pending.size(), 3U);
  EXPECT_LT(Clock::now() - start, 10s);
  EXPECT_EQ(world.provider->polled().size(), 6U);
}

TEST(Resume, OneThatWantsToWaitDoesNotHoldUpTheOthers) {
  AcceptedCreates world(2);
  world.provider->polls["job 0"].assign(20, Running{10, "", 60s});
  world.provider->polls["job 1"].assign(3, Running{10, "", 1ms});
  world.provider->lookups[AcceptedCreates::identity(1)] = AcceptedCreates::row(1);
  const ResumeReport report = world.resume_within(2s);
  EXPECT_EQ(report.done.size(), 1U);
  EXPECT_EQ(report.pending.size(), 1U);
  EXPECT_EQ(world.recorded(), "network.n00=- network.n01=eastasia/n01");
}

TEST(Resume, TellsWhatItWaitsForAndHowManyAreStillRunning) {
  AcceptedCreates world(3);
  for (const std::size_t i : {0U, 1U, 2U})
    world.provider->lookups[AcceptedCreates::identity(i)] = AcceptedCreates::row(i);
  world.provider->polls["job 0"] = {Running{10, "polled 1 of 2", 1ms}};
  world.provider->polls["job 1"] = {Running{10, "1 %", 1ms}, Running{20, "2 %", 1ms}, Running{30, "3 %", 1ms}};
  EXPECT_EQ(world.resume_within(60s).done.size(), 3U);
  ASSERT_GE(world.told.size(), 3U);
  EXPECT_EQ(world.told.front(), "network.n00: polled 1 of 2 (2)");
  EXPECT_EQ(world.told.back(), "network.n01: 3 % (1)");
}

TEST(Resume, AWaitOfNothingAsksOnce) {
  AcceptedCreates world(2);
  for (const char* handle : {"job 0", "job 1"}) world.provider->polls[handle].assign(20, Running{10, "", 1ms});
  EXPECT_EQ(world.resume_within(0ms).pending.size(), 2U);
  EXPECT_EQ(world.provider->polled().size(), 2U);
}

TEST(Resume, WhatIsDoneAndNotVisibleYetIsLookedUpAgain) {
  AcceptedCreates world(1);
  world.provider->can.read_back_window = 60s;
  world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {AbsentAnswer{}};
  world.provider->lookups[AcceptedCreates::identity(0)] = AcceptedCreates::row(0);
  EXPECT_EQ(world.resume_within(0ms).done.size(), 1U);
  EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
  EXPECT_EQ(world.provider->looked_up().size(), 2U);
}

TEST(Resume, WhatIsDoneAndAbsentIsForgottenWhereReadsAreUpToDate) {
  AcceptedCreates world(1);
  world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {AbsentAnswer{}};
  world.provider->lookups[AcceptedCreates::identity(0)] = AcceptedCreates::row(0);
  world.resume_within(0ms);
  EXPECT_EQ(world.recorded(), "");
}

// The replication of a vm was ended, and reads show it for some seconds more: it is no deletion to plan once more.
TEST(Resume, WhatWasDeletedAndStillShowsIsLookedUpAgain) {
  for (const bool is_intent : {false, true}) {
    SCOPED_TRACE(is_intent);
    AcceptedCreates world(1);
    world.provider->can.read_back_window = 60s;
    is_intent ? world.intend_delete(0) : world.accept_delete(0);
    world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {AcceptedCreates::row(0)};
    EXPECT_EQ(world.resume_within(0ms).done.size(), is_intent ? 0U : 1U);
    EXPECT_EQ(world.recorded(), "");
    EXPECT_EQ(world.provider->looked_up().size(), 2U);
  }
}

TEST(Resume, WhatStillShowsAfterTheWindowWasNotDeleted) {
  for (const bool is_intent : {false, true}) {
    SCOPED_TRACE(is_intent);
    AcceptedCreates world(1);
    world.provider->can.read_back_window = 1500ms;
    is_intent ? world.intend_delete(0) : world.accept_delete(0);
    world.provider->lookups[AcceptedCreates::identity(0)] = AcceptedCreates::row(0);
    world.resume_within(0ms);
    EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
    EXPECT_EQ(world.pending(), "");
    EXPECT_GE(world.provider->looked_up().size(), 2U);
  }
}

// network.n00 was to get another address space; reads show the old one for some seconds more.
TEST(Resume, WhatWasChangedAndShowsTheOldValueIsLookedUpAgain) {
  for (const bool is_intent : {false, true}) {
    SCOPED_TRACE(is_intent);
    AcceptedCreates world(1);
    world.provider->can.read_back_window = 60s;
    world.change_spaces(0, R"(["10.1.0.0/16"])", is_intent);
    CloudRow row = AcceptedCreates::row(0);
    row.attributes.push_back({"address_space", R"(["10.0.0.0/16"])"});
    world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {row};
    row.attributes.back().value = R"(["10.1.0.0/16"])";
    world.provider->lookups[AcceptedCreates::identity(0)] = row;
    world.resume_within(0ms);
    EXPECT_EQ(world.recorded_spaces(0), R"(["10.1.0.0/16"])");
    EXPECT_EQ(world.provider->looked_up().size(), 2U);
  }
}

// Killed before a network was made, or while that was pending; somebody makes one of that name. It has no tag of the project,
// so it is for the plan to say.
TEST(Resume, WhatSomebodyElseMadeMeanwhileIsNotRecorded) {
  for (const bool is_intent : {false, true})
    for (const char* owner : {"", "fabrikam", "contoso"}) {
      SCOPED_TRACE(owner);
      AcceptedCreates world(is_intent ? 0 : 1);
      world.name_project("contoso");
      if (is_intent) world.intend("create", 0);
      CloudRow row = AcceptedCreates::row(0);
      row.owner_project = owner;
      world.provider->lookups[AcceptedCreates::identity(0)] = row;
      const ResumeReport report = world.resume_within(0ms);
      EXPECT_EQ(world.recorded(), *owner == 'c' ? "network.n00=eastasia/n00" : "");
      EXPECT_EQ(report.done.size(), *owner == 'c' && !is_intent ? 1U : 0U);
      EXPECT_TRUE(report.failed.empty());
    }
}

TEST(Resume, AReplicationThatAnotherToolBeganIsNotRecorded) {
  for (const bool is_intent : {false, true})
    for (const Status status : {Status::Settled, Status::Busy})
      for (const bool made_elsewhere : {false, true}) {
        SCOPED_TRACE(made_elsewhere);
        AcceptedCreates world(0);
        world.add_vm(is_intent);
        CloudRow row = AcceptedCreates::vm(status);
        row.made_elsewhere = made_elsewhere;
        world.provider->lookups["eastasia/web1"] = row;
        const ResumeReport report = world.resume_within(0ms);
        const char* own = status == Status::Busy && !is_intent ? "vm.web1=-" : "vm.web1=vm-1";
        EXPECT_EQ(world.recorded(), made_elsewhere ? "" : own);
        EXPECT_EQ(report.pending.size(), !made_elsewhere && status == Status::Busy ? 1U : 0U);
      }
}

// Somebody ended the replication of vm.web1 while a change of it was pending: where its nics land stays recorded, and the plan
// shows what is gone.
TEST(Resume, WhatIsGoneWhileAChangeOfItIsPendingStaysRecorded) {
  AcceptedCreates world(1);
  world.change_spaces(0, R"(["10.1.0.0/16"])", false);
  world.resume_within(0ms);
  EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
  EXPECT_EQ(world.pending(), "");
}

// Its nics live where they landed by then: what a look-up tells is not what was recorded.
TEST(Resume, ALandingOfAHeldVmStaysAsItIsRecorded) {
  for (const Status status : {Status::Settled, Status::FailedOver, Status::Reversed, Status::Broken}) {
    SCOPED_TRACE(static_cast<int>(status));
    AcceptedCreates world(0);
    world.add_vm(false, "vm-1");
    world.add_landing("web");
    world.provider->lookups["eastasia/web1"] = AcceptedCreates::vm(status);
    world.provider->lookups["eastasia/web1/eth0"] =
        CloudRow{.type = "nic",
                 .id = "nic-of-copy",
                 .identity = "eastasia/web1/eth0",
                 .attributes = {{"vm", "eastasia/web1"}, {"name", "eth0"}, {"target_subnet", "db"}}};
    world.resume_within(0ms);
    EXPECT_EQ(world.pending(), "");
    EXPECT_EQ(world.recorded_landing(), status == Status::Settled ? "nic-of-copy in db" : "nic-1 in web");
  }
}

// The look-up of an intent failed: nobody knows whether the step was carried out. Its intent stays in the journal, and state
// as it is.
TEST(Resume, AnIntentThatCannotBeLookedUpStaysOpen) {
  AcceptedCreates world(1);
  world.intend_delete(0);
  world.provider->scripted_lookups[AcceptedCreates::identity(0)].assign(50,
                                                                        FakeProvider::error(ErrorKind::Unavailable));
  const ResumeReport report = world.resume_within(0ms, true);
  EXPECT_EQ(report.unknown.size(), 1U);
  EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
  EXPECT_EQ(world.pending(), "");
  EXPECT_EQ(world.journal(), "");
  ASSERT_EQ(world.diagnostics.items().size(), 1U);
  EXPECT_EQ(world.diagnostics.items()[0].code, Code::NotSeen);
}

// What is known only by looking has not failed where a look failed.
TEST(Resume, ALookUpThatFailsIsNoOperationThatFailed) {
  AcceptedCreates world(1);
  world.recorded_row(0).pending = world.text(k_polled_by_look_up);
  world.provider->scripted_lookups[AcceptedCreates::identity(0)] = {FakeProvider::error(ErrorKind::Invalid)};
  world.provider->lookups[AcceptedCreates::identity(0)] = AcceptedCreates::row(0);
  const ResumeReport report = world.resume_within(10s);
  EXPECT_TRUE(report.failed.empty());
  EXPECT_EQ(world.recorded(), "network.n00=eastasia/n00");
}

// vm.web1 was to be ended, and somebody began it anew as another item: ours has ended, theirs is not taken over. So it is
// where only a change was pending.
TEST(Resume, AReplicationThatWasBegunAnewIsNotTakenOver) {
  for (const bool deletes : {false, true})
    for (const bool is_intent : {false, true}) {
      SCOPED_TRACE(deletes);
      AcceptedCreates world(0);
      world.add_vm(false, "vm-0");
      StateRow& row = world.recorded_row(0);
      if (is_intent) {
        world.intend_vm(deletes ? "delete" : "update", row);
      } else {
        row.pending = world.text("job");
        world.provider->polls["job"] = {Done{{}, deletes}};
      }
      CloudRow theirs = AcceptedCreates::vm(Status::Settled);
      theirs.made_elsewhere = true;
      world.provider->lookups["eastasia/web1"] = theirs;
      world.resume_within(0ms);
      EXPECT_EQ(world.recorded(), deletes ? "" : "vm.web1=vm-0");
      EXPECT_EQ(world.pending(), "");
    }
}

// Who may not ask does not know that it failed.
TEST(Resume, AnOperationThatMayNotBeAskedAboutStaysPending) {
  AcceptedCreates world(1);
  world.provider->polls["job 0"].assign(50, FakeProvider::error(ErrorKind::Denied));
  const ResumeReport report = world.resume_within(60s);
  EXPECT_EQ(report.pending.size(), 1U);
  EXPECT_TRUE(report.failed.empty());
  EXPECT_EQ(world.pending(), "network.n00=job 0");
  EXPECT_EQ(world.provider->polled().size(), 1U) << "denied is denied";
  ASSERT_EQ(world.diagnostics.items().size(), 1U);
  EXPECT_EQ(world.diagnostics.items()[0].code, Code::NotSeen);
}

TEST(Resume, AnOperationThatFailedIsToldWithTheHelpOfItsProvider) {
  AcceptedCreates world(1);
  ProviderError refused = FakeProvider::error(ErrorKind::Invalid);
  refused.help = "raise the quota";
  world.provider->polls["job 0"] = {refused};
  EXPECT_EQ(world.resume_within(0ms).failed.size(), 1U);
  ASSERT_EQ(world.diagnostics.items().size(), 1U);
  EXPECT_EQ(world.diagnostics.items()[0].help, "raise the quota");
}

// A vm that was waiting for its container when the run ended: nothing is under way, and nothing is there. It was not carried
// out, and has not failed: the plan that follows asks for it again.
TEST(Resume, ACreateOfWhichNothingIsThereIsLeftToThePlan) {
  AcceptedCreates world(1);
  const ResumeReport report = world.resume_within(0ms);
  EXPECT_EQ(report.done.size() + report.failed.size() + report.pending.size(), 0U);
  EXPECT_EQ(world.recorded(), "");
  EXPECT_TRUE(world.diagnostics.items().empty());
}

// Somebody ended the replication of vm.web1 in the portal, and enabling it again has failed, or was never sent: its landings
// stay recorded with it, so that the next run keeps them.
TEST(Resume, AVmThatIsNotEnabledAgainKeepsItsLandings) {
  for (const bool fails : {false, true}) {
    AcceptedCreates world(0);
    world.add_vm(false);
    world.add_landing("web");
    world.settle_landing();
    if (fails) world.provider->polls["enabling"] = {FakeProvider::error(ErrorKind::Invalid)};
    EXPECT_EQ(world.resume_within(0ms).failed.size(), fails ? 1U : 0U);
    EXPECT_EQ(world.recorded(), "vm.web1=eastasia/web1 vm.web1.nic.eth0=nic-1");
    EXPECT_EQ(world.pending(), "");
    EXPECT_EQ(world.recorded_landing(), "nic-1 in web");
  }
}

TEST(Resume, AnOperationThatFailedIsAnErrorOfARunThatMayChangeThings) {
  for (const bool applies : {false, true}) {
    AcceptedCreates world(1);
    world.provider->polls["job 0"] = {FakeProvider::error(ErrorKind::Invalid)};
    EXPECT_EQ(world.resume_within(0ms, applies).failed.size(), 1U);
    ASSERT_EQ(world.diagnostics.items().size(), 1U);
    EXPECT_EQ(world.diagnostics.items()[0].severity, applies ? Severity::Error : Severity::Warning);
  }
}

// The service gives a nic a landing as soon as its vm is protected. An intent to set one was carried out only where that shows.
TEST(Resume, ANicsLandingIsDoneWhereItShows) {
  for (const bool shown : {false, true}) {
    AcceptedCreates world(0);
    world.intend_landing("web");
    world.provider->lookups["eastasia/web1/eth0"] =
        CloudRow{.type = "nic",
                 .id = "nic-1",
                 .identity = "eastasia/web1/eth0",
                 .attributes = {{"vm", "eastasia/web1"}, {"name", "eth0"}, {"target_subnet", shown ? "web" : "db"}}};
    world.resume_within(0ms);
    EXPECT_EQ(world.recorded(), shown ? "vm.web1.nic.eth0=nic-1" : "");
  }
}

}  // namespace
}  // namespace pairform