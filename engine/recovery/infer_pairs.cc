#include "engine/recovery/infer_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace pairform {
namespace {

// Names of recovery networks and of their resource groups end so, in whatever case.
constexpr std::array<std::string_view, 4> k_recovery_endings{"-asr", "-dr", "-failover", "-recovery"};

bool ends_as_recovery(std::string_view name) {
  const std::string folded = ascii_lower(name);
  return std::any_of(k_recovery_endings.begin(), k_recovery_endings.end(),
                     [&](std::string_view ending) { return folded.ends_with(ending); });
}
bool looks_like_recovery(const DiscoveredNetwork& network) {
  return ends_as_recovery(network.name) || ends_as_recovery(network.resource_group);
}

// How many vms of one network land in another.
class Landings {
 public:
  explicit Landings(const Discovered& found) : networks_(found.networks) {
    for (const DiscoveredVm& vm : found.vms) ++count_[{vm.network, vm.target_network}];
  }
  std::size_t operator()(std::size_t from, std::size_t to) const {
    const auto at = count_.find({networks_[from].identity, networks_[to].identity});
    return at == count_.end() ? 0 : at->second;
  }

 private:
  const std::vector<DiscoveredNetwork>& networks_;
  std::map<std::pair<std::string, std::string>, std::size_t> count_;  // identities of home and landing
};

class PairDrafter {
 public:
  PairDrafter(const Discovered& found, const std::map<std::string, std::size_t>& network_at)
      : found_(found), network_at_(network_at), landings_(found) {}

  DraftPairs run() {
    index();
    whole_pairs();
    lone_halves();
    std::sort(out_.pairs.begin(), out_.pairs.end(), [](const DraftPair& a, const DraftPair& b) {
      return std::tie(a.source, a.target) < std::tie(b.source, b.target);
    });
    return std::move(out_);
  }

 private:
  // A half whose ends are both found.
  struct Ends {
    std::size_t half = 0, source = 0, target = 0;
  };
  const DiscoveredNetwork& network(std::size_t n) const { return found_.networks[n]; }
  DiscoveredSlot slot(std::size_t on, std::size_t towards) const {
    return {network(on).identity, network(towards).region};
  }
  bool is_in_project(const DiscoveredSlot& slot) const { return found_.project.slots.contains(slot); }

  void index();
  void whole_pairs();
  void lone_halves();

  const Discovered& found_;
  const std::map<std::string, std::size_t>& network_at_;
  const Landings landings_;
  std::vector<Ends> ends_;             // of halves that the project does not have
  std::map<DiscoveredSlot, Ends> at_;  // all of them
  std::set<std::size_t> used_;         // halves of whole pairs
  std::set<DiscoveredSlot> claimed_;   // free places that a half pair is going to fill
  DraftPairs out_;
};

void PairDrafter::index() {
  std::vector<std::size_t> order(found_.halves.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(found_.halves[a].source, found_.halves[a].target) <
           std::tie(found_.halves[b].source, found_.halves[b].target);
  });
  for (const std::size_t h : order) {
    const DiscoveredHalf& half = found_.halves[h];
    const auto source = network_at_.find(half.source), target = network_at_.find(half.target);
    if (source == network_at_.end() || target == network_at_.end()) {
      const std::string& unknown = source == network_at_.end() ? half.source : half.target;
      out_.unread.push_back(
          fmt::format("the mapping from {} to {}: {} could not be read", half.source, half.target, unknown));
      continue;
    }
    const Ends ends{h, source->second, target->second};
    if (!at_.emplace(slot(ends.source, ends.target), ends).second) continue;
    out_.half_at.emplace(slot(ends.source, ends.target), h);
    if (!is_in_project(slot(ends.source, ends.target))) ends_.push_back(ends);
  }
}

void PairDrafter::whole_pairs() {
  for (const Ends& ends : ends_) {
    const auto back = at_.find(slot(ends.target, ends.source));
    if (back == at_.end() || back->second.target != ends.source) continue;
    if (is_in_project(back->first)) continue;
    used_.insert(ends.half);
    if (used_.contains(back->second.half)) continue;  // seen from the other side
    out_.pairs.push_back({ends.source, ends.target, PairClass::Whole, false, {ends.half, back->second.half}});
  }
}

// More landing vms first, then by where they lead: of two halves that lead into one network the first gets the way back.
void PairDrafter::lone_halves() {
  std::vector<Ends> lone;
  for (const Ends& ends : ends_)
    if (!used_.contains(ends.half)) lone.push_back(ends);
  std::stable_sort(lone.begin(), lone.end(), [&](const Ends& a, const Ends& b) {
    return landings_(a.source, a.target) > landings_(b.source, b.target);
  });
  for (const Ends& ends : lone) {
    const DiscoveredSlot back = slot(ends.target, ends.source);
    if (found_.unread.contains(back)) {
      out_.unread.push_back(fmt::format("the mapping from {} to {}: whether there is a way back could not be read",
                                        network(ends.source).identity, network(ends.target).identity));
      continue;
    }
    const bool held = at_.contains(back) || is_in_project(back) || !claimed_.insert(back).second;
    out_.pairs.push_back({ends.source, ends.target, held ? PairClass::OneWay : PairClass::Half, false, {ends.half}});
  }
}

// Positive: the source is the source; negative: it is the target; 0: nothing tells.
int votes(const Discovered& found, const Landings& landings, const DraftPair& pair) {
  const std::size_t forth = landings(pair.source, pair.target), back = landings(pair.target, pair.source);
  if (forth != back) return forth > back ? 1 : -1;
  const bool source = looks_like_recovery(found.networks[pair.source]),
             target = looks_like_recovery(found.networks[pair.target]);
  return source == target ? 0 : target ? 1 : -1;
}

void turn(DraftPair& pair) {
  std::swap(pair.source, pair.target);
  pair.missing_forward = !pair.missing_forward;
  std::reverse(pair.halves.begin(), pair.halves.end());
}

}  // namespace

std::string_view pair_class_text(PairClass kind) {
  switch (kind) {
    case PairClass::Whole: return "whole";
    case PairClass::Half: return "half";
    case PairClass::OneWay: return "one_way";
  }
  return {};
}

DraftPairs draft_pairs(const Discovered& found, const std::map<std::string, std::size_t>& network_at) {
  return PairDrafter(found, network_at).run();
}

void orient_pairs(const Discovered& found, const std::vector<std::string>& keys, std::vector<DraftPair>& pairs) {
  const Landings landings(found);
  // Both regions, the smaller first -> of how many pairs more it has the source than the other.
  std::map<std::pair<std::string, std::string>, int> mostly;
  const auto regions = [&](const DraftPair& pair) {
    std::pair out(found.networks[pair.source].region, found.networks[pair.target].region);
    if (out.second < out.first) std::swap(out.first, out.second);
    return out;
  };
  std::vector<DraftPair*> open;
  for (DraftPair& pair : pairs) {
    const int vote = pair.kind == PairClass::OneWay ? 1 : votes(found, landings, pair);
    if (vote < 0) turn(pair);
    if (vote == 0) open.push_back(&pair);
    else mostly[regions(pair)] += found.networks[pair.source].region == regions(pair).first ? 1 : -1;
  }
  for (DraftPair* pair : open) {
    const auto at = mostly.find(regions(*pair));
    const int count = at == mostly.end() ? 0 : at->second;
    const bool is_first = found.networks[pair->source].region == regions(*pair).first;
    const bool right = count == 0 ? keys[pair->source] < keys[pair->target] : (count > 0) == is_first;
    if (!right) turn(*pair);
  }
}

}  // namespace pairform
