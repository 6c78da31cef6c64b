#!/usr/bin/env bash
# Makes the networks and the 300 machines that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

machines() {  # NAME COUNT THIRD: from .10 on
  for number in $(seq 1 "$2"); do
    echo "put vm eastasia/$1-$(printf %03d "$number") network=prod nic.eth0=$1:10.20.$3.$((number + 9))"
  done
}
estate() {
  echo "put network eastasia/prod address_space=10.20.0.0/16" \
    "subnet.web=10.20.1.0/24 subnet.app=10.20.2.0/24 subnet.db=10.20.3.0/24"
  echo "put network southeastasia/prod-dr address_space=10.20.0.0/16,10.30.0.0/16" \
    "subnet.web=10.20.1.0/24 subnet.app=10.20.2.0/24 subnet.data=10.30.3.0/24"
  machines web 150 1
  machines app 100 2
  machines db 50 3
}
estate | "$pairform" sim run -
