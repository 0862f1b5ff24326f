#!/usr/bin/env bash
# Prints the compiler flags that suit this machine's processor; prints nothing where there are none.
set -euo pipefail

[[ "$(uname -m)" == x86_64 && -r /proc/cpuinfo ]] || exit 0
features=" $(grep -m1 '^flags' /proc/cpuinfo | cut -d: -f2) "

has() {
  for feature in "$@"; do
    [[ "$features" == *" $feature "* ]] || return 1
  done
}

if has avx512f avx512bw avx512cd avx512dq avx512vl avx2 bmi2 fma; then
  echo "-Xcc -march=x86-64-v4"
elif has avx2 bmi2 fma; then
  echo "-Xcc -march=x86-64-v3"
fi
