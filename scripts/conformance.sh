#!/usr/bin/env bash
# Lets real clients from PyPI deal with a node: conformance.sh [client …]
#
# A client is a folder of Tests/Conformance with a run.py, which gets the program's path, starts nodes
# as it likes and ends with "N passed, N failed". TOLSEY_BIN names the program (default:
# .build/release/tolsey). Needs python3 with venv; what it installs stays in .build/conformance.
set -euo pipefail
cd "$(dirname "$0")/.."
here="$PWD/Tests/Conformance"
program="$(realpath "${TOLSEY_BIN:-.build/release/tolsey}")"
tools="$PWD/.build/conformance"

if ! cmp -s "$here/requirements.txt" "$tools/installed"; then
  echo "Installing the clients into .build/conformance." >&2
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$tools/installed"
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
unset TOLSEY_KEY TOLSEY_NODE
passed=0
failed=0
for client in "$here"/*/run.py; do
  name="$(basename "$(dirname "$client")")"
  # The API has a runner of its own: conformance-api.sh.
  [[ $name == api ]] && continue
  if (($# > 0)) && [[ " $* " != *" $name "* ]]; then continue; fi
  echo "=== $name"
  ended=0
  TOLSEY_HOME="$work/$name" "$tools/bin/python" -B "$client" "$program" 2>&1 |
    tee "$work/$name.txt" || ended=1
  told=0
  if [[ "$(tail -n 1 "$work/$name.txt")" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    told="${BASH_REMATCH[2]}"
    failed=$((failed + told))
  else
    ended=1
  fi
  # A client that ends badly without naming a failure ended in the middle, whatever its last line.
  if ((ended != 0 && told == 0)); then
    echo "conformance: $name ended in the middle" >&2
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
