#!/usr/bin/env bash
# Runs the tests and shows only what failed: test.sh <log> <words of swift test …>
set -euo pipefail

log="$1"
shift
echo "Running the tests; all of what they say goes to $log." >&2
result=0
swift test "$@" >"$log" 2>&1 || result=$?

# A failure goes on for as many lines as it has, up to the next line with a mark of its own.
awk '
  /^✘/ { failing = 1 }
  /^◇/ || /^✔/ || /^Test (Suite|Case)/ { failing = 0 }
  /error:/ || /Fatal error/ || failing { print }
' "$log"
grep -E 'Test run with' "$log" | tail -1 | sed 's/^[^T]*//' || tail -20 "$log"
exit "$result"
