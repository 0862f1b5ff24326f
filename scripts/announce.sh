#!/usr/bin/env bash
# Says how long the build that follows takes: announce.sh <what> <file that an earlier build left>
set -euo pipefail

if [[ -e "$2" ]]; then
  echo "Building the $1; only what changed is compiled, mostly seconds." >&2
else
  cores="$(getconf _NPROCESSORS_ONLN)"
  case "$1" in
    program) work=16 ;; # minutes on one core: the dependencies, optimised, are most of it
    fuzzers) work=3 ;;
    *) work=10 ;;
  esac
  minutes=$(((work + cores - 1) / cores))
  echo "First build of the $1: about $minutes minutes on $cores cores." >&2
  echo "Its libraries are compiled once; the counter below moves unevenly, and stops for a while" \
    "at large ones." >&2
fi
