#!/usr/bin/env bash
# Makes the networks that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

"$pairform" sim put network eastasia/app-vnet address_space=10.1.0.0/16 subnet.web=10.1.1.0/24 subnet.db=10.1.2.0/24
"$pairform" sim put network southeastasia/app-dr-vnet address_space=10.2.0.0/16 subnet.web=10.2.1.0/24 subnet.db=10.2.2.0/24
# Nobody's business here, but somebody will map app to it by mistake.
"$pairform" sim put network southeastasia/scratch-vnet address_space=10.9.0.0/16
