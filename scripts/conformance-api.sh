#!/usr/bin/env bash
# Holds the HTTP API against its own OpenAPI document with schemathesis: conformance-api.sh
#
# TOLSEY_BIN names the program (default: .build/release/tolsey). Needs python3 with venv; what it
# installs stays in .build/conformance-api.
set -euo pipefail
cd "$(dirname "$0")/.."
repository="$PWD"
here="$repository/Tests/Conformance/api"
program="$(realpath "${TOLSEY_BIN:-.build/release/tolsey}")"
tools="$repository/.build/conformance-api"

if ! cmp -s "$here/requirements.txt" "$tools/installed"; then
  echo "Installing schemathesis into .build/conformance-api." >&2
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$tools/installed"
fi

work="$(mktemp -d)"
node=""
finish() {
  [[ -z $node ]] || kill -INT "$node" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

mkdir "$work/bin"
ln -s "$program" "$work/bin/tolsey"
export PATH="$work/bin:$PATH" TOLSEY_HOME="$work/home"
unset TOLSEY_KEY TOLSEY_NODE
cd "$work"

tolsey up --port 0 --seed 9 --json >up.json 2>up.err &
node=$!
until [[ -s up.json ]]; do
  kill -0 "$node" || { cat up.err >&2 && exit 1; }
  sleep 0.1
done
TOLSEY_NODE="$(grep -o '"url":"[^"]*"' up.json | cut -d'"' -f4)"
export TOLSEY_NODE

echo "Letting a market happen on $TOLSEY_NODE." >&2
if ! bash "$here/market.sh" "$repository" 2>market.err; then
  echo "conformance-api: the market did not happen" >&2
  tail -n 5 -- *.err >&2
  exit 1
fi
python3 -B "$here/run.py" "$TOLSEY_NODE" "$tools/bin/schemathesis"
