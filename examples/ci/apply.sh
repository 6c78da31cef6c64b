#!/bin/sh
# Applies a project in a pipeline, and commits its state: apply.sh PROJECT BRANCH STORE APPROVED [OPTION...]
# APPROVED is the whole digest of the plan that was approved, or a file with a saved plan. STORE is a directory that the
# pipeline keeps from one run to the next: the journal of a run that was ended, and state that could not be pushed.
# Exit code: that of pairform, or 1 if only the state could not be pushed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
project=$1 branch=$2 store=$3 approved=$4
shift 4
"$here/journal.sh" restore "$project" "$store" || exit 1
code=0
if [ -f "$approved" ]; then
  plan=$(cd "$(dirname "$approved")" && pwd)/$(basename "$approved")
  pairform -C "$project" apply "$plan" "$@" || code=$?
else
  pairform -C "$project" apply --approve "$approved" "$@" || code=$?
fi
"$here/journal.sh" save "$project" "$store" || exit 1
pushed=0
"$here/commit_state.sh" "$project" "$branch" "$store" || pushed=1
[ "$code" -ne 0 ] || code=$pushed
exit "$code"
