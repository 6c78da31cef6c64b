#!/bin/sh
# Keeps the journal of a project where the working copy is thrown away: journal.sh save|restore PROJECT STORE
# A run that was ended before it had written its state leaves a journal; the next run goes on from there. STORE is a
# directory that is kept: an artifact, or a cache.
set -u
project=$2 store=$3
journal=$project/.pairform/journal
case $1 in
  save)
    mkdir -p "$store" || exit 1
    rm -f "$store/journal"
    [ ! -s "$journal" ] || cp "$journal" "$store/journal"
    ;;
  restore)
    if [ -s "$store/journal" ] && [ ! -s "$journal" ]; then
      mkdir -p "$project/.pairform" && cp "$store/journal" "$journal"
    fi
    ;;
  *)
    echo "usage: journal.sh save|restore PROJECT STORE" >&2
    exit 2
    ;;
esac
