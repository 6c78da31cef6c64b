// The pairs of a cloud by brute force, straight from the rules of `pairform discover`: the oracle for engine/recovery/infer.
// Quadratic and worse; of a cloud alone (no project), all of which was read, with names that no two networks share.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/recovery/infer.h"

namespace pairform {

struct NaivePair {
  std::string source, target, kind, missing;  // names of networks; "whole"; "forward"
  bool decided = true;                        // which end is the source
};

class NaivePairs {
 public:
  explicit NaivePairs(const Discovered& found) : found_(found) {}

  // "a > b half, missing reverse" a line, sorted.
  std::vector<std::string> lines() {
    std::vector<DiscoveredHalf> lone;
    for (const DiscoveredHalf& half : found_.halves) {
      const bool is_whole = leads(half.target, region(half.source)) == half.source;
      if (is_whole && half.source < half.target) add(half.source, half.target, "whole");
      if (!is_whole) lone.push_back(half);
    }
    std::sort(lone.begin(), lone.end(), [&](const auto& a, const auto& b) {
      const std::size_t of_a = landings(a.source, a.target), of_b = landings(b.source, b.target);
      return of_a != of_b ? of_a > of_b : a.source != b.source ? a.source < b.source : a.target < b.target;
    });
    std::vector<DiscoveredSlot> claimed;
    for (const DiscoveredHalf& half : lone) {
      const DiscoveredSlot back{half.target, region(half.source)};
      const bool free =
          leads(back.first, back.second).empty() && std::find(claimed.begin(), claimed.end(), back) == claimed.end();
      if (free) claimed.push_back(back);
      add(half.source, half.target, free ? "half" : "one_way");
    }
    for (NaivePair& pair : pairs_)
      if (!pair.decided && is_other_way_round(pair)) turn(pair);
    std::vector<std::string> out;
    for (const NaivePair& pair : pairs_)
      out.push_back(fmt::format("{} > {} {}{}", name(pair.source), name(pair.target), pair.kind, pair.missing));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  const DiscoveredNetwork& network(const std::string& identity) const {
    return *std::find_if(found_.networks.begin(), found_.networks.end(),
                         [&](const DiscoveredNetwork& each) { return each.identity == identity; });
  }
  std::string region(const std::string& identity) const { return network(identity).region; }
  std::string name(const std::string& identity) const { return network(identity).name; }
  std::string leads(const std::string& source, const std::string& to) const {
    for (const DiscoveredHalf& half : found_.halves)
      if (half.source == source && region(half.target) == to) return half.target;
    return {};
  }
  std::size_t landings(const std::string& from, const std::string& to) const {
    return static_cast<std::size_t>(std::count_if(found_.vms.begin(), found_.vms.end(), [&](const DiscoveredVm& vm) {
      return vm.network == from && vm.target_network == to;
    }));
  }
  bool is_recovery(const std::string& identity) const {
    return name(identity).ends_with("-dr") || name(identity).ends_with("-ASR");
  }
  void turn(NaivePair& pair) const {
    std::swap(pair.source, pair.target);
    if (!pair.missing.empty())
      pair.missing = pair.missing.ends_with("reverse") ? ", missing forward" : ", missing reverse";
  }
  void add(const std::string& source, const std::string& target, const std::string& kind) {
    NaivePair pair{source, target, kind, kind == "half" ? ", missing reverse" : ""};
    const std::size_t forth = landings(source, target), back = landings(target, source);
    if (kind == "one_way") pair.decided = true;  // it cannot be turned
    else if (forth != back) forth < back ? turn(pair) : void();
    else if (is_recovery(source) != is_recovery(target)) is_recovery(source) ? turn(pair) : void();
    else pair.decided = false;
    pairs_.push_back(pair);
  }
  // By what most decided pairs of its two regions do; else by name.
  bool is_other_way_round(const NaivePair& pair) const {
    int as_it = 0;
    for (const NaivePair& other : pairs_) {
      if (!other.decided) continue;
      if (region(other.source) == region(pair.source) && region(other.target) == region(pair.target)) ++as_it;
      if (region(other.source) == region(pair.target) && region(other.target) == region(pair.source)) --as_it;
    }
    return as_it != 0 ? as_it < 0 : name(pair.source) > name(pair.target);
  }

  const Discovered& found_;
  std::vector<NaivePair> pairs_;
};

}  // namespace pairform
