"""The program `tolsey`: where it lies, and a command of it with its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tolsey._errors import CommandFailed, TolseyError, Unverified

UNVERIFIED = 65


def program() -> Path:
    """The program of this installation; `TOLSEY_BIN` names another.

    It is never looked for in `PATH`: what stands there may be anybody's.
    """
    named = os.environ.get("TOLSEY_BIN")
    if named:
        path = Path(named).resolve()
        if path.is_file():
            return path
        raise TolseyError("noProgram", f"TOLSEY_BIN names {named}, which is not there")
    places = [Path(sysconfig.get_path("scripts"))]
    user = sysconfig.get_preferred_scheme("user")
    places.append(Path(sysconfig.get_path("scripts", scheme=user)))
    # `pip install --target` puts programs into a bin beside the packages.
    places.append(Path(__file__).resolve().parent.parent / "bin")
    for place in places:
        if (place / "tolsey").is_file():
            return place / "tolsey"
    raise TolseyError(
        "noProgram", "the program tolsey is not in this installation of Python",
        "install the wheel, or let TOLSEY_BIN name the program")


def command(*words: str | os.PathLike[str], env: Mapping[str, str] | None = None) -> Any:
    """What the program answers to a command, as `--json` gives it: the member `data`.

    `command("order", "list")` is `tolsey order list --json`. `env` is added to the environment. A
    command that ends with another code than 0 raises `CommandFailed`, and `Unverified` where
    evidence does not verify. Commands that go on until they are stopped are not for this function.
    """
    done = subprocess.run(
        [program(), *(os.fspath(word) for word in words), "--json"], stdin=subprocess.DEVNULL,
        capture_output=True, env={**os.environ, **(env or {})}, check=False)
    lines = done.stdout.decode(errors="replace").splitlines()
    try:
        told = json.loads(lines[-1]) if lines else {}
    except ValueError:
        told = {}
    if done.returncode == 0 and told.get("ok") is True:
        return told["data"]
    errors = told.get("errors") or [{}]
    first = errors[0]
    kind = Unverified if done.returncode == UNVERIFIED else CommandFailed
    raise kind(
        done.returncode or 70,
        first.get("code", "fault"),
        first.get("message") or done.stderr.decode(errors="replace").strip()
        or f"tolsey ended with {done.returncode}",
        first.get("hint") or "",
    )


def examples() -> Path:
    """The models and inputs of the tutorials, which the wheel brings: `digits`, `gpt`."""
    own = Path(__file__).resolve().parent / "examples"
    # In the repository the package stands beside the folder that it is packed from.
    return own if own.is_dir() else Path(__file__).resolve().parents[3] / "Examples"


def main() -> None:
    """`python -m tolsey` is the program itself."""
    path = program()
    os.execv(path, [str(path), *sys.argv[1:]])
