#!/usr/bin/env python3
"""Writes docs/reference/{api,cheats,cli,messages,refusals}.md: reference.py [--check] <program>

With --check nothing is written; a page that differs from what would be written is an error.
"""

import difflib
import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs/reference"
EVERYWHERE = {"json", "quiet", "help", "version"}

EXIT_CODES = """
| code | name | means |
|---:|---|---|
| 0 | done | it was done |
| 1 | refused | the rules refused; trying the same again is in vain |
| 64 | usage | the command line was wrong |
| 65 | unverified | evidence or a receipt does not verify |
| 69 | unreachable | the node cannot be reached |
| 70 | fault | a fault of the program itself, or of the machine under it |
| 75 | tryAgain | not now; the same may succeed later |
| 77 | denied | the wallet's own policy does not allow it |
| 130 | interrupted | it was stopped by hand |
""".strip()


def spelled(argument):
    """An argument as it is typed: `--limit <limit>`, `<order>`."""
    value = f"<{argument.get('valueName', 'value')}>"
    if argument["kind"] == "positional":
        return value
    names = []
    for name in argument["names"]:
        dashes = "--" if name["kind"] == "long" else "-"
        names.append(dashes + name["name"])
    text = ", ".join(names)
    return text if argument["kind"] == "flag" else f"{text} {value}"


def cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def section(command, path):
    lines = [f"## {' '.join(path)}", "", command.get("abstract", "")]
    if command.get("discussion"):
        lines += ["", command["discussion"].strip()]
    rows = []
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True) or argument.get("valueName") in EVERYWHERE:
            continue
        words = cell(argument.get("abstract", ""))
        if argument.get("allValues"):
            words += " One of " + ", ".join(f"`{value}`" for value in argument["allValues"]) + "."
        if argument.get("defaultValue"):
            words += f" Default: `{argument['defaultValue']}`."
        if argument["kind"] != "flag" and not argument["isOptional"]:
            words += " Required."
        if argument.get("isRepeating"):
            words += " May be repeated."
        rows.append(f"| `{cell(spelled(argument))}` | {words.strip()} |")
    if rows:
        lines += ["", "| argument | meaning |", "|---|---|"] + rows
    return lines + [""]


def commands(command, path):
    path = path + [command["commandName"]]
    inner = [c for c in command.get("subcommands", []) if c.get("shouldDisplay", True)]
    inner = [c for c in inner if c["commandName"] != "help"]
    if path[1:] and not inner:
        yield section(command, path)
    for child in inner:
        yield from commands(child, path)


def page(program):
    dump = subprocess.run(
        [program, "--experimental-dump-help"], check=True, capture_output=True, text=True)
    lines = [
        "# Command line", "",
        "Made from the program by `make docs`; do not edit it by hand.", "",
        "Every command takes `--json` (answer in one envelope: `schema`, `ok`, `data`, `errors`,",
        "`warnings`), `--quiet` (say nothing but the result) and `--help`. Results go to stdout,",
        "everything else to stderr. Exit codes:", "", EXIT_CODES, "",
    ]
    for part in commands(json.loads(dump.stdout)["command"], []):
        lines += part
    return "\n".join(lines).rstrip() + "\n"


def printed(program, *words):
    """A page that the program prints whole."""
    made = subprocess.run([program, *words], check=True, capture_output=True, text=True)
    return made.stdout.rstrip() + "\n"


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    pages = {
        "api.md": printed(words[0], "docs", "api"),
        "cheats.md": printed(words[0], "cheats", "--markdown"),
        "cli.md": page(words[0]),
        "messages.md": printed(words[0], "docs", "messages"),
        "refusals.md": printed(words[0], "docs", "refusals"),
    }
    differ = False
    for name, new in pages.items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(new)
            continue
        old = path.read_text() if path.exists() else ""
        if old != new:
            differ = True
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(True), new.splitlines(True), f"docs/reference/{name}", "made now"))
    if differ:
        print("tolsey: hint: run make docs and commit the pages", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
