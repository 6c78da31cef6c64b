#!/bin/sh
# Writes a plan as a comment of a pull request, or brings the one up to date that is there:
#   comment.sh PROJECT-NAME PULL-REQUEST OUT/comment.md
# Of comments with the project's marker only the pipeline's own counts. The text goes by file: a long argument is refused.
# Needs gh, with GH_TOKEN, and GITHUB_REPOSITORY.
set -eu
author=${PAIRFORM_CI_AUTHOR:-github-actions[bot]}
id=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$2/comments" --jq \
  ".[] | select(.user.login == \"$author\" and (.body | startswith(\"<!-- pairform:$1 \"))) | .id" | tail -n 1)
if [ -n "$id" ]; then
  gh api -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$3" > /dev/null
else
  gh api -X POST "repos/$GITHUB_REPOSITORY/issues/$2/comments" -F "body=@$3" > /dev/null
fi
