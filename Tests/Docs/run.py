#!/usr/bin/env python3
"""Follows the tutorials and how-tos word by word: types their commands, looks for what they show.

  Tests/Docs/run.py [page …]            a page is named as under docs/, such as tutorial/sell-a-model.md

A code block's lines that begin with a program's name are commands, in the order of the page; the lines
behind a command, and blocks without one, are what it must have printed, in that order. In both `…`
stands for anything: in a command, for the id or file of that form that came last. A node takes a free
port instead of 7465. `up`, `sell`, `check`, `model serve`, `agent serve` and `labels work` stay until the page ends. What a page takes for
granted, and what is not to be typed and why, stands in pages.txt beside this file.
TOLSEY_BIN names the program (default: .build/release/tolsey).
"""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = ("tolsey ", "make ", "export ", "curl ", "echo ", "sed ", "for ", ".build/release/tolsey ")
STAYS = re.compile(r"(?:\S*/)?tolsey (?:up|sell|check|model serve|agent serve|labels work)(?! status)\b")
TIME_LIMIT = 900
# Ports of the pages so far; they take them at once.
taken, taking = set(), threading.Lock()


class Failure(Exception):
    """What a page says and the program does not do."""


def blocks(text):
    """The code blocks of a page, each with the number of its first line."""
    found, fenced, current, start = [], False, [], 0
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("```"):
            fenced = not fenced
            if fenced:
                current, start, language = [], number + 1, line[3:].strip()
            elif language in ("", "sh", "console"):
                found.append((start, current))
                current = []
            else:
                current = []
        elif fenced:
            current.append(line)
        elif line.startswith("    "):
            if not current:
                start = number
            current.append(line[4:])
        elif current and not line.strip():
            current.append("")
        elif current:
            found.append((start, current))
            current = []
    if current:
        found.append((start, current))
    return found


def unfinished(command):
    """Whether the next line still belongs to the command."""
    return (command.endswith("\\") or command.count("'") % 2 == 1
            or (command.startswith("for ") and not command.rstrip().endswith("done")))


def steps(text):
    """Commands with what they must print: (line, command, expected lines)."""
    found = []
    for start, lines in blocks(text):
        open_command = False
        for number, line in enumerate(lines, start):
            if open_command:
                found[-1][1] += "\n" + line
                open_command = unfinished(found[-1][1])
            elif line.startswith(PROGRAMS):
                found.append([number, line, []])
                open_command = unfinished(line)
            elif found and line.strip():
                found[-1][2].append((number, line))
    return found


def settings():
    """What pages.txt says of each page: commands before it, and what is not typed or looked for."""
    pages, page = {}, None
    for line in (HERE / "pages.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            page = pages.setdefault(
                line.strip("[]"), {"before": [], "skip": [], "stopped": [], "ends": {}})
        elif line.startswith("before: "):
            page["before"].append(line[8:])
        elif line.startswith("skip: "):
            page["skip"].append(line[6:].split("  # ")[0].strip())
        elif line.startswith("stopped: "):
            page["stopped"].append(line[9:].split("  # ")[0].strip())
        elif line.startswith("ends: "):
            command, code = line[6:].split("  # ")[0].rsplit("=", 1)
            page["ends"][command.strip()] = int(code)
        else:
            raise SystemExit(f"pages.txt: what is {line!r}?")
    return pages


def pattern(line):
    pieces = [re.escape(" ".join(piece.split())) for piece in line.strip().split("…")]
    return re.compile(r"\s*" + ".*".join(pieces) + r"\s*$")


def free_port():
    """A port that no connection of another program is given while the page uses it."""
    with taking:
        while (port := random.randrange(20_000, 32_000)) in taken:
            pass
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                port = None
        taken.add(port)
    return port or free_port()


class Page:
    """One page in an empty folder, with its own keys and its own port."""

    def __init__(self, name, program, wanted):
        self.name, self.wanted = name, wanted
        self.folder = Path(tempfile.mkdtemp(prefix="tolsey-docs-"))
        for entry in ("Examples", "Tests"):
            (self.folder / entry).symlink_to(ROOT / entry)
        (self.folder / ".build" / "release").mkdir(parents=True)
        (self.folder / ".build" / "release" / "tolsey").symlink_to(program)
        self.port = free_port()
        self.environment = dict(
            os.environ, TOLSEY_HOME=str(self.folder / "home"), NO_COLOR="1",
            TOLSEY_NODE=f"http://127.0.0.1:{self.port}",
            PATH=f"{self.folder}/.build/release:{os.environ['PATH']}")
        self.staying, self.seen, self.commands, self.lines = [], "", 0, 0

    def placed(self, text):
        return text.replace("127.0.0.1:7465", f"127.0.0.1:{self.port}")

    def filled(self, command):
        """The command with the last id or file of its form where the page writes `…`."""
        def fill(match):
            word = match.group(0)
            if "/" in word or word.count("…") and not word.endswith("…"):
                files = sorted(self.folder.glob(word.replace("…", "*")), key=os.path.getmtime)
                if files:
                    return str(files[-1].relative_to(self.folder))
            ids = re.findall(re.escape(word.split("…")[0]) + r"[0-9a-zA-Z]+", self.seen)
            if not ids:
                raise Failure(f"nothing was printed that looks like {word}")
            return ids[-1]
        return re.sub(r"[\w./-]*…[\w./-]*", fill, command)

    def type(self, number, command, expected):
        command = self.filled(self.placed(command))
        if re.match(r"(?:\S*/)?tolsey up\b", command):
            command = re.sub(r" --port \d+", "", command)
            command = command.replace(" up", f" up --port {self.port}", 1)
        self.commands += 1
        if command in self.wanted["stopped"]:
            self.stop()
        if command.startswith("export "):
            name, value = command[7:].split("=", 1)
            if name != "PATH":
                self.environment[name] = os.path.expandvars(value.strip('"'))
            return
        print(f"{self.name}:{number}: {command}", flush=True)
        with open(self.folder / f"out-{self.commands}", "w+b") as out:
            process = subprocess.Popen(
                ["bash", "-c", command], cwd=self.folder, env=self.environment, stdout=out,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
            self.staying.append(process)
            path = Path(out.name)
        if STAYS.match(command):
            self.await_lines(path, process, expected)
        else:
            try:
                code = process.wait(TIME_LIMIT)
            except subprocess.TimeoutExpired:
                raise Failure(f"does not end: {command}") from None
            text = path.read_text(errors="replace")
            self.seen += text
            if code != self.wanted["ends"].get(command, 0):
                raise Failure(f"ended with {code}:\n{text}")
            self.look(text, expected)

    def await_lines(self, path, process, expected):
        """Waits until a command that stays has printed what the page shows, or something and, for
        four seconds, no more."""
        began, grown, length = time.monotonic(), time.monotonic(), 0
        while True:
            text = path.read_text(errors="replace")
            if len(text) > length:
                grown, length = time.monotonic(), len(text)
            try:
                self.look(text, expected)
                if expected or (length and time.monotonic() - grown > 4):
                    self.seen += text
                    return
                if time.monotonic() - began > TIME_LIMIT:
                    raise Failure("it printed nothing")
            except Failure:
                if time.monotonic() - began > TIME_LIMIT:
                    raise
            if process.poll() is not None and "&" not in process.args[2]:
                raise Failure(f"ended with {process.returncode}:\n{text}")
            time.sleep(0.3)

    def look(self, text, expected):
        lines = [" ".join(line.split()) for line in text.splitlines()]
        place = 0
        for number, line in expected:
            if line.strip() == "…":
                continue
            matcher = pattern(self.placed(line))
            while place < len(lines) and not matcher.match(lines[place]):
                place += 1
            if place == len(lines):
                raise Failure(f"line {number} is not printed: {line.strip()}\nprinted:\n{text}")
            place += 1

    def follow(self):
        text = (ROOT / "docs" / self.name).read_text()
        skipped = set()

        def skips(line):
            line = " ".join(line.replace("\\\n", " ").split())
            for start in self.wanted["skip"]:
                if line.startswith(start):
                    skipped.add(start)
                    return True
            return False

        for command in self.wanted["before"]:
            self.type(0, command, [])
        for number, command, expected in steps(text):
            if command.startswith("make ") or skips(command):
                continue
            expected = [(at, line) for at, line in expected if not skips(line)]
            self.lines += len(expected)
            self.type(number, command, expected)
        stale = set(self.wanted["skip"]) - skipped
        if stale:
            raise Failure(f"pages.txt skips what the page does not have: {sorted(stale)}")

    def stop(self):
        """Ctrl-c in every terminal, the last one first."""
        for process in reversed(self.staying):
            try:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(30)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.staying = []

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(name, program, wanted):
    page = Page(name, program, wanted)
    try:
        page.follow()
        return name, None, page
    except Failure as failure:
        return name, str(failure), page
    finally:
        page.close()


def main():
    program = Path(os.environ.get("TOLSEY_BIN", ROOT / ".build/release/tolsey")).resolve()
    if not program.is_file():
        raise SystemExit(f"no program at {program}: make build")
    known = settings()
    names = sys.argv[1:] or sorted(
        str(path.relative_to(ROOT / "docs"))
        for kind in ("tutorial", "howto") for path in (ROOT / "docs" / kind).glob("*.md"))
    nothing = {"before": [], "skip": [], "stopped": [], "ends": {}}
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda name: run(name, program, known.get(name, nothing)), names))
    failed = 0
    for name, failure, page in ended:
        if failure:
            failed += 1
            print(f"{name}: FAILED: {failure}")
        else:
            print(f"{name}: {page.commands} commands, {page.lines} lines shown as printed")
    print(f"{len(ended) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
