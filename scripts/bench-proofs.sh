#!/usr/bin/env bash
# Measures proofs, and ezkl's beside them where asked: processor seconds, wall, memory and size of
# each step. PYTHON names a Python that has ezkl; without it one is made in .build-bench.
#
#   scripts/bench-proofs.sh BINARY [--models mlp,lenet28,dense] [--levels open,succinct,private] \
#     [--ezkl lenet28,dense]
set -euo pipefail

# The version that docs/reference/performance.md compares with.
EZKL=23.0.5
SCRATCH=.build-bench
binary="$1"
shift
mkdir -p "$SCRATCH"
if [[ " $* " != *" --ezkl"* ]]; then
  # Nothing of ezkl's is needed.
  PYTHON="${PYTHON:-python3}"
elif [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv-proofs/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    python3 -m venv "$SCRATCH/venv-proofs"
    "$PYTHON" -m pip install --quiet "ezkl==$EZKL"
  fi
fi
exec "$PYTHON" scripts/bench_proofs.py --binary "$binary" --scratch "$SCRATCH/proofs" "$@"
