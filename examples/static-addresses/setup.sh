#!/usr/bin/env bash
# Makes the networks and machines that this project expects to find, in its simulated cloud.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "$(dirname "${BASH_SOURCE[0]}")"

"$pairform" sim put network eastasia/prod address_space=10.0.0.0/16 \
  subnet.web=10.0.1.0/24 subnet.db=10.0.2.0/24 subnet.app=10.0.4.0/23 subnet.tiny=10.0.3.0/29
"$pairform" sim put network southeastasia/dr address_space=10.0.1.0/24,10.9.0.0/16 \
  subnet.web=10.0.1.0/24 subnet.db=10.9.2.0/24 subnet.app=10.9.4.0/24 subnet.tiny=10.9.3.0/29

# Strangers over there.
"$pairform" sim use southeastasia/dr 10.0.1.20
"$pairform" sim use southeastasia/dr 10.9.3.5

"$pairform" sim put vm eastasia/same-space network=prod nic.eth0=web:10.0.1.10
"$pairform" sim put vm eastasia/taken network=prod nic.eth0=web:10.0.1.20
"$pairform" sim put vm eastasia/other-space network=prod nic.eth0=db:10.0.2.10
"$pairform" sim put vm eastasia/other-size network=prod nic.eth0=app:10.0.5.10
"$pairform" sim put vm eastasia/dynamic network=prod nic.eth0=web
"$pairform" sim put vm eastasia/dynamic-to-static network=prod nic.eth0=web
"$pairform" sim put vm eastasia/override network=prod nic.eth0=web:10.0.1.30
"$pairform" sim put vm eastasia/secondaries network=prod nic.eth0=web:10.0.1.40,cluster:10.0.1.41,vip:10.0.1.42
"$pairform" sim put vm eastasia/tiny1 network=prod nic.eth0=tiny:10.0.3.4
"$pairform" sim put vm eastasia/tiny2 network=prod nic.eth0=tiny:10.0.3.5
