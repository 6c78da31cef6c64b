// From declarations to desired rows: binds references, names identities and slots, and makes every check of the files
// that needs more than one stanza and no cloud. A stanza that was faulty silences what depends on it.
// Cost: one sort of the declarations, otherwise linear.
#pragma once
#include "engine/resource_table.h"

namespace pairform {

struct IdentityMaker {
  const ProviderEntry& provider;
  Text network(StringPool& texts, Text region, Text name, Text resource_group, Text subscription) const;
  Text vm(StringPool& texts, Text region, Text name) const;
  Text nic(StringPool& texts, Text vm, Text name) const;
  // The slot of a half on `network`, towards `other_region`.
  Text slot(StringPool& texts, Text network, Text other_region) const;
};

// `config.texts` receives addresses, identities and default names.
DesiredState resolve(Configuration& config, const TypeTable& types, const IdentityMaker& identities,
                     Diagnostics& diagnostics);

}  // namespace pairform
