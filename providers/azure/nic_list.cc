#include "providers/azure/nic_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/item.h"
#include "schema/ip.h"
#include "schema/json_writer.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

enum class Kind { Text, Flag, Texts };

// A member of the answer, and of the request.
struct Member {
  std::string_view read, sent;
  Kind kind = Kind::Text;
};

// The whole of what is sent of an item, by the place where it is sent; but for `vmNics`, `ipConfigs` and `instanceType`.
// properties.
constexpr Member k_item[] = {
    {"recoveryAzureVMName", "recoveryAzureVMName"},
    {"recoveryAzureVMSize", "recoveryAzureVMSize"},
    {"selectedRecoveryAzureNetworkId", "selectedRecoveryAzureNetworkId"},
    {"selectedTfoAzureNetworkId", "selectedTfoAzureNetworkId"},
    {"recoveryAvailabilitySet", "recoveryAvailabilitySetId"},
};
// properties.providerSpecificDetails.
constexpr Member k_details[] = {
    {"recoveryCloudService", "recoveryCloudServiceId"},
    {"recoveryAzureResourceGroupId", "recoveryResourceGroupId"},
    {"recoveryBootDiagStorageAccountId", "recoveryBootDiagStorageAccountId"},
    {"tfoAzureVMName", "tfoAzureVMName"},
    {"recoveryProximityPlacementGroupId", "recoveryProximityPlacementGroupId"},
    {"recoveryVirtualMachineScaleSetId", "recoveryVirtualMachineScaleSetId"},
    {"recoveryCapacityReservationGroupId", "recoveryCapacityReservationGroupId"},
};
// properties.vmNics[]
constexpr Member k_nic_members[] = {
    {"nicId", "nicId"},
    {"selectionType", "selectionType"},
    {"recoveryNetworkSecurityGroupId", "recoveryNetworkSecurityGroupId"},
    {"enableAcceleratedNetworkingOnRecovery", "enableAcceleratedNetworkingOnRecovery", Kind::Flag},
    {"tfoNetworkSecurityGroupId", "tfoNetworkSecurityGroupId"},
    {"enableAcceleratedNetworkingOnTfo", "enableAcceleratedNetworkingOnTfo", Kind::Flag},
    {"recoveryNicName", "recoveryNicName"},
    {"recoveryNicResourceGroupName", "recoveryNicResourceGroupName"},
    {"reuseExistingNic", "reuseExistingNic", Kind::Flag},
    {"tfoRecoveryNicName", "tfoNicName"},
    {"tfoRecoveryNicResourceGroupName", "tfoNicResourceGroupName"},
    {"tfoReuseExistingNic", "tfoReuseExistingNic", Kind::Flag},
    {"targetNicName", "targetNicName"},
};
// properties.vmNics[].ipConfigs[]
constexpr Member k_configuration[] = {
    {"name", "ipConfigName"},
    {"isPrimary", "isPrimary", Kind::Flag},
    {"isSeletedForFailover", "isSeletedForFailover", Kind::Flag},
    {"recoverySubnetName", "recoverySubnetName"},
    {"recoveryStaticIPAddress", "recoveryStaticIPAddress"},
    {"recoveryPublicIPAddressId", "recoveryPublicIPAddressId"},
    {"recoveryLBBackendAddressPoolIds", "recoveryLBBackendAddressPoolIds", Kind::Texts},
    {"tfoSubnetName", "tfoSubnetName"},
    {"tfoStaticIPAddress", "tfoStaticIPAddress"},
    {"tfoPublicIPAddressId", "tfoPublicIPAddressId"},
    {"tfoLBBackendAddressPoolIds", "tfoLBBackendAddressPoolIds", Kind::Texts},
};

// What is sent instead of what was read, by its name in the request. Of a flag "true"; "" leaves the member out.
using Instead = std::map<std::string_view, std::string>;

void write_texts(JsonWriter& json, const Member& member, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.key(member.sent).open_array();
  for (const std::string& each : texts) json.text(each);
  json.close_array();
}

std::string value_of(const JsonIn& from, const Member& member) {
  if (member.kind == Kind::Text) return from.text(member.read);
  if (!from.has(member.read)) return {};
  return from.flag(member.read) ? "true" : "false";
}

void write_members(JsonWriter& json, const JsonIn& from, std::span<const Member> members, const Instead& instead) {
  for (const Member& each : members) {
    if (each.kind == Kind::Texts) {
      write_texts(json, each, from.texts(each.read));
      continue;
    }
    const auto changed = instead.find(each.sent);
    const std::string value = changed == instead.end() ? value_of(from, each) : changed->second;
    if (value.empty()) continue;
    if (each.kind == Kind::Flag) json.key(each.sent).raw(value);
    else json.member(each.sent, value);
  }
}

bool same_address(const std::string& a, const std::string& b) {
  const auto left = parse_ip(a), right = parse_ip(b);
  return left && right ? *left == *right : a == b;
}

bool is_v6(const std::string& text) {
  const auto ip = parse_ip(text);
  return ip && ip->v6;
}

const NicChange* asked_of(const ItemNic& nic, const ItemChange& change) {
  for (const NicChange& each : change.nics)
    if (same_word(each.nic, nic.source)) return &each;
  return nullptr;
}

// The address that a secondary configuration is to have; "": a dynamic one.
std::string secondary_address(const ItemConfiguration& configuration, const NicChange& change) {
  for (const auto& [name, address] : change.secondary)
    if (same_word(name, configuration.name)) return address;
  return is_v6(configuration.recovery_address) ? configuration.recovery_address : std::string();
}

std::string wanted_address(const ItemNic& nic, const ItemConfiguration& configuration, const NicChange& change) {
  return &configuration == nic.primary() ? change.address : secondary_address(configuration, change);
}

std::string wanted_test_address(const ItemNic& nic, const ItemConfiguration& configuration, const NicChange& change) {
  if (change.test_subnet && change.test_subnet->empty()) return {};
  return change.test_address && &configuration == nic.primary() ? *change.test_address : configuration.test_address;
}

// Has a failover to bring it up, because of what is asked?
bool must_come_up(const ItemNic& nic, const ItemConfiguration& configuration, const NicChange& change) {
  return &configuration == nic.primary() ||
         std::any_of(change.secondary.begin(), change.secondary.end(),
                     [&](const auto& each) { return same_word(each.first, configuration.name); });
}

Instead of_configuration(const ItemNic& nic, const ItemConfiguration& configuration, const NicChange* change) {
  Instead out;
  // Where its type says that it is dynamic, an address beside that would make it static.
  out["recoveryStaticIPAddress"] = configuration.recovery_address;
  if (change == nullptr) return out;
  out["recoverySubnetName"] = change->subnet;
  out["recoveryStaticIPAddress"] = wanted_address(nic, configuration, *change);
  if (must_come_up(nic, configuration, *change)) out["isSeletedForFailover"] = "true";
  if (change->test_subnet) out["tfoSubnetName"] = *change->test_subnet;
  out["tfoStaticIPAddress"] = wanted_test_address(nic, configuration, *change);
  return out;
}

// The one network of all NICs, for failovers or for test failovers. Where the item names none, that of its NICs: a request
// without it would take it from them.
struct Networks {
  std::string before, sent;
};

Networks networks_of(const std::vector<ItemNic>& nics, const std::string& selected, std::string ItemNic::*of_nic,
                     const std::optional<std::string>& asked) {
  Networks out{selected, {}};
  for (const ItemNic& nic : nics)
    if (out.before.empty() && nic.lands()) out.before = nic.*of_nic;
  out.sent = asked.value_or(out.before);
  return out;
}

Networks recovery_networks(const ProtectedItem& item, const ItemChange& change) {
  return networks_of(item.nics, item.selected_network, &ItemNic::recovery_network, change.network);
}
Networks test_networks(const ProtectedItem& item, const ItemChange& change) {
  return networks_of(item.nics, item.test_network, &ItemNic::test_network, change.test_network);
}

ProviderError nic_elsewhere(const ProtectedItem& item, const ItemNic& nic, const std::string& its,
                            const std::string& sent) {
  return invalid(
      "NicElsewhere",
      fmt::format(
          "the NIC {} of {} lands in the network {}, the machine in {}; Site Recovery takes one network for all "
          "NICs of a machine, so the change would move that NIC too",
          last_segment(nic.source), item.friendly_name, last_segment(its), sent.empty() ? "none" : last_segment(sent)),
      "let all NICs of the machine land in one network in the portal, or declare the landing of that NIC too");
}

// NICs that nothing is asked about stay in their networks, or go along with the machine from the one that it had.
std::optional<ProviderError> refuse_elsewhere(const ProtectedItem& item, const ItemChange& change) {
  const auto stays = [](const std::string& its, const Networks& networks) {
    return its.empty() || same_word(its, networks.before) || same_word(its, networks.sent);
  };
  const Networks recovery = recovery_networks(item, change), test = test_networks(item, change);
  for (const ItemNic& nic : item.nics) {
    const NicChange* asked = asked_of(nic, change);
    if (!nic.lands()) continue;
    if (asked == nullptr && !stays(nic.recovery_network, recovery))
      return nic_elsewhere(item, nic, nic.recovery_network, recovery.sent);
    if ((asked == nullptr || !asked->test_subnet) && !stays(nic.test_network, test))
      return nic_elsewhere(item, nic, nic.test_network, test.sent);
  }
  return std::nullopt;
}

std::optional<ProviderError> refuse_state(const ProtectedItem& item) {
  const ItemStatus& is = item.status;
  if (is.status == Status::Settled) return std::nullopt;
  ProviderError error = invalid("NotSettled",
                                fmt::format("the replication of {} is {}{}{}", item.friendly_name,
                                            status_text(is.status), is.because.empty() ? "" : ": ", is.because),
                                "run pairform plan again when it is settled; nothing of it is changed before");
  if (is.status == Status::Busy) error.kind = ErrorKind::Conflict;
  return error;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& each : names) out += (out.empty() ? "" : ", ") + each;
  return out.empty() ? "none" : out;
}

constexpr std::string_view k_plan_again = "run pairform plan again: the machine has changed since it was planned";

// Configurations that the NIC has not, or that is its primary one.
std::optional<ProviderError> refuse_configurations(const ItemNic& nic, const NicChange& change) {
  for (const auto& [name, address] : change.secondary) {
    const auto at = std::find_if(nic.configurations.begin(), nic.configurations.end(),
                                 [&, &wanted = name](const auto& each) { return same_word(each.name, wanted); });
    if (at != nic.configurations.end() && &*at != nic.primary()) continue;
    std::vector<std::string> others;
    for (const ItemConfiguration& each : nic.configurations)
      if (&each != nic.primary()) others.push_back(each.name);
    return invalid("NoSuchConfiguration",
                   fmt::format("the NIC {} has no secondary IP configuration {}; it has: {}", last_segment(nic.source),
                               name, joined(others)),
                   std::string(k_plan_again));
  }
  return std::nullopt;
}

std::optional<ProviderError> refuse_nic(const ProtectedItem& item, const NicChange& change) {
  std::vector<const ItemNic*> found;
  std::vector<std::string> there;
  for (const ItemNic& nic : item.nics) {
    there.push_back(nic.source);
    if (same_word(nic.source, change.nic)) found.push_back(&nic);
  }
  if (found.size() == 1) return refuse_configurations(*found.front(), change);
  if (!found.empty())
    return invalid(
        "AnswerNotUnderstood",
        fmt::format("properties.providerSpecificDetails.vmNics[].sourceNicArmId: {} is given twice", change.nic));
  return invalid(
      "NoSuchNic",
      fmt::format("the replication of {} has no NIC {}; it has: {}", item.friendly_name, change.nic, joined(there)),
      std::string(k_plan_again));
}

std::optional<ProviderError> refuse(const ProtectedItem& item, const ItemChange& change) {
  if (auto error = refuse_state(item)) return error;
  for (const NicChange& each : change.nics)
    if (auto error = refuse_nic(item, each)) return error;
  if (!change.nics.empty() && recovery_networks(item, change).sent.empty())
    return invalid("NoRecoveryNetwork", fmt::format("no network is selected for the replication of {}, so its NICs "
                                                    "have no subnet to land in",
                                                    item.friendly_name));
  return refuse_elsewhere(item, change);
}

class BodyWriter {
 public:
  BodyWriter(const ProtectedItem& item, const ItemChange& change) : item_(item), change_(change) {}

  std::string write(const JsonIn& details) {
    std::string out;
    JsonWriter json(out);
    json.open_object().key("properties").open_object();
    write_members(json, details, k_item, of_item());
    const std::vector<JsonIn> nics = details.list("vmNics");
    if (!nics.empty()) json.key("vmNics").open_array();
    for (std::size_t i = 0; i < nics.size(); ++i) nic(json, nics[i], item_.nics[i]);
    if (!nics.empty()) json.close_array();
    json.key("providerSpecificDetails").open_object().member("instanceType", "A2A");
    write_members(json, details, k_details, {});
    json.close_object().close_object().close_object();
    return out;
  }

 private:
  Instead of_item() const {
    Instead out;
    out["selectedRecoveryAzureNetworkId"] = recovery_networks(item_, change_).sent;
    out["selectedTfoAzureNetworkId"] = test_networks(item_, change_).sent;
    if (change_.name) out["recoveryAzureVMName"] = *change_.name;
    if (change_.size) out["recoveryAzureVMSize"] = *change_.size;
    return out;
  }

  void nic(JsonWriter& json, const JsonIn& from, const ItemNic& nic) const {
    const NicChange* asked = asked_of(nic, change_);
    Instead instead;
    if (asked != nullptr) instead["selectionType"] = "SelectedByUser";
    json.open_object();
    write_members(json, from, k_nic_members, instead);
    json.key("ipConfigs").open_array();
    const std::vector<JsonIn> configurations = from.list("ipConfigs");
    for (std::size_t i = 0; i < configurations.size(); ++i) {
      json.open_object();
      write_members(json, configurations[i], k_configuration, of_configuration(nic, nic.configurations[i], asked));
      json.close_object();
    }
    json.close_array().close_object();
  }

  const ProtectedItem& item_;
  const ItemChange& change_;
};

bool shows_configuration(const ItemNic& nic, const ItemConfiguration& configuration, const NicChange& change) {
  return same_word(configuration.recovery_subnet, change.subnet) &&
         same_address(configuration.recovery_address, wanted_address(nic, configuration, change)) &&
         (configuration.selected || !must_come_up(nic, configuration, change)) &&
         (!change.test_subnet || same_word(configuration.test_subnet, *change.test_subnet)) &&
         same_address(configuration.test_address, wanted_test_address(nic, configuration, change));
}

bool shows_nic(const ItemNic& nic, const NicChange& change) {
  return nic.lands() && !refuse_configurations(nic, change) &&
         std::all_of(nic.configurations.begin(), nic.configurations.end(),
                     [&](const auto& each) { return shows_configuration(nic, each, change); });
}

}  // namespace

std::variant<std::string, ProviderError> item_change_body(simdjson::dom::element item, const ItemChange& change) {
  const Decoded<ProtectedItem> decoded = decode_item(item);
  if (!decoded.thing)
    return invalid("AnswerNotUnderstood", decoded.wrong.empty() ? "it is of another kind" : decoded.wrong);
  if (auto error = refuse(*decoded.thing, change)) return *std::move(error);
  std::string wrong;
  const JsonIn details = JsonIn(item, wrong).object("properties").object("providerSpecificDetails");
  for (const JsonIn& nic : details.list("vmNics"))
    need(!nic.text("nicId").empty(), "properties.providerSpecificDetails.vmNics[].nicId", wrong);
  std::string body = BodyWriter(*decoded.thing, change).write(details);
  if (!wrong.empty()) return invalid("AnswerNotUnderstood", wrong);
  return body;
}

bool shows_change(simdjson::dom::element item, const ItemChange& change) {
  const Decoded<ProtectedItem> decoded = decode_item(item);
  if (!decoded.thing) return false;
  const ProtectedItem& is = *decoded.thing;
  std::string wrong;
  const JsonIn details = JsonIn(item, wrong).object("properties").object("providerSpecificDetails");
  if (change.name && !same_word(is.recovery_name, *change.name)) return false;
  if (change.size && !same_word(details.text("recoveryAzureVMSize"), *change.size)) return false;
  if (change.network && !same_word(is.selected_network, *change.network)) return false;
  if (change.test_network && !same_word(is.test_network, *change.test_network)) return false;
  const std::string network = recovery_networks(is, change).sent;
  const auto shows = [&](const ItemNic& nic) {
    const NicChange* asked = asked_of(nic, change);
    const bool must_be_there = asked != nullptr || (change.network && nic.lands());
    if (must_be_there && !same_word(nic.recovery_network, network)) return false;
    return asked == nullptr || shows_nic(nic, *asked);
  };
  return wrong.empty() && std::all_of(is.nics.begin(), is.nics.end(), shows) &&
         std::none_of(change.nics.begin(), change.nics.end(),
                      [&](const NicChange& each) { return refuse_nic(is, each).has_value(); });
}

}  // namespace pairform::azure
