#!/bin/sh
# Is the cloud as the files say? For a schedule: drift.sh PROJECT OUT
# Into the directory OUT it writes comment.md and pairform.prom, metrics for Prometheus; keep that file from run to run.
# Exit code: 0 nothing differs; 8 something was changed behind pairform's back; 2 the files ask for something that is not
# applied yet; 1 error.
set -u
project=$1 out=$2
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd) || exit 1
code=0
pairform -C "$project" plan --markdown --detailed-exitcode --prometheus "$out/pairform.prom" --drill > "$out/comment.md" || code=$?
case $code in
  2) echo "The files ask for something that is not applied yet." >&2 ;;
  8) echo "Something was changed behind pairform's back." >&2 ;;
esac
exit "$code"
