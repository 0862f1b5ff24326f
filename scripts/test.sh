#!/usr/bin/env bash
# Runs the tests and shows only what failed: test.sh <log> <words of swift test …>
set -euo pipefail

log="$1"
shift
# All at once they starve each other: a node that is asked waits behind hundreds of tests that
# compute, until its client gives up. So many at once keep the cores busy, and everybody answers.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${TESTS_AT_ONCE:-$((4 * $(nproc)))}"
echo "Running the tests; all of what they say goes to $log." >&2
: >"$log"
result=0
run() { swift test "$@" >>"$log" 2>&1 || result=$?; }

# Tests share as many threads as there are cores. Those in which nodes and clients wait for each
# other by a clock come after those that compute for minutes, not beside them.
waiting='^(NodeTests|Scenarios|NetworkTests|AgentsTests|tolseyTests)\.'
if [[ " $* " == *" --filter "* || " $* " == *" --skip "* ]]; then
  run "$@"
else
  run "$@" --skip "$waiting"
  run "$@" --filter "$waiting"
fi

# A failure goes on for as many lines as it has, up to the next line with a mark of its own.
awk '
  /^✘/ { failing = 1 }
  /^◇/ || /^✔/ || /^Test (Suite|Case)/ { failing = 0 }
  /error:/ || /Fatal error/ || failing { print }
' "$log"

# One closing line for all of them; a run that ended without one has crashed.
awk -v result="$result" '
  /Test run with [0-9]+ tests? in [0-9]+ suites? (passed|failed) after/ {
    sub(/^.*Test run with /, "")
    tests += $1; suites += $4; seconds += $8; runs += 1
  }
  END {
    if (runs == 0) exit 1
    printf "Test run with %d tests in %d suites %s after %.1f seconds.\n", tests, suites,
      result == 0 ? "passed" : "failed", seconds
  }
' "$log" || tail -20 "$log"
exit "$result"
