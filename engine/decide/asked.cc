#include "engine/decide/asked.h"

#include <algorithm>

namespace pairform {
namespace {

// The columns in which the cloud differs from what is wanted. Who made a network or replication is no such column, and
// what was made elsewhere is taken as it is: an existing network wholly, a vm that exists is still led by its mapping.
// None: there is nothing to compare with, or nothing that may be asked for.
std::optional<AttributeSet> changed_columns(const Compared& compared, const Pairing& pairing) {
  if (!pairing.origin) return std::nullopt;
  const DesiredRow& desired = compared.desired.rows[pairing.desired];
  const PriorRow& prior = compared.prior.rows[pairing.origin];
  const bool existing_network = desired.existing && desired.type == k_network_type;
  if (desired.as_is || existing_network || prior.presence != Existence::Present) return std::nullopt;
  const ResourceType& type = compared.types[pairing.type];
  AttributeSet changed = 0;
  for (std::size_t c = 0; c < type.columns.size(); ++c)
    if (type.column(c).mutability == Mutability::InPlace && !is_existing_column(pairing.type, c) &&
        compared.desired.cell(desired, c) != compared.prior.cell(prior, c))
      changed |= AttributeSet{1} << c;
  return changed;
}

// Does the vm of this nic come up in another network with this plan? The service then lands its nics anew.
bool vm_lands_elsewhere(const Compared& compared, const Pairing& nic) {
  const ResourceId vm = compared.estate[nic.resource].parent;
  const Pairing* pairing = vm ? compared.match.find(vm) : nullptr;
  if (pairing == nullptr) return false;
  const Asked asked = asked_of(compared, *pairing);
  return asked.action == Action::Update && (asked.changed >> vm_column::target_network & 1U) != 0;
}

Arrival arrival_of(const Compared& compared, const Pairing& pairing) {
  const DesiredRow& desired = compared.desired.rows[pairing.desired];
  // An existing network that is absent is an error of checks.h; offline it is taken to be there.
  if (!pairing.origin || compared.prior.rows[pairing.origin].presence == Existence::Absent)
    return desired.existing ? Arrival::Adopt : Arrival::Create;
  if (pairing.found) return Arrival::Adopt;
  return compared.prior.rows[pairing.origin].address == desired.address ? Arrival::None : Arrival::Move;
}

Action strongest(const Asked& asked, bool wanted, bool outgoing) {
  if (!wanted) return asked.deletes ? Action::Delete : Action::Forget;
  if (asked.deletes) return Action::Replace;
  if (asked.arrival == Arrival::Create) return Action::Create;
  if (asked.update || asked.shrink) return Action::Update;
  if (asked.arrival == Arrival::Adopt) return Action::Adopt;
  if (asked.arrival == Arrival::Move) return Action::Move;
  return outgoing ? Action::Forget : Action::NoOp;
}

}  // namespace

NetworkChange shape_change(const Compared& compared, const Pairing& network) {
  const DesiredRow& desired = compared.desired.rows[network.desired];
  const PriorRow& prior = compared.prior.rows[network.origin];
  const auto shape = [&](Text spaces, Text subnets) {
    return NetworkShape{compared.parsed.prefixes(compared.texts, spaces),
                        compared.parsed.subnets(compared.texts, subnets)};
  };
  return compare_networks(shape(compared.prior.cell(prior, network_column::address_space),
                                compared.prior.cell(prior, network_column::subnets)),
                          shape(compared.desired.cell(desired, network_column::address_space),
                                compared.desired.cell(desired, network_column::subnets)));
}

Asked asked_of(const Compared& compared, const Pairing& pairing) {
  Asked asked;
  for (const Outgoing& outgoing : compared.match.outgoing_of(pairing)) asked.deletes |= !outgoing.forget;
  if (pairing.desired) {
    asked.arrival = arrival_of(compared, pairing);
    const std::optional<AttributeSet> changed = changed_columns(compared, pairing);
    asked.changed = changed.value_or(0);
    if (changed && pairing.type == k_nic_type && vm_lands_elsewhere(compared, pairing)) {
      asked.lands_anew = asked.changed == 0;
      asked.changed |= 1U << nic_column::target_subnet;  // of another network, also where its name stays
    }
    if (asked.changed != 0 && pairing.type == k_network_type) {
      const NetworkChange change = shape_change(compared, pairing);
      asked.update = change.update;
      asked.shrink = change.shrink;
    } else {
      asked.update = asked.changed != 0;
    }
  }
  asked.action = strongest(asked, static_cast<bool>(pairing.desired), pairing.outgoing_count != 0);
  return asked;
}

Asked asked_by(const Change& change) {
  Asked asked{.action = change.action,
              .arrival = change.arrival,
              .update = change.update,
              .shrink = change.shrink,
              .changed = change.changed};
  for (const Outgoing& outgoing : change.outgoing) asked.deletes |= !outgoing.forget;
  return asked;
}

}  // namespace pairform
