#!/usr/bin/env bash
# Measures int8 inference beside onnxruntime in one run, and counts the memory that a run asks for.
# PYTHON names a Python that has what Benchmarks/peers/requirements.txt lists; without it one is
# made in .build-bench.
set -euo pipefail

SCRATCH=.build-bench
mkdir -p "$SCRATCH"
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/$SCRATCH/venv/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    python3 -m venv "$SCRATCH/venv"
    "$PYTHON" -m pip install --quiet -r Benchmarks/peers/requirements.txt
  fi
fi
cc -shared -fPIC -O2 -o "$SCRATCH/malloc_count.so" Benchmarks/peers/malloc_count.c
# The flags hold no spaces within one flag, so that they may be split here.
# shellcheck disable=SC2046
swift build --package-path Benchmarks -c release $(scripts/cpu-flags.sh) --product Benchmarks
LD_PRELOAD="$PWD/$SCRATCH/malloc_count.so" Benchmarks/.build/release/Benchmarks \
  --only models --python "$PYTHON" "$@"
