// A project in a directory of its own, loaded and resolved, and what that says: no cloud, no state.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/read/directives.h"
#include "engine/read/resolve.h"
#include "schema/diagnostic.h"

namespace pairform {

struct Resolved {
  Configuration config;
  DesiredState desired;
  Directives directives;
  Diagnostics diagnostics;
  std::string text;  // all diagnostics as a terminal without colour shows them

  // The vms, each with its nics below it, a line each; none is -.
  std::string vms() const;
  // `address subnets addresses` of every half.
  std::string halves() const;
  std::string nic(const DeclaredNic& nic) const;
  std::string shown(Text value) const;
};

// One existing network, app in eastasia, and two managed ones, lab in eastasia and dr in southeastasia.
inline const std::string k_networks = R"([network.app]
existing = true
region = "eastasia"
[network.lab]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24", db = "10.1.2.0/29" }
[network.dr]
region = "southeastasia"
address_space = ["10.2.0.0/16"]
subnets = { web = "10.2.1.0/24", small = "10.2.2.0/29" }
)";

// Files by name; pairform.toml is put before them, with what includes them all. Identities are made by a provider
// that puts folded attributes together.
Resolved resolve_files(const std::vector<std::pair<std::string, std::string>>& files);
// One file, v.toml.
Resolved resolve_text(const std::string& text);

}  // namespace pairform
