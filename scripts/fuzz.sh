#!/usr/bin/env bash
# Attacks each decoder with libFuzzer for so many seconds: fuzz.sh [seconds] [door …]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${1:-60}"
shift || true
scratch=.build-fuzz

scripts/announce.sh fuzzers "$scratch/release/Fuzz"
swift build --package-path Fuzz --scratch-path "$scratch" -c release --sanitize fuzzer
program="$scratch/release/Fuzz"

doors=("$@")
if ((${#doors[@]} == 0)); then
  mapfile -t doors < <(FUZZ_DOOR=list "$program" -runs=1 2>/dev/null)
fi

passed=0
failed=0
for door in "${doors[@]}"; do
  # What earlier runs found is kept beside the build, what a find needs to be repeated too.
  corpus="$scratch/corpus/$door"
  mkdir -p "$corpus" "$scratch/finds"
  seeds="Fuzz/Corpus/$door"
  [[ -d "$seeds" ]] || seeds="$corpus"
  log="$scratch/$door.log"
  if FUZZ_DOOR="$door" "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 \
    -max_len=8192 -artifact_prefix="$scratch/finds/$door-" "$corpus" "$seeds" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "$door: $(sed -nE 's/^Done ([0-9]+) runs.*/\1/p' "$log") inputs, nothing found"
  else
    failed=$((failed + 1))
    tail -40 "$log"
    echo "$door: FOUND; the input lies in $scratch/finds"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
