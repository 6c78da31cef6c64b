#!/usr/bin/env bash
# Makes the networks that this project expects to find, in the simulated cloud of the project directory given.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "${1:-.}"

for name in app web batch; do
  "$pairform" sim put network "eastasia/$name" address_space=10.1.0.0/16 subnet.main=10.1.1.0/24
  "$pairform" sim put network "southeastasia/$name-dr" address_space=10.2.0.0/16 subnet.main=10.2.1.0/24
done
"$pairform" sim put network southeastasia/batch-new address_space=10.3.0.0/16 subnet.main=10.3.1.0/24
