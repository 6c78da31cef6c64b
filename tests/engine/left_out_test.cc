// Which errors become warnings because the options leave out what they are about, on estates made by hand.
#include "engine/decide/left_out.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

struct JudgeCase {
  const char* name;
  Selection selection;
  std::vector<const char*> errors;  // addresses that an error is about
  const char* expected;
  std::vector<const char*> aside = {};       // units that an earlier attempt set aside for an error
  std::vector<const char*> left_alone = {};  // by hold, because of them
};

// network.app maps to network.dr; vm.w1 and vm.w2 come up there, vm.db1 in network.lab. network.old is to go.
void estate(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_network("network.lab", "south");
  world.have_network("network.old", "south");
  world.settled_pair("mapping.a", "network.app", "network.dr");
  world.settled_pair("mapping.b", "network.app", "network.lab");
  for (const char* vm : {"vm.w1", "vm.w2"}) {
    world.want_vm(vm, "network.app", "network.dr");
    world.want_nic(std::string(vm) + ".nic.eth0", "front");
  }
  world.want_vm("vm.db1", "network.app", "network.lab");
}

Diagnostic about(const char* address) {
  return {Code::NoSubnet, Severity::Error, fmt::format("{} is wrong", address), "", "mend it", {}, address};
}

std::string verdict_text(const JudgeCase& item) {
  EstateBuilder world;
  estate(world);
  SetAside aside;
  for (const char* unit : item.aside) {
    aside.units[unit] = {"E", true};
    aside.told.push_back(about(unit));
  }
  std::vector<LeftOutItem> left_alone;
  for (const char* address : item.left_alone)
    left_alone.push_back({world.estate().find(world.texts().intern(address)), "x"});
  Diagnostics found;
  for (const char* address : item.errors) found.add(about(address));
  const JudgeInput input{item.selection, world.desired(), world.estate(), world.relations(), left_alone, world.texts()};
  const Verdict verdict = judge(input, aside, found);
  if (verdict == Verdict::Refused) offer_to_leave_out(input, found);
  std::vector<std::string> out{verdict == Verdict::Sound ? "sound" : verdict == Verdict::Again ? "again" : "refused"};
  for (const auto& [unit, why] : aside.units)
    out.push_back(fmt::format("aside {}{}", unit, why.has_error ? "" : " as named"));
  if (verdict != Verdict::Again)
    for (const Diagnostic& each : found.items())
      out.push_back(fmt::format("{} {}{}", each.severity == Severity::Error ? "error" : "warning", each.address,
                                each.help == "mend it" ? "" : each.help.substr(7)));
  return joined(out);
}

TEST(LeftOut, TakesErrorsOnWhatTheOptionsLeaveOutAsWarnings) {
  const JudgeCase cases[] = {
      {"no error", {.exclude = {"vm.w1"}}, {}, "sound"},
      {"no part was asked for", {}, {"vm.w1"}, "refused; error vm.w1\nor go on without it: --exclude vm.w1"},
      {"a nic of what is excluded", {.exclude = {"vm.w1"}}, {"vm.w1.nic.eth0"}, "again; aside vm.w1"},
      {"by the name of the nic", {.exclude = {"vm.w1.nic.eth0"}}, {"vm.w1.nic.eth0"}, "again; aside vm.w1"},
      {"by a pattern", {.exclude = {"vm.w*"}}, {"vm.w1", "vm.w2"}, "again; aside vm.w1; aside vm.w2"},
      {"a half, and the pair as a whole",
       {.exclude = {"mapping.a.reverse"}},
       {"mapping.a.forward", "mapping.a"},
       "again; aside mapping.a"},
      {"a network that is to go", {.exclude = {"network.old"}}, {"network.old"}, "again; aside network.old"},
      {"another one has an error: what is named is set aside, it may be the reason",
       {.exclude = {"vm.w1"}},
       {"vm.w2"},
       "again; aside vm.w1 as named"},
      {"a nic that is named alone is no reason",
       {.exclude = {"vm.w1.nic.eth0"}},
       {"vm.w2"},
       "refused; error vm.w2\nor go on without it: --exclude vm.w2"},
      {"... and was not",
       {.exclude = {"vm.w1"}},
       {"vm.w2"},
       "refused; aside vm.w1; error vm.w2\nor go on without it: --exclude vm.w2; warning vm.w1",
       {"vm.w1"}},
      {"its own errors are told once",
       {.exclude = {"vm.w1"}},
       {"vm.w1"},
       "sound; aside vm.w1; warning vm.w1",
       {"vm.w1"}},
      {"what depends on it has an error, too",
       {.exclude = {"network.dr"}},
       {"vm.w1.nic.eth0"},
       "again; aside network.dr; aside vm.w1",
       {"network.dr"},
       {"vm.w1", "vm.w1.nic.eth0"}},
      {"an error about nothing that has an address",
       {.exclude = {"vm.w1"}},
       {""},
       "refused; aside vm.w1; error ; warning vm.w1",
       {"vm.w1"}},
  };
  for (const JudgeCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(verdict_text(item), item.expected);
  }
}

TEST(LeftOut, LetsTargetsLeaveOutWhatTheyDoNotStandOn) {
  const JudgeCase cases[] = {
      {"a neighbour", {.target = {"vm.w2"}}, {"vm.w1.nic.eth0"}, "again; aside vm.w1"},
      {"itself", {.target = {"vm.w2"}}, {"vm.w2.nic.eth0"}, "refused; error vm.w2.nic.eth0"},
      {"the network that it comes up in", {.target = {"vm.w2"}}, {"network.dr"}, "refused; error network.dr"},
      {"the pair by which it lands, and its mirror",
       {.target = {"vm.w2"}},
       {"mapping.a.reverse"},
       "refused; error mapping.a.reverse"},
      {"another network", {.target = {"vm.w2"}}, {"network.lab"}, "again; aside network.lab"},
      {"a network that is to go", {.target = {"vm.w2"}}, {"network.old"}, "again; aside network.old"},
      {"a target that waits for what is set aside: the error is one of its own",
       {.target = {"vm.w2"}},
       {},
       "refused; aside network.old; error network.old",
       {"network.old"},
       {"vm.w2"}},
  };
  for (const JudgeCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(verdict_text(item), item.expected);
  }
}

// Of the vms of one network only the first one is told; once that is set aside, the next one. A pattern that leaves them
// all out must not plan once a vm.
TEST(LeftOut, SetsAllAsideThatIsLeftOutAfterAFewAttempts) {
  EstateBuilder world;
  world.settled_network("network.app", "east");
  std::vector<std::string> vms;
  for (int v = 10; v < 60; ++v) vms.push_back("vm.w" + std::to_string(v));
  for (const std::string& vm : vms) world.want_vm(vm, "network.app", "network.dr");
  const std::vector<LeftOutItem> nothing;
  for (const Selection& selection : {Selection{.exclude = {"vm.*"}}, Selection{.target = {"network.app"}}}) {
    SetAside aside;
    int attempts = 0;
    for (;; ++attempts) {
      Diagnostics found;
      for (const std::string& vm : vms)
        if (!aside.units.contains(vm)) {
          found.add(about(vm.c_str()));
          break;
        }
      const JudgeInput input{selection, world.desired(), world.estate(), world.relations(), nothing, world.texts()};
      if (judge(input, aside, found) != Verdict::Again) break;
    }
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(aside.units.size(), vms.size());
  }
}

}  // namespace
}  // namespace pairform
