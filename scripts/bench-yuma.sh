#!/usr/bin/env bash
# Measures epochs of Yuma consensus beside NumPy's. PYTHON names a Python that has numpy; without it
# one is made in .build-bench.
#
#   scripts/bench-yuma.sh [--quick] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

# The version that docs/reference/performance.md compares with.
NUMPY=2.4.6
SCRATCH=.build-bench
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv-yuma/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    mkdir -p "$SCRATCH"
    python3 -m venv "$SCRATCH/venv-yuma"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check "numpy==$NUMPY"
  fi
fi
exec scripts/bench.sh --only yuma --python "$PYTHON" "$@"
