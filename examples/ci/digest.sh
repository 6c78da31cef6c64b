#!/bin/sh
# The digest that a comment of `pairform plan --markdown` names: digest.sh PROJECT-NAME < comment.md
# The comment must begin with the marker of that project. Give it a comment only if the pipeline's own account wrote it:
# whoever may write comments could name another plan.
set -u
digest=$(tr -d '\r' | sed -n "1s/^<!-- pairform:$1 \(sha256:[0-9a-f]\{64\}\) -->\$/\1/p")
if [ -z "$digest" ]; then
  echo "no plan of $1 stands in this comment" >&2
  exit 1
fi
echo "$digest"
