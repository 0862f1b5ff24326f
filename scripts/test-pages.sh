#!/usr/bin/env bash
# Follows every link of the demo's pages and looks at each kind of page in a real browser.
# With --pictures it takes the README's pictures of them instead.
# PYTHON names a Python that has what Tests/Browser/requirements.txt lists; without it one is made.
set -euo pipefail

BINARY=$1
shift
if [[ ! -x /usr/bin/chromium ]]; then
  echo "test-pages: error: there is no /usr/bin/chromium" >&2
  echo "test-pages: hint: on Debian, apt-get install chromium" >&2
  exit 1
fi
if [[ -z "${PYTHON:-}" ]]; then
  PYTHON="$PWD/.build-browser/venv/bin/python"
  [[ -x "$PYTHON" ]] || python3 -m venv .build-browser/venv
  "$PYTHON" -m pip install --quiet -r Tests/Browser/requirements.txt
fi

work="$(mktemp -d)"
"$BINARY" demo --stay --json >"$work/demo.json" 2>"$work/demo.err" &
node=$!
finish() {
  kill -INT "$node" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
for _ in $(seq 1200); do
  [[ -s "$work/demo.json" ]] && break
  if ! kill -0 "$node" 2>/dev/null; then
    cat "$work/demo.err" >&2
    exit 1
  fi
  sleep 0.1
done
url="$("$PYTHON" -c 'import json, sys; print(json.loads(open(sys.argv[1]).readline())["data"]["url"])' "$work/demo.json")"
if [[ "${1:-}" == --pictures ]]; then
  "$PYTHON" Tests/Browser/pictures.py "$url" docs/pictures
  exit
fi
axe="$("$PYTHON" -c 'import axe_core_python, pathlib; print(pathlib.Path(axe_core_python.__file__).parent / "axe.min.js")')"
"$PYTHON" Tests/Browser/pages.py "$url" --axe "$axe" "$@"
