// The portal's commands for machines. Each takes the words after its own; the cloud is in a write
// transaction.
#pragma once
#include "providers/simulator/cloud.h"
#include "providers/simulator/portal_words.h"

namespace pairform::simulator {

Outcome put_vm(Cloud& cloud, Words words);
Outcome delete_vm(Cloud& cloud, Words words);
Outcome replicate_vm(Cloud& cloud, Words words);
Outcome land_vm(Cloud& cloud, Words words);
// With --json it prints the landings of a drill, one a line, as far as a service can know them. `vm`, `nic`
// and `network` are ids, from before the failover; reasons and `failback` are null:
//   {"vm","nic","configuration","source":{"network","subnet","ip"},"target":{"network","subnet","ip"},
//    "subnet_reason":null,"ip_reason":null,"failback":null}
Outcome failover_vms(Cloud& cloud, Words words);
Outcome commit_vms(Cloud& cloud, Words words);
Outcome reprotect_vms(Cloud& cloud, Words words);

}  // namespace pairform::simulator
