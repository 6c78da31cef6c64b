#include "providers/simulator/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace pairform::simulator {
namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return false;
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return std::all_of(text.begin(), text.end(), allowed) && is_alphanumeric(text.front()) &&
         (is_alphanumeric(text.back()) || text.back() == '_');
}

// Nothing that a terminal or a listing could trip over.
bool is_mapping_name(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  });
}

// "eastasia/app" of "@sub/group/eastasia/app" and of the mapping "eastasia/app:southeastasia".
std::string_view without_group(std::string_view id) {
  id = id.substr(0, id.find(':'));
  for (int part = 0; part < 2 && (part > 0 || id.starts_with('@')); ++part) {
    const std::size_t slash = id.find('/');
    id = slash == std::string_view::npos ? std::string_view() : id.substr(slash + 1);
  }
  return id;
}

std::optional<Refusal> check_spaces(const std::vector<Prefix>& spaces) {
  const auto refuse = [](std::string message) { return Refusal{"InvalidAddressSpace", std::move(message)}; };
  if (spaces.empty()) return refuse("A network needs at least one address prefix.");
  for (const Prefix& space : spaces)
    if (const auto range = forbidden_range(space))
      return refuse(fmt::format("Address prefix {} overlaps {}, which is not allowed.", to_text(space), *range));
  if (const auto overlap_at = find_overlap(spaces))
    return refuse(fmt::format("Address prefixes {} and {} overlap.", to_text(spaces[overlap_at->first]),
                              to_text(spaces[overlap_at->second])));
  return std::nullopt;
}

std::optional<Refusal> check_subnet(const SimulatedSubnet& subnet, const std::vector<Prefix>& spaces) {
  if (!is_subnet_name(subnet.name))
    return Refusal{"InvalidSubnetName",
                   "A subnet's name is 1 to 80 letters, digits, _, . or -, starting with a letter or digit, "
                   "ending with one or _."};
  if (subnet.prefixes.empty())
    return Refusal{"InvalidSubnet", fmt::format("Subnet {} has no address prefix.", subnet.name)};
  for (const Prefix& prefix : subnet.prefixes) {
    if (prefix.length > (prefix.base.v6 ? 125 : 29))
      return Refusal{"InvalidSubnet",
                     fmt::format("Subnet {} ({}) is smaller than 8 addresses.", subnet.name, to_text(prefix))};
    if (std::none_of(spaces.begin(), spaces.end(), [&](const Prefix& space) { return contains(space, prefix); }))
      return Refusal{
          "NetcfgSubnetRangeOutsideVnet",
          fmt::format("Subnet {} ({}) is not within the address space of its network.", subnet.name, to_text(prefix))};
  }
  return std::nullopt;
}

// The subnet that an address is in; null: none.
const SimulatedSubnet* subnet_of(const NetworkShape& shape, const Ip& ip) {
  for (const SimulatedSubnet& subnet : shape.subnets)
    for (const Prefix& prefix : subnet.prefixes)
      if (contains(prefix, ip)) return &subnet;
  return nullptr;
}

}  // namespace

std::string lower_cased(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string group_id(std::string_view resource_group, std::string_view subscription) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? std::string_view("-") : text; };
  return lower_cased(fmt::format("@{}/{}", or_dash(subscription), or_dash(resource_group)));
}

std::string network_id(std::string_view region, std::string_view name, std::string_view resource_group,
                       std::string_view subscription) {
  if (resource_group.empty() && subscription.empty()) return lower_cased(fmt::format("{}/{}", region, name));
  return lower_cased(fmt::format("{}/{}/{}", group_id(resource_group, subscription), region, name));
}

std::string mapping_id(std::string_view source, std::string_view target_region) {
  return lower_cased(fmt::format("{}:{}", source, target_region));
}

std::string_view region_of_id(std::string_view id) {
  id = without_group(id);
  return id.substr(0, id.find('/'));
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}
bool is_network_name(std::string_view text) { return is_name(text, 2, 64); }
bool is_subnet_name(std::string_view text) { return is_name(text, 1, 80); }
bool is_group_name(std::string_view text) {
  return !text.empty() && text.size() <= 90 && text != "-" && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("_.-()").find(c) != std::string_view::npos;
  });
}

bool is_service_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("./_-").find(c) != std::string_view::npos;
  });
}

void sort_shape(NetworkShape& shape) {
  const auto sort_prefixes = [](std::vector<Prefix>& prefixes) { std::sort(prefixes.begin(), prefixes.end()); };
  sort_prefixes(shape.address_space);
  for (SimulatedSubnet& subnet : shape.subnets) sort_prefixes(subnet.prefixes);
  std::sort(shape.subnets.begin(), shape.subnets.end(),
            [](const SimulatedSubnet& a, const SimulatedSubnet& b) { return a.name < b.name; });
}

std::vector<Delegation> spelled_delegations(const SimulatedNetwork& network) {
  std::vector<Delegation> out;
  for (const SimulatedSubnet& subnet : network.shape.subnets) {
    const auto at = std::find_if(network.delegated.begin(), network.delegated.end(),
                                 [&](const Delegation& one) { return one.subnet == lower_cased(subnet.name); });
    if (at != network.delegated.end()) out.push_back({subnet.name, at->service});
  }
  return out;
}

std::optional<Refusal> check_new_network(const SimulatedNetwork& network) {
  if (!is_region(network.region)) return Refusal{"InvalidLocation", "A region is a word of letters and digits."};
  if (!is_network_name(network.name))
    return Refusal{"InvalidResourceName",
                   "A network's name is 2 to 64 letters, digits, _, . or -, starting with a letter or digit, "
                   "ending with one or _."};
  for (const std::string* group : {&network.resource_group, &network.subscription})
    if (!group->empty() && !is_group_name(*group))
      return Refusal{"InvalidResourceGroup",
                     "A resource group's or subscription's name is 1 to 90 letters, digits, _, ., -, ( or )."};
  return check_shape(network.shape);
}

std::optional<Refusal> check_shape(const NetworkShape& shape) {
  if (auto refusal = check_spaces(shape.address_space)) return refusal;
  std::set<std::string> names;
  std::vector<Prefix> prefixes;
  std::vector<std::string_view> owners;  // of each prefix
  for (const SimulatedSubnet& subnet : shape.subnets) {
    if (auto refusal = check_subnet(subnet, shape.address_space)) return refusal;
    if (!names.insert(lower_cased(subnet.name)).second)
      return Refusal{"InvalidSubnetName", fmt::format("Two subnets are named {}; case does not count.", subnet.name)};
    for (const Prefix& prefix : subnet.prefixes) {
      prefixes.push_back(prefix);
      owners.push_back(subnet.name);
    }
  }
  if (const auto at = find_overlap(prefixes))
    return Refusal{"NetcfgSubnetRangesOverlap",
                   fmt::format("Subnets {} ({}) and {} ({}) overlap.", owners[at->first], to_text(prefixes[at->first]),
                               owners[at->second], to_text(prefixes[at->second]))};
  return std::nullopt;
}

std::optional<Refusal> check_reshape(const SimulatedNetwork& now, const NetworkShape& next) {
  if (auto refusal = check_shape(next)) return refusal;
  // An address in use must stay in the subnet it is in: a subnet may grow around it, and may not go or be renamed.
  for (const auto& [ip, nic] : now.in_use) {
    const SimulatedSubnet* before = subnet_of(now.shape, ip);
    const SimulatedSubnet* after = subnet_of(next, ip);
    if (before != nullptr && (after == nullptr || lower_cased(after->name) != lower_cased(before->name)))
      return Refusal{"SubnetInUse", fmt::format("Subnet {} of {} cannot be removed or moved: address {} is in use.",
                                                before->name, now.id, to_text(ip))};
  }
  return std::nullopt;
}

std::optional<Refusal> check_delete_network(const SimulatedNetwork& network,
                                            const std::optional<SimulatedMapping>& user, std::string_view machine) {
  if (user)
    return Refusal{"NetworkInUse",
                   fmt::format("Network {} cannot be deleted: mapping {} uses it.", network.id, user->id)};
  if (!machine.empty())
    return Refusal{"NetworkInUse", fmt::format("Network {} cannot be deleted: {}.", network.id, machine)};
  if (!network.in_use.empty())
    return Refusal{"NetworkInUse", fmt::format("Network {} cannot be deleted: address {} is in use.", network.id,
                                               to_text(network.in_use.front().ip))};
  return std::nullopt;
}

std::optional<Refusal> check_new_mapping(const SimulatedMapping& mapping, const std::optional<SimulatedNetwork>& source,
                                         const std::optional<SimulatedNetwork>& target,
                                         const std::optional<SimulatedMapping>& holder) {
  if (!is_mapping_name(mapping.name))
    return Refusal{"InvalidResourceName", "A mapping's name is 1 to 200 bytes without control characters."};
  if (!source) return network_not_found(mapping.source);
  if (!target) return network_not_found(mapping.target);
  if (source->region == target->region)
    return Refusal{"SameRegion", fmt::format("{} and {} are both in {}: a mapping joins two regions.", source->id,
                                             target->id, source->region)};
  if (holder)
    return Refusal{"SlotTaken",
                   fmt::format("{} is already mapped to {} in {}.", source->id, holder->target, holder->target_region)};
  return std::nullopt;
}

std::optional<Refusal> check_retarget(const SimulatedMapping& mapping, std::string_view target_id,
                                      const std::optional<SimulatedNetwork>& target) {
  if (!target) return network_not_found(target_id);
  if (target->region != mapping.target_region)
    return Refusal{"InvalidTarget", fmt::format("Mapping {} can only point into {}; {} is in {}.", mapping.id,
                                                mapping.target_region, target->id, target->region)};
  return std::nullopt;
}

std::optional<Refusal> check_use(const SimulatedNetwork& network, const Ip& ip) {
  const SimulatedSubnet* subnet = subnet_of(network.shape, ip);
  if (subnet == nullptr)
    return Refusal{"PrivateIPAddressNotInSubnet",
                   fmt::format("Address {} is in no subnet of {}.", to_text(ip), network.id)};
  for (const Prefix& prefix : subnet->prefixes)
    if (is_reserved(prefix, ip))
      return Refusal{
          "PrivateIPAddressInReservedRange",
          fmt::format("Address {} is one of the five that are reserved in {}.", to_text(ip), to_text(prefix))};
  if (std::any_of(network.in_use.begin(), network.in_use.end(), [&](const AddressUse& use) { return use.ip == ip; }))
    return Refusal{"PrivateIPAddressInUse",
                   fmt::format("Address {} is already in use in {}.", to_text(ip), network.id)};
  return std::nullopt;
}

Refusal network_not_found(std::string_view id) {
  return {"NetworkNotFound", fmt::format("There is no network {}.", id)};
}
Refusal mapping_not_found(std::string_view id) {
  return {"MappingNotFound", fmt::format("There is no mapping {}.", id)};
}

}  // namespace pairform::simulator
