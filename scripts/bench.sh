#!/usr/bin/env bash
# Runs the benchmarks, which are a package of their own so that their needs cost only who runs them.
set -euo pipefail

if [[ ! -f Benchmarks/Package.swift ]]; then
  echo "tolsey: error: there are no benchmarks yet" >&2
  exit 1
fi
# The flags hold no spaces within one flag, so that they may be split here.
# shellcheck disable=SC2046
swift run --package-path Benchmarks -c release $(scripts/cpu-flags.sh) Benchmarks "$@"
