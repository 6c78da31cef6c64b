// States of Terraform as the command line names them: read from files and standard input, and what makes Terraform forget
// what is in them written to a file. What a state says is providers/terraform's.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "providers/terraform/joined_states.h"
#include "providers/terraform/removed_blocks.h"
#include "schema/diagnostic.h"

namespace pairform {

// Each of `names` is a path, or "-" for standard input, shown as "standard input". All are read, and what is wrong with
// each is told; with errors what they say is not to be used. Standard input may be named once.
std::vector<terraform::StateRecords> read_terraform_states(const std::vector<std::string>& names,
                                                           Diagnostics& diagnostics);

// Is there something of this name, which is never written over? Told before anything is written.
std::optional<Diagnostic> removed_blocks_refused(const std::string& path);

// Writes the text of terraform::removed_blocks to a file that must not be there yet. What is wrong, as a diagnostic; none: it
// is written.
std::optional<Diagnostic> write_removed_blocks(const std::string& path, const std::string& text);

// "terraform state rm 'module.dr[\"lab\"].azurerm_site_recovery_network_mapping.app'", a line each, as one types them at a
// shell; where there are several states, below the name of each. Fit for a terminal.
std::string forget_lines(const std::vector<terraform::StateRecords>& states, const std::set<terraform::Place>& taken);

}  // namespace pairform
