#!/usr/bin/env bash
# Makes the networks and machines that this project expects to find, in the simulated cloud of the project directory given.
set -euo pipefail
pairform=${PAIRFORM:-pairform}
cd "${1:-.}"

"$pairform" sim put network eastasia/contoso-vnet address_space=10.1.0.0/16 subnet.web=10.1.1.0/24 subnet.db=10.1.2.0/24
"$pairform" sim put network southeastasia/contoso-dr-vnet address_space=10.2.0.0/16 \
  subnet.web=10.2.1.0/24 subnet.data=10.2.2.0/24
"$pairform" sim put vm eastasia/web1 network=contoso-vnet nic.eth0=web:10.1.1.10
"$pairform" sim put vm eastasia/web2 network=contoso-vnet nic.eth0=web:10.1.1.11
"$pairform" sim put vm eastasia/sql1 network=contoso-vnet nic.eth0=db:10.1.2.10,listener:10.1.2.11 nic.backup=db
