#!/bin/sh
# Plans a project for a pull request: plan.sh PROJECT OUT [BUDGET [OPTION...]]
# Into the directory OUT it writes
#   comment.md  the plan as Markdown, at most BYTES = BUDGET long (default 65000); with errors, what is wrong
#   p.plan      the saved plan, for `pairform apply p.plan`; not with the option --offline
#   outputs     exit-code, digest and changed, a line each: exit-code=2
# Exit code 0 where a plan was made, with changes or without; else that of pairform.
set -u
project=$1 out=$2 budget=${3:-65000}
shift 2
[ $# -eq 0 ] || shift
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd) || exit 1
rm -f "$out/comment.md" "$out/p.plan" "$out/outputs"
case " $* " in
  *" --offline "*) ;;
  *) set -- --out "$out/p.plan" "$@" ;;
esac
code=0
pairform -C "$project" plan --markdown --budget "$budget" --detailed-exitcode "$@" > "$out/comment.md" || code=$?
digest=$(sed -n '1s/^<!-- pairform:.* \(sha256:[0-9a-f]\{64\}\) -->$/\1/p' "$out/comment.md")
case $code in
  0) changed=false ;;
  2 | 8) changed=true ;;
  *) changed= ;;
esac
printf 'exit-code=%s\ndigest=%s\nchanged=%s\n' "$code" "$digest" "$changed" > "$out/outputs"
[ -n "$changed" ] || exit "$code"
