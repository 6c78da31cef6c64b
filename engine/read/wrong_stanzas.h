// What the stanzas with errors may declare (engine/model/wrong_stanzas.h): those that resolve made no row of, and tables
// of which only the address is known. Cost: linear in stanzas.
#pragma once
#include "engine/model/rows.h"
#include "engine/model/wrong_stanzas.h"
#include "schema/declaration.h"

namespace pairform {

WrongStanzas find_wrong_stanzas(const Configuration& config, const TypeTable& types, const DesiredState& desired);

}  // namespace pairform
