#include <gtest/gtest.h>

#include "engine/state/merge.h"
#include "tests/engine/state_support.h"

namespace pairform {
namespace {

struct Merged {
  MergeOutcome outcome = MergeOutcome::Unreadable;
  std::string state;
  std::string said;  // "PF2013 summary (detail)" a line each
};

Merged merge(std::string_view base, std::string_view ours, std::string_view theirs) {
  const TypeTable types = base_type_table();
  StringPool pool;
  Diagnostics diagnostics;
  StateMerge merged = merge_states({base, ours, theirs, "s.jsonl"}, types, pool, diagnostics);
  Merged out{merged.outcome, std::move(merged.state), {}};
  for (const Diagnostic& each : diagnostics.items()) {
    EXPECT_NE(each.help, "");
    out.said += code_text(each.code) + " " + each.summary;
    if (!each.detail.empty()) out.said += " (" + each.detail + ")";
    out.said += '\n';
  }
  return out;
}

std::string network(std::string_view key, std::string_view region = "eastasia") {
  return R"({"address":"network.)" + std::string(key) + R"(","attributes":{"existing":true,"name":")" +
         std::string(key) + R"(","region":")" + std::string(region) + R"("},"id":")" + std::string(region) + "/" +
         std::string(key) + R"(","type":"network"})";
}

std::string half(std::string_view address, std::string_view source, std::string_view target) {
  return R"({"address":"mapping.)" + std::string(address) + R"(","attributes":{"name":"n","source":"network.)" +
         std::string(source) + R"(","target":"network.)" + std::string(target) + R"("},"id":")" + std::string(source) +
         ":" + std::string(target) + R"(","type":"mapping"})";
}

std::string vm(std::string_view target) {
  return R"({"address":"vm.w","attributes":{"existing":false,"name":"w","network":"network.a","region":"eastasia",)"
         R"("target_network":"network.)" +
         std::string(target) + R"(","target_region":"southeastasia"},"id":"eastasia/w","type":"vm"})";
}

std::string nic(std::string_view key) {
  return R"({"address":"vm.w.nic.)" + std::string(key) +
         R"(","attributes":{"ip":"10.0.0.4","subnet":"web"},"id":"eastasia/w/)" + std::string(key) +
         R"(","type":"vm"})";
}

std::string state(const std::vector<std::string>& rows) {
  std::string out = std::string(k_header) + '\n';
  for (const std::string& row : rows) out += row + '\n';
  return out;
}

TEST(StateMerge, TakesWhatOnlyOneSideChanged) {
  const Merged merged = merge(state({network("a"), network("b"), network("c")}),
                              state({network("a", "westeurope"), network("b"), network("c")}),
                              state({network("a"), network("c"), network("d")}));
  EXPECT_EQ(merged.outcome, MergeOutcome::Merged) << merged.said;
  EXPECT_EQ(merged.state, state({network("a", "westeurope"), network("c"), network("d")}));
}

TEST(StateMerge, PutsMarkersAroundWhatBothChanged) {
  const Merged merged = merge(state({network("a"), network("b")}), state({network("a", "westeurope"), network("b")}),
                              state({network("a", "northeurope"), network("c")}));
  EXPECT_EQ(merged.outcome, MergeOutcome::Conflicts);
  EXPECT_EQ(merged.state, state({"<<<<<<< ours", network("a", "westeurope"), "=======", network("a", "northeurope"),
                                 ">>>>>>> theirs", network("c")}));
  EXPECT_EQ(merged.said,
            "PF2013 s.jsonl:2: network.a: ours and theirs have changed it, each otherwise (region: westeurope in ours, "
            "northeurope in theirs; id: westeurope/a in ours, northeurope/a in theirs)\n");
}

TEST(StateMerge, NamesTheLineOfEachConflict) {
  const Merged merged =
      merge(state({network("a"), network("b"), network("c")}), state({network("b"), network("c", "westeurope")}),
            state({network("a", "northeurope"), network("b"), network("c", "northeurope")}));
  EXPECT_EQ(merged.said,
            "PF2013 s.jsonl:2: network.a: ours has removed it, theirs has changed it\n"
            "PF2013 s.jsonl:7: network.c: ours and theirs have changed it, each otherwise (region: westeurope in ours, "
            "northeurope in theirs; id: westeurope/c in ours, northeurope/c in theirs)\n");
}

TEST(StateMerge, PutsAWholePairBetweenMarkers) {
  const std::string reverse = half("m.reverse", "b", "a");
  const Merged merged =
      merge(state({half("m.forward", "a", "b"), reverse}), state({half("m.forward", "a", "c"), reverse}),
            state({half("m.forward", "a", "d"), reverse}));
  EXPECT_EQ(merged.state, state({"<<<<<<< ours", half("m.forward", "a", "c"), reverse,
                                 "=======", half("m.forward", "a", "d"), reverse, ">>>>>>> theirs"}));
}

TEST(StateMerge, RefusesHalfAPair) {
  const Merged merged =
      merge(state({half("m.forward", "a", "b"), half("m.reverse", "b", "a")}), state({half("m.forward", "a", "b")}),
            state({half("m.forward", "a", "b"), half("m.reverse", "b", "a"), network("z")}));
  EXPECT_EQ(merged.state, state({half("m.forward", "a", "b"), network("z")})) << "ours says so alone";
  const Merged torn =
      merge(state({half("m.forward", "a", "b"), half("m.reverse", "b", "a")}), state({half("m.forward", "a", "b")}),
            state({half("m.forward", "a", "c"), half("m.reverse", "b", "a")}));
  EXPECT_EQ(torn.outcome, MergeOutcome::Conflicts);
  EXPECT_EQ(torn.said,
            "PF2014 s.jsonl:2: mapping.m would be half a pair (ours has removed mapping.m.reverse, and theirs has "
            "changed mapping.m.forward)\n");
}

TEST(StateMerge, RefusesHalvesThatDoNotLeadToEachOther) {
  const Merged merged = merge(state({half("m.forward", "a", "b"), half("m.reverse", "b", "a")}),
                              state({half("m.forward", "a", "c"), half("m.reverse", "b", "a")}),
                              state({half("m.forward", "a", "b"), half("m.reverse", "d", "a")}));
  EXPECT_EQ(merged.said,
            "PF2014 s.jsonl:2: the halves of mapping.m would not lead to each other (mapping.m.forward of ours leads "
            "from network.a to network.c, mapping.m.reverse of theirs leads from network.d to network.a)\n");
}

TEST(StateMerge, RefusesWhatStandsOnWhatIsRemoved) {
  const Merged merged = merge(
      state({network("a"), network("b", "southeastasia")}), state({network("a")}),
      state({half("m.forward", "a", "b"), half("m.reverse", "b", "a"), network("a"), network("b", "southeastasia")}));
  EXPECT_EQ(merged.said,
            "PF2014 s.jsonl:2: mapping.m.forward would stand on network.b, which is removed (ours has removed "
            "network.b, and theirs has mapping.m.forward)\n");
  EXPECT_NE(merged.state.find("=======\n" + network("b", "southeastasia") + "\n>>>>>>> theirs\n"), std::string::npos)
      << merged.state;
}

TEST(StateMerge, RefusesOneResourceUnderTwoAddresses) {
  std::string moved = network("b"), elsewhere = network("c");
  for (std::string* row : {&moved, &elsewhere}) row->replace(row->find("eastasia/") + 9, 1, "a");
  EXPECT_EQ(
      merge(state({network("a")}), state({moved}), state({elsewhere})).said,
      "PF2014 s.jsonl:6: network.b and network.c would have the id \"eastasia/a\" (ours has network.b, theirs has "
      "network.c)\n");
}

// One network, one region: the cloud has at most one half there, whatever its id.
TEST(StateMerge, RefusesTwoHalvesOnOneSlot) {
  const std::vector<std::string> networks{network("a"), network("b", "southeastasia"), network("c", "southeastasia")};
  const auto with = [&](const std::string& pair, const std::string& target) {
    std::vector<std::string> rows{half(pair + ".forward", "a", target), half(pair + ".reverse", target, "a")};
    rows.insert(rows.end(), networks.begin(), networks.end());
    return state(rows);
  };
  EXPECT_EQ(merge(state(networks), with("m", "b"), with("n", "c")).said,
            "PF2014 s.jsonl:7: mapping.m.forward and mapping.n.forward would both lead from network.a to southeastasia "
            "(ours has mapping.m.forward, theirs has mapping.n.forward)\n");
}

TEST(StateMerge, KeepsNicsWithTheirVm) {
  EXPECT_EQ(merge(state({vm("b"), nic("x")}), state({}), state({vm("b"), nic("x"), nic("y")})).said,
            "PF2014 s.jsonl:2: vm.w.nic.y would stand without its vm (ours has removed vm.w, and theirs has "
            "vm.w.nic.y)\n");
  EXPECT_EQ(merge(state({vm("b"), nic("x")}), state({vm("c"), nic("x")}), state({vm("b"), nic("x"), nic("y")})).said,
            "PF2014 s.jsonl:2: vm.w.nic.y was placed for another network than vm.w has now (target_network: network.b "
            "in theirs, which has vm.w.nic.y; network.c in ours)\n");
  EXPECT_EQ(
      merge(state({vm("b"), nic("x")}), state({vm("b"), nic("x"), nic("z")}), state({vm("b"), nic("x"), nic("y")}))
          .state,
      state({vm("b"), nic("x"), nic("y"), nic("z")}));
}

TEST(StateMerge, MergesFilesThatBothMade) {
  EXPECT_EQ(merge("", state({network("a")}), state({network("b")})).state, state({network("a"), network("b")}));
}

// Only bytes differ: no change, and no conflict with one.
TEST(StateMerge, PassesOverHowALineIsWritten) {
  std::string spaced = network("a");
  spaced.insert(1, "  ");
  std::string foreign = "\xEF\xBB\xBF";
  for (const char c : state({network("a"), network("b")}))
    foreign += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const std::string changed = state({network("a", "westeurope"), network("b")});
  EXPECT_EQ(merge(foreign, state({spaced, network("b")}), changed).state, changed);
  EXPECT_EQ(merge(foreign, foreign, foreign).state, state({network("a"), network("b")}));
}

TEST(StateMerge, MergesTheNameOfTheProject) {
  std::string renamed = state({network("a")});
  renamed.replace(renamed.find("contoso-dr"), 10, "fabrikam");
  std::string again = renamed;
  again.replace(again.find("fabrikam"), 8, "woodgrove");
  const std::string base = state({network("a")});
  EXPECT_EQ(merge(base, base, renamed).state, renamed);
  EXPECT_EQ(merge(base, renamed, base).state, renamed);
  const Merged both = merge(base, again, renamed);
  EXPECT_EQ(both.said,
            "PF2013 s.jsonl:1: the first line: ours and theirs have another project each (\"woodgrove\" in ours, "
            "\"fabrikam\" in theirs)\n");
  EXPECT_TRUE(both.state.starts_with("<<<<<<< ours\n{")) << both.state;
}

TEST(StateMerge, DoesNotMergeTwoClouds) {
  std::string azure = state({network("a")});
  azure.replace(azure.find("\"simulator\""), 11, "\"azure\"");
  const Merged merged = merge(state({network("a")}), state({network("a")}), azure);
  EXPECT_EQ(merged.outcome, MergeOutcome::Unreadable);
  EXPECT_EQ(merged.state, "");
  EXPECT_EQ(merged.said,
            "PF2005 s.jsonl: ours is state of the provider \"simulator\", theirs of \"azure\" (What one cloud holds "
            "says nothing of another one.)\n");
}

TEST(StateMerge, SaysWhatIsWrongWithASide) {
  const std::string sound = state({network("a"), network("b")});
  const auto said = [&](const std::string& theirs) {
    const Merged merged = merge(sound, sound, theirs);
    EXPECT_EQ(merged.outcome, MergeOutcome::Unreadable);
    EXPECT_EQ(merged.state, "");
    return merged.said;
  };
  EXPECT_EQ(said(""), "PF2001 s.jsonl (theirs):1: the file is empty\n");
  EXPECT_EQ(said("{}\n"), "PF2001 s.jsonl (theirs):1: this is not the first line of a state file\n");
  EXPECT_EQ(said(sound.substr(0, sound.size() - 1)), "PF2001 s.jsonl (theirs):3: the last line is cut off\n");
  EXPECT_EQ(said(state({network("b"), network("a")})),
            "PF2001 s.jsonl (theirs):3: network.a stands behind network.b (line 2) (Rows are sorted by address.)\n");
  EXPECT_EQ(said(state({network("a"), network("a")})),
            "PF2004 s.jsonl (theirs):3: network.a stands already on line 2\n");
  EXPECT_EQ(said(state({network("a"), "{\"address\":\"network.b\"}"})), "PF2001 s.jsonl (theirs):3: no \"type\"\n");
  EXPECT_EQ(said(state({network("a"), "<<<<<<< HEAD", network("b")})),
            "PF2002 s.jsonl (theirs):3: conflict marker <<<<<<< (Two branches changed the same rows, and the merge was "
            "left unfinished.)\n");
  std::string newer = sound;
  newer.replace(newer.find(":1,"), 3, ":9,");
  EXPECT_EQ(said(newer).substr(0, 6), "PF2003");
}

}  // namespace
}  // namespace pairform
