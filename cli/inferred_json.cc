#include "cli/inferred_json.h"

#include "schema/json_writer.h"

namespace pairform {
namespace {

void write_items(JsonWriter& json, std::string_view name, const TextItems& items) {
  json.key(name).open_object();
  for (const auto& [key, value] : items) json.member(key, value);
  json.close_object();
}

void write_network(JsonWriter& json, const InferredNetwork& stanza) {
  const DiscoveredNetwork& network = stanza.network;
  json.open_object().member("address", "network." + stanza.key).member("id", network.identity);
  json.member("region", network.region).member("name", network.name);
  json.key("resource_group").text_or_null(network.resource_group);
  json.key("subscription").text_or_null(network.subscription).close_object();
}

void write_pair(JsonWriter& json, const InferredPair& stanza) {
  json.open_object().member("address", "mapping." + stanza.key).member("class", pair_class_text(stanza.kind));
  json.member("source", stanza.source).member("target", stanza.target);
  json.key("missing").text_or_null(stanza.missing);
  write_items(json, "subnets", stanza.subnets);
  write_items(json, "reverse_subnets", stanza.reverse_subnets);
  json.key("addresses").text_or_null(stanza.same_host ? "same-host" : "").close_object();
}

void write_nic(JsonWriter& json, const InferredNic& nic) {
  json.open_object().member("key", nic.key);
  json.key("target_subnet").text_or_null(nic.target_subnet);
  json.key("target_ip").text_or_null(nic.target_ip);
  write_items(json, "target_secondary", nic.target_secondary);
  json.key("test_subnet").text_or_null(nic.test_subnet);
  json.key("test_ip").text_or_null(nic.test_ip).close_object();
}

void write_vm(JsonWriter& json, const InferredVm& stanza) {
  const DiscoveredVm& vm = stanza.vm;
  json.open_object().member("address", "vm." + stanza.key).member("id", vm.identity);
  json.key("existing").boolean(stanza.existing).member("status", status_text(vm.status));
  json.member("name", vm.name).member("region", vm.region).member("network", stanza.network);
  json.member("target_region", vm.target_region);
  json.key("target_network").text_or_null(stanza.target_network);
  json.key("nics").open_array();
  for (const InferredNic& nic : stanza.nics) write_nic(json, nic);
  json.close_array().close_object();
}

}  // namespace

std::string inferred_json(const Inferred& inferred, const std::vector<std::string>& unread) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("format_version", "1.0");
  json.key("networks").open_array();
  for (const InferredNetwork& each : inferred.networks) write_network(json, each);
  json.close_array().key("pairs").open_array();
  for (const InferredPair& each : inferred.pairs) write_pair(json, each);
  json.close_array().key("vms").open_array();
  for (const InferredVm& each : inferred.vms) write_vm(json, each);
  json.close_array().key("unread").open_array();
  for (const std::string& each : unread) json.text(each);
  json.close_array().close_object();
  out += '\n';
  return out;
}

}  // namespace pairform
