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

# One door; its last line says how it went.
attack() {
  local door="$1"
  # What earlier runs found is kept beside the build, what a find needs to be repeated too.
  local corpus="$scratch/corpus/$door" seeds="Fuzz/Corpus/$door" log="$scratch/$door.log"
  mkdir -p "$corpus" "$scratch/finds"
  [[ -d "$seeds" ]] || seeds="$corpus"
  if FUZZ_DOOR="$door" "$program" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 \
    -max_len=8192 -artifact_prefix="$scratch/finds/$door-" "$corpus" "$seeds" >"$log" 2>&1; then
    echo "$door: $(sed -nE 's/^Done ([0-9]+) runs.*/\1/p' "$log") inputs, nothing found"
  else
    tail -40 "$log"
    echo "$door: FOUND; the input lies in $scratch/finds"
  fi
}
export -f attack
export seconds scratch program

# A core each: doors share nothing.
said="$(mktemp)"
trap 'rm -f "$said"' EXIT
printf '%s\n' "${doors[@]}" | xargs -P "$(nproc)" -I{} bash -c 'attack {}' | tee "$said"

passed=$(grep -c ' inputs, nothing found$' "$said" || true)
failed=$((${#doors[@]} - passed))
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
