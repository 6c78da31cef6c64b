// Replicated items for tests, made from a recorded one.
#pragma once
#include <fmt/format.h>

#include <string>

#include "tests/support/azure_recording.h"
#include "tests/support/json_tree.h"

namespace pairform::azure {

using simdjson::dom::element;

inline const std::string k_group = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg";

inline std::string id_of(const std::string& type, const std::string& name) {
  return fmt::format("{}/providers/Microsoft.Network/{}/{}", k_group, type, name);
}
inline std::string network(const std::string& name) { return id_of("virtualNetworks", name); }
inline std::string nic_id(const std::string& name) { return id_of("networkInterfaces", name); }

class Parsed {
 public:
  explicit Parsed(const Json& json) : root_(parser_.parse(json.dump())) {}
  operator element() const { return root_; }  // NOLINT(google-explicit-constructor)

 private:
  simdjson::dom::parser parser_;
  element root_;
};

inline Json recorded(const std::string& name) { return Json::of(Recording(name).body()); }
inline Json& details_of(Json& item) { return item["properties"]["providerSpecificDetails"]; }
inline Json& nic_of(Json& item, std::size_t nic) { return details_of(item)["vmNics"].items()[nic]; }
inline Json& configuration_of(Json& item, std::size_t nic, std::size_t configuration) {
  return nic_of(item, nic)["ipConfigs"].items()[configuration];
}

inline Json configuration(const std::string& name, const std::string& address) {
  Json out;
  out["name"] = name;
  out["isPrimary"] = false;
  out["isSeletedForFailover"] = false;
  out["subnetName"] = "web";
  out["staticIPAddress"] = "10.1.1.99";
  out["ipAddressType"] = "Static";
  out["recoverySubnetName"] = "web";
  out["recoveryStaticIPAddress"] = address;
  out["recoveryIPAddressType"] = address.empty() ? "Dynamic" : "Static";
  return out;
}

// Two NICs. The first has the configurations ipconfig1 (primary, dynamic), vip (10.2.1.11), six (fd00::11) and dyn
// (dynamic); the second one that is static.
inline Json sample() {
  Json item = recorded("item-protected");
  Json& details = details_of(item);
  details["selectedRecoveryAzureNetworkId"] = network("dr");
  Json nic = details["vmNics"].items()[0];
  nic["sourceNicArmId"] = nic_id("web1-nic");
  nic["recoveryVMNetworkId"] = network("dr");
  Json primary = configuration("ipconfig1", "");
  primary["isPrimary"] = true;
  primary["isSeletedForFailover"] = true;
  nic["ipConfigs"] = Json::list(
      {primary, configuration("vip", "10.2.1.11"), configuration("six", "fd00::11"), configuration("dyn", "")});
  Json second = nic;
  second["nicId"] = "second-guid";
  second["sourceNicArmId"] = nic_id("web1-nic2");
  second["selectionType"] = "SelectedByDefault";
  primary["recoveryStaticIPAddress"] = "10.2.1.30";
  primary["recoveryIPAddressType"] = "Static";
  second["ipConfigs"] = Json::list({primary});
  details["vmNics"] = Json::list({nic, second});
  return item;
}

}  // namespace pairform::azure
