#!/usr/bin/env bash
# Measures labels: a dataset made of many answers beside crowd-kit, and what the ledger takes in.
# PYTHON names a Python that has crowd-kit; without it one is made in .build-bench.
#
#   scripts/bench-labels.sh [--quick] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

# The version that docs/reference/performance.md compares with.
CROWDKIT=1.4.2
SCRATCH=.build-bench
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv-labels/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    mkdir -p "$SCRATCH"
    python3 -m venv "$SCRATCH/venv-labels"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check "crowd-kit==$CROWDKIT"
  fi
fi
exec scripts/bench.sh --only labels --python "$PYTHON" "$@"
