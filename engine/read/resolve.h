// From declarations to desired rows: binds references, names identities and slots, and makes every check of the files
// that needs more than one stanza and no cloud. A stanza that was faulty silences what depends on it.
// Cost: one sort of the declarations, otherwise linear.
#pragma once
#include "engine/model/names.h"

namespace pairform {

// `config.texts` receives addresses, identities and default names.
DesiredState resolve(Configuration& config, const TypeTable& types, const IdentityMaker& identities,
                     Diagnostics& diagnostics);

}  // namespace pairform
