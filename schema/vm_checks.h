// The checks of one vm or nic stanza, and of their defaults, that know what an attribute means: names, the names of
// further IP configurations, what cannot be a default. Checks that need other stanzas are engine/read/resolve_vms.h.
#pragma once
#include "schema/stanza_checks.h"

namespace pairform {

void check_vm(const StanzaValues& stanza, StanzaReport& report);
void check_nic(const StanzaValues& stanza, StanzaReport& report);
// A table of [defaults]. What is one resource's own by the type table was refused when it was read.
void check_defaults(TypeId type, const StanzaValues& stanza, StanzaReport& report);

}  // namespace pairform
