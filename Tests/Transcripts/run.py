#!/usr/bin/env python3
"""Runs the transcripts: what people type and what they must see, command by command.

  Tests/Transcripts/run.py [--regenerate] [name …]

A transcript is a text file here. Its commands share one empty folder and one TOLSEY_HOME.

  # A comment.
  $ tolsey version --json | cut -c1-20        a shell command; `tolsey` is the built program
  {"schema":"version/1                        what it says on stdout
  stderr: tolsey: error: …                    a line of stderr
  exit 64                                     its exit code, where that is not 0

In expected lines `[..]` stands for any text within the line and a line `[...]` for any lines.
A line of output that begins with `$ `, `# `, `\\`, `exit ` or `stderr: ` has a `\\` before it. `$WORK`
stands for the folder of the transcript. A command may end in `&`; it is ended with the transcript.
`await 'COMMAND'` waits until a command holds, `await ! 'COMMAND'` until it does not.
Every envelope that a command leaves on stdout or in a .json file is held to `tolsey schema show`.
TOLSEY_BIN names the program (default: .build/release/tolsey).
"""

import concurrent.futures
import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from itertools import repeat
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# They mostly wait: for blocks, for deadlines, for each other.
AT_ONCE = int(os.environ.get("TRANSCRIPTS_AT_ONCE", "4"))
TIME_LIMIT = int(os.environ.get("TRANSCRIPT_SECONDS", "900"))
MARKS = ("$ ", "# ", "\\", "exit ", "stderr: ")


class Step:
    """One command with what is expected of it."""

    def __init__(self, command, line):
        self.command, self.line = command, line
        self.expected = []  # stdout, stderr and exit lines as written
        self.before = []  # comments and blank lines above the command

    def parts(self):
        out, err, code = [], [], 0
        for text in self.expected:
            if text.startswith("exit "):
                code = int(text[5:])
            elif text.startswith("stderr: ") or text == "stderr:":
                err.append(text[8:])
            else:
                out.append(text[1:] if text.startswith("\\") else text)
        while out and not out[-1]:
            out.pop()
        return out, err, code


def read(path):
    steps, before = [], []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if text.startswith("$ "):
            # Blank and comment lines just above a command belong to it, not to the output before.
            if steps:
                tail = steps[-1].expected
                while tail and (not tail[-1] or tail[-1].startswith("# ")):
                    before.insert(0, tail.pop())
            step = Step(text[2:], number)
            step.before, before = before, []
            steps.append(step)
        elif steps:
            steps[-1].expected.append(text)
        else:
            before.append(text)
    return steps


def line_matches(pattern, text):
    pieces = [re.escape(piece) for piece in pattern.split("[..]")]
    return re.fullmatch(".*".join(pieces), text) is not None


def matches(patterns, lines):
    """Whether the lines are what the patterns say; `[...]` takes as many lines as it must."""
    reach = {0}  # how many lines the patterns so far may have taken
    for pattern in patterns:
        if pattern == "[...]":
            reach = set(range(min(reach), len(lines) + 1)) if reach else set()
        else:
            reach = {
                n + 1 for n in reach if n < len(lines) and line_matches(pattern, lines[n])
            }
    return len(lines) in reach


def run(step, work, environment, groups):
    """Runs one command; its output goes to files, so that a background command holds nothing up."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            ["bash", "-c", step.command], cwd=work, env=environment, stdout=out, stderr=err,
            stdin=subprocess.DEVNULL, start_new_session=True)
        groups.append(process.pid)
        try:
            code = process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = f"none after {TIME_LIMIT} s"
        texts = []
        for file in (out, err):
            file.seek(0)
            text = file.read().decode("utf-8", "replace").replace(str(work), "$WORK")
            lines = text.split("\n")
            while lines and not lines[-1]:
                lines.pop()
            texts.append(lines)
        return texts[0], texts[1], code


class Schemas:
    """Holds envelopes to the schemas that the program publishes."""

    def __init__(self, binary):
        self.binary, self.known = binary, {}

    def faults(self, text, where):
        """What is wrong with the envelopes among the lines of a text."""
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            if not (line.startswith('{"schema":"') and line.endswith("}")):
                continue
            envelope = json.loads(line)
            fault = self.fault(envelope)
            if fault:
                found.append(f"{where}, line {number}: {envelope['schema']}: {fault}")
        return found

    def fault(self, envelope):
        name = envelope["schema"]
        if name not in self.known:
            shown = subprocess.run(
                [self.binary, "schema", "show", name], capture_output=True, text=True)
            try:
                self.known[name] = json.loads(shown.stdout) if shown.returncode == 0 else None
            except json.JSONDecodeError:
                self.known[name] = None
        schema = self.known[name]
        if schema is None:
            return "it has no published schema"
        try:
            import jsonschema
        except ImportError:
            return fault_in(envelope, schema, "$")
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(schema).iter_errors(envelope))
        return f"{error.json_path}: {error.message}"[:300] if error else None


def fault_in(value, schema, place):
    """The part of JSON Schema that the program uses, for a machine without the package."""
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}
    kind = schema.get("type")
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in kinds and not isinstance(value, kinds[kind]):
        return f"{place} is no {kind}"
    if kind in ("integer", "number") and not number:
        return f"{place} is no {kind}"
    if kind == "integer" and not (isinstance(value, int) and value >= schema.get("minimum", 0)):
        return f"{place} is no whole number"
    if "const" in schema and value != schema["const"]:
        return f"{place} is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place} is none of {schema['enum']}"
    if "anyOf" in schema and all(fault_in(value, s, place) for s in schema["anyOf"]):
        return f"{place} is none of what it may be"
    for name in schema.get("required", []):
        if name not in value:
            return f"{place}.{name} is missing"
    for name in value if isinstance(value, dict) else []:
        if name in schema.get("properties", {}):
            fault = fault_in(value[name], schema["properties"][name], f"{place}.{name}")
            if fault:
                return fault
        elif schema.get("additionalProperties") is False:
            return f"{place}.{name} is unknown"
    for index, item in enumerate(value if isinstance(value, list) else []):
        fault = fault_in(item, schema.get("items", {}), f"{place}[{index}]")
        if fault:
            return fault
    return None


def guard(line):
    return "\\" + line if line.startswith(MARKS) or line == "[...]" else line


def regenerated(step, out, err, code):
    """The expectation as it would be written now; lines whose wildcards still fit are kept."""
    old_out, old_err, _ = step.parts()

    def kept(lines, old):
        wild = [pattern for pattern in old if "[..]" in pattern]
        result = []
        for line in lines:
            fit = next((p for p in wild if line_matches(p, line)), None)
            if fit:
                wild.remove(fit)
            result.append(fit if fit else line)
        return result

    texts = old_out if matches(old_out, out) else kept(out, old_out)
    errors = old_err if matches(old_err, err) else kept(err, old_err)
    lines = [text if text == "[...]" else guard(text) for text in texts]
    lines += ["stderr: " + text if text else "stderr:" for text in errors]
    return lines + ([f"exit {code}"] if code != 0 else [])


def show(kind, expected, got):
    print(f"  {kind} expected:")
    print("".join(f"    {line}\n" for line in expected), end="")
    print(f"  {kind} got:")
    print("".join(f"    {line}\n" for line in got), end="")


def play(path, binary, regenerate):
    """Plays one transcript; returns how many commands passed and failed."""
    steps = read(path)
    passed, failed = 0, 0
    written = []
    groups = []
    schemas = Schemas(binary)
    work = Path(tempfile.mkdtemp(prefix="tolsey-")).resolve()
    tools = work / ".bin"
    tools.mkdir()
    (tools / "tolsey").symlink_to(binary)
    (tools / "await").symlink_to(HERE / "await")
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(work), "LC_ALL": "C.UTF-8",
        "TZ": "UTC", "COLUMNS": "100", "TOLSEY_HOME": str(work / "home"),
        "REPOSITORY": str(ROOT),
    }
    try:
        for step in steps:
            out, err, code = run(step, work, environment, groups)
            old_out, old_err, old_code = step.parts()
            fits = matches(old_out, out) and matches(old_err, err) and code == old_code
            wrong = schemas.faults("\n".join(out), f"{path.name}:{step.line}")
            for fault in wrong:
                print(f"  {fault}")
            failed += 1 if wrong else 0
            if regenerate:
                written += step.before + ["$ " + step.command] + regenerated(step, out, err, code)
            if fits or regenerate:
                passed += 1
                continue
            failed += 1
            print(f"{path.relative_to(ROOT)}:{step.line}: $ {step.command}")
            if not matches(old_out, out):
                show("stdout", old_out, out)
            if not matches(old_err, err):
                show("stderr", old_err, err)
            if code != old_code:
                print(f"  exit expected: {old_code}, got: {code}")
        for file in sorted(work.rglob("*.json")):
            wrong = schemas.faults(file.read_text(errors="replace"), f"{path.name}: {file.name}")
            for fault in wrong:
                print(f"  {fault}")
            failed += 1 if wrong else 0
    finally:
        for group in groups:
            try:
                os.killpg(group, signal.SIGTERM)
            except ProcessLookupError:
                pass
        shutil.rmtree(work, ignore_errors=True)
    if regenerate:
        path.write_text("\n".join(written) + "\n")
    return passed, failed


def aloud(path, binary, regenerate):
    """Plays one in a process of its own; gives besides what it said, so that none talk at once."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        passed, failed = play(path, binary, regenerate)
    return passed, failed, said.getvalue()


def main():
    words = sys.argv[1:]
    if "--help" in words:
        print(__doc__)
        return 0
    regenerate = "--regenerate" in words
    names = [word.removesuffix(".txt") for word in words if not word.startswith("--")]
    binary = Path(os.environ.get("TOLSEY_BIN", ROOT / ".build/release/tolsey")).resolve()
    if not binary.is_file():
        print(f"transcripts: error: there is no program at {binary}", file=sys.stderr)
        print("transcripts: hint: run make build first, or set TOLSEY_BIN", file=sys.stderr)
        return 69
    paths = sorted(HERE.glob("*.txt"))
    unknown = set(names) - {path.stem for path in paths}
    if unknown or not paths:
        print(f"transcripts: error: no transcript named {' '.join(sorted(unknown))}",
              file=sys.stderr)
        return 64
    paths = [path for path in paths if not names or path.stem in names]
    passed = failed = 0
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        for good, bad, said in pool.map(aloud, paths, repeat(binary), repeat(regenerate)):
            passed, failed = passed + good, failed + bad
            print(said, end="", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
