#!/usr/bin/env bash
# Makes an estate that grew by hand, in the simulated cloud: 40 mappings, of which 6 have no way back and 4 lead into a
# network that leads back to another one, and 80 protected machines that land on addresses that somebody chose.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

pair() {  # SOURCE SOURCE-REGION TARGET TARGET-REGION NUMBER: two networks and the way there
  echo "put network $2/$1 address_space=10.$5.0.0/16 subnet.web=10.$5.1.0/24 subnet.Db=10.$5.2.0/24"
  echo "put network $4/$3 address_space=10.$((100 + $5)).0.0/16" \
    "subnet.Front=10.$((100 + $5)).1.0/24 subnet.db=10.$((100 + $5)).2.0/24"
  echo "put mapping $2/$1 $4/$3"
}
machine() {  # NAME NETWORK REGION TO NUMBER HOST LANDING-NUMBER LANDING-HOST
  echo "put vm $3/$1 network=$2 nic.eth0=web:10.$5.1.$6"
  echo "replicate $3/$1 $4"
  echo "land $3/$1 nic.eth0=Front:10.$7.1.$8"
}

estate() {
  local number=0 name at

  # 15 pairs, mapped both ways: 30 mappings. In each the last machine lands on an address of its own.
  for name in Web-VNet APP-vnet Db.Core HUB Orders billing_V2 Crm-PROD Mail SAP-hana Reports Files.EU Intranet Sso \
    Build-Farm Legacy_2012; do
    number=$((number + 1))
    pair "$name" eastasia "$name-ASR" southeastasia "$number"
    echo "put mapping southeastasia/$name-ASR eastasia/$name"
    for at in 1 2 3; do
      machine "$name-0$at" "$name" eastasia southeastasia "$number" "$((9 + at))" "$((100 + number))" "$((9 + at))"
    done
    machine "$name-04" "$name" eastasia southeastasia "$number" 13 "$((100 + number))" 222
  done

  # 6 pairs of which somebody made one half.
  for name in Shop POS-vnet Loyalty Stock.Mgmt Portal Kiosk; do
    number=$((number + 1))
    pair "$name" westeurope "$name-DR" northeurope "$number"
    for at in 1 2; do
      machine "$name-$at" "$name" westeurope northeurope "$number" "$((9 + at))" "$((100 + number))" "$((9 + at))"
    done
  done

  # 4 branches that all fail over into the network that comes home to Web-VNet.
  for name in Branch-North branch-SOUTH Branch-East BRANCH-west; do
    number=$((number + 1))
    echo "put network eastasia/$name address_space=10.$number.0.0/16 subnet.web=10.$number.1.0/24"
    echo "put mapping eastasia/$name southeastasia/Web-VNet-ASR"
    for at in 1 2; do
      machine "$name-$at" "$name" eastasia southeastasia "$number" "$((9 + at))" 101 "$((2 * number + at))"
    done
  done
}
estate | "$pairform" sim run -
