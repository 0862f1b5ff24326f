#!/usr/bin/env bash
# Measures paid requests: text by vouchers beside the same route unpaid, and x402's own FastAPI
# server beside ours. PYTHON names a Python that has x402; without it one is made in .build-bench.
#
#   scripts/bench-pay.sh [--quick] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

SCRATCH=.build-bench
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv-pay/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    mkdir -p "$SCRATCH"
    python3 -m venv "$SCRATCH/venv-pay"
    # The versions that the conformance clients have.
    "$PYTHON" -m pip install --quiet --disable-pip-version-check \
      -r Tests/Conformance/requirements.txt
  fi
fi
exec scripts/bench.sh --only pay --python "$PYTHON" "$@"
