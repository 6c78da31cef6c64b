#include "engine/doctor/status.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

struct SeenHalf {
  Existence there = Existence::Absent;
  Text source, target;  // names of networks
};

struct SeenPair {
  SeenHalf forward, reverse;
  bool wants_mirror = true;
};

// By the address of the pair, so sorted.
using SeenPairs = std::map<std::string_view, SeenPair>;

SeenHalf& half_of(SeenPairs& pairs, std::string_view address) {
  SeenPair& pair = pairs[pair_of(address)];
  return address.ends_with(".reverse") ? pair.reverse : pair.forward;
}

class Counter {
 public:
  Counter(const Project& project, const StateSession& state, const World& world, bool offline)
      : project_(project), state_(state), world_(world), offline_(offline) {}

  ProjectStatus run() {
    out_.offline = offline_;
    out_.resources = state_.recorded.rows.size();
    for (const StateRow& row : state_.recorded.rows)
      if (row.pending) ++out_.pending;
    out_.drift = offline_ ? 0 : world_.prior.drift.size();
    declared_pairs();
    if (offline_) recorded();
    else seen();
    for (const auto& [address, pair] : pairs_) count(address, pair);
    absent_vms();
    return std::move(out_);
  }

 private:
  std::string_view text(Text value) const { return project_.texts().view(value); }

  // Those that files declare or vms bring about. A desired half without a mirror is declared so.
  void declared_pairs() {
    for (const DesiredRow& row : world_.desired.rows) {
      if (row.type != k_mapping_type) continue;
      SeenPair& pair = pairs_[pair_of(text(row.address))];
      pair.wants_mirror = static_cast<bool>(row.mirror);
      slots_[row.identity] = text(row.address);
    }
  }

  // The address that a half is wanted under, which is another one than recorded where a key has changed.
  std::string_view wanted_address(Text address, Text identity) const {
    const auto found = slots_.find(identity);
    return found == slots_.end() ? text(address) : found->second;
  }

  void recorded() {
    for (const StateRow& row : state_.recorded.rows) {
      if (row.type == k_vm_type) {
        vms_.insert(text(row.address));
        ++out_.vms.recorded;
      } else if (row.type == k_mapping_type) {
        const Text source = state_.recorded.cell(row, half_column::source);
        half_of(pairs_, text(row.address)) = {Existence::Present, source,
                                              state_.recorded.cell(row, half_column::target)};
      }
    }
  }

  void seen() {
    for (const PriorRow& row : world_.prior.rows) {
      if (row.presence == Existence::Unknown) unread_[row.why_unknown].insert(text(row.address));
      if (row.type == k_vm_type) {
        vms_.insert(text(row.address));
        count_vm(row);
      } else if (row.type == k_mapping_type) {
        half_of(pairs_, wanted_address(row.address, row.identity)) = {
            row.presence, world_.prior.cell(row, half_column::source), world_.prior.cell(row, half_column::target)};
      }
    }
    for (const DesiredRow& row : world_.desired.rows)
      if (row.unknown) unread_[row.unknown].insert(text(row.address));
    for (const auto& [why, addresses] : unread_)
      out_.unread.push_back({std::string(text(why)), {addresses.begin(), addresses.end()}});
    std::sort(out_.unread.begin(), out_.unread.end(),
              [](const UnreadResources& a, const UnreadResources& b) { return a.addresses < b.addresses; });
  }

  void count_vm(const PriorRow& row) {
    if (row.presence == Existence::Unknown) ++out_.vms.unknown;
    else if (row.presence == Existence::Absent) ++out_.vms.absent;
    else ++of_status(row.status);
  }
  std::size_t& of_status(Status status) {
    switch (status) {
      case Status::Settled: return out_.vms.settled;
      case Status::Busy: return out_.vms.busy;
      case Status::FailedOver: return out_.vms.failed_over;
      case Status::Reversed: return out_.vms.reversed;
      case Status::Broken:
      case Status::Gone: return out_.vms.broken;
    }
    return out_.vms.broken;
  }

  // Declared, and neither recorded nor found.
  void absent_vms() {
    for (const DeclaredVm& vm : world_.desired.vms)
      if (!vms_.contains(text(vm.address))) ++out_.vms.absent;
  }

  void count(std::string_view address, const SeenPair& pair) {
    const SeenHalf &over = pair.forward, &back = pair.reverse;
    PairCounts& counts = out_.pairs;
    if (over.there == Existence::Unknown || back.there == Existence::Unknown) {
      ++counts.unknown;
    } else if (over.there != back.there) {
      const bool one_way = !pair.wants_mirror && over.there == Existence::Present;
      ++(one_way ? counts.one_way : counts.half);
      if (!one_way) out_.broken.emplace_back(address);
    } else if (over.there == Existence::Absent) {
      ++counts.absent;
    } else if (over.target == back.source && back.target == over.source) {
      ++counts.whole;
    } else {
      ++counts.crossed;
      out_.broken.emplace_back(address);
    }
  }

  const Project& project_;
  const StateSession& state_;
  const World& world_;
  const bool offline_;
  SeenPairs pairs_;
  std::map<Text, std::string_view> slots_;             // identity of a desired half -> its address
  std::set<std::string_view> vms_;                     // addresses that are recorded or found
  std::map<Text, std::set<std::string_view>> unread_;  // by why: addresses
  ProjectStatus out_;
};

}  // namespace

ProjectStatus project_status(const Project& project, const StateSession& state, const World& world, bool offline) {
  return Counter(project, state, world, offline).run();
}

}  // namespace pairform
