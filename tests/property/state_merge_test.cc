// The merge of states, held against maps. Random branches of a random state: rows added, removed and changed one by one, so
// that halves, vms and networks go missing in all ways, and the same resource is recorded under two addresses.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <sstream>

#include "engine/state/file_backend.h"
#include "engine/state/merge.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::string_view k_first_line =
    R"({"pairform_state":1,"project":"contoso-dr","provider":"simulator","scope":"simulator"})";

// One row as the oracle knows it: what it refers to, and a number that stands for all else.
struct NaiveRow {
  std::string id, source, target;  // of a half its ends, of a vm its networks; empty: none
  int version = 0;
  bool operator==(const NaiveRow&) const = default;
};

struct ByAddress {
  bool operator()(const std::string& a, const std::string& b) const { return address_less(a, b); }
};
using NaiveState = std::map<std::string, NaiveRow, ByAddress>;

std::string group_of(const std::string& address) { return std::string(vm_of_nic(pair_of(address))); }
bool is_nic(const std::string& address) { return address.find(".nic.") != std::string::npos; }
std::string region_of_network(const std::string& address) {
  return address.back() % 2 == 0 ? "eastasia" : "southeastasia";
}

std::string line_of(const std::string& address, const NaiveRow& row) {
  std::string attributes;
  const std::string name = "n" + std::to_string(row.version);
  if (type_of(address) == "network")
    attributes = R"("existing":true,"name":")" + name + R"(","region":")" + region_of_network(address) + '"';
  else if (type_of(address) == "mapping")
    attributes = R"("name":")" + name + R"(","source":")" + row.source + R"(","target":")" + row.target + '"';
  else if (is_nic(address)) attributes = R"("ip":"10.0.0.)" + std::to_string(row.version) + R"(","subnet":"web")";
  else
    attributes = R"("existing":false,"name":")" + name + R"(","network":")" + row.source +
                 R"(","region":"eastasia","target_network":")" + row.target + R"(","target_region":"southeastasia")";
  return R"({"address":")" + address + R"(","attributes":{)" + attributes + R"(},"id":")" + row.id + R"(","type":")" +
         std::string(type_of(address)) + "\"}";
}

std::string text_of(const NaiveState& state) {
  std::string out = std::string(k_first_line) + '\n';
  for (const auto& [address, row] : state) out += line_of(address, row) + '\n';
  return out;
}

// The same state as an editor of another system might leave it.
std::string untidy(const std::string& text) {
  std::string out = "\xEF\xBB\xBF";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("network.") != std::string::npos && line.size() % 2 == 0) line.insert(1, " ");
    out += line + "\r\n";
  }
  return out;
}

class Branches {
 public:
  explicit Branches(unsigned seed) : random_(seed) {
    for (int i = 0; i < 12; ++i) change(base);
    ours = theirs = base;
    for (int i = below(6); i > 0; --i) change(ours);
    for (int i = below(6); i > 0; --i) change(theirs);
    if (below(8) == 0) theirs = ours;
  }
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  NaiveState base, ours, theirs;

 private:
  std::string network() { return std::string("network.") + static_cast<char>('a' + below(5)); }
  // Unique in one state: an id is that of one address, but for what is moved.
  NaiveRow row(const std::string& address) { return {"id/" + address, {}, {}, below(3)}; }

  void change(NaiveState& state) {
    const std::string key = std::to_string(below(4));
    switch (below(12)) {
      case 0: return change_network(state, network());
      case 1: return move_network(state);
      case 2:
      case 3: return change_pair(state, "mapping." + key);
      case 4:
      case 5:
      case 6:
      case 7: return change_half(state, "mapping." + key);
      case 8: return change_vm(state, "vm." + key);
      default: return change_nic(state, "vm." + key);
    }
  }
  void change_network(NaiveState& state, const std::string& address) {
    if (state.contains(address) && below(2) == 0) state.erase(address);
    else if (const auto found = state.find(address); found != state.end()) found->second.version = below(3);
    else state.emplace(address, row(address));
  }
  // The same resource under another address.
  void move_network(NaiveState& state) {
    const std::string from = network(), to = network() + "2";
    if (!state.contains(from) || state.contains(to)) return;
    state.emplace(to, state.at(from));
    state.erase(from);
  }
  static bool is_taken(const NaiveState& state, const std::string& source, const std::string& region) {
    for (const auto& [address, row] : state)
      if (type_of(address) == "mapping" && row.source == source && region_of_network(row.target) == region) return true;
    return false;
  }
  void change_pair(NaiveState& state, const std::string& pair) {
    const bool there = state.erase(pair + ".forward") + state.erase(pair + ".reverse") != 0;
    if (there && below(2) == 0) return;
    const std::string source = network(), target = network();
    if (region_of_network(source) == region_of_network(target) || is_taken(state, source, region_of_network(target)) ||
        is_taken(state, target, region_of_network(source)))
      return;
    NaiveRow forward = row(pair + ".forward"), reverse = row(pair + ".reverse");
    forward.source = reverse.target = source;
    forward.target = reverse.source = target;
    state[pair + ".forward"] = forward;
    state[pair + ".reverse"] = reverse;
  }
  void change_half(NaiveState& state, const std::string& pair) {
    const std::string half = pair + (below(2) == 0 ? ".forward" : ".reverse");
    const auto found = state.find(half);
    if (found == state.end()) return;
    const int what = below(3);
    if (what == 0) state.erase(found);
    if (what == 1) found->second.version = below(3);
    if (what == 2) lead_elsewhere(state, found->second);
  }
  void lead_elsewhere(const NaiveState& state, NaiveRow& half) {
    const std::string target = network();
    if (region_of_network(target) != region_of_network(half.target) &&
        is_taken(state, half.source, region_of_network(target)))
      return;
    half.target = target;
  }
  void change_vm(NaiveState& state, const std::string& vm) {
    if (state.contains(vm) && below(3) == 0) {
      std::erase_if(state, [&](const auto& each) { return group_of(each.first) == vm; });
      return;
    }
    NaiveRow made = row(vm);
    made.source = network();
    made.target = network();
    state[vm] = made;
  }
  void change_nic(NaiveState& state, const std::string& vm) {
    if (!state.contains(vm)) return;
    const std::string nic = vm + ".nic." + static_cast<char>('a' + below(3));
    if (state.contains(nic) && below(3) == 0) state.erase(nic);
    else state[nic] = row(nic);
  }

  std::mt19937 random_;
};

// What is odd about a state, each as a text: what neither branch has alone may not come of merging them.
std::set<std::string> oddities(const NaiveState& state) {
  std::set<std::string> out;
  for (const auto& [address, row] : state) {
    const std::string line = line_of(address, row);
    for (const std::string& end : {row.source, row.target})
      if (!end.empty() && !state.contains(end)) out.insert("stands on nothing: " + line + " " + end);
    if (is_nic(address)) {
      const auto vm = state.find(group_of(address));
      out.insert(vm == state.end() ? "no vm: " + address
                                   : "placed: " + line + " " + vm->second.source + " " + vm->second.target);
    }
    if (type_of(address) == "mapping") {
      const bool is_forward = address.ends_with("forward");
      const auto mirror = state.find(group_of(address) + (is_forward ? ".reverse" : ".forward"));
      if (mirror == state.end()) out.insert("half: " + line);
      else if (mirror->second.source != row.target || mirror->second.target != row.source)
        out.insert("crossed: " + (is_forward ? line + line_of(mirror->first, mirror->second)
                                             : line_of(mirror->first, mirror->second) + line));
    }
    for (const auto& [other, twin] : state) {
      if (!address_less(address, other)) continue;
      if (twin.id == row.id) out.insert("twins: " + address + " " + other);
      if (type_of(address) == "mapping" && type_of(other) == "mapping" && twin.source == row.source &&
          state.contains(row.target) && state.contains(twin.target) &&
          region_of_network(twin.target) == region_of_network(row.target))
        out.insert("slot: " + address + " " + other);
    }
  }
  return out;
}

struct NaiveMerge {
  NaiveState merged;
  std::set<std::string> conflicting;  // groups of rows that both changed
  bool contradicts = false;           // counts where none conflicts
};

NaiveMerge merge_naively(const Branches& branches) {
  NaiveMerge out;
  std::set<std::string> addresses;
  for (const NaiveState* state : {&branches.base, &branches.ours, &branches.theirs})
    for (const auto& each : *state) addresses.insert(each.first);
  for (const std::string& address : addresses) {
    const auto in = [&](const NaiveState& state) {
      const auto found = state.find(address);
      return found == state.end() ? std::string() : line_of(address, found->second);
    };
    const std::string base = in(branches.base), ours = in(branches.ours), theirs = in(branches.theirs);
    if (ours != theirs && ours != base && theirs != base) out.conflicting.insert(group_of(address));
    const NaiveState& from = ours != base ? branches.ours : branches.theirs;
    if (from.contains(address)) out.merged.emplace(address, from.at(address));
  }
  std::set<std::string> known = oddities(branches.ours);
  known.merge(oddities(branches.theirs));
  for (const std::string& oddity : oddities(out.merged)) out.contradicts |= !known.contains(oddity);
  return out;
}

// The result, with one side chosen in every block, and the groups that stand in blocks.
struct Resolved {
  std::string ours, theirs, outside;
  std::set<std::string> blocked;
};

Resolved resolve(const std::string& text) {
  Resolved out;
  std::istringstream lines(text);
  int part = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("<<<<<<<")) part = 1;
    else if (line.starts_with("=======")) part = 2;
    else if (line.starts_with(">>>>>>>")) part = 0;
    else {
      const std::size_t start = line.find("\"address\":\"") + 11;
      if (part != 0) out.blocked.insert(group_of(line.substr(start, line.find('"', start) - start)));
      if (part != 2) out.ours += line + '\n';
      if (part != 1) out.theirs += line + '\n';
      if (part == 0) out.outside += line + '\n';
    }
  }
  return out;
}

// `merged` with the blocked groups as `side` has them.
std::string chosen(const NaiveState& merged, const NaiveState& side, const std::set<std::string>& blocked) {
  NaiveState out = merged;
  std::erase_if(out, [&](const auto& each) { return blocked.contains(group_of(each.first)); });
  for (const auto& [address, row] : side)
    if (blocked.contains(group_of(address))) out.emplace(address, row);
  return text_of(out);
}

// Lines without the spaces that untidy() puts in.
std::string tidy(std::string text) {
  std::erase(text, ' ');
  return text;
}

void compare(const Branches& branches, const StateMerge& merge, const Diagnostics& said) {
  const NaiveMerge naive = merge_naively(branches);
  ASSERT_NE(merge.outcome, MergeOutcome::Unreadable);
  const Resolved resolved = resolve(tidy(merge.state));
  if (merge.outcome == MergeOutcome::Merged) {
    EXPECT_TRUE(naive.conflicting.empty());
    EXPECT_FALSE(naive.contradicts);
    EXPECT_TRUE(said.items().empty());
    EXPECT_EQ(tidy(merge.state), text_of(naive.merged));
    return;
  }
  EXPECT_TRUE(said.has_errors());
  EXPECT_TRUE(!naive.conflicting.empty() || naive.contradicts);
  EXPECT_FALSE(resolved.blocked.empty());
  for (const std::string& group : naive.conflicting) EXPECT_TRUE(resolved.blocked.contains(group)) << group;
  EXPECT_EQ(resolved.ours, chosen(naive.merged, branches.ours, resolved.blocked));
  EXPECT_EQ(resolved.theirs, chosen(naive.merged, branches.theirs, resolved.blocked));
}

TEST(StateMergeProperty, IsThatOfMaps) {
  const TypeTable types = base_type_table();
  std::map<std::string, int> seen;
  for (unsigned seed = 0; seed < 25000; ++seed) {
    SCOPED_TRACE(seed);
    Branches branches(seed);
    std::string base = text_of(branches.base), ours = text_of(branches.ours), theirs = text_of(branches.theirs);
    for (std::string* text : {&base, &ours, &theirs})
      if (branches.below(10) == 0) *text = untidy(*text);
    StringPool pool;
    Diagnostics said;
    const StateMerge merge = merge_states({base, ours, theirs, "s.jsonl"}, types, pool, said);
    compare(branches, merge, said);
    if (::testing::Test::HasFailure()) {
      std::string told;
      for (const Diagnostic& each : said.items()) told += each.summary + " (" + each.detail + ")\n";
      FAIL() << "base\n" << base << "ours\n" << ours << "theirs\n" << theirs << "merged\n" << merge.state << told;
    }
    if (merge.outcome == MergeOutcome::Merged) ++seen["merged"];
    for (const Diagnostic& each : said.items()) {
      for (const char* what : {"each otherwise", "has removed it", "half a pair", "would not lead to each other",
                               "without its vm", "placed for another", "would stand on", "have the id", "both lead"})
        if (each.summary.find(what) != std::string::npos) ++seen[what];
    }
  }
  // Each of the rules was at work.
  EXPECT_EQ(seen.size(), 10U);
  for (const auto& [what, count] : seen) EXPECT_GT(count, 20) << what;
}

}  // namespace
}  // namespace pairform
