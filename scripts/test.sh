#!/usr/bin/env bash
# Runs the tests and shows only what failed: test.sh <log> <words of swift test …>
set -euo pipefail

log="$1"
shift
# All at once they starve each other: a node that is asked waits behind hundreds of tests that
# compute, until its client gives up. So many at once keep the cores busy, and everybody answers.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${TESTS_AT_ONCE:-$((4 * $(nproc)))}"
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
