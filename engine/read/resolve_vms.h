// The part of resolve that is about vms, their nics and the defaults of both: binds references, fills defaults in, and
// makes every check of the files that needs more than one stanza and no cloud. Rows follow later, when facts are known
// (recovery/derive.h).
// Defaults give way to what a stanza says; a default region also to the region of a network that the stanza names. A
// mistake that stands in defaults is told once, not for every vm.
// Cost: linear but for one sort of the declared addresses. Threads: one.
#pragma once
#include <span>

#include "engine/read/resolve.h"
#include "engine/read/stanza_book.h"

namespace pairform {

// `sorted`: declarations by type and key, nics by vm, then key. All networks are in the book.
void resolve_vms(StanzaBook& book, std::span<const DeclarationId> sorted, const IdentityMaker& identities,
                 DesiredState& desired);

}  // namespace pairform
