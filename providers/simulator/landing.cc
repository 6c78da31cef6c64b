#include "providers/simulator/landing.h"

#include <fmt/format.h>

#include <algorithm>

namespace pairform::simulator {
namespace {

// Is it an address of the subnet that a machine may have (Azure reserves the first four and the last of each prefix)?
bool can_be_had(const SimulatedSubnet& subnet, const Ip& ip) {
  return std::any_of(subnet.prefixes.begin(), subnet.prefixes.end(),
                     [&](const Prefix& prefix) { return contains(prefix, ip) && !is_reserved(prefix, ip); });
}

// The address to keep: the source's, where the prefix that holds it is one of the target subnet's too.
std::optional<Ip> same_address(const SimulatedSubnet* source, const SimulatedSubnet& target,
                               const std::optional<Ip>& ip) {
  if (source == nullptr || !ip) return std::nullopt;
  for (const Prefix& prefix : source->prefixes)
    if (contains(prefix, *ip) &&
        std::find(target.prefixes.begin(), target.prefixes.end(), prefix) != target.prefixes.end())
      return ip;
  return std::nullopt;
}

void give(AddressRequest& request, const Ip& ip, TakenAddresses& taken) {
  request.address->ip = ip;
  taken[request.network].insert(ip);
}

}  // namespace

const SimulatedSubnet* landing_subnet(const NetworkShape& target, std::string_view source_subnet) {
  if (const SimulatedSubnet* same = subnet_named(target, source_subnet)) return same;
  const auto first = std::min_element(
      target.subnets.begin(), target.subnets.end(),
      [](const SimulatedSubnet& a, const SimulatedSubnet& b) { return lower_cased(a.name) < lower_cased(b.name); });
  return first == target.subnets.end() ? nullptr : &*first;
}

std::optional<Ip> lowest_free(const SimulatedSubnet& subnet, const std::set<Ip>& taken) {
  for (const Prefix& prefix : subnet.prefixes) {
    if (prefix.base.v6) continue;
    Ip candidate = first_address(prefix);
    candidate.low += 4;  // .0 to .3 are reserved, and the last one
    for (auto it = taken.lower_bound(candidate); it != taken.end() && *it == candidate; ++it) ++candidate.low;
    if (candidate < last_address(prefix)) return candidate;
  }
  return std::nullopt;
}

std::optional<Ip> highest_free(const SimulatedSubnet& subnet, const std::set<Ip>& taken) {
  for (auto prefix = subnet.prefixes.rbegin(); prefix != subnet.prefixes.rend(); ++prefix) {
    if (prefix->base.v6) continue;
    const std::uint64_t least = first_address(*prefix).low + 4;  // .0 to .3 are reserved, and the last one
    for (Ip candidate = last_address(*prefix); candidate.low > least;) {
      --candidate.low;
      if (taken.count(candidate) == 0) return candidate;
    }
  }
  return std::nullopt;
}

const AddressRequest* grant(std::vector<AddressRequest>& requests, TakenAddresses& taken) {
  // First everybody who asks for a free address gets it; then the static ones that could not, and last the dynamic
  // ones, get the lowest that is free. So nobody loses the address it asked for to one who would have taken any.
  std::vector<AddressRequest*> statics, dynamics;
  for (AddressRequest& request : requests) {
    const bool dynamic = request.address->dynamic;
    if (!dynamic && request.wanted && can_be_had(*request.subnet, *request.wanted) &&
        taken[request.network].count(*request.wanted) == 0)
      give(request, *request.wanted, taken);
    else (dynamic ? dynamics : statics).push_back(&request);
  }
  for (const auto* group : {&statics, &dynamics})
    for (AddressRequest* request : *group) {
      const std::set<Ip>& held = taken[request->network];
      const bool from_top = request->from_top && !request->address->dynamic;
      const auto free = from_top ? highest_free(*request->subnet, held) : lowest_free(*request->subnet, held);
      if (!free) return request;
      give(*request, *free, taken);
    }
  return nullptr;
}

bool plan_landing(const NicPlace& from, const SimulatedNetwork& source, const SimulatedNetwork& target, Leases leases,
                  NicPlace& landing, std::vector<AddressRequest>& requests) {
  const SimulatedSubnet* subnet = landing_subnet(target.shape, from.subnet);
  if (subnet == nullptr) return false;
  // A static address stays the same where the target subnet has the prefix that holds it; else the lowest free one.
  const SimulatedSubnet* source_subnet = subnet_named(source.shape, from.subnet);
  landing = {subnet->name, {from.primary.dynamic, {}}, {}};
  const auto request = [&](const NicAddress& address, NicAddress& to) {
    if (address.dynamic && leases == Leases::No) return;
    const auto wanted = address.dynamic ? std::nullopt : same_address(source_subnet, *subnet, address.ip);
    requests.push_back({target.id, subnet, wanted, &to});
  };
  request(from.primary, landing.primary);
  for (const auto& [name, address] : from.secondary)
    request(address, landing.secondary.emplace(name, NicAddress{address.dynamic, {}}).first->second);
  return true;
}

std::optional<Refusal> land(SimulatedVm& vm, const SimulatedNetwork& source, const SimulatedNetwork& target,
                            TakenAddresses& taken) {
  std::vector<AddressRequest> requests;
  std::vector<NicPlace> places(vm.nics.size());
  for (SimulatedNic& nic : vm.nics) nic.landing.reset();
  for (std::size_t n = 0; n < places.size(); ++n)
    if (!plan_landing(vm.nics[n].home, source, target, Leases::No, places[n], requests)) return no_subnet(target.id);
  if (const AddressRequest* refused = grant(requests, taken)) return subnet_is_full(*refused);
  for (std::size_t n = 0; n < places.size(); ++n) vm.nics[n].landing = std::move(places[n]);
  return std::nullopt;
}

Refusal no_subnet(std::string_view network) {
  return {"SubnetNotFound", fmt::format("Network {} has no subnet to land in.", network)};
}

Refusal subnet_is_full(const AddressRequest& request) {
  return {"SubnetIsFull", fmt::format("Subnet {} of {} has no address left.", request.subnet->name, request.network)};
}

}  // namespace pairform::simulator
