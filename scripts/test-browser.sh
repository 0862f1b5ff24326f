#!/usr/bin/env bash
# Buys on the page with a real browser: Chromium of the system, driven from a Python of our own.
# PYTHON names a Python that has what Tests/Browser/requirements.txt lists; without it one is made.
set -euo pipefail

BINARY=$1
shift
if [[ ! -x /usr/bin/chromium ]]; then
  echo "test-browser: error: there is no /usr/bin/chromium" >&2
  echo "test-browser: hint: on Debian, apt-get install chromium" >&2
  exit 1
fi
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/.build-browser/venv/bin/python"
  if [[ ! -x "$PYTHON" ]]; then
    python3 -m venv .build-browser/venv
    "$PYTHON" -m pip install --quiet -r Tests/Browser/requirements.txt
  fi
fi
"$PYTHON" Tests/Browser/buy.py "$BINARY" "$@"
