#!/usr/bin/env bash
# Makes the hubs that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

"$pairform" sim put network eastasia/hub-vnet resource_group=shared-network address_space=10.1.0.0/16,fd00:1::/48 \
  subnet.GatewaySubnet=10.1.0.0/27 subnet.shared=10.1.1.0/24 extra.dns=10.1.1.4
"$pairform" sim put network southeastasia/hub-vnet resource_group=shared-network address_space=10.2.0.0/16,fd00:2::/48 \
  subnet.GatewaySubnet=10.2.0.0/27 subnet.shared=10.2.1.0/24 extra.dns=10.2.1.4
