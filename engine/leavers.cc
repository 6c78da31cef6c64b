#include "engine/leavers.h"

#include <algorithm>
#include <set>

#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

class Decider {
 public:
  Decider(const DiffInput& input, std::vector<PlacedLeaver>& leavers, StringPool& texts)
      : input_(input), leavers_(leavers), texts_(texts), forgotten_(texts.size()), needed_(texts.size()) {}

  void run() {
    std::vector<Text> removed(input_.directives.removed);
    std::sort(removed.begin(), removed.end());
    for (PlacedLeaver& placed : leavers_) {
      Leaver& leaver = placed.leaver;
      const std::string_view address = texts_.view(row(leaver).address);
      for (const std::string_view name : {address, pair_of(address), vm_of_nic(address)})
        if (const Text text = texts_.find(name))
          leaver.removed |= std::binary_search(removed.begin(), removed.end(), text);
      leaver.forget = leaver.removed || row(leaver).presence == Seen::Absent || is_existing(row(leaver));
    }
    leave_derived();
    // What is left in the cloud keeps what it needs: nics their vm's fate, vms their halves, halves their networks.
    for (const TypeId type : {k_vm_type, k_nic_type, k_mapping_type, k_network_type})
      for (PlacedLeaver& placed : leavers_)
        if (row(placed.leaver).type == type) keep_needed(placed.leaver);
  }

 private:
  const PriorRow& row(const Leaver& leaver) const { return input_.prior.rows[leaver.prior]; }
  bool is_existing(const PriorRow& of) const {
    if (of.type != k_network_type && of.type != k_vm_type) return false;
    const std::size_t column =
        of.type == k_network_type ? std::size_t{network_column::existing} : std::size_t{vm_column::existing};
    return texts_.view(input_.prior.cell(of, column)) == "true";
  }
  void leave_derived();
  void keep_needed(Leaver& leaver);
  void need(Text name) { needed_.insert(name); }

  const DiffInput& input_;
  std::vector<PlacedLeaver>& leavers_;
  StringPool& texts_;
  TextSet forgotten_;  // address of a vm that is left in the cloud
  TextSet needed_;     // name of a network, slot of a half
};

// A derived pair that was adopted, as a whole; a derived network that was adopted, or that somebody uses.
void Decider::leave_derived() {
  std::set<std::string_view> adopted;
  for (const PlacedLeaver& placed : leavers_) {
    const PriorRow& of = row(placed.leaver);
    if (of.type == k_mapping_type && of.because && of.adopted) adopted.insert(pair_of(texts_.view(of.address)));
  }
  std::set<Text> foreign;
  for (const ForeignHalf& half : input_.prior.foreign) foreign.insert({half.source, half.target});
  for (const ForeignReplication& user : input_.prior.replications) foreign.insert(user.network);
  for (PlacedLeaver& placed : leavers_) {
    const PriorRow& of = row(placed.leaver);
    if (!of.because || placed.leaver.forget) continue;
    const bool in_use = of.type == k_network_type && (of.in_use || foreign.contains(of.address));
    const bool half = of.type == k_mapping_type && adopted.contains(pair_of(texts_.view(of.address)));
    if (of.adopted || in_use || half) placed.leaver.forget = placed.leaver.left = true;
  }
}

void Decider::keep_needed(Leaver& leaver) {
  const PriorRow& of = row(leaver);
  const bool gone = of.presence == Seen::Absent;
  const auto along = [&](bool needed) {
    if (needed && !leaver.forget) leaver.forget = leaver.along = true;
  };
  if (of.type == k_vm_type) {
    if (!leaver.forget || gone) return;
    forgotten_.insert(of.address);
    need(input_.prior.cell(of, vm_column::network));
    need(input_.prior.cell(of, vm_column::target_network));
  } else if (of.type == k_nic_type) {
    const Text vm = texts_.find(vm_of_nic(texts_.view(of.address)));
    if (forgotten_.contains(vm)) leaver.forget = true;
  } else if (of.type == k_mapping_type) {
    const Text source = input_.prior.cell(of, half_column::source), target = input_.prior.cell(of, half_column::target);
    along(needed_.contains(source) && needed_.contains(target));
    if (!leaver.forget || gone) return;
    need(source);
    need(target);
  } else {
    along(needed_.contains(of.address));
  }
}

}  // namespace

void decide_leavers(const DiffInput& input, std::vector<PlacedLeaver>& leavers, StringPool& texts) {
  Decider(input, leavers, texts).run();
}

}  // namespace pairform
