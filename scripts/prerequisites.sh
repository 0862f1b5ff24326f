#!/usr/bin/env bash
# Installs what a build needs and the machine lacks; where it may not, it says what to install.
set -euo pipefail

fail() {
  echo "tolsey: error: $1" >&2
  echo "tolsey: hint: $2" >&2
  exit 1
}

command -v swift >/dev/null ||
  fail "the Swift compiler is missing" \
    "install Swift 6.2 or later from https://www.swift.org/install/linux and try again"

version="$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -1)"
if [[ "$(printf '%s\n6.2\n' "$version" | sort -V | head -1)" != 6.2 ]]; then
  fail "Swift $version is too old" \
    "install Swift 6.2 or later from https://www.swift.org/install/linux and try again"
fi

# Each line: the Debian package, then the command that succeeds where it is not needed.
missing=()
need() {
  local package="$1"
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
need pkg-config command -v pkg-config
need libsqlite3-dev pkg-config --exists sqlite3
need python3 command -v python3
need python3-venv python3 -c 'import ensurepip'
need git command -v git

((${#missing[@]} == 0)) && exit 0

if ! command -v apt-get >/dev/null; then
  fail "missing on this machine: ${missing[*]} (names of Debian packages)" \
    "install what your system calls them (the headers too) and run make again"
fi
if ((EUID != 0)); then
  fail "missing on this machine: ${missing[*]}" \
    "run: sudo apt-get update && sudo apt-get install ${missing[*]}"
fi

echo "Installing ${missing[*]} with apt-get." >&2
export DEBIAN_FRONTEND=noninteractive
log="$(mktemp)"
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } \
  >"$log" 2>&1; then
  tail -20 "$log" >&2
  fail "apt-get could not install ${missing[*]}" "the lines above say why"
fi
rm -f "$log"
