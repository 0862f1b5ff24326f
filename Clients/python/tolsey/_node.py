"""A node of one's own, for as long as a `with` lasts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tolsey._async_client import AsyncClient
from tolsey._client import Client
from tolsey._errors import CommandFailed
from tolsey._program import command, program


@dataclass(frozen=True)
class FundedAccount:
    """An account that the network was founded with; its money is test money."""

    address: str
    key: str
    balance: int


@dataclass(frozen=True)
class Node:
    """A node that runs, and how to reach it."""

    url: str
    rpc: str
    """Where wallets and libraries of Ethereum ask."""
    network: str
    chain_id: int
    operator: str
    accounts: tuple[FundedAccount, ...]
    home: Path
    """`TOLSEY_HOME` of the commands: keys, models, known operators."""

    def client(self) -> Client:
        """A client of this node."""
        return Client(self.url)

    def async_client(self) -> AsyncClient:
        """A client of this node, for asyncio and trio."""
        return AsyncClient(self.url)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a command of the program talk to this node."""
        return {"TOLSEY_NODE": self.url, "TOLSEY_HOME": str(self.home)}

    def command(self, *words: str | os.PathLike[str]) -> Any:
        """`tolsey WORDS --json` against this node, with its own home; gives the member `data`."""
        return command(*words, env=self.environment)


@contextmanager
def node(
    *,
    market: bool = False,
    seed: int | None = None,
    data: str | os.PathLike[str] | None = None,
    home: str | os.PathLike[str] | None = None,
) -> Iterator[Node]:
    """Runs `tolsey up` on a free port until the `with` is left.

    `market` also runs six providers and a checker, to buy from at once. Everything is test money
    and is thrown away, unless `data` names a folder that keeps the network and `home` one that
    keeps keys and models.
    """
    words = ["up", "--port", "0", "--json"]
    if market:
        words.append("--market")
    if seed is not None:
        words += ["--seed", str(seed)]
    if data is not None:
        words += ["--data", os.fspath(data)]
    with tempfile.TemporaryDirectory(prefix="tolsey-") as folder:
        own = Path(home).absolute() if home is not None else Path(folder) / "home"
        with (Path(folder) / "stderr").open("w+b") as errors:
            process = subprocess.Popen(
                [program(), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, env={**os.environ, "TOLSEY_HOME": str(own)})
            try:
                assert process.stdout is not None
                yield _ready(process, process.stdout, errors, own)
            finally:
                _end(process)


def _ready(
    process: subprocess.Popen[bytes], answers: IO[bytes], errors: IO[bytes], home: Path
) -> Node:
    try:
        told = json.loads(answers.readline())
    except ValueError:
        told = {}
    data = told.get("data") if told.get("ok") else None
    if not data:
        _end(process)
        errors.seek(0)
        first = (told.get("errors") or [{}])[0]
        raise CommandFailed(
            process.returncode, first.get("code", "fault"),
            first.get("message") or errors.read().decode(errors="replace").strip(),
            first.get("hint") or "")
    return Node(
        url=data["url"],
        rpc=data["rpc"],
        network=data["network"],
        chain_id=data["chainId"],
        operator=data["operator"],
        accounts=tuple(
            FundedAccount(one["address"], one["key"], one["balance"])
            for one in data["accounts"]),
        home=home,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-c, and harder where that is not heard."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
