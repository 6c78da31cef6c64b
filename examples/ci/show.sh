#!/bin/sh
# Plans a project, and shows in the pull request what would be done and what is wrong:
#   show.sh github|gitlab|azure PROJECT PROJECT-NAME OUT [OPTION...]
# Start it where the repository begins: findings have paths of the repository. OPTIONS are those of `pairform plan`.
# Into the directory OUT it writes what plan.sh writes, and
#   findings.json  what is wrong in the files, as a code quality report (gitlab, azure)
#   tfplan.json    the counts of the plan, for the widget of a merge request (gitlab)
# Without a pull request, or without a token, it writes no comment; a fork is planned with --offline, and gets none.
# Exit code 0 where files are valid, a plan was made, and the comment was written. All that can be shown is shown before.
set -u
here=$(cd "$(dirname "$0")" && pwd)
host=$1 project=$2 name=$3 out=$4
shift 4
fork=
case $host in
  github)
    budget=${BUDGET:-65000} request=${PULL_REQUEST:-} token=${GH_TOKEN:-}
    ;;
  gitlab)
    budget=1000000 request=${CI_MERGE_REQUEST_IID:-} token=${PAIRFORM_NOTE_TOKEN:-}
    [ "${CI_MERGE_REQUEST_SOURCE_PROJECT_ID:-}" = "${CI_MERGE_REQUEST_PROJECT_ID:-}" ] || fork=yes
    ;;
  azure)
    budget=150000 request=${SYSTEM_PULLREQUEST_PULLREQUESTID:-} token=${SYSTEM_ACCESSTOKEN:-}
    [ "${SYSTEM_PULLREQUEST_ISFORK:-}" != True ] || fork=yes
    [ "${BUILD_REPOSITORY_PROVIDER:-TfsGit}" = TfsGit ] || request= # GitHub's pull requests have no threads
    ;;
  *)
    sed -n '2,3s/^# *//p' "$0" >&2
    exit 2
    ;;
esac
[ -z "$fork" ] || set -- "$@" --offline
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd) || exit 1
rm -f "$out/findings.json" "$out/tfplan.json"

code=0
if [ "$host" = github ]; then
  pairform -C "$project" validate --format github || code=$?
else
  pairform -C "$project" validate --format gitlab > "$out/findings.json" || code=$?
  [ -s "$out/findings.json" ] || rm "$out/findings.json"
fi
[ "$host" != azure ] || [ ! -f "$out/findings.json" ] || python3 "$here/azure-pipelines/issues.py" < "$out/findings.json"

# A line of a log can be a command: `::…` to GitHub, `##vso[…` to Azure Pipelines. A name is to be none.
planned=0
"$here/plan.sh" "$project" "$out" "$budget" "$@" 2> "$out/plan.log" || planned=$?
sed 's/##/# #/g; s/^\([[:space:]]*\)::/\1: :/' "$out/plan.log" >&2
rm "$out/plan.log"
[ "$code" -ne 0 ] || code=$planned

case $host in
  github)
    cat "$out/outputs" >> "$GITHUB_OUTPUT"
    cat "$out/comment.md" >> "$GITHUB_STEP_SUMMARY"
    ;;
  gitlab)
    if [ -f "$out/p.plan" ]; then
      pairform -C "$project" show --json "$out/p.plan" | python3 "$here/gitlab/counts.py" > "$out/tfplan.json" || code=1
    fi
    ;;
  azure)
    echo "##vso[task.uploadsummary]$out/comment.md"
    ;;
esac
if [ -n "$request" ] && [ -z "$fork" ]; then
  if [ -n "$token" ]; then
    python3 "$here/comment.py" "$host" "$name" "$out/comment.md" || code=1
  else
    echo "no comment is written: there is no token for it" >&2
  fi
fi
exit "$code"
