#!/usr/bin/env bash
# Measures proofs in two parts. First by calls of the library, one thread's processor time: proving
# divided by a plain int8 run for each level and batch, bytes of witness and what one takes, growth
# with weights, batch and depth, and what others publish of theirs. Then by whole programs, ezkl's
# beside ours where asked: processor seconds, wall, memory and size of each step. PYTHON names a
# Python that has ezkl; without it one is made in .build-bench.
#
#   scripts/bench-proofs.sh BINARY [--models mlp,lenet28,dense] [--levels open,succinct,private] \
#     [--ezkl lenet28,dense] [--no-tables]
set -euo pipefail

# The version that docs/reference/performance.md compares with.
EZKL=23.0.5
SCRATCH=.build-bench
binary="$1"
shift
tables=yes
words=()
for word in "$@"; do
  if [[ "$word" == --no-tables ]]; then tables=; else words+=("$word"); fi
done
mkdir -p "$SCRATCH"
if [[ -n "$tables" ]]; then scripts/bench.sh --only proofs; fi
if [[ " ${words[*]-} " != *" --ezkl"* ]]; then
  # Nothing of ezkl's is needed.
  PYTHON="${PYTHON:-python3}"
elif [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv-proofs/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    python3 -m venv "$SCRATCH/venv-proofs"
    "$PYTHON" -m pip install --quiet "ezkl==$EZKL"
  fi
fi
exec "$PYTHON" scripts/bench_proofs.py --binary "$binary" --scratch "$SCRATCH/proofs" \
  ${words[@]+"${words[@]}"}
