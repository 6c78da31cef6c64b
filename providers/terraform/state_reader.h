// Reads a state of Terraform or OpenTofu: version 4, the raw file that `terraform state pull` prints. Not `terraform show
// -json`, which needs the plugins of every provider in it.
//
//   {"version": 4, "resources": [
//     {"module": "module.dr[\"eastasia\"]", "mode": "managed", "type": "azurerm_virtual_network", "name": "hub",
//      "instances": [{"index_key": "a", "status": "tainted", "deposed": "9b1e0c2d", "schema_version": 0,
//                     "attributes": {…}, "sensitive_attributes": [[{"type": "get_attr", "value": "location"}]]}]}]}
//
// Pure, and safe on any bytes: what is wrong is told with the file and the place in it, and what is not understood is left
// out. Only the attributes of records.h are read, by name, and of those none that Terraform marks sensitive: no password
// of a machine and no output can get into a file or a message. A type is read by its attributes' names also where its
// schema version is one that this reader does not know; a note says so, once a type.
//
// Source: the format is Terraform's `internal/states/statefile/version4.go`; the attributes are those that the azurerm
// provider publishes (3.x, 4.x, and the `ip_configuration` blocks of 5.x).
#pragma once
#include <string>
#include <string_view>

#include "providers/terraform/records.h"
#include "schema/diagnostic.h"

namespace pairform::terraform {

// `file`: as it is shown, "prod.tfstate". Errors: it is no state that can be read; then there is no record.
StateRecords read_terraform_state(std::string_view bytes, std::string file, Diagnostics& diagnostics);

// An id of Resource Manager, to compare it.
std::string fold_id(std::string_view id);
// Of a fabric: its vault's id and its name, folded. "" where one of them is not given.
std::string fabric_key(std::string_view vault, std::string_view fabric);

}  // namespace pairform::terraform
