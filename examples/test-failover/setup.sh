#!/usr/bin/env bash
# Makes the networks and machines that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

"$pairform" sim put network eastasia/prod address_space=10.0.0.0/16 \
  subnet.web=10.0.1.0/24 subnet.api=10.0.3.0/24 subnet.db=10.0.2.0/24
# A subnet that is delegated to a service takes no machines, though its name comes first.
"$pairform" sim put network southeastasia/dr address_space=10.5.0.0/16 \
  subnet.aci=10.5.9.0/24 delegated.aci=Microsoft.ContainerInstance/containerGroups \
  subnet.apps=10.5.1.0/24 subnet.data=10.5.2.0/24

"$pairform" sim put vm eastasia/web1 resource_group=web network=prod nic.eth0=web:10.0.1.10
"$pairform" sim put vm eastasia/web2 resource_group=web network=prod nic.eth0=web:10.0.1.11
"$pairform" sim put vm eastasia/db1 resource_group=db network=prod nic.eth0=db:10.0.2.10
"$pairform" sim put vm eastasia/db2 resource_group=db network=prod nic.eth0=db:10.0.2.11 nic.backup=db
