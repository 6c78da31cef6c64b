#!/bin/sh
# Commits the recorded state of a project, and nothing else, and pushes it: commit_state.sh PROJECT BRANCH STORE [FILE]
# FILE is `[state] path` (default pairform.state.jsonl). If somebody pushed meanwhile, the commit is put on top of that, at
# most three tries. State that cannot be pushed is copied into STORE, and the job is to fail: nothing is lost, because the
# next run finds in the cloud what was made, and adopts it.
set -u
project=$1 branch=$2 store=$3 state=${4:-pairform.state.jsonl}
mkdir -p "$store" || exit 1
store=$(cd "$store" && pwd) || exit 1
cd "$project" || exit 1
[ -f "$state" ] || exit 0
git add -- "$state" || exit 1
git diff --cached --quiet -- "$state" && exit 0
cp "$state" "$store/" || exit 1
git commit -q -m "Record state [skip ci]" -- "$state" || exit 1
try=1
until git push -q origin "HEAD:refs/heads/$branch"; do
  if [ $try -ge 3 ]; then
    echo "state was not pushed after $try tries; it is kept in $store" >&2
    exit 1
  fi
  try=$((try + 1))
  # Resource by resource, where .gitattributes says so: a runner's clone is new and knows no merge driver.
  if ! git -c merge.pairform.driver='pairform state merge %O %A %B %P' pull -q --rebase origin "$branch"; then
    git rebase --abort
    echo "state does not merge with what was pushed meanwhile; it is kept in $store" >&2
    exit 1
  fi
done
rm -f "$store/$(basename "$state")"
