// JSON Schema of a project's files, for editors: which tables and attributes there are, of what form, what each means.
// Written from the type table, so that an attribute that is added there needs nothing here.
//
// Draft-07, which Taplo and Tombi read. What both complete through: resources are `additionalProperties` of their type's
// table, their keys are held to `propertyNames`. No `if`, `then` and `else`: Tombi then warns of every key, Taplo tells
// one error once a node. So what depends on another value (a managed network needs subnets), on another stanza, or on the
// cloud is not said here: `pairform validate` says it. What the schema refuses, `validate` refuses, too; only tables of a
// provider that the project does not use are held to their attributes here, and ignored with a note there.
//
// One schema serves pairform.toml and included files; that settings belong in pairform.toml, `validate` says.
#pragma once
#include <string>
#include <vector>

#include "schema/resource_type.h"

namespace pairform {

// What a project declares: editors complete references to it, and find those to nothing.
struct KnownAddresses {
  std::vector<std::string> networks;   // "network.app"
  std::vector<std::string> resources;  // all that [moved] may lead to: networks, mappings as a whole, vms
};

// One line of JSON without a newline. `known`: null for the schema of any project.
std::string json_schema(const TypeTable& types, const KnownAddresses* known = nullptr);

}  // namespace pairform
