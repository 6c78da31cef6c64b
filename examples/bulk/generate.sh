#!/usr/bin/env bash
# Writes the three files of vms: a line a machine, for everything that is alike is in [defaults.vm].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

write() {  # FILE COUNT
  {
    echo "# Made by generate.sh. A machine more is a line more."
    echo '[vm]'
    for number in $(seq -f %03g 1 "$2"); do echo "$1-$number = {}"; done
  } > "vms/$1.toml"
}
write web 150
write app 100
write db 50
