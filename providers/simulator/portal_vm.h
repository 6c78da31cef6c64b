// The portal's commands for machines. Each takes the words after its own; the cloud is in a write transaction.
#pragma once
#include "providers/simulator/cloud.h"
#include "providers/simulator/portal_words.h"

namespace pairform {

Outcome put_vm(Cloud& cloud, Words words);
Outcome delete_vm(Cloud& cloud, Words words);

}  // namespace pairform
