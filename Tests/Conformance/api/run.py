#!/usr/bin/env python3
"""Holds a running node against its own OpenAPI document: run.py <url> <schemathesis>

Twice: once with ids of things that exist, so that the answers of success are judged, and once over
every operation with whatever fits its schemas or does not. Ends with "N passed, N failed",
counted in operations.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Always the same cases: a failure is found again.
SEED = "7"


def get(url, path):
    with urllib.request.urlopen(url + path, timeout=600) as answer:
        return answer.read().decode()


def existing(url):
    """The operations that take an id, each with one that the node knows."""
    events = [
        json.loads(line[6:]) for line in get(url, "/api/events?after=0&wait=0").splitlines()
        if line.startswith("data: ")
    ]

    def first(path, name, member):
        items = json.loads(get(url, path))[name]
        if not items:
            raise SystemExit(f"run.py: {path} gives nothing, so the market did not happen")
        return items[0][member]

    settled = next(event["subject"] for event in events if event["name"] == "runSettled")
    height = next(event["height"] for event in events if event["name"] == "runSettled")
    published = next(event["parties"][0] for event in events if event["name"] == "keyPublished")
    block = json.loads(get(url, f"/api/blocks/{height}"))["block"]
    order = first("/api/orders", "orders", "id")
    model = first("/api/models", "models", "model")
    return {
        "GET /api/accounts/{address}": ("address", first("/api/accounts", "accounts", "address")),
        "GET /api/accounts/{address}/key": ("address", published),
        "GET /api/auditors/{address}": ("address", first("/api/auditors", "auditors", "address")),
        "GET /api/orders/{id}": ("id", order),
        "GET /api/bids": ("order", order),
        "GET /api/offers/{id}": ("id", first("/api/offers", "offers", "id")),
        "GET /api/leases/{id}": ("id", first("/api/leases", "leases", "id")),
        "GET /api/runs/{id}": ("id", settled),
        "GET /api/runs/{id}/messages": ("id", settled),
        "GET /api/receipts/{id}": ("id", settled),
        "GET /api/models/{id}": ("id", model),
        "GET /api/models/{id}/manifest": ("id", model),
        "GET /api/blocks/{height}": ("height", height),
        "GET /api/messages/{id}": ("id", block["messages"][0]["id"]),
        "GET /api/messages/{id}/sealed": ("id", block["messages"][0]["id"]),
    }


def schemathesis(program, url, config, work, name, *words):
    """Runs it once; gives how many operations passed and which failed.

    By one worker: CPython 3.11 counts the depth of syntax trees for all threads together, and two
    that read source at once may end each other (python/cpython issue 106905).
    """
    report = work / f"{name}.xml"
    done = subprocess.run(
        [program, "--config-file", str(config), "--no-color", "run", url + "/api/openapi.json",
         "--checks", "all", "--continue-on-failure", "--seed", SEED, "--workers", "1",
         "--suppress-health-check", "all", "--warnings", "off", "--report-junit-path", str(report), *words],
        cwd=work, capture_output=True, text=True, env={**os.environ, "COLUMNS": "100", "PYTHONPATH": str(HERE)})
    if not report.exists():
        sys.stdout.write(done.stdout + done.stderr)
        raise SystemExit(f"run.py: schemathesis gave no report (exit {done.returncode})")
    failed, cases = [], 0
    for case in ElementTree.parse(report).iter("testcase"):
        cases += 1
        if any(case.iter("failure")) or any(case.iter("error")):
            failed.append(case.get("name"))
    if failed or done.returncode != 0:
        sys.stdout.write(done.stdout + done.stderr)
        if not failed:
            failed.append(f"exit {done.returncode}")
    count = re.search(r"(\d+) generated", done.stdout)
    print(f"{name}: {cases} operations, {count.group(1) if count else '?'} requests")
    return max(0, cases - len(failed)), failed


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    url, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        # First, as what is alive does not stay so.
        known = existing(url)
        config = work / "existing.toml"
        config.write_text('request-timeout = 120\n[parameters]\n"query.at-least" = 0\n' + "".join(
            f'\n[[operations]]\ninclude-name = "{operation}"\n'
            f'parameters = {{ "{name}" = {json.dumps(value)} }}\n'
            for operation, (name, value) in known.items()))
        selected = [word for operation in known for word in ("--include-name", operation)]
        passed, failed = schemathesis(
            program, url, config, work, "existing", "--phases", "fuzzing", "--mode", "positive",
            "--max-examples", "5", *selected)
        more, worse = schemathesis(
            program, url, HERE / "schemathesis.toml", work, "whatever",
            "--phases", "examples,coverage,fuzzing", "--max-examples", "8")
    for name in failed + worse:
        print(f"failed: {name}")
    print(f"{passed + more} passed, {len(failed) + len(worse)} failed")
    return 1 if failed or worse else 0


if __name__ == "__main__":
    sys.exit(main())
