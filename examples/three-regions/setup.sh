#!/usr/bin/env bash
# Makes the networks that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

"$pairform" sim put network westeurope/west address_space=10.1.0.0/16 subnet.web=10.1.1.0/24
"$pairform" sim put network northeurope/north address_space=10.2.0.0/16 subnet.web=10.2.1.0/24
"$pairform" sim put network francecentral/france address_space=10.3.0.0/16 subnet.web=10.3.1.0/24
