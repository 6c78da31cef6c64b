// Reads what a file says about addresses: [moved."mapping.old"], [removed."network.legacy"], [import."network.lab"]. Each
// is a table whose key is an address in quotes. People who come from other tools write lists, pairs or blocks instead
// ([moved] with from and to): the message then shows the tables that say the same.
#pragma once
#include <string>
#include <string_view>

#include "schema/attribute_reader.h"

namespace pairform {

// All tables of one directive, `tables` being [moved].
void read_directives(const TomlDocument& document, const RawNode& tables, const ResourceType& type,
                     AttributeReader& attributes, FileDeclarations& file);

// The address of a network, whole pair or vm that `text` was meant to be: "network.app" of "netwrok.app ", "mapping.app"
// of "mapping.app.forward", "vm.web1" of "vm.web1.nic.eth0". Empty: it names no type.
std::string address_meant(std::string_view text);

}  // namespace pairform
